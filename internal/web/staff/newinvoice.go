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
	// mostLines is how many lines the form can have; it shows two more than there are, and at least fewLines.
	mostLines = 20
	fewLines  = 6
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
	Key     string              `form:"key" max:"100"`
	Version string              `form:"version" max:"20"`
	Do      string              `form:"do" max:"20"`
	About   string              `form:"about" max:"500"`
	Due     string              `form:"due" max:"500"`
	PO      string              `form:"po" max:"500"`
	Ref     string              `form:"reference" max:"500"`
	From    string              `form:"from" max:"20"`
	To      string              `form:"to" max:"20"`
	Lines   [mostLines]lineForm `form:"line"`
}

// rates are the rates of VAT to choose from, with their reasons.
func (a *area) rates(value string) []ui.Choice {
	var out []ui.Choice
	for _, r := range a.Billing.Rates() {
		out = append(out, ui.Choice{Value: rateValue(r), Label: r.Text()})
	}
	if value == "" && len(out) > 0 {
		value = out[0].Value
	}
	return chosen(out, value)
}

func rateValue(r billing.Rate) string { return string(r.Treatment) + " " + strconv.Itoa(r.Rate) }

func (a *area) newInvoice(c *web.Context) error {
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	f := invoiceForm{
		Key: id.New[id.InvoiceKind]().String(), Version: "0",
		Due: c.Now().In(a.Zone).AddDate(0, 0, usualTerm).Format(time.DateOnly),
	}
	for i := range f.Lines {
		f.Lines[i].Quantity = "1"
	}
	return c.Page(staff.NewInvoice(a.invoiceForm(c, of, f, base(c)+"/invoices/new")))
}

func (a *area) invoiceForm(c *web.Context, of accounts.Account, f invoiceForm, action string) staff.NewInvoicePage {
	p := staff.NewInvoicePage{
		Shell: c.Shell("New invoice"), ListURL: clientsPath, Client: of.Name, ClientURL: base(c), BackURL: base(c),
		Action: action, About: f.About, Due: f.Due, PO: f.PO, Ref: f.Ref, From: f.From, To: f.To,
		Symbol: of.Currency.Symbol(), Key: f.Key, Version: f.Version, Draft: f.Version != "0",
	}
	if p.Draft {
		p.Shell, p.BackURL = c.Shell("Change the draft"), strings.TrimSuffix(action, "/edit")
	}
	last := 0
	for i, l := range f.Lines {
		if !l.empty() {
			last = i + 1
		}
	}
	for _, l := range f.Lines[:min(max(last+2, fewLines), mostLines)] {
		p.Lines = append(p.Lines, staff.InvoiceLine{
			Text: l.Text, Quantity: l.Quantity, Price: l.Price, Rates: a.rates(l.Rate),
		})
	}
	return p
}

// editDraft shows a draft in the form that it was written in.
func (a *area) editDraft(c *web.Context) error {
	in, of, err := a.clientInvoice(c)
	if err != nil {
		return err
	}
	one := base(c) + "/invoices/" + in.ID.String()
	if in.State != billing.StateDraft || len(in.Lines) > mostLines {
		return c.Redirect(one)
	}
	f := invoiceForm{
		Key: in.ID.String(), Version: strconv.FormatInt(in.Version, 10), About: in.About,
		Due: in.Due.UTC().Format(time.DateOnly), PO: in.PO, Ref: in.Ref,
	}
	if first := in.Lines[0]; !first.From.IsZero() {
		f.From, f.To = first.From.UTC().Format(time.DateOnly), first.To.UTC().Format(time.DateOnly)
	}
	for i := range f.Lines {
		f.Lines[i].Quantity = "1"
	}
	for i, l := range in.Lines {
		f.Lines[i] = lineForm{
			Text: l.Text, Quantity: l.Quantity.String(), Price: l.Price.Plain(),
			Rate: rateValue(billing.Rate{Treatment: l.Treatment, Rate: l.Rate}),
		}
	}
	return c.Page(staff.NewInvoice(a.invoiceForm(c, of, f, one+"/edit")))
}

// writeInvoice keeps a draft or issues it, as the button says.
func (a *area) writeInvoice(c *web.Context) error {
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
	draft, places, errs := a.draft(f, of.Currency)
	number := ""
	if len(errs) == 0 {
		draft.Key = key
		if draft.Version, err = web.Version(f.Version); err != nil {
			return err
		}
		if f.Do == "draft" {
			err = a.Billing.SaveDraft(c.Ctx(), c.Who, c.Account(), draft)
		} else {
			number, err = a.Billing.Issue(c.Ctx(), c.Who, c.Account(), draft)
		}
		errs, _ = web.FieldErrors(err)
	}
	if len(errs) > 0 {
		p := a.invoiceForm(c, of, f, c.Request().URL.Path)
		p.Errors = renamed(errs, places)
		return c.Invalid(staff.NewInvoice(p))
	}
	if err != nil {
		return err
	}
	if number == "" {
		c.Done("The draft is kept. The client does not see it.")
		return c.Redirect(base(c) + "/invoices/" + key.String())
	}
	c.Done("Invoice " + number + " is issued, and mailed to whoever pays for " + of.Name + ".")
	return c.Redirect(base(c))
}

// draft reads the form. Lines that were left empty are not on the invoice, so that places says by which names the form
// knows the fields of those that are.
func (a *area) draft(f invoiceForm, cur money.Currency) (d billing.Draft, places map[string]string, errs ui.Errors) {
	add := func(field, message string) { errs = append(errs, ui.FieldError{Field: field, Message: message}) }
	d.About, d.PO, d.Ref = f.About, f.PO, f.Ref
	from, to := day(f.From, "from", add), day(f.To, "to", add)
	if from.IsZero() != to.IsZero() && len(errs) == 0 {
		add("to", "A period has a first and a last day.")
	}
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
		l := a.typedLine(typed, cur, func(field, message string) { add(at+field, message) })
		l.From, l.To = from, to
		d.Lines = append(d.Lines, l)
	}
	return d, places, errs
}

// day reads a day that may be left out: its noon, which is the same day nearly everywhere.
func day(text, field string, add func(field, message string)) time.Time {
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		add(field, "Enter the day as 2026-12-31.")
		return time.Time{}
	}
	return t.Add(12 * time.Hour)
}

func (a *area) typedLine(l lineForm, cur money.Currency, add func(field, message string)) billing.Line {
	out := billing.Line{Text: l.Text}
	var ok bool
	if out.Quantity, ok = quantity(l.Quantity); !ok {
		add("quantity", "Enter a quantity such as 1 or 2.5.")
	}
	var err error
	if out.Price, err = money.Parse(l.Price, cur); err != nil {
		add("price", amountExample(cur))
	}
	found := false
	for _, r := range a.Billing.Rates() {
		if rateValue(r) == l.Rate {
			out.Rate, out.Treatment, found = r.Rate, r.Treatment, true
		}
	}
	if !found {
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
