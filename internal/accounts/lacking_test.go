package accounts_test

import (
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// A7, S12: nobody is in an account before their sign-in is as it insists on. Somebody new gets their sign-in by the
// invitation, which stays open; whoever shows a key joins.
func TestNobodyJoinsBelowTheRule(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.told()
		account := h.account(t, "Northwind", olivia)
		if err := h.accounts.SetRule(t.Context(), h.keyed(t, olivia, account), account, keyRule(0, 0)); err != nil {
			t.Fatal(err)
		}
		if err := h.accounts.Invite(t.Context(), h.keyed(t, olivia, account), account, ben, role("billing")); err != nil {
			t.Fatal(err)
		}
		mail := h.mail(t, ben)
		if offer, err := h.accounts.Offer(t.Context(), mail.Token); err != nil || offer.Needs != actor.PhishingProof {
			t.Fatalf("%+v, %v", offer, err)
		}
		form := accounts.Acceptance{Name: "Ben Okafor", Password: passphrase}
		_, err := h.accounts.Accept(t.Context(), stranger(t, h), mail.Token, form)
		kindIs(t, "somebody new", err, fault.KindDenied)
		if f, _ := fault.As(err); f.Denial.Missing != fault.SecurityKey {
			t.Errorf("what is missing is %q", f.Denial.Missing)
		}
		if n := w.Count(t, "memberships", "account_id = ?", account); n != 1 {
			t.Fatalf("%d people are in the account", n)
		}
		offer, err := h.accounts.Offer(t.Context(), mail.Token)
		if err != nil || !offer.HasSignIn {
			t.Fatalf("the sign-in is not there, or the invitation is gone: %+v, %v", offer, err)
		}
		_, err = h.accounts.Accept(t.Context(), stranger(t, h), mail.Token, form)
		kindIs(t, "not signed in, the second time", err, fault.KindSignIn)

		who := h.as(t, ben, id.Account{})
		_, err = h.accounts.Accept(t.Context(), who, mail.Token, accounts.Acceptance{})
		kindIs(t, "with a password", err, fault.KindDenied)
		coded := who.Details
		coded.FactorAt, coded.Factor = coded.Now, actor.With(actor.ByPassword, actor.ByCode)
		_, err = h.accounts.Accept(t.Context(), actor.Enter(coded), mail.Token, accounts.Acceptance{})
		kindIs(t, "with a code", err, fault.KindDenied)
		if n := w.Count(t, "memberships", "account_id = ?", account); n != 1 {
			t.Fatalf("%d people are in the account", n)
		}
		keyed := h.keyed(t, ben, id.Account{})
		if _, err := h.accounts.Accept(t.Context(), keyed, mail.Token, accounts.Acceptance{}); err != nil {
			t.Fatal(err)
		}
		_, err = h.accounts.Accept(t.Context(), h.keyed(t, ben, id.Account{}), mail.Token, accounts.Acceptance{})
		kindIs(t, "the second time", err, fault.KindConflict)
	})
}

// While people have time to get ready, an invitation lets in as before; what was insisted on before holds.
func TestWhoJoinsWhileThereIsTime(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.told()
		account := h.account(t, "Northwind", olivia)
		set := func(c accounts.RuleChange) {
			t.Helper()
			if err := h.accounts.SetRule(t.Context(), h.keyed(t, olivia, account), account, c); err != nil {
				t.Fatal(err)
			}
		}
		invite := func(email string) accounts.InvitationMail {
			t.Helper()
			if err := h.accounts.Invite(t.Context(), h.keyed(t, olivia, account), account, email, role("billing")); err != nil {
				t.Fatal(err)
			}
			return h.mail(t, email)
		}
		set(keyRule(0, 7))
		if offer, err := h.accounts.Offer(t.Context(), invite(ben).Token); err != nil || offer.Needs != 0 {
			t.Fatalf("%+v, %v", offer, err)
		}
		h.accept(t, ben)
		set(accounts.RuleChange{Level: actor.SecondFactor, Version: 1})
		set(keyRule(2, 7))
		form := accounts.Acceptance{Name: "Tess Lindqvist", Password: passphrase}
		_, err := h.accounts.Accept(t.Context(), stranger(t, h), invite(tess).Token, form)
		kindIs(t, "below the older rule", err, fault.KindDenied)
		if f, _ := fault.As(err); f.Denial.Missing != fault.SecondFactor {
			t.Errorf("what is missing is %q", f.Denial.Missing)
		}
	})
}
