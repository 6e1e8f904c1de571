package portal

import (
	"archive/zip"
	"bytes"
	"fmt"

	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	"gatehouse/templates/ui"
)

// invoicePaper sends the invoice as a PDF, as it was issued. The address ends in /pdf and not in .pdf, as the router
// takes ":invoice.pdf" for another name of ":invoice" and would put one handler in the place of the other.
func (a *area) invoicePaper(c *web.Context) error {
	one, err := web.ParamID[id.InvoiceKind](c, "invoice")
	if err != nil {
		return err
	}
	in, paper, err := a.Papers.Invoice(c.Ctx(), c.Who, c.Account(), one)
	if err != nil {
		return err
	}
	return c.Download(paperName(in), "application/pdf", paper)
}

func paperName(in billing.Invoice) string { return "invoice-" + in.Number + ".pdf" }

// mostPapers is how many invoices are sent at once: as many as a page of the list shows.
const mostPapers = 50

// invoicePapers sends the invoices that were ticked in the list, each as a PDF, in one archive.
func (a *area) invoicePapers(c *web.Context) error {
	picked := c.Request().URL.Query()["pick"]
	if c.Query("all") != "" {
		var err error
		if picked, err = a.allOf(c); err != nil {
			return err
		}
	}
	if len(picked) == 0 || len(picked) > mostPapers {
		c.Flash(ui.Warn, "Nothing was downloaded. Tick the invoices that you want, or narrow the list: at most "+
			ui.Number(mostPapers)+" at once.")
		return c.Redirect(a.listFilter(c).address("", ""))
	}
	var archive bytes.Buffer
	packed := zip.NewWriter(&archive)
	for _, text := range picked {
		one, err := id.Parse[id.InvoiceKind](text)
		if err != nil {
			return fault.NotFound("invoice")
		}
		in, paper, err := a.Papers.Invoice(c.Ctx(), c.Who, c.Account(), one)
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

// allOf are the invoices of the filter in the address: one more than are sent at once where there are too many.
func (a *area) allOf(c *web.Context) ([]string, error) {
	f := a.listFilter(c)
	f.Before, f.After, f.Limit = "", "", mostPapers+1
	page, err := a.Billing.Invoices(c.Ctx(), c.Who, c.Account(), f.Filter)
	if err != nil {
		return nil, err
	}
	var picked []string
	for _, one := range page.Invoices {
		picked = append(picked, one.ID.String())
	}
	return picked, nil
}
