package factors

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/identity/webauthn"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// KeyAnswer is what a browser says that a security key or passkey answered: JSON of navigator.credentials.get.
type KeyAnswer string

func (a KeyAnswer) blank() error {
	if a == "" {
		return fault.InvalidField(keyField, "Your browser sent no answer of a key. JavaScript must be on for it.")
	}
	return nil
}

// guessable is false: the challenge is used up by the first try, and the signature is beyond guessing.
func (a KeyAnswer) guessable() bool { return false }

func (a KeyAnswer) prepare(ctx context.Context, p *Keyring, c Claim) (Shown, error) {
	s, err := p.Answered(ctx, string(a), Asking{Purpose: c.Purpose, Holder: c.Holder, person: c.Person.ID})
	if err = Unfit(err); err != nil && fault.KindOf(err) != fault.KindInvalid {
		return Shown{}, err
	}
	return Shown{Method: s.method(), Use: func(tx *db.Tx, g gate.Grant) error {
		if err != nil {
			return err
		}
		return Accept(tx, g, s, "confirmed_at IS NOT NULL", nil)
	}}, nil
}

// Asking is whom a challenge was given to, and what for. No person: whoever's passkey it is.
type Asking struct {
	Purpose Purpose
	Holder  Holder
	person  id.Person
}

// Signed is a right answer of a key.
type Signed struct {
	Person persons.Row
	row    factorRow
	use    webauthn.Use
}

func (s Signed) method() string {
	if s.row.Kind == kindPasskey {
		return actor.ByPasskey
	}
	return actor.ByKey
}

// Answered checks an answer. The challenge is used up whether it fits or not.
func (p *Keyring) Answered(ctx context.Context, text string, to Asking) (Signed, error) {
	if p.party == nil {
		return Signed{}, noParty()
	}
	answer, err := webauthn.ReadAnswer(text)
	if err != nil {
		return Signed{}, err // webauthn says what it did
	}
	ceremony, err := p.spend(ctx, to.Purpose, to.Holder, answer.Challenge())
	if err != nil {
		return Signed{}, err
	}
	q := p.reader.With(ctx)
	alone := to.person.IsZero()
	if alone {
		q = db.Across(q, "whoever holds the passkey is at the door")
	} else {
		q = db.WithScope(q, "person_id", to.person.Bytes())
	}
	s, c, err := p.byCredential(ctx, q, p.credentialIndex(answer.Credential()))
	switch {
	case err == nil && alone && (s.row.Kind != kindPasskey || s.row.ConfirmedAt.IsZero()):
		return Signed{}, webauthn.ErrRefused // it is there, and opens nothing by itself
	case alone && errors.Is(err, errNobodys):
		return s, p.unknownKey(answer.Credential(), err)
	case err != nil:
		return s, err
	}
	owner, err := p.owner(s.Person)
	if err != nil {
		return s, err
	}
	check := p.party.Answered
	if alone {
		check = p.party.AnsweredAlone
	}
	s.use, err = check(owner, c, ceremony.Challenge, answer)
	return s, err
}

// errNobodys says that nobody has a credential, or not the one whom it has to be of.
var errNobodys = fmt.Errorf("%w: it is nobody's here", webauthn.ErrRefused)

// byCredential finds the factor of a credential in a confined query, and whose it is.
func (p *Keyring) byCredential(
	ctx context.Context, q *gorm.DB, index secretbox.Index,
) (s Signed, c webauthn.Credential, err error) {
	row, found, err := db.One[factorRow](q.Where("credential_index = ?", index))
	if err != nil {
		return s, c, fmt.Errorf("read key: %w", err)
	}
	if !found {
		return s, c, errNobodys
	}
	s.row = row
	if s.Person, err = persons.ByID(p.reader.With(ctx), row.PersonID); err != nil {
		return s, c, err
	}
	c, err = p.openCredential(row)
	return s, c, err
}

// fellError says that the counter of a key did not grow.
type fellError struct{ row factorRow }

// Error is the text for logs.
func (e *fellError) Error() string { return "identity: the counter of a key went back" }

// Accept uses a right answer, in the change that it opens something for. The counter is judged by the row as it is in
// this change: two answers at once cannot both be newer (S11).
func Accept(tx *db.Tx, g gate.Grant, s Signed, state string, more map[string]any) error {
	row, found, err := db.One[factorRow](g.On(tx.DB).Where("id = ?", s.row.ID).Where(state))
	if err != nil {
		return fmt.Errorf("use key: %w", err)
	}
	if !found || !row.SuspectAt.IsZero() {
		return Unfit(webauthn.ErrRefused)
	}
	count := int64(s.use.SignCount)
	if s.use.Fell || count <= row.SignCount && (count != 0 || row.SignCount != 0) {
		return &fellError{row: row}
	}
	set := map[string]any{"sign_count": count, "backed_up": s.use.BackedUp, "last_used_at": db.At(g.Now())}
	maps.Copy(set, more)
	res := g.On(tx.Model(&factorRow{})).Where("id = ? AND sign_count = ? AND suspect_at IS NULL", row.ID, row.SignCount).
		Where(state).Updates(set)
	if res.Error != nil {
		return fmt.Errorf("use key: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return Unfit(webauthn.ErrRefused)
	}
	return nil
}

// OrSuspect passes an error on, unless it says that a key may have been copied. Such a key opens nothing from then on,
// every session of its owner ends, for one of them may be the copy's, and the owner is told. What comes back asks for
// another factor (S11).
func (p *Keyring) OrSuspect(ctx context.Context, known actor.Actor, err error) error {
	fell, ok := errors.AsType[*fellError](err)
	if !ok {
		return err
	}
	name, err := p.box.Open(fell.row.Name, factorPlace("name", fell.row.ID))
	if err != nil {
		return err
	}
	err = p.gate.Change(ctx, known, verb.SelfManage, id.PersonScope(known.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			marked := g.On(tx.Model(&factorRow{})).Where("id = ?", fell.row.ID).
				Updates(map[string]any{"suspect_at": db.At(g.Now()), "copied_at": db.At(g.Now())})
			if marked.Error != nil {
				return gate.Entry{}, fmt.Errorf("suspect key: %w", marked.Error)
			}
			if err := sessions.EndEvery(tx, g, known.Person); err != nil {
				return gate.Entry{}, err
			}
			if err := p.alerts.Tell(tx, g, alerts.KeyCloned, name); err != nil {
				return gate.Entry{}, err
			}
			target := activity.TargetOf("factor", fell.row.ID, name)
			return g.Entry(activity.FactorSuspected, activity.Details{Target: target}), nil
		})
	if err != nil {
		return err
	}
	return fault.InvalidField(keyField, "This key may have been copied: its counter went back. It opens nothing any "+
		"more, and you are signed out everywhere. Sign in with your password and something else.")
}

// AskForSecondStep is what the browser is given at the second step of a sign-in by a key. It costs no try.
func (p *Keyring) AskForSecondStep(ctx context.Context, half string) ([]byte, error) {
	row, err := p.sessions.GoodHalf(ctx, half)
	if err != nil {
		return nil, err
	}
	return p.askAmong(ctx, ForSecondStep, OfHalf(row.ID), row.PersonID)
}

// AskForStepUp is what the browser is given when somebody is to prove by a key again who they are.
func (p *Keyring) AskForStepUp(ctx context.Context, who actor.Actor) ([]byte, error) {
	if !who.SignedIn() {
		return nil, fault.SignIn()
	}
	return p.askAmong(ctx, ForStepUp, OfSession(who.Session), who.Person)
}

// askAmong asks for an answer of any key of a person.
func (p *Keyring) askAmong(ctx context.Context, what Purpose, of Holder, person id.Person) ([]byte, error) {
	if p.party == nil {
		return nil, noParty()
	}
	list, err := p.credentials(db.WithScope(p.reader.With(ctx), "person_id", person.Bytes()).
		Where("confirmed_at IS NOT NULL AND suspect_at IS NULL"))
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault.Conflict("There is no security key to use. Choose something else.")
	}
	asked, err := p.party.Ask(list)
	if err != nil {
		return nil, err // webauthn says what it did
	}
	return p.ask(ctx, what, of, nil, asked)
}

// AskForPasskey is what a browser is given whose user is not known yet. It is the same for everybody but for the
// challenge, which is good in that browser only: door is what ties its forms to it (S5, S9).
func (p *Keyring) AskForPasskey(ctx context.Context, door string) ([]byte, error) {
	if p.party == nil {
		return nil, noParty()
	}
	if door == "" {
		return nil, persons.StartAgain()
	}
	asked, err := p.party.AskAnybody()
	if err != nil {
		return nil, err // webauthn says what it did
	}
	return p.ask(ctx, ForSignIn, OfBrowser(door), nil, asked)
}
