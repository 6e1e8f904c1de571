package portal

import (
	"fmt"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/platform/sheet"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

func (a *area) statementRoutes() {
	a.web.Page(web.AccountPath+"/statement", verb.StatementsView, a.statement)
	a.web.Page(web.AccountPath+"/spending", verb.StatementsView, a.spending)
	a.web.Page(web.AccountPath+"/statement/csv", verb.StatementsView, a.statementFile)
	a.web.Page(web.AccountPath+"/statement/pdf", verb.StatementsView, a.statementPaper)
}

// period is the days that the address names, in the provider's zone: the current month where it names none.
type period struct {
	from, to  time.Time // first and last day
	typedFrom string
	typedTo   string
	errs      ui.Errors
}

func (a *area) period(c *web.Context) period {
	today := c.Now().In(a.web.Zone)
	p := period{
		from: time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, a.web.Zone), typedFrom: c.Query("from"),
		typedTo: c.Query("to"),
	}
	p.to = time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, a.web.Zone)
	for _, field := range []struct {
		name  string
		typed *string
		day   *time.Time
	}{{"from", &p.typedFrom, &p.from}, {"to", &p.typedTo, &p.to}} {
		if *field.typed == "" {
			*field.typed = field.day.Format(time.DateOnly)
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, *field.typed, a.web.Zone)
		if err != nil {
			p.errs = append(p.errs, ui.FieldError{Field: field.name, Message: "Enter the day as 2026-12-31."})
			continue
		}
		*field.day = day
	}
	return p
}

// readStatement reads the statement of the address. What is wrong with the period is in its errors.
func (a *area) readStatement(c *web.Context) (billing.Statement, period, error) {
	p := a.period(c)
	if len(p.errs) > 0 {
		return billing.Statement{}, p, nil
	}
	s, err := a.Billing.Statement(c.Ctx(), c.Who, c.Account(), p.from, p.to.AddDate(0, 0, 1))
	if errs, ok := web.FieldErrors(err); ok {
		p.errs, err = errs, nil
	}
	return s, p, err
}

func (a *area) statement(c *web.Context) error {
	s, period, err := a.readStatement(c)
	if err != nil {
		return err
	}
	const noon = 12 * time.Hour
	p := portal.StatementPage{
		Shell: c.Shell("Statement of account"), ListURL: c.Base() + "/invoices", From: period.typedFrom, To: period.typedTo,
		First: period.from.Add(noon), Last: period.to.Add(noon), Opening: s.Opening, Closing: s.Closing,
		Charged: s.Charged, Paid: s.Paid, Errors: period.errs,
	}
	if c.HandsOut() {
		p.CSVURL = web.With(c.Base()+"/statement/csv", "from", period.typedFrom, "to", period.typedTo)
		p.PDFURL = web.With(c.Base()+"/statement/pdf", "from", period.typedFrom, "to", period.typedTo)
	}
	if len(p.Errors) > 0 {
		return c.Invalid(portal.Statement(p))
	}
	for _, l := range s.Lines {
		row := portal.StatementRow{What: stated(l), At: l.At, Balance: l.Balance}
		if !l.Invoice.IsZero() && c.May(verb.InvoicesView) {
			row.URL = c.Base() + "/invoices/" + l.Invoice.String()
		}
		change := l.Change
		if change.IsNegative() {
			change = change.Neg()
			row.Paid = &change
		} else {
			row.Charged = &change
		}
		p.Rows = append(p.Rows, row)
	}
	return c.Page(portal.Statement(p))
}

// stated is what a line of the statement is about.
func stated(l billing.StatementLine) string {
	switch l.Kind {
	case ledger.Invoice:
		return "Invoice " + l.Number
	case ledger.Payment:
		return "Payment for " + l.Number
	case ledger.CreditNote:
		return "Credit note " + l.Number
	case ledger.WriteOff:
		return "Written off: " + l.Number
	case ledger.Refund:
		if l.Change.IsNegative() {
			return "Refund that did not arrive, kept as credit"
		}
		return "Credit paid back"
	case ledger.PaymentReturn:
		return "Payment for " + l.Number + " taken back by the bank"
	case ledger.CreditUsed:
	}
	return l.Number
}

// statementFile sends the statement with the columns of the page.
func (a *area) statementFile(c *web.Context) error {
	s, period, err := a.readStatement(c)
	if err != nil {
		return err
	}
	if len(period.errs) > 0 {
		return c.Redirect(web.With(c.Base()+"/statement", "from", period.typedFrom, "to", period.typedTo))
	}
	rows := [][]string{
		{"Day", "What", "Currency", "Charged", "Paid", "Balance"},
		{period.typedFrom, "Balance before", string(s.Opening.Currency()), "", "", s.Opening.Plain()},
	}
	for _, l := range s.Lines {
		charged, paid := l.Change.Plain(), ""
		if l.Change.IsNegative() {
			charged, paid = "", l.Change.Neg().Plain()
		}
		rows = append(rows, []string{
			l.At.In(a.web.Zone).Format(time.DateOnly), stated(l), string(l.Change.Currency()), charged, paid, l.Balance.Plain(),
		})
	}
	rows = append(rows, []string{
		period.typedTo, "Balance after", string(s.Closing.Currency()), s.Charged.Plain(), s.Paid.Plain(), s.Closing.Plain(),
	})
	file, err := sheet.Write(rows)
	if err != nil {
		return fmt.Errorf("write a statement: %w", err)
	}
	return c.Download("statement-"+period.typedFrom+"-to-"+period.typedTo+".csv", "text/csv; charset=utf-8", file)
}
