package paylinks_test

import (
	"net/http"
	"sync"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/paylinks"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit/site"
)

// P2, P6: the page is not believed about what is left: what was paid meanwhile is not paid again, and another amount is
// shown before it is asked for.
func TestWhatIsLeftChangesMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		link := made(t, s.Visit(t).SignIn(site.Ben), due(c))
		part, whole := s.Visit(t), s.Visit(t)
		part.Get(link)
		whole.Get(link)
		for _, amount := range []string{"1.00", "-1", "0", "148.81", "x", ""} {
			part.Submit(link, site.Form("amount", amount)).Is(t, http.StatusUnprocessableEntity).
				Says(t, "not what the page had shown", "Pay £148.80")
			part.Get(link)
		}
		s.Visit(t).SignIn(site.Olivia).Get(c.Base()+"/activity").Says(t, "A payment of invoice", "was refused")
		if n := s.Count(t, "outbox", "kind = ?", billing.MailRefused); n != 1 {
			t.Errorf("the billing department is told %d times in an hour", n)
		}
		settle(t, s, c, 10000)
		part.Submit(link, nil).Is(t, http.StatusUnprocessableEntity).Says(t, "has changed to £48.80", "Pay £48.80")
		settle(t, s, c, 4880)
		whole.Submit(link, nil).Is(t, http.StatusOK).Says(t, "This invoice is paid. Thank you.").Silent(t, "Pay £")
		if n := s.Count(t, "checkouts", "1 = 1"); n != 0 {
			t.Errorf("%d payments were begun", n)
		}
	})
}

// P6, P5: two who have the link pay at once: the invoice is settled once, and what came on top is credit. One who
// clicks twice begins one payment.
func TestTwoPayByOneLink(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		link := made(t, s.Visit(t).SignIn(site.Ben), due(c))
		first, second := s.Visit(t), s.Visit(t)
		pages := [2]string{}
		for i, v := range []*site.Visitor{first, second} {
			v.Get(link)
			key := site.Form("key", v.Page.Value("key"), "mark", v.Page.Value("mark"))
			pages[i] = v.Submit(link, key).Is(t, http.StatusSeeOther).Location
			v.Get(link)
			if again := v.Submit(link, key).Is(t, http.StatusSeeOther).Location; again != pages[i] {
				t.Errorf("a second click leads to %s, not %s", again, pages[i])
			}
		}
		for i, v := range []*site.Visitor{first, second} {
			at := pages[i][len(site.Origin):]
			v.Get(at)
			v.Submit(at, site.Form("card", "pays", "do", "pay")).Is(t, http.StatusOK).Says(t, "This invoice is paid.")
		}
		ben := s.Visit(t).SignIn(site.Ben)
		ben.Get(c.Base()+"/invoices").Says(t, "You have £148.80 of credit.")
		if found, err := s.Billing.Audit(t.Context()); err != nil || len(found) != 0 {
			t.Errorf("the audit says %q, %v", found, err)
		}
	})
}

// S14: the mail's link is one, however often the mail is tried; what is kept of a link opens nothing.
func TestALinkForTheMail(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		path, err := s.PayLinks.ForMail(t.Context(), c.Northwind, c.Due)
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.PayLinks.ForMail(t.Context(), c.Northwind, c.Due)
		if err != nil || again != path {
			t.Errorf("the mail that is tried again has %q, %v", again, err)
		}
		s.Visit(t).Get(path).Is(t, http.StatusOK).Says(t, "£148.80")
		token := path[len("/pay/"):]
		if n := s.Count(t, "pay_links", "token_hash = ? OR token = ?", []byte(token), []byte(token)); n != 0 {
			t.Error("the token is kept as it is")
		}
		settle(t, s, c, 14880)
		if path, err = s.PayLinks.ForMail(t.Context(), c.Northwind, c.Due); err != nil || path != "" {
			t.Errorf("an invoice that is paid has %q, %v", path, err)
		}
		if path, err = s.PayLinks.ForMail(t.Context(), c.Northwind, c.Foreign); err == nil {
			t.Errorf("a foreign invoice has %q", path)
		}
	})
}

// D2: one network opens so many links at a time, and no more.
func TestLinksCannotBeTriedWithoutEnd(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, _ site.Cast) {
		v := s.Visit(t)
		for range 100 {
			v.Get("/pay/x").Is(t, http.StatusNotFound)
		}
		v.Get("/pay/x").Is(t, http.StatusTooManyRequests)
	})
}

// R6, A6: once ending a link is answered, it begins nothing more, whoever is on the way.
func TestRaceALinkEndsWhileItIsUsed(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		system, key := actor.NewSystem("test"), id.New[id.PayLinkKind]()
		link, err := s.PayLinks.Make(t.Context(), system, c.Northwind, c.Due, key, 1)
		if err != nil {
			t.Fatal(err)
		}
		token := link.Path[len("/pay/"):]
		pay := func() error {
			o := paylinks.Order{Key: id.New[id.CheckoutKind](), Says: money.New(14880, money.GBP)}
			o.Mark = s.PayLinks.Mark(o.Key, billing.Invoice{Summary: billing.Summary{ID: c.Due, Left: o.Says}})
			_, err := s.PayLinks.Pay(t.Context(), actor.NewSystem("visitor"), token, o)
			return err
		}
		var wait sync.WaitGroup
		errs := make(chan error, 16)
		for range cap(errs) {
			wait.Go(func() { errs <- pay() })
		}
		if err := s.PayLinks.End(t.Context(), actor.NewSystem("test"), c.Northwind, c.Due, key); err != nil {
			t.Fatal(err)
		}
		if err := pay(); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("after its end: %v", err)
		}
		wait.Wait()
		close(errs)
		begun := int64(0)
		for err := range errs {
			switch {
			case err == nil:
				begun++
			case fault.KindOf(err) != fault.KindNotFound:
				t.Error(err)
			}
		}
		if n := s.Count(t, "checkouts", "1 = 1"); n != begun {
			t.Errorf("%d payments were begun, and %d said so", n, begun)
		}
	})
}
