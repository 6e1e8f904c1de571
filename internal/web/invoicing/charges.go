package invoicing

import (
	"strconv"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/web"
	"gatehouse/templates/invoicing"
	"gatehouse/templates/ui"
)

type ownForm struct {
	Plan   string `form:"plan" max:"40"`
	Period string `form:"period" max:"20"`
	Price  string `form:"price" max:"40"`
}

func (a *area) charges(c *web.Context) error {
	return a.showCharges(c, ownForm{Period: string(recurring.Month)}, nil)
}

func (a *area) showCharges(c *web.Context, f ownForm, errs ui.Errors) error {
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	list, err := a.Recurring.Charges(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	next, err := a.Recurring.Next(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	plans, err := a.Recurring.ClientPlans(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	all := base(c) + "/charges"
	p := invoicing.ChargesPage{
		Shell: c.Shell("Charges of " + of.Name), ListURL: clientsPath, Client: of.Name, ClientURL: base(c),
		NewURL: forManagers(c, all+"/new"), PriceURL: forManagers(c, all+"/price"),
		Plans: planChoices(plans, f.Plan, of.Currency), Periods: periods(f.Period), Symbol: of.Currency.Symbol(),
		Price: f.Price, Errors: errs, Next: upcoming(next),
	}
	for _, one := range list {
		p.Rows = append(p.Rows, chargeRow(one, all))
	}
	if len(errs) > 0 {
		return c.Invalid(invoicing.Charges(p))
	}
	return c.Page(invoicing.Charges(p))
}

func upcoming(u recurring.Upcoming) *invoicing.Upcoming {
	if len(u.Lines) == 0 {
		return nil
	}
	out := &invoicing.Upcoming{Made: u.Made, Due: u.Due, Net: u.Net}
	for _, l := range u.Lines {
		out.Lines = append(out.Lines, invoicing.UpcomingLine{
			Text: l.Text, Detail: l.Detail, From: l.From, To: l.To, Net: l.Net,
		})
	}
	return out
}

func chargeState(c recurring.Charge) ui.State {
	switch {
	case c.Bills.IsZero() && !c.Ends.IsZero():
		return ui.State{Icon: "minus", Word: "Ended"}
	case !c.Ends.IsZero():
		return ui.State{Tone: ui.Warn, Icon: "hourglass", Word: "Ends"}
	}
	return ui.State{Tone: ui.OK, Icon: "check", Word: "Runs"}
}

func chargeRow(one recurring.Charge, all string) invoicing.ChargeRow {
	row := invoicing.ChargeRow{
		Text: one.Text, URL: all + "/" + one.ID.String(), Detail: one.Detail, Price: one.Price,
		Period: one.Period.InWords(), Next: one.Next, Ends: one.Ends, State: chargeState(one),
	}
	if one.Bills.IsZero() {
		row.Next = time.Time{}
	}
	return row
}

// planChoices are the plans on offer with what they cost this client.
func planChoices(plans []recurring.Plan, chosen string, cur money.Currency) []ui.Choice {
	var list []ui.Choice
	for _, p := range plans {
		if !p.Offered && p.ID.String() != chosen {
			continue
		}
		label := p.Name
		if price, ok := p.Of(recurring.Month, cur); ok {
			label += ", " + price.String() + " a month"
		}
		list = append(list, ui.Choice{Value: p.ID.String(), Label: label, Chosen: p.ID.String() == chosen})
	}
	return list
}

// price sets what a plan costs this client.
func (a *area) price(c *web.Context) error {
	var f ownForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	plan, err := id.Parse[id.PlanKind](f.Plan)
	if err != nil {
		return a.showCharges(c, f, ui.Errors{{Field: "plan", Message: "Choose a plan from the list."}})
	}
	amount, err := money.Parse(f.Price, of.Currency)
	if err != nil {
		return a.showCharges(c, f, ui.Errors{{Field: "price", Message: amountExample(of.Currency)}})
	}
	err = a.Recurring.RepriceFor(c.Ctx(), c.Who, c.Account(), plan, recurring.Price{
		Period: recurring.Period(f.Period), Amount: amount,
	})
	if errs, ok := web.FieldErrors(err); ok {
		return a.showCharges(c, f, errs)
	}
	if err != nil {
		return err
	}
	c.Done("The client has a price of their own now. Charges that run keep theirs.")
	return c.Redirect(base(c) + "/charges")
}

type chargeForm struct {
	Key     string `form:"key" max:"40"`
	Version string `form:"version" max:"20"`
	Service string `form:"service" max:"40"`
	Plan    string `form:"plan" max:"40"`
	Period  string `form:"period" max:"20"`
	Price   string `form:"price" max:"40"`
	Rate    string `form:"rate" max:"40"`
	From    string `form:"from" max:"20"`
	Anchor  string `form:"anchor" max:"10"`
	When    string `form:"when" max:"10"`
}

func rateValue(r billing.Rate) string { return string(r.Treatment) + "-" + strconv.Itoa(r.Rate) }

// terms reads what a charge is about.
func (a *area) terms(f chargeForm, cur money.Currency) (t recurring.Terms, errs ui.Errors) {
	add := func(field, message string) { errs = append(errs, ui.FieldError{Field: field, Message: message}) }
	var err error
	if t.Plan, err = id.Parse[id.PlanKind](f.Plan); err != nil {
		add("plan", "Choose a plan from the list.")
	}
	t.Period = recurring.Period(f.Period)
	if f.Price != "" {
		price, err := money.Parse(f.Price, cur)
		if err != nil {
			add("price", amountExample(cur))
		}
		t.Price = &price
	}
	known := false
	for _, r := range a.Billing.Rates() {
		if rateValue(r) == f.Rate {
			t.Rate, known = r, true
		}
	}
	if !known {
		add("rate", "Choose a rate of VAT from the list.")
	}
	return t, errs
}

// form is the page of a charge's terms.
func (a *area) form(
	c *web.Context, of accounts.Account, f chargeForm, errs ui.Errors,
) (invoicing.ChargePage, error) {
	plans, err := a.Recurring.ClientPlans(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return invoicing.ChargePage{}, err
	}
	p := invoicing.ChargePage{
		ListURL: clientsPath, Client: of.Name, ClientURL: base(c), AllURL: base(c) + "/charges", Key: f.Key,
		Version: f.Version, Plans: planChoices(plans, f.Plan, of.Currency), Periods: periods(f.Period),
		Symbol: of.Currency.Symbol(), Price: f.Price, From: f.From, Anchor: f.Anchor, Errors: errs,
		When: []ui.Choice{
			{Value: "next", Label: "From the next period on", Chosen: f.When != "now"},
			{Value: "now", Label: "From today on; the rest of the period is charged", Chosen: f.When == "now"},
		},
	}
	for _, r := range a.Billing.Rates() {
		p.Rates = append(p.Rates, ui.Choice{Value: rateValue(r), Label: r.Text(), Chosen: rateValue(r) == f.Rate})
	}
	return p, nil
}

func (a *area) newCharge(c *web.Context) error {
	return a.showNew(c, chargeForm{
		Key: id.New[id.ChargeKind]().String(), Service: c.Query("service"), Period: string(recurring.Month),
		From: c.Now().In(a.Zone).Format(time.DateOnly), Rate: rateValue(a.Billing.Rates()[0]),
	}, nil)
}

func (a *area) showNew(c *web.Context, f chargeForm, errs ui.Errors) error {
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p, err := a.form(c, of, f, errs)
	if err != nil {
		return err
	}
	services, _, err := a.services(c)
	if err != nil {
		return err
	}
	for _, s := range services {
		s.Chosen = s.Value == f.Service
		p.Services = append(p.Services, s)
	}
	p.Shell, p.Title, p.Button = c.Shell("New charge"), "New charge", "Begin the charge"
	p.Lead = "The first invoice comes with the next run. A part of a period costs its share of the days."
	p.Action = p.AllURL + "/new"
	if len(p.Services) == 0 {
		p.Action, p.Lead, p.Nothing = "", "", true
	}
	if len(errs) > 0 {
		return c.Invalid(invoicing.Charge(p))
	}
	return c.Page(invoicing.Charge(p))
}

// services are those that nothing is charged for yet, and what each is called on an invoice.
func (a *area) services(c *web.Context) (list []ui.Choice, names map[string]string, err error) {
	rows, err := a.Recurring.Chargeables(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return nil, nil, err
	}
	names = map[string]string{}
	for _, row := range rows {
		domain, err := a.Hosting.OpenDomain(row.Service, row.Domain)
		if err != nil {
			return nil, nil, err
		}
		label := row.Plan
		if domain != "" {
			label = hostname.Shown(domain) + ", " + label
		}
		names[row.Service.String()] = domain
		list = append(list, ui.Choice{Value: row.Service.String(), Label: label})
	}
	return list, names, nil
}

func (a *area) begin(c *web.Context) error {
	var f chargeForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	t, errs := a.terms(f, of.Currency)
	s := recurring.Start{Terms: t}
	if s.Key, err = id.Parse[id.ChargeKind](f.Key); err != nil {
		return badKey()
	}
	_, names, err := a.services(c)
	if err != nil {
		return err
	}
	if s.Service, err = id.Parse[id.ServiceKind](f.Service); err != nil {
		errs = append(errs, ui.FieldError{Field: "service", Message: "Choose a service from the list."})
	}
	s.Detail = names[f.Service]
	if s.From, err = time.Parse(time.DateOnly, f.From); err != nil {
		errs = append(errs, ui.FieldError{Field: "from", Message: "Enter the day as 2026-12-31."})
	}
	if s.Anchor, err = strconv.Atoi(f.Anchor); err != nil && f.Anchor != "" {
		errs = append(errs, ui.FieldError{Field: "anchor", Message: "Enter a day from 1 to 31."})
	}
	if len(errs) == 0 {
		err = a.Recurring.Begin(c.Ctx(), c.Who, c.Account(), s)
		errs, _ = web.FieldErrors(err)
	}
	if len(errs) > 0 {
		return a.showNew(c, f, errs)
	}
	if err != nil {
		return err
	}
	c.Done("The charge begins on " + c.Reader().Date(recurring.DayOf(s.From)) + ".")
	return c.Redirect(base(c) + "/charges")
}
