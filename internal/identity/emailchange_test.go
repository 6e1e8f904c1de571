package identity_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/waysback"
	"gatehouse/internal/outbox"
	"gatehouse/internal/testkit"
)

const (
	newEmail   = "olivia.marsh@bakery.example"
	dorasEmail = "dora@northwind.example"
)

// newEmails delivers what waits and returns what went to new addresses, and the alerts.
func (h house) newEmails(t testing.TB) ([]waysback.NewEmailMail, []alerts.Mail) {
	t.Helper()
	var mails []waysback.NewEmailMail
	h.Outbox.Handle(waysback.MailNewEmail, func(_ context.Context, d outbox.Delivery) error {
		var m waysback.NewEmailMail
		err := d.Decode(&m)
		mails = append(mails, m)
		return err
	})
	told := h.posted(t)
	return mails, told
}

// moving begins a change of address and returns the link's token.
func (h house) moving(t testing.TB, who actor.Actor, email string) string {
	t.Helper()
	if err := h.people.StartEmailChange(t.Context(), who, email); err != nil {
		t.Fatal(err)
	}
	var token string
	h.Outbox.Handle(waysback.MailNewEmail, func(_ context.Context, d outbox.Delivery) error {
		var m waysback.NewEmailMail
		err := d.Decode(&m)
		token = m.Token
		if m.To != email {
			t.Errorf("the link went to %s", m.To)
		}
		return err
	})
	h.posted(t)
	return token
}

// S16: nothing counts before the link is used; both addresses are told; other sessions end; links to the old one end.
func TestANewAddressCountsOnceItIsConfirmed(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		who, other := h.signIn(t, oliviasEmail, ""), h.signIn(t, oliviasEmail, "")
		reset := h.forgot(t, oliviasEmail, 1)[0].Token
		token := h.moving(t, who, newEmail)
		if _, err := h.people.SignIn(t.Context(), stranger(), newEmail, passphrase); fault.KindOf(err) != fault.KindInvalid {
			t.Fatalf("an unconfirmed address signs in: %v", err)
		}
		if got, next, err := h.people.OwnEmail(t.Context(), h.again(t, who)); err != nil || got != oliviasEmail ||
			next == nil || next.Email != newEmail {
			t.Fatalf("%s, %+v, %v", got, next, err)
		}
		session, err := h.people.ConfirmEmail(t.Context(), h.again(t, who), token)
		if err != nil {
			t.Fatal(err)
		}
		if !h.alive(t, session) {
			t.Error("the session that confirmed is over")
		}
		if n := w.Count(t, "sessions", "id = ? AND ended_at IS NULL", other.Session.Bytes()); n != 0 {
			t.Error("another session goes on")
		}
		kindIs(t, h.people.ResetGood(t.Context(), reset), fault.KindConflict)
		told := h.posted(t)
		if len(told) != 2 || told[0].Kind != alerts.EmailChanged || told[0].To != newEmail ||
			told[1].To != oliviasEmail {
			t.Errorf("told %+v", told)
		}
		if _, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase); err == nil {
			t.Error("the old address signs in")
		}
		if _, err := h.people.SignIn(t.Context(), stranger(), newEmail, passphrase); err != nil {
			t.Error(err)
		}
		_, err = h.people.ConfirmEmail(t.Context(), h.who(t, session), token)
		kindIs(t, err, fault.KindConflict)
	})
}

// again is the actor of a later request of the same session.
func (h house) again(t testing.TB, who actor.Actor) actor.Actor {
	t.Helper()
	details := who.Details
	details.Now = h.Now(t)
	return actor.Enter(details)
}

// S16: the old address is told at once, and can stop it. A stale session has to confirm first.
func TestAChangeOfAddressIsToldAtOnceAndCanBeStopped(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		who := h.signIn(t, oliviasEmail, "")
		if err := h.people.StartEmailChange(t.Context(), who, newEmail); err != nil {
			t.Fatal(err)
		}
		mails, told := h.newEmails(t)
		if len(mails) != 1 || len(told) != 1 || told[0].Kind != alerts.EmailAsked ||
			told[0].To != oliviasEmail || told[0].About != newEmail {
			t.Fatalf("mailed %+v and %+v", mails, told)
		}
		if err := h.people.StopEmailChange(t.Context(), h.again(t, who)); err != nil {
			t.Fatal(err)
		}
		_, err := h.people.ConfirmEmail(t.Context(), h.again(t, who), mails[0].Token)
		kindIs(t, err, fault.KindConflict)
		if err := h.people.StopEmailChange(t.Context(), h.again(t, who)); err != nil {
			t.Errorf("stopped twice: %v", err)
		}
		h.Offset.Advance(10*time.Minute + time.Second)
		kindIs(t, h.people.StartEmailChange(t.Context(), h.again(t, who), newEmail), fault.KindStepUp)
	})
}

// S16, S5: who else has an address is not told, and only who began may confirm: not who reads a mistyped mailbox.
func TestAChangeOfAddressTellsNobodyWhoExists(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		dora := h.create(t, dorasEmail, "Dora", false)
		who, stranger := h.signIn(t, oliviasEmail, ""), h.signIn(t, dorasEmail, "")
		for _, bad := range []string{
			"", "no address", "a@b.example\r\nBcc: x@y.example", oliviasEmail, "OLIVIA@northwind.example",
		} {
			kindIs(t, h.people.StartEmailChange(t.Context(), who, bad), fault.KindInvalid) // I7
		}
		taken := h.moving(t, who, "Dora@northwind.example")
		if yes, err := h.people.IsTaken(t.Context(), "dora@Northwind.example"); err != nil || !yes {
			t.Errorf("the mail's words: %v, %v", yes, err)
		}
		_, err := h.people.ConfirmEmail(t.Context(), h.again(t, who), taken)
		kindIs(t, err, fault.KindConflict)
		_, err = h.people.ConfirmEmail(t.Context(), h.again(t, stranger), taken)
		kindIs(t, err, fault.KindConflict)

		token := h.moving(t, h.again(t, who), newEmail)
		_, err = h.people.EmailChangeFor(t.Context(), h.again(t, stranger), token)
		kindIs(t, err, fault.KindConflict)
		_, err = h.people.ConfirmEmail(t.Context(), h.again(t, stranger), token)
		kindIs(t, err, fault.KindConflict)
		h.Offset.Advance(24 * time.Hour)
		_, err = h.people.ConfirmEmail(t.Context(), h.again(t, who), token)
		kindIs(t, err, fault.KindConflict)
		if n := w.Count(t, "persons", "email_index = ? AND id = ?", h.people.EmailIndex(dorasEmail), dora.Bytes()); n != 1 {
			t.Error("somebody else's address has changed")
		}
	})
}

// S16: fifty at once on one link change the address once.
func TestALinkForAnAddressWorksOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		who := h.signIn(t, oliviasEmail, "")
		token := h.moving(t, who, newEmail)
		var done atomic.Int64
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if _, err := h.people.ConfirmEmail(t.Context(), h.again(t, who), token); err == nil {
					done.Add(1)
				}
			})
		}
		all.Wait()
		if done.Load() != 1 {
			t.Errorf("%d changed the address", done.Load())
		}
	})
}
