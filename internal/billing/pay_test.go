package billing_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

func TestPayingAnInvoice(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, ben.account, 10000)
		c := r.begin(t, ben, invoice, 12000)
		if c.State != billing.CheckoutOpen || !c.Payable() || c.Merchant != merchant || c.Amount != gbp(12000) {
			t.Fatalf("the checkout is %+v", c)
		}
		started := r.newest(t, ben.account)
		r.decide(t, c, billing.OutcomePaid)
		r.settled(t, ben, invoice, billing.StatePaid, 12000, 1, 0)

		number := r.invoice(t, ben, invoice).Number
		e := r.newest(t, ben.account)
		if e.Action != activity.InvoicePaid || e.Who.Name != "Ben Okafor" || e.What.Label != number ||
			amountOf(e) != "£120.00" || e.ActorID != ben.person || e.Session != started.Session ||
			e.Who.Device != "Firefox on Linux" || e.Factor != "password" || e.Who.Address != "192.0.2.1" ||
			e.ActorRole != "Billing" {
			t.Errorf("the log says %+v", e)
		}
		if c.Number != number || c.Invoice != invoice {
			t.Errorf("the checkout is of invoice %s", c.Number)
		}
		for _, kind := range []string{billing.MailInvoice, billing.MailReceipt} {
			if n := r.Count(t, "outbox", "kind = ?", kind); n != 1 {
				t.Errorf("%d messages %s, want 1", n, kind)
			}
		}
		_, err := r.billing.Pay(t.Context(), r.enter(t, ben), ben.account, invoice,
			billing.Order{Key: id.New[id.CheckoutKind](), Amount: gbp(1)})
		wantFault(t, err, fault.KindConflict)
	})
}

// amountOf is the money that an entry is about.
func amountOf(e activity.Entry) string {
	for _, c := range e.What.Changes {
		if c.Field == "amount" {
			return c.New
		}
	}
	return ""
}

func TestPartsAddUpAndTheLastOnePays(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, ben.account, 10000)
		r.decide(t, r.begin(t, ben, invoice, 5000), billing.OutcomePaid)
		r.settled(t, ben, invoice, billing.StatePartPaid, 5000, 1, 0)
		e := r.newest(t, ben.account)
		if e.Action != activity.PaymentReceived || amountOf(e) != "£50.00" {
			t.Errorf("the log says %s %s", e.Action, amountOf(e))
		}
		r.decide(t, r.begin(t, ben, invoice, 7000), billing.OutcomePaid)
		r.settled(t, ben, invoice, billing.StatePaid, 12000, 2, 0)
	})
}

func TestAnAlteredAmountIsRefused(t *testing.T) { // P2
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, ben.account, 10000)
		for _, amount := range []money.Amount{
			gbp(0), gbp(-1), gbp(12001), gbp(1 << 62), money.New(12000, money.EUR), {},
		} {
			_, err := r.billing.Pay(t.Context(), r.enter(t, ben), ben.account, invoice,
				billing.Order{Key: id.New[id.CheckoutKind](), Amount: amount})
			wantFault(t, err, fault.KindInvalid)
			if e := r.newest(t, ben.account); e.Action != activity.CheckoutStarted || e.Outcome != activity.RefusedResult ||
				e.TargetID != invoice.String() || e.What.Reason == "" || amountOf(e) != amount.String() {
				t.Errorf("%s: the log says %s, %s, %+v", amount, e.Action, e.Outcome, e.What)
			}
		}
		if n := r.Count(t, "entries", "action = ? AND outcome = 'refused'", activity.CheckoutStarted); n != 6 {
			t.Errorf("%d of 6 are in the log", n)
		}
		_, err := r.billing.Pay(t.Context(), r.enter(t, ben), ben.account, invoice, billing.Order{Amount: gbp(1)})
		wantFault(t, err, fault.KindInvalid)
		if n := r.Count(t, "checkouts", "1 = 1"); n != 0 {
			t.Errorf("%d checkouts were begun", n)
		}
	})
}

func TestASecondClickBeginsNothingNew(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, ben.account, 10000)
		o := billing.Order{Key: id.New[id.CheckoutKind](), Amount: gbp(12000)}
		pay := func(o billing.Order) (string, error) {
			return r.billing.Pay(t.Context(), r.enter(t, ben), ben.account, invoice, o)
		}
		first, err1 := pay(o)
		again, err2 := pay(o)
		if err1 != nil || err2 != nil || first != again {
			t.Fatalf("%s, %v; %s, %v", first, err1, again, err2)
		}
		o.Amount = gbp(1)
		_, err := pay(o)
		wantFault(t, err, fault.KindConflict)
		if n := r.Count(t, "checkouts", "1 = 1"); n != 1 {
			t.Errorf("%d checkouts", n)
		}
		stranger := r.newPlace(t, "Carl", "owner")
		theirs := r.issue(t, stranger.account, 100)
		_, err = r.billing.Pay(t.Context(), r.enter(t, stranger), stranger.account, theirs,
			billing.Order{Key: o.Key, Amount: gbp(100)})
		wantFault(t, err, fault.KindNotFound)
		r.Offset.Advance(61 * time.Minute)
		o.Amount = gbp(12000)
		_, err = pay(o)
		wantFault(t, err, fault.KindConflict)
	})
}

func TestTwoCheckoutsBothPaidLeaveCredit(t *testing.T) { // P6
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, ben.account, 10000)
		part, whole := r.begin(t, ben, invoice, 5000), r.begin(t, ben, invoice, 12000)
		late := r.begin(t, ben, invoice, 12000)
		r.decide(t, part, billing.OutcomePaid)
		r.decide(t, whole, billing.OutcomePaid) // half of what is on top of the rest
		r.settled(t, ben, invoice, billing.StatePaid, 12000, 2, 5000)
		r.decide(t, late, billing.OutcomePaid)
		r.settled(t, ben, invoice, billing.StatePaid, 12000, 3, 17000)
		if e := r.newest(t, ben.account); e.Action != activity.CreditAdded || e.Who.Name != "Ben Okafor" {
			t.Errorf("the log says %s by %s", e.Action, e.Who.Name)
		}
	})
}

func TestBothTabsAtOncePayOnce(t *testing.T) { // P6
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, ben.account, 10000)
		var tabs []billing.Checkout
		for range 6 {
			tabs = append(tabs, r.begin(t, ben, invoice, 12000))
		}
		now := r.Now(t)
		together(len(tabs), func(i int) {
			if err := r.sandbox.Decide(t.Context(), tabs[i], billing.OutcomePaid, now); err != nil {
				t.Error(err)
			}
		})
		r.settled(t, ben, invoice, billing.StatePaid, 12000, 6, 5*12000)
	})
}

func TestDeclinedAndLeftCanStillBePaid(t *testing.T) { // P5: in any order
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, ben.account, 10000)
		c := r.begin(t, ben, invoice, 12000)
		state := func() billing.CheckoutState {
			got, err := r.billing.Checkout(t.Context(), c.ID)
			if err != nil {
				t.Fatal(err)
			}
			return got.State
		}
		r.decide(t, c, billing.OutcomeDeclined)
		e := r.newest(t, ben.account)
		if state() != billing.CheckoutDeclined || e.Action != activity.PaymentDeclined || e.Outcome != activity.Failed {
			t.Fatalf("%s; the log says %s, %s", state(), e.Action, e.Outcome)
		}
		r.decide(t, c, billing.OutcomeCancelled)
		if state() != billing.CheckoutCancelled {
			t.Fatal(state())
		}
		r.Offset.Advance(3 * 24 * time.Hour) // the notice comes after an outage: the money is taken all the same
		r.decide(t, c, billing.OutcomePaid)
		r.settled(t, ben, invoice, billing.StatePaid, 12000, 1, 0)
		body := `{"id":"evt_late","outcome":"declined","merchant":"` + merchant + `","checkout":"` + c.ID.String() + `"}`
		if err := r.post(t, "sandbox", body); err != nil || state() != billing.CheckoutPaid {
			t.Errorf("%v, %s: what was paid stays paid", err, state())
		}
	})
}

func TestWhoMayPay(t *testing.T) { // A1
	each(t, func(t *testing.T, r *rig) {
		ben, tess := r.newPlace(t, "Ben Okafor", "billing"), r.newPlace(t, "Tess Hale", "technical")
		own, foreign := r.issue(t, ben.account, 10000), r.issue(t, tess.account, 10000)
		order := func() billing.Order { return billing.Order{Key: id.New[id.CheckoutKind](), Amount: gbp(100)} }
		for name, c := range map[string]struct {
			who     place
			account id.Account
			invoice id.Invoice
			want    fault.Kind
		}{
			"own":                            {ben, ben.account, own, fault.KindUnknown},
			"foreign account":                {ben, tess.account, foreign, fault.KindNotFound},
			"foreign invoice, own account":   {ben, ben.account, foreign, fault.KindNotFound},
			"role without the permission":    {tess, tess.account, foreign, fault.KindDenied},
			"an invoice that does not exist": {ben, ben.account, id.New[id.InvoiceKind](), fault.KindNotFound},
		} {
			_, pay := r.billing.Pay(t.Context(), r.enter(t, c.who), c.account, c.invoice, order())
			_, see := r.billing.Invoice(t.Context(), r.enter(t, c.who), c.account, c.invoice)
			if fault.KindOf(pay) != c.want || fault.KindOf(see) != c.want || (pay == nil) != (c.want == "") {
				t.Errorf("%s: %v, %v; want %q", name, pay, see, c.want)
			}
		}
		_, err := r.billing.Due(t.Context(), r.enter(t, tess), tess.account)
		wantFault(t, err, fault.KindDenied)
		_, err = r.billing.Issue(t.Context(), r.enter(t, ben), ben.account, r.draft(t, 100))
		wantFault(t, err, fault.KindNotFound)
	})
}

func TestNothingPersonalStandsInClear(t *testing.T) { // G7
	t.Parallel()
	r := newRig(t, testkit.NewSQLite(t))
	ben := r.newPlace(t, "Ben Okafor", "billing")
	r.decide(t, r.begin(t, ben, r.issue(t, ben.account, 10000), 12000), billing.OutcomePaid)
	for table, columns := range map[string][]string{
		"invoices": {"about", "billed_to"}, "invoice_lines": {"text", "detail"}, "checkouts": {"started_by"},
		"payments": {"paid_by"},
	} {
		for _, column := range columns {
			var open int64
			err := db.Across(r.Reader.With(t.Context()), "a test looks").
				Raw("SELECT COUNT(*) FROM " + table + " WHERE substr(" + column + ", 1, 4) IS NOT x'00677301'").Scan(&open).Error
			if err != nil || open != 0 {
				t.Errorf("%s.%s: %d in clear, %v", table, column, open, err)
			}
		}
	}
}

// together runs n at once and waits for all.
func together(n int, work func(i int)) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() { <-start; work(i) })
	}
	close(start)
	all.Wait()
}

func actions(t *testing.T, r *rig, account id.Account) []activity.Action {
	t.Helper()
	page, err := r.Log.Page(t.Context(), id.AccountScope(account), activity.Filter{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	var out []activity.Action
	for _, e := range slices.Backward(page.Entries) {
		out = append(out, e.Action)
	}
	return out
}
