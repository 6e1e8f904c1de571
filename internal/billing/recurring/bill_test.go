package recurring_test

import (
	"slices"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
)

// P2: a period is invoiced ahead, once, due on the day when it begins; what is due on the same day is on one invoice.
func TestEachPeriodIsInvoicedOnceAndGrouped(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account := r.client(t, "Northwind Bakery Ltd")
		r.begin(t, account, recurring.Month, date(t, "2027-01-10"), 1) // a part of January
		r.begin(t, account, recurring.Month, date(t, "2027-02-01"), 0)
		r.begin(t, account, recurring.Year, date(t, "2027-02-01"), 0)
		r.work(t)
		r.work(t) // the job runs again
		got := r.invoices(t, account)
		if len(got) != 1 || len(got[0].Lines) != 1 {
			t.Fatalf("%d invoices at first", len(got))
		}
		first := got[0].Lines[0]
		if first.Net != gbp(2200) || first.From.Format(time.DateOnly) != "2027-01-10" ||
			first.To.Format(time.DateOnly) != "2027-01-31" || first.Detail != "northwind.example · 22 of 31 days" ||
			got[0].Due.Format(time.DateOnly) != "2027-01-17" {
			t.Errorf("the part of January reads %+v, due %s", first, got[0].Due)
		}
		r.on(t, "2027-01-17")
		r.work(t)
		if n := len(r.invoices(t, account)); n != 1 {
			t.Errorf("%d invoices fifteen days ahead", n)
		}
		r.on(t, "2027-01-18") // fourteen days ahead
		r.work(t)
		got = r.invoices(t, account)
		if len(got) != 2 || len(got[1].Lines) != 3 || got[1].Net != gbp(3100+3100+36500) ||
			got[1].Due.Format(time.DateOnly) != "2027-02-01" {
			t.Fatalf("the invoices for February: %+v", got[1:])
		}
		if got[1].About != "3 services, 1 Feb 2027 to 28 Feb 2027" {
			t.Errorf("it is about %q", got[1].About)
		}
		r.audited(t)
		if mails := r.Count(t, "outbox", "kind = ?", billing.MailInvoice); mails != 2 {
			t.Errorf("%d mails for 2 invoices", mails)
		}
		if a := r.actions(t, account); !slices.Contains(a, activity.InvoiceIssued) ||
			!slices.Contains(a, activity.ChargeStarted) {
			t.Errorf("the log says %v", a)
		}
	})
}

// A run that was away for months makes up for all periods, each once, on one invoice that leaves time to pay.
func TestALateRunMakesUpForAllPeriods(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account := r.client(t, "Northwind Bakery Ltd")
		s := r.begin(t, account, recurring.Month, date(t, "2027-01-31"), 0)
		r.on(t, "2027-05-03")
		r.work(t)
		got := r.invoices(t, account)
		if len(got) != 1 || len(got[0].Lines) != 4 || got[0].Due.Format(time.DateOnly) != "2027-05-10" {
			t.Fatalf("%d invoices: %+v", len(got), got)
		}
		var begin []string
		for _, l := range got[0].Lines {
			begin = append(begin, l.From.Format("01-02"))
		}
		if want := []string{"01-31", "02-28", "03-31", "04-30"}; !slices.Equal(begin, want) {
			t.Errorf("the periods begin on %v, want %v", begin, want)
		}
		if c := r.charge(t, account, s.Key); c.Next.Format(time.DateOnly) != "2027-05-31" {
			t.Errorf("the next one begins on %s", c.Next)
		}
		r.audited(t)
	})
}

// P2: an upgrade asks for the difference of the days that are left, to the penny, and a lower price waits.
func TestAnUpgradeAsksForTheRestOfThePeriod(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account := r.client(t, "Northwind Bakery Ltd")
		s := r.begin(t, account, recurring.Month, date(t, "2027-01-10"), 1)
		r.work(t)
		r.on(t, "2027-01-20") // February is invoiced, too
		r.work(t)
		bea := r.staff(t, "billing")
		c := r.charge(t, account, s.Key)
		dear, cheap := gbp(6200), gbp(100)
		terms := recurring.Terms{Plan: r.plan, Period: recurring.Month, Rate: standard(), Price: &dear}
		low := terms
		low.Price = &cheap
		err := r.recurring.Alter(t.Context(), bea, account, s.Key, recurring.Change{
			Terms: low, Now: true, Version: c.Version,
		})
		wantFault(t, err, fault.KindInvalid)
		change := recurring.Change{Terms: terms, Now: true, Version: c.Version}
		if err := r.recurring.Alter(t.Context(), bea, account, s.Key, change); err != nil {
			t.Fatal(err)
		}
		wantFault(t, r.recurring.Alter(t.Context(), bea, account, s.Key, change), fault.KindConflict) // a second click
		r.on(t, "2027-01-21")
		r.work(t)
		got := r.invoices(t, account)
		last := got[len(got)-1]
		// 12 of 31 days of January at £31.00 more, and the whole of February.
		if len(last.Lines) != 2 || last.Net != gbp(1200+3100) || last.Lines[0].Detail !=
			"northwind.example · change of price, 12 of 31 days" {
			t.Fatalf("the upgrade reads %+v", last.Lines)
		}
		c, bea = r.charge(t, account, s.Key), r.staff(t, "billing")
		low.Period = recurring.Year
		err = r.recurring.Alter(t.Context(), bea, account, s.Key, recurring.Change{Terms: low, Now: true, Version: c.Version})
		wantFault(t, err, fault.KindInvalid) // another period begins when this one ends
		err = r.recurring.Alter(t.Context(), bea, account, s.Key, recurring.Change{Terms: low, Version: c.Version})
		if err != nil {
			t.Fatal(err)
		}
		r.on(t, "2027-02-20")
		r.work(t)
		got = r.invoices(t, account)
		if last := got[len(got)-1]; last.Net != gbp(100) || last.Lines[0].To.Format(time.DateOnly) != "2028-02-29" {
			t.Errorf("the cheap year reads %+v", last.Lines)
		}
		r.audited(t)
	})
}

// P2: what was paid for days that are not used comes back, to the penny; what is not invoiced yet is asked for up to
// the last day.
func TestAnEndCreditsTheDaysThatAreNotUsed(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account := r.client(t, "Northwind Bakery Ltd")
		s := r.begin(t, account, recurring.Month, date(t, "2027-01-10"), 0)
		later := r.begin(t, account, recurring.Month, date(t, "2027-01-20"), 0)
		r.work(t)
		dear := gbp(6201)
		bea := r.staff(t, "billing")
		err := r.recurring.Alter(t.Context(), bea, account, s.Key, recurring.Change{
			Terms: recurring.Terms{Plan: r.plan, Period: recurring.Month, Rate: standard(), Price: &dear}, Now: true,
			Version: r.charge(t, account, s.Key).Version,
		})
		if err != nil {
			t.Fatal(err)
		}
		r.on(t, "2027-01-11")
		r.work(t)
		bea = r.staff(t, "billing")
		out, err := r.recurring.End(t.Context(), bea, account, s.Key, recurring.Ending{
			On: date(t, "2027-01-25"), Credit: true, Version: r.charge(t, account, s.Key).Version,
		})
		if err != nil || !out.Credited || out.Waits {
			t.Fatalf("%+v, %v", out, err)
		}
		_, err = r.recurring.End(t.Context(), bea, account, later.Key, recurring.Ending{
			On: date(t, "2027-03-01"), Credit: true, Version: r.charge(t, account, later.Key).Version,
		})
		if err != nil {
			t.Fatal(err)
		}
		r.on(t, "2027-06-01")
		r.work(t)
		var billed, credited int64
		for _, in := range r.invoices(t, account) {
			billed += in.Net.Minor()
			for _, l := range in.Lines {
				credited += l.Net.Minor() - l.Uncredited.Minor()
			}
		}
		// 15 of 31 days at £62.01, and a month and 9 of 28 days at £31.00.
		want := recurring.Share(6201, 0, 15, 31) + 3100 + recurring.Share(3100, 0, 9, 28)
		if billed-credited != want || credited == 0 {
			t.Errorf("%d is asked for and %d credited: %d in all, want %d", billed, credited, billed-credited, want)
		}
		if n := r.Count(t, "charges", "bill_on IS NOT NULL"); n != 0 {
			t.Errorf("%d charges go on", n)
		}
		r.audited(t)
	})
}

// A10: a credit above the limit waits for a second person; the charge ends all the same.
func TestALargeCreditOfAnEndWaitsForASecondPerson(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account := r.client(t, "Northwind Bakery Ltd")
		s := r.begin(t, account, recurring.TwoYears, date(t, "2027-01-10"), 0)
		r.work(t)
		out, err := r.recurring.End(t.Context(), r.staff(t, "billing"), account, s.Key, recurring.Ending{
			On: date(t, "2027-01-12"), Credit: true, Version: r.charge(t, account, s.Key).Version,
		})
		if err != nil || !out.Waits {
			t.Fatalf("%+v, %v", out, err)
		}
		if in := r.invoices(t, account)[0]; !in.Credited.IsZero() {
			t.Errorf("%s is credited", in.Credited)
		}
	})
}

// What a service costs ends with the service, once; what costs nothing is renewed without an invoice.
func TestAChargeEndsWithItsServiceAndFreeOnesMakeNoInvoice(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account := r.client(t, "Northwind Bakery Ltd")
		s := r.begin(t, account, recurring.Month, date(t, "2027-01-10"), 0)
		nothing := gbp(0)
		free := recurring.Start{
			Key: id.New[id.ChargeKind](), Service: id.New[id.ServiceKind](), From: date(t, "2027-01-10"),
			Terms: recurring.Terms{Plan: r.plan, Period: recurring.Year, Rate: standard(), Price: &nothing},
		}
		if err := r.recurring.Begin(t.Context(), system(), account, free); err != nil {
			t.Fatal(err)
		}
		r.work(t)
		if a := r.actions(t, account); a[0] != activity.ChargeRenewed && a[1] != activity.ChargeRenewed {
			t.Errorf("the log says %v", a)
		}
		for range 2 {
			if err := r.recurring.ServiceEnded(t.Context(), account, s.Service); err != nil {
				t.Fatal(err)
			}
		}
		got := r.invoices(t, account)
		if len(got) != 1 || len(got[0].Lines) != 1 || !got[0].Left.IsZero() {
			t.Errorf("%+v", got)
		}
		r.audited(t)
	})
}

// A1, A3: prices and charges are the billing department's; a service has one charge at a time, and another account's
// is not found.
func TestWhoMayCharge(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account, other := r.client(t, "Northwind Bakery Ltd"), r.client(t, "Copperfield Cycles")
		s := r.begin(t, account, recurring.Month, date(t, "2027-01-10"), 0)
		ctx := t.Context()
		for _, department := range []string{"support", "technical", "privacy"} {
			who := r.staff(t, department)
			wantFault(t, r.recurring.AddPlan(ctx, who, id.New[id.PlanKind](), "Mail"), fault.KindDenied)
			wantFault(t, r.recurring.Begin(ctx, who, account, recurring.Start{
				Key: id.New[id.ChargeKind](), Service: id.New[id.ServiceKind](),
			}), fault.KindDenied)
			wantFault(t, r.recurring.Ask(ctx, who, id.New[id.InvoiceRunKind]()), fault.KindDenied)
		}
		bea := r.staff(t, "billing")
		again := s
		again.Key = id.New[id.ChargeKind]()
		wantFault(t, r.recurring.Begin(ctx, bea, account, again), fault.KindConflict)
		_, err := r.recurring.Charge(ctx, bea, other, s.Key)
		wantFault(t, err, fault.KindNotFound)
		wantFault(t, r.recurring.Begin(ctx, bea, other, s), fault.KindNotFound) // the key of somebody else's
		dollars := again
		price := gbp(-1)
		dollars.Service, dollars.Price = id.New[id.ServiceKind](), &price
		wantFault(t, r.recurring.Begin(ctx, bea, account, dollars), fault.KindInvalid)
		owner := r.person(t, account, "owner")
		if _, _, err := r.recurring.OfService(ctx, owner, account, s.Service); err != nil {
			t.Error(err)
		}
		_, _, err = r.recurring.OfService(ctx, r.person(t, account, "technical"), account, s.Service)
		wantFault(t, err, fault.KindDenied)
		_, _, err = r.recurring.OfService(ctx, r.person(t, other, "owner"), account, s.Service)
		wantFault(t, err, fault.KindNotFound)
	})
}
