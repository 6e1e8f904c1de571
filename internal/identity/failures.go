package identity

import (
	"context"
	"fmt"
	"slices"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// ManyFailures is the kind of message that says that somebody fails again and again.
const ManyFailures = "identity.many-failures"

// FailuresMail is word of failures in a row, on its way to whom they concern.
type FailuresMail struct {
	Subject []byte    `json:"subject"`          // the blind index of the address
	Person  id.Person `json:"person,omitzero"`  // where it is known who fails
	Failed  int       `json:"failed,omitempty"` // in a row
}

// tellAt are the failures in a row at which the person is told: at the first wait, at the longest, and when the way in
// is shut. A mail for each wait would be a way to flood a mailbox.
func tellAt() []int { return []int{freeFailures, lockedFailures, lastFailure} }

// noticeFailures leaves word of many failures. It does so for addresses that nobody has as well, so that both take the
// same statements (S5); who is to be told is found out after the answer.
func (p *People) noticeFailures(
	ctx context.Context, kind string, subject secretbox.Index, reached int, of []id.Person,
) error {
	if !slices.Contains(tellAt(), reached) {
		return nil
	}
	m := FailuresMail{Subject: subject[:], Failed: reached}
	if len(of) > 0 {
		m.Person = of[0]
	} else if kind != byPassword {
		return nil // counted under something that stands for nobody
	}
	return p.gate.Bookkeep(ctx, "outbox", func(tx *db.Tx) error {
		// The outbox says what it did.
		return p.out.Enqueue(tx, outbox.Message{Kind: ManyFailures, Key: id.New[id.MessageKind]().String(), Payload: m})
	})
}

// TellOfFailures tells somebody by mail that tries to sign in as them fail again and again.
func (p *People) TellOfFailures(ctx context.Context, m FailuresMail) error {
	row, err := byID(p.reader.With(ctx), m.Person)
	if m.Person.IsZero() {
		row, err = findPerson(p.reader.With(ctx), "email_index = ?", m.Subject)
	}
	if err != nil || row.ID.IsZero() || row.State != stateActive {
		return err // nobody has the address
	}
	name, err := p.OpenName(row.ID, row.Name)
	if err != nil {
		return err
	}
	return p.gate.Change(ctx, actor.NewSystem(ManyFailures), verb.SelfManage, id.PersonScope(row.ID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := p.alert(tx, g, AlertManyFailures, fmt.Sprint(m.Failed)); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.FailuresNoticed, activity.Details{
				Target: aboutPerson(row.ID, name), Count: m.Failed,
			}), nil
		})
}
