package portal

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/pdf"
	"gatehouse/internal/fault"
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
	paper, err := a.paper(c, in)
	if err != nil {
		return err
	}
	return c.Download(paperName(in), "application/pdf", paper)
}

func (a *area) paper(c *web.Context, in billing.Invoice) ([]byte, error) {
	return a.papers.Get(paperKey{in.ID, in.Version}, func() ([]byte, error) {
		return pdf.Render(a.document(c, in)) // pdf says what it did
	})
}

func paperName(in billing.Invoice) string { return "invoice-" + in.Number + ".pdf" }

// mostPapers is how many invoices are sent at once: as many as a page of the list shows.
const mostPapers = 50

// invoicePapers sends the invoices that were ticked in the list, each as a PDF, in one archive.
func (a *area) invoicePapers(c *web.Context) error {
	picked := c.Request().URL.Query()["pick"]
	if len(picked) == 0 || len(picked) > mostPapers {
		c.Flash(ui.Warn, "Nothing was downloaded. Tick the invoices that you want, at most "+ui.Number(mostPapers)+".")
		return c.Redirect(c.Base() + "/invoices")
	}
	var archive bytes.Buffer
	packed := zip.NewWriter(&archive)
	for _, text := range picked {
		one, err := id.Parse[id.InvoiceKind](text)
		if err != nil {
			return fault.NotFound("invoice")
		}
		in, err := a.Billing.Invoice(c.Ctx(), c.Who, c.Account(), one)
		if err != nil {
			return err
		}
		paper, err := a.paper(c, in)
		if err != nil {
			return err
		}
		// A PDF is compressed already.
		file, err := packed.CreateHeader(&zip.FileHeader{Name: paperName(in), Method: zip.Store, Modified: in.Issued})
		if err != nil {
			return fmt.Errorf("pack invoices: %w", err)
		}
		if _, err := file.Write(paper); err != nil {
			return fmt.Errorf("pack invoices: %w", err)
		}
	}
	if err := packed.Close(); err != nil {
		return fmt.Errorf("pack invoices: %w", err)
	}
	return c.Download("invoices.zip", "application/zip", archive.Bytes())
}

// document is the invoice as it goes on paper: the same for every reader, so its days are those of the provider.
func (a *area) document(c *web.Context, in billing.Invoice) pdf.Document {
	reader := ui.Reader{Location: a.web.Zone}
	d := pdf.Document{
		Seller: a.Letterhead, Number: in.Number, About: in.About, Issued: in.Issued.In(a.web.Zone), Due: in.Due.UTC(),
		PO: in.PO, Ref: in.Ref, BilledTo: in.BilledTo.Address(), TaxID: in.BilledTo.TaxID, Net: in.Net, Total: in.Total,
		Paid: in.Paid, Left: in.Left, Credited: in.Noted, Settled: settled(in.State),
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
		if why := v.Why(); why != "" {
			d.Why = append(d.Why, why)
		}
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
