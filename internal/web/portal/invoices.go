package portal

import (
	"fmt"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

func (a *area) invoiceRoutes() {
	a.web.Page(web.AccountPath+"/invoices", verb.InvoicesView, a.invoices)
	a.web.Page(web.AccountPath+"/invoices/pdfs", verb.InvoicesView, a.invoicePapers)
	a.web.Page(web.AccountPath+"/invoices/:invoice", verb.InvoicesView, a.invoice)
	a.web.Page(web.AccountPath+"/invoices/:invoice/pdf", verb.InvoicesView, a.invoicePaper)
	a.web.Page(web.AccountPath+"/invoices/:invoice/pay", verb.InvoicesPay, a.payForm)
	a.web.Action(web.AccountPath+"/invoices/:invoice/pay", verb.InvoicesPay, a.pay)
}

func (a *area) invoices(c *web.Context) error {
	f := billing.Filter{
		Segment: billing.Segment(c.Query("state")), Before: c.Query("before"), After: c.Query("after"),
	}
	page, err := a.Billing.Invoices(c.Ctx(), c.Who, c.Account(), f)
	if err != nil {
		return err
	}
	due, err := a.Billing.Due(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	c.Know(web.NavCounts{Due: due.Count - due.OverdueCount, Overdue: due.OverdueCount})
	list := c.Base() + "/invoices"
	p := portal.InvoicesPage{
		Shell: c.Shell("Invoices"), AllURL: list, PapersURL: list + "/pdfs", Segments: segments(list, f.Segment),
	}
	if f.Segment != billing.SegmentAll {
		p.Filtered = segmentWord(f.Segment)
	}
	p.Lead = dueSentence(p.Shell.Reader, due)
	if due.Count > 0 && c.May(verb.InvoicesPay) && a.Billing.TakesPayments() {
		p.Pay = &portal.PayLink{Amount: due.Oldest.Left, URL: list + "/" + due.Oldest.ID.String() + "/pay"}
	}
	for _, s := range page.Invoices {
		p.Rows = append(p.Rows, invoiceRow(list, s))
	}
	state := string(f.Segment)
	if page.Newer != "" {
		p.Pages.Newer = web.With(list, "state", state, "after", page.Newer)
	}
	if page.Older != "" {
		p.Pages.Older = web.With(list, "state", state, "before", page.Older)
	}
	p.Pages.Shown = ui.Count(len(p.Rows), "invoice", "invoices") + " shown, newest first"
	return c.Page(portal.Invoices(p))
}

func segments(list string, current billing.Segment) []ui.Segment {
	out := []ui.Segment{{Text: "All", URL: list, Current: current == billing.SegmentAll}}
	for _, s := range []struct {
		segment billing.Segment
		text    string
	}{
		{billing.SegmentDue, "Due"},
		{billing.SegmentOverdue, "Overdue"},
		{billing.SegmentPaid, "Paid"},
		{billing.SegmentCredits, "Credits"},
	} {
		out = append(out, ui.Segment{
			Text: s.text, URL: web.With(list, "state", string(s.segment)), Current: s.segment == current,
		})
	}
	return out
}

// segmentWord completes "None of your invoices is …".
func segmentWord(s billing.Segment) string {
	if s == billing.SegmentCredits {
		return "credited or written off"
	}
	return string(s)
}

// dueSentence says what matters about all invoices.
func dueSentence(r ui.Reader, d billing.Due) string {
	var due, overdue *money.Amount
	if d.OverdueCount > 0 {
		overdue = &d.Overdue
	}
	if d.Count > d.OverdueCount {
		rest := d.Left
		if overdue != nil {
			rest = money.New(d.Left.Minor()-d.Overdue.Minor(), d.Left.Currency())
		}
		due = &rest
	}
	return portal.DueSentence(r, due, d.Next, overdue)
}

func invoiceRow(list string, s billing.Summary) portal.InvoiceRow {
	return portal.InvoiceRow{
		Pick: s.ID.String(), Number: s.Number, URL: list + "/" + s.ID.String(), About: s.About,
		State: ui.InvoiceState(s.State), Issued: s.Issued, Due: s.Due, Total: s.Total,
		PDFURL: list + "/" + s.ID.String() + "/pdf",
	}
}

// readInvoice reads the invoice of the address.
func (a *area) readInvoice(c *web.Context) (billing.Invoice, error) {
	one, err := web.ParamID[id.InvoiceKind](c, "invoice")
	if err != nil {
		return billing.Invoice{}, err
	}
	return a.Billing.Invoice(c.Ctx(), c.Who, c.Account(), one)
}

func (a *area) invoice(c *web.Context) error {
	in, err := a.readInvoice(c)
	if err != nil {
		return err
	}
	list := c.Base() + "/invoices"
	p := portal.InvoicePage{
		Shell: c.Shell("Invoice " + in.Number), ListURL: list, Number: in.Number, About: in.About,
		State: ui.InvoiceState(in.State), Issued: in.Issued, Due: in.Due, PO: in.PO, BilledTo: in.BilledTo.Address(),
		Net: in.Net, Total: in.Total, Left: in.Left, Seller: a.Letterhead.Line(), History: history(in),
		PDFURL: list + "/" + in.ID.String() + "/pdf",
	}
	if c.May(verb.ActivityView) {
		p.LogURL = web.With(c.Base()+"/activity", "target", in.ID.String())
	}
	if in.BilledTo.TaxID != "" {
		p.BilledTo = append(p.BilledTo, "VAT "+in.BilledTo.TaxID)
	}
	for _, l := range in.Lines {
		p.Lines = append(p.Lines, portal.InvoiceLine{
			Text: l.Text, Detail: l.Detail, From: l.From, To: l.To, Quantity: l.Quantity.String(), Price: l.Price,
			Rate: l.RateText(), Net: l.Net,
		})
	}
	for _, v := range in.VAT {
		p.VAT = append(p.VAT, portal.VATLine{Rate: v.RateText(), On: v.On, Tax: v.Tax})
	}
	if !in.Paid.IsZero() {
		p.Paid = &in.Paid
	}
	switch {
	case !c.May(verb.InvoicesPay):
		p.NoPay = "You can see invoices, but not pay them: your role doesn’t include it."
	case !a.Billing.TakesPayments():
		p.NoPay = c.Provider() + " takes no payments here yet. Pay as you agreed with them."
	default:
		p.PayURL = list + "/" + in.ID.String() + "/pay"
	}
	return c.Page(portal.Invoice(p))
}

// history is what happened to an invoice, newest first.
func history(in billing.Invoice) []ui.Step {
	var steps []ui.Step
	for _, p := range in.Payments {
		step := ui.Step{Text: fmt.Sprintf("%s received", p.Amount), At: p.Received, Look: ui.DoneWell}
		if p.By != "" {
			step.Text = fmt.Sprintf("%s paid %s", p.By, p.Amount)
		}
		if !p.Surplus.IsZero() {
			step.Note = p.Surplus.String() + " of it was kept as credit."
		}
		steps = append(steps, step)
	}
	return append(steps, ui.Step{Text: "Issued", At: in.Issued, Look: ui.Done})
}
