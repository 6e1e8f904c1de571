package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/testkit/site"
)

func set(pairs ...string) url.Values {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form
}

func TestSettingsKeepWhatWasTyped(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, settings := s.Visit(t).SignIn(site.Olivia), c.Base()+"/settings"
		v.Get(settings).Is(t, http.StatusOK)
		if v.Page.Value("name") != "Northwind Bakery Ltd" || v.Page.Value("country") != "GB" {
			t.Fatalf("the form does not show what there is: %s", v.Page.Text)
		}
		v.Submit(settings, set("name", "", "line1", "", "city", "Leeds", "country", "XX")).
			Is(t, http.StatusUnprocessableEntity).
			Says(t, "3 things need a change", "Enter the street and number.", "Choose a country from the list.")
		if v.Page.Value("city") != "Leeds" || v.Page.Value("name") != "" {
			t.Error("what was typed is lost")
		}
		long := strings.Repeat("å", 121)
		v.Submit(settings, set("name", long, "line1", "1 Quay", "country", "GB")).Is(t, http.StatusUnprocessableEntity)
		if v.Page.Value("name") != long {
			t.Error("what was typed is lost")
		}

		other := s.Visit(t).SignIn(site.Olivia)
		other.Get(settings)
		v.Submit(settings, set("name", "Northwind Bakers", "city", "Leeds")).Is(t, http.StatusOK).
			Says(t, "The settings are saved.", "Northwind Bakers")
		if v.Get(settings); v.Page.Value("city") != "Leeds" {
			t.Error("the town was not saved")
		}
		other.Submit(settings, set("name", "Northwind Stale")).Is(t, http.StatusConflict).
			Says(t, "Somebody else changed this")
		v.Get(settings).Is(t, http.StatusOK).Silent(t, "Northwind Stale")
		v.Get(c.Base()+"/activity").Says(t, "You changed the details of Northwind Bakers", "Leeds")
	})
}

// A5, I3: a form holds what its page shows, once, with its token, of this site, in a bearable size.
func TestFormsHoldNothingElse(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, settings := s.Visit(t).SignIn(site.Olivia), c.Base()+"/settings"
		refused := func(status int, form url.Values, words string) {
			t.Helper()
			v.Get(settings)
			v.Submit(settings, form).Is(t, status).Says(t, words)
		}
		refused(http.StatusBadRequest, set("role", "owner"), `The form has no field "role".`)
		refused(http.StatusBadRequest, set("name", "a", "name", "b"), `The field "name" was sent twice.`)
		refused(http.StatusBadRequest, set("name", strings.Repeat("a", 501)), "longer than 500 characters")
		refused(http.StatusBadRequest, set("name", "a\x00b"), "is not text")
		refused(http.StatusBadRequest, set("name", "a\xff"), "is not text")
		refused(http.StatusBadRequest, set("version", "newest"), "which version")
		refused(http.StatusForbidden, set("csrf", ""), "This form is out of date")
		refused(http.StatusForbidden, set("csrf", strings.Repeat("A", 86)), "This form is out of date")
		refused(http.StatusRequestEntityTooLarge, set("name", strings.Repeat("a", 2<<20)), "This is too large")

		mallory := s.Visit(t).SignIn(site.Carl)
		refused(http.StatusForbidden, set("csrf", mallory.Token()), "This form is out of date")
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site.Origin+settings,
			strings.NewReader(set("csrf", v.Token(), "name", "Evil").Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://evil.example")
		v.Send(r).Is(t, http.StatusForbidden)
		v.Get(settings)
		if v.Page.Value("name") != "Northwind Bakery Ltd" {
			t.Errorf("it is called %q now", v.Page.Value("name"))
		}
	})
}

// P2: what a browser says of an amount is compared, never believed.
func TestAmountsAreCompared(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, pay := s.Visit(t).SignIn(site.Ben), c.Base()+"/invoices/"+c.Due.String()+"/pay"
		v.Get(pay).Is(t, http.StatusOK)
		for amount, words := range map[string]string{
			"": "An amount looks like 148.80.", "lots": "An amount looks like", "0": "above nothing", "-5": "above nothing",
			"148.81": "At most £148.80 is left to pay.", "1,50": "An amount looks like", "148.801": "An amount looks like",
			"€20.00": "An amount looks like",
		} {
			v.Submit(pay, set("amount", amount)).Is(t, http.StatusUnprocessableEntity).Says(t, words)
			if got := v.Page.Value("amount"); got != amount {
				t.Errorf("%q was typed, and %q is left", amount, got)
			}
		}
		v.Get(pay)
		v.Submit(pay, set("key", "x")).Is(t, http.StatusBadRequest)
		v.Get(pay)
		v.Submit(pay, set("amount", "£48.80")).Is(t, http.StatusSeeOther)
		first := v.Page.Location
		v.Get(pay)
		again := v.Page.Value("key")
		v.Submit(pay, set("amount", "48.80")).Is(t, http.StatusSeeOther)
		if v.Page.Location == first {
			t.Error("two visits of the page begin the same payment")
		}
		v.Get(pay)
		v.Submit(pay, set("key", again, "amount", "48.80")).Is(t, http.StatusSeeOther) // a second click begins nothing new
		v.Get(pay)
		v.Submit(pay, set("key", again, "amount", "50")).Is(t, http.StatusConflict).Says(t, "begun before")
		if n := s.Count(t, "checkouts", "1 = 1"); n != 2 {
			t.Errorf("%d payments were begun, not 2", n)
		}
	})
}

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
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, list := s.Visit(t).SignIn(site.Olivia), c.Base()+"/contacts"
		v.Get(list).Is(t, http.StatusOK).Says(t, "5 people can sign in to this account. 2 of them have no second factor.",
			"ben@northwind.example", "Only 1 service", "Ends in 14 days", "Your own role", "Code app", "Password only")
		ben := contactOf(t, v, c, "Ben Okafor")
		tess := contactOf(t, v, c, "Tess Lindqvist")

		v.Get(ben+"/role").Is(t, http.StatusOK).Says(t, "Now: Billing.", "Sees and pays invoices", "shop.northwind.example")
		v.Submit(ben+"/role", set("role", "developer", "ends", "2099-02-31")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "A day looks like 2027-01-31.")
		v.Submit(ben+"/role", set("role", "developer", "ends", "2099-01-31")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Choose the services that this role is for.")
		if v.Page.Doc.Find("input[value=developer][checked]").Length() != 1 || v.Page.Value("ends") != "2099-01-31" {
			t.Error("what was chosen is lost")
		}
		v.Submit(ben+"/role", set("role", "nobody", "ends", "")).Is(t, http.StatusUnprocessableEntity)
		stale := s.Visit(t).SignIn(site.Olivia)
		stale.Get(ben + "/role")
		v.Submit(ben+"/role", set("role", "developer", "services", c.Shop.String(), "ends", "2099-01-31")).
			Is(t, http.StatusOK).Says(t, "What Ben Okafor may do has changed.", "Ends 31 Jan 2099")
		stale.Submit(ben+"/role", set("role", "auditor", "ends", "")).Is(t, http.StatusConflict)

		benSees := s.Visit(t).SignIn(site.Ben)
		benSees.Get(c.Base()+"/services").Is(t, http.StatusOK).Silent(t, c.Bakery.String())
		benSees.Get(c.Base()+"/invoices").Is(t, http.StatusForbidden)

		v.Get(ben+"/remove").Is(t, http.StatusOK).
			Says(t, "Remove Ben Okafor from Northwind Bakery Ltd?", "the role Developer")
		v.Submit(ben+"/remove", nil).Is(t, http.StatusOK).Says(t, "Ben Okafor has no access to this account any more.")
		benSees.Get(c.Base()).Is(t, http.StatusNotFound)
		v.Get(ben+"/remove").Is(t, http.StatusNotFound)

		v.Get(tess + "/role")
		v.Submit(tess+"/role", set("role", "administrator")).Is(t, http.StatusOK)
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
