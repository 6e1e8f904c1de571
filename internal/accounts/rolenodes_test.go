package accounts_test

import (
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// A6: a role that is changed on one node holds at the very next request on the other one, which has answered by the old
// one a moment before and keeps it at hand; so does a deletion. Tried many times, both ways round.
func TestARoleEditHoldsOnTheOtherNode(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		here := open(w)
		account := here.account(t, "Northwind", olivia)
		d := draft("Bookkeeper", verb.InvoicesPay)
		terms := here.made(t, account, olivia, d)
		here.join(t, account, olivia, ben, terms)
		there := open(testkit.Open(t, w.Config, w.KeyDir))
		here.as(t, ben, account)
		there.tokens = here.tokens
		pays, sees := verb.WithNeeds([]verb.Verb{verb.InvoicesPay}), verb.WithNeeds([]verb.Verb{verb.InvoicesView})
		const rounds = 30
		for round := range rounds {
			verbs := pays
			if round%2 == 0 {
				verbs = sees
			}
			change := accounts.RoleDraft{Name: "Bookkeeper", Verbs: verbs, Version: int64(round) + 1}
			before := there.may(t, ben, account, verb.InvoicesPay)
			err := here.accounts.ChangeOwnRole(t.Context(), here.as(t, olivia, account), account, d.Key, change)
			if err != nil {
				t.Fatal(err)
			}
			if now := there.may(t, ben, account, verb.InvoicesPay); now == before {
				t.Fatalf("round %d: the other node still answers %v", round, now)
			}
		}
		gone := accounts.RoleDeletion{To: role("support"), Version: rounds + 1}
		err := here.accounts.DeleteRole(t.Context(), here.as(t, olivia, account), account, d.Key, gone)
		if err != nil {
			t.Fatal(err)
		}
		if there.may(t, ben, account, verb.InvoicesView) || !there.may(t, ben, account, verb.TicketsView) {
			t.Error("the other node answers by the role that is gone")
		}
	})
}

// What whoever invites adds in their words is sealed, mailed and shown. It leads to no website.
func TestInvitationsCarryAFewWords(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		invite := func(message string) error {
			return h.accounts.InviteGuest(t.Context(), h.as(t, olivia, account), account,
				accounts.Guest{Email: ben, Message: message, Terms: role("billing")})
		}
		fieldIs(t, "a website", invite("Look: https://evil.example"), "message")
		if err := invite("For the books\n until May"); err != nil {
			t.Fatal(err)
		}
		const want = "For the books until May"
		mail := h.mail(t, ben)
		offer, err := h.accounts.Offer(t.Context(), mail.Token)
		if err != nil || mail.Message != want || offer.Message != want {
			t.Errorf("%q is mailed, %q is shown, %v", mail.Message, offer.Message, err)
		}
		if n := w.Count(t, "invitations", "message LIKE '%books%'"); n != 0 {
			t.Error("the words are in the database as they are")
		}
	})
}
