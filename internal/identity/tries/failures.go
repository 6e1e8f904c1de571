package tries

import (
	"context"
	"slices"

	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
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
func (p *Tries) noticeFailures(
	ctx context.Context, kind string, subject secretbox.Index, reached int, of []id.Person,
) error {
	if !slices.Contains(tellAt(), reached) {
		return nil
	}
	m := FailuresMail{Subject: subject[:], Failed: reached}
	if len(of) > 0 {
		m.Person = of[0]
	} else if kind != ByPassword {
		return nil // counted under something that stands for nobody
	}
	return p.gate.Bookkeep(ctx, "outbox", func(tx *db.Tx) error {
		// The outbox says what it did.
		return p.out.Enqueue(tx, outbox.Message{Kind: ManyFailures, Key: id.New[id.MessageKind]().String(), Payload: m})
	})
}
