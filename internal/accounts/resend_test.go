package accounts_test

import (
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// A3, A7: an invitation that is sent again has a link of its own and seven days more; the one before leads nowhere.
func TestAnInvitationIsSentAgain(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.join(t, account, olivia, adam, role("administrator"))
		if err := h.accounts.Invite(t.Context(), h.as(t, olivia, account), account, oscar, owner()); err != nil {
			t.Fatal(err)
		}
		first := h.mail(t, oscar)
		list, err := h.accounts.Invitations(t.Context(), h.as(t, olivia, account), account)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d invitations, %v", len(list), err)
		}
		resend := func(by string) error {
			delete(h.tokens, by) // whoever resends has just proved who they are
			return h.accounts.Resend(t.Context(), h.as(t, by, account), account, list[0].ID)
		}
		kindIs(t, "at once", resend(olivia), fault.KindLimited)
		h.Offset.Advance(11 * time.Minute)
		kindIs(t, "an owner's, by an administrator", resend(adam), fault.KindDenied)
		if err := resend(olivia); err != nil {
			t.Fatal(err)
		}
		second := h.mail(t, oscar)
		if second.Token == first.Token || !second.Expires.After(first.Expires) {
			t.Error("the link is the same")
		}
		_, err = h.accounts.Offer(t.Context(), first.Token)
		kindIs(t, "the link before", err, fault.KindNotFound)
		form := accounts.Acceptance{Name: "Oscar", Password: passphrase}
		if _, err := h.accounts.Accept(t.Context(), stranger(t, h), second.Token, form); err != nil {
			t.Fatal(err)
		}
		h.Offset.Advance(11 * time.Minute)
		kindIs(t, "once accepted", resend(olivia), fault.KindNotFound)
	})
}

// A7: whoever shows an invitation under another address is refused, and the account's log says so.
func TestAnotherAddressIsWrittenDown(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.account(t, "Copperfield", carl)
		if err := h.accounts.Invite(t.Context(), h.as(t, olivia, account), account, ben, role("billing")); err != nil {
			t.Fatal(err)
		}
		_, err := h.accounts.Accept(t.Context(), h.as(t, carl, id.Account{}), h.mail(t, ben).Token, accounts.Acceptance{})
		kindIs(t, "another address", err, fault.KindDenied)
		h.Offset.Advance(time.Hour) // tries that strangers can repeat are chained in batches
		if _, err := w.Gate.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, e := range h.entries(t, id.AccountScope(account)) {
			if e.Action == activity.ContactJoined && e.Outcome == activity.RefusedResult && e.Who.Name == "Person "+carl {
				return
			}
		}
		t.Error("the log says nothing of it")
	})
}

// A new invitation takes the place of one that has lapsed: the list has one line for an address, and none once its
// person has joined.
func TestANewInvitationTakesTheLapsedOnesPlace(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		listed := func(what string, want int) {
			t.Helper()
			list, err := h.accounts.Invitations(t.Context(), h.as(t, olivia, account), account)
			if err != nil || len(list) != want {
				t.Errorf("%s: %d invitations are listed, not %d, %v", what, len(list), want, err)
			}
		}
		invite := func() {
			t.Helper()
			if err := h.accounts.Invite(t.Context(), h.as(t, olivia, account), account, ben, role("billing")); err != nil {
				t.Fatal(err)
			}
		}
		invite()
		h.Offset.Advance(8 * 24 * time.Hour)
		delete(h.tokens, olivia)
		listed("lapsed", 1)
		invite()
		listed("and invited again", 1)
		h.accept(t, ben)
		listed("and joined", 0)
	})
}
