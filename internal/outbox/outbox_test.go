package outbox_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

const kind = "test"

func enqueue(t *testing.T, w *testkit.World, keys ...string) {
	t.Helper()
	err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
		for _, key := range keys {
			if err := w.Outbox.Enqueue(tx, outbox.Message{Kind: kind, Key: key, Payload: key}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// R8: a slow server keeps no message of the same round for so long that another worker sends it too.
func TestASlowRoundSendsNothingTwice(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		other := outbox.New(w.Writer, w.Reader, w.Box, w.Logger)
		sent := map[string]int{}
		note := func(d outbox.Delivery) (key string) {
			if err := d.Decode(&key); err != nil {
				t.Error(err)
			}
			sent[key]++
			return key
		}
		other.Handle(kind, func(_ context.Context, d outbox.Delivery) error { note(d); return nil })
		w.Outbox.Handle(kind, func(ctx context.Context, d outbox.Delivery) error {
			note(d)
			w.Offset.Advance(80 * time.Second) // less than a message may take
			_, err := other.Deliver(ctx)
			return err
		})
		enqueue(t, w, "one", "two", "three")
		if _, err := w.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		for key, times := range sent {
			if times != 1 {
				t.Errorf("message %s was sent %d times", key, times)
			}
		}
		if len(sent) != 3 {
			t.Errorf("sent were %v", sent)
		}
	})
}

// R8, R16: what was sent while the program stops is not sent again.
func TestWhatWasSentWhileStoppingIsNoted(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		ctx, stop := context.WithCancel(t.Context())
		times := 0
		w.Outbox.Handle(kind, func(context.Context, outbox.Delivery) error { times++; stop(); return nil })
		enqueue(t, w, "one")
		_, _ = w.Outbox.Deliver(ctx) // it stops in the middle
		w.Offset.Advance(time.Hour)
		if _, err := w.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		if times != 1 {
			t.Errorf("sent %d times", times)
		}
	})
}

// R8: what a handler claims in its own transaction is done once, also where the delivery is not noted and the message
// comes again.
func TestWhatIsClaimedIsDoneOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		came, done := 0, 0
		var last outbox.Delivery
		claim := func(d outbox.Delivery) {
			t.Helper()
			err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
				first, err := w.Outbox.Claim(tx, d)
				if first {
					done++
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		w.Outbox.Handle(kind, func(_ context.Context, d outbox.Delivery) error {
			came++
			last = d
			claim(d)
			return errors.New("the program was killed before it noted that")
		})
		enqueue(t, w, "one")
		for range 2 {
			if _, err := w.Outbox.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.Offset.Advance(time.Hour)
		}
		claim(last)
		if came != 1 || done != 1 {
			t.Errorf("it came %d times and was done %d times", came, done)
		}
	})
}
