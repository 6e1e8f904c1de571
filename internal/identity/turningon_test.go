package identity_test

import (
	"slices"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/testkit"
)

// S6, S13, N5: turning the second step on ends with recovery codes that were kept. Until then nothing is asked for, no
// session ends, and a browser closed in between locks nobody out.
func TestTheSecondStepIsOnOnceTheCodesAreKept(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person := h.olivia(t)
		other, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
		if err != nil {
			t.Fatal(err)
		}
		who := h.signIn(t, oliviasEmail, "")
		e, err := h.people.StartTOTP(t.Context(), who, "Phone")
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.people.MakeRecoveryCodes(t.Context(), who)
		kindIs(t, err, fault.KindConflict) // it was not used yet
		token, err := h.people.ConfirmTOTP(t.Context(), who, e.Factor, h.code(t, e.Secret))
		if err != nil {
			t.Fatal(err)
		}
		who = h.who(t, token)
		if who.Factor != actor.ByPassword || !who.FactorAt.IsZero() || !h.alive(t, other.Token) {
			t.Fatalf("the app counts already: %+v", who.Details)
		}
		if got := h.actions(t, id.PersonScope(person)); got[0] != activity.FactorProved || len(h.posted(t)) != 0 {
			t.Fatalf("the log reads %v, mails %v", got, h.posted(t))
		}
		codes, err := h.people.MakeRecoveryCodes(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		h.signIn(t, oliviasEmail, "") // the browser was closed here: the password alone opens, as before
		_, err = h.people.ConfirmRecoveryCodes(t.Context(), who, "0000-0000-0000-0000")
		kindIs(t, err, fault.KindInvalid)
		if list, err := h.people.Factors(t.Context(), who); err != nil || len(list) != 0 {
			t.Fatalf("%v, %v", list, err)
		}
		on, err := h.people.ConfirmRecoveryCodes(t.Context(), who, codes[3])
		if err != nil {
			t.Fatal(err)
		}
		if h.alive(t, other.Token) || h.alive(t, token) || h.who(t, on).Factor != "password and code" {
			t.Fatal("the other sessions must end, and this one has shown both factors")
		}
		if got := h.actions(t, id.PersonScope(person)); !slices.Contains(got[:2], activity.FactorAdded) ||
			!slices.Contains(got[:2], activity.RecoveryCodesKept) {
			t.Fatalf("the log reads %v", got)
		}
		if _, err := h.recover(t, codes[0]); err != nil {
			t.Fatal(err)
		}
	})
}

// S13: whoever closed the browser in between goes on by using the same factor once more; the codes of a session in
// which it was not used turn nothing on, and what a week passed over is begun anew.
func TestGoingOnWithAFirstFactor(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		first := h.signIn(t, oliviasEmail, "")
		e, err := h.people.StartTOTP(t.Context(), first, "Phone")
		if err != nil {
			t.Fatal(err)
		}
		used := h.code(t, e.Secret)
		if _, err := h.people.ConfirmTOTP(t.Context(), first, e.Factor, used); err != nil {
			t.Fatal(err)
		}
		codes, err := h.people.MakeRecoveryCodes(t.Context(), first)
		if err != nil {
			t.Fatal(err)
		}
		h.Offset.Advance(6 * 24 * time.Hour)
		who := h.signIn(t, oliviasEmail, "")
		left, waits, err := h.people.Unfinished(t.Context(), who)
		if err != nil || !waits || left.Here || left.Name != "Phone" || left.Kind != factors.CodeApp {
			t.Fatalf("%+v, %v, %v", left, waits, err)
		}
		_, err = h.people.ConfirmRecoveryCodes(t.Context(), who, codes[0]) // somebody else may have found the sheet
		kindIs(t, err, fault.KindConflict)
		_, err = h.people.MakeRecoveryCodes(t.Context(), who)
		kindIs(t, err, fault.KindConflict)
		if again, name, err := h.people.Enrolling(t.Context(), who, e.Factor); err != nil || again.Secret != "" ||
			again.URL != "" || name != "Phone" {
			t.Fatalf("the secret is shown again: %+v, %q, %v", again, name, err)
		}
		_, err = h.people.ConfirmTOTP(t.Context(), who, e.Factor, used)
		kindIs(t, err, fault.KindInvalid) // S6
		token, err := h.people.ConfirmTOTP(t.Context(), who, e.Factor, h.code(t, e.Secret))
		if err != nil {
			t.Fatal(err)
		}
		if left, _, err := h.people.Unfinished(t.Context(), h.who(t, token)); err != nil || !left.Here {
			t.Fatalf("%+v, %v", left, err)
		}
		if on := h.keepCodes(t, token); h.who(t, on).FactorAt.IsZero() {
			t.Fatal("the app does not count")
		}
	})
}

// A first factor whose codes nobody kept is forgotten after a week, and by beginning with another.
func TestAFirstFactorIsForgotten(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		d, n := newDevice(), factors.NewKey{Name: "Blue key"}
		who := h.signIn(t, oliviasEmail, "")
		begin := func() id.Factor {
			t.Helper()
			options, err := h.people.AskForKey(t.Context(), who, n)
			if err != nil {
				t.Fatal(err)
			}
			factor, err := h.people.AddKey(t.Context(), who, n, d.create(t, options))
			if err != nil {
				t.Fatal(err)
			}
			if options, err = h.people.AskForFirstUse(t.Context(), who, factor); err != nil {
				t.Fatal(err)
			}
			token, err := h.people.ConfirmKey(t.Context(), who, factor, d.answer(t, options))
			if err != nil {
				t.Fatal(err)
			}
			who = h.who(t, token)
			return factor
		}
		gone := func(factor id.Factor, why string) {
			t.Helper()
			if _, waits, err := h.people.Unfinished(t.Context(), who); err != nil || waits {
				t.Errorf("%s: %v, %v", why, waits, err)
			}
			_, err := h.people.AskForFirstUse(t.Context(), who, factor)
			kindIs(t, err, fault.KindNotFound)
		}
		factor := begin()
		if _, err := h.people.StartTOTP(t.Context(), who, "Phone"); err != nil {
			t.Fatal(err)
		}
		gone(factor, "another was begun")
		d = newDevice()
		factor = begin()
		h.Offset.Advance(7*24*time.Hour + time.Second)
		who = h.signIn(t, oliviasEmail, "")
		gone(factor, "a week passed")
	})
}
