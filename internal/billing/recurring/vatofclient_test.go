package recurring_test

import (
	"slices"
	"testing"

	"gorm.io/gorm"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit"
)

// from has the provider in a country, whose law its invoices follow; no register knows the numbers in refuted.
func (r *rig) from(country string, refuted ...string) {
	r.billing.Under(billing.Rules{
		Country: country,
		Refuted: func(_ *gorm.DB, _ gate.Grant, number string) (bool, error) {
			return slices.Contains(refuted, number), nil
		},
	})
}

func (r *rig) clientIn(t *testing.T, country, vat string) id.Account {
	t.Helper()
	account, err := r.accounts.Create(t.Context(), system(), accounts.NewAccount{
		Name: "Buyer", Currency: "GBP", OwnerEmail: "owner@" + id.New[id.AccountKind]().String() + ".example", TaxID: vat,
		Address: accounts.Address{Line1: "1 High Street", City: "Town", Postcode: "1000", Country: country},
	})
	if err != nil {
		t.Fatal(err)
	}
	return account
}

// P8: what is shown before an order, what is charged and what is invoiced have the tax of the client who orders: none
// where they reckon it themselves, or are outside of the provider's VAT area.
func TestAnOrderHasTheTaxOfItsClient(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		r := newRig(t, w)
		usual := billing.Rate{Treatment: billing.Standard, Rate: 1900}
		reverse, outside := billing.Rate{Treatment: billing.ReverseCharge}, billing.Rate{Treatment: billing.Outside}
		r.from("DE", "FR40303265045")
		for name, c := range map[string]struct {
			country, vat string
			want         billing.Rate
		}{
			"at home, with a number":               {"DE", "DE136695976", usual},
			"in the union, with a number":          {"AT", "ATU13585627", reverse},
			"in the union, without one":            {"AT", "", usual},
			"a number that the register knows not": {"FR", "FR40303265045", usual},
			"outside, without a number":            {"US", "", outside},
			"outside, with a number":               {"CH", "CHE107787577", reverse},
			"to Switzerland, without one":          {"CH", "", outside},
			"to Britain, without one":              {"GB", "", outside},
			"the island that belongs to a country": {"MC", "", usual},
		} {
			t.Run(name, func(t *testing.T) { r.taxed(t, r.clientIn(t, c.country, c.vat), c.want) })
		}
		r.from("GB")
		for name, c := range map[string]struct {
			country, vat string
			want         billing.Rate
		}{
			"from Britain into the union": {"AT", "ATU13585627", reverse},
			"from Britain to an island":   {"IM", "", standard()},
			"from Britain to a consumer":  {"AT", "", outside},
			"from Britain to America":     {"US", "", outside},
		} {
			t.Run(name, func(t *testing.T) { r.taxed(t, r.clientIn(t, c.country, c.vat), c.want) })
		}
		r.audited(t)
	})
}

// taxed orders, and goes up, and compares the tax that is shown, charged and invoiced.
func (r *rig) taxed(t *testing.T, account id.Account, want billing.Rate) {
	t.Helper()
	o := recurring.Ordered{
		Service: id.New[id.ServiceKind](), Plan: r.plan, Name: "Business Hosting 20", Period: recurring.Month,
		Price: gbp(3100),
	}
	tax := func(net money.Amount) int64 { return net.Minor() * int64(want.Rate) / 10_000 }
	for _, price := range []int64{3100, 6200} {
		o.Price = gbp(price)
		q := r.agrees(t, "to "+o.Price.String(), account, o)
		if q.Tax != want || q.Today.VAT.Minor() != tax(q.Today.Net) {
			t.Errorf("shown is %+v on %s: %s", q.Tax, q.Today.Net, q.Today.VAT)
		}
	}
	for _, in := range r.invoices(t, account) {
		if in.Lines[0].Treatment != want.Treatment || in.Lines[0].Rate != want.Rate {
			t.Errorf("invoiced is %s at %d", in.Lines[0].Treatment, in.Lines[0].Rate)
		}
	}
}

// A number that came after the first order counts from the next change on; what staff chose for a client stays.
func TestTheTaxOfAChangeIsThatOfTheDay(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.from("DE")
		account, german := r.clientIn(t, "AT", ""), billing.Rate{Treatment: billing.Standard, Rate: 1900}
		o := recurring.Ordered{
			Service: id.New[id.ServiceKind](), Plan: r.plan, Name: "Business Hosting 20", Period: recurring.Month,
			Price: gbp(3100),
		}
		if q := r.agrees(t, "order", account, o); q.Tax != german || q.Today.VAT.Minor() != 589 {
			t.Errorf("shown is %+v, %s", q.Tax, q.Today.VAT)
		}
		err := r.accounts.EditSettings(t.Context(), system(), account, accounts.Settings{
			Address: accounts.Address{Line1: "1 High Street", City: "Town", Postcode: "1000", Country: "AT"},
			TaxID:   "ATU13585627", Version: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		o.Price = gbp(6200)
		if q := r.agrees(t, "up", account, o); q.Tax.Treatment != billing.ReverseCharge || !q.Today.VAT.IsZero() {
			t.Errorf("with a number, shown is %+v, %s", q.Tax, q.Today.VAT)
		}
		charge, _, err := r.recurring.OfService(t.Context(), r.proven(t, account), account, o.Service)
		if err != nil || charge.Rate.Treatment != billing.ReverseCharge {
			t.Errorf("charged is %+v, %v", charge.Rate, err)
		}

		special := r.clientIn(t, "DE", "")
		err = r.recurring.Begin(t.Context(), system(), special, recurring.Start{
			Key: id.New[id.ChargeKind](), Service: id.New[id.ServiceKind](), From: r.Now(t), Anchor: 10,
			Terms: recurring.Terms{Plan: r.plan, Period: recurring.Month, Rate: billing.Rate{Treatment: billing.Exempt}},
		})
		if err != nil {
			t.Fatal(err)
		}
		r.work(t)
		r.taxed(t, special, billing.Rate{Treatment: billing.Exempt})
	})
}

// P8: a client who moved out of the VAT area has what they order since on an invoice of its own, as an e-invoice
// outside the scope of VAT holds nothing else; and no period of either is lost.
func TestWhatIsOutsideTheScopeHasAnInvoiceOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account := r.clientIn(t, "US", "")
		outside := billing.Rate{Treatment: billing.Outside}
		for _, rate := range []billing.Rate{standard(), outside, standard(), outside} {
			err := r.recurring.Begin(t.Context(), system(), account, recurring.Start{
				Key: id.New[id.ChargeKind](), Service: id.New[id.ServiceKind](), From: r.Now(t), Anchor: 10,
				Terms: recurring.Terms{Plan: r.plan, Period: recurring.Month, Rate: rate},
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		r.work(t)
		r.work(t)
		count := map[billing.Treatment]int{}
		for _, in := range r.invoices(t, account) {
			if len(in.VAT) != 1 {
				t.Errorf("one invoice has %+v", in.VAT)
			}
			count[in.VAT[0].Treatment] += len(in.Lines)
		}
		if count[billing.Standard] == 0 || count[billing.Standard] != count[billing.Outside] || len(count) != 2 {
			t.Errorf("invoiced are %v", count)
		}
		r.audited(t)
	})
}
