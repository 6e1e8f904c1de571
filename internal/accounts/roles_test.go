package accounts_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// draft is a role of the account's own with all that its permissions need.
func draft(name string, verbs ...verb.Verb) accounts.RoleDraft {
	return accounts.RoleDraft{Key: id.New[id.RoleKind](), Name: name, Verbs: verb.WithNeeds(verbs)}
}

// made makes a role as the owner and returns the terms that give it.
func (h *house) made(t testing.TB, account id.Account, by string, d accounts.RoleDraft) accounts.Terms {
	t.Helper()
	if err := h.accounts.MakeRole(t.Context(), h.as(t, by, account), account, d); err != nil {
		t.Fatal(err)
	}
	return accounts.Terms{Role: "custom", CustomRole: d.Key}
}

// own reads a role of the account's own.
func (h *house) own(t testing.TB, account id.Account, by string, role id.Role) accounts.Role {
	t.Helper()
	r, err := h.accounts.Role(t.Context(), h.as(t, by, account), account, role)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// may says whether somebody's next request is answered.
func (h *house) may(t testing.TB, email string, account id.Account, v verb.Verb) bool {
	t.Helper()
	return h.Access.Check(h.as(t, email, account), v, id.AccountScope(account)).Allowed
}

// A role of the account's own is made, given, changed for everybody who has it at their next request (A6), and deleted
// with somebody in it; each step is in the log, and the name is in no row.
func TestARoleOfTheAccountsOwn(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		d := draft("Bookkeeper", verb.InvoicesPay)
		terms := h.made(t, account, olivia, d)
		h.made(t, account, olivia, d) // the same form again
		h.join(t, account, olivia, ben, terms)
		if n := w.Count(t, "custom_roles", "name LIKE '%Bookkeeper%' OR verbs LIKE '%Bookkeeper%'"); n != 0 {
			t.Error("the name is in the database as it is")
		}
		contact := h.contact(t, account, olivia, ben)
		if contact.RoleName != "Bookkeeper" || !h.may(t, ben, account, verb.InvoicesPay) {
			t.Errorf("ben is %q", contact.RoleName)
		}
		own := h.own(t, account, olivia, d.Key)
		if len(own.Holders) != 1 || own.Holders[0].Name != contact.Name || own.Yours || !own.MayChange {
			t.Errorf("the role is listed as %+v", own)
		}
		change := accounts.RoleDraft{
			Name: "Reader of bills", Verbs: verb.WithNeeds([]verb.Verb{verb.InvoicesView}), Version: own.Version,
		}
		if err := h.accounts.ChangeOwnRole(t.Context(), h.as(t, olivia, account), account, d.Key, change); err != nil {
			t.Fatal(err)
		}
		if h.may(t, ben, account, verb.InvoicesPay) || !h.may(t, ben, account, verb.InvoicesView) {
			t.Error("ben still pays")
		}
		err := h.accounts.ChangeOwnRole(t.Context(), h.as(t, olivia, account), account, d.Key, change)
		kindIs(t, "an older form", err, fault.KindConflict)

		gone := accounts.RoleDeletion{Version: own.Version + 1}
		err = h.accounts.DeleteRole(t.Context(), h.as(t, olivia, account), account, d.Key, gone)
		fieldIs(t, "somebody has it", err, "to")
		gone.To = role("billing")
		if err := h.accounts.DeleteRole(t.Context(), h.as(t, olivia, account), account, d.Key, gone); err != nil {
			t.Fatal(err)
		}
		if got := h.contact(t, account, olivia, ben).RoleName; got != "Billing" {
			t.Errorf("ben is now %q", got)
		}
		err = h.accounts.Invite(t.Context(), h.as(t, olivia, account), account, tess, terms)
		fieldIs(t, "a deleted role", err, "role")
		said := ""
		for _, e := range h.entries(t, id.AccountScope(account)) {
			said += string(e.Action) + " " + e.What.Label + "\n"
		}
		for _, want := range []activity.Action{activity.RoleCreated, activity.RoleChanged, activity.RoleDeleted} {
			if strings.Count(said, string(want)+" ") != 1 {
				t.Errorf("%s is not in the log once:\n%s", want, said)
			}
		}
	})
}

// What is wrong with a role is said beside its field.
func TestRolesAreChecked(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.made(t, account, olivia, draft("Bookkeeper", verb.InvoicesPay))
		full := verb.WithNeeds([]verb.Verb{verb.TicketsReply})
		for name, c := range map[string]struct {
			draft accounts.RoleDraft
			field string
		}{
			"no name":          {accounts.RoleDraft{Verbs: full}, "name"},
			"built-in name":    {accounts.RoleDraft{Name: "owner", Verbs: full}, "name"},
			"name taken":       {accounts.RoleDraft{Name: "bookKEEPER ", Verbs: full}, "name"},
			"too long":         {accounts.RoleDraft{Name: strings.Repeat("x", 61), Verbs: full}, "name"},
			"nothing":          {accounts.RoleDraft{Name: "Nothing"}, "verbs"},
			"staff's verb":     {accounts.RoleDraft{Name: "S", Verbs: append(full, verb.ClientsView)}, "verbs"},
			"unknown":          {accounts.RoleDraft{Name: "S", Verbs: append(full, "a:b")}, "verbs"},
			"pay without view": {accounts.RoleDraft{Name: "P", Verbs: []verb.Verb{verb.AccountView, verb.InvoicesPay}}, "verbs"},
			"owners only":      {draft("Closer", verb.AccountClose), "verbs"},
		} {
			c.draft.Key = id.New[id.RoleKind]()
			fieldIs(t, name, h.accounts.MakeRole(t.Context(), h.as(t, olivia, account), account, c.draft), c.field)
		}
		other := h.account(t, "Copperfield", carl)
		list, err := h.accounts.Roles(t.Context(), h.as(t, carl, other), other)
		if err != nil || len(list) != 7 {
			t.Errorf("another account has %d roles, %v", len(list), err) // A1
		}
	})
}

// A3: who manages roles by a role of the account's own can neither change that one, nor make, change, give or delete
// what is above it; nor widen a role for people whose limits are wider than their own.
func TestNobodyMakesRolesAboveTheirOwn(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		lead := draft("Team lead", verb.RolesManage, verb.ContactsManage, verb.ServicesManage, verb.TicketsReply)
		leads := h.made(t, account, olivia, lead)
		h.join(t, account, olivia, adam, leads)
		helper := draft("Helper", verb.TicketsReply)
		helpers := h.made(t, account, adam, helper)
		h.join(t, account, olivia, ben, helpers)
		payer := draft("Payer", verb.InvoicesPay)
		payers := h.made(t, account, olivia, payer)
		h.join(t, account, olivia, tess, payers)
		as := func() accounts.RoleDraft { return accounts.RoleDraft{Version: 1} }
		wide := func(d accounts.RoleDraft, name string, verbs ...verb.Verb) accounts.RoleDraft {
			d.Name, d.Verbs = name, verb.WithNeeds(verbs)
			return d
		}
		denied := func(what string, err error) { t.Helper(); kindIs(t, what, err, fault.KindDenied) }
		me := func() (out struct {
			change func(role id.Role, d accounts.RoleDraft) error
			remove func(role id.Role, to accounts.Terms) error
		},
		) {
			who := h.as(t, adam, account)
			out.change = func(role id.Role, d accounts.RoleDraft) error {
				return h.accounts.ChangeOwnRole(t.Context(), who, account, role, d)
			}
			out.remove = func(role id.Role, to accounts.Terms) error {
				return h.accounts.DeleteRole(t.Context(), who, account, role, accounts.RoleDeletion{To: to, Version: 1})
			}
			return out
		}
		denied("make above", h.accounts.MakeRole(t.Context(), h.as(t, adam, account), account,
			draft("Richer", verb.InvoicesView)))
		denied("change the own role", me().change(lead.Key, wide(as(), "Team lead", verb.TicketsReply)))
		denied("delete the own role", me().remove(lead.Key, helpers))
		denied("change above", me().change(payer.Key, wide(as(), "Payer", verb.TicketsReply)))
		denied("delete above", me().remove(payer.Key, helpers))
		denied("widen above", me().change(helper.Key, wide(as(), "Helper", verb.InvoicesPay)))
		denied("move people above", me().remove(helper.Key, payers))
		denied("move people to the built-in one above", me().remove(helper.Key, role("administrator")))

		shop, ends := id.New[id.ServiceKind](), w.Now(t).Add(30*day)
		c := h.contact(t, account, olivia, adam)
		limits := func(limited bool, ends time.Time) {
			t.Helper()
			terms := leads
			terms.Limited, terms.EndsAt = limited, ends
			if limited {
				terms.Services = []id.Service{shop}
			}
			change := accounts.RoleChange{Terms: terms, Version: c.Version}
			if err := h.accounts.ChangeRole(t.Context(), h.as(t, olivia, account), account, c.ID, change); err != nil {
				t.Fatal(err)
			}
			c.Version++
		}
		for _, limit := range []func(){func() { limits(true, time.Time{}) }, func() { limits(false, ends) }} {
			limit()
			denied("widen for people with wider limits", me().change(helper.Key, wide(as(), "H", verb.ServicesManage)))
			denied("narrow for people with wider limits", me().change(helper.Key, wide(as(), "H", verb.TicketsView)))
			denied("delete for people with wider limits", me().remove(helper.Key, role("support")))
		}
		limits(false, time.Time{})
		if err := me().change(helper.Key, wide(as(), "Helper", verb.ServicesManage)); err != nil {
			t.Error(err)
		}
	})
}

// An open invitation follows the role that it promises: it is moved with its holders, and what nobody may give is not
// reached through it (A3, A7).
func TestInvitationsFollowTheirRole(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		lead := h.made(t, account, olivia, draft("Team lead", verb.RolesManage, verb.ContactsInvite, verb.TicketsReply))
		h.join(t, account, olivia, adam, lead)
		helper := draft("Helper", verb.TicketsReply)
		helpers := h.made(t, account, olivia, helper)
		if err := h.accounts.Invite(t.Context(), h.as(t, olivia, account), account, ben, helpers); err != nil {
			t.Fatal(err)
		}
		gone := accounts.RoleDeletion{Version: 1}
		err := h.accounts.DeleteRole(t.Context(), h.as(t, olivia, account), account, helper.Key, gone)
		fieldIs(t, "somebody is invited with it", err, "to")
		gone.To = role("administrator")
		err = h.accounts.DeleteRole(t.Context(), h.as(t, adam, account), account, helper.Key, gone)
		kindIs(t, "an invitation raised above the asker", err, fault.KindDenied)
		gone.To = role("developer")
		err = h.accounts.DeleteRole(t.Context(), h.as(t, olivia, account), account, helper.Key, gone)
		fieldIs(t, "a role for chosen services", err, "to")
		gone.To = role("support")
		if err := h.accounts.DeleteRole(t.Context(), h.as(t, olivia, account), account, helper.Key, gone); err != nil {
			t.Fatal(err)
		}
		h.accept(t, ben)
		if got := h.contact(t, account, olivia, ben).RoleName; got != "Support contact" {
			t.Errorf("ben joined as %q", got)
		}
	})
}
