package books

import (
	"time"

	"gatehouse/internal/web"
	"gatehouse/templates/books"
)

// journalPath is the file of a period's postings. Its days are chosen on the page of the VAT report.
const journalPath = vatPath + "/journal.csv"

// journalFile is every line of the ledger of a period, for a program that keeps the provider's accounts. What is wrong
// with the days, the page says on which they are chosen.
func (a *area) journalFile(c *web.Context) error {
	p, from, until := a.period(c)
	if len(p.Errors) > 0 {
		return c.Redirect(web.With(vatPath, "from", p.From, "to", p.To))
	}
	list, err := a.Reports.Journal(c.Ctx(), c.Who, from, until)
	if errs, ok := web.FieldErrors(err); ok {
		p.Errors = errs
		a.addresses(c, &p)
		return c.Invalid(books.VAT(p))
	}
	if err != nil {
		return err
	}
	rows := [][]string{{
		"Date", "Document", "Kind", "Invoice", "Client", "Client key", "Book", "Debit", "Credit", "Currency",
	}}
	for _, one := range list {
		debit, credit := one.Amount.Plain(), ""
		if one.Amount.Minor() < 0 {
			debit, credit = "", one.Amount.Neg().Plain()
		}
		rows = append(rows, []string{
			one.At.In(a.Zone).Format(time.DateOnly), one.Document, string(one.Kind), one.Invoice, one.Client,
			one.Account.String(), string(one.Book), debit, credit, string(one.Amount.Currency()),
		})
	}
	return a.send(c, "journal-"+p.From+"-to-"+p.To+".csv", rows)
}

// addresses are the files of the days that are chosen.
func (*area) addresses(c *web.Context, p *books.VATPage) {
	p.Shell, p.CSVURL = c.Shell("VAT report"), web.With(vatPath+"/csv", "from", p.From, "to", p.To)
	p.JournalURL = web.With(journalPath, "from", p.From, "to", p.To)
}
