package accounts_test

import (
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

func bakery() accounts.Settings {
	return accounts.Settings{Version: 1, Address: accounts.Address{
		Line1: "4 Mill Lane", City: "York", Postcode: "YO1 7HU", Country: "GB",
	}}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.join(t, account, olivia, ben, role("billing"))
		edit := func(change func(*accounts.Settings)) error {
			s := bakery()
			change(&s)
			return h.accounts.EditSettings(t.Context(), h.as(t, olivia, account), account, s)
		}
		for name, c := range map[string]struct {
			change func(*accounts.Settings)
			field  string
		}{
			"line break":        {func(s *accounts.Settings) { s.Address.Line1 = "North\nwind" }, "line1"},
			"line too long":     {func(s *accounts.Settings) { s.Address.Line2 = strings.Repeat("é", 121) }, "line2"},
			"not text":          {func(s *accounts.Settings) { s.Address.Line1 = "\xff\xfe" }, "line1"},
			"turned around":     {func(s *accounts.Settings) { s.Address.Line2 = "a\u202eb" }, "line2"},
			"no street":         {func(s *accounts.Settings) { s.Address.Line1 = "" }, "line1"},
			"no town":           {func(s *accounts.Settings) { s.Address.City = "" }, "city"},
			"postcode too long": {func(s *accounts.Settings) { s.Address.Postcode = "12345678901234567" }, "postcode"},
			"no country":        {func(s *accounts.Settings) { s.Address.Country = "" }, "country"},
			"no such country":   {func(s *accounts.Settings) { s.Address.Country = "Narnia" }, "country"},
		} {
			fieldIs(t, name, edit(c.change), c.field)
		}
		kindIs(t, "stale form", edit(func(s *accounts.Settings) { s.Version = 0 }), fault.KindConflict)
		kindIs(t, "without the permission",
			h.accounts.EditSettings(t.Context(), h.as(t, ben, account), account, bakery()), fault.KindDenied)
		if err := edit(func(s *accounts.Settings) { s.Address.City = "  York " }); err != nil {
			t.Fatal(err)
		}
		kindIs(t, "the same form again", edit(func(*accounts.Settings) {}), fault.KindConflict)
		got, err := h.accounts.Account(t.Context(), h.as(t, ben, account), account)
		if err != nil || got.Name != "Northwind" || got.Address != bakery().Address || got.Version != 2 {
			t.Errorf("%+v, %v", got, err)
		}
		for _, e := range h.entries(t, id.AccountScope(account)) {
			if e.Action == activity.AccountEdited && (len(e.What.Changes) != 4 || e.What.Changes[0].New != "4 Mill Lane") {
				t.Errorf("the log says %+v", e.What.Changes)
			}
		}
		longest := bakery()
		longest.Version = 2
		longest.Address = accounts.Address{
			Line1: strings.Repeat("😀", 120), Line2: strings.Repeat("😀", 120), City: strings.Repeat("😀", 80),
			Postcode: strings.Repeat("😀", 16), Country: "FR",
		}
		err = h.accounts.EditSettings(t.Context(), h.as(t, olivia, account), account, longest)
		if err != nil {
			t.Errorf("the longest texts: %v", err)
		}
	})
}

// A1: who has no place in an account, and whatever belongs to another one, is told that it does not exist.
func TestOtherAccountsDoNotExist(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		mine, theirs := h.account(t, "Northwind", olivia), h.account(t, "Copperfield", carl)
		carls := h.contact(t, theirs, carl, carl)
		who, ctx := h.as(t, olivia, mine), t.Context()
		_, err := h.accounts.Account(ctx, who, theirs)
		kindIs(t, "account", err, fault.KindNotFound)
		_, err = h.accounts.Contacts(ctx, who, theirs, id.Membership{})
		kindIs(t, "contacts", err, fault.KindNotFound)
		_, err = h.accounts.Contact(ctx, who, mine, carls.ID)
		kindIs(t, "their contact in my account", err, fault.KindNotFound)
		_, err = h.accounts.Subject(ctx, who, carls.Person, mine)
		kindIs(t, "what a stranger may do in my account", err, fault.KindNotFound)
		kindIs(t, "remove", h.accounts.Remove(ctx, who, mine, carls.ID), fault.KindNotFound)
		kindIs(t, "remove there", h.accounts.Remove(ctx, who, theirs, carls.ID), fault.KindNotFound)
		kindIs(t, "change", h.accounts.ChangeRole(ctx, who, mine, carls.ID,
			accounts.RoleChange{Terms: role("billing"), Version: 1}), fault.KindNotFound)
		kindIs(t, "edit", h.accounts.EditSettings(ctx, who, theirs, bakery()), fault.KindNotFound)
		kindIs(t, "invite", h.accounts.Invite(ctx, who, theirs, ben, role("billing")), fault.KindNotFound)
		kindIs(t, "no such account", h.accounts.EditSettings(ctx, who, id.New[id.AccountKind](), bakery()),
			fault.KindNotFound)
		_, err = h.accounts.Client(ctx, who, theirs)
		kindIs(t, "as if staff", err, fault.KindNotFound)
		_, _, err = h.accounts.Clients(ctx, who, id.Account{})
		kindIs(t, "list of clients", err, fault.KindDenied)
		_, err = h.accounts.Create(ctx, who, accounts.NewAccount{Name: "X", Currency: "GBP", OwnerEmail: ben})
		kindIs(t, "create", err, fault.KindDenied)
		for _, e := range h.entries(t, id.AccountScope(theirs)) {
			if e.ActorID == who.Person {
				t.Errorf("a stranger wrote %s into the log", e.Action)
			}
		}
	})
}

func TestContactsInOneStatement(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.join(t, account, olivia, ben, role("billing"))
		h.join(t, account, olivia, adam, role("administrator"))
		if err := h.accounts.Arrive(t.Context(), visit(t, h, ben, account)); err != nil {
			t.Fatal(err)
		}
		who := h.as(t, adam, account)
		ctx, statements := db.CountStatements(t.Context())
		page, err := h.accounts.Contacts(ctx, who, account, id.Membership{})
		if err != nil || statements.Load() != 1 || len(page.Contacts) != 3 || !page.Next.IsZero() {
			t.Fatalf("%d contacts in %d statements, %v", len(page.Contacts), statements.Load(), err)
		}
		first, second, third := page.Contacts[0], page.Contacts[1], page.Contacts[2]
		if first.Email != olivia || first.RoleName != "Owner" || first.MayChange || first.LastSignIn.IsZero() {
			t.Errorf("%+v", first)
		}
		if second.Email != ben || second.Name != "Person "+ben || !second.MayChange || second.Level > actor.PasswordOnly ||
			second.LastSeen.IsZero() {
			t.Errorf("%+v", second)
		}
		if !third.You || third.MayChange || !third.LastSeen.IsZero() {
			t.Errorf("%+v", third)
		}
		rest, err := h.accounts.Contacts(t.Context(), who, account, first.ID)
		if err != nil || len(rest.Contacts) != 2 || rest.Contacts[0].ID != second.ID {
			t.Errorf("after the first: %d, %v", len(rest.Contacts), err)
		}
		_, err = h.accounts.Contacts(t.Context(), h.as(t, ben, account), account, id.Membership{})
		kindIs(t, "billing looks", err, fault.KindDenied)
		helpers, err := h.accounts.Helpers(t.Context(), h.as(t, ben, account), account)
		if err != nil || len(helpers) != 1 || helpers[0] != "Person "+olivia {
			t.Errorf("who can help: %v, %v", helpers, err)
		}
		got, err := h.accounts.Grantable(t.Context(), who, account, verb.ContactsInvite)
		if err != nil || len(got) != 6 {
			t.Errorf("an administrator can give %d roles, %v", len(got), err)
		}
	})
}

func visit(t *testing.T, h *house, email string, account id.Account) accounts.Visit {
	t.Helper()
	h.as(t, email, account)
	v, err := h.accounts.BySession(t.Context(), h.tokens[email], account, door())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVisit(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.account(t, "Alder", carl)
		h.join(t, account, olivia, carl, role("auditor"))
		ctx, statements := db.CountStatements(t.Context())
		v, err := h.accounts.BySession(ctx, h.tokens[carl], account, door())
		if err != nil || statements.Load() != 1 || v.Who.Membership.RoleName != "Auditor" || v.Account != "Northwind" {
			t.Errorf("%d statements, %+v, %v", statements.Load(), v.Who.Membership, err)
		}
		for range 3 { // the first use of a session in an account is written once
			if err := h.accounts.Arrive(t.Context(), v); err != nil {
				t.Fatal(err)
			}
		}
		entered := 0
		for _, e := range h.entries(t, id.AccountScope(account)) {
			if e.Action == activity.AccountEntered {
				entered++
			}
		}
		if entered != 1 {
			t.Errorf("%d entries for one arrival", entered)
		}
		page, err := h.accounts.MyAccounts(t.Context(), v.Who, "", 0, 10)
		places := page.Places
		if err != nil || len(places) != 2 || places[0].Name != "Alder" || places[1].RoleName != "Auditor" {
			t.Errorf("my accounts: %+v, %v", places, err)
		}
		for name, token := range map[string]string{
			"no token": "", "not a token": "x", "unknown token": strings.Repeat("A", 43),
		} {
			v, err := h.accounts.BySession(t.Context(), token, account, door())
			if err != nil || v.Who.Kind != actor.Anonymous || v.Who.SignedIn() || !v.Who.Valid() {
				t.Errorf("%s: %+v, %v", name, v.Who.Details, err)
			}
		}
		w.Offset.Advance(30*time.Minute - time.Second) // N3
		if v := visit(t, h, carl, account); v.Expired {
			t.Error("ended before its time")
		}
		w.Offset.Advance(time.Second + time.Millisecond)
		v, err = h.accounts.BySession(t.Context(), h.tokens[carl], account, door())
		if err != nil || !v.Expired || v.Who.SignedIn() {
			t.Errorf("still good after half an hour: %v", err)
		}
	})
}

func TestSubjectExplains(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.join(t, account, olivia, ben, role("billing"))
		person := h.contact(t, account, olivia, ben).Person
		s, err := h.accounts.Subject(t.Context(), actor.NewShell("root"), person, account)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range w.Access.Explain(s, id.AccountScope(account)) {
			want := access.ReasonRoleLacks
			if line.Verb == verb.InvoicesPay {
				want = access.ReasonAllowed
			}
			if (line.Verb == verb.InvoicesPay || line.Verb == verb.PanelOpen) && line.Decision.Reason != want {
				t.Errorf("%s: %s (%s)", line.Verb, line.Decision.Reason, line.Row)
			}
		}
	})
}

// G7: the columns of people's data take nothing that was not sealed, whichever way it is written.
func TestClearTextIsRefused(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		for _, c := range []struct{ table, column string }{
			{"accounts", "name"},
			{"accounts", "line1"},
			{"accounts", "line2"},
			{"accounts", "city"},
			{"accounts", "postcode"},
			{"accounts", "country"},
			{"accounts", "tax_id"},
			{"invitations", "email"},
		} {
			for _, write := range []func(*gorm.DB) error{
				func(q *gorm.DB) error { return q.Update(c.column, "Northwind").Error },
				func(q *gorm.DB) error { return q.Updates(map[string]any{c.column: []byte("Northwind")}).Error },
			} {
				err := w.Gate.Change(t.Context(), actor.NewSystem("test"), verb.AccountEdit, id.AccountScope(account),
					func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
						return g.Entry(activity.AccountEdited, activity.Details{}), write(g.On(tx.Table(c.table)))
					})
				if err == nil {
					t.Errorf("%s.%s took clear text", c.table, c.column)
				}
			}
		}
	})
}
