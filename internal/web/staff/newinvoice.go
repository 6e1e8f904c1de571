package staff

import (
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const (
	// formLines is how many lines the form offers.
	formLines = 6
	// usualTerm is how many days a client has to pay unless staff choose another day.
	usualTerm = 14
	// longestQuantity is in characters; it keeps what is typed for a number a number of sensible size.
	longestQuantity = 12
)

type lineForm struct {
	Text     string `form:"text" max:"500"`
	Quantity string `form:"quantity" max:"500"`
	Price    string `form:"price" max:"500"`
	Rate     string `form:"rate" max:"500"`
}

// empty says whether nobody typed anything into the line: the quantity and the rate are filled in from the start.
func (l lineForm) empty() bool { return l.Text == "" && l.Price == "" }

type invoiceForm struct {
	Key   string              `form:"key" max:"100"`
	About string              `form:"about" max:"500"`
	Due   string              `form:"due" max:"500"`
	Lines [formLines]lineForm `form:"line"`
}

// rates are the rates of VAT to choose from, in hundredths of a per cent as values.
func rates(value string) []ui.Choice {
	return chosen([]ui.Choice{
		{Value: "2000", Label: "20%"}, {Value: "500", Label: "5%"}, {Value: "0", Label: "0%"},
	}, value)
}

func (a *area) newInvoice(c *web.Context) error {
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	f := invoiceForm{
		Key: id.New[id.InvoiceKind]().String(),
		Due: c.Now().In(a.Zone).AddDate(0, 0, usualTerm).Format(time.DateOnly),
	}
	for i := range f.Lines {
		f.Lines[i] = lineForm{Quantity: "1", Rate: "2000"}
	}
	return c.Page(staff.NewInvoice(a.invoicePage(c, of, f)))
}

func (a *area) invoicePage(c *web.Context, of accounts.Account, f invoiceForm) staff.NewInvoicePage {
	p := staff.NewInvoicePage{
		Shell: c.Shell("New invoice"), ListURL: clientsPath, Client: of.Name, ClientURL: base(c),
		Action: base(c) + "/invoices/new", About: f.About, Due: f.Due, Symbol: of.Currency.Symbol(), Key: f.Key,
	}
	for _, l := range f.Lines {
		p.Lines = append(p.Lines, staff.InvoiceLine{
			Text: l.Text, Quantity: l.Quantity, Price: l.Price, Rates: rates(l.Rate),
		})
	}
	return p
}

func (a *area) issueInvoice(c *web.Context) error {
	var f invoiceForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	key, err := id.Parse[id.InvoiceKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say which invoice it makes."}}
	}
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	draft, places, errs := f.draft(of.Currency)
	number := ""
	if len(errs) == 0 {
		draft.Key = key
		number, err = a.Billing.Issue(c.Ctx(), c.Who, c.Account(), draft)
		errs, _ = web.FieldErrors(err)
	}
	if len(errs) > 0 {
		p := a.invoicePage(c, of, f)
		p.Errors = renamed(errs, places)
		return c.Invalid(staff.NewInvoice(p))
	}
	if err != nil {
		return err
	}
	c.Done("Invoice " + number + " is issued, and mailed to whoever pays for " + of.Name + ".")
	return c.Redirect(base(c))
}

// draft reads the form. Lines that were left empty are not on the invoice, so that places says by which names the form
// knows the fields of those that are.
func (f invoiceForm) draft(cur money.Currency) (d billing.Draft, places map[string]string, errs ui.Errors) {
	add := func(field, message string) { errs = append(errs, ui.FieldError{Field: field, Message: message}) }
	d.About = f.About
	var err error
	if d.Due, err = time.Parse(time.DateOnly, f.Due); err != nil {
		add("due", "Enter the day as 2026-12-31.")
	}
	places = map[string]string{}
	for i, typed := range f.Lines {
		if typed.empty() {
			continue
		}
		at := "line-" + strconv.Itoa(i) + "-"
		for _, field := range []string{"text", "quantity", "price", "rate"} {
			places["line-"+strconv.Itoa(len(d.Lines))+"-"+field] = at + field
		}
		d.Lines = append(d.Lines, typed.line(cur, func(field, message string) { add(at+field, message) }))
	}
	return d, places, errs
}

func (l lineForm) line(cur money.Currency, add func(field, message string)) billing.Line {
	out := billing.Line{Text: l.Text}
	var ok bool
	if out.Quantity, ok = quantity(l.Quantity); !ok {
		add("quantity", "Enter a quantity such as 1 or 2.5.")
	}
	var err error
	if out.Price, err = money.Parse(l.Price, cur); err != nil {
		add("price", amountExample(cur))
	}
	out.Rate = -1
	for _, rate := range rates(l.Rate) {
		if rate.Chosen {
			out.Rate, _ = strconv.Atoi(rate.Value) // one of our own
		}
	}
	if out.Rate < 0 {
		add("rate", "Choose a rate of VAT from the list.")
	}
	return out
}

// quantity reads digits with at most a point between them, and no exponent: that makes huge numbers of few characters.
func quantity(text string) (decimal.Decimal, bool) {
	if text == "" || len(text) > longestQuantity || strings.Trim(text, "0123456789.") != "" {
		return decimal.Decimal{}, false
	}
	n, err := decimal.NewFromString(text)
	return n, err == nil
}
