package contacts_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/verb"
)

// ticks are the fields of a role's form.
func ticks(name string, verbs ...verb.Verb) url.Values {
	form := url.Values{"name": {name}}
	for _, v := range verbs {
		form.Add("verbs", string(v))
	}
	return form
}

// makeRole makes a role through the pages, without scripts, and returns its address.
func makeRole(t *testing.T, v *site.Visitor, c site.Cast, name string, verbs ...verb.Verb) string {
	t.Helper()
	at := c.Base() + "/roles/new"
	v.Get(at).Is(t, http.StatusOK)
	v.Submit(at, ticks(name, verbs...)).Is(t, http.StatusOK)
	v.Submit(at, nil).Is(t, http.StatusOK).Says(t, "The role "+name+" is there.")
	return v.Page.Path
}

// A role is composed with nothing ticked beforehand; what is needed is ticked visibly, the summary is shown before it
// counts, and it is given, shown with who has it, changed, copied and deleted with somebody in it.
func TestRolesAreMadeGivenAndDeleted(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, list, at := s.Visit(t).SignIn(site.Olivia), c.Base()+"/roles", c.Base()+"/roles/new"
		v.Get(list)
		ctx, n := db.CountStatements(t.Context())
		v.Under(ctx).Get(list).Is(t, http.StatusOK)
		if n.Load() > 3 {
			t.Errorf("the list of roles takes %d statements", n.Load())
		}
		v.Get(list).Says(t, "Sees and pays invoices", "Ben Okafor", "Built in", "Nobody")
		v.Get(at).Is(t, http.StatusOK).
			Says(t, "Stays with owners", fmt.Sprintf("0 of %d", len(verb.Portal())), "Nothing yet.", "anything under Billing")
		if ticked := v.Page.Doc.Find("main input[checked]").Length(); ticked != 0 {
			t.Errorf("%d things are ticked beforehand", ticked)
		}
		v.Submit(at, ticks("", verb.InvoicesPay)).Is(t, http.StatusOK).
			Says(t, "Nothing is changed yet.", "“See invoices and their PDFs”", "“See the account’s overview”",
				fmt.Sprintf("3 of %d", len(verb.Portal())))
		if n := v.Page.Doc.Find("li[data-can]:not([hidden])").Length(); n != 3 {
			t.Errorf("the summary says %d things", n)
		}
		v.Submit(at, nil).Is(t, http.StatusUnprocessableEntity).Says(t, "Give the role a name.")
		v.Submit(at, url.Values{"name": {"Bookkeeper"}}).Is(t, http.StatusOK).Says(t, "The role Bookkeeper is there.")
		role := v.Page.Path

		ben := contactOf(t, v, c, "Ben Okafor")
		v.Get(ben+"/role").Says(t, "Bookkeeper", "Billing")
		own := strings.TrimPrefix(role, list+"/")
		v.Submit(ben+"/role", site.Form("role", own)).Is(t, http.StatusOK).Says(t, "Bookkeeper")
		v.Get(role).Is(t, http.StatusOK).Says(t, "Ben Okafor", "pay invoices", "anything under Hosting")
		v.Get(ben).Says(t, "Ben is Bookkeeper here, and can do 3 of the ", "From Bookkeeper")
		v.Get(c.Base()+"/who?verb=invoices:pay").Says(t, "Bookkeeper")
		benSees := s.Visit(t).SignIn(site.Ben)
		benSees.Get(c.Base()+"/invoices").Is(t, http.StatusOK)
		benSees.Get(c.Base()+"/services").Is(t, http.StatusForbidden).Says(t, "The role Bookkeeper does not include it")
		benSees.Get(list).Is(t, http.StatusForbidden)

		v.Get(role+"/edit").Is(t, http.StatusOK).Says(t, "1 person has this role.")
		change := ticks("Bookkeeper", verb.AccountView, verb.InvoicesView, verb.ServicesView)
		v.Submit(role+"/edit", change).Is(t, http.StatusOK).Says(t, "Nothing is changed yet.")
		v.Submit(role+"/edit", nil).Is(t, http.StatusOK).Says(t, "The role Bookkeeper has changed")
		benSees.Get(c.Base()+"/services").Is(t, http.StatusOK) // A6: from the next page on
		v.Get(list+"/billing/edit").Is(t, http.StatusConflict).Says(t, "Built-in roles can’t be changed")

		v.Get(at+"?from=billing").Is(t, http.StatusOK).Says(t, "Not copied", "read tickets", "read the activity log")
		if v.Page.Value("name") != "Copy of Billing" {
			t.Error("the copy has no name")
		}
		v.Submit(at, nil).Is(t, http.StatusOK).Says(t, "The role Copy of Billing is there.")

		v.Get(role+"/delete").Is(t, http.StatusOK).Says(t, "Delete the role Bookkeeper?", "Ben Okafor", "Their new role")
		v.Submit(role+"/delete", nil).Is(t, http.StatusUnprocessableEntity).Says(t, "Choose what these people may do")
		v.Submit(role+"/delete", site.Form("to", "billing")).Is(t, http.StatusOK).
			Says(t, "The role Bookkeeper is gone. 1 person has the new one")
		v.Get(role).Is(t, http.StatusNotFound)
		v.Get(c.Base()+"/activity").Says(t, "made the role Bookkeeper", "changed the role Bookkeeper", "deleted the role")
	})
}

// A1, A3: another account's role is not there, and who holds none of it is not offered any of it.
func TestRolesOfOthers(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v := s.Visit(t).SignIn(site.Olivia)
		role := makeRole(t, v, c, "Bookkeeper", verb.InvoicesPay)
		foreign := strings.Replace(role, c.Northwind.String(), c.Copperfield.String(), 1)
		carl := s.Visit(t).SignIn(site.Carl)
		for _, path := range []string{
			role, role + "/edit", role + "/delete", foreign, foreign + "/edit", foreign + "/delete",
		} {
			carl.Get(path).Is(t, http.StatusNotFound)
		}
		ada := s.Visit(t).SignIn(site.Ada) // the auditor sees, and changes nothing
		ada.Get(role).Is(t, http.StatusOK).Says(t, "pay invoices").Silent(t, "/edit", "/delete", "/roles/new")
		ada.Get(role+"/edit").Is(t, http.StatusForbidden)

		lead := makeRole(t, v, c, "Team lead", verb.RolesManage, verb.ContactsManage, verb.TicketsReply)
		tess := contactOf(t, v, c, "Tess Lindqvist")
		v.Get(tess + "/role")
		v.Submit(tess+"/role", site.Form("role", strings.TrimPrefix(lead, c.Base()+"/roles/"))).Is(t, http.StatusOK)
		leads := s.Visit(t).SignIn(site.Tess)
		leads.Get(c.Base()+"/roles/new").Is(t, http.StatusOK).Says(t, "Not in your own role, so you can’t give it")
		if n := leads.Page.Doc.Find("input[name=verbs]:not([disabled])").Length(); n != 6 {
			t.Errorf("%d things can be given", n)
		}
		leads.Submit(c.Base()+"/roles/new", ticks("Mole", verb.AccountView, verb.InvoicesView)).Is(t, http.StatusOK)
		leads.Submit(c.Base()+"/roles/new", ticks("Mole", verb.AccountView, verb.InvoicesView)).
			Is(t, http.StatusForbidden)
		leads.Get(lead+"/edit").Is(t, http.StatusForbidden).Says(t, "Nobody changes what they themselves may do.")
		leads.Get(role+"/edit").Is(t, http.StatusForbidden)
	})
}
