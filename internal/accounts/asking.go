package accounts

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// How often owners are asked (our own figures): once for each permission within a day, and a few times altogether.
const (
	askAgain  = 24 * time.Hour
	asksADay  = 5
	asksShown = 30 * 24 * time.Hour // what is older was answered, or is forgotten
)

// MailAsked is the kind of outbox message that carries an AskMail.
const MailAsked = "mail.access_asked"

// AskMail says that somebody who was refused asks the owners for what they lack.
type AskMail struct {
	Account    id.Account
	Contact    id.Membership
	Name, Role string // of the one who asks
	Needs      verb.Verb
}

// Asked is a permission that somebody asked the owners for.
type Asked struct {
	Needs verb.Verb
	At    time.Time
}

type askRow struct {
	AccountID  id.Account `gorm:"primaryKey"`
	PersonID   id.Person  `gorm:"primaryKey"`
	Permission verb.Verb  `gorm:"primaryKey"`
	AskedAt    db.Time
}

// TableName names the table.
func (askRow) TableName() string { return tableAsks }

// MayAsk says whether somebody can ask the owners of an account for a permission: one that they lack or hold over some
// services only, and that an owner can give. Nobody asks in another's name.
func (a *Accounts) MayAsk(who actor.Actor, account id.Account, needs verb.Verb) bool {
	m := who.Membership
	if m.ID.IsZero() || m.Account != account || who.Previewing() || who.Assisting() || !askable(needs) {
		return false
	}
	held := a.access.Check(who, needs, id.AccountScope(account))
	return !held.Offered() || held.Limited
}

func askable(v verb.Verb) bool { return v.IsPortal() && !v.OwnersOnly() }

// Ask asks the owners of an account for a permission that the asker lacks. It gives nothing: owners are told, and
// decide on the contact's page. Whoever asks again within a day, or for many things, is told to wait, and nobody else
// hears of it.
func (a *Accounts) Ask(ctx context.Context, who actor.Actor, account id.Account, needs verb.Verb) error {
	if !askable(needs) {
		return fault.NotFound("ask for a permission")
	}
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		by := g.Who()
		if !a.MayAsk(by, account, needs) {
			return gate.Entry{}, fault.Conflict("You may do this already, or it is not yours to ask for.")
		}
		if err := noteAsk(tx, g, needs); err != nil {
			return gate.Entry{}, err
		}
		err := a.outbox.Enqueue(tx, outbox.Message{
			Kind: MailAsked, Key: fmt.Sprintf("%s-%s-%s-%d", account, by.Person, needs, g.Now().UnixMilli()),
			Payload: AskMail{
				Account: account, Contact: by.Membership.ID, Name: by.Name, Role: by.Membership.RoleName, Needs: needs,
			},
		})
		if err != nil {
			return gate.Entry{}, fmt.Errorf("ask for a permission: %w", err)
		}
		return g.Entry(activity.AccessAsked, activity.Details{
			Target: activity.Target{Kind: "permission", ID: string(needs), Label: needs.Sentence()},
		}), nil
	}
	err := a.change(ctx, who, verb.AccountView, id.AccountScope(account), nil, work)
	if err == nil {
		a.outbox.Wake()
	}
	return err
}

// noteAsk writes down that the grant's holder asks now, unless they did a short while ago. The account's turn is taken
// already: two requests at once meet here one after the other.
func noteAsk(tx *db.Tx, g gate.Grant, needs verb.Verb) error {
	mine := g.On(tx.DB).Where("person_id = ?", g.Who().Person).Session(&gorm.Session{})
	past := mine.Where("asked_at <= ?", db.At(g.Now().Add(-asksShown)))
	if err := past.Delete(&askRow{}).Error; err != nil {
		return fmt.Errorf("ask for a permission: %w", err)
	}
	var rows []askRow
	if err := mine.Where("asked_at > ?", db.At(g.Now().Add(-askAgain))).Order("asked_at").Find(&rows).Error; err != nil {
		return fmt.Errorf("ask for a permission: %w", err)
	}
	wait := func(r askRow) time.Duration { return askAgain - g.Now().Sub(r.AskedAt.Time) }
	for _, r := range rows {
		if r.Permission == needs {
			return fault.Limited(wait(r), "You have asked for this already, and the owners have it.")
		}
	}
	if len(rows) >= asksADay {
		return fault.Limited(wait(rows[0]), "You have asked for several things today, and the owners have them.")
	}
	if err := mine.Where("permission = ?", needs).Delete(&askRow{}).Error; err != nil {
		return fmt.Errorf("ask for a permission: %w", err)
	}
	row := askRow{Permission: needs, AskedAt: db.At(g.Now()), PersonID: g.Who().Person}
	row.AccountID, _ = g.Scope().Account()
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return fmt.Errorf("ask for a permission: %w", err)
	}
	return nil
}

// MyAsk is when the asker asked the owners for a permission within the last day; zero where they did not.
func (a *Accounts) MyAsk(
	ctx context.Context, who actor.Actor, account id.Account, needs verb.Verb,
) (time.Time, error) {
	g, err := a.gate.View(ctx, who, verb.AccountView, id.AccountScope(account))
	if err != nil {
		return time.Time{}, err
	}
	row, _, err := db.One[askRow](g.On(a.reader.With(ctx)).Where("person_id = ? AND permission = ? AND asked_at > ?",
		who.Person, needs, db.At(g.Now().Add(-askAgain))))
	if err != nil {
		return time.Time{}, fmt.Errorf("read what was asked: %w", err)
	}
	return row.AskedAt.Time, nil
}

// AskedBy is what a contact asked the owners for within the last month, the newest first.
func (a *Accounts) AskedBy(
	ctx context.Context, who actor.Actor, account id.Account, person id.Person,
) ([]Asked, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	var rows []askRow
	err = g.On(a.reader.With(ctx)).Where("person_id = ? AND asked_at > ?", person, db.At(g.Now().Add(-asksShown))).
		Order("asked_at DESC, permission").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read what was asked: %w", err)
	}
	out := make([]Asked, 0, len(rows))
	for _, r := range rows {
		out = append(out, Asked{Needs: r.Permission, At: r.AskedAt.Time})
	}
	return out, nil
}
