package identity_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
)

func TestSignInAndOut(t *testing.T) { // N1, N5, L1
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person := h.olivia(t)
		out, err := h.people.SignIn(t.Context(), stranger(), " Olivia@NORTHWIND.example ", passphrase)
		if err != nil || out.Half != "" || out.Person != person {
			t.Fatalf("%+v, %v", out, err)
		}
		hash, _ := tokens.Hash(out.Token)
		if n := w.Count(t, "sessions", "token_hash = ?", hash); n != 1 {
			t.Fatalf("%d sessions under the token's hash", n)
		}
		who := h.who(t, out.Token)
		if who.Name != "Olivia Marsh" || who.Kind != actor.Person || who.Factor != actor.ByPassword ||
			!who.FactorAt.IsZero() || who.ProvedAt.IsZero() {
			t.Fatalf("the session is of %+v", who.Details)
		}
		if err := h.people.SignOut(t.Context(), who); err != nil {
			t.Fatal(err)
		}
		if h.alive(t, out.Token) {
			t.Fatal("a token outlived its session")
		}
		want := []activity.Action{activity.SignedOut, activity.SignedIn, activity.PersonCreated}
		if got := h.actions(t, id.PersonScope(person)); !slices.Equal(got, want) {
			t.Fatalf("the log reads %v", got)
		}
		if got := h.actions(t, id.ProviderScope()); got[0] != activity.ChainOpened {
			t.Fatalf("the provider's log reads %v", got)
		}
	})
}

// S5: whoever fails gets the same answer after the same statements and exactly one hash.
func TestFailuresLookAlike(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		disabled := h.create(t, "dora@northwind.example", "Dora", false)
		if err := h.people.Disable(t.Context(), actor.NewShell("root"), disabled); err != nil {
			t.Fatal(err)
		}
		type seen struct {
			statements, hashes int64
			answer             string
		}
		try := func(email, password string) seen {
			ctx, n := db.CountStatements(t.Context())
			before := h.people.Hashes()
			_, err := h.people.SignIn(ctx, stranger(), email, password)
			if err == nil {
				t.Fatal("signed in")
			}
			return seen{n.Load(), h.people.Hashes() - before, err.Error()}
		}
		known, unknown := try(oliviasEmail, wrong), try("nobody@northwind.example", wrong)
		off, garbage := try("dora@northwind.example", passphrase), try("no address at all", wrong)
		if known.hashes != 1 || known != unknown || known != off || known != garbage {
			t.Fatalf("known %+v, unknown %+v, disabled %+v, no address %+v", known, unknown, off, garbage)
		}
		for range 4 {
			try(oliviasEmail, wrong)
			try("nobody@northwind.example", wrong)
		}
		// The way in is shut now, for the right password too.
		known, unknown = try(oliviasEmail, passphrase), try("nobody@northwind.example", passphrase)
		if known != unknown || known.hashes != 1 || known.statements != off.statements {
			t.Fatalf("known and shut %+v, unknown and shut %+v, wrong %+v", known, unknown, off)
		}
	})
}

// S4: one counter for all spellings; waits grow; right or wrong makes no difference while waiting; success starts anew.
func TestGrowingWaits(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person := h.olivia(t)
		spellings := []string{
			oliviasEmail, "Olivia@northwind.example", " OLIVIA@NORTHWIND.EXAMPLE", "olivia@northwind.example.",
		}
		for i := range 5 {
			_, err := h.people.SignIn(t.Context(), stranger(), spellings[i%4], wrong)
			kindIs(t, err, fault.KindInvalid)
		}
		for _, spelling := range spellings {
			_, err := h.people.SignIn(t.Context(), stranger(), spelling, passphrase)
			kindIs(t, err, fault.KindLimited)
		}
		h.Offset.Advance(30 * time.Second)
		_, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, wrong)
		kindIs(t, err, fault.KindInvalid)
		_, err = h.people.SignIn(t.Context(), stranger(), oliviasEmail, wrong)
		kindIs(t, err, fault.KindLimited)
		if f, _ := fault.As(err); f.RetryAfter < 50*time.Second || f.RetryAfter > time.Minute {
			t.Fatalf("the sixth failure is followed by %s", f.RetryAfter)
		}
		h.Offset.Advance(time.Minute)
		h.signIn(t, oliviasEmail, "")
		if n := w.Count(t, "signin_counters", "failures > 0"); n != 0 {
			t.Fatal("a success did not start the count anew")
		}
		// The failures are in Olivia's own log, as counts.
		h.Offset.Advance(2 * time.Minute)
		if _, err := h.Gate.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		page, err := h.Log.Page(t.Context(), id.PersonScope(person), activity.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		counts := map[activity.Outcome]int{}
		for _, e := range page.Entries {
			if e.Action == activity.SignInFailed {
				counts[e.Outcome] += e.Count
			}
		}
		if counts[activity.Failed] != 6 || counts[activity.RefusedResult] != 5 {
			t.Fatalf("the log counts %v", counts)
		}
	})
}

// S4: parallel guesses do not slip past the count: it is written before the password is looked at.
func TestParallelGuessesAreCounted(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		var looked, refused atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				_, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, wrong)
				if fault.KindOf(err) == fault.KindInvalid {
					looked.Add(1)
				} else if fault.KindOf(err) == fault.KindLimited {
					refused.Add(1)
				}
			})
		}
		all.Wait()
		if looked.Load() != 5 || refused.Load() != 15 {
			t.Fatalf("%d guesses were looked at, %d refused", looked.Load(), refused.Load())
		}
	})
}

// S4: thirty minutes from the tenth failure on; shut after a hundred in a row, until an operator opens it, without SQL.
func TestAHundredFailures(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.create(t, "root@harbour.example", "Ruth", true)
		set := func(failures int) {
			err := w.Gate.Bookkeep(t.Context(), "signin_counters", func(tx *db.Tx) error {
				return tx.Exec("UPDATE signin_counters SET failures = ?, waits_until = 0", failures).Error
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		fail := func() time.Duration {
			_, err := h.people.SignIn(t.Context(), stranger(), "root@harbour.example", wrong)
			f, _ := fault.As(err)
			return f.RetryAfter
		}
		fail()
		set(9)
		if fail(); fail() < 29*time.Minute {
			t.Fatal("the tenth failure is followed by less than thirty minutes")
		}
		set(99)
		if fail(); fail() < 300*24*time.Hour {
			t.Fatal("guessing goes on after a hundred failures")
		}
		if err := h.people.Reopen(t.Context(), actor.NewShell("root"), "Root@harbour.example"); err != nil {
			t.Fatal(err)
		}
		h.signIn(t, "root@harbour.example", "")
	})
}

// S3: a hash that cost less is made anew at the next sign-in.
func TestWeakHashIsReplaced(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := openWith(w, passwords.NewHasher())
		person := h.olivia(t)
		// argon2id of the passphrase with 8 MiB and one pass.
		place := secretbox.Place{Table: "persons", Column: "password_hash", Row: person.Bytes()}
		sealed, err := w.Box.Seal(weakHash(t, passphrase), place)
		if err != nil {
			t.Fatal(err)
		}
		err = w.Writer.Do(t.Context(), func(tx *db.Tx) error {
			return tx.Exec("UPDATE persons SET password_hash = ? WHERE id = ?", sealed, person).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, hashes := range []int64{2, 1} {
			before := h.people.Hashes()
			h.signIn(t, oliviasEmail, "")
			if got := h.people.Hashes() - before; got != hashes {
				t.Fatalf("sign-in %d made %d hashes", i+1, got)
			}
		}
		var row struct{ PasswordHash secretbox.Sealed }
		if err := w.Reader.With(t.Context()).Raw("SELECT password_hash FROM persons").Scan(&row).Error; err != nil {
			t.Fatal(err)
		}
		if hash, err := w.Box.Open(row.PasswordHash, place); err != nil || !strings.Contains(hash, "m=19456,t=2,p=1") {
			t.Fatalf("kept %s, %v", hash, err)
		}
	})
}

// S3: with every turn to hash taken, the others wait and the rest is served.
func TestHashesWaitTheirTurn(t *testing.T) {
	t.Parallel()
	h := open(testkit.NewSQLite(t))
	h.olivia(t)
	who := h.signIn(t, oliviasEmail, "")
	release := h.people.TakeAllTurns()
	done := make(chan error, 1)
	go func() {
		_, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
		done <- err
	}()
	if list, err := h.people.Sessions(t.Context(), who); err != nil || len(list) != 1 {
		t.Fatalf("the rest is not served: %v, %v", list, err)
	}
	select {
	case err := <-done:
		t.Fatalf("hashed out of turn: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	release()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// X3, S5: what is missing is named before anything is counted.
func TestWhatIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	h := open(testkit.NewSQLite(t))
	_, err := h.people.SignIn(t.Context(), stranger(), " ", "")
	f, _ := fault.As(err)
	if f == nil || len(f.Fields) != 2 || h.Count(t, "signin_counters", "1 = 1") != 0 {
		t.Fatalf("%v", err)
	}
	_, err = h.people.SignIn(t.Context(), stranger(), strings.Repeat("o", 2000), "x")
	kindIs(t, err, fault.KindInvalid)
}
