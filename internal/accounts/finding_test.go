package accounts_test

import (
	"fmt"
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// crowd gives an account many contacts at once, without the cost of a password each.
func (h *house) crowd(t *testing.T, account id.Account, n int) {
	t.Helper()
	seal := func(column string, row []byte, text string) secretbox.Sealed {
		s, err := h.Box.Seal(text, secretbox.Place{Table: "persons", Column: column, Row: row})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	err := h.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ContactsManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			for i := range n {
				key := id.New[id.PersonKind]()
				email, name := fmt.Sprintf("person%d@crowd.example", i), fmt.Sprintf("Zoë Crowd %d", i)
				err := tx.Exec("INSERT INTO persons (id, email, email_index, name, state, locale, time_zone, created_at) "+
					"VALUES (?, ?, ?, ?, 'active', 'en-GB', 'Europe/London', 0)", key, seal("email", key.Bytes(), email),
					h.people.EmailIndex(email), seal("name", key.Bytes(), name)).Error
				if err == nil {
					err = g.On(tx.DB).Exec("INSERT INTO memberships (id, account_id, person_id, role, created_at) "+
						"VALUES (?, ?, ?, 'billing', 0)", id.New[id.MembershipKind](), account.Bytes(), key).Error
				}
				if err != nil {
					return gate.Entry{}, err
				}
			}
			return g.Entry(activity.ContactJoined, activity.Details{}), nil
		})
	if err != nil {
		t.Fatal(err)
	}
}

// An account with five hundred contacts: every page of the list is one statement, nobody is on two of them, and anybody
// is found by parts of the name or the address in one too, although both are sealed; who came a moment ago as well.
func TestFiveHundredContacts(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		other := h.account(t, "Copperfield", carl)
		h.crowd(t, account, 500)
		who := h.as(t, olivia, account)
		ctx, statements := db.CountStatements(t.Context())
		seen := map[id.Membership]bool{}
		for after, pages := (id.Membership{}), 0; ; pages++ {
			statements.Store(0)
			page, err := h.accounts.Contacts(ctx, who, account, after)
			if err != nil || statements.Load() != 1 {
				t.Fatalf("page %d: %d statements, %v", pages, statements.Load(), err)
			}
			for _, c := range page.Contacts {
				if seen[c.ID] {
					t.Fatalf("%s is on two pages", c.Email)
				}
				seen[c.ID] = true
			}
			if after = page.Next; after.IsZero() {
				break
			}
		}
		if len(seen) != 501 {
			t.Errorf("%d of 501 people are listed", len(seen))
		}
		most := int64(4) // how the list is now, who is there, their names, the page
		find := func(words string) ([]accounts.Contact, bool) {
			t.Helper()
			statements.Store(0)
			found, more, err := h.accounts.FindContacts(ctx, who, account, words)
			if err != nil || statements.Load() > most {
				t.Fatalf("%q: %d statements, %v", words, statements.Load(), err)
			}
			return found, more
		}
		find("nobody")
		most = 1
		for words, email := range map[string]string{
			"zoe crowd 499": "person499@crowd.example", "PERSON77@": "person77@crowd.example", "olivia": olivia,
		} {
			if found, more := find(words); len(found) != 1 || more || found[0].Email != email {
				t.Errorf("%q: %d found, %v", words, len(found), more)
			}
		}
		if found, more := find("crowd"); len(found) != 25 || !more {
			t.Errorf("%d found, more %v", len(found), more)
		}
		for _, words := range []string{"carl", "nobody", "crowd 7777"} { // Carl is in another account
			if found, _ := find(words); len(found) != 0 {
				t.Errorf("%q: found %s", words, found[0].Email)
			}
		}
		_, _, err := h.accounts.FindContacts(t.Context(), h.as(t, carl, other), account, "olivia")
		kindIs(t, "in an account of others", err, fault.KindNotFound)
		h.join(t, account, olivia, ben, role("billing"))
		most = 5 // and what was found by the list as it was

		if found, _ := find("ben@"); len(found) != 1 || found[0].Email != ben { // who came is found at once
			t.Errorf("found %+v", found)
		}
		_, _, err = h.accounts.FindContacts(t.Context(), h.as(t, ben, account), account, "olivia")
		kindIs(t, "by somebody who may not see contacts", err, fault.KindDenied)
	})
}
