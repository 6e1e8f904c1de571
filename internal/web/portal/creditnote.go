package portal

import (
	"errors"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/papers"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/paper"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

const notePath = web.AccountPath + "/credit-notes/:note"

func (a *area) noteRoutes() {
	a.web.Page(notePath, verb.InvoicesView, a.note)
	a.web.Page(notePath+"/pdf", verb.InvoicesView, a.notePaper)
	a.web.Page(notePath+"/ubl", verb.InvoicesView, a.noteUBL)
	a.web.Page(web.AccountPath+"/invoices/:invoice/ubl", verb.InvoicesView, a.invoiceUBL)
}

func (a *area) readNote(c *web.Context) (billing.CreditNote, error) {
	note, err := web.ParamID[id.CreditNoteKind](c, "note")
	if err != nil {
		return billing.CreditNote{}, err
	}
	return a.Billing.CreditNote(c.Ctx(), c.Who, c.Account(), note)
}

func (a *area) note(c *web.Context) error {
	n, err := a.readNote(c)
	if err != nil {
		return err
	}
	one := c.Base() + "/credit-notes/" + n.ID.String()
	p := portal.NotePage{
		Shell: c.Shell("Credit note " + n.Number), ListURL: c.Base() + "/invoices", Number: n.Number, Of: n.OfNumber,
		OfURL: c.Base() + "/invoices/" + n.Invoice.String(), Issued: n.Issued, Why: n.Why,
		BilledTo: n.BilledTo.Address(), Net: n.Net, Total: n.Total, Seller: a.Letterhead().Line(),
	}
	p.PDFURL, p.UBLURL = paperLinks(c, one)
	if !n.Kept.IsZero() {
		p.Kept = &n.Kept
	}
	for _, l := range n.Lines {
		p.Lines = append(p.Lines, portal.NoteLine{
			Text: l.Line.Text, Detail: l.Line.Detail, Rate: l.Line.RateText(), Net: l.Net,
		})
	}
	for _, v := range n.VAT {
		p.VAT = append(p.VAT, portal.NoteTax{Rate: v.RateText(), On: v.On, Tax: v.Tax})
	}
	return c.Page(portal.CreditNote(p))
}

// about is what stands at the head and the foot of each paper.
func (a *area) about(at time.Time) paper.About {
	l := a.Letterhead()
	return paper.About{
		Author: l.LegalName, At: at, Brand: l.Name, Accent: l.Accent, Foot: l.Line(), Mail: l.Mail,
	}
}

// notePaper sends the credit note as a PDF, as it was issued.
func (a *area) notePaper(c *web.Context) error {
	note, err := web.ParamID[id.CreditNoteKind](c, "note")
	if err != nil {
		return err
	}
	n, drawn, err := a.Papers.CreditNote(c.Ctx(), c.Who, c.Account(), note)
	if err != nil {
		return err
	}
	return c.Download("credit-note-"+n.Number+".pdf", "application/pdf", drawn)
}

// statementPaper sends the statement of the address as a PDF.
func (a *area) statementPaper(c *web.Context) error {
	s, period, err := a.readStatement(c)
	if err != nil {
		return err
	}
	if len(period.errs) > 0 {
		return c.Redirect(web.With(c.Base()+"/statement", "from", period.typedFrom, "to", period.typedTo))
	}
	r := ui.Reader{Location: a.web.Zone}
	d := paper.Report{
		About: a.about(period.to), Title: "Statement of account", Sub: c.AccountName(),
		Facts: [][2]string{
			{"From", r.Date(period.from)},
			{"To", r.Date(period.to)},
			{"Charged", s.Charged.String()},
			{"Paid", s.Paid.String()},
			{"Balance", s.Closing.String()},
		},
		Columns: []paper.Column{
			{Label: "What", Wide: 56},
			{Label: "Day", Wide: 27},
			{Label: "Charged", Wide: 28},
			{Label: "Paid", Wide: 28},
			{Label: "Balance", Wide: 29},
		},
		Rows: [][][2]string{{{"Balance before"}, {r.Date(period.from)}, {}, {}, {s.Opening.String()}}},
	}
	for _, l := range s.Lines {
		charged, paid := l.Change.String(), ""
		if l.Change.IsNegative() {
			charged, paid = "", l.Change.Neg().String()
		}
		d.Rows = append(d.Rows, [][2]string{{stated(l)}, {r.Date(l.At)}, {charged}, {paid}, {l.Balance.String()}})
	}
	d.Rows = append(d.Rows, [][2]string{
		{"Balance after"}, {r.Date(period.to)}, {s.Charged.String()}, {s.Paid.String()}, {s.Closing.String()},
	})
	drawn, err := d.Draw()
	if err != nil {
		return err // paper says what it did
	}
	return c.Download("statement-"+period.typedFrom+"-to-"+period.typedTo+".pdf", "application/pdf", drawn)
}

func (a *area) noteUBL(c *web.Context) error {
	n, err := a.readNote(c)
	if err != nil {
		return err
	}
	return a.ubl(c, n.ID.Bytes(), "credit-note-"+n.Number, c.Base()+"/credit-notes/"+n.ID.String())
}

func (a *area) invoiceUBL(c *web.Context) error {
	in, err := a.readInvoice(c)
	if err != nil {
		return err
	}
	return a.ubl(c, in.ID.Bytes(), "invoice-"+in.Number, c.Base()+"/invoices/"+in.ID.String())
}

// ubl sends the electronic form as it was made once.
func (a *area) ubl(c *web.Context, document []byte, name, back string) error {
	text, err := a.Papers.Get(c.Ctx(), c.Who, c.Account(), document)
	switch {
	case errors.Is(err, papers.ErrNotYet):
		c.Flash(ui.Info, "The e-invoice is being made. Try again in a minute.")
		return c.Redirect(back)
	case errors.Is(err, papers.ErrNone):
		c.Flash(ui.Warn, "There is no e-invoice: it would lack a VAT number or an address. The PDF has all that is known.")
		return c.Redirect(back)
	case err != nil:
		return err
	}
	return c.Download(name+".xml", "application/xml", text)
}
