package staffing

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Verdict is what a second administrator says.
type Verdict struct {
	Approve bool
	Answer  string // why not; may be empty where it is approved
}

func over() error { return fault.Conflict("This was decided or withdrawn meanwhile.") }

// Decide is the word of a second administrator: not the one who asked, and not the one who gains (A10).
func (s *Staffing) Decide(ctx context.Context, who actor.Actor, request id.StaffRequest, v Verdict) error {
	missing := ""
	if !v.Approve {
		missing = "Say why not. Whoever asked reads it."
	}
	var err error
	if v.Answer, err = checkedReason("answer", v.Answer, missing); err != nil {
		return err
	}
	asked, found, err := s.byID(s.reader.With(ctx), request)
	if err != nil {
		return err
	}
	if !found {
		return fault.NotFound("decide about a request")
	}
	return s.change(ctx, who, []id.Person{asked.MemberID}, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return s.decide(tx, g, request, v)
	})
}

func (s *Staffing) decide(tx *db.Tx, g gate.Grant, request id.StaffRequest, v Verdict) (gate.Entry, error) {
	row, _, err := s.byID(tx.DB, request)
	if err != nil {
		return gate.Entry{}, err
	}
	if row.State != Waiting {
		return gate.Entry{}, over()
	}
	about, err := s.about(tx.DB, row)
	if err != nil {
		return gate.Entry{}, err
	}
	if by := g.Who().Person; by == row.AskedBy || by == row.MemberID { // nobody approves their own
		return gate.Entry{}, refuse(g, access.ReasonOwnRole, activity.Target{
			Kind: "staff request", ID: row.ID.String(), Label: about,
		})
	}
	action, state, given := activity.StaffDeclined, Declined, gate.Entry{}
	if v.Approve {
		action = activity.StaffApproved
		if given, err = s.approve(tx, g, &row); err != nil {
			return gate.Entry{}, err
		}
		if state = row.State; state == Waiting {
			state = Given
		}
	}
	set := map[string]any{
		"state": state, "decided_by": g.Who().Person, "decided_at": db.At(g.Now()), "token_hash": row.TokenHash,
		"sent_at": row.SentAt, "expires_at": row.ExpiresAt,
	}
	if set["answer"], err = s.seal(row, "answer", v.Answer); err != nil {
		return gate.Entry{}, err
	}
	if left, err := leave(tx, g, row, Waiting, set); err != nil || !left {
		return gate.Entry{}, errOr(err, over())
	}
	if err := s.tellAsker(tx, g, row, about, v); err != nil {
		return gate.Entry{}, err
	}
	e := g.Entry(action, s.details(row, about, v.Answer))
	if v.Approve {
		e = e.And(given)
	}
	return e, nil
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// approve gives what was asked for, if whoever asked could still ask for it, and if it still fits.
func (s *Staffing) approve(tx *db.Tx, g gate.Grant, row *requestRow) (gate.Entry, error) {
	still, err := s.stillMay(tx.DB, row.AskedBy)
	if err != nil {
		return gate.Entry{}, err
	}
	if !still {
		return gate.Entry{}, fault.Conflict("Whoever asked for this no longer manages the staff. " +
			"Decline it, and ask anew if it is wanted.")
	}
	about, err := s.fits(tx, g, row)
	if err != nil {
		return gate.Entry{}, err
	}
	return s.carry(tx, g, row, about)
}

// stillMay says whether somebody can give seats now.
func (s *Staffing) stillMay(q *gorm.DB, person id.Person) (bool, error) {
	row, err := persons.ByID(q, person)
	if err != nil {
		return false, err
	}
	seat, found, err := s.accounts.SeatOf(q, person)
	if err != nil {
		return false, err
	}
	return found && !seat.Suspended && row.State == persons.Active && s.manages(seat.Department), nil
}

// about is whom a request is about, in words: a name, or the address that is invited.
func (s *Staffing) about(q *gorm.DB, row requestRow) (string, error) {
	if row.Kind == Invite {
		return s.text(row, "email", row.Email)
	}
	person, err := persons.ByID(q, row.MemberID)
	if err != nil {
		return "", err
	}
	return s.people.OpenName(person.ID, person.Name)
}

func (s *Staffing) tellAsker(tx *db.Tx, g gate.Grant, row requestRow, about string, v Verdict) error {
	err := s.outbox.Enqueue(tx, outbox.Message{Kind: MailDecided, Key: row.ID.String(), Payload: DecidedMail{
		To: row.AskedBy, Request: row.ID, By: g.Who().Name, About: about, What: s.inWords(row), Approved: v.Approve,
		Answer: v.Answer,
	}})
	if err != nil {
		return fmt.Errorf("decide about a request: %w", err)
	}
	return nil
}

// Withdraw takes a request back that waits: whoever asked does that. An invitation that is out is withdrawn by any
// administrator; its link leads nowhere any more.
func (s *Staffing) Withdraw(ctx context.Context, who actor.Actor, request id.StaffRequest) error {
	return s.change(ctx, who, nil, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, found, err := s.byID(tx.DB, request)
		if err != nil {
			return gate.Entry{}, err
		}
		if !found {
			return gate.Entry{}, fault.NotFound("withdraw a request")
		}
		about, err := s.about(tx.DB, row)
		if err != nil {
			return gate.Entry{}, err
		}
		action := activity.StaffUninvited
		switch {
		case row.State == Waiting && row.AskedBy == g.Who().Person:
			action = activity.StaffUnasked
		case row.State == Waiting:
			return gate.Entry{}, fault.Conflict("Only whoever asked withdraws this. You can decline it.")
		case row.State != Invited:
			return gate.Entry{}, over()
		}
		left, err := leave(tx, g, row, row.State, map[string]any{
			"state": Withdrawn, "decided_by": g.Who().Person, "decided_at": db.At(g.Now()),
		})
		if err != nil || !left {
			return gate.Entry{}, errOr(err, over())
		}
		return g.Entry(action, s.details(row, about, "")), nil
	})
}

// Resend mails an invitation again, with another link for another seven days; the one before leads nowhere any more.
// What it gives was approved already.
func (s *Staffing) Resend(ctx context.Context, who actor.Actor, request id.StaffRequest) error {
	return s.change(ctx, who, nil, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, found, err := s.byID(tx.DB, request)
		if err != nil {
			return gate.Entry{}, err
		}
		if !found {
			return gate.Entry{}, fault.NotFound("resend an invitation")
		}
		if row.State != Invited {
			return gate.Entry{}, over()
		}
		if wait := resendAfter - g.Now().Sub(row.SentAt.Time); wait > 0 {
			return gate.Entry{}, fault.Limited(wait.Round(time.Second), "This invitation was sent a moment ago.")
		}
		about, err := s.about(tx.DB, row)
		if err != nil {
			return gate.Entry{}, err
		}
		before := row.TokenHash
		if err := s.send(tx, g, &row, about); err != nil {
			return gate.Entry{}, err
		}
		done := g.On(tx.Model(&requestRow{})).Where("id = ? AND state = ? AND token_hash = ?", row.ID, Invited, before).
			Updates(map[string]any{"token_hash": row.TokenHash, "sent_at": row.SentAt, "expires_at": row.ExpiresAt})
		if done.Error != nil || done.RowsAffected == 0 {
			return gate.Entry{}, errOr(done.Error, over())
		}
		return g.Entry(activity.StaffReinvited, s.details(row, about, "")), nil
	})
}

// Disable shuts a colleague out at once, on all nodes. Taking away needs no second administrator; giving back does.
func (s *Staffing) Disable(ctx context.Context, who actor.Actor, member id.Person, reason string) error {
	return s.takes(ctx, who, member, reason, s.people.ShutOut)
}

// End takes somebody's seat away, from their next request on. Their sign-in stays, and opens nothing of the provider's.
func (s *Staffing) End(ctx context.Context, who actor.Actor, member id.Person, reason string) error {
	return s.takes(ctx, who, member, reason, s.accounts.TakeSeat)
}

func (s *Staffing) takes(
	ctx context.Context, who actor.Actor, member id.Person, reason string,
	take func(*db.Tx, gate.Grant, id.Person) (gate.Entry, error),
) error {
	reason, err := checkedReason("reason", reason, "Say why. It stands in the log.")
	if err != nil {
		return err
	}
	return s.change(ctx, who, []id.Person{member}, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return s.takeFrom(tx, g, member, reason, take)
	})
}

// colleague is somebody with a seat, the state of their sign-in and their name.
func (s *Staffing) colleague(
	q *gorm.DB, member id.Person,
) (seat accounts.StaffSeat, state, name string, err error) {
	seat, found, err := s.accounts.SeatOf(q, member)
	if err != nil {
		return seat, "", "", err
	}
	if !found {
		return seat, "", "", fault.NotFound("find a colleague")
	}
	person, err := persons.ByID(q, member)
	if err != nil {
		return seat, "", "", err
	}
	name, err = s.people.OpenName(person.ID, person.Name)
	return seat, person.State, name, err
}

func (s *Staffing) takeFrom(
	tx *db.Tx, g gate.Grant, member id.Person, reason string,
	take func(*db.Tx, gate.Grant, id.Person) (gate.Entry, error),
) (gate.Entry, error) {
	seat, state, name, err := s.colleague(tx.DB, member)
	if err != nil {
		return gate.Entry{}, err
	}
	if member == g.Who().Person {
		return gate.Entry{}, refuse(g, access.ReasonOwnRole, persons.About(member, name))
	}
	if state == persons.Active && !seat.Suspended {
		if err := s.keepsOne(tx, member, seat.Department); err != nil {
			return gate.Entry{}, err
		}
	}
	e, err := take(tx, g, member)
	if err != nil {
		return gate.Entry{}, err
	}
	d, _ := s.access.Department(seat.Department)
	return g.Entry(activity.StaffTaken, activity.Details{
		Target: persons.About(member, name), Changes: []activity.Change{
			{Field: "department", Old: d.Name}, {Field: "reason", New: reason},
		},
	}).And(e), nil
}

// viewing is the grant with which staff look at their colleagues.
func (s *Staffing) viewing(ctx context.Context, who actor.Actor) (gate.Grant, error) {
	return s.gate.View(ctx, who, verb.StaffView, id.ProviderScope())
}
