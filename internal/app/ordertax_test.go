package app_test

import (
	"net/http"
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/hosting/orders"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
)

// P8: somebody who reckons the VAT themselves sees none before they order, on what they asked for, on its invoice, and
// before they take another plan.
func TestAnOrderUnderReverseCharge(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, func(t *testing.T, h *house) {
		c := h.counter(t)
		err := h.Accounts.EditSettings(t.Context(), actor.NewSystem("test"), h.here.account, accounts.Settings{
			Address: accounts.Address{Line1: "Hauptplatz 1", City: "Linz", Postcode: "4020", Country: "AT"},
			TaxID:   "ATU13585627", Version: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		const why = "Reverse charge: the customer accounts for the VAT."
		form := c.base + "/order/" + c.small.String()
		c.owner.Get(form).Is(t, http.StatusOK).Says(t, "£10.00", why).Silent(t, "of it VAT", "plus 20%")
		c.owner.Submit(form, typed("domain", "linz.example")).Is(t, http.StatusOK).
			Says(t, "£10.00 a month, VAT 0% (reverse charge)")
		request := c.request(t, orders.Order)
		c.settle(t)
		service, err := id.FromBytes[id.ServiceKind](request.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		charge, made := c.charged(t, service)
		if len(made) != 1 || made[0].Total.Minor() != 1000 || made[0].Lines[0].Treatment != billing.ReverseCharge ||
			charge.Rate.Treatment != billing.ReverseCharge {
			t.Fatalf("charged is %+v on %+v", charge, made)
		}
		form = c.base + "/" + service.String() + "/change/" + c.big.String()
		c.owner.Get(form).Is(t, http.StatusOK).Says(t, "£40.00 a month", why).Silent(t, "of it VAT", "plus 20%")
		if want := comesTo(t, c.owner.Page); want != 3000 {
			t.Errorf("another plan comes to %d", want)
		}
	})
}

// P8: a client beyond the provider's VAT area sees no VAT before they order, and why, and so on the invoice.
func TestAnOrderOutsideTheScopeOfVAT(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, func(t *testing.T, h *house) {
		c := h.counter(t)
		err := h.Accounts.EditSettings(t.Context(), actor.NewSystem("test"), h.here.account, accounts.Settings{
			Address: accounts.Address{Line1: "1 Main Street", City: "Boston", Postcode: "02101", Country: "US"}, Version: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		const why = "Outside the scope of VAT: the service is supplied where the customer is."
		form := c.base + "/order/" + c.small.String()
		c.owner.Get(form).Is(t, http.StatusOK).Says(t, "£10.00", why).Silent(t, "of it VAT", "plus 20%")
		c.owner.Submit(form, typed("domain", "boston.example")).Is(t, http.StatusOK).
			Says(t, "£10.00 a month, VAT 0% (outside the scope)")
		request := c.request(t, orders.Order)
		c.settle(t)
		service, err := id.FromBytes[id.ServiceKind](request.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		_, made := c.charged(t, service)
		if len(made) != 1 || made[0].Total.Minor() != 1000 || made[0].Lines[0].Treatment != billing.Outside {
			t.Fatalf("charged is %+v", made)
		}
		c.owner.Get("/accounts/"+h.here.account.String()+"/invoices/"+made[0].ID.String()).Is(t, http.StatusOK).
			Says(t, why, "0% (outside the scope)")
	})
}
