package identity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/testkit"
)

const door = "the door cookie of a browser"

func TestPasswordAndKey(t *testing.T) { // S9, S13, N2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		d := keyed(t, h)
		half := h.half(t)
		ways, err := h.people.SecondStep(t.Context(), half)
		if err != nil || len(ways.Keys) != 1 || ways.Keys[0] != "Blue key" || len(ways.Apps) != 0 {
			t.Fatalf("%+v, %v", ways, err)
		}
		answer := d.answer(t, h.secondAsk(t, half))
		out, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.KeyAnswer(answer))
		if err != nil {
			t.Fatal(err)
		}
		who := h.who(t, out.Token)
		if who.Factor != "password and security key" || who.FactorAt.IsZero() || !who.PhishingResistant() {
			t.Fatalf("the session is of %+v", who.Details)
		}
		if _, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.KeyAnswer(answer)); err == nil {
			t.Fatal("an answer was taken twice")
		}
		list, err := h.people.Factors(t.Context(), who)
		if err != nil || len(list) != 1 || list[0].Kind != factors.SecurityKey || list[0].LastUsedAt.IsZero() {
			t.Fatalf("%+v, %v", list, err)
		}
	})
}

func TestPasskeyAlone(t *testing.T) { // S9, S10, S13, S4
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		d := withPasskey(t, h)
		for range 12 { // strangers shut the way of the password
			_, _ = h.people.SignIn(t.Context(), stranger(), oliviasEmail, wrong)
		}
		_, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
		kindIs(t, err, fault.KindLimited)
		out, err := h.people.SignInWithPasskey(t.Context(), stranger(), door, d.answer(t, h.passkeyAsk(t, door)))
		if err != nil {
			t.Fatal(err)
		}
		who := h.who(t, out.Token)
		if who.Factor != "passkey" || who.FactorAt.IsZero() || !who.PhishingResistant() || who.Name != "Olivia Marsh" {
			t.Fatalf("the session is of %+v", who.Details)
		}
		if got := h.actions(t, id.PersonScope(who.Person))[0]; got != activity.SignedIn {
			t.Fatalf("the log ends with %s", got)
		}
	})
}

// S7, S4: whoever knows the password and guesses at codes does not keep the key of its owner out.
func TestGuessesDoNotKeepTheKeyOut(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		d := keyed(t, h)
		half := h.half(t)
		answer := d.answer(t, h.secondAsk(t, half))
		out, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.KeyAnswer(answer))
		if err != nil {
			t.Fatal(err)
		}
		h.enrol(t, h.who(t, out.Token))
		guessed := h.half(t)
		for range 5 {
			_, err := h.people.SecondFactor(t.Context(), stranger(), guessed, factors.Code("000000"))
			kindIs(t, err, fault.KindInvalid)
		}
		half = h.half(t)
		_, err = h.people.SecondFactor(t.Context(), stranger(), half, factors.Code("000000"))
		kindIs(t, err, fault.KindLimited)
		answer = d.answer(t, h.secondAsk(t, half))
		if _, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.KeyAnswer(answer)); err != nil {
			t.Fatal(err)
		}
		half = h.half(t) // S7: keys have five tries a half session like everything else
		for range 5 {
			_, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.KeyAnswer(answer))
			kindIs(t, err, fault.KindInvalid)
		}
		_, err = h.people.SecondFactor(t.Context(), stranger(), half, factors.KeyAnswer(answer))
		kindIs(t, err, fault.KindConflict)
	})
}

// No factor counts until it has been used once, and then the other sessions are over (N5). What stays unused is gone
// after an hour.
func TestAKeyCountsFromItsFirstUse(t *testing.T) { // S6, N5
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		who, d := h.signIn(t, oliviasEmail, ""), newDevice()
		other, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
		if err != nil {
			t.Fatal(err)
		}
		n := factors.NewKey{Passkey: true}
		options, err := h.people.AskForKey(t.Context(), who, n)
		if err != nil {
			t.Fatal(err)
		}
		made := d.create(t, options)
		factor, err := h.people.AddKey(t.Context(), who, n, made)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.people.AddKey(t.Context(), who, n, made)
		kindIs(t, err, fault.KindInvalid) // S9: its challenge is used up
		h.signIn(t, oliviasEmail, "")     // still by password alone
		_, err = h.people.SignInWithPasskey(t.Context(), stranger(), door, d.answer(t, h.passkeyAsk(t, door)))
		kindIs(t, err, fault.KindInvalid)
		if added, err := h.people.Adding(t.Context(), who, factor); err != nil || added.Name != "Passkey" {
			t.Fatalf("%+v, %v", added, err)
		}
		options, err = h.people.AskForFirstUse(t.Context(), who, factor)
		if err != nil {
			t.Fatal(err)
		}
		token, err := h.people.ConfirmKey(t.Context(), who, factor, d.answer(t, options))
		if err != nil {
			t.Fatal(err)
		}
		token = h.keepCodes(t, token)
		if h.alive(t, other.Token) || !h.alive(t, token) || h.who(t, token).Factor != "password and passkey" {
			t.Fatal("a new key must end the other sessions, and only those")
		}
		if w.Count(t, "outbox", "kind = 'identity.alert'") == 0 {
			t.Fatal("the owner was not told of the new key")
		}
	})
}

// S16: who proved nothing for ten minutes adds no key; an hour later what was begun is gone.
func TestAddingAKeyNeedsAFreshProof(t *testing.T) {
	t.Parallel()
	h := open(testkit.NewSQLite(t))
	h.olivia(t)
	out, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	n, d := factors.NewKey{Name: "Blue key"}, newDevice()
	options, err := h.people.AskForKey(t.Context(), h.who(t, out.Token), n)
	if err != nil {
		t.Fatal(err)
	}
	factor, err := h.people.AddKey(t.Context(), h.who(t, out.Token), n, d.create(t, options))
	if err != nil {
		t.Fatal(err)
	}
	h.Offset.Advance(10*time.Minute + time.Second)
	_, err = h.people.AskForKey(t.Context(), h.who(t, out.Token), n)
	kindIs(t, err, fault.KindStepUp)
	h.Offset.Advance(15 * time.Minute)
	_, err = h.people.Adding(t.Context(), h.who(t, out.Token), factor)
	kindIs(t, err, fault.KindStepUp)
	if _, err := h.people.Adding(t.Context(), h.signIn(t, oliviasEmail, ""), factor); err != nil { // it goes on
		t.Fatal(err)
	}
	h.Offset.Advance(time.Hour)
	_, err = h.people.Adding(t.Context(), h.signIn(t, oliviasEmail, ""), factor)
	kindIs(t, err, fault.KindNotFound)
	_, err = h.people.AskForKey(t.Context(), h.signIn(t, oliviasEmail, ""), factors.NewKey{
		Name: strings.Repeat("x", 61),
	})
	kindIs(t, err, fault.KindInvalid)
}

// S11: nobody can register a credential that somebody has, be it theirs or another's.
func TestACredentialBelongsToOne(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		victims := keyed(t, h)
		h.create(t, "carl@copperfield.example", "Carl", false)
		carl, n := h.signIn(t, "carl@copperfield.example", ""), factors.NewKey{Name: "Mine now"}
		mine := newDevice()
		mine.cred.ID = victims.cred.ID
		options, err := h.people.AskForKey(t.Context(), carl, n)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.people.AddKey(t.Context(), carl, n, mine.create(t, options))
		kindIs(t, err, fault.KindInvalid)
		long := newDevice()
		long.cred.ID = make([]byte, 1024)
		if options, err = h.people.AskForKey(t.Context(), carl, n); err != nil {
			t.Fatal(err)
		}
		_, err = h.people.AddKey(t.Context(), carl, n, long.create(t, options))
		kindIs(t, err, fault.KindInvalid)
		longest := newDevice()
		longest.cred.ID = append(make([]byte, 1022), 1)
		longest.cred.Key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeRSA).Key
		h.addKey(t, carl, longest, n)
	})
}

// Several keys and passkeys, each with a name; removing one leaves the others.
func TestSeveralKeys(t *testing.T) { // N5
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		blue, phone := newDevice(), newDevice()
		phone.auth.Options.BackupEligible, phone.auth.Options.BackupState = true, true
		token := h.addKey(t, h.signIn(t, oliviasEmail, ""), blue, factors.NewKey{Name: "Blue key"})
		token = h.addKey(t, h.who(t, token), phone, factors.NewKey{Name: "Phone", Passkey: true})
		options, err := h.people.AskForKey(t.Context(), h.who(t, token), factors.NewKey{})
		if err != nil {
			t.Fatal(err)
		}
		asked, err := virtualwebauthn.ParseAttestationOptions(string(options))
		if err != nil || !blue.cred.IsExcludedForAttestation(*asked) || !phone.cred.IsExcludedForAttestation(*asked) ||
			asked.UserID != string(blue.auth.Options.UserHandle) || len(asked.UserID) != 64 || len(asked.Challenge) < 16 {
			t.Fatalf("%+v, %v", asked, err) // S11: one handle of 64 bytes for all
		}
		list, err := h.people.Factors(t.Context(), h.who(t, token))
		if err != nil || len(list) != 2 || list[0].Synced || !list[1].Synced || list[1].Kind != factors.Passkey {
			t.Fatalf("%+v, %v", list, err)
		}
		token, err = h.people.RemoveFactor(t.Context(), h.who(t, token), list[0].ID)
		if err != nil || h.who(t, token).Factor != "password and passkey" {
			t.Fatalf("%v", err)
		}
		half := h.half(t)
		asks := h.secondAsk(t, half)
		_, err = h.people.SecondFactor(t.Context(), stranger(), half, factors.KeyAnswer(blue.answer(t, asks)))
		kindIs(t, err, fault.KindInvalid)
		answer := factors.KeyAnswer(phone.answer(t, h.secondAsk(t, half)))
		if _, err = h.people.SecondFactor(t.Context(), stranger(), half, answer); err != nil {
			t.Fatal(err)
		}
	})
}

// S16, N2: stepping up by a key and by a code; the session says what was shown last.
func TestSteppingUpByKey(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		d := withPasskey(t, h)
		out, err := h.people.SignInWithPasskey(t.Context(), stranger(), door, d.answer(t, h.passkeyAsk(t, door)))
		if err != nil {
			t.Fatal(err)
		}
		secret, token := h.enrol(t, h.who(t, out.Token))
		if got := h.who(t, token); got.Factor != "passkey and code" || got.PhishingResistant() {
			t.Fatalf("the session is of %q", got.Factor)
		}
		h.Offset.Advance(11 * time.Minute)
		step := func(proof factors.Proof, factor string) {
			t.Helper()
			next, err := h.people.StepUp(t.Context(), h.who(t, token), proof)
			if err != nil || h.alive(t, token) {
				t.Fatalf("the old token lives on: %v", err)
			}
			if token = next; h.who(t, token).Factor != factor {
				t.Fatalf("the session is of %q, not %q", h.who(t, token).Factor, factor)
			}
		}
		options, err := h.people.AskForStepUp(t.Context(), h.who(t, token))
		if err != nil {
			t.Fatal(err)
		}
		step(factors.KeyAnswer(d.answer(t, options)), "passkey")
		step(factors.Code(h.code(t, secret)), "passkey and code")
		_, err = h.people.StepUp(t.Context(), h.who(t, token), factors.KeyAnswer(""))
		kindIs(t, err, fault.KindInvalid)
		_, err = h.people.AskForStepUp(t.Context(), actor.Enter(actor.Details{Kind: actor.Anonymous}))
		kindIs(t, err, fault.KindSignIn)
	})
}
