package identity_test

import (
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// N3: idle and absolute time-outs by the database's time, to the second.
func TestTimeouts(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		h.create(t, "sam@harbour.example", "Sam", true)
		for email, idle := range map[string]time.Duration{
			oliviasEmail: 30 * time.Minute, "sam@harbour.example": 15 * time.Minute,
		} {
			out, err := h.people.SignIn(t.Context(), stranger(), email, passphrase)
			if err != nil {
				t.Fatal(err)
			}
			signedIn := h.Now(t)
			h.Offset.Advance(idle - h.Now(t).Sub(signedIn) - time.Second)
			if !h.alive(t, out.Token) {
				t.Fatalf("%s was signed out too early", email)
			}
			h.Offset.Advance(2 * time.Second)
			if h.alive(t, out.Token) {
				t.Fatalf("%s is still signed in", email)
			}
		}
	})
}

// N3: use keeps a session alive, but not for longer than twelve hours; its use is written at most once a minute.
func TestUseKeepsASessionAlive(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		out, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
		if err != nil {
			t.Fatal(err)
		}
		touch := func() int64 {
			details, seen, err := h.recognise(t, out.Token)
			if err != nil {
				t.Fatal(err)
			}
			ctx, n := db.CountStatements(t.Context())
			if err := h.people.Touch(ctx, actor.Enter(details), seen); err != nil {
				t.Fatal(err)
			}
			return n.Load()
		}
		if n := touch(); n != 0 {
			t.Fatalf("%d statements for a second look within the minute", n)
		}
		for range 28 { // 28 times 25 minutes: 11 h 40
			h.Offset.Advance(25 * time.Minute)
			touch()
		}
		h.Offset.Advance(19 * time.Minute)
		if !h.alive(t, out.Token) {
			t.Fatal("a used session ended before its twelve hours")
		}
		touch()
		h.Offset.Advance(2 * time.Minute)
		if h.alive(t, out.Token) {
			t.Fatal("a session outlived its twelve hours")
		}
	})
}

func TestTimeoutsAreConfigurable(t *testing.T) { // N3
	t.Parallel()
	limits := sessions.Timeouts{Idle: time.Hour, Absolute: 2 * time.Hour}
	began := time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC)
	if got := limits.Ends(began, began.Add(30*time.Minute)); got != began.Add(90*time.Minute) {
		t.Errorf("ends at %s", got)
	}
	if got := limits.Ends(began, began.Add(90*time.Minute)); got != began.Add(2*time.Hour) {
		t.Errorf("ends at %s", got)
	}
}

// N5: a changed password and a disabled person end the sessions at once.
func TestWhatEndsSessions(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person := h.olivia(t)
		tokens := make([]string, 3)
		for i := range tokens {
			out, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
			if err != nil {
				t.Fatal(err)
			}
			tokens[i] = out.Token
		}
		const next = "nine wooden ferries sail"
		_, err := h.people.ChangePassword(t.Context(), h.who(t, tokens[0]), wrong, next)
		kindIs(t, err, fault.KindInvalid)
		_, err = h.people.ChangePassword(t.Context(), h.who(t, tokens[0]), passphrase, "northwind2026")
		kindIs(t, err, fault.KindInvalid)
		fresh, err := h.people.ChangePassword(t.Context(), h.who(t, tokens[0]), passphrase, next)
		if err != nil {
			t.Fatal(err)
		}
		for i, token := range tokens { // the first was given a new token
			if h.alive(t, token) {
				t.Fatalf("session %d outlived the old password", i)
			}
		}
		_, err = h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
		kindIs(t, err, fault.KindInvalid)
		if !h.alive(t, fresh) {
			t.Fatal("whoever changes the password stays signed in")
		}
		if err := h.people.Disable(t.Context(), actor.NewShell("root"), person); err != nil {
			t.Fatal(err)
		}
		if h.alive(t, fresh) {
			t.Fatal("a session outlived the disabling")
		}
		_, err = h.people.SignIn(t.Context(), stranger(), oliviasEmail, next)
		kindIs(t, err, fault.KindInvalid)
		if got := h.actions(t, id.PersonScope(person))[0]; got != activity.PersonDisabled {
			t.Fatalf("the log's last word is %s", got)
		}
	})
}

// N6: everybody lists and ends their own sessions; another's is not found.
func TestOwnSessions(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		h.create(t, "carl@copperfield.example", "Carl", false)
		first, second, third := h.signIn(t, oliviasEmail, ""), h.signIn(t, oliviasEmail, ""), h.signIn(t, oliviasEmail, "")
		carl := h.signIn(t, "carl@copperfield.example", "")
		list, err := h.people.Sessions(t.Context(), first)
		if err != nil || len(list) != 3 {
			t.Fatalf("%+v, %v", list, err)
		}
		mine := 0
		for _, s := range list {
			if s.Device != "Firefox on Linux" || s.Address != "192.0.2.24" || s.Factor != actor.ByPassword {
				t.Fatalf("%+v", s)
			}
			if s.This {
				mine++
			}
		}
		if mine != 1 {
			t.Fatalf("%d sessions are this one", mine)
		}
		kindIs(t, h.people.EndSession(t.Context(), carl, first.Session), fault.KindNotFound)
		if err := h.people.EndSession(t.Context(), first, second.Session); err != nil {
			t.Fatal(err)
		}
		kindIs(t, h.people.EndSession(t.Context(), first, second.Session), fault.KindNotFound)
		n, err := h.people.EndOtherSessions(t.Context(), first)
		if err != nil || n != 1 {
			t.Fatalf("%d ended, %v", n, err)
		}
		if w.Count(t, "sessions", "id = ? AND ended_at IS NOT NULL", third.Session) != 1 ||
			w.Count(t, "sessions", "ended_at IS NULL") != 2 {
			t.Fatal("the wrong sessions were ended")
		}
	})
}

// N2: signing in again gives a new token and ends the session in which it was done; another's, planted, stays theirs.
func TestSigningInAgain(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		h.create(t, "carl@copperfield.example", "Carl", false)
		tokens := map[string]string{}
		for _, email := range []string{oliviasEmail, "carl@copperfield.example"} {
			out, err := h.people.SignIn(t.Context(), stranger(), email, passphrase)
			if err != nil {
				t.Fatal(err)
			}
			tokens[email] = out.Token
		}
		for _, planted := range tokens {
			out, err := h.people.SignIn(t.Context(), h.who(t, planted), oliviasEmail, passphrase)
			if err != nil || out.Token == planted {
				t.Fatalf("%v", err)
			}
		}
		if h.alive(t, tokens[oliviasEmail]) || !h.alive(t, tokens["carl@copperfield.example"]) {
			t.Fatal("the wrong session ended")
		}
	})
}

// L6: what is long over is removed; a way in that is shut stays shut.
func TestPrune(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		enrolled(t, h)
		h.half(t)
		for email, failures := range map[string]int{"a@x.example": 1, "b@x.example": 7, "c@x.example": 100} {
			_, err := h.people.SignIn(t.Context(), stranger(), email, wrong)
			kindIs(t, err, fault.KindInvalid)
			err = w.Gate.Bookkeep(t.Context(), "signin_counters", func(tx *db.Tx) error {
				return tx.Exec("UPDATE signin_counters SET failures = ? WHERE subject = ?",
					failures, h.people.EmailIndex(email)).Error
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, step := range []struct {
			after                          time.Duration
			counters, challenges, sessions int64
		}{{0, 3, 1, 1}, {25 * time.Hour, 2, 0, 1}, {31 * 24 * time.Hour, 1, 0, 1}, {60 * 24 * time.Hour, 1, 0, 0}} {
			h.Offset.Advance(step.after)
			if err := h.people.Prune(t.Context()); err != nil {
				t.Fatal(err)
			}
			counters := w.Count(t, "signin_counters", "failures > 0")
			challenges, sessions := w.Count(t, "challenges", "1 = 1"), w.Count(t, "sessions", "1 = 1")
			if counters != step.counters || challenges != step.challenges || sessions != step.sessions {
				t.Fatalf("after %s: %d counters, %d second steps, %d sessions", step.after, counters, challenges, sessions)
			}
		}
	})
}
