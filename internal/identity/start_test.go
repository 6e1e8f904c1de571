package identity_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

const samsEmail = "sam@harbour.example"

// start makes the secret with which somebody of the staff adds their first key.
func (h house) start(t testing.TB, person id.Person) factors.Start {
	t.Helper()
	var start factors.Start
	err := h.Gate.ChangeWith(t.Context(), actor.NewSystem("test"), verb.StaffManage, id.ProviderScope(),
		[]id.Scope{id.PersonScope(person)}, func(tx *db.Tx, g gate.Grant) (entry gate.Entry, err error) {
			start, entry, err = h.people.IssueStart(tx, g, person, "Sam Doyle")
			return entry, err
		})
	if err != nil {
		t.Fatal(err)
	}
	return start
}

// tryKey goes through the adding of a key and says where it ended.
func (h house) tryKey(t testing.TB, who actor.Actor) error {
	t.Helper()
	d := newDevice()
	options, err := h.people.AskForKey(t.Context(), who, factors.NewKey{})
	if err != nil {
		return err
	}
	_, err = h.people.AddKey(t.Context(), who, factors.NewKey{}, d.create(t, options))
	return err
}

// S12: whoever has learnt the password of somebody new on the staff cannot add a key of their own with it.
func TestStaffAddTheirFirstKeyWithTheirStartLink(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		sam := h.create(t, samsEmail, "Sam Doyle", true)
		h.olivia(t)
		thief := h.signIn(t, samsEmail, "")
		kindIs(t, h.tryKey(t, thief), fault.KindConflict)
		old, start := h.start(t, sam), h.start(t, sam)
		kindIs(t, h.people.UseStart(t.Context(), thief, old.Token), fault.KindConflict)
		kindIs(t, h.people.UseStart(t.Context(), h.signIn(t, oliviasEmail, ""), start.Token), fault.KindConflict)
		kindIs(t, h.people.UseStart(t.Context(), stranger(), start.Token), fault.KindSignIn)
		kindIs(t, h.tryKey(t, thief), fault.KindConflict)

		who := h.signIn(t, samsEmail, "")
		if err := h.people.UseStart(t.Context(), who, start.Token); err != nil {
			t.Fatal(err)
		}
		kindIs(t, h.tryKey(t, thief), fault.KindConflict) // the link was shown in another session
		kindIs(t, h.people.UseStart(t.Context(), thief, start.Token), fault.KindConflict)
		h.addKey(t, who, newDevice(), factors.NewKey{Name: "Blue key"})
		kindIs(t, h.tryKey(t, h.signInAnew(t)), fault.KindStepUp) // who has a key is asked for it
	})
}

// signInAnew is Sam with the right password alone, which is worth half a session once there is a key.
func (h house) signInAnew(t testing.TB) actor.Actor {
	t.Helper()
	out, err := h.people.SignIn(t.Context(), stranger(), samsEmail, passphrase)
	if err != nil || out.Token != "" {
		t.Fatalf("a password alone gives a session to whoever has a key: %v", err)
	}
	return actor.Enter(actor.Details{
		Kind: actor.Staff, Person: out.Person, Name: "Sam Doyle", Session: id.New[id.SessionKind](),
		Factor: actor.ByPassword, ProvedAt: h.Now(t), Now: h.Now(t),
	})
}

// S12: the secret ends three days after it was made, to the second, and works once however many try.
func TestAStartLinkEndsAndWorksOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		sam := h.create(t, samsEmail, "Sam Doyle", true)
		late := h.start(t, sam)
		h.Offset.Set(0)
		h.Offset.Set(late.Expires.Sub(w.Now(t)))
		kindIs(t, h.people.UseStart(t.Context(), h.signIn(t, samsEmail, ""), late.Token), fault.KindConflict)
		start := h.start(t, sam)
		h.Offset.Advance(start.Expires.Sub(w.Now(t)) - time.Minute)
		var done atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			who := h.signIn(t, samsEmail, "")
			all.Go(func() {
				if err := h.people.UseStart(t.Context(), who, start.Token); err == nil {
					done.Add(1)
				} else if fault.KindOf(err) != fault.KindConflict {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if done.Load() != 1 {
			t.Errorf("it worked %d times", done.Load())
		}
		if n := w.Count(t, "staff_starts", "token_hash = ?", []byte(start.Token)); n != 0 {
			t.Error("the secret is stored as it is")
		}
	})
}

// S12, S6: whoever closes the browser between the first use of their first key and the recovery codes goes on in
// another one, with the key: their start link is not needed again, and nobody goes on without the key. Before its first
// use the key is nothing yet, and a new link is needed.
func TestAFirstKeyIsGoneOnWith(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		sam := h.create(t, samsEmail, "Sam Doyle", true)
		begin := func() (actor.Actor, *device, id.Factor) {
			t.Helper()
			who, d := h.signIn(t, samsEmail, ""), newDevice()
			if err := h.people.UseStart(t.Context(), who, h.start(t, sam).Token); err != nil {
				t.Fatal(err)
			}
			options, err := h.people.AskForKey(t.Context(), who, factors.NewKey{})
			if err != nil {
				t.Fatal(err)
			}
			factor, err := h.people.AddKey(t.Context(), who, factors.NewKey{}, d.create(t, options))
			if err != nil {
				t.Fatal(err)
			}
			return who, d, factor
		}
		_, _, unused := begin()
		_, err := h.people.AskForFirstUse(t.Context(), h.signIn(t, samsEmail, ""), unused)
		kindIs(t, err, fault.KindConflict)

		who, d, factor := begin()
		use := func(who actor.Actor, d *device) (string, error) {
			t.Helper()
			options, err := h.people.AskForFirstUse(t.Context(), who, factor)
			if err != nil {
				t.Fatal(err)
			}
			return h.people.ConfirmKey(t.Context(), who, factor, d.answer(t, options))
		}
		if _, err := use(who, d); err != nil {
			t.Fatal(err)
		}
		again := h.signIn(t, samsEmail, "") // by password: it does not count yet
		left, waits, err := h.people.Unfinished(t.Context(), again)
		if err != nil || !waits || left.Here || left.Factor != factor {
			t.Fatalf("%+v, %v, %v", left, waits, err)
		}
		_, err = h.people.MakeRecoveryCodes(t.Context(), again)
		kindIs(t, err, fault.KindConflict)
		thiefs := newDevice()
		thiefs.cred.ID = d.cred.ID
		_, err = use(again, thiefs)
		kindIs(t, err, fault.KindInvalid)
		token, err := use(again, d)
		if err != nil {
			t.Fatal(err)
		}
		if token = h.keepCodes(t, token); !h.who(t, token).PhishingResistant() {
			t.Error("the key does not count")
		}
		kindIs(t, h.tryKey(t, h.signInAnew(t)), fault.KindStepUp)
	})
}
