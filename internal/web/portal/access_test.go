package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit/site"
)

// A1, A2: Ben sees and pays invoices, and is refused everything else by direct link, with what is missing and who can
// help. Olivia sees all of it in the log.
func TestBillingContactPaysAndIsRefusedTheRest(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben, base := s.Visit(t).SignIn(site.Ben), c.Base()
		ben.Get(base).Is(t, http.StatusOK).Says(t, "Ben", "Northwind Bakery Ltd", "£184.80", "2 due")
		nav := ben.Page.Doc.Find("nav").Text()
		for _, absent := range []string{"Contacts", "Services", "Settings"} {
			if strings.Contains(nav, absent) {
				t.Errorf("the navigation offers %s", absent)
			}
		}
		ben.Get(base+"/invoices").Is(t, http.StatusOK).Says(t, "£184.80 is due in 2 invoices, the next on",
			"Hosting, November 2026", "£148.80")
		number := pay(t, s, c, ben)

		service := base + "/services/" + c.Bakery.String()
		for path, sentence := range map[string]string{
			base + "/contacts": "See who has access", base + "/settings": "Change the account’s address",
			base + "/services": "See services and their status", service: "See services and their status",
			service + "/panel": "Open the hosting panel",
		} {
			ben.Get(path).Is(t, http.StatusForbidden).Says(t, sentence, "Billing", "Olivia Marsh").Silent(t, "tern")
		}
		ben.Post(service+"/panel", nil).Is(t, http.StatusForbidden)
		ben.Get(base+"/activity").Is(t, http.StatusOK).Says(t, "You paid invoice", "and were refused").
			Silent(t, "Olivia Marsh")

		olivia := s.Visit(t).SignIn(site.Olivia)
		olivia.Get(base+"/activity").Is(t, http.StatusOK).Says(t, "Ben Okafor paid invoice "+number+", £148.80")
		olivia.Get(base+"/activity?outcome=refused").Is(t, http.StatusOK).Says(t, "Ben Okafor tried to see who has access",
			"Ben Okafor tried to change the account’s address", "Ben Okafor tried to open the hosting panel",
			"Outcome:Refused").Silent(t, "began to pay")
		olivia.Get(base+"/activity?action=invoice.paid").Says(t, "paid invoice").Silent(t, "was refused")
	})
}

// pay lets somebody pay the invoice that is due, and returns its number.
func pay(t *testing.T, s *site.Site, c site.Cast, v *site.Visitor) string {
	t.Helper()
	invoice := c.Base() + "/invoices/" + c.Due.String()
	heading := v.Get(invoice).Is(t, http.StatusOK).Says(t, "Pay £148.80", "14 Mill Lane", "VAT 20%", "3 Quay Street").
		Doc.Find("h1").Text()
	v.Get(invoice+"/pay").Is(t, http.StatusOK).Says(t, "£148.80 is left to pay")
	leave := v.Submit(invoice+"/pay", nil).Is(t, http.StatusSeeOther).Location
	checkout, ok := strings.CutPrefix(leave, site.Origin+"/demo/checkout/")
	if !ok {
		t.Fatalf("paying leads to %s", leave)
	}
	key, err := id.Parse[id.CheckoutKind](checkout)
	if err != nil {
		t.Fatal(err)
	}
	begun, err := s.Billing.Checkout(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Sandbox.Decide(t.Context(), begun, billing.OutcomePaid, s.Now(t)); err != nil {
		t.Fatal(err)
	}
	v.Get(invoice).Is(t, http.StatusOK).Says(t, "This invoice is paid.", "Ben Okafor paid £148.80")
	v.Get(invoice+"/pay").Says(t, "There is nothing left to pay on this invoice.")
	v.Get(c.Base()+"/invoices?state=paid").Says(t, "Hosting, November 2026").Silent(t, "Hosting, October 2026")
	return strings.TrimPrefix(strings.TrimSpace(heading), "Invoice ")
}

// A5: Priya's access to Northwind is for one service.
func TestLimitedAccessReachesOneService(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		priya, services := s.Visit(t).SignIn(site.Priya), c.Base()+"/services"
		priya.Get("/accounts").Is(t, http.StatusOK).Says(t, "Northwind Bakery Ltd", "Pixelworks Studio", "Developer").
			Silent(t, "Copperfield")
		priya.Get(services).Is(t, http.StatusOK).Says(t, "You see 1 service", "shop.northwind.example", "8 of 20 GB").
			Silent(t, c.Bakery.String())
		shop, bakery := services+"/"+c.Shop.String(), services+"/"+c.Bakery.String()
		priya.Get(shop).Is(t, http.StatusOK).Says(t, "tern", "London").Silent(t, "£79")
		priya.Get(bakery).Is(t, http.StatusForbidden).Says(t, "limited to other services").Silent(t, ">northwind.example")
		priya.Get(bakery+"/panel").Is(t, http.StatusForbidden)
		priya.Get(shop+"/panel").Is(t, http.StatusOK).Says(t, "Files, databases and software of this service")
		priya.Post(bakery+"/panel", nil).Is(t, http.StatusForbidden)
		priya.Get(shop + "/panel")
		link := priya.Submit(shop+"/panel", nil).Is(t, http.StatusSeeOther).Location
		if !strings.HasPrefix(link, "/demo/panel/") {
			t.Errorf("the panel is at %s", link)
		}

		olivia := s.Visit(t).SignIn(site.Olivia)
		olivia.Get(c.Base()+"/activity").Says(t, "Priya Shah opened the panel of shop.northwind.example",
			"Priya Shah tried to open the hosting panel (northwind.example) and was refused")
		priya.Get(c.Base()+"/activity").Says(t, "You tried to open the hosting panel and were refused").
			Silent(t, "(northwind.example")
		olivia.Get(bakery).Is(t, http.StatusOK).Says(t, "£79.00", "Who may open the panel", "Priya Shah")
		olivia.Get(shop).Says(t, "What happened here lately", "Priya Shah opened the panel of shop.northwind.example").
			Silent(t, "(northwind.example)")
		priya.Get(shop).Says(t, "What happened here lately", "You opened the panel of").Silent(t, "Olivia Marsh")
		tess := s.Visit(t).SignIn(site.Tess)
		tess.Get(shop).Is(t, http.StatusOK).Silent(t, "opened the panel of shop.northwind.example")
	})
}

// A1: whatever belongs to others does not exist, in the address of the account and below it.
func TestForeignThingsDoNotExist(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v := s.Visit(t)
		v.Get(c.Base()+"/invoices").Is(t, http.StatusOK).Says(t, "Sign in")
		if want := "/sign-in?next=" + url.QueryEscape(c.Base()+"/invoices"); v.Page.Path != want {
			t.Errorf("a stranger is led to %s, not %s", v.Page.Path, want)
		}
		olivia, base := v.SignIn(site.Olivia), c.Base()
		theirs := "/accounts/" + c.Copperfield.String()
		for _, path := range []string{
			theirs, theirs + "/contacts", theirs + "/settings", theirs + "/invoices", theirs + "/invoices/" + c.Foreign.String(),
			theirs + "/services", theirs + "/services/" + c.Cycles.String() + "/panel", theirs + "/activity",
			"/accounts/" + id.New[id.AccountKind]().String(), "/accounts/none",
			base + "/invoices/" + c.Foreign.String(), base + "/invoices/" + c.Foreign.String() + "/pay", base + "/invoices/x",
			base + "/services/" + c.Cycles.String(), base + "/services/" + c.Cycles.String() + "/panel",
			base + "/contacts/" + id.New[id.MembershipKind]().String() + "/role", base + "/contacts/x/remove",
			base + "/activity/99999", base + "/activity/x", base + "/invoices?state=x", base + "/invoices?before=x",
			"/me/security/codes/" + id.New[id.FactorKind]().String(), "/me/security/codes/x/remove",
		} {
			olivia.Get(path).Is(t, http.StatusNotFound).Silent(t, "Copperfield", "Carl")
		}
		olivia.Get(base + "/settings")
		for _, path := range []string{
			theirs + "/settings", theirs + "/services/" + c.Cycles.String() + "/panel",
			base + "/services/" + c.Cycles.String() + "/panel", base + "/invoices/" + c.Foreign.String() + "/pay",
			"/me/sessions/" + id.New[id.SessionKind]().String() + "/end",
		} {
			form := url.Values{}
			if strings.HasSuffix(path, "/pay") {
				form = url.Values{"key": {id.New[id.CheckoutKind]().String()}, "amount": {"1"}}
			}
			olivia.Post(path, form).Is(t, http.StatusNotFound).Silent(t, "Copperfield", "Carl")
			olivia.Get(base + "/settings")
		}
	})
}
