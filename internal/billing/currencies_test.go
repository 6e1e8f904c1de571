package billing_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

// billedIn is a place whose account is billed in another currency.
func (r *rig) billedIn(t *testing.T, name string, cur money.Currency) place {
	t.Helper()
	p := r.newPlace(t, name, "billing")
	err := r.behind(t, p.account, "UPDATE accounts SET currency = '"+string(cur)+"' WHERE account_id = x'"+
		hexOf(p.account.Bytes())+"'")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// asks issues an invoice over a price in a currency, VAT on top.
func (r *rig) asks(t *testing.T, p place, price money.Amount) (id.Invoice, error) {
	t.Helper()
	d := r.draft(t, 0)
	d.Lines[0].Price = price
	_, err := r.billing.Issue(t.Context(), r.staff(t), p.account, d)
	return d.Key, err
}

// P2, P8: each currency has books of its own: invoices, payments, credit and statements of one account are in the one
// that it is billed in, nothing of another is taken, and what is missing in one is not made up for by another.
func TestEachCurrencyHasBooksOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben, bea := r.newPlace(t, "Ben Okafor", "billing"), r.staff(t)
		start := r.Now(t).Add(-time.Hour)
		pounds := r.issue(t, ben.account, 10000)
		r.make(t, bea, ben, move(ledger.Payment, pounds, 12700)) // £7 on top
		for cur, minor := range map[money.Currency]int64{money.EUR: 5000, "JPY": 200} {
			r.ofOneCurrency(t, r.billedIn(t, "Zoë", cur), money.New(minor, cur), start)
		}
		r.settled(t, ben, pounds, billing.StatePaid, 12000, 1, 700)
		sums, err := ledger.Sums(t.Context(), r.Reader)
		var in []money.Currency
		for _, s := range sums {
			in = append(in, s.Currency)
			if s.Minor != 0 || s.Lines == 0 {
				t.Errorf("%+v", s)
			}
		}
		if err != nil || !slices.Equal(in, []money.Currency{money.EUR, money.GBP, "JPY"}) {
			t.Errorf("there are books in %v, %v", in, err)
		}
		// Five cents too much and five pence too little come to nothing, and are found all the same.
		hex := "x'" + hexOf(id.New[id.PaymentKind]().Bytes()) + "'"
		for _, line := range []string{
			"1, 'payment', account_id, invoice_id, 'cash', 5, 'EUR', posted_at",
			"2, 'payment', account_id, invoice_id, 'credit', -5, 'GBP', posted_at",
		} {
			r.asAdministrator(t)("INSERT INTO ledger_entries (document_id, line, kind, account_id, invoice_id, book, " +
				"amount_minor, currency, posted_at) SELECT " + hex + ", " + line + " FROM ledger_entries LIMIT 1")
		}
		found, err := r.billing.Audit(t.Context())
		said := strings.Join(found, " ")
		if err != nil || !strings.Contains(said, "€0.05") || !strings.Contains(said, "£0.05") {
			t.Errorf("the audit says %q, %v", found, err)
		}
	})
}

// ofOneCurrency goes through an account's money in another currency than the provider's own.
func (r *rig) ofOneCurrency(t *testing.T, p place, price money.Amount, start time.Time) {
	t.Helper()
	cur := price.Currency()
	in := func(minor int64) money.Amount { return money.New(minor, cur) }
	if _, err := r.asks(t, p, gbp(price.Minor())); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("%s: an invoice in pounds: %v", cur, err)
	}
	invoice, err := r.asks(t, p, price)
	if err != nil {
		t.Fatal(err)
	}
	total := price.Minor() * 6 / 5
	pay := func(a money.Amount) error {
		o := billing.Order{Key: id.New[id.CheckoutKind](), Amount: a}
		if _, err := r.billing.Pay(t.Context(), r.enter(t, p), p.account, invoice, o); err != nil {
			return err
		}
		c, err := r.billing.Checkout(t.Context(), o.Key)
		if err != nil {
			return err
		}
		return r.sandbox.Decide(t.Context(), c, billing.OutcomePaid, r.Now(t))
	}
	wantFault(t, pay(gbp(100)), fault.KindInvalid)
	if err := pay(in(100)); err != nil {
		t.Fatal(err)
	}
	over := move(ledger.Payment, invoice, 0)
	over.Amount = gbp(100)
	_, err = r.billing.Make(t.Context(), r.staff(t), p.account, over)
	wantFault(t, err, fault.KindInvalid)
	over.Key, over.Amount = id.New[id.MoneyRequestKind](), in(total-100+40) // 40 on top
	r.make(t, r.staff(t), p, over)
	got := r.invoice(t, p, invoice)
	credit, err := r.billing.Credit(t.Context(), r.enter(t, p), p.account)
	if err != nil || got.State != billing.StatePaid || got.Paid != in(total) || credit != in(40) {
		t.Errorf("%s: %s, %s paid, %s of credit, %v", cur, got.State, got.Paid, credit, err)
	}
	next, err := r.asks(t, p, price)
	if err != nil {
		t.Fatal(err)
	}
	use := func(a money.Amount) error {
		_, err := r.billing.UseCredit(t.Context(), r.enter(t, p), p.account, next, id.New[id.AdjustmentKind](), a)
		return err
	}
	wantFault(t, use(gbp(40)), fault.KindInvalid)
	if err := use(in(40)); err != nil {
		t.Error(err)
	}
	s, err := r.billing.Statement(t.Context(), r.enter(t, p), p.account, start, r.Now(t).Add(time.Hour))
	if err != nil || s.Opening != in(0) || s.Charged != in(2*total) || s.Paid != in(total+40) ||
		s.Closing != in(total-40) {
		t.Errorf("%s: the statement is %+v, %v", cur, s, err)
	}
	r.audited(t)
}
