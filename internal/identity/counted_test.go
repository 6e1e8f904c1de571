package identity_test

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/identity"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// holdCounters keeps the counts of tries from being written until release is called.
func holdCounters(t *testing.T, w *testkit.World) (release func()) {
	t.Helper()
	held, let, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- w.Writer.Do(t.Context(), func(tx *db.Tx) error {
			err := tx.Exec("UPDATE signin_counters SET last_failed_at = last_failed_at WHERE kind = 'password'").Error
			close(held)
			<-let
			return err
		})
	}()
	<-held
	return func() {
		close(let)
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// S4: no password is looked at before its try was counted: as long as the count cannot be written, a right password is
// not even hashed, and opens nothing.
func TestNothingIsLookedAtBeforeItIsCounted(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		_, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, wrong)
		kindIs(t, err, fault.KindInvalid) // so that there is a count to be kept
		before := w.Count(t, "sessions", "1 = 1")

		release := holdCounters(t, w)
		hashes := h.people.Hashes()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = h.people.SignIn(ctx, stranger(), oliviasEmail, passphrase)
		if fault.KindOf(err) != fault.KindUnavailable || h.people.Hashes() != hashes {
			t.Errorf("without a count: %v after %d hashes", err, h.people.Hashes()-hashes)
		}
		release()
		if n := w.Count(t, "sessions", "1 = 1"); n != before {
			t.Fatalf("%d sessions were begun without a count", n-before)
		}

		release = holdCounters(t, w)
		var out identity.Outcome
		signedIn := make(chan error, 1)
		go func() {
			var err error
			out, err = h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
			signedIn <- err
		}()
		select {
		case err := <-signedIn:
			t.Fatalf("the answer came before the count: %v", err)
		case <-time.After(200 * time.Millisecond):
		}
		if n := h.people.Hashes() - hashes; n != 0 {
			t.Errorf("%d hashes were made before the count", n)
		}
		release()
		if err := <-signedIn; err != nil || out.Token == "" {
			t.Fatalf("after the count: %v", err)
		}
		if n := w.Count(t, "signin_counters", "kind = 'password'"); n != 0 {
			t.Errorf("%d counts are left after a success", n)
		}
	})
}

// commits counts transactions.
type commits struct {
	slog.Handler
	n atomic.Int64
}

// Enabled says that everything is heard.
func (*commits) Enabled(context.Context, slog.Level) bool { return true }

// Handle counts a transaction.
func (c *commits) Handle(_ context.Context, r slog.Record) error {
	if r.Message == db.Committed {
		c.n.Add(1)
	}
	return nil
}

// S3: nothing but hashing bounds how many sign in: each waits for the disk once before its hash, for the count of
// tries, and once after it, and so does each that fails.
func TestASignInCommitsTwice(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		h.signIn(t, oliviasEmail, "") // its browser is known
		heard := &commits{Handler: slog.DiscardHandler}
		n := node{Config: w.Config, KeyDir: w.KeyDir}
		n.Config.Logger = slog.New(heard)
		people, err := onNode(t.Context(), n, w.Offset)
		if err != nil {
			t.Fatal(err)
		}
		for password, want := range map[string]fault.Kind{passphrase: "", wrong: fault.KindInvalid} {
			heard.n.Store(0)
			_, err := people.SignIn(t.Context(), stranger(), oliviasEmail, password)
			if fault.KindOf(err) != want || heard.n.Load() != 2 {
				t.Errorf("%q took %d transactions: %v", password, heard.n.Load(), err)
			}
		}
	})
}

// S4: tries are counted once for all nodes, however the address is typed and wherever they come from.
func TestTriesAreCountedOnAllNodes(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		other, err := onNode(t.Context(), node{Config: w.Config, KeyDir: w.KeyDir}, w.Offset)
		if err != nil {
			t.Fatal(err)
		}
		spelt := []string{oliviasEmail, " Olivia@NORTHWIND.example ", "OLIVIA@northwind.EXAMPLE"}
		for i := range 5 {
			people := []*identity.People{h.people, other}[i%2]
			_, err := people.SignIn(t.Context(), fromNetwork(byte(i)), spelt[i%len(spelt)], wrong)
			kindIs(t, err, fault.KindInvalid)
		}
		for _, people := range []*identity.People{h.people, other} {
			_, err := people.SignIn(t.Context(), fromNetwork(99), oliviasEmail, passphrase)
			kindIs(t, err, fault.KindLimited)
		}
	})
}
