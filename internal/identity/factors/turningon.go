package factors

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// The first second factor of somebody turns the second step on, and whoever then loses it would be locked out. So it
// counts once two things are done in one session: it was used, and the recovery codes were shown to be kept. Whoever
// closes the browser in between signs in with the password as before, and goes on with a second use of the factor.

// unfinishedLife is how long a first factor that was used waits for the recovery codes (our own figure).
const unfinishedLife = 7 * 24 * time.Hour

// underWaySQL finds factors that are being added: begun in the last hour, or used already and waiting for recovery
// codes.
const underWaySQL = "confirmed_at IS NULL AND (added_at > ? OR proved_at IS NOT NULL AND added_at > ?)"

func underWay(q *gorm.DB, now time.Time) *gorm.DB {
	return q.Where(underWaySQL, db.At(now.Add(-enrolmentLife)), db.At(now.Add(-unfinishedLife)))
}

// firstUse is what the first use of a factor makes of it: beside another factor it counts at once, alone it waits for
// the recovery codes.
type firstUse struct {
	counts bool
	set    map[string]any
}

func usedFirst(tx *db.Tx, g gate.Grant) (firstUse, error) {
	second, err := HasSecond(g.On(tx.DB))
	if err != nil {
		return firstUse{}, err
	}
	if second {
		return firstUse{counts: true, set: map[string]any{"confirmed_at": db.At(g.Now())}}, nil
	}
	return firstUse{set: map[string]any{"proved_at": db.At(g.Now()), "proved_in": g.Who().Session}}, nil
}

// added gives the session its new token after the first use of a factor, and the change its entry.
func (p *Keyring) added(
	tx *db.Tx, g gate.Grant, row factorRow, method string, use firstUse,
) (token string, entry gate.Entry, err error) {
	if use.counts {
		if token, err = p.sessions.Renew(tx, g, sessions.ProvedSecond(g.Who(), method)); err != nil {
			return "", gate.Entry{}, err
		}
		entry, err = p.factorsChanged(tx, g, row, activity.FactorAdded)
		return token, entry, err
	}
	if token, err = p.sessions.Renew(tx, g, sessions.Proved{}); err != nil {
		return "", gate.Entry{}, err
	}
	name, err := p.box.Open(row.Name, factorPlace("name", row.ID))
	return token, g.Entry(activity.FactorProved, activity.Details{Target: activity.TargetOf("factor", row.ID, name)}), err
}

// waitingHere finds the first factor of the grant's person that was used in the session that asks and waits for the
// recovery codes.
func waitingHere(q *gorm.DB, g gate.Grant) (factorRow, bool, error) {
	row, found, err := db.One[factorRow](underWay(q, g.Now()).Where("proved_in = ?", g.Who().Session))
	if err != nil {
		return row, false, fmt.Errorf("read factors: %w", err)
	}
	return row, found, nil
}

// turnOn makes a first factor count, where one waits: the recovery codes were just shown to be kept. All other sessions
// end (N5); the one that asks goes on under the token returned, which is empty where nothing waited.
func (p *Keyring) turnOn(tx *db.Tx, g gate.Grant) (token string, entry gate.Entry, err error) {
	second, err := HasSecond(g.On(tx.DB))
	if err != nil || second {
		return "", gate.Entry{}, err
	}
	row, found, err := waitingHere(g.On(tx.DB), g)
	if err != nil {
		return "", gate.Entry{}, err
	}
	if !found {
		return "", gate.Entry{}, codesForNothing()
	}
	res := g.On(tx.Model(&factorRow{})).Where("id = ? AND confirmed_at IS NULL AND proved_at IS NOT NULL", row.ID).
		Update("confirmed_at", db.At(g.Now()))
	if res.Error != nil {
		return "", gate.Entry{}, fmt.Errorf("turn the second step on: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return "", gate.Entry{}, codesForNothing()
	}
	shown := sessions.ProvedSecond(g.Who(), methodOf(row.Kind))
	shown.Before = row.ProvedAt
	if token, err = p.sessions.Renew(tx, g, shown); err != nil {
		return "", gate.Entry{}, err
	}
	entry, err = p.factorsChanged(tx, g, row, activity.FactorAdded)
	return token, entry, err
}

func codesForNothing() error {
	return fault.Conflict("Recovery codes stand in for a second step. Add that first.")
}

// methodOf is what a session says that was proved by a factor of a kind.
func methodOf(kind string) string {
	switch kind {
	case kindKey:
		return actor.ByKey
	case kindPasskey:
		return actor.ByPasskey
	}
	return actor.ByCode
}

// Unfinished is a first factor that was used and does not count yet.
type Unfinished struct {
	Factor id.Factor
	Kind   FactorKind
	Name   string
	Here   bool // it was used in the session that asks: what is left are the recovery codes
}

// Unfinished finds the first factor of the one who asks that still waits for the recovery codes; false: none does.
func (p *Keyring) Unfinished(ctx context.Context, who actor.Actor) (Unfinished, bool, error) {
	g, err := p.gate.View(ctx, who, verb.SelfManage, id.PersonScope(who.Person))
	if err != nil {
		return Unfinished{}, false, err
	}
	row, found, err := db.One[factorRow](underWay(g.On(p.reader.With(ctx)), g.Now()).Where("proved_at IS NOT NULL"))
	if err != nil {
		return Unfinished{}, false, fmt.Errorf("read factors: %w", err)
	}
	if !found {
		return Unfinished{}, false, nil
	}
	name, err := p.box.Open(row.Name, factorPlace("name", row.ID))
	here := !who.Session.IsZero() && row.ProvedIn == who.Session
	return Unfinished{Factor: row.ID, Kind: FactorKind(row.Kind), Name: name, Here: here}, true, err
}

// beingAdded finds a factor that is being added among those of a confined query.
func beingAdded(q *gorm.DB, now time.Time, factor id.Factor) (factorRow, error) {
	var row factorRow
	err := underWay(q, now).Where("id = ?", factor).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return factorRow{}, fault.NotFound("read factor")
	}
	if err != nil {
		return factorRow{}, fmt.Errorf("read factor: %w", err)
	}
	return row, nil
}
