package identity_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// S9: a challenge is good once, for five minutes, for one purpose, for whom it was given to.
func TestChallengesAreBound(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		d := withPasskey(t, h)
		alone := func(door, answer string) error {
			_, err := h.people.SignInWithPasskey(t.Context(), stranger(), door, answer)
			return err
		}
		used := d.answer(t, h.passkeyAsk(t, door))
		if err := alone(door, used); err != nil {
			t.Fatal(err)
		}
		kindIs(t, alone(door, used), fault.KindInvalid)                                    // replayed
		kindIs(t, alone(door, d.answer(t, h.passkeyAsk(t, "another"))), fault.KindInvalid) // another browser's
		kindIs(t, alone(door, d.answer(t, h.secondAsk(t, h.half(t)))), fault.KindInvalid)  // for something else
		kindIs(t, alone(door, d.answer(t, []byte(madeUpOptions))), fault.KindInvalid)      // never given
		kindIs(t, alone(door, ""), fault.KindInvalid)                                      // nothing
		kindIs(t, alone(door, `{"id":"AA","rawId":"AA","type":"x"}`), fault.KindInvalid)   // no answer at all
		late := d.answer(t, h.passkeyAsk(t, door))
		h.Offset.Advance(5*time.Minute + time.Second)
		kindIs(t, alone(door, late), fault.KindInvalid) // minute 6
		_, err := h.people.AskForPasskey(t.Context(), "")
		kindIs(t, err, fault.KindConflict)

		mine, theirs := h.half(t), h.half(t)
		answer := d.answer(t, h.secondAsk(t, theirs))
		_, err = h.people.SecondFactor(t.Context(), stranger(), mine, factors.KeyAnswer(answer))
		kindIs(t, err, fault.KindInvalid) // another half session's
		one, two := h.passkeySession(t, d), h.passkeySession(t, d)
		options, err := h.people.AskForStepUp(t.Context(), one)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.people.StepUp(t.Context(), two, factors.KeyAnswer(d.answer(t, options)))
		kindIs(t, err, fault.KindInvalid) // another session's
		spoilt, wrongOne := h.passkeyAsk(t, door), newDevice()
		wrongOne.cred.ID = d.cred.ID
		kindIs(t, alone(door, wrongOne.answer(t, spoilt)), fault.KindInvalid) // S9: a wrong answer uses it up as well
		kindIs(t, alone(door, d.answer(t, spoilt)), fault.KindInvalid)
	})
}

const madeUpOptions = `{"challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","rpId":"portal.harbour.example"}`

func (h house) passkeySession(t testing.TB, d *device) actor.Actor {
	t.Helper()
	out, err := h.people.SignInWithPasskey(t.Context(), stranger(), door, d.answer(t, h.passkeyAsk(t, door)))
	if err != nil {
		t.Fatal(err)
	}
	return h.who(t, out.Token)
}

// S10: origin, host, presence, verification and frames. Whatever is wrong, the answer is the same.
func TestAnswersFromElsewhere(t *testing.T) {
	t.Parallel()
	h := open(testkit.NewSQLite(t))
	honest := withPasskey(t, h)
	said := map[string]bool{}
	for name, change := range map[string]func(d *device){
		"a wrong origin":      func(d *device) { d.rp.Origin = "https://portal-harbour.example" },
		"a sibling subdomain": func(d *device) { d.rp.Origin = "https://blog.harbour.example" },
		"the domain above":    func(d *device) { d.rp.Origin = "https://harbour.example" },
		"a subdomain":         func(d *device) { d.rp.Origin = "https://evil.portal.harbour.example" },
		"another port":        func(d *device) { d.rp.Origin = "https://portal.harbour.example:8443" },
		"without TLS":         func(d *device) { d.rp.Origin = "http://portal.harbour.example" },
		"a wrong host":        func(d *device) { d.rp.ID = "harbour.example" },
		"nobody there":        func(d *device) { d.auth.Options.UserNotPresent = true },
		"not verified":        func(d *device) { d.auth.Options.UserNotVerified = true },
		"a foreign handle":    func(d *device) { d.auth.Options.UserHandle = []byte(strings.Repeat("x", 64)) },
		"no handle":           func(d *device) { d.auth.Options.UserHandle = nil },
		"now it may be synced": func(d *device) {
			d.auth.Options.BackupEligible = true
		},
	} {
		d := *honest
		change(&d)
		_, err := h.people.SignInWithPasskey(t.Context(), stranger(), door, d.answer(t, h.passkeyAsk(t, door)))
		if fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		f, _ := fault.As(err)
		said[f.Fields[0].Message] = true
	}
	for _, top := range []string{"", "https://evil.example", "https://portal.harbour.example"} {
		answer := honest.framed(t, h.passkeyAsk(t, door), top)
		_, err := h.people.SignInWithPasskey(t.Context(), stranger(), door, answer)
		kindIs(t, err, fault.KindInvalid)
	}
	if len(said) != 1 {
		t.Errorf("the answers tell what was wrong: %v", said)
	}
	h.passkeySession(t, honest)
}

// S10: a passkey that did not verify its owner is no passkey; as a second factor beside the password it will do.
func TestVerificationIsForPasskeys(t *testing.T) {
	t.Parallel()
	h := open(testkit.NewSQLite(t))
	h.olivia(t)
	who, d := h.signIn(t, oliviasEmail, ""), newDevice()
	d.auth.Options.UserNotVerified = true
	n := factors.NewKey{Name: "Phone", Passkey: true}
	options, err := h.people.AskForKey(t.Context(), who, n)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.people.AddKey(t.Context(), who, n, d.create(t, options))
	kindIs(t, err, fault.KindInvalid)
	token := h.addKey(t, who, d, factors.NewKey{Name: "Old key"})
	kindIs(t, second(h.people.SignInWithPasskey(t.Context(), stranger(), door, d.answer(t, h.passkeyAsk(t, door)))),
		fault.KindInvalid) // a second factor signs nobody in alone (S13)
	d.auth.Options.UserNotVerified = false
	kindIs(t, second(h.people.SignInWithPasskey(t.Context(), stranger(), door, d.answer(t, h.passkeyAsk(t, door)))),
		fault.KindInvalid)
	if got := h.who(t, token).Factor; got != "password and security key" {
		t.Errorf("the session is of %q", got)
	}
}

func second(_ identity.Outcome, err error) error { return err }

// S11: somebody else's credential opens nothing in my second step, nor mine when it is added by another.
func TestSomebodyElsesKey(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		keyed(t, h)
		h.create(t, "carl@copperfield.example", "Carl", false)
		theirs := newDevice()
		carl := h.signIn(t, "carl@copperfield.example", "")
		token := h.addKey(t, carl, theirs, factors.NewKey{Name: "Red key", Passkey: true})
		half := h.half(t)
		_, err := h.people.SecondFactor(t.Context(), stranger(), half,
			factors.KeyAnswer(theirs.answer(t, h.secondAsk(t, half))))
		kindIs(t, err, fault.KindInvalid)
		h.Offset.Advance(time.Minute)
		one, two := newDevice(), newDevice()
		n := factors.NewKey{Name: "Another"}
		options, err := h.people.AskForKey(t.Context(), h.who(t, token), n)
		if err != nil {
			t.Fatal(err)
		}
		factor, err := h.people.AddKey(t.Context(), h.who(t, token), n, one.create(t, options))
		if err != nil {
			t.Fatal(err)
		}
		if options, err = h.people.AskForFirstUse(t.Context(), h.who(t, token), factor); err != nil {
			t.Fatal(err)
		}
		_, err = h.people.ConfirmKey(t.Context(), h.who(t, token), factor, theirs.answer(t, options))
		kindIs(t, err, fault.KindInvalid) // another key of theirs is not the first use of this one
		if options, err = h.people.AskForFirstUse(t.Context(), h.who(t, token), factor); err != nil {
			t.Fatal(err)
		}
		two.cred.ID = one.cred.ID
		_, err = h.people.ConfirmKey(t.Context(), h.who(t, token), factor, two.answer(t, options))
		kindIs(t, err, fault.KindInvalid) // nor is a key that only bears its name
	})
}

// S11: a counter that went back opens nothing, ends every session, is told by mail, and asks for another factor.
func TestACopiedKey(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		d := withPasskey(t, h)
		who := h.passkeySession(t, d)
		secret, token := h.enrol(t, who)
		h.nextStep()
		d.cred.Counter = 1
		half := h.half(t)
		_, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.KeyAnswer(d.answer(t, h.secondAsk(t, half))))
		kindIs(t, err, fault.KindInvalid)
		if h.alive(t, token) {
			t.Fatal("a session of whoever has the copy may go on")
		}
		if got := h.actions(t, id.PersonScope(who.Person)); got[0] != activity.FactorSuspected {
			t.Fatalf("the log ends with %s", got[0])
		}
		ways, err := h.people.SecondStep(t.Context(), half)
		if err != nil || len(ways.Keys) != 0 || len(ways.Apps) != 1 {
			t.Fatalf("%+v, %v", ways, err)
		}
		out, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.Code(h.code(t, secret)))
		if err != nil {
			t.Fatal(err)
		}
		d.cred.Counter = 1000
		_, err = h.people.SignInWithPasskey(t.Context(), stranger(), door, d.answer(t, h.passkeyAsk(t, door)))
		kindIs(t, err, fault.KindInvalid) // it opens nothing any more, whatever it counts to
		list, err := h.people.Factors(t.Context(), h.who(t, out.Token))
		if err != nil || !list[0].Suspect || list[1].Suspect {
			t.Fatalf("%+v, %v", list, err)
		}
	})
}

// S11, S13: with the only factor suspected, the password alone does not open the door either.
func TestASuspectedKeyStillCounts(t *testing.T) {
	t.Parallel()
	h := open(testkit.NewSQLite(t))
	d := withPasskey(t, h)
	h.passkeySession(t, d)
	d.cred.Counter = 0
	_, err := h.people.SignInWithPasskey(t.Context(), stranger(), door, d.answer(t, h.passkeyAsk(t, door)))
	kindIs(t, err, fault.KindInvalid)
	half := h.half(t)
	if ways, err := h.people.SecondStep(t.Context(), half); err != nil || !ways.None() {
		t.Fatalf("%+v, %v", ways, err)
	}
	_, err = h.people.AskForSecondStep(t.Context(), half)
	kindIs(t, err, fault.KindConflict)
}

// S5: what a browser is given names nobody, and takes the same statements whoever is about to sign in.
func TestPasskeysAreAskedOfAnybody(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		withPasskey(t, h)
		ctx, n := db.CountStatements(t.Context())
		options, err := h.people.AskForPasskey(ctx, door)
		if err != nil || n.Load() > 4 {
			t.Fatalf("%d statements, %v", n.Load(), err)
		}
		if text := string(options); strings.Contains(text, "allowCredentials") ||
			!strings.Contains(text, `"userVerification":"required"`) {
			t.Errorf("the browser is given %s", text)
		}
		d := newDevice()
		unknown := second(h.people.SignInWithPasskey(t.Context(), stranger(), door, d.answer(t, options)))
		kindIs(t, unknown, fault.KindInvalid)
	})
}

// L6: challenges do not pile up.
func TestSpentChallengesGo(t *testing.T) {
	t.Parallel()
	h := open(testkit.NewSQLite(t))
	h.passkeyAsk(t, door)
	if err := h.people.Prune(t.Context()); err != nil || h.Count(t, "ceremonies", "1 = 1") != 1 {
		t.Fatalf("a challenge that can be answered is gone: %v", err)
	}
	h.Offset.Advance(6 * time.Minute)
	if err := h.people.Prune(t.Context()); err != nil || h.Count(t, "ceremonies", "1 = 1") != 0 {
		t.Fatalf("a challenge that nobody can answer is kept: %v", err)
	}
}

// C2: a key that nobody holds is for the demo's keys only.
func TestNobodysKeyIsForTheDemo(t *testing.T) {
	t.Parallel()
	h := open(testkit.NewSQLite(t))
	person := h.olivia(t)
	err := h.provider(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return h.people.AddDemoKey(tx, g, person, "Blue key")
	})
	kindIs(t, err, fault.KindConflict)
}
