package accounts_test

import (
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// A4: shutting somebody out is never held up, but an account that has nobody left who can act for it says so; and the
// owners who are left can neither go nor be put out as long as they are the only ones who can act.
func TestShuttingOutAnOwnerIsSeen(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.join(t, account, olivia, adam, owner())
		noted := func() (n int) {
			for _, e := range h.entries(t, id.AccountScope(account)) {
				if e.Action == activity.AccountOwnerless {
					n++
				}
			}
			return n
		}
		shut := func(email string) {
			t.Helper()
			person := h.as(t, email, account).Person
			if err := h.people.Disable(t.Context(), actor.NewShell("root"), person); err != nil {
				t.Fatal(err)
			}
			if err := h.accounts.TellOwnerless(t.Context(), person); err != nil {
				t.Fatal(err)
			}
		}
		mine := h.contact(t, account, olivia, olivia)
		shut(adam)
		if n := noted(); n != 0 {
			t.Errorf("%d entries while Olivia can act", n)
		}
		err := h.accounts.Remove(t.Context(), h.as(t, olivia, account), account, mine.ID)
		kindIs(t, "the only owner who can act goes", err, fault.KindConflict)
		shut(olivia)
		if n := noted(); n != 1 {
			t.Errorf("%d entries though nobody can act", n)
		}
	})
}

// A4: staff see in whose account nobody can act as the owner; nobody else does.
func TestStaffSeeAccountsWithoutAnOwner(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		other := h.account(t, "Copperfield", carl)
		list := func() map[id.Account]int {
			t.Helper()
			found, next, err := h.accounts.WithoutOwner(t.Context(), actor.NewShell("root"), id.Account{})
			if err != nil || !next.IsZero() {
				t.Fatal(next, err)
			}
			out := map[id.Account]int{}
			for _, one := range found {
				out[one.Account] = one.Owners
			}
			return out
		}
		if got := list(); len(got) != 0 {
			t.Errorf("listed though both have owners: %v", got)
		}
		fresh, err := h.accounts.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
			Name: "Alder", Currency: "GBP", OwnerEmail: "alma@alder.example",
		})
		if err != nil {
			t.Fatal(err)
		}
		asked := h.as(t, carl, other)
		if err := h.people.Disable(t.Context(), actor.NewShell("root"), h.as(t, olivia, account).Person); err != nil {
			t.Fatal(err)
		}
		theirs := h.as(t, carl, other)
		if err := h.people.NotMySession(t.Context(), theirs, theirs.Session, ""); err != nil {
			t.Fatal(err)
		}
		got := list()
		if n, there := got[fresh]; len(got) != 3 || !there || n != 0 || got[account] != 1 || got[other] != 1 {
			t.Errorf("listed %v", got)
		}
		_, _, err = h.accounts.WithoutOwner(t.Context(), asked, id.Account{})
		kindIs(t, "an owner looks", err, fault.KindDenied)
	})
}

// A4: an owner who locked their sign-in does not count as one who can act.
func TestALockedOwnerDoesNotCount(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.join(t, account, olivia, adam, owner())
		theirs := h.as(t, adam, account)
		if err := h.people.NotMySession(t.Context(), theirs, theirs.Session, ""); err != nil {
			t.Fatal(err)
		}
		mine := h.contact(t, account, olivia, olivia)
		err := h.accounts.Remove(t.Context(), h.as(t, olivia, account), account, mine.ID)
		kindIs(t, "only a locked owner would be left", err, fault.KindConflict)
	})
}
