package app_test

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/config"
)

// An invoice names a domain as people write it: on its page, in its files, in the list and in the mail. A name with
// letters that paper does not have stays as it is kept, everywhere alike.
func TestInvoicesNameADomainAsItIsWritten(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, func(t *testing.T, h *house) {
		staff, account, plan := actor.NewSystem("test"), h.here.account, id.New[id.PlanKind]()
		if err := h.Recurring.AddPlan(t.Context(), staff, plan, "Business Hosting 20"); err != nil {
			t.Fatal(err)
		}
		beside, err := h.Hosting.Service(t.Context(), staff, account, h.here.service)
		if err != nil {
			t.Fatal(err)
		}
		owner, all := h.visitors().Visit(t).SignIn("owner@here.example"), "/accounts/"+account.String()+"/invoices"
		for name, reads := range map[string]string{
			"müller.example": "müller.example", "東京.example": "xn--1lqs71d.example",
		} {
			service, err := h.Hosting.CreateService(t.Context(), staff, account, hosting.NewService{
				Server: beside.Server.ID, Plan: "Business Hosting 20", Domain: name, Price: money.New(7900, money.GBP),
				Period: hosting.Monthly,
			})
			if err != nil {
				t.Fatal(err)
			}
			kept, err := h.Hosting.Service(t.Context(), staff, account, service)
			if err != nil {
				t.Fatal(err)
			}
			err = h.Recurring.Follow(t.Context(), account, recurring.Ordered{
				Service: service, Plan: plan, Detail: kept.Domain, Period: recurring.Month, Price: money.New(7900, money.GBP),
			})
			if err != nil {
				t.Fatal(err)
			}
			h.deliver(t)
			if err := h.Papers.Make(t.Context()); err != nil {
				t.Fatal(err)
			}
			invoice := h.charged(t, service)
			for _, path := range []string{"", "/ubl"} {
				page := owner.Get(all+"/"+invoice.String()+path).Is(t, http.StatusOK).Text
				if !strings.Contains(page, reads) || name == reads && strings.Contains(page, "xn--") {
					t.Errorf("%s: it does not stand on the invoice%s as %s", name, path, reads)
				}
			}
			owner.Get(all+"/"+invoice.String()+"/pdf").Is(t, http.StatusOK)
			if shown := billing.Readable(kept.Domain); shown != reads {
				t.Errorf("%s reads %s", name, shown)
			}
		}
	})
}

// charged is the invoice on which a service is charged for.
func (h *house) charged(t *testing.T, service id.Service) id.Invoice {
	t.Helper()
	page, err := h.Billing.ClientInvoices(t.Context(), actor.NewSystem("test"), h.here.account, billing.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range page.Invoices {
		whole, err := h.Billing.ClientInvoice(t.Context(), actor.NewSystem("test"), h.here.account, in.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range whole.Lines {
			if l.Service == service {
				return in.ID
			}
		}
	}
	t.Fatal("nothing is charged for the service")
	return id.Invoice{}
}
