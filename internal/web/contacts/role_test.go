package contacts_test

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/testkit/site"
)

// contactOf is the address of a contact, found on the page of contacts.
func contactOf(t *testing.T, v *site.Visitor, c site.Cast, name string) string {
	t.Helper()
	v.Get(c.Base()+"/contacts").Is(t, http.StatusOK)
	for i, row := range v.Page.Doc.Find("tbody tr").EachIter() {
		if strings.Contains(row.Text(), name) {
			link, _ := row.Find("a[href$='/role']").Attr("href")
			if link == "" {
				t.Fatalf("row %d offers no change of %s", i, name)
			}
			return strings.TrimSuffix(link, "/role")
		}
	}
	t.Fatalf("%s is not among the contacts: %s", name, v.Page.Text)
	return ""
}

// A3, A4: roles are changed by whoever stands high enough, with limits and an end, and an account keeps an owner.
func TestContactsChangeAndGo(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, list := s.Visit(t).SignIn(site.Olivia), c.Base()+"/contacts"
		v.Get(list).Is(t, http.StatusOK).Says(t, "5 people can sign in to this account. 2 of them have no second factor.",
			"ben@northwind.example", "Only 1 service", "Ends in 14 days", "Your own role", "Code app", "Password only")
		ben := contactOf(t, v, c, "Ben Okafor")
		tess := contactOf(t, v, c, "Tess Lindqvist")

		v.Get(ben+"/role").Is(t, http.StatusOK).Says(t, "Now: Billing.", "Sees and pays invoices", "shop.northwind.example")
		v.Submit(ben+"/role", site.Form("role", "developer", "ends", "2099-02-31")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "A day looks like 2027-01-31.")
		v.Submit(ben+"/role", site.Form("role", "developer", "ends", "2099-01-31")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Choose the services that this role is for.")
		if v.Page.Doc.Find("input[value=developer][checked]").Length() != 1 || v.Page.Value("ends") != "2099-01-31" {
			t.Error("what was chosen is lost")
		}
		v.Submit(ben+"/role", site.Form("role", "nobody", "ends", "")).Is(t, http.StatusUnprocessableEntity)
		stale := s.Visit(t).SignIn(site.Olivia)
		stale.Get(ben + "/role")
		v.Submit(ben+"/role", site.Form("role", "developer", "services", c.Shop.String(), "ends", "2099-01-31")).
			Is(t, http.StatusOK).Says(t, "What Ben Okafor may do has changed.", "Ends 31 Jan 2099")
		stale.Submit(ben+"/role", site.Form("role", "auditor", "ends", "")).Is(t, http.StatusConflict)

		benSees := s.Visit(t).SignIn(site.Ben)
		benSees.Get(c.Base()+"/services").Is(t, http.StatusOK).Silent(t, c.Bakery.String())
		benSees.Get(c.Base()+"/invoices").Is(t, http.StatusForbidden)

		v.Get(ben+"/remove").Is(t, http.StatusOK).
			Says(t, "Remove Ben Okafor from Northwind Bakery Ltd?", "the role Developer")
		v.Submit(ben+"/remove", nil).Is(t, http.StatusOK).Says(t, "Ben Okafor has no access to this account any more.")
		benSees.Get(c.Base()).Is(t, http.StatusNotFound)
		v.Get(ben+"/remove").Is(t, http.StatusNotFound)

		v.Get(tess + "/role")
		v.Submit(tess+"/role", site.Form("role", "administrator")).Is(t, http.StatusOK)
		admin := s.Visit(t).SignIn(site.Tess)
		admin.Get(list).Is(t, http.StatusOK).Says(t, "Above your own role", "Your own role")
		olivias := membership(t, s, c)
		admin.Get(list+"/"+olivias+"/role").Is(t, http.StatusForbidden).Says(t, "Change and end people’s access",
			"This reaches further than the role Administrator itself.")
		admin.Get(c.Base() + "/settings")
		admin.Post(list+"/"+olivias+"/remove", nil).Is(t, http.StatusForbidden)
		v.Get(list+"/"+olivias+"/role").Is(t, http.StatusForbidden).Says(t, "Nobody changes what they themselves may do.")
		v.Get(c.Base()+"/activity").Says(t, "You changed what Ben Okafor may do", "You ended the access of Ben Okafor",
			"Tess Lindqvist tried to change and end people’s access (Olivia Marsh) and was refused")
	})
}

// membership is Olivia's place in Northwind, whose address no page of hers offers.
func membership(t *testing.T, s *site.Site, c site.Cast) string {
	t.Helper()
	for _, one := range s.Members(t, c.Northwind) {
		if one.Email == site.Olivia {
			return one.ID.String()
		}
	}
	t.Fatal("Olivia is no contact")
	return ""
}
