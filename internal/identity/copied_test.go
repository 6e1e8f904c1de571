package identity_test

import (
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/testkit"
)

// copied makes Olivia with a code app and a passkey whose counter went back, and locks her sign-in. She is signed in
// again, with a new password and her code app.
func copied(t testing.TB, h house) (locked actor.Actor, d *device, app, key id.Factor) {
	t.Helper()
	d = withPasskey(t, h)
	who := h.passkeySession(t, d)
	secret, token := h.enrol(t, who)
	h.nextStep()
	link := h.alerted(t, h.who(t, token), alerts.NewDevice, "")
	d.cred.Counter = 1
	half := h.half(t)
	_, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.KeyAnswer(d.answer(t, h.secondAsk(t, half))))
	kindIs(t, err, fault.KindInvalid)
	if err := h.people.NotMe(t.Context(), stranger(), link, ""); err != nil {
		t.Fatal(err)
	}
	h.setPassword(t, who.Person)
	h.nextStep()
	out, err := h.people.SecondFactor(t.Context(), stranger(), h.half(t), factors.Code(h.code(t, secret)))
	if err != nil {
		t.Fatal(err)
	}
	locked = h.who(t, out.Token)
	review, err := h.people.Review(t.Context(), locked)
	if err != nil || !review.Needed || len(review.Factors) != 2 {
		t.Fatalf("%+v, %v", review, err)
	}
	for _, f := range review.Factors {
		if f.Kind == factors.CodeApp {
			app = f.ID
		} else if key = f.ID; !f.Copied || !f.Suspect {
			t.Fatalf("the copied key is %+v", f)
		}
	}
	return locked, d, app, key
}

// S11, S15: "it is mine" does not bring back a key that may have been copied. Its owner removes it, and then goes on.
func TestACopiedKeyDoesNotComeBackByAReview(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		locked, d, app, key := copied(t, h)
		signsIn := func() error {
			d.cred.Counter += 1000
			_, err := h.people.SignInWithPasskey(t.Context(), stranger(), door, d.answer(t, h.passkeyAsk(t, door)))
			return err
		}
		_, err := h.people.FinishReview(t.Context(), locked, []id.Factor{app, key}, nil)
		kindIs(t, err, fault.KindInvalid)
		if f, _ := fault.As(err); len(f.Fields) != 1 || f.Fields[0].Name != "factor-"+key.String() {
			t.Errorf("the fault names %+v", f)
		}
		_, err = h.people.FinishReview(t.Context(), locked, []id.Factor{app}, nil)
		kindIs(t, err, fault.KindInvalid) // nor when nothing is said of it
		if w.Count(t, "factors", "suspect_at IS NOT NULL AND copied_at IS NOT NULL") != 1 {
			t.Fatal("a refused review trusted the key again")
		}
		kindIs(t, signsIn(), fault.KindInvalid)
		token, err := h.people.FinishReview(t.Context(), locked, []id.Factor{app}, []id.Factor{key})
		if err != nil {
			t.Fatal(err)
		}
		if h.who(t, token).Secured || w.Count(t, "factors", "1 = 1") != 1 {
			t.Error("the review is not finished")
		}
		kindIs(t, signsIn(), fault.KindInvalid)
	})
}

// S11: a key that is merely younger than what was reported is trusted again by its owner's word.
func TestAYoungKeyIsKept(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person := h.olivia(t)
		secret, token := h.enrol(t, h.signIn(t, oliviasEmail, ""))
		link := h.alerted(t, h.who(t, token), alerts.NewDevice, "")
		h.Offset.Advance(time.Second)
		d := newDevice()
		h.addKey(t, h.who(t, token), d, factors.NewKey{Name: "Passkey", Passkey: true})
		if err := h.people.NotMe(t.Context(), stranger(), link, ""); err != nil {
			t.Fatal(err)
		}
		if w.Count(t, "factors", "suspect_at IS NOT NULL AND copied_at IS NULL") == 0 {
			t.Fatal("the young key is not in doubt")
		}
		h.setPassword(t, person)
		half := h.half(t)
		h.nextStep()
		out, err := h.people.SecondFactor(t.Context(), stranger(), half, factors.Code(h.code(t, secret)))
		if err != nil {
			t.Fatal(err)
		}
		locked := h.who(t, out.Token)
		list, err := h.people.Factors(t.Context(), locked)
		if err != nil || len(list) != 2 || list[1].Copied || !list[1].Suspect {
			t.Fatalf("%+v, %v", list, err)
		}
		if _, err := h.people.FinishReview(t.Context(), locked, []id.Factor{list[0].ID, list[1].ID}, nil); err != nil {
			t.Fatal(err)
		}
		h.passkeySession(t, d)
	})
}

// S1: a review does not end with a short password alone, which was set while there was a second factor.
func TestAReviewLeavesNoShortPasswordAlone(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person := h.olivia(t)
		secret, token := h.enrol(t, h.signIn(t, oliviasEmail, ""))
		link := h.alerted(t, h.who(t, token), alerts.NewDevice, "")
		if err := h.people.NotMe(t.Context(), stranger(), link, ""); err != nil {
			t.Fatal(err)
		}
		const short = "kites at nine"
		reset := h.forgot(t, oliviasEmail, 1)[0].Token
		if err := h.people.ResetPassword(t.Context(), stranger(), reset, short); err != nil {
			t.Fatal(err)
		}
		h.nextStep()
		half, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, short)
		if err != nil {
			t.Fatal(err)
		}
		out, err := h.people.SecondFactor(t.Context(), stranger(), half.Half, factors.Code(h.code(t, secret)))
		if err != nil {
			t.Fatal(err)
		}
		locked := h.who(t, out.Token)
		list, err := h.people.Factors(t.Context(), locked)
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		_, err = h.people.FinishReview(t.Context(), locked, nil, []id.Factor{list[0].ID})
		kindIs(t, err, fault.KindConflict)
		if w.Count(t, "factors", "person_id = ?", person.Bytes()) != 1 {
			t.Error("the only factor is gone")
		}
		if _, err := h.people.FinishReview(t.Context(), locked, []id.Factor{list[0].ID}, nil); err != nil {
			t.Error(err)
		}
	})
}

// S16: the proof before adding a key is judged again when the browser comes back with what it made.
func TestAKeyIsAddedWithinTheTenMinutes(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		who := h.signIn(t, oliviasEmail, "")
		d, n := newDevice(), factors.NewKey{Name: "Blue key"}
		h.Offset.Advance(9*time.Minute + 30*time.Second)
		options, err := h.people.AskForKey(t.Context(), who, n)
		if err != nil {
			t.Fatal(err)
		}
		h.Offset.Advance(time.Minute)
		_, err = h.people.AddKey(t.Context(), who, n, d.create(t, options))
		kindIs(t, err, fault.KindStepUp)
		if w.Count(t, "factors", "1 = 1") != 0 {
			t.Error("the key was added")
		}
	})
}
