package hosting_test

import (
	"context"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// Another room asks for a stop by a message, and for its end by another; however often they come, and whatever staff
// did meanwhile, nothing is done twice and nobody's work is undone.
func TestServicesStopWhenAnotherRoomAsks(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		v.Outbox.Handle(hosting.SuspendAsked, v.hosting.OnSuspendAsked)
		v.Outbox.Handle(hosting.RestoreAsked, v.hosting.OnRestoreAsked)
		for _, kind := range []string{hosting.MailService, hosting.MailBreach} {
			v.Outbox.Handle(kind, func(context.Context, outbox.Delivery) error { return nil })
		}
		const why = "Invoice 2026-0398 is overdue."
		ask := func(kind, reason string) hosting.State {
			t.Helper()
			for range 2 {
				err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
					return w.Outbox.Enqueue(tx, outbox.Message{
						Kind: kind, Key: id.New[id.RequestKind]().String(),
						Payload: hosting.Asked{Account: v.account, Service: v.blog, Reason: reason},
					})
				})
				if err == nil {
					_, err = w.Outbox.Deliver(t.Context())
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if _, failed, err := w.Outbox.Waiting(t.Context()); err != nil || failed > 0 {
				t.Errorf("%d messages were given up, %v", failed, err)
			}
			state, _ := v.state(t, v.blog)
			return state
		}
		if got := ask(hosting.SuspendAsked, why); got != hosting.Suspended {
			t.Errorf("asked to stop it is %s", got)
		}
		if got := ask(hosting.RestoreAsked, "Invoice 2026-0399 is overdue."); got != hosting.Suspended {
			t.Errorf("asked to run again for another reason it is %s", got)
		}
		if got := ask(hosting.RestoreAsked, why); got != hosting.Active {
			t.Errorf("asked to run again it is %s", got)
		}
		who := actor.NewSystem("test")
		b := hosting.Breach{Found: "A file.", Todo: "Remove it."}
		if err := v.hosting.Disable(t.Context(), who, v.account, v.blog, b); err != nil {
			t.Fatal(err)
		}
		if got := ask(hosting.SuspendAsked, why); got != hosting.Suspended {
			t.Errorf("disabled and asked to stop it is %s", got)
		}
		if got := ask(hosting.RestoreAsked, why); got != hosting.Suspended {
			t.Errorf("disabled, then paid for, it is %s", got)
		}
	})
}
