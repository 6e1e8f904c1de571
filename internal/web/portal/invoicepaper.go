package portal

import (
	"strings"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/pdf"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	"gatehouse/templates/ui"
)

// papersKept is how many drawn invoices stay in memory, at some 25 kB each.
const papersKept = 64

// paperKey names a drawn invoice; its version changes with each payment.
type paperKey struct {
	invoice id.Invoice
	version int64
}

// invoicePaper sends the invoice as a PDF. Whether the person may have it is asked each time, and only the drawing is
// kept. The address ends in /pdf and not in .pdf, as the router takes ":invoice.pdf" for another name of ":invoice" and
// would put one handler in the place of the other.
func (a *area) invoicePaper(c *web.Context) error {
	in, err := a.readInvoice(c)
	if err != nil {
		return err
	}
	paper, err := a.papers.Get(paperKey{in.ID, in.Version}, func() ([]byte, error) {
		return pdf.Render(a.document(c, in))
	})
	if err != nil {
		return err // pdf says what it did
	}
	return c.Download("invoice-"+in.Number+".pdf", "application/pdf", paper)
}

// document is the invoice as it goes on paper: the same for every reader, so its days are those of the provider.
func (a *area) document(c *web.Context, in billing.Invoice) pdf.Document {
	reader := ui.Reader{Location: a.web.Zone}
	d := pdf.Document{
		Seller: a.Letterhead, Number: in.Number, About: in.About, Issued: in.Issued.In(a.web.Zone), Due: in.Due.UTC(),
		PO: in.PO, BilledTo: in.BilledTo.Address(), TaxID: in.BilledTo.TaxID, Net: in.Net, Total: in.Total, Paid: in.Paid,
		Left: in.Left, Settled: settled(in.State),
		Link: strings.TrimSuffix(a.web.PublicURL.String(), "/") + c.Base() + "/invoices/" + in.ID.String(),
	}
	for _, l := range in.Lines {
		detail := l.Detail
		if period := reader.Period(l.From, l.To); period != "" {
			detail = strings.TrimPrefix(detail+" · "+period, " · ")
		}
		d.Lines = append(d.Lines, pdf.Line{
			Text: l.Text, Detail: detail, Quantity: l.Quantity.String(), Price: l.Price, Rate: l.RateText(), Net: l.Net,
		})
	}
	for _, v := range in.VAT {
		d.VAT = append(d.VAT, pdf.VAT{Rate: v.RateText(), On: v.On, Tax: v.Tax})
	}
	return d
}

// settled says why nothing is left to pay.
func settled(s billing.State) string {
	switch s {
	case billing.StatePaid:
		return "This invoice is paid."
	case billing.StateWrittenOff:
		return "This invoice was written off."
	case billing.StateCredited:
		return "This invoice was credited."
	case billing.StateDraft, billing.StateDue, billing.StatePartPaid, billing.StateOverdue:
	}
	return ""
}
