package identity_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/identity/waysback"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// posted delivers what waits in the outbox, as app binds it, and returns the alerts that were mailed.
func (h house) posted(t testing.TB) []alerts.Mail {
	t.Helper()
	var mails []alerts.Mail
	h.Outbox.Handle(alerts.MailAlert, func(_ context.Context, d outbox.Delivery) error {
		var m alerts.Mail
		err := d.Decode(&m)
		mails = append(mails, m)
		return err
	})
	h.Outbox.Handle(tries.ManyFailures, func(ctx context.Context, d outbox.Delivery) error {
		var m tries.FailuresMail
		if err := d.Decode(&m); err != nil {
			return err
		}
		return h.people.TellOfFailures(ctx, m)
	})
	h.Outbox.Handle(waysback.Secured, func(context.Context, outbox.Delivery) error { return nil })
	for range 2 { // what is left by a delivery is delivered by the next
		if _, err := h.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return mails
}

// S16: whatever changes how somebody signs in is told to them in the same breath.
func TestChangesOfFactorsAndPasswordAreToldByMail(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person := h.olivia(t)
		_, token := h.enrol(t, h.signIn(t, oliviasEmail, ""))
		who := h.who(t, token)
		if _, err := h.people.ChangePassword(t.Context(), who, passphrase, "nine wooden ferries wait"); err != nil {
			t.Fatal(err)
		}
		mails := h.posted(t)
		if len(mails) != 2 || mails[0].Kind != alerts.FactorAdded || mails[0].About != "Phone" ||
			mails[1].Kind != alerts.PasswordChanged || mails[1].Person != person ||
			mails[1].To != oliviasEmail || mails[1].Name != "Olivia Marsh" || mails[1].ByOther {
			t.Fatalf("mailed %+v", mails)
		}
		if mails[0].Token == mails[1].Token || len(mails[0].Token) != 43 {
			t.Errorf("the links have the tokens %q and %q", mails[0].Token, mails[1].Token)
		}
	})
}

// S16: what is rolled back was never told.
func TestAnAlertGoesWithItsChange(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		who, boom := h.signIn(t, oliviasEmail, ""), errors.New("boom")
		err := h.Gate.Change(t.Context(), who, verb.SelfManage, id.PersonScope(who.Person),
			func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				return gate.Entry{}, errors.Join(h.people.Alert(tx, g, who.Person, alerts.KeyCloned, "Blue key"), boom)
			})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		if mails := h.posted(t); len(mails) != 0 || w.Count(t, "alerts", "1 = 1") != 0 {
			t.Errorf("mailed %+v", mails)
		}
		err = h.Gate.Change(t.Context(), who, verb.SelfManage, id.PersonScope(who.Person),
			func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				return gate.Entry{}, h.people.Alert(tx, g, who.Person, "made-up", "")
			})
		if err == nil {
			t.Error("an alert that nobody knows was taken")
		}
	})
}

// S4: many failures are told at the first wait, at the longest and when the way in is shut, never at each failure; an
// address that nobody has is told nothing.
func TestManyFailuresAreToldWithoutFlooding(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person := h.olivia(t)
		var told []string
		fail := func(email string, times int) {
			for range times {
				_, _ = h.people.SignIn(t.Context(), stranger(), email, wrong)
				h.Offset.Advance(30 * time.Minute) // past any wait but the last
			}
			for _, m := range h.posted(t) {
				if m.Kind != alerts.ManyFailures || m.Person != person {
					t.Errorf("mailed %+v", m)
				}
				told = append(told, m.About)
			}
		}
		fail("nobody@northwind.example", 12)
		fail(oliviasEmail, 4)
		if len(told) != 0 {
			t.Fatalf("told after four: %v", told)
		}
		fail(oliviasEmail, 11)
		if len(told) != 2 || told[0] != "5" || told[1] != "10" {
			t.Fatalf("told after %v failures", told)
		}
		n := 0
		for _, a := range h.actions(t, id.PersonScope(person)) {
			if a == activity.FailuresNoticed {
				n++
			}
		}
		if n != 2 {
			t.Errorf("%d entries say so", n)
		}
	})
}
