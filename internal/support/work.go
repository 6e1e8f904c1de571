package support

import (
	"context"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Reply adds what the customer says to a case of theirs. It is staff's turn then, even where the case was closed.
func (s *Support) Reply(ctx context.Context, who actor.Actor, c id.Case, text string) error {
	text, err := checkText(text)
	if err != nil {
		return err
	}
	if !who.SignedIn() {
		return fault.SignIn()
	}
	return s.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, err := find(tx.DB, g, c)
			if err != nil {
				return gate.Entry{}, err
			}
			line := messageRow{CaseID: c, Kind: Replied, AuthorID: who.Person}
			if err := s.say(tx, g, line, who.Name, text); err != nil {
				return gate.Entry{}, err
			}
			if err := move(tx, g, row, map[string]any{"state": Open}); err != nil {
				return gate.Entry{}, err
			}
			return s.entry(g, row, activity.CaseReplied)
		})
}

// Take makes whoever asks the owner of a case, be it somebody else's or nobody's.
func (s *Support) Take(ctx context.Context, who actor.Actor, c id.Case, version int64) error {
	return s.work(ctx, who, c, step{
		action: activity.CaseTaken, line: Taken, version: version,
		set: func(row heldRow) (map[string]any, error) {
			if row.Case.OwnerID == who.Person {
				return nil, fault.Conflict("This case is yours already.")
			}
			return map[string]any{"owner_id": who.Person}, nil
		},
	})
}

// StaffReply adds what staff say to a case. It is the customer's turn then, and they are told by mail.
func (s *Support) StaffReply(ctx context.Context, who actor.Actor, c id.Case, text string) error {
	text, err := checkText(text)
	if err != nil {
		return err
	}
	return s.work(ctx, who, c, step{
		action: activity.CaseReplied, line: Replied, text: text, mail: true,
		set: func(row heldRow) (map[string]any, error) {
			set := map[string]any{"state": Waiting}
			if row.Case.OwnerID.IsZero() {
				set["owner_id"] = who.Person
			}
			return set, nil
		},
	})
}

// Close ends a case. The customer is told, and can open it again by a reply.
func (s *Support) Close(ctx context.Context, who actor.Actor, c id.Case, version int64) error {
	return s.work(ctx, who, c, step{
		action: activity.CaseClosed, line: Ended, mail: true, version: version,
		set: func(row heldRow) (map[string]any, error) {
			if row.Case.State == Closed {
				return nil, fault.Conflict("This case is closed already.")
			}
			return map[string]any{"state": Closed}, nil
		},
	})
}

// HandOver gives a case to the other desk, which reads why. It is nobody's then, and to be answered. Whoever hands over
// what their department sees no more does not see it afterwards.
func (s *Support) HandOver(ctx context.Context, who actor.Actor, c id.Case, to Desk, text string, version int64) error {
	text, err := checkText(text)
	if err != nil {
		return err
	}
	return s.work(ctx, who, c, step{
		action: activity.CaseHanded, line: Handed, text: text, version: version,
		set: func(row heldRow) (map[string]any, error) {
			switch {
			case row.Case.Kind.Desk() == to:
				return nil, fault.Conflict("This case is there already.")
			case to != BillingDesk && to != SupportDesk:
				return nil, fault.InvalidField("to", "Choose who goes on with it.")
			}
			return map[string]any{"kind": to.kind(), "owner_id": nil, "state": Open}, nil
		},
	})
}

// step is something that staff do with a case.
type step struct {
	action  activity.Action
	line    MessageKind
	text    string
	mail    bool
	version int64 // of the case that was shown; 0: whatever it is now
	set     func(row heldRow) (map[string]any, error)
}

// work does a step. It is decided over the provider, and written into the chain of the person, who reads what was done
// for them.
func (s *Support) work(ctx context.Context, who actor.Actor, c id.Case, do step) error {
	known, err := s.StaffCase(ctx, who, c) // whose chain it goes to never changes
	if err != nil {
		return err
	}
	scope := known.chain()
	return s.gate.ChangeWith(ctx, who, verb.CasesReply, id.ProviderScope(), []id.Scope{scope},
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, err := find(tx.DB, g, c)
			if err != nil {
				return gate.Entry{}, err
			}
			if do.version != 0 && row.Case.Version != do.version {
				return gate.Entry{}, fault.Conflict("Somebody else has worked on this case meanwhile. Look at it again.")
			}
			set, err := do.set(row)
			if err != nil {
				return gate.Entry{}, err
			}
			line := messageRow{CaseID: c, Kind: do.line, AuthorID: who.Person, ByStaff: true}
			if err := s.say(tx, g, line, who.In(scope).Name, do.text); err != nil {
				return gate.Entry{}, err
			}
			if err := move(tx, g, row, set); err != nil {
				return gate.Entry{}, err
			}
			if err := s.tell(tx, row, known.Person, do); err != nil {
				return gate.Entry{}, err
			}
			return g.EntryIn(scope, do.action, activity.Details{Target: about(c, known.Subject)}), nil
		})
}

// tell has the customer told by mail of a step that concerns them. The mail belongs to the version that the case had.
func (s *Support) tell(tx *db.Tx, row heldRow, customer id.Person, do step) error {
	if !do.mail {
		return nil
	}
	return s.out.Enqueue(tx, outbox.Message{
		Kind: MailReply, Key: fmt.Sprintf("%s-%d", row.Case.ID, row.Case.Version),
		Payload: ReplyMail{Case: row.Case.ID, Person: customer, Closed: do.line == Ended},
	})
}

// move changes a case as it was read.
func move(tx *db.Tx, g gate.Grant, row heldRow, set map[string]any) error {
	set["changed_at"], set["version"] = db.At(g.Now()), row.Case.Version+1
	res := g.On(tx.Model(&caseRow{})).Where("id = ? AND version = ?", row.Case.ID, row.Case.Version).Updates(set)
	if res.Error != nil {
		return fmt.Errorf("change case: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return fault.Conflict("Somebody else has worked on this case meanwhile. Look at it again.")
	}
	return nil
}

func (s *Support) entry(g gate.Grant, row heldRow, action activity.Action) (gate.Entry, error) {
	c, err := s.open(&row)
	if err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(action, activity.Details{Target: about(c.ID, c.Subject)}), nil
}
