package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	// toldFor is for how long what somebody was told of is listed, and toldMost how much of it.
	toldFor = 30 * 24 * time.Hour
	// hitsKept is for how long it is known whom an entry was told to. Nobody looks at an entry that late again: the
	// cursors are past it.
	hitsKept = 90 * 24 * time.Hour
	toldMost = 50
)

// ownDelivery is how somebody is told by a rule about their own sign-in.
func ownDelivery(chosen []ownRow, rule Rule) Delivery {
	if rule.OwnSecurity() {
		return AtOnce
	}
	if i := slices.IndexFunc(chosen, func(r ownRow) bool { return r.Rule == rule }); i >= 0 {
		return chosen[i].Delivery
	}
	return rule.usual()
}

// Told is something that somebody was told of, or is to be told of in the next daily mail.
type Told struct {
	DayHit
	Name  string // of the account
	Waits bool   // for the daily mail
}

// Mine is how somebody is told.
type Mine struct {
	Choices []Choice           // of their own sign-in, in the order of OwnRules
	Told    []Told             // of what, lately, the newest first
	Logs    []accounts.PlaceOf // whose alerts they choose as well
}

// Mine is how the one who asks is told, and of what they were lately. What they were told of an account whose log they
// may not read any more is left out.
func (a *Watch) Mine(ctx context.Context, who actor.Actor) (Mine, error) {
	var m Mine
	g, err := a.gate.View(ctx, who, verb.SelfView, id.PersonScope(who.Person))
	if err != nil {
		return m, err
	}
	q := a.reader.With(ctx)
	var chosen []ownRow
	if err := g.On(q).Find(&chosen).Error; err != nil {
		return m, fmt.Errorf("read alerts: %w", err)
	}
	for _, rule := range OwnRules() {
		m.Choices = append(m.Choices, Choice{
			Rule: rule, Delivery: ownDelivery(chosen, rule), Fixed: rule.OwnSecurity(),
		})
	}
	places, err := a.accounts.PlacesOf(q, g)
	if err != nil {
		return m, err // accounts says what it did
	}
	m.Logs = slices.DeleteFunc(places, func(p accounts.PlaceOf) bool { return !p.ReadsLog })
	var rows []hitRow
	err = g.On(q).Where("hit_at > ?", db.At(g.Now().Add(-toldFor))).
		Order("hit_at DESC, seq DESC").Limit(toldMost).Find(&rows).Error
	if err != nil {
		return m, fmt.Errorf("read alerts: %w", err)
	}
	for _, row := range rows {
		told := Told{DayHit: row.line(), Waits: !row.DueAt.IsZero()}
		at := slices.IndexFunc(m.Logs, func(p accounts.PlaceOf) bool { return p.Account == row.AccountID })
		if at >= 0 {
			told.Name = m.Logs[at].Name
		}
		if at >= 0 || row.AccountID.IsZero() {
			m.Told = append(m.Told, told)
		}
	}
	return m, nil
}

func (r hitRow) line() DayHit {
	return DayHit{Account: r.AccountID, Rule: r.Rule, Seq: r.Seq, About: r.about(), At: r.HitAt.Time}
}

// ChooseMine sets how the one who asks is told of their own sign-in.
func (a *Watch) ChooseMine(ctx context.Context, who actor.Actor, wanted map[Rule]Delivery) error {
	if err := known(wanted, OwnRules()); err != nil {
		return err
	}
	return a.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			var changes []activity.Change
			for _, rule := range OwnRules() {
				d, given := wanted[rule]
				if !given || rule.OwnSecurity() {
					continue
				}
				row := ownRow{PersonID: who.Person, Rule: rule, Delivery: d}
				keys := []clause.Column{{Name: "person_id"}, {Name: "rule"}}
				onto := clause.OnConflict{Columns: keys, DoUpdates: clause.AssignmentColumns([]string{"delivery"})}
				if err := g.On(tx.DB).Clauses(onto).Create(&row).Error; err != nil {
					return gate.Entry{}, fmt.Errorf("choose alerts: %w", err)
				}
				changes = append(changes, activity.Change{Field: rule.OwnLabel(), New: d.word()})
			}
			return g.Entry(activity.AlertsChosen, activity.Details{Changes: changes}), nil
		})
}

// Prune forgets what people were told of long ago. What still waits for a daily mail stays. A job calls it.
func (a *Watch) Prune(ctx context.Context) error {
	now, err := a.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("prune alerts: %w", err)
	}
	return a.gate.Bookkeep(ctx, tableHits, func(tx *db.Tx) error {
		return db.Across(tx.DB, "what was told long ago, to whomever").
			Where("hit_at < ? AND due_at IS NULL", db.At(now.Add(-hitsKept))).Delete(&hitRow{}).Error
	})
}
