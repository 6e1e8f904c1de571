package accounts_test

import (
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// The list and the search say what each contact did last in this account, and when: to who may read the log of it,
// and nothing of what was done in another account.
func TestTheListSaysWhatWasDoneLast(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		other := h.account(t, "Copperfield", carl)
		h.join(t, account, olivia, adam, role("administrator"))
		h.join(t, other, carl, adam, role("administrator"))
		h.join(t, account, olivia, ben, h.made(t, account, olivia, draft("Receptionist", verb.ContactsInvite)))
		h.join(t, account, olivia, tess, role("technical"))
		for _, place := range []id.Account{account, other} { // the second is later, and another account's
			err := h.accounts.Invite(t.Context(), h.as(t, adam, place), place, "guest@x.example", role("support"))
			if err != nil {
				t.Fatal(err)
			}
		}
		err := h.accounts.Invite(t.Context(), h.as(t, adam, other), other, "more@x.example", role("support"))
		if err != nil {
			t.Fatal(err)
		}
		entries := h.entries(t, id.AccountScope(account))
		if entries[0].Action != activity.ContactInvited {
			t.Fatalf("the last entry is %s", entries[0].Action)
		}
		tells := func(by, of string, want activity.Action) {
			t.Helper()
			who := h.as(t, by, account)
			c := h.contact(t, account, by, of)
			found, _, err := h.accounts.FindContacts(t.Context(), who, account, of)
			if err != nil || len(found) != 1 {
				t.Fatalf("%d found, %v", len(found), err)
			}
			for where, c := range map[string]accounts.Contact{"list": c, "search": found[0]} {
				if c.Done != want || want == "" && !c.DoneAt.IsZero() {
					t.Errorf("%s tells %s of %s: %q at %v, not %q", where, by, of, c.Done, c.DoneAt, want)
				}
				if of == adam && want != "" && !c.DoneAt.Equal(entries[0].Occurred) {
					t.Errorf("%s: %v, the entry says %v", where, c.DoneAt, entries[0].Occurred)
				}
			}
		}
		tells(olivia, adam, activity.ContactInvited)
		tells(adam, adam, activity.ContactInvited)
		tells(olivia, tess, activity.ContactJoined)
		tells(ben, adam, "") // the log is not for him
		tells(ben, ben, "")
		tells(olivia, olivia, activity.ContactInvited)
	})
}
