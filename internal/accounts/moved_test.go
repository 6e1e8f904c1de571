package accounts_test

import (
	"context"
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/waysback"
	"gatehouse/internal/outbox"
	"gatehouse/internal/testkit"
)

// moves gives somebody another address, as they do it themselves.
func (h *house) moves(t testing.TB, from, to string) {
	t.Helper()
	var token string
	h.Outbox.Handle(waysback.MailNewEmail, func(_ context.Context, d outbox.Delivery) error {
		var m waysback.NewEmailMail
		err := d.Decode(&m)
		token = m.Token
		return err
	})
	who := h.as(t, from, id.Account{})
	if err := h.people.StartEmailChange(t.Context(), who, to); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.people.ConfirmEmail(t.Context(), who, token); err != nil {
		t.Fatal(err)
	}
	h.known[to] = true
}

// A7: an invitation is for whoever reads the mailbox that it was sent to. Somebody who has another address since then
// is told so, the account sees it, and an invitation to the new address lets them in.
func TestAnInvitationDoesNotFollowAnAddress(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.told()
		account, other := h.account(t, "Northwind", olivia), h.account(t, "Copperfield", carl)
		h.join(t, other, carl, ben, role("billing"))
		invite := func(email string) accounts.InvitationMail {
			t.Helper()
			if err := h.accounts.Invite(t.Context(), h.as(t, olivia, account), account, email, role("billing")); err != nil {
				t.Fatal(err)
			}
			return h.mail(t, email)
		}
		old := invite(ben)
		const moved = "ben@wheels.example"
		h.moves(t, ben, moved)
		who := h.as(t, moved, id.Account{})
		_, err := h.accounts.Accept(t.Context(), who, old.Token, accounts.Acceptance{})
		kindIs(t, "with the address of now", err, fault.KindDenied)
		if _, err := h.Gate.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := w.Count(t, "memberships", "account_id = ?", account); n != 1 {
			t.Fatalf("%d people are in the account", n)
		}
		if _, err := h.accounts.Accept(t.Context(), who, invite(moved).Token, accounts.Acceptance{}); err != nil {
			t.Fatal(err)
		}
		if got := h.entries(t, id.AccountScope(account)); got[0].Action != activity.ContactJoined {
			t.Errorf("the log says %v", got[0].Action)
		}
		// Whoever reads the old mailbox by now is who was invited.
		form := accounts.Acceptance{Name: "Bella Okafor", Password: passphrase}
		if _, err := h.accounts.Accept(t.Context(), stranger(t, h), old.Token, form); err != nil {
			t.Fatal(err)
		}
	})
}
