package waysback

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	// MailNewEmail is the kind of message that goes to an address that somebody wants to be known by.
	MailNewEmail = "identity.new_email"

	emailChangeLife = 24 * time.Hour

	changeOpen     = "open"
	changeDone     = "done"
	changeStopped  = "stopped"
	changeReplaced = "replaced"
)

// NewEmailMail is on its way to an address that somebody wants to be known by.
type NewEmailMail struct {
	Person   id.Person `json:"person"`
	To       string    `json:"to"`
	Name     string    `json:"name"`
	TimeZone string    `json:"time_zone,omitempty"`
	Token    string    `json:"token"`
	Expires  time.Time `json:"expires"`
}

// emailChangeRow is an address that is not yet confirmed.
type emailChangeRow struct {
	ID         id.EmailChange `gorm:"primaryKey"`
	PersonID   id.Person
	Email      secretbox.Sealed
	EmailIndex secretbox.Index
	TokenHash  []byte
	State      string
	CreatedAt  db.Time
	ExpiresAt  db.Time
	SettledAt  db.Time
}

// TableName names the table.
func (emailChangeRow) TableName() string { return "email_changes" }

func newEmailPlace(change id.EmailChange) secretbox.Place {
	return secretbox.Place{Table: "email_changes", Column: "email", Row: change.Bytes()}
}

// EmailChange is an address that somebody is about to be known by.
type EmailChange struct {
	Email   string
	Expires time.Time
}

// OwnEmail is the address of the one who asks, and the one that waits for being confirmed, if there is one.
func (p *WaysBack) OwnEmail(ctx context.Context, who actor.Actor) (string, *EmailChange, error) {
	g, err := p.gate.View(ctx, who, verb.SelfView, id.PersonScope(who.Person))
	if err != nil {
		return "", nil, err
	}
	person, err := persons.ByID(p.reader.With(ctx), who.Person)
	if err != nil {
		return "", nil, err
	}
	email, err := p.persons.OpenEmail(person.ID, person.Email)
	if err != nil {
		return "", nil, err
	}
	row, found, err := db.One[emailChangeRow](g.On(p.reader.With(ctx)).
		Where("state = ? AND expires_at > ?", changeOpen, db.At(who.Now)))
	if err != nil || !found {
		return email, nil, err
	}
	next, err := p.box.Open(row.Email, newEmailPlace(row.ID))
	return email, &EmailChange{Email: next, Expires: row.ExpiresAt.Time}, err
}

// StartEmailChange mails a link to an address that the one who asks wants to be known by, and tells the present one at
// once. Nothing of it counts until the link was used. A factor must have been used in the last ten minutes (S16).
// Whether somebody has that address already is not told here: only its owner learns it, from the mail.
func (p *WaysBack) StartEmailChange(ctx context.Context, who actor.Actor, text string) error {
	if !who.SignedIn() {
		return fault.SignIn()
	}
	email, err := persons.ParseEmail(text)
	if err != nil {
		return err
	}
	person, err := persons.ByID(p.reader.With(ctx), who.Person)
	if err != nil {
		return err
	}
	index := p.persons.EmailIndex(email)
	if index == person.EmailIndex {
		return fault.InvalidField("email", "This is your e-mail address already.")
	}
	row := emailChangeRow{ID: id.New[id.EmailChangeKind](), PersonID: person.ID, EmailIndex: index, State: changeOpen}
	if row.Email, err = p.box.Seal(email, newEmailPlace(row.ID)); err != nil {
		return err
	}
	mail := NewEmailMail{Person: person.ID, To: email, Name: who.Name, TimeZone: person.TimeZone}
	mail.Token, row.TokenHash = tokens.New()
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if err := factors.RecentlyProved(tx, g); err != nil {
			return gate.Entry{}, err
		}
		if _, err := settleEmailChanges(tx, g, changeReplaced); err != nil {
			return gate.Entry{}, err
		}
		row.CreatedAt, row.ExpiresAt = db.At(g.Now()), db.At(g.Now().Add(emailChangeLife))
		mail.Expires = row.ExpiresAt.Time
		if err := p.keepEmailChange(tx, g, row, mail); err != nil {
			return gate.Entry{}, err
		}
		if err := p.alerts.Tell(tx, g, alerts.EmailAsked, email); err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(activity.EmailChangeStarted, activity.Details{Target: persons.About(person.ID, who.Name)}), nil
	}
	if err := p.tries.Take(ctx, tries.EmailChangeLimit(), p.tries.CodeSubject(who.Person)); err != nil {
		return err
	}
	return p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person), work)
}

// keepEmailChange writes a change of address down and has its link mailed.
func (p *WaysBack) keepEmailChange(tx *db.Tx, g gate.Grant, row emailChangeRow, mail NewEmailMail) error {
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return fmt.Errorf("change address: %w", err)
	}
	return p.out.Enqueue(tx, outbox.Message{Kind: MailNewEmail, Key: row.ID.String(), Payload: mail})
}

// settleEmailChanges ends what is open of the person of the grant, and says how many that were.
func settleEmailChanges(tx *db.Tx, g gate.Grant, state string) (int64, error) {
	done := g.On(tx.Model(&emailChangeRow{})).Where("state = ?", changeOpen).
		Updates(map[string]any{"state": state, "settled_at": db.At(g.Now())})
	if done.Error != nil {
		return 0, fmt.Errorf("end changes of address: %w", done.Error)
	}
	return done.RowsAffected, nil
}

// StopEmailChange ends a change of address that is not yet confirmed. Where there is none, that is no error: it was
// asked for to be sure.
func (p *WaysBack) StopEmailChange(ctx context.Context, who actor.Actor) error {
	if !who.SignedIn() {
		return fault.SignIn()
	}
	err := p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			n, err := settleEmailChanges(tx, g, changeStopped)
			if err == nil && n == 0 {
				err = emailChangeGone()
			}
			return g.Entry(activity.EmailChangeStopped, activity.Details{Target: persons.About(who.Person, who.Name)}), err
		})
	if fault.KindOf(err) == fault.KindConflict {
		return nil
	}
	return err
}

// EmailChangeFor reads what a link to confirm an address is for. It is shown to the person who began, and to nobody
// else: who reads a mailbox that somebody mistyped must not become them.
func (p *WaysBack) EmailChangeFor(ctx context.Context, who actor.Actor, token string) (EmailChange, error) {
	if !who.SignedIn() {
		return EmailChange{}, fault.SignIn()
	}
	row, err := p.openEmailChange(ctx, who, token)
	if err != nil {
		return EmailChange{}, err
	}
	email, err := p.box.Open(row.Email, newEmailPlace(row.ID))
	return EmailChange{Email: email, Expires: row.ExpiresAt.Time}, err
}

func (p *WaysBack) openEmailChange(ctx context.Context, who actor.Actor, token string) (emailChangeRow, error) {
	hash, ok := tokens.Hash(token)
	if !ok {
		return emailChangeRow{}, emailChangeGone()
	}
	q := db.WithScope(p.reader.With(ctx), "person_id", who.Person.Bytes())
	row, found, err := db.One[emailChangeRow](q.Where("token_hash = ?", hash))
	if err != nil {
		return emailChangeRow{}, fmt.Errorf("read change of address: %w", err)
	}
	if !found || row.State != changeOpen || !who.Now.Before(row.ExpiresAt.Time) {
		return emailChangeRow{}, emailChangeGone()
	}
	return row, nil
}

func emailChangeGone() error {
	return fault.Conflict("This link was used, stopped, is older than 24 hours, or belongs to another sign-in. " +
		"Ask for a new one on your page about security.")
}

// ConfirmEmail makes the new address the person's by the link that was mailed to it, once. Both addresses are told,
// links for a password end, and so do all other sessions; the one that asks goes on under the token returned (S16, N5).
func (p *WaysBack) ConfirmEmail(ctx context.Context, who actor.Actor, token string) (string, error) {
	if !who.SignedIn() {
		return "", fault.SignIn()
	}
	change, err := p.openEmailChange(ctx, who, token)
	if err != nil {
		return "", err
	}
	email, err := p.box.Open(change.Email, newEmailPlace(change.ID))
	if err != nil {
		return "", err
	}
	sealed, err := p.box.Seal(email, persons.Place("email", who.Person))
	if err != nil {
		return "", err
	}
	var session string
	err = p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			used := g.On(tx.Model(&emailChangeRow{})).
				Where("id = ? AND state = ? AND expires_at > ?", change.ID, changeOpen, db.At(g.Now())).
				Updates(map[string]any{"state": changeDone, "settled_at": db.At(g.Now())})
			if used.Error != nil {
				return gate.Entry{}, fmt.Errorf("confirm address: %w", used.Error)
			}
			if used.RowsAffected == 0 {
				return gate.Entry{}, emailChangeGone()
			}
			if err := p.moveTo(tx, g, sealed, change.EmailIndex); err != nil {
				return gate.Entry{}, err
			}
			var err error
			session, err = p.sessions.Renew(tx, g, sessions.Proved{})
			return g.Entry(activity.EmailChanged, activity.Details{
				Target:  persons.About(who.Person, who.Name),
				Changes: []activity.Change{{Field: "e-mail address", Redacted: true}},
			}), err
		})
	return session, err
}

// moveTo writes the new address of the person of the grant, with all that follows from it.
func (p *WaysBack) moveTo(tx *db.Tx, g gate.Grant, email secretbox.Sealed, index secretbox.Index) error {
	person, err := persons.ByID(tx.DB, g.Person())
	if err != nil {
		return err
	}
	old, err := p.persons.OpenEmail(person.ID, person.Email)
	if err != nil {
		return err
	}
	err = persons.StoreEmail(tx, person, email, index)
	if db.IsDuplicate(err) {
		return emailChangeGone() // its owner was told by the mail
	}
	if err != nil {
		return err
	}
	if err := endResets(tx, g); err != nil {
		return err
	}
	if _, err := sessions.EndAll(tx, g, person.ID, g.Who().Session); err != nil {
		return err
	}
	return p.alerts.Tell(tx, g, alerts.EmailChanged, old)
}
