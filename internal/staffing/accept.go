package staffing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Offer is what an invitation says to whoever holds its link.
type Offer struct {
	Email      string
	Department string
	Says       string // what the department is for
	Inviter    string
	Expires    time.Time
	HasSignIn  bool // somebody with that address has a sign-in: they accept once they are signed in
}

func worthless() error {
	return fault.NotFound("staff invitation")
}

// open reads an invitation by its token, if it can still be accepted.
func (s *Staffing) open(ctx context.Context, token string) (requestRow, error) {
	hash, ok := tokens.Hash(token)
	if !ok {
		return requestRow{}, worthless()
	}
	row, found, err := db.One[requestRow](s.reader.With(ctx).Where("token_hash = ? AND state = ?", hash, Invited))
	if err != nil {
		return requestRow{}, fmt.Errorf("read a staff invitation: %w", err)
	}
	now, err := s.reader.Now(ctx)
	if err != nil {
		return requestRow{}, fmt.Errorf("read a staff invitation: %w", err)
	}
	if !found || !now.Before(row.ExpiresAt.Time) {
		return requestRow{}, worthless()
	}
	return row, nil
}

// Offer reads an invitation by its token. Looking uses nothing up.
func (s *Staffing) Offer(ctx context.Context, token string) (Offer, error) {
	row, err := s.open(ctx, token)
	if err != nil {
		return Offer{}, err
	}
	o := Offer{Expires: row.ExpiresAt.Time}
	if o.Email, err = s.text(row, "email", row.Email); err != nil {
		return Offer{}, err
	}
	known, err := s.people.ByEmail(ctx, row.EmailIndex)
	if err != nil {
		return Offer{}, err
	}
	o.HasSignIn = !known.ID.IsZero()
	asker, err := persons.ByID(s.reader.With(ctx), row.AskedBy)
	if err != nil {
		return Offer{}, err
	}
	if o.Inviter, err = s.people.OpenName(asker.ID, asker.Name); err != nil {
		return Offer{}, err
	}
	d, _ := s.access.Department(row.Department)
	o.Department, o.Says = d.Name, d.Sentence
	return o, nil
}

// Acceptance is what somebody who has no sign-in yet says of themselves.
type Acceptance struct {
	Name     string
	Password string
}

// errOtherAddress marks the refusal of somebody who shows an invitation that was sent to another address.
var errOtherAddress = errors.New("staffing: invited under another address")

// Accept gives whoever holds the token the seat that it promises, once: somebody who has a sign-in under the invited
// address, and is signed in with it, or somebody new, to whose address the token came (A7). What comes back is with
// what they add their first security key; before that, nothing of the provider's opens (S12).
func (s *Staffing) Accept(
	ctx context.Context, who actor.Actor, token string, form Acceptance,
) (start factors.Start, err error) {
	row, err := s.open(ctx, token)
	if err != nil {
		return factors.Start{}, err
	}
	guest, fresh := who.Details, (*persons.Prepared)(nil)
	var about []id.Person
	if who.SignedIn() {
		about = []id.Person{who.Person}
	} else if fresh, err = s.prepare(ctx, row, form); err != nil {
		return factors.Start{}, err
	} else {
		guest.Kind, guest.Person, guest.Name = actor.Staff, fresh.Person(), fresh.Name()
		guest.Factor = "invitation by e-mail"
	}
	// The token is an entrance of its own: Gatehouse does what it promises, and the entry names whoever came with it.
	err = s.change(ctx, actor.NewSystem("staff invitation"), about, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		var e gate.Entry
		start, e, err = s.join(tx, g, row, guest, fresh)
		return e, err
	})
	if errors.Is(err, errOtherAddress) { // A7: whoever has the link and not the address is seen
		return factors.Start{}, errors.Join(err, s.gate.Tally(ctx, who, id.ProviderScope(), activity.StaffJoined,
			activity.Details{
				Target:  activity.Target{Kind: "staff request", ID: row.ID.String()},
				Outcome: activity.RefusedResult, Reason: "The invitation is for another e-mail address.",
			}))
	}
	return start, err
}

// prepare makes the sign-in of somebody new. Whoever has one signs in first.
func (s *Staffing) prepare(ctx context.Context, row requestRow, form Acceptance) (*persons.Prepared, error) {
	known, err := s.people.ByEmail(ctx, row.EmailIndex)
	if err != nil {
		return nil, err
	}
	if !known.ID.IsZero() {
		return nil, fault.SignIn()
	}
	email, err := s.text(row, "email", row.Email)
	if err != nil {
		return nil, err
	}
	fresh, err := s.people.Prepare(ctx, persons.NewPerson{
		Email: email, Name: form.Name, Password: form.Password, Staff: true,
	})
	return &fresh, err
}

func (s *Staffing) join(
	tx *db.Tx, g gate.Grant, row requestRow, guest actor.Details, fresh *persons.Prepared,
) (start factors.Start, e gate.Entry, err error) {
	if e, err = s.comeIn(tx, g, row, guest, fresh); err != nil {
		return factors.Start{}, gate.Entry{}, err
	}
	done := g.On(tx.Model(&requestRow{})).
		Where("id = ? AND state = ? AND token_hash = ? AND expires_at > ?", row.ID, Invited, row.TokenHash, db.At(g.Now())).
		Updates(map[string]any{"state": Accepted, "member_id": guest.Person})
	if done.Error != nil || done.RowsAffected == 0 {
		return factors.Start{}, gate.Entry{}, errOr(done.Error, worthless())
	}
	seated, err := s.accounts.GiveSeat(tx, g, guest.Person, row.Department)
	if err != nil {
		return factors.Start{}, gate.Entry{}, err
	}
	if err := used(tx, guest.Person, g.Now()); err != nil {
		return factors.Start{}, gate.Entry{}, err
	}
	start, started, err := s.people.IssueStart(tx, g, guest.Person, guest.Name)
	if err != nil {
		return factors.Start{}, gate.Entry{}, err
	}
	joined := g.EntryFor(actor.Enter(guest), activity.StaffJoined, s.details(row, guest.Name, ""))
	return start, e.And(seated).And(started).And(joined), nil
}

// comeIn asks whether the invitation still holds, and makes the sign-in of somebody new.
func (s *Staffing) comeIn(
	tx *db.Tx, g gate.Grant, row requestRow, guest actor.Details, fresh *persons.Prepared,
) (gate.Entry, error) {
	still, err := s.stillMay(tx.DB, row.AskedBy)
	if err != nil {
		return gate.Entry{}, err
	}
	if !still {
		return gate.Entry{}, fault.Conflict("Whoever invited you can no longer give this seat. Ask for a new invitation.")
	}
	if fresh != nil {
		return s.people.CreatePerson(tx, g, *fresh)
	}
	person, err := persons.ByID(tx.DB, guest.Person)
	if err != nil {
		return gate.Entry{}, err
	}
	if person.EmailIndex != row.EmailIndex || person.State != persons.Active {
		return gate.Entry{}, errors.Join(errOtherAddress, fault.Denied("accept a staff invitation", fault.Denial{
			Verb: verb.SignedIn, Reason: "This invitation is for another e-mail address. Sign in with that one to accept it.",
		}))
	}
	return gate.Entry{}, nil
}
