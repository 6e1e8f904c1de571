package cards_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit/site"
)

func payPath(c site.Cast) string { return c.Base() + "/invoices/pay" }

// P6, X3: what is due is looked at once more and paid with one payment; it takes at most four clicks from the mail, and
// the address of the ticked ones is a link without any script.
func TestSeveralInvoicesArePaidTogether(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		extra := s.Issue(t, c.Northwind, "Extra work", 2000)
		ben := s.Visit(t).SignIn(site.Ben)
		// The mail's link is the first click. The invoice's page leads to paying all that is due: the second.
		ben.Get(c.Base()+"/invoices/"+extra.String()).Is(t, http.StatusOK).Says(t, "Pay all that is due")
		ben.Get(ben.Page.Links("/invoices/pay")[0]).Is(t, http.StatusOK).Says(t, "Pay 3 invoices", "Left to pay")
		// The third leads to the gateway's page, on which the fourth pays.
		to := ben.Submit(payPath(c), nil).Is(t, http.StatusSeeOther).Location
		key, err := id.Parse[id.CheckoutKind](to[strings.LastIndex(to, "/")+1:])
		if err != nil {
			t.Fatalf("paying leads to %s", to)
		}
		checkout, err := s.Billing.Checkout(t.Context(), key)
		if err != nil || len(checkout.Shares) != 3 || checkout.Back != c.Base()+"/invoices" {
			t.Fatalf("the checkout is %+v, %v", checkout, err)
		}
		if err := s.Sandbox.Decide(t.Context(), checkout, billing.OutcomePaid, s.Now(t)); err != nil {
			t.Fatal(err)
		}
		ben.Get(checkout.Back).Says(t, "Nothing is due.").Silent(t, "Pay all")
		ben.Get(payPath(c)).Is(t, http.StatusOK).Says(t, "There is nothing left to pay.")
		if found, err := s.Billing.Audit(t.Context()); err != nil || len(found) != 0 {
			t.Errorf("the audit says %q, %v", found, err)
		}
	})
}

// P2, A1: the form is compared with what is left; nobody who only reads pays, and no invoice of another account.
func TestWhoPaysTogether(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		pick := "?pick=" + c.Due.String()
		theirs := s.Issue(t, c.Copperfield, "Theirs", 100)
		for _, email := range []string{site.Ada, site.Tess} {
			v := s.Visit(t).SignIn(email)
			v.Get(payPath(c)+pick).Is(t, http.StatusForbidden)
			v.Get(c.Base())
			v.Post(payPath(c), site.Form("key", id.New[id.CheckoutKind]().String(), "pick", c.Due.String(),
				"amount", "148.80", "currency", "GBP")).Is(t, http.StatusForbidden)
		}
		ben := s.Visit(t).SignIn(site.Ben)
		ben.Get(payPath(c)+pick).Is(t, http.StatusOK).Says(t, "Pay 1 invoice", "£148.80")
		for _, altered := range []url.Values{
			site.Form("amount", "1.00"), site.Form("currency", "EUR"), site.Form("currency", "XXX"), site.Form("amount", "x"),
			site.Form("mark", ""),
			{"pick": {c.Due.String(), theirs.String()}},
		} {
			ben.Submit(payPath(c), altered).Is(t, http.StatusUnprocessableEntity).
				Says(t, "not what the page had shown", "£148.80").Silent(t, "Theirs")
			if ben.Page.Doc.Find(`a[href="#pick"]`).Length() != 0 {
				t.Error("a link leads to a field that nobody sees")
			}
			ben.Get(payPath(c) + pick)
		}
		if n := s.Count(t, "entries", "action = 'payment.refused'"); n != 6 {
			t.Errorf("%d of 6 altered forms are in the log", n)
		}
		ben.Submit(payPath(c), site.Form("way", "cheque")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Choose how you pay.")
		ben.Get(payPath(c)+"?pick=x").Is(t, http.StatusNotFound)
		ben.Get(payPath(c)+"?pick="+theirs.String()).Is(t, http.StatusOK).Says(t, "There is nothing left to pay.")
		if n := s.Count(t, "checkouts", "1 = 1"); n != 0 {
			t.Errorf("%d payments were begun", n)
		}
	})
}

// P6: a double click, and the same form in two tabs at once, have a card on file asked once.
func TestADoubleClickAsksTheCardOnce(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben := s.Visit(t).SignIn(site.Ben)
		give(t, ben, methods(c), "pays").Is(t, http.StatusOK)
		ben.Get(payPath(c)).Is(t, http.StatusOK).Says(t, "How do you pay?", "ending in 4242")
		filled := func() url.Values {
			form := url.Values{"way": {ben.Page.Doc.Find(`input[name=way][value^="card:"]`).AttrOr("value", "")}}
			for _, name := range []string{"key", "amount", "currency", "pick", "mark"} {
				form[name] = ben.Page.Doc.Find("form[method=post] input[name=" + name + "]").
					Map(func(_ int, in *goquery.Selection) string { return in.AttrOr("value", "") })
			}
			return form
		}
		form := filled()
		ben.Get(payPath(c)).Is(t, http.StatusOK)
		tab := filled()
		token := ben.Token()
		var wait sync.WaitGroup
		for i := range 4 {
			again := maps.Clone(form)
			if i >= 2 { // another tab has another key
				again = maps.Clone(tab)
			}
			again.Set("csrf", token)
			v := ben.In(t)
			wait.Go(func() { v.Post(payPath(c), again) })
		}
		wait.Wait()
		for range 2 {
			if _, err := s.Outbox.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		ben.Get(c.Base()+"/invoices").Says(t, "Nothing is due.").Silent(t, "of credit")
		if n := s.Count(t, "card_payments", "state = 'paid'"); n != 1 {
			t.Errorf("the bank was asked %d times", n)
		}
		if n := s.Count(t, "payments", "1 = 1"); n != 2 {
			t.Errorf("%d payments of two invoices", n)
		}
		ben.Get(c.Base()+"/activity").Says(t, "asked the card on file to pay invoice")
		if found, err := s.Billing.Audit(t.Context()); err != nil || len(found) != 0 {
			t.Errorf("the audit says %q, %v", found, err)
		}
	})
}

// payWith has the form pay with the card on file that it shows.
func payWith(t *testing.T, v *site.Visitor, c site.Cast, pick string) *site.Page {
	t.Helper()
	v.Get(payPath(c)+pick).Is(t, http.StatusOK)
	way := v.Page.Doc.Find(`input[name=way][value^="card:"]`).AttrOr("value", "")
	if way == "" {
		t.Fatalf("no card can be chosen: %s", v.Page.Text)
	}
	return v.Submit(payPath(c), url.Values{"way": {way}}).Is(t, http.StatusOK)
}

// P5, P6: what a bank said to a card on file that somebody chose stands beside the choice, with what to do next: while
// it is asked nobody is led to pay twice, one that declined or wants to be confirmed has taken nothing, and another way
// pays.
func TestWhatTheBankSaidStandsBesideTheChoice(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben := s.Visit(t).SignIn(site.Ben)
		give(t, ben, methods(c), "declines").Is(t, http.StatusOK)
		pick := "?pick=" + c.Due.String()
		one := c.Base() + "/invoices/" + c.Due.String()
		if to := ben.Get(one + "/pay").Links("/invoices/pay?pick=" + c.Due.String()); len(to) != 1 {
			t.Fatalf("one invoice is not paid with a card on file: %q", to)
		}
		payWith(t, ben, c, pick).Says(t, "Your bank is being asked.", "Visa ending in 0002", "Look again")
		if n := ben.Page.Doc.Find("form button:contains('Pay £')").Length(); n != 0 {
			t.Errorf("the form is shown while the bank is asked")
		}
		ben.Get(one+"/pay").Says(t, "Your bank is being asked.", "pay all the same")
		ben.Submit(one+"/pay", nil).Is(t, http.StatusUnprocessableEntity).Says(t, "The bank of a card on file is being asked")
		s.Offset.Advance(3 * time.Minute)
		ben.Get(payPath(c)+pick).Says(t, "Our payment provider has not answered yet.", "nothing is taken twice")
		deliver(t, s)
		ben.Get(payPath(c)+pick).Is(t, http.StatusOK).Says(t, "Your bank declined Visa ending in 0002.",
			"nothing was taken", "Your bank declined it. It is asked once more", "Pay £148.80")
		ben.Get(one).Says(t, "Pay")
		give(t, ben, methods(c), "action").Is(t, http.StatusOK)
		ben.Get(payPath(c) + pick)
		wants := ben.Page.Doc.Find(`label:contains("ending in 3184")`).Parent().Find("input[name=way]").AttrOr("value", "")
		ben.Submit(payPath(c), url.Values{"way": {wants}}).Is(t, http.StatusOK)
		deliver(t, s)
		ben.Get(payPath(c)+pick).Says(t, "Your bank wants you to confirm.", "once you have confirmed")
		if way := ben.Page.Doc.Find("input[name=way][checked]").AttrOr("value", ""); way != "page" {
			t.Errorf("%q is chosen, and not the provider's page", way)
		}
		if n := s.Count(t, "payments", "1 = 1"); n != 0 {
			t.Errorf("%d payments though no bank paid", n)
		}
		to := ben.Submit(payPath(c), nil).Is(t, http.StatusSeeOther).Location
		key, err := id.Parse[id.CheckoutKind](to[strings.LastIndex(to, "/")+1:])
		if err != nil {
			t.Fatalf("paying leads to %s", to)
		}
		checkout, err := s.Billing.Checkout(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.Sandbox.Decide(t.Context(), checkout, billing.OutcomePaid, s.Now(t)); err != nil {
				t.Fatal(err)
			}
		}
		ben.Get(one).Says(t, "This invoice is paid.")
		if n := s.Count(t, "payments", "1 = 1"); n != 1 {
			t.Errorf("%d payments of one invoice", n)
		}
		give(t, ben, methods(c), "pays").Is(t, http.StatusOK)
		ben.Get(payPath(c))
		pays := ben.Page.Doc.Find(`label:contains("ending in 4242")`).Parent().Find("input[name=way]").AttrOr("value", "")
		here := ben.Submit(payPath(c), url.Values{"way": {pays}}).Is(t, http.StatusOK).Links("pick=")
		deliver(t, s)
		if len(here) == 0 {
			t.Fatalf("where to look again: %q", here)
		}
		ben.Get(here[0]).Says(t, "The card on file paid", "Nothing is due.")
	})
}

func deliver(t *testing.T, s *site.Site) {
	t.Helper()
	for range 2 {
		if _, err := s.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
