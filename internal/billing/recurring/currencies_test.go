package recurring_test

import (
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

// P2: a plan has a price in each currency; a client is charged in their own alone, and where the list has none in it,
// nothing is charged before somebody says what it costs.
func TestAPlanHasAPriceInEachCurrency(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		pounds := r.client(t, "Northwind Bakery Ltd")
		euros, err := r.accounts.Create(t.Context(), system(), accounts.NewAccount{
			Name: "Żółw Sp. z o.o.", Currency: "EUR", OwnerEmail: "anna@zolw.example",
			Address: accounts.Address{Line1: "ul. Długa 1", City: "Gdańsk", Postcode: "80-827", Country: "PL"},
		})
		if err != nil {
			t.Fatal(err)
		}
		begin := func(price *money.Amount) error {
			return r.recurring.Begin(t.Context(), system(), euros, recurring.Start{
				Key: id.New[id.ChargeKind](), Service: id.New[id.ServiceKind](), Detail: "zolw.example",
				From: date(t, "2027-02-01"), Terms: recurring.Terms{
					Plan: r.plan, Period: recurring.Month, Rate: standard(), Price: price,
				},
			})
		}
		inPounds, inEuros := gbp(3100), money.New(2900, money.EUR)
		for name, price := range map[string]*money.Amount{"the list's": nil, "in pounds": &inPounds} {
			if err := begin(price); fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := begin(&inEuros); err != nil {
			t.Fatal(err)
		}
		listed := recurring.Price{Period: recurring.Month, Amount: money.New(3600, money.EUR)}
		if err := r.recurring.Reprice(t.Context(), system(), r.plan, listed); err != nil {
			t.Fatal(err)
		}
		own := recurring.Price{Period: recurring.Month, Amount: gbp(10)} // of no use to a client who is billed in euros
		if err := r.recurring.RepriceFor(t.Context(), system(), euros, r.plan, own); err == nil {
			t.Error("a client has a price of their own in a currency that they are not billed in")
		}
		if err := begin(nil); err != nil {
			t.Fatal(err)
		}
		r.begin(t, pounds, recurring.Month, date(t, "2027-02-01"), 0)
		r.on(t, "2027-01-20")
		r.work(t)
		got := r.invoices(t, euros)
		if len(got) != 1 || got[0].Net != money.New(2900+3600, money.EUR) {
			t.Errorf("in euros: %+v", got)
		}
		if got := r.invoices(t, pounds); len(got) != 1 || got[0].Net != gbp(3100) {
			t.Errorf("in pounds: %+v", got)
		}
		r.audited(t)
	})
}
