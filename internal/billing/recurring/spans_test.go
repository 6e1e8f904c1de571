package recurring_test

import (
	"testing"
	"time"

	"gatehouse/internal/billing/recurring"
)

// P2: an invoice says which span of each length it asks for, to the day, at the price of the list, and the next one
// begins where it ends: over the end of a year, and from a day that not every month has.
func TestEachLengthOfPeriodOnItsInvoice(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		for _, one := range []struct {
			period             recurring.Period
			from, to, then, on string
			minor              int64
		}{
			{recurring.Month, "2027-01-31", "2027-02-27", "2027-03-30", "2027-02-27", 3100},
			{recurring.Quarter, "2027-11-30", "2028-02-28", "2028-05-29", "2028-02-28", 9000},
			{recurring.Year, "2028-02-29", "2029-02-27", "2030-02-27", "2029-02-27", 36500},
			{recurring.TwoYears, "2027-03-01", "2029-02-28", "2031-02-28", "2029-02-28", 70000},
		} {
			account := r.client(t, "Northwind Bakery Ltd")
			r.at(t, date(t, one.from))
			begun := r.begin(t, account, one.period, date(t, one.from), 0)
			r.work(t)
			r.on(t, one.on) // the day before the next one begins
			r.work(t)
			got := r.invoices(t, account)
			if len(got) != 2 {
				t.Fatalf("%s: %d invoices", one.period, len(got))
			}
			from := one.from
			for i, to := range []string{one.to, one.then} {
				l := got[i].Lines[0]
				if len(got[i].Lines) != 1 || l.Net != gbp(one.minor) || l.Text != "Business Hosting 20" ||
					l.From.Format(time.DateOnly) != from || l.To.Format(time.DateOnly) != to {
					t.Errorf("%s, invoice %d: %s, %s to %s, want %s to %s", one.period, i+1, l.Net,
						l.From.Format(time.DateOnly), l.To.Format(time.DateOnly), from, to)
				}
				from = l.To.AddDate(0, 0, 1).Format(time.DateOnly)
			}
			if next := r.charge(t, account, begun.Key).Next.Format(time.DateOnly); next != from {
				t.Errorf("%s: the next one begins on %s, not %s", one.period, next, from)
			}
			r.audited(t)
		}
	})
}
