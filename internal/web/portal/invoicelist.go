package portal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/sheet"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

// listFilter is what the address of the list chooses, with its parameters as they were sent.
type listFilter struct {
	billing.Filter

	path   string
	values map[string]string
}

// filterNames are the parameters that narrow the list, in the order that addresses have them.
func filterNames() []string { return []string{"q", "state", "from", "to", "currency"} }

// address is that of the same list with one parameter changed, at its first page. An empty name changes nothing.
func (f listFilter) address(name, value string) string { return f.at(f.path, name, value) }

// at is address for another page that takes the same parameters.
func (f listFilter) at(path, name, value string) string {
	pairs := []string{name, value}
	for _, one := range filterNames() {
		if one != name {
			pairs = append(pairs, one, f.values[one])
		}
	}
	return web.With(path, pairs...)
}

// listFilter reads the address. What means nothing is left out.
func (a *area) listFilter(c *web.Context) listFilter {
	f := listFilter{
		Filter: billing.Filter{
			Segment: billing.Segment(c.Query("state")), Before: c.Query("before"), After: c.Query("after"),
		},
		path: c.Base() + "/invoices", values: map[string]string{"state": c.Query("state")},
	}
	if text := strings.TrimSpace(c.Query("q")); text != "" {
		f.Text, f.values["q"] = text, text
	}
	if day, err := time.ParseInLocation(time.DateOnly, c.Query("from"), a.web.Zone); err == nil {
		f.From, f.values["from"] = day, c.Query("from")
	}
	if day, err := time.ParseInLocation(time.DateOnly, c.Query("to"), a.web.Zone); err == nil {
		f.To, f.values["to"] = day.AddDate(0, 0, 1), c.Query("to")
	}
	if cur, err := money.ParseCurrency(c.Query("currency")); err == nil {
		f.Currency, f.values["currency"] = cur, c.Query("currency")
	}
	return f
}

// chips are the parameters that are on, beside the segment and the words.
func (f listFilter) chips(r ui.Reader) (list []ui.Chip) {
	if !f.From.IsZero() {
		list = append(list, ui.Chip{Name: "From", Value: r.Date(f.From), RemoveURL: f.address("from", "")})
	}
	if !f.To.IsZero() {
		list = append(list, ui.Chip{Name: "Up to", Value: r.Date(f.To.AddDate(0, 0, -1)), RemoveURL: f.address("to", "")})
	}
	if f.Currency != "" {
		list = append(list, ui.Chip{Name: "Currency", Value: string(f.Currency), RemoveURL: f.address("currency", "")})
	}
	return list
}

func (a *area) invoices(c *web.Context) error {
	f := a.listFilter(c)
	page, err := a.Billing.Invoices(c.Ctx(), c.Who, c.Account(), f.Filter)
	if err != nil {
		return err
	}
	due, err := a.Billing.Due(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	c.Know(web.NavCounts{Due: due.Count - due.OverdueCount, Overdue: due.OverdueCount})
	p := portal.InvoicesPage{
		Shell: c.Shell("Invoices"), AllURL: f.path, Bar: f.bar(), Filters: f.panels(page.Invoices, due),
		Coming: c.Query(billing.PaidQuery) != "" && due.Count > 0,
	}
	p.Chips = f.chips(p.Shell.Reader)
	if c.HandsOut() {
		p.PapersURL = f.path + "/pdfs"
		p.Bar.Export = &ui.Link{Text: "Export CSV", URL: f.at(f.path+"/csv", "", "")}
		p.AllPapersURL = f.at(p.PapersURL, "all", "1")
	}
	if c.May(verb.StatementsView) {
		p.StateURL, p.SpendURL = c.Base()+"/statement", c.Base()+"/spending"
	}
	p.Filtered = f.words()
	p.Lead = dueSentence(p.Shell.Reader, due)
	if c.May(verb.InvoicesPay) && a.Billing.TakesPayments() {
		p.TogetherURL = f.path + "/pay"
		p.Pay = payLink(f.path, due)
	}
	if page.Credit.Minor() > 0 {
		p.Credit = &page.Credit
	}
	for _, s := range page.Invoices {
		p.Rows = append(p.Rows, invoiceRow(f.path, s))
	}
	p.Pages = f.pages(page)
	return c.Page(portal.Invoices(p))
}

// payLink leads to paying what is due: the one invoice, or all of them at once.
func payLink(list string, due billing.Due) *portal.PayLink {
	switch {
	case due.Count == 0:
		return nil
	case due.Count == 1:
		return &portal.PayLink{
			Text: "Pay " + due.Oldest.Left.String(), URL: list + "/" + due.Oldest.ID.String() + "/pay",
		}
	case due.Count > billing.MostTogether:
		return &portal.PayLink{Text: "Pay what is due first", URL: list + "/pay"}
	}
	return &portal.PayLink{Text: "Pay all that is due, " + due.Left.String(), URL: list + "/pay"}
}

// bar is what the list is narrowed with.
func (f listFilter) bar() ui.FilterBarProps {
	bar := ui.FilterBarProps{
		Label: "Filter invoices", Segments: segments(f), Keep: []ui.Pair{{Name: "state", Value: string(f.Segment)}},
		Search: &ui.Search{
			Label: "Search invoices", Placeholder: "Number, PO number, reference or amount", Query: f.Text,
		},
	}
	if f.Segment == billing.SegmentAll {
		bar.Keep = nil
	}
	return bar
}

// panels are the questions of the filter beside the segments and the words.
func (f listFilter) panels(rows []billing.Summary, due billing.Due) []ui.Filter {
	list := []ui.Filter{{
		Name: "period", Label: "Issued", Icon: "calendar", Inputs: []ui.FilterInput{
			{Name: "from", Label: "From", Type: "date", Value: f.values["from"]},
			{Name: "to", Label: "Up to", Type: "date", Value: f.values["to"]},
		},
	}}
	var seen []money.Currency
	for _, cur := range money.Currencies() {
		is := func(s billing.Summary) bool { return s.Total.Currency() == cur }
		if cur == f.Currency || due.Left.Currency() == cur || slices.ContainsFunc(rows, is) {
			seen = append(seen, cur)
		}
	}
	if len(seen) < 2 && f.Currency == "" {
		return list
	}
	choices := []ui.Choice{{Value: "", Label: "All", Chosen: f.Currency == ""}}
	for _, cur := range seen {
		choices = append(choices, ui.Choice{Value: string(cur), Label: string(cur), Chosen: cur == f.Currency})
	}
	return append(list, ui.Filter{Name: "currency", Label: "Currency", Icon: "cash", Choices: choices})
}

// words complete "None of your invoices is …", or say that nothing fits; empty where nothing is narrowed.
func (f listFilter) words() string {
	switch {
	case f.Text != "":
		return "“" + f.Text + "” is in no number, purchase order, reference or amount of the invoices that are looked at."
	case !f.From.IsZero() || !f.To.IsZero() || f.Currency != "":
		return "None of your invoices is of that period and state."
	case f.Segment != billing.SegmentAll:
		return "None of your invoices is " + segmentWord(f.Segment) + "."
	}
	return ""
}

// pages lead to what is before and after.
func (f listFilter) pages(page billing.Page) (p ui.Pages) {
	if page.Newer != "" {
		p.Newer = f.address("after", page.Newer)
	}
	if page.Older != "" {
		p.Older = f.address("before", page.Older)
	}
	p.Shown = ui.Count(len(page.Invoices), "invoice", "invoices") + " shown, newest first"
	if page.Partial {
		p.Shown = ui.Count(len(page.Invoices), "invoice", "invoices") + " found so far. Older invoices are looked into next."
	}
	return p
}

// invoiceFile sends the invoices of the filter, with all that a bookkeeper enters. F3: no cell is a formula.
func (a *area) invoiceFile(c *web.Context) error {
	f := a.listFilter(c)
	list, more, err := a.Billing.Export(c.Ctx(), c.Who, c.Account(), f.Filter)
	if err != nil {
		return err
	}
	if more {
		c.Flash(ui.Warn, "A file has "+ui.Number(billing.MostExported)+" invoices at most. Choose a shorter period.")
		return c.Redirect(f.address("", ""))
	}
	rows := [][]string{{
		"Number", "About", "State", "Issued", "Due", "Currency", "Net", "VAT", "Total", "Paid", "Left", "Purchase order",
		"Billing reference",
	}}
	day := func(t time.Time) string { return t.In(a.web.Zone).Format(time.DateOnly) }
	for i := range list {
		one := &list[i]
		rows = append(rows, []string{
			one.Number, one.About, string(one.State), day(one.Issued), one.Due.UTC().Format(time.DateOnly),
			string(one.Total.Currency()), one.Net.Plain(), one.VAT.Plain(), one.Total.Plain(), one.Paid.Plain(),
			one.Left.Plain(), one.PO, one.Ref,
		})
	}
	file, err := sheet.Write(rows)
	if err != nil {
		return fmt.Errorf("write a list of invoices: %w", err)
	}
	return c.Download("invoices.csv", "text/csv; charset=utf-8", file)
}
