package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/testkit/site"
)

func TestSettingsKeepWhatWasTyped(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, settings := s.Visit(t).SignIn(site.Olivia), c.Base()+"/settings"
		v.Get(settings).Is(t, http.StatusOK)
		if v.Page.Value("line1") != "14 Mill Lane" || v.Page.Value("country") != "GB" {
			t.Fatalf("the form does not show what there is: %s", v.Page.Text)
		}
		v.Submit(settings, site.Form("line1", "", "line2", strings.Repeat("å", 121), "city", "Leeds", "country", "XX")).
			Is(t, http.StatusUnprocessableEntity).
			Says(t, "3 things need a change", "Enter the street and number.", "Choose a country from the list.")
		if v.Page.Value("city") != "Leeds" || v.Page.Value("line1") != "" {
			t.Error("what was typed is lost")
		}
		long := strings.Repeat("å", 121)
		v.Submit(settings, site.Form("line2", long, "line1", "1 Quay", "country", "GB")).Is(t, http.StatusUnprocessableEntity)
		if v.Page.Value("line2") != long {
			t.Error("what was typed is lost")
		}

		other := s.Visit(t).SignIn(site.Olivia)
		other.Get(settings)
		v.Submit(settings, site.Form("line2", "", "city", "Leeds")).Is(t, http.StatusOK).
			Says(t, "The settings are saved.")
		if v.Get(settings); v.Page.Value("city") != "Leeds" {
			t.Error("the town was not saved")
		}
		other.Submit(settings, site.Form("city", "Stale")).Is(t, http.StatusConflict).
			Says(t, "Somebody else changed this")
		v.Get(settings).Is(t, http.StatusOK).Silent(t, "Stale")
		v.Get(c.Base()+"/activity").Says(t, "You changed the details of Northwind Bakery Ltd", "Leeds")
	})
}

// A VAT number is checked by the form of its country, kept in order, told in the log, and stands on what is issued from
// then on; what was issued before stays (P8).
func TestTheVATNumberOfAnAccount(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, settings := s.Visit(t).SignIn(site.Olivia), c.Base()+"/settings"
		v.Get(settings).Is(t, http.StatusOK)
		v.Submit(settings, site.Form("tax-id", "DE 123456789")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "A VAT number of United Kingdom looks like GB123456782.")
		if v.Page.Value("tax-id") != "DE 123456789" {
			t.Error("what was typed is lost")
		}
		v.Submit(settings, site.Form("tax-id", "GB 123 4567 83")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "This VAT number has a typing mistake")
		v.Submit(settings, site.Form("tax-id", "<svg onload=alert(1)>")).Is(t, http.StatusUnprocessableEntity)
		v.Submit(settings, site.Form("tax-id", "gb 123 4567 82")).Is(t, http.StatusOK).Says(t, "The settings are saved.")
		if v.Get(settings); v.Page.Value("tax-id") != "GB123456782" {
			t.Errorf("the number became %q", v.Page.Value("tax-id"))
		}
		v.Get(c.Base()+"/activity").Says(t, "VAT number", "GB123456782")
		fresh := s.Issue(t, c.Northwind, "Hosting", 1000)
		v.Get(c.Base()+"/invoices/"+fresh.String()).Is(t, http.StatusOK).Says(t, "VAT GB123456782")
		v.Get(c.Base()+"/invoices/"+c.Due.String()).Is(t, http.StatusOK).Silent(t, "GB123456782")
		v.Get(settings)
		v.Submit(settings, site.Form("tax-id", "")).Is(t, http.StatusOK)
		v.Get(c.Base()+"/invoices/"+fresh.String()).Says(t, "VAT GB123456782")
		s.Visit(t).SignIn(site.Tess).Get(settings).Is(t, http.StatusForbidden)
		s.Visit(t).SignIn(site.Carl).Get(settings).Is(t, http.StatusNotFound)
	})
}

// A5, I3: a form holds what its page shows, once, with its token, of this site, in a bearable size.
func TestFormsHoldNothingElse(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, settings := s.Visit(t).SignIn(site.Olivia), c.Base()+"/settings"
		refused := func(status int, form url.Values, words string) {
			t.Helper()
			v.Get(settings)
			v.Submit(settings, form).Is(t, status).Says(t, words)
		}
		refused(http.StatusBadRequest, site.Form("role", "owner"), `The form has no field "role".`)
		refused(http.StatusBadRequest, site.Form("city", "a", "city", "b"), `The field "city" was sent twice.`)
		refused(http.StatusBadRequest, site.Form("city", strings.Repeat("a", 501)), "longer than 500 characters")
		refused(http.StatusBadRequest, site.Form("city", "a\x00b"), "is not text")
		refused(http.StatusBadRequest, site.Form("city", "a\xff"), "is not text")
		refused(http.StatusBadRequest, site.Form("version", "newest"), "which version")
		refused(http.StatusForbidden, site.Form("csrf", ""), "This form is out of date")
		refused(http.StatusForbidden, site.Form("csrf", strings.Repeat("A", 86)), "This form is out of date")
		refused(http.StatusRequestEntityTooLarge, site.Form("city", strings.Repeat("a", 2<<20)), "This is too large")

		mallory := s.Visit(t).SignIn(site.Carl)
		refused(http.StatusForbidden, site.Form("csrf", mallory.Token()), "This form is out of date")
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site.Origin+settings,
			strings.NewReader(site.Form("csrf", v.Token(), "city", "Evil").Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://evil.example")
		v.Send(r).Is(t, http.StatusForbidden)
		v.Get(settings)
		if v.Page.Value("city") != "York" {
			t.Errorf("the town is %q now", v.Page.Value("city"))
		}
	})
}

// P2: what a browser says of an amount is compared, never believed.
func TestAmountsAreCompared(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, pay := s.Visit(t).SignIn(site.Ben), c.Base()+"/invoices/"+c.Due.String()+"/pay"
		v.Get(pay).Is(t, http.StatusOK)
		for amount, words := range map[string]string{
			"": "An amount looks like 148.80.", "lots": "An amount looks like", "0": "above nothing", "-5": "above nothing",
			"148.81": "At most £148.80 is left to pay.", "1,50": "An amount looks like", "148.801": "An amount looks like",
			"€20.00": "An amount looks like",
		} {
			v.Submit(pay, site.Form("amount", amount)).Is(t, http.StatusUnprocessableEntity).Says(t, words)
			if got := v.Page.Value("amount"); got != amount {
				t.Errorf("%q was typed, and %q is left", amount, got)
			}
		}
		v.Get(pay)
		v.Submit(pay, site.Form("key", "x")).Is(t, http.StatusBadRequest)
		v.Get(pay)
		v.Submit(pay, site.Form("amount", "£48.80")).Is(t, http.StatusSeeOther)
		first := v.Page.Location
		v.Get(pay)
		again := v.Page.Value("key")
		v.Submit(pay, site.Form("amount", "48.80")).Is(t, http.StatusSeeOther)
		if v.Page.Location == first {
			t.Error("two visits of the page begin the same payment")
		}
		v.Get(pay)
		// A second click begins nothing new.
		v.Submit(pay, site.Form("key", again, "amount", "48.80")).Is(t, http.StatusSeeOther)
		v.Get(pay)
		v.Submit(pay, site.Form("key", again, "amount", "50")).Is(t, http.StatusConflict).Says(t, "begun before")
		if n := s.Count(t, "checkouts", "1 = 1"); n != 2 {
			t.Errorf("%d payments were begun, not 2", n)
		}
	})
}
