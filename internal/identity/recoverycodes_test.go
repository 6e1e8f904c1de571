package identity_test

import (
	"regexp"
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
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/testkit"
)

// withCodes makes Olivia with a code app and recovery codes, signed in.
func withCodes(t testing.TB, h house) (who actor.Actor, secret string, codes []string) {
	t.Helper()
	_, secret = enrolled(t, h)
	who = h.signIn(t, oliviasEmail, secret)
	codes, err := h.people.MakeRecoveryCodes(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	h.nextStep()
	return who, secret, codes
}

// recover completes a sign-in of Olivia's with a recovery code.
func (h house) recover(t testing.TB, code string) (identity.Outcome, error) {
	t.Helper()
	return h.people.SecondFactor(t.Context(), stranger(), h.half(t), factors.RecoveryCode(code))
}

// S8: ten codes of eighty bits, each good once, however it is typed; whoever uses one is told how many are left.
func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		who, _, codes := withCodes(t, h)
		shape := regexp.MustCompile(`^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$`)
		for _, code := range codes {
			if !shape.MatchString(code) {
				t.Errorf("%q is no recovery code", code)
			}
		}
		if sorted := slices.Sorted(slices.Values(codes)); len(slices.Compact(sorted)) != 10 {
			t.Fatalf("ten codes are %q", codes)
		}
		out, err := h.recover(t, codes[0])
		if err != nil {
			t.Fatal(err)
		}
		in := h.who(t, out.Token)
		if in.Factor != "password and recovery code" || in.FactorAt.IsZero() {
			t.Fatalf("the session is of %+v", in.Details)
		}
		_, err = h.recover(t, codes[0])
		kindIs(t, err, fault.KindInvalid)
		typed := strings.ToUpper(strings.ReplaceAll(codes[1], "-", " "))
		typed = strings.NewReplacer("0", "O", "1", "I").Replace(typed)
		if _, err := h.recover(t, " "+typed+" "); err != nil {
			t.Fatalf("%q: %v", typed, err)
		}
		for _, none := range []string{"", " - ", "abcd", codes[2] + "x", codes[2][:18], strings.Repeat("0", 16)} {
			_, err := h.recover(t, none)
			kindIs(t, err, fault.KindInvalid)
		}
		state, err := h.people.Recovery(t.Context(), h.who(t, out.Token))
		if err != nil || state.Left != 8 || state.Total != 10 || state.Made.IsZero() || state.Confirmed {
			t.Fatalf("%+v, %v", state, err)
		}
		var told []string
		for _, m := range h.posted(t) {
			if m.Kind == alerts.RecoveryCodeUsed || m.Kind == alerts.CodesRegenerated {
				told = append(told, string(m.Kind)+" "+m.About)
			}
		}
		if want := []string{
			"codes-regenerated ", "recovery-code-used 9 are left.", "recovery-code-used 8 are left.",
		}; !slices.Equal(told, want) {
			t.Errorf("told %q", told)
		}
		got := h.actions(t, id.PersonScope(who.Person))
		if !slices.Contains(got, activity.RecoveryCodeUsed) || !slices.Contains(got, activity.RecoveryCodesMade) {
			t.Errorf("the log reads %v", got)
		}
	})
}

// S8: a code opens nothing of anybody else's, and none of an older set opens anything.
func TestRecoveryCodesBelongToOnePerson(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		who, _, codes := withCodes(t, h)
		h.create(t, "tess@northwind.example", "Tess Lindqvist", false)
		tess := h.signIn(t, "tess@northwind.example", "")
		_, token := h.enrol(t, tess)
		theirs, err := h.people.MakeRecoveryCodes(t.Context(), h.who(t, token))
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.recover(t, theirs[0])
		kindIs(t, err, fault.KindInvalid)
		_, err = h.people.ConfirmRecoveryCodes(t.Context(), who, theirs[0])
		kindIs(t, err, fault.KindInvalid)
		_, err = h.people.ShownCodes(t.Context(), who, strings.Join(theirs, "\n"))
		kindIs(t, err, fault.KindConflict)

		again, err := h.people.MakeRecoveryCodes(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.recover(t, codes[0])
		kindIs(t, err, fault.KindInvalid)
		if _, err := h.recover(t, again[0]); err != nil {
			t.Fatal(err)
		}
	})
}

// S8: of fifty parallel uses of one code exactly one succeeds, with and without the count of tries before it.
func TestARecoveryCodeIsUsedOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		who, _, codes := withCodes(t, h)
		half := h.half(t)
		for i, use := range []func() error{
			func() error { return h.people.UseRecoveryCode(t.Context(), actor.Enter(who.Details), codes[0]) },
			func() error {
				_, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.RecoveryCode(codes[1]))
				return err
			},
		} {
			var succeeded atomic.Int64
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() {
					if use() == nil {
						succeeded.Add(1)
					}
				})
			}
			all.Wait()
			if succeeded.Load() != 1 || w.Count(t, "recovery_codes", "used_at IS NOT NULL") != int64(i+1) {
				t.Errorf("%d of 50 uses of code %d succeeded", succeeded.Load(), i)
			}
		}
	})
}

// S7, S8: guesses at codes of both kinds are counted together, and a right code is refused while one has to wait.
func TestTriesOfRecoveryCodesAreCounted(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		_, secret, codes := withCodes(t, h)
		for i := range 5 {
			proof := factors.Proof(factors.RecoveryCode("0000-0000-0000-0000"))
			if i%2 == 0 {
				proof = factors.Code("000000")
			}
			_, err := h.people.SecondFactor(t.Context(), stranger(), h.half(t), proof)
			kindIs(t, err, fault.KindInvalid)
		}
		_, err := h.recover(t, codes[0])
		kindIs(t, err, fault.KindLimited)
		_, err = h.people.SecondFactor(t.Context(), stranger(), h.half(t), factors.Code(h.code(t, secret)))
		kindIs(t, err, fault.KindLimited)
		h.Offset.Advance(time.Minute)
		if _, err := h.recover(t, codes[0]); err != nil {
			t.Fatal(err)
		}
	})
}

// S16: codes are made by somebody with a second factor, used in the last ten minutes; they go with the last factor.
func TestWhoMayMakeRecoveryCodes(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		who, secret, codes := withCodes(t, h)
		h.Offset.Advance(10*time.Minute + time.Second)
		_, err := h.people.MakeRecoveryCodes(t.Context(), who)
		kindIs(t, err, fault.KindStepUp)
		if _, err := h.recover(t, codes[0]); err != nil {
			t.Fatal("the codes died of being refused new ones")
		}
		_, err = h.people.MakeRecoveryCodes(t.Context(), stranger())
		kindIs(t, err, fault.KindSignIn)

		who = h.signIn(t, oliviasEmail, secret)
		factors, err := h.people.Factors(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		token, err := h.people.RemoveFactor(t.Context(), who, factors[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if w.Count(t, "recovery_codes", "1 = 1")+w.Count(t, "recovery_sets", "1 = 1") != 0 {
			t.Error("codes are left that stand in for nothing")
		}
		_, err = h.people.MakeRecoveryCodes(t.Context(), h.who(t, token))
		kindIs(t, err, fault.KindConflict)
	})
}

// Codes count as kept when one was typed back, which uses nothing up; until then, and for an hour, the page that shows
// them may be asked for a file.
func TestKeepingRecoveryCodes(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		who, _, codes := withCodes(t, h)
		text := strings.Join(codes, "\r\n")
		if shown, err := h.people.ShownCodes(t.Context(), who, text); err != nil || !slices.Equal(shown, codes) {
			t.Fatalf("%q, %v", shown, err)
		}
		for _, other := range []string{
			"", strings.Join(codes[:9], " "), strings.Join(append(codes[1:], codes[1]), " "), text + " <script>",
			strings.Replace(text, codes[3], "0000-0000-0000-0000", 1),
		} {
			_, err := h.people.ShownCodes(t.Context(), who, other)
			kindIs(t, err, fault.KindConflict)
		}
		for _, none := range []string{"0000-0000-0000-0000", " "} {
			_, err := h.people.ConfirmRecoveryCodes(t.Context(), who, none)
			kindIs(t, err, fault.KindInvalid)
		}
		token, err := h.people.ConfirmRecoveryCodes(t.Context(), who, strings.ToUpper(codes[4]))
		if err != nil || token != "" {
			t.Fatalf("%q, %v", token, err)
		}
		state, err := h.people.Recovery(t.Context(), who)
		if err != nil || !state.Confirmed || state.Left != 10 {
			t.Fatalf("%+v, %v", state, err)
		}
		_, err = h.people.ShownCodes(t.Context(), who, text)
		kindIs(t, err, fault.KindConflict)
		if _, err := h.recover(t, codes[4]); err != nil {
			t.Fatalf("confirming used the code up: %v", err)
		}
		again, err := h.people.MakeRecoveryCodes(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		h.Offset.Advance(time.Hour + time.Second)
		later := who.Details
		later.Now = h.Now(t)
		_, err = h.people.ShownCodes(t.Context(), actor.Enter(later), strings.Join(again, " "))
		kindIs(t, err, fault.KindConflict)
	})
}
