package identity_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/testkit"
)

// S12, S16: what would not be taken is refused before the browser has anybody touch a key, at both steps of adding one.
func TestAKeyIsRefusedBeforeItIsTouched(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		refused := func(who actor.Actor, want fault.Kind) {
			t.Helper()
			before := w.Count(t, "ceremonies", "1 = 1")
			kindIs(t, h.people.MayAddKey(t.Context(), who), want)
			_, err := h.people.AskForKey(t.Context(), who, factors.NewKey{})
			kindIs(t, err, want)
			if w.Count(t, "ceremonies", "1 = 1") != before {
				t.Error("a key was asked for that would not be taken")
			}
		}
		h.create(t, samsEmail, "Sam Doyle", true)
		refused(h.signIn(t, samsEmail, ""), fault.KindConflict) // without the start link

		h.olivia(t)
		who := h.signIn(t, oliviasEmail, "")
		options, err := h.people.AskForKey(t.Context(), who, factors.NewKey{})
		if err != nil {
			t.Fatal(err)
		}
		late := newDevice()
		factor, err := h.people.AddKey(t.Context(), who, factors.NewKey{}, late.create(t, options))
		if err != nil {
			t.Fatal(err)
		}
		h.Offset.Advance(10*time.Minute + time.Second)
		refused(h.actorNow(t, who), fault.KindStepUp)
		_, err = h.people.AskForFirstUse(t.Context(), h.actorNow(t, who), factor)
		kindIs(t, err, fault.KindStepUp)
		_, err = h.people.Adding(t.Context(), h.actorNow(t, who), factor)
		kindIs(t, err, fault.KindStepUp)

		token := h.addKey(t, h.signIn(t, oliviasEmail, ""), newDevice(), factors.NewKey{})
		for i := range 19 {
			token = h.addKey(t, h.who(t, token), newDevice(), factors.NewKey{Name: fmt.Sprintf("Key %d", i+2)})
		}
		refused(h.who(t, token), fault.KindConflict) // there are twenty
	})
}

// actorNow is somebody at a later request of theirs, in a session that was read anew.
func (h house) actorNow(t testing.TB, who actor.Actor) actor.Actor {
	t.Helper()
	details := who.Details
	details.Now = h.Now(t)
	return actor.Enter(details)
}

// S11: a browser learns which of somebody's keys the portal knows, so that it offers no others: those that count, those
// that are being added, those under suspicion; and under which handle, of no meaning elsewhere.
func TestTheKnownKeysAreTold(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		who := h.signIn(t, oliviasEmail, "")
		if s, err := h.people.Standing(t.Context(), who); err != nil || s.Known.Party != "" {
			t.Fatalf("somebody who never had a key: %+v, %v", s.Known, err)
		}
		phone, blue := newDevice(), newDevice()
		token := h.addKey(t, who, phone, factors.NewKey{Name: "Phone", Passkey: true})
		options, err := h.people.AskForKey(t.Context(), h.who(t, token), factors.NewKey{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.people.AddKey(t.Context(), h.who(t, token), factors.NewKey{}, blue.create(t, options)); err != nil {
			t.Fatal(err)
		}
		s, err := h.people.Standing(t.Context(), h.who(t, token))
		if err != nil {
			t.Fatal(err)
		}
		want := []string{idOf(phone), idOf(blue)}
		slices.Sort(want)
		slices.Sort(s.Known.Keys)
		handle := base64.RawURLEncoding.EncodeToString(phone.auth.Options.UserHandle)
		if !slices.Equal(s.Known.Keys, want) || s.Known.Party != portalName || s.Known.Owner != handle ||
			s.Known.Email != oliviasEmail || s.Known.Name != "Olivia Marsh" {
			t.Errorf("%+v", s.Known)
		}
	})
}

func idOf(d *device) string { return base64.RawURLEncoding.EncodeToString(d.cred.ID) }

// S5, S11: of an answer that does not fit it is told apart whether its passkey is one that nobody has, which the
// browser may forget; the words are the same.
func TestAPasskeyThatNobodyHas(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		try := func(d *device) (string, string) {
			t.Helper()
			_, err := h.people.SignInWithPasskey(t.Context(), stranger(), door, d.answer(t, h.passkeyAsk(t, door)))
			kindIs(t, err, fault.KindInvalid)
			f, _ := fault.As(err)
			if unknown, ok := factors.UnknownKey(err); ok {
				if unknown.Party != portalName {
					t.Errorf("it is of %s", unknown.Party)
				}
				return f.Fields[0].Message, unknown.Key
			}
			return f.Fields[0].Message, ""
		}
		who, d := h.signIn(t, oliviasEmail, ""), newDevice()
		n := factors.NewKey{Passkey: true}
		options, err := h.people.AskForKey(t.Context(), who, n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.people.AddKey(t.Context(), who, n, d.create(t, options)); err != nil {
			t.Fatal(err)
		}
		words, key := try(d)
		if key != "" {
			t.Error("a passkey that is being added is to be forgotten")
		}
		d.cred = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeRSA)
		other, key := try(d)
		if key != idOf(d) || other != words {
			t.Errorf("%q is to be forgotten; it says %q, not %q", key, other, words)
		}
		d = newDevice()
		token := h.addKey(t, who, d, n)
		unverified := *d
		unverified.auth.Options.UserNotVerified = true
		if same, key := try(&unverified); key != "" || same != words {
			t.Errorf("%q is to be forgotten: %s", key, same)
		}
		list, err := h.people.Factors(t.Context(), h.who(t, token))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.people.RemoveFactor(t.Context(), h.who(t, token), list[0].ID); err != nil {
			t.Fatal(err)
		}
		if same, key := try(d); key != idOf(d) || same != words {
			t.Errorf("%q is to be forgotten: %s", key, same)
		}
	})
}
