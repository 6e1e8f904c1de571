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
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	// ResetAsked is the kind of message that says that somebody asked for a new password under an address. Who has the
	// address is looked up when it is delivered: the answer at the door must not depend on it.
	ResetAsked = "identity.reset_asked"
	// MailReset is the kind of message that carries a link for a new password.
	MailReset = "identity.reset"

	resetLife = 15 * time.Minute // S14
)

// resetAsked is the payload of ResetAsked.
type resetAsked struct {
	Email   string `json:"email"`
	Device  string `json:"device,omitempty"`
	Address string `json:"address,omitempty"`
}

// ResetMail is a link for a new password on its way to its owner.
type ResetMail struct {
	Person   id.Person `json:"person"`
	To       string    `json:"to"`
	Name     string    `json:"name"`
	TimeZone string    `json:"time_zone,omitempty"`
	Token    string    `json:"token"`
	Expires  time.Time `json:"expires"`
	Device   string    `json:"device,omitempty"` // that asked
	Address  string    `json:"address,omitempty"`
}

// resetRow is a link for a new password.
type resetRow struct {
	ID        id.Reset `gorm:"primaryKey"`
	PersonID  id.Person
	TokenHash []byte
	CreatedAt db.Time
	ExpiresAt db.Time
	UsedAt    db.Time
}

// TableName names the table.
func (resetRow) TableName() string { return "password_resets" }

// ForgotPassword has a link for a new password mailed to whoever has the address. Whether somebody has it, or is
// disabled, cannot be told from outside: each takes the same statements and one hash, and who it is for is decided
// when the message is delivered (S5, S14).
func (p *WaysBack) ForgotPassword(ctx context.Context, who actor.Actor, email string) error {
	if err := persons.Typed(email, "-"); err != nil {
		return err
	}
	if err := p.tries.Take(ctx, tries.ResetNetworkLimit(), p.tries.Network(who)); err != nil {
		return err
	}
	subject := p.persons.EmailIndex(email)
	if err := p.tries.Take(ctx, tries.ResetAddressLimit(), subject); err != nil {
		return err
	}
	person, err := p.persons.ByEmail(ctx, subject)
	if err != nil {
		return err
	}
	// The hash keeps strangers from asking faster than they could sign in, and hides what else differs.
	if _, _, err := p.hasher.Check(ctx, "", ""); err != nil {
		return err
	}
	scope, target := id.ProviderScope(), activity.Target{Kind: "person", Label: "an address that nobody has"}
	if !person.ID.IsZero() {
		name, err := p.persons.OpenName(person.ID, person.Name)
		if err != nil {
			return err
		}
		scope, target = id.PersonScope(person.ID), persons.About(person.ID, name)
	}
	if err := p.gate.Tally(ctx, who, scope, activity.PasswordResetAsked, activity.Details{Target: target}); err != nil {
		return err
	}
	asked := resetAsked{Email: email, Device: who.Device}
	if who.Address.IsValid() {
		asked.Address = who.Address.String()
	}
	return p.gate.Bookkeep(ctx, "outbox", func(tx *db.Tx) error {
		return p.out.Enqueue(tx, outbox.Message{Kind: ResetAsked, Key: id.New[id.ResetKind]().String(), Payload: asked})
	})
}

// SendReset delivers ResetAsked: it makes the link for the person whose address it is, and ends those made before. Of
// an address that nobody has, nothing comes.
func (p *WaysBack) SendReset(ctx context.Context, d outbox.Delivery) error {
	var asked resetAsked
	if err := d.Decode(&asked); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	person, err := p.persons.ByEmail(ctx, p.persons.EmailIndex(asked.Email))
	if err != nil || person.ID.IsZero() || person.State != persons.Active {
		return err
	}
	m := ResetMail{Person: person.ID, TimeZone: person.TimeZone, Device: asked.Device, Address: asked.Address}
	if m.Name, err = p.persons.OpenName(person.ID, person.Name); err != nil {
		return err
	}
	if m.To, err = p.persons.OpenEmail(person.ID, person.Email); err != nil {
		return err
	}
	reset, err := id.FromBytes[id.ResetKind](d.ID.Bytes()) // delivered twice, it is made once
	if err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	scope := id.PersonScope(person.ID)
	err = p.gate.Change(ctx, actor.NewSystem("password reset"), verb.SelfManage, scope,
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := endResets(tx, g); err != nil {
				return gate.Entry{}, err
			}
			token, hash := tokens.New()
			m.Token, m.Expires = token, g.Now().Add(resetLife)
			row := resetRow{
				ID: reset, PersonID: person.ID, TokenHash: hash, CreatedAt: db.At(g.Now()), ExpiresAt: db.At(m.Expires),
			}
			if err := g.On(tx.DB).Create(&row).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("make a link for a password: %w", err)
			}
			if err := p.out.Enqueue(tx, outbox.Message{Kind: MailReset, Key: reset.String(), Payload: m}); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.PasswordResetSent, activity.Details{Target: persons.About(person.ID, m.Name)}), nil
		})
	if db.IsDuplicate(err) {
		return nil
	}
	return err
}

// endResets ends every link for a new password that the person of the grant has.
func endResets(tx *db.Tx, g gate.Grant) error {
	err := g.On(tx.Model(&resetRow{})).Where("used_at IS NULL").Update("used_at", db.At(g.Now())).Error
	if err != nil {
		return fmt.Errorf("end links for a password: %w", err)
	}
	return nil
}

// ResetGood says whether a link for a new password still works. Looking uses nothing up.
func (p *WaysBack) ResetGood(ctx context.Context, token string) error {
	_, _, err := p.openReset(ctx, token)
	return err
}

func (p *WaysBack) openReset(ctx context.Context, token string) (resetRow, persons.Row, error) {
	hash, ok := tokens.Hash(token)
	if !ok {
		return resetRow{}, persons.Row{}, resetGone()
	}
	row, found, err := db.One[resetRow](db.Across(p.reader.With(ctx), "whoever holds the token is at the door").
		Where("token_hash = ?", hash))
	if err != nil {
		return resetRow{}, persons.Row{}, fmt.Errorf("read link for a password: %w", err)
	}
	now, err := p.reader.Now(ctx)
	if err != nil {
		return resetRow{}, persons.Row{}, fmt.Errorf("read link for a password: %w", err)
	}
	if !found || !row.UsedAt.IsZero() || !now.Before(row.ExpiresAt.Time) {
		return resetRow{}, persons.Row{}, resetGone()
	}
	person, err := persons.ByID(p.reader.With(ctx), row.PersonID)
	if err == nil && person.State != persons.Active {
		err = resetGone()
	}
	return row, person, err
}

func resetGone() error {
	return fault.Conflict("This link was used, is older than 15 minutes, or a newer one was sent. Ask for a new one.")
}

// ResetPassword sets a new password by a mailed link, once. It signs nobody in and touches no second factor: the
// sign-in that follows asks for it as ever (S13, S14). All sessions end (N5), and failed tries at the password are
// forgotten; those at the second factor are not, since a mailbox says nothing about it.
func (p *WaysBack) ResetPassword(ctx context.Context, who actor.Actor, token, password string) error {
	if err := p.tries.Take(ctx, tries.ResetUseLimit(), p.tries.Network(who)); err != nil {
		return err
	}
	row, person, err := p.openReset(ctx, token)
	if err != nil {
		return err
	}
	known, err := p.persons.ByLink(who, person)
	if err != nil {
		return err
	}
	if err := p.factors.AllowedPassword(ctx, known, password); err != nil {
		return err
	}
	hash, err := p.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return p.gate.Change(ctx, known, verb.SelfManage, id.PersonScope(person.ID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			used := g.On(tx.Model(&resetRow{})).
				Where("id = ? AND used_at IS NULL AND expires_at > ?", row.ID, db.At(g.Now())).
				Update("used_at", db.At(g.Now()))
			if used.Error != nil {
				return gate.Entry{}, fmt.Errorf("use link for a password: %w", used.Error)
			}
			if used.RowsAffected == 0 {
				return gate.Entry{}, resetGone()
			}
			if err := p.replacePassword(tx, g, person, hash, password); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.PasswordReset, activity.Details{
				Target:  persons.About(person.ID, known.Name),
				Changes: []activity.Change{{Field: "password", Redacted: true}},
			}), nil
		})
}

// replacePassword stores a password that was set by a link, with all that follows from it.
func (p *WaysBack) replacePassword(tx *db.Tx, g gate.Grant, person persons.Row, hash, password string) error {
	if err := persons.Unchanged(tx, person); err != nil {
		return resetGone()
	}
	second, err := factors.HasSecond(g.On(tx.DB))
	if err != nil {
		return err
	}
	if !second { // it may have been taken away since the rules were applied
		if err := p.persons.CheckPassword(password, passwords.Context{}); err != nil {
			return err
		}
	}
	if err := p.persons.StoreHash(tx, person, hash, db.At(g.Now())); err != nil {
		return err
	}
	if err := endResets(tx, g); err != nil {
		return err
	}
	if err := tries.Forget(tx, tries.ByPassword, person.EmailIndex); err != nil {
		return err
	}
	if _, err := sessions.EndAll(tx, g, person.ID, id.Session{}); err != nil {
		return err
	}
	return p.alerts.Tell(tx, g, alerts.PasswordChanged, "")
}
