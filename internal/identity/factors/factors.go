package factors

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// HasSecond says whether the person of a confined query has a factor that was used at least once.
func HasSecond(q *gorm.DB) (bool, error) {
	var rows []factorRow
	err := q.Select("id").Where("confirmed_at IS NOT NULL").Limit(1).Find(&rows).Error
	if err != nil {
		return false, fmt.Errorf("read factors: %w", err)
	}
	return len(rows) > 0, nil
}

// Factor is one authenticator as its owner sees it.
type Factor struct {
	ID         id.Factor
	Kind       FactorKind
	Name       string
	AddedAt    time.Time
	LastUsedAt time.Time
	Synced     bool // a passkey that its owner’s other devices have as well
	Suspect    bool // opens nothing until its owner has looked at it
	Copied     bool // a suspect key that may have been copied: it stays so until it is removed
}

// FactorKind is the kind of an authenticator.
type FactorKind string

// The kinds of authenticators.
const (
	CodeApp     FactorKind = kindTOTP
	SecurityKey FactorKind = kindKey
	Passkey     FactorKind = kindPasskey
)

// Factors lists the second factors of the one who asks, the oldest first.
func (p *Keyring) Factors(ctx context.Context, who actor.Actor) ([]Factor, error) {
	g, err := p.gate.View(ctx, who, verb.SelfView, id.PersonScope(who.Person))
	if err != nil {
		return nil, err
	}
	var rows []factorRow
	err = g.On(p.reader.With(ctx)).Where("confirmed_at IS NOT NULL").Order("added_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list factors: %w", err)
	}
	out := make([]Factor, 0, len(rows))
	for _, row := range rows {
		name, err := p.box.Open(row.Name, factorPlace("name", row.ID))
		if err != nil {
			return nil, err
		}
		out = append(out, Factor{
			ID: row.ID, Kind: FactorKind(row.Kind), Name: name, AddedAt: row.AddedAt.Time, LastUsedAt: row.LastUsedAt.Time,
			Synced: row.BackedUp, Suspect: !row.SuspectAt.IsZero(),
			Copied: !row.CopiedAt.IsZero(),
		})
	}
	return out, nil
}

// RemoveFactor takes a second factor away. The last one stays where an account demands one, or where the password is
// too short to stand alone: the fault then names the field "factor" or "password". All other sessions end; the one
// that asks goes on under the token returned.
func (p *Keyring) RemoveFactor(ctx context.Context, who actor.Actor, factor id.Factor) (string, error) {
	if !who.SignedIn() {
		return "", fault.SignIn()
	}
	var token string
	err := p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			var row factorRow
			err := g.On(tx.DB).Where("id = ? AND confirmed_at IS NOT NULL", factor).Take(&row).Error
			if errors.Is(err, gorm.ErrRecordNotFound) {
				return gate.Entry{}, fault.NotFound("remove factor")
			}
			if err != nil {
				return gate.Entry{}, fmt.Errorf("remove factor: %w", err)
			}
			if err := RecentlyProved(tx, g); err != nil {
				return gate.Entry{}, err
			}
			if err := g.On(tx.DB).Where("id = ?", factor).Delete(&factorRow{}).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("remove factor: %w", err)
			}
			if err := p.mayGo(tx, g, row); err != nil {
				return gate.Entry{}, err
			}
			if token, err = p.RenewWithout(tx, g); err != nil {
				return gate.Entry{}, err
			}
			return p.factorsChanged(tx, g, row, activity.FactorRemoved)
		})
	return token, err
}

// RenewWithout renews the session after a factor is gone. With the last one gone the password is all that can be asked
// for again, and the session must say so.
func (p *Keyring) RenewWithout(tx *db.Tx, g gate.Grant) (string, error) {
	second, err := HasSecond(g.On(tx.DB))
	if err != nil {
		return "", err
	}
	if second {
		return p.sessions.Renew(tx, g, sessions.Proved{})
	}
	return p.sessions.Renew(tx, g, sessions.ProvedLess())
}

// factorsChanged does what follows every change of factors: other sessions end, the person is told by mail, and an
// entry says so.
func (p *Keyring) factorsChanged(
	tx *db.Tx, g gate.Grant, row factorRow, action activity.Action,
) (gate.Entry, error) {
	name, err := p.box.Open(row.Name, factorPlace("name", row.ID))
	if err != nil {
		return gate.Entry{}, err
	}
	if _, err := sessions.EndAll(tx, g, g.Who().Person, g.Who().Session); err != nil {
		return gate.Entry{}, err
	}
	kind := alerts.FactorAdded
	if action == activity.FactorRemoved {
		kind = alerts.FactorRemoved
	}
	if err := p.alerts.Tell(tx, g, kind, name); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(action, activity.Details{Target: activity.TargetOf("factor", row.ID, name)}), nil
}

// mayGo refuses to do without a factor that was just taken away where something else stands against it: an account's
// rule, or a password that is only long enough beside a second factor (S1). With the last factor go the recovery codes,
// which stand in for one.
func (p *Keyring) mayGo(tx *db.Tx, g gate.Grant, gone factorRow) error {
	var left []factorRow
	if err := g.On(tx.DB).Select("id, kind").Where("confirmed_at IS NOT NULL").Find(&left).Error; err != nil {
		return fmt.Errorf("read factors: %w", err)
	}
	person, err := persons.ByID(tx.DB, g.Person())
	if err != nil {
		return err
	}
	d, err := p.persons.DemandsOn(tx.DB, person.ID, person.Staff)
	if err != nil {
		return err
	}
	lastKey := gone.Kind != kindTOTP && !slices.ContainsFunc(left, func(f factorRow) bool { return f.Kind != kindTOTP })
	switch {
	case d.PhishingResistant && lastKey:
		return fault.InvalidField("factor", d.Asker()+" asks for a security key or passkey. Add another one first.")
	case len(left) > 0:
		return nil
	case d.SecondFactor:
		return fault.InvalidField("factor", d.Asker()+" asks for a second step. Add another one first.")
	}
	short, err := p.tooShortAlone(person)
	if err != nil {
		return err
	}
	if short != "" {
		return fault.InvalidField("password", short)
	}
	return dropRecoveryCodes(tx, g)
}

// tooShortAlone says that a person's password is only long enough beside a second factor (S1), where it is.
func (p *Keyring) tooShortAlone(person persons.Row) (string, error) {
	hash, err := p.persons.OpenHash(person)
	if err != nil || passwords.StandsAlone(hash) {
		return "", err
	}
	return fmt.Sprintf("Without a second step a password needs %d characters, and yours has fewer. Choose a longer one "+
		"first.", passwords.ShortestAlone), nil
}

// RenameFactor gives a second factor of the one who asks another name, by which its owner tells it from the others.
func (p *Keyring) RenameFactor(ctx context.Context, who actor.Actor, factor id.Factor, name string) error {
	if !who.SignedIn() {
		return fault.SignIn()
	}
	if strings.TrimSpace(name) == "" {
		return fault.InvalidField("name", "Give it a name.")
	}
	name, err := factorName(name, "")
	if err != nil {
		return err
	}
	sealed, err := p.box.Seal(name, factorPlace("name", factor))
	if err != nil {
		return err
	}
	return p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			var rows []factorRow
			err := g.On(tx.DB).Where("id = ? AND confirmed_at IS NOT NULL", factor).Limit(1).Find(&rows).Error
			if err != nil {
				return gate.Entry{}, fmt.Errorf("rename factor: %w", err)
			}
			if len(rows) == 0 {
				return gate.Entry{}, fault.NotFound("rename factor")
			}
			before, err := p.box.Open(rows[0].Name, factorPlace("name", factor))
			if err != nil {
				return gate.Entry{}, err
			}
			err = g.On(tx.Model(&factorRow{})).Where("id = ?", factor).Update("name", sealed).Error
			if err != nil {
				return gate.Entry{}, fmt.Errorf("rename factor: %w", err)
			}
			return g.Entry(activity.FactorRenamed, activity.Details{
				Target:  activity.TargetOf("factor", factor, name),
				Changes: []activity.Change{{Field: "name", Old: before, New: name}},
			}), nil
		})
}

// factorName is what a factor is called; the standard where its owner said nothing.
func factorName(name, standard string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return standard, nil
	case utf8.RuneCountInString(name) > longestName:
		return "", fault.InvalidField("name", "Use at most 60 characters.")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, persons.Misleads):
		return "", fault.InvalidField("name", "This name has characters that cannot be stored.")
	}
	return name, nil
}

// SuspectSince leaves nothing of the factors of the grant's person that may have come from somebody else since a time:
// those that were added open nothing until their owner has looked at them, what was begun goes, and so do recovery
// codes that were made.
func SuspectSince(tx *db.Tx, g gate.Grant, since time.Time) error {
	err := g.On(tx.Model(&factorRow{})).Where("confirmed_at >= ? AND suspect_at IS NULL", db.At(since)).
		Update("suspect_at", db.At(g.Now())).Error
	if err != nil {
		return fmt.Errorf("suspend factors: %w", err)
	}
	if err := g.On(tx.DB).Where("confirmed_at IS NULL").Delete(&factorRow{}).Error; err != nil {
		return fmt.Errorf("drop unfinished factors: %w", err)
	}
	set, found, err := RecoverySet(tx, g)
	if err == nil && found && !set.MadeAt.Before(since) {
		err = dropRecoveryCodes(tx, g)
	}
	return err
}
