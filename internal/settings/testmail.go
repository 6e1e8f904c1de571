package settings

import (
	"context"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// MailTest is the kind of a mail that somebody of the staff sends to themselves to see how mails arrive.
const MailTest = "settings.test-mail"

// TestMail is one, with made-up names and amounts.
type TestMail struct {
	To   id.Person
	Mail string // which sample
}

// SendTest has a sample sent to whoever asks, and to nobody else.
func (s *Settings) SendTest(ctx context.Context, who actor.Actor, sample string) error {
	return s.gate.Change(ctx, who, verb.PoliciesManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if g.Who().Person.IsZero() {
				return gate.Entry{}, fault.NotFound("send a test mail")
			}
			err := s.outbox.Enqueue(tx, outbox.Message{
				Kind: MailTest, Key: id.New[id.SettingChangeKind]().String(), Payload: TestMail{To: g.Who().Person, Mail: sample},
			})
			if err != nil {
				return gate.Entry{}, err // the outbox says what it did
			}
			return g.Entry(activity.TestMailAsked, activity.Details{
				Target: activity.Target{Kind: "settings", Label: "how mails look"},
			}), nil
		})
}
