// Package books holds the pages on which the provider's people read what all clients owe and the tax of a period, each
// also as a file. Rules live in the domain, looks in templates.
package books

import (
	"fmt"
	"strconv"
	"time"

	"gatehouse/internal/billing/reports"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/sheet"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/books"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Reports *reports.Reports
	Zone    *time.Location // of the provider: which day it is
}

type area struct{ Deps }

const (
	ageingPath = "/staff/ageing"
	vatPath    = "/staff/vat"

	revenuePath = "/staff/revenue"
)

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	a := &area{d}
	w.Page(ageingPath, verb.BillingView, a.ageing)
	w.Page(ageingPath+"/csv", verb.BillingView, a.ageingFile)
	w.Page(revenuePath, verb.BillingView, a.revenue)
	w.Page(revenuePath+"/csv", verb.BillingView, a.revenueFile)
	w.Page(vatPath, verb.BillingView, a.vat)
	w.Page(vatPath+"/csv", verb.BillingView, a.vatFile)
	w.Page(journalPath, verb.BillingView, a.journalFile)
}

func (a *area) ageing(c *web.Context) error {
	all, err := a.Reports.Ageing(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := books.AgeingPage{Shell: c.Shell("Ageing of debts"), CSVURL: ageingPath + "/csv", More: all.More}
	for _, d := range all.Debtors {
		row := ageRow(d)
		row.Name, row.URL = d.Name, "/staff/clients/"+d.Account.String()+"/invoices"
		p.Rows = append(p.Rows, row)
	}
	for _, t := range all.Totals {
		row := ageRow(t)
		row.Name = "All in " + string(t.Total.Currency())
		p.Totals = append(p.Totals, row)
	}
	return c.Page(books.Ageing(p))
}

func ageRow(d reports.Debtor) books.AgeRow {
	return books.AgeRow{Invoices: d.Invoices, Ages: d.Ages[:], Total: d.Total}
}

func (a *area) ageingFile(c *web.Context) error {
	all, err := a.Reports.Ageing(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	rows := [][]string{{
		"Client", "Currency", "Invoices", "Not due", "1-30 days", "31-60 days", "61-90 days", "Older", "All",
	}}
	for _, d := range all.Debtors {
		row := []string{d.Name, string(d.Total.Currency()), strconv.Itoa(d.Invoices)}
		for _, age := range d.Ages {
			row = append(row, age.Plain())
		}
		rows = append(rows, append(row, d.Total.Plain()))
	}
	return a.send(c, "ageing-"+all.At.In(a.Zone).Format(time.DateOnly)+".csv", rows)
}

func (a *area) send(c *web.Context, name string, rows [][]string) error {
	file, err := sheet.Write(rows)
	if err != nil {
		return fmt.Errorf("write a report: %w", err)
	}
	return c.Download(name, "text/csv; charset=utf-8", file)
}

// period is the days that the address names: the quarter so far where it names none.
func (a *area) period(c *web.Context) (p books.VATPage, from, until time.Time) {
	today := c.Now().In(a.Zone)
	const quarter = 3 // months
	first := time.Month((int(today.Month())-1)/quarter*quarter + 1)
	from = time.Date(today.Year(), first, 1, 0, 0, 0, 0, a.Zone)
	until = time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, a.Zone)
	p.From, p.To = c.Query("from"), c.Query("to")
	for _, field := range []struct {
		name  string
		typed *string
		day   *time.Time
	}{{"from", &p.From, &from}, {"to", &p.To, &until}} {
		if *field.typed == "" {
			*field.typed = field.day.Format(time.DateOnly)
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, *field.typed, a.Zone)
		if err != nil {
			p.Errors = append(p.Errors, ui.FieldError{Field: field.name, Message: "Enter the day as 2026-12-31."})
			continue
		}
		*field.day = day
	}
	return p, from, until.AddDate(0, 0, 1)
}

// read reads the report of the address. What is wrong with the period is in the page's errors.
func (a *area) read(c *web.Context) (books.VATPage, []reports.Tax, error) {
	p, from, until := a.period(c)
	if len(p.Errors) > 0 {
		return p, nil, nil
	}
	list, err := a.Reports.VAT(c.Ctx(), c.Who, from, until)
	if errs, ok := web.FieldErrors(err); ok {
		p.Errors, err = errs, nil
	}
	return p, list, err
}

func (a *area) vat(c *web.Context) error {
	p, list, err := a.read(c)
	if err != nil {
		return err
	}
	a.addresses(c, &p)
	if len(p.Errors) > 0 {
		return c.Invalid(books.VAT(p))
	}
	for _, t := range list {
		p.Rows = append(p.Rows, books.VATRow{
			Rate: t.Rate.Text(), Why: string(t.Net.Currency()), Sales: t.Sales, SaleV: t.SaleV, Credited: t.Back,
			CreditedV: t.BackV, Net: t.Net, Due: t.Due,
		})
		if n := len(p.Sums); n == 0 || p.Sums[n-1].Currency() != t.Due.Currency() {
			p.Sums = append(p.Sums, t.Due)
		} else {
			p.Sums[n-1] = money.New(p.Sums[n-1].Minor()+t.Due.Minor(), t.Due.Currency())
		}
	}
	return c.Page(books.VAT(p))
}

func (a *area) vatFile(c *web.Context) error {
	p, list, err := a.read(c)
	if err != nil {
		return err
	}
	if len(p.Errors) > 0 {
		return c.Redirect(web.With(vatPath, "from", p.From, "to", p.To))
	}
	rows := [][]string{{
		"From", "To", "Currency", "Rate", "Reason", "Invoiced", "VAT on it", "Credited", "VAT back", "Net", "VAT to report",
	}}
	const hundredths = 100
	for _, t := range list {
		rows = append(rows, []string{
			p.From, p.To, string(t.Net.Currency()), strconv.FormatFloat(float64(t.Rate.Rate)/hundredths, 'f', -1, 64),
			string(t.Rate.Treatment), t.Sales.Plain(), t.SaleV.Plain(), t.Back.Plain(), t.BackV.Plain(), t.Net.Plain(),
			t.Due.Plain(),
		})
	}
	return a.send(c, "vat-"+p.From+"-to-"+p.To+".csv", rows)
}
