package accounts_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

const (
	olivia = "olivia@northwind.example"
	oscar  = "oscar@northwind.example"
	ben    = "ben@northwind.example"
	tess   = "tess@northwind.example"
	adam   = "adam@northwind.example"
	carl   = "carl@copperfield.example"
)

func TestFromAnEmptyDatabaseToAnOwner(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account, err := h.accounts.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
			Name: "Northwind Bakery Ltd", Currency: "GBP", OwnerEmail: olivia,
		})
		if err != nil {
			t.Fatal(err)
		}
		mail := h.mail(t, olivia)
		if mail.Role != "Owner" || mail.Name != "Northwind Bakery Ltd" || len(mail.Token) < 43 { // A7: 256 bits
			t.Errorf("the mail says %+v", mail)
		}
		offer, err := h.accounts.Offer(t.Context(), mail.Token)
		if err != nil || offer.Name != "Northwind Bakery Ltd" || offer.Email != olivia || offer.RoleName != "Owner" ||
			offer.HasSignIn {
			t.Errorf("offered %+v, %v", offer, err)
		}
		h.accept(t, olivia)
		who := h.as(t, olivia, account)
		if m := who.Membership; m.Role != "owner" || m.RoleName != "Owner" || m.Account != account || m.Limited {
			t.Errorf("the owner's place is %+v", m)
		}
		var actions []string
		for _, e := range h.entries(t, id.AccountScope(account)) {
			actions = append(actions, string(e.Action)+" by "+string(e.ActorKind))
		}
		got := strings.Join(actions, ", ")
		if got != "contact.joined by person, contact.invited by shell, account.created by shell" {
			t.Errorf("the log says %s", got)
		}
		opened := 0
		for _, e := range h.entries(t, id.ProviderScope()) {
			if e.Action == activity.ChainOpened {
				opened++
			}
		}
		if opened != 3 { // the provider's own, the account's, the owner's
			t.Errorf("%d openings of chains stand in the provider's log", opened)
		}
		if n := w.Count(t, "invitations", "token_hash = ?", []byte(mail.Token)); n != 0 {
			t.Error("the token itself is stored")
		}
		_, err = h.accounts.Accept(t.Context(), h.as(t, olivia, account), mail.Token, accounts.Acceptance{})
		kindIs(t, "accepted twice", err, fault.KindConflict)
		_, err = h.accounts.Offer(t.Context(), mail.Token)
		kindIs(t, "shown after use", err, fault.KindConflict)
	})
}

// A7: only the invited address, only for seven days, only while nobody withdrew it.
func TestInvitationIsForOneAddressAndSevenDays(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.account(t, "Copperfield", carl)
		invite := func(email string) string {
			t.Helper()
			err := h.accounts.Invite(t.Context(), h.as(t, olivia, account), account, email, role("billing"))
			if err != nil {
				t.Fatal(err)
			}
			return h.mail(t, email).Token
		}
		accept := func(who actor.Actor, token string) error {
			_, err := h.accounts.Accept(t.Context(), who, token, accounts.Acceptance{Name: "Ben", Password: passphrase})
			return err
		}
		token := invite(ben)
		kindIs(t, "another address", accept(h.as(t, carl, id.Account{}), token), fault.KindDenied)
		kindIs(t, "no such token", accept(stranger(t, h), token[1:]+"A"), fault.KindNotFound)
		kindIs(t, "no token", accept(stranger(t, h), ""), fault.KindNotFound)
		_, err := h.accounts.Accept(t.Context(), stranger(t, h), token, accounts.Acceptance{Name: "Ben", Password: "short"})
		fieldIs(t, "weak password", err, "password")
		_, err = h.accounts.Accept(t.Context(), stranger(t, h), token, accounts.Acceptance{Password: passphrase})
		fieldIs(t, "no name", err, "name")

		err = h.accounts.Invite(t.Context(), h.as(t, olivia, account), account, " BEN@Northwind.example ", role("auditor"))
		fieldIs(t, "invited twice", err, "email")
		err = h.accounts.Invite(t.Context(), h.as(t, olivia, account), account, "Olivia@northwind.example", role("auditor"))
		fieldIs(t, "a contact already", err, "email")

		known := invite(carl)
		kindIs(t, "has a sign-in, is not signed in", accept(stranger(t, h), known), fault.KindSignIn)
		if err := accept(h.as(t, carl, id.Account{}), known); err != nil {
			t.Errorf("a known person, signed in: %v", err)
		}

		pending, err := h.accounts.Invitations(t.Context(), h.as(t, olivia, account), account)
		if err != nil || len(pending) != 1 || pending[0].Email != ben || pending[0].RoleName != "Billing" {
			t.Fatalf("open invitations: %+v, %v", pending, err)
		}
		foreign := h.accounts.Withdraw(t.Context(), h.as(t, carl, account), account, pending[0].ID)
		kindIs(t, "withdrawn by somebody without the right", foreign, fault.KindDenied)
		if err := h.accounts.Withdraw(t.Context(), h.as(t, olivia, account), account, pending[0].ID); err != nil {
			t.Fatal(err)
		}
		kindIs(t, "withdrawn", accept(stranger(t, h), token), fault.KindConflict)

		token = invite(ben)
		w.Offset.Advance(7*24*time.Hour - time.Second)
		if _, err := h.accounts.Offer(t.Context(), token); err != nil {
			t.Errorf("a second before the end: %v", err)
		}
		w.Offset.Advance(time.Second)
		kindIs(t, "after seven days", accept(stranger(t, h), token), fault.KindConflict)
		if n := w.Count(t, "persons", "email_index = ?", h.people.EmailIndex(ben)); n != 0 {
			t.Error("a sign-in was made by an invitation that was worth nothing")
		}
	})
}

// A7: the right of the one who invited is asked for again.
func TestInviterWhoLostTheRightLetsNobodyIn(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.join(t, account, olivia, adam, role("administrator"))
		for _, email := range []string{ben, tess} {
			err := h.accounts.Invite(t.Context(), h.as(t, adam, account), account, email, role("technical"))
			if err != nil {
				t.Fatal(err)
			}
		}
		change := func(to string) {
			t.Helper()
			c := h.contact(t, account, olivia, adam)
			err := h.accounts.ChangeRole(t.Context(), h.as(t, olivia, account), account, c.ID,
				accounts.RoleChange{Terms: role(to), Version: c.Version})
			if err != nil {
				t.Fatal(err)
			}
		}
		accept := func(email string) error {
			form := accounts.Acceptance{Name: "Somebody", Password: passphrase}
			_, err := h.accounts.Accept(t.Context(), stranger(t, h), h.mail(t, email).Token, form)
			return err
		}
		change("billing")
		kindIs(t, "invited by a demoted administrator", accept(ben), fault.KindConflict)
		change("administrator")
		if err := accept(ben); err != nil {
			t.Errorf("invited by somebody who may again: %v", err)
		}
		c := h.contact(t, account, olivia, adam)
		if err := h.accounts.Remove(t.Context(), h.as(t, olivia, account), account, c.ID); err != nil {
			t.Fatal(err)
		}
		kindIs(t, "invited by somebody who is gone", accept(tess), fault.KindConflict)
	})
}

// A7, R6: however many try at once, one membership comes of it.
func TestInvitationWorksOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.account(t, "Copperfield", carl)
		if err := h.accounts.Invite(t.Context(), h.as(t, olivia, account), account, carl, role("auditor")); err != nil {
			t.Fatal(err)
		}
		token := h.mail(t, carl).Token
		var joined atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			who := h.as(t, carl, id.Account{})
			all.Go(func() {
				if _, err := h.accounts.Accept(t.Context(), who, token, accounts.Acceptance{}); err == nil {
					joined.Add(1)
				} else if fault.KindOf(err) != fault.KindConflict {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := w.Count(t, "memberships", "account_id = ?", account.Bytes()); n != 2 || joined.Load() != 1 {
			t.Errorf("%d accepted, %d memberships", joined.Load(), n)
		}
	})
}
