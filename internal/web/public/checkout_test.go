package public_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/testkit/site"
)

// P2 to P5: what somebody does on the sandbox's page takes the way of a signed notice, and the invoice is paid.
func TestTheCheckoutPaysTheInvoice(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben := s.Visit(t).SignIn(site.Ben)
		at, invoice := begin(t, c, ben), c.Base()+"/invoices/"+c.Due.String()

		ben.Get(at).Is(t, http.StatusOK).Says(t, "£148.80", "harbour-hosting", "No money moves here")
		ben.Submit(at, card("")).Is(t, http.StatusUnprocessableEntity).Says(t, "Choose a card.")
		ben.Submit(at, card("declines")).Is(t, http.StatusUnprocessableEntity).Says(t, "Your card was declined.")
		ben.Get(invoice).Is(t, http.StatusOK).Silent(t, "This invoice is paid.")

		ben.Get(at)
		ben.Submit(at, card("action")).Is(t, http.StatusOK).Says(t, "Your bank asks whether it is you")
		ben.Submit(at, card("confirmed")).Is(t, http.StatusOK).Says(t, "£148.80 was paid", "This invoice is paid.")
		if ben.Page.Path != invoice {
			t.Errorf("paying leads back to %s", ben.Page.Path)
		}
		ben.Get(at).Is(t, http.StatusOK).Says(t, "This invoice is paid.") // P5: once is enough
		if n := s.Count(t, "payments", "1 = 1"); n != 1 {
			t.Errorf("%d payments", n)
		}
		s.Visit(t).SignIn(site.Olivia).Get(c.Base()+"/activity").Says(t, "Ben Okafor paid invoice")
	})
}

func TestACheckoutIsLeftAndEnds(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben := s.Visit(t).SignIn(site.Ben)
		at := begin(t, c, ben)
		ben.Get(at)
		ben.Submit(at, url.Values{"do": {"cancel"}}).Is(t, http.StatusOK).Says(t, "Nothing was paid.")
		ben.Get(at).Is(t, http.StatusOK) // it may still be paid
		ben.Post(at, url.Values{"card": {"pays"}, "do": {"pay"}, "amount": {"1"}}).Is(t, http.StatusBadRequest)
		ben.Get(sandboxOf(id.New[id.CheckoutKind]().String())).Is(t, http.StatusNotFound)
		ben.Get(sandboxOf("x")).Is(t, http.StatusNotFound)

		ben.Get(at)
		page := *ben.Page
		s.Offset.Advance(61 * time.Minute) // Ben's session has ended too; the page needs none
		late := s.Visit(t)
		late.Get(at).Is(t, http.StatusConflict).Says(t, "This payment page has ended.")
		late.Get("/sign-in")
		late.Post(at, card("pays")).Is(t, http.StatusConflict)
		if page.Status != http.StatusOK || s.Count(t, "payments", "1 = 1") != 0 {
			t.Error("an ended page took money")
		}
	})
}

func sandboxOf(checkout string) string { return "/demo/checkout/" + checkout }

// I3: a checkout is not paid by a form of another site, nor by one without the page's token.
func TestTheCheckoutTakesItsOwnFormOnly(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben := s.Visit(t).SignIn(site.Ben)
		at := begin(t, c, ben)
		ben.Get(at)
		form := card("pays")
		form.Set("csrf", "wrong")
		ben.Post(at, form).Is(t, http.StatusForbidden)
		if n := s.Count(t, "payments", "1 = 1"); n != 0 {
			t.Errorf("%d payments", n)
		}
	})
}
