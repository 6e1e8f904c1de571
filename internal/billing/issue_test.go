package billing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

func TestIssuingAnInvoice(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		olivia := r.newPlace(t, "Olivia Marsh", "owner")
		d := r.draft(t, 0)
		d.PO = "PO 77"
		hours := line(4999)
		hours.Text, hours.Detail, hours.Quantity = "Work", "", decimal.RequireFromString("2.5") // £124.975
		book := line(1250)
		book.Text, book.Rate, book.Quantity = "Handbook", 0, decimal.NewFromInt(2)
		reduced := line(333)
		reduced.Rate = 500
		d.Lines = []billing.Line{hours, reduced, book}
		bea := r.staff(t)
		number, err := r.billing.Issue(t.Context(), bea, olivia.account, d)
		if err != nil || number != r.Now(t).Format("2006")+"-0001" {
			t.Fatalf("%s, %v", number, err)
		}
		again, err := r.billing.Issue(t.Context(), bea, olivia.account, d)
		if err != nil || again != number {
			t.Errorf("a second click issued %s, %v", again, err)
		}
		got := r.invoice(t, olivia, d.Key)
		want := []billing.VAT{
			{Rate: 2000, Treatment: billing.Standard, On: gbp(12498), Tax: gbp(2500)},
			{Rate: 500, Treatment: billing.Reduced, On: gbp(333), Tax: gbp(17)},
			{Rate: 0, Treatment: billing.ZeroRated, On: gbp(2500), Tax: gbp(0)},
		}
		if !slices.Equal(got.VAT, want) || got.Net != gbp(15331) || got.Total != gbp(17848) || got.Left != got.Total {
			t.Errorf("net %s, VAT %+v, total %s", got.Net, got.VAT, got.Total)
		}
		if got.About != d.About || got.PO != "PO 77" || got.Number != number || got.State != billing.StateDue ||
			len(got.Lines) != 3 || !got.Lines[0].Quantity.Equal(hours.Quantity) || got.Lines[1].Detail != "northwind.example" ||
			got.Lines[0].RateText() != "20%" || got.VAT[1].RateText() != "5%" || got.VAT[2].RateText() != "0% (zero-rated)" {
			t.Errorf("it reads %+v", got)
		}
		if to := got.BilledTo.Address(); !slices.Equal(to,
			[]string{"Northwind Bakery Ltd", "1 Mill Lane", "Whitby YO21 1DL", "United Kingdom"}) {
			t.Errorf("it is billed to %q", to)
		}
		e := r.newest(t, olivia.account)
		if e.Action != activity.InvoiceIssued || e.What.Label != number || e.Who.Name != "Bea Lund" {
			t.Errorf("the log says %s %s by %s", e.Action, e.What.Label, e.Who.Name)
		}
		r.audited(t)
	})
}

func TestFiftyInvoicesAtOnceLeaveNoGap(t *testing.T) { // P8
	each(t, func(t *testing.T, r *rig) {
		accounts := []place{r.newPlace(t, "A", "owner"), r.newPlace(t, "B", "owner"), r.newPlace(t, "C", "owner")}
		numbers := make([]string, 50)
		together(len(numbers), func(i int) {
			d := r.draft(t, 10000)
			if i%10 == 9 {
				d.Lines[0].Price = money.New(1, money.EUR) // what fails takes no number
			}
			n, err := r.billing.Issue(t.Context(), actor.NewSystem("test"), accounts[i%3].account, d)
			if (err == nil) == (i%10 == 9) {
				t.Errorf("%d: %s, %v", i, n, err)
			}
			numbers[i] = n
		})
		slices.Sort(numbers)
		numbers = slices.DeleteFunc(numbers, func(n string) bool { return n == "" })
		for i, n := range numbers {
			if want := fmt.Sprintf("%s-%04d", r.Now(t).Format("2006"), i+1); n != want {
				t.Fatalf("%q, want %s", numbers, want)
			}
		}
		if len(numbers) != 45 {
			t.Errorf("%d numbers", len(numbers))
		}
		r.audited(t)
	})
}

func TestEachYearHasItsOwnSeries(t *testing.T) { // P8
	each(t, func(t *testing.T, r *rig) {
		a := r.newPlace(t, "A", "owner")
		for _, want := range []string{"2020-0001", "2020-0002", "2019-0001"} {
			d := r.draft(t, 100)
			year := map[byte]int{'0': 2020, '9': 2019}[want[3]]
			d.Issued = time.Date(year, 3, 1, 12, 0, 0, 0, time.UTC)
			d.Due = d.Issued.AddDate(0, 0, 14)
			if got, err := r.billing.Issue(t.Context(), actor.NewSystem("test"), a.account, d); got != want {
				t.Errorf("%s, %v; want %s", got, err, want)
			}
			_, err := r.billing.Issue(t.Context(), r.staff(t), a.account, d)
			wantFault(t, err, fault.KindInvalid) // staff cannot write invoices of last year
		}
	})
}

func TestWhatIsWrongWithADraftIsNamed(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		a, bea := r.newPlace(t, "A", "owner"), r.staff(t)
		for name, x := range map[string]struct {
			spoil func(d *billing.Draft)
			field string
		}{
			"no key":       {func(d *billing.Draft) { d.Key = id.Invoice{} }, "key"},
			"no about":     {func(d *billing.Draft) { d.About = "  " }, "about"},
			"long about":   {func(d *billing.Draft) { d.About = strings.Repeat("é", 121) }, "about"},
			"control":      {func(d *billing.Draft) { d.About = "a\x1b[2J" }, "about"},
			"due before":   {func(d *billing.Draft) { d.Due = d.Due.AddDate(0, 0, -16) }, "due"},
			"due too late": {func(d *billing.Draft) { d.Due = d.Due.AddDate(1, 1, 0) }, "due"},
			"no due":       {func(d *billing.Draft) { d.Due = time.Time{} }, "due"},
			"no lines":     {func(d *billing.Draft) { d.Lines = nil }, "line-0-text"},
			"no text":      {func(d *billing.Draft) { d.Lines[0].Text = "" }, "line-0-text"},
			"quantity 0":   {func(d *billing.Draft) { d.Lines[0].Quantity = decimal.Zero }, "line-0-quantity"},
			"quantity": {
				func(d *billing.Draft) { d.Lines[0].Quantity = decimal.RequireFromString("0.0001") }, "line-0-quantity",
			},
			"vast quantity": {
				func(d *billing.Draft) { d.Lines[0].Quantity = decimal.RequireFromString("1e300") }, "line-0-quantity",
			},
			"currency":    {func(d *billing.Draft) { d.Lines[0].Price = money.New(1, money.EUR) }, "line-0-price"},
			"vast price":  {func(d *billing.Draft) { d.Lines[0].Price = gbp(1 << 62) }, "line-0-price"},
			"rate":        {func(d *billing.Draft) { d.Lines[0].Rate = 10001 }, "line-0-rate"},
			"nothing due": {func(d *billing.Draft) { d.Lines = []billing.Line{line(5), line(-5)} }, "line-0-price"},
			"second line": {func(d *billing.Draft) { d.Lines = append(d.Lines, line(1)); d.Lines[1].Rate = -1 }, "line-1-rate"},
		} {
			d := r.draft(t, 100)
			x.spoil(&d)
			_, err := r.billing.Issue(t.Context(), bea, a.account, d)
			f, ok := fault.As(err)
			if !ok || f.Kind != fault.KindInvalid || f.Fields[0].Name != x.field {
				t.Errorf("%s: %v, want something about %s", name, err, x.field)
			}
		}
		if n := r.Count(t, "invoice_series", "1 = 1"); n != 0 {
			t.Error("a number was taken")
		}
	})
}
