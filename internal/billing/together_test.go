package billing_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

// several begins one payment of invoices.
func (r *rig) several(t *testing.T, p place, minor int64, invoices ...id.Invoice) billing.Checkout {
	t.Helper()
	o := billing.Together{Key: id.New[id.CheckoutKind](), Invoices: invoices, Amount: gbp(minor), Back: "/x"}
	o.Mark = r.billing.Mark(o)
	if _, err := r.billing.PayTogether(t.Context(), r.enter(t, p), p.account, o); err != nil {
		t.Fatal(err)
	}
	c, err := r.billing.Checkout(t.Context(), o.Key)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// P4, P6: one payment settles each of its invoices once, whatever comes of the notice again.
func TestOnePaymentPaysSeveralInvoices(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		one, two, three := r.issue(t, ben.account, 1000), r.issue(t, ben.account, 2000), r.issue(t, ben.account, 4000)
		r.decide(t, r.begin(t, ben, two, 400), billing.OutcomePaid) // £20 of £24 are left
		c := r.several(t, ben, 1200+2000+4800, one, two, three)
		if len(c.Shares) != 3 || c.Back != "/x" || !strings.HasPrefix(c.About(), "Invoices ") {
			t.Fatalf("the checkout is %+v, %s", c, c.About())
		}
		for range 3 {
			r.decide(t, c, billing.OutcomePaid)
		}
		r.settled(t, ben, one, billing.StatePaid, 1200, 1, 0)
		r.settled(t, ben, two, billing.StatePaid, 2400, 2, 0)
		r.settled(t, ben, three, billing.StatePaid, 4800, 1, 0)
		if e := r.newest(t, ben.account); e.Action != activity.InvoicePaid || e.Who.Name != "Ben Okafor" {
			t.Errorf("the log says %s by %s", e.Action, e.Who.Name)
		}
		if n := r.Count(t, "entries", "action = ?", activity.InvoicePaid); n != 3 {
			t.Errorf("%d entries of invoices that are paid", n)
		}
		if n := r.Count(t, "outbox", "kind = ?", billing.MailReceipt); n != 2 {
			t.Errorf("%d receipts, want one for each payment", n)
		}
		if again := r.post(t, sandbox.Name, `{"id":"evt_x","outcome":"paid","merchant":"`+merchant+`","checkout":"`+
			c.ID.String()+`","reference":"pay_another","amount":{"minor":8000,"currency":"GBP"}}`); again == nil {
			t.Error("the same checkout was paid under another reference")
		}
		r.audited(t)
	})
}

// P2, A1: what the browser says of several invoices is compared with what is left of them.
func TestSeveralInvoicesAreCompared(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		one, two, paid := r.issue(t, ben.account, 1000), r.issue(t, ben.account, 2000), r.issue(t, ben.account, 100)
		r.decide(t, r.begin(t, ben, paid, 120), billing.OutcomePaid)
		theirs := r.issue(t, r.newPlace(t, "Carl", "owner").account, 100)
		euros := r.draft(t, 100)
		euros.Lines[0].Price = money.New(100, money.EUR)
		if _, err := r.billing.Issue(t.Context(), r.staff(t), ben.account, euros); err != nil {
			euros.Key = one // an account with one currency: nothing to try
		}
		for name, try := range map[string]struct {
			list []id.Invoice
			sum  money.Amount
			want fault.Kind
		}{
			"too little":        {[]id.Invoice{one, two}, gbp(1), fault.KindInvalid},
			"too much":          {[]id.Invoice{one, two}, gbp(3601), fault.KindInvalid},
			"below nothing":     {[]id.Invoice{one, two}, gbp(-3600), fault.KindInvalid},
			"another currency":  {[]id.Invoice{one, two}, money.New(3600, money.EUR), fault.KindInvalid},
			"nothing":           {nil, gbp(0), fault.KindInvalid},
			"one that is paid":  {[]id.Invoice{one, paid}, gbp(1320), fault.KindInvalid},
			"one of another":    {[]id.Invoice{one, theirs}, gbp(1320), fault.KindNotFound},
			"counted twice":     {[]id.Invoice{one, one}, gbp(2400), fault.KindInvalid},
			"one that is not":   {[]id.Invoice{one, id.New[id.InvoiceKind]()}, gbp(1200), fault.KindNotFound},
			"more than allowed": {make([]id.Invoice, billing.MostTogether+1), gbp(1200), fault.KindInvalid},
		} {
			o := billing.Together{Key: id.New[id.CheckoutKind](), Invoices: try.list, Amount: try.sum}
			o.Mark = r.billing.Mark(o)
			_, err := r.billing.PayTogether(t.Context(), r.enter(t, ben), ben.account, o)
			if fault.KindOf(err) != try.want || err == nil {
				t.Errorf("%s: %v", name, err)
			}
			_, err = r.billing.CreditTogether(t.Context(), r.enter(t, ben), ben.account, o)
			if err == nil {
				t.Errorf("%s: credit was used", name)
			}
		}
		if n := r.Count(t, "checkout_shares", "1 = 1"); n != 0 {
			t.Errorf("%d shares were written", n)
		}
		ada := r.newPlace(t, "Ada", "auditor")
		hers := r.issue(t, ada.account, 100)
		o := billing.Together{Key: id.New[id.CheckoutKind](), Invoices: []id.Invoice{hers}, Amount: gbp(120)}
		for _, o.Mark = range []string{r.billing.Mark(o), ""} {
			_, err := r.billing.PayTogether(t.Context(), r.enter(t, ada), ada.account, o)
			wantFault(t, err, fault.KindDenied)
		}
	})
}

// P4, P5: an altered, partial or foreign notice of a payment of several settles none of them.
func TestAnAlteredNoticeOfSeveralPaysNone(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		one, two := r.issue(t, ben.account, 1000), r.issue(t, ben.account, 2000)
		c := r.several(t, ben, 3600, one, two)
		note := func(name, merchant, amount string) string {
			return `{"id":"evt_` + name + `","outcome":"paid","merchant":"` + merchant + `","checkout":"` + c.ID.String() +
				`","reference":"pay_` + name + `","amount":` + amount + `}`
		}
		for name, body := range map[string]string{
			"the share of one": note("a", merchant, `{"minor":1200,"currency":"GBP"}`),
			"one penny less":   note("b", merchant, `{"minor":3599,"currency":"GBP"}`),
			"euros":            note("c", merchant, `{"minor":3600,"currency":"EUR"}`),
			"another merchant": note("d", "elsewhere", `{"minor":3600,"currency":"GBP"}`),
		} {
			if err := r.post(t, sandbox.Name, body); err == nil {
				t.Errorf("%s: taken", name)
			}
		}
		r.settled(t, ben, one, billing.StateDue, 0, 0, 0)
		r.settled(t, ben, two, billing.StateDue, 0, 0, 0)
		if n := r.Count(t, "outbox", "kind = ?", billing.MailRefused); n != 4 {
			t.Errorf("%d alarms, want 4", n)
		}
		r.decide(t, c, billing.OutcomeDeclined)
		r.decide(t, c, billing.OutcomePaid)
		r.settled(t, ben, two, billing.StatePaid, 2400, 1, 0)
	})
}

// P6: an invoice that somebody else paid meanwhile is not paid again: its share becomes credit.
func TestWhatIsPaidMeanwhileBecomesCredit(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		one, two := r.issue(t, ben.account, 1000), r.issue(t, ben.account, 2000)
		both, again := r.several(t, ben, 3600, one, two), r.several(t, ben, 3600, two, one)
		r.decide(t, r.begin(t, ben, one, 1200), billing.OutcomePaid)
		r.decide(t, both, billing.OutcomePaid)
		r.settled(t, ben, one, billing.StatePaid, 1200, 2, 1200)
		r.settled(t, ben, two, billing.StatePaid, 2400, 1, 1200)
		r.decide(t, again, billing.OutcomePaid) // the other tab
		r.settled(t, ben, two, billing.StatePaid, 2400, 2, 4800)
	})
}

// P6: a second click asks for the same page; the same key for something else is refused.
func TestASecondClickOnSeveralBeginsNothingNew(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		one, two := r.issue(t, ben.account, 1000), r.issue(t, ben.account, 2000)
		o := billing.Together{Key: id.New[id.CheckoutKind](), Invoices: []id.Invoice{one, two}, Amount: gbp(3600)}
		pay := func() (string, error) {
			o.Mark = r.billing.Mark(o)
			return r.billing.PayTogether(t.Context(), r.enter(t, ben), ben.account, o)
		}
		first, err := pay()
		again, err2 := pay()
		if err != nil || err2 != nil || first != again || r.Count(t, "checkouts", "1 = 1") != 1 {
			t.Fatalf("%s, %v; %s, %v", first, err, again, err2)
		}
		o.Invoices, o.Amount = []id.Invoice{two}, gbp(2400)
		_, err = pay()
		wantFault(t, err, fault.KindConflict)
		_, err = r.billing.Pay(t.Context(), r.enter(t, ben), ben.account, one, billing.Order{Key: o.Key, Amount: gbp(3600)})
		wantFault(t, err, fault.KindConflict)
	})
}

// P6, P7: credit pays the invoice that is due first, as far as it goes, and once.
func TestCreditPaysSeveralInvoices(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		before := r.issue(t, ben.account, 1000)
		_, err := r.billing.Make(t.Context(), r.staff(t), ben.account, billing.Move{
			Kind: ledger.Payment, Key: id.New[id.MoneyRequestKind](), Invoice: before, Method: billing.ByTransfer,
			Amount: gbp(1200 + 2000),
		})
		if err != nil {
			t.Fatal(err)
		}
		one := r.issue(t, ben.account, 1000)
		later := r.draft(t, 2000)
		later.Due = later.Due.Add(24 * time.Hour)
		if _, err := r.billing.Issue(t.Context(), r.staff(t), ben.account, later); err != nil {
			t.Fatal(err)
		}
		o := billing.Together{Key: id.New[id.CheckoutKind](), Invoices: []id.Invoice{later.Key, one}, Amount: gbp(3600)}
		o.Mark = r.billing.Mark(o)
		var wait sync.WaitGroup
		for range 5 {
			who := r.enter(t, ben)
			wait.Go(func() {
				if _, err := r.billing.CreditTogether(t.Context(), who, ben.account, o); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		r.settled(t, ben, one, billing.StatePaid, 1200, 0, 0)
		r.settled(t, ben, later.Key, billing.StatePartPaid, 800, 0, 0)
	})
}

// P5, P6: a hundred notices of two payments of the same invoices, at once: each payment is in the books once.
func TestManyNoticesOfSeveralAtOnce(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		one, two := r.issue(t, ben.account, 1000), r.issue(t, ben.account, 2000)
		tabs := []billing.Checkout{r.several(t, ben, 3600, one, two), r.several(t, ben, 3600, one, two)}
		r.held = true
		for _, c := range tabs {
			r.decide(t, c, billing.OutcomePaid)
		}
		r.held = false
		var wait sync.WaitGroup
		for i := range 8 {
			wait.Go(func() {
				for range 6 {
					d := r.sent[i%2]
					if err := r.billing.Receive(t.Context(), webhook(), sandbox.Name, d.header, d.body); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		r.settled(t, ben, one, billing.StatePaid, 1200, 2, 3600)
		r.settled(t, ben, two, billing.StatePaid, 2400, 2, 3600)
	})
}
