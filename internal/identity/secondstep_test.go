package identity_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// enrolled makes Olivia with a code app whose step of now is still free.
func enrolled(t testing.TB, h house) (person id.Person, secret string) {
	t.Helper()
	person = h.olivia(t)
	secret, _ = h.enrol(t, h.signIn(t, oliviasEmail, ""))
	h.nextStep()
	return person, secret
}

// half signs in with the password and returns the half session.
func (h house) half(t testing.TB) string {
	t.Helper()
	out, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	if out.Token != "" || out.Half == "" || !out.Session.IsZero() {
		t.Fatalf("the second step was skipped: %+v", out)
	}
	return out.Half
}

func TestTheSecondStep(t *testing.T) { // S6, S13, N2, L1
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person, secret := enrolled(t, h)
		half := h.half(t)
		if h.alive(t, half) {
			t.Fatal("a half session opens pages") // S13
		}
		code := h.code(t, secret)
		out, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.Code(code[:3]+" "+code[3:]))
		if err != nil || out.Person != person {
			t.Fatalf("%+v, %v", out, err)
		}
		who := h.who(t, out.Token)
		if who.Factor != "password and code" || who.FactorAt.IsZero() || out.Token == half {
			t.Fatalf("the session is of %+v", who.Details)
		}
		h.nextStep()
		_, err = h.people.SecondFactor(t.Context(), stranger(), half, factors.Code(h.code(t, secret)))
		kindIs(t, err, fault.KindConflict) // the half session is used up
		got := h.actions(t, id.PersonScope(person))
		if got[0] != activity.SignedIn || got[1] != activity.PasswordAccepted {
			t.Fatalf("the log reads %v", got)
		}
	})
}

// S6: of fifty parallel uses of one code exactly one succeeds, with and without the count of tries before it.
func TestACodeIsUsedOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		_, secret := enrolled(t, h)
		who := h.signIn(t, oliviasEmail, secret)
		h.nextStep()
		once := func(name string, use func(code string) error) {
			code := h.code(t, secret)
			var succeeded atomic.Int64
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() {
					if use(code) == nil {
						succeeded.Add(1)
					}
				})
			}
			all.Wait()
			if succeeded.Load() != 1 {
				t.Errorf("%s: %d of 50 uses of one code succeeded", name, succeeded.Load())
			}
			h.nextStep()
		}
		once("step", func(code string) error {
			return h.people.UseCode(t.Context(), actor.Enter(who.Details), code)
		})
		half := h.half(t)
		once("half session", func(code string) error {
			_, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.Code(code))
			return err
		})
	})
}

// S6: a step is accepted only if it is later than the last, on every path: after B, A is as dead as B.
func TestCodesAreNotReplayed(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		who := h.signIn(t, oliviasEmail, "")
		enrolment, err := h.people.StartTOTP(t.Context(), who, "Phone")
		if err != nil {
			t.Fatal(err)
		}
		secret, used := enrolment.Secret, h.code(t, enrolment.Secret)
		token, err := h.people.ConfirmTOTP(t.Context(), who, enrolment.Factor, used)
		if err != nil {
			t.Fatal(err)
		}
		h.keepCodes(t, token)
		half := h.half(t)
		_, err = h.people.SecondFactor(t.Context(), stranger(), half, factors.Code(used))
		kindIs(t, err, fault.KindInvalid) // the code of the enrolment
		h.nextStep()
		a := h.code(t, secret)
		b := codeAt(t, secret, h.Now(t).Add(30*time.Second))
		out, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.Code(a))
		if err != nil {
			t.Fatal(err)
		}
		token, err = h.people.StepUp(t.Context(), h.who(t, out.Token), factors.Code(b))
		if err != nil {
			t.Fatal(err)
		}
		for _, replayed := range []string{a, b, used} {
			_, err = h.people.StepUp(t.Context(), h.who(t, token), factors.Code(replayed))
			kindIs(t, err, fault.KindInvalid)
		}
		for _, bad := range []string{"12345", "1234567", "abcdef", "１２３４５６"} {
			h.Offset.Advance(time.Hour)
			_, err = h.people.SecondFactor(t.Context(), stranger(), h.half(t), factors.Code(bad))
			kindIs(t, err, fault.KindInvalid)
		}
	})
}

// S6: no factor counts until it was used once, and then other sessions are over (N5).
func TestNothingCountsUntilItWasUsed(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		who := h.signIn(t, oliviasEmail, "")
		other, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
		if err != nil {
			t.Fatal(err)
		}
		begun, err := h.people.StartTOTP(t.Context(), who, "Phone")
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.people.ConfirmTOTP(t.Context(), who, begun.Factor, "000000")
		kindIs(t, err, fault.KindInvalid)
		h.signIn(t, oliviasEmail, "") // still by password alone
		if list, err := h.people.Factors(t.Context(), who); err != nil || len(list) != 0 {
			t.Fatalf("%v, %v", list, err)
		}
		again, err := h.people.StartTOTP(t.Context(), who, "Tablet")
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.people.ConfirmTOTP(t.Context(), who, begun.Factor, h.code(t, begun.Secret))
		kindIs(t, err, fault.KindConflict) // its place was taken
		token, err := h.people.ConfirmTOTP(t.Context(), who, again.Factor, h.code(t, again.Secret))
		if err != nil {
			t.Fatal(err)
		}
		token = h.keepCodes(t, token)
		if h.alive(t, other.Token) || !h.alive(t, token) {
			t.Fatal("a new factor must end the other sessions, and only those")
		}
		list, err := h.people.Factors(t.Context(), h.who(t, token))
		if err != nil || len(list) != 1 || list[0].Name != "Tablet" || list[0].LastUsedAt.IsZero() {
			t.Fatalf("%+v, %v", list, err)
		}
		without, err := h.people.RemoveFactor(t.Context(), h.who(t, token), list[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.who(t, without); got.Factor != actor.ByPassword || !got.FactorAt.IsZero() {
			t.Fatalf("the session still claims a second factor: %+v", got.Details)
		}
	})
}

// S7: five tries a half session; a new sign-in brings no new ones.
func TestTriesOfTheSecondStep(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person, secret := enrolled(t, h)
		half := h.half(t)
		for range 5 {
			_, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.Code("000000"))
			kindIs(t, err, fault.KindInvalid)
		}
		_, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.Code(h.code(t, secret)))
		kindIs(t, err, fault.KindConflict)
		for range 3 { // the loop of sign-in and code
			_, err = h.people.SecondFactor(t.Context(), stranger(), h.half(t), factors.Code(h.code(t, secret)))
			kindIs(t, err, fault.KindLimited)
		}
		h.Offset.Advance(30 * time.Second)
		if _, err = h.people.SecondFactor(t.Context(), stranger(), h.half(t), factors.Code(h.code(t, secret))); err != nil {
			t.Fatal(err)
		}
		h.Offset.Advance(2 * time.Minute)
		if _, err := h.Gate.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		page, err := h.Log.Page(t.Context(), id.PersonScope(person), activity.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		failed := 0
		for _, e := range page.Entries {
			if e.Action == activity.CodeFailed {
				failed += e.Count
			}
		}
		if failed != 8 {
			t.Fatalf("the log counts %d failed codes", failed)
		}
	})
}

// S7: a half session lasts five minutes, and a changed password ends it.
func TestTheEndOfAHalfSession(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		_, secret := enrolled(t, h)
		half := h.half(t)
		h.Offset.Advance(5*time.Minute + time.Second)
		_, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.Code(h.code(t, secret)))
		kindIs(t, err, fault.KindConflict)
		_, err = h.people.SecondFactor(t.Context(), stranger(), "no token", factors.Code(h.code(t, secret)))
		kindIs(t, err, fault.KindConflict)

		who := h.signIn(t, oliviasEmail, secret)
		half = h.half(t)
		if _, err := h.people.ChangePassword(t.Context(), who, passphrase, "nine wooden ferries sail"); err != nil {
			t.Fatal(err)
		}
		h.nextStep()
		_, err = h.people.SecondFactor(t.Context(), stranger(), half, factors.Code(h.code(t, secret)))
		kindIs(t, err, fault.KindConflict)
	})
}

// N2, S16: a step-up gives a new token, and without one in the last ten minutes factors and passwords stay as they are.
func TestStepUp(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		out, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
		if err != nil {
			t.Fatal(err)
		}
		h.Offset.Advance(10*time.Minute + time.Second)
		_, err = h.people.StartTOTP(t.Context(), h.who(t, out.Token), "Phone")
		kindIs(t, err, fault.KindStepUp)
		_, err = h.people.ChangePassword(t.Context(), h.who(t, out.Token), passphrase, "nine wooden ferries sail")
		kindIs(t, err, fault.KindStepUp)
		_, err = h.people.StepUpByPassword(t.Context(), h.who(t, out.Token), wrong)
		kindIs(t, err, fault.KindInvalid)
		token, err := h.people.StepUpByPassword(t.Context(), h.who(t, out.Token), passphrase)
		if err != nil || h.alive(t, out.Token) {
			t.Fatalf("the old token lives on: %v", err)
		}
		secret, token := h.enrol(t, h.who(t, token))
		h.Offset.Advance(11 * time.Minute)
		_, err = h.people.StepUpByPassword(t.Context(), h.who(t, token), passphrase)
		kindIs(t, err, fault.KindStepUp) // S13: with a code app, the password proves nothing more
		after, err := h.people.StepUp(t.Context(), h.who(t, token), factors.Code(h.code(t, secret)))
		if err != nil || h.alive(t, token) || h.who(t, after).FactorAt.IsZero() {
			t.Fatalf("%v", err)
		}
	})
}

// S13: whoever gained a second factor between the password and the session does not get in without it.
func TestAFactorGainedInBetween(t *testing.T) {
	t.Parallel()
	h := open(testkit.NewSQLite(t))
	person := h.olivia(t)
	err := h.provider(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return h.people.AddDemoTOTP(tx, g, person)
	})
	kindIs(t, err, fault.KindConflict) // C2: known secrets are for the demo's keys only
	if err := h.people.BeginWithoutCode(t.Context(), h.signIn(t, oliviasEmail, "")); err != nil {
		t.Fatal(err)
	}
	h.enrol(t, h.signIn(t, oliviasEmail, ""))
	kindIs(t, h.people.BeginWithoutCode(t.Context(), actor.Enter(actor.Details{
		Kind: actor.Person, Person: person, Session: id.New[id.SessionKind](), Factor: actor.ByPassword,
	})), fault.KindConflict)
}

// S16: taking the last factor away proves nothing: who has proved nothing for ten minutes is asked to.
func TestRemovingAFactorProvesNothing(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		_, secret := enrolled(t, h)
		who := h.signIn(t, oliviasEmail, secret)
		list, err := h.people.Factors(t.Context(), who)
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		w.Offset.Advance(9 * time.Minute)
		token, err := h.people.RemoveFactor(t.Context(), who, list[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		w.Offset.Advance(2 * time.Minute)
		_, err = h.people.StartTOTP(t.Context(), h.who(t, token), "Attacker’s phone")
		kindIs(t, err, fault.KindStepUp)
	})
}
