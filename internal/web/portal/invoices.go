package portal

import (
	"strconv"

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
	a.web.Page(web.AccountPath+"/invoices/csv", verb.InvoicesView, a.invoiceFile)
	a.web.Page(web.AccountPath+"/invoices/pay", verb.InvoicesPay, a.payTogether)
	a.web.Action(web.AccountPath+"/invoices/pay", verb.InvoicesPay, a.doPayTogether)
	a.web.Page(web.AccountPath+"/invoices/:invoice", verb.InvoicesView, a.invoice)
	a.web.Page(web.AccountPath+"/invoices/:invoice/pdf", verb.InvoicesView, a.invoicePaper)
	a.web.Page(web.AccountPath+"/invoices/:invoice/pay", verb.InvoicesPay, a.payForm)
	a.web.Action(web.AccountPath+"/invoices/:invoice/pay", verb.InvoicesPay, a.pay)
	a.web.Action(web.AccountPath+"/invoices/:invoice/credit", verb.InvoicesPay, a.useCredit)
	a.web.Action(web.AccountPath+"/invoices/:invoice/references", verb.InvoicesPay, a.refer)
	a.web.Action(web.AccountPath+"/invoices/:invoice/promise", verb.InvoicesPay, a.promise)
}

func segments(f listFilter) []ui.Segment {
	current := f.Segment
	out := []ui.Segment{{Text: "All", URL: f.address("state", ""), Current: current == billing.SegmentAll}}
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
			Text: s.text, URL: f.address("state", string(s.segment)), Current: s.segment == current,
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
	return portal.DueSentence(r, due, d.Count-d.OverdueCount, d.Next, overdue)
}

func invoiceRow(list string, s billing.Summary) portal.InvoiceRow {
	return portal.InvoiceRow{
		Pick: s.ID.String(), Number: s.Number, URL: list + "/" + s.ID.String(), About: s.About,
		State: ui.InvoiceState(s.State), Issued: s.Issued, Due: s.Due, Total: s.Total,
		PDFURL: list + "/" + s.ID.String() + "/pdf",
	}
}

// paperLinks are where a document is to be had as a file; empty for whoever takes no files.
func paperLinks(c *web.Context, one string) (drawn, ubl string) {
	if !c.HandsOut() {
		return "", ""
	}
	return one + "/pdf", one + "/ubl"
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
	p, err := a.invoicePage(c, in)
	if err != nil {
		return err
	}
	return c.Page(portal.Invoice(p))
}

func (a *area) invoicePage(c *web.Context, in billing.Invoice) (portal.InvoicePage, error) {
	list := c.Base() + "/invoices"
	one := list + "/" + in.ID.String()
	p := portal.InvoicePage{
		Shell: c.Shell("Invoice " + in.Number), ListURL: list, About: in.About, State: ui.InvoiceState(in.State),
		Paper: web.Paper(in, a.Letterhead().Line()), History: web.History(in), Debit: web.Debit(c.Reader(), in.Debit),
	}
	p.PDFURL, p.UBLURL = paperLinks(c, one)
	for _, n := range in.Notes {
		p.Notes = append(p.Notes, ui.Link{Text: "Credit note " + n.Number, URL: c.Base() + "/credit-notes/" + n.ID.String()})
	}
	if c.May(verb.ActivityView) {
		p.LogURL = web.With(c.Base()+"/activity", "target", in.ID.String())
	}
	switch {
	case !c.May(verb.InvoicesPay):
		p.NoPay = "You can see invoices, but not pay them: your role doesn’t include it."
		return p, nil
	case !a.Billing.TakesPayments():
		p.NoPay = c.Provider() + " takes no payments here yet. Pay as you agreed with them."
	case c.Query(billing.PaidQuery) != "":
		p.NoPay = "Your payment is being confirmed. Load this page again in a minute, and pay once only."
	default:
		p.PayURL = one + "/pay"
	}
	if in.Left.IsZero() {
		return p, nil
	}
	if p.PayURL != "" {
		p.LinksURL = one + "/links"
		due, err := a.Billing.Due(c.Ctx(), c.Who, c.Account())
		if err != nil {
			return p, err
		}
		if due.Count > 1 {
			p.AllDue = payLink(list, due)
		}
	}
	if err := a.mayPromise(c, in, &p); err != nil {
		return p, err
	}
	p.Refer = &portal.References{
		PO: in.PO, Ref: in.Ref, Version: strconv.FormatInt(in.Version, 10), Action: one + "/references",
	}
	credit, err := a.Billing.Credit(c.Ctx(), c.Who, c.Account())
	if err == nil && credit.Minor() > 0 && credit.Currency() == in.Left.Currency() {
		p.Credit = &portal.UseCredit{
			Has: credit, Use: money.New(min(credit.Minor(), in.Left.Minor()), in.Left.Currency()),
			Action: one + "/credit", Key: id.New[id.AdjustmentKind]().String(),
		}
	}
	return p, err
}
