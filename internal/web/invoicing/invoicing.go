// Package invoicing holds the provider's pages about what is charged again and again: plans, charges, and the runs that
// make the invoices. What a period costs, and that it is invoiced once, is decided in billing/recurring.
package invoicing

import (
	"strconv"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/billing/reminders"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/invoicing"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Accounts  *accounts.Accounts
	Billing   *billing.Billing
	Hosting   *hosting.Hosting
	Recurring *recurring.Recurring
	Reminders *reminders.Reminders
	Zone      *time.Location // of the provider: which day it is
	Currency  string         // what prices are in unless staff choose another
}

type area struct{ Deps }

const (
	plansPath   = "/staff/plans"
	runsPath    = "/staff/invoicing"
	clientsPath = "/staff/clients"
	clientPath  = "/staff/clients/:account"
	chargesPath = clientPath + "/charges"
)

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{d}
	w.Page(plansPath, verb.BillingView, a.plans)
	w.Action(plansPath, verb.BillingManage, a.addPlan)
	w.Page(plansPath+"/:plan", verb.BillingView, a.plan)
	w.Action(plansPath+"/:plan", verb.BillingManage, a.changePlan)
	w.Page(runsPath, verb.BillingView, a.runs)
	w.Action(runsPath, verb.BillingManage, a.ask)
	w.Page(runsPath+"/:run", verb.BillingView, a.run)
	w.Page(chargesPath, verb.BillingView, a.charges)
	w.Action(chargesPath+"/price", verb.BillingManage, a.price)
	w.Action(chargesPath+"/bill", verb.BillingManage, a.retry)
	w.Page(chargesPath+"/new", verb.BillingManage, a.newCharge)
	w.Action(chargesPath+"/new", verb.BillingManage, a.begin)
	w.Page(chargesPath+"/:charge", verb.BillingView, a.charge)
	w.Action(chargesPath+"/:charge", verb.BillingManage, a.alter)
	w.Action(chargesPath+"/:charge/end", verb.BillingManage, a.end)
	w.Page(clientPath+"/invoices/:invoice/reminders", verb.BillingView, a.reminders)
	w.Action(clientPath+"/invoices/:invoice/reminders", verb.BillingManage, a.promise)
}

// base is the address of the client whom the request is about.
func base(c *web.Context) string { return clientsPath + "/" + c.Account().String() }

// forManagers is an address for those who may change what is billed, and empty for everybody else.
func forManagers(c *web.Context, path string) string {
	if !c.May(verb.BillingManage) {
		return ""
	}
	return path
}

func badKey() error {
	return &web.BadRequestError{Problems: []string{"The form does not say what it makes."}}
}

func amountExample(cur money.Currency) string {
	return "An amount looks like " + money.New(1250, cur).Plain() + "."
}

// periods are the choices of a period.
func periods(chosen string) []ui.Choice {
	var list []ui.Choice
	for _, p := range recurring.Periods() {
		list = append(list, ui.Choice{Value: string(p), Label: begun(p.InWords()), Chosen: string(p) == chosen})
	}
	return list
}

func begun(text string) string { return string(text[0]-'a'+'A') + text[1:] }

func priceRows(list []recurring.Price) []invoicing.PriceRow {
	var out []invoicing.PriceRow
	for _, p := range list {
		out = append(out, invoicing.PriceRow{Amount: p.Amount, Period: p.Period.InWords(), Own: p.Own})
	}
	return out
}

type planForm struct {
	Key  string `form:"key" max:"40"`
	Name string `form:"name" max:"500"`
}

func (a *area) plans(c *web.Context) error {
	return a.showPlans(c, planForm{Key: id.New[id.PlanKind]().String()}, nil)
}

func (a *area) showPlans(c *web.Context, f planForm, errs ui.Errors) error {
	list, err := a.Recurring.Plans(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := invoicing.PlansPage{
		Shell: c.Shell("Plans"), Action: forManagers(c, plansPath), Key: f.Key, Name: f.Name, Errors: errs,
	}
	for _, one := range list {
		p.Rows = append(p.Rows, invoicing.PlanRow{
			Name: one.Name, URL: plansPath + "/" + one.ID.String(), Offered: one.Offered, Prices: priceRows(one.Prices),
		})
	}
	if len(errs) > 0 {
		return c.Invalid(invoicing.Plans(p))
	}
	return c.Page(invoicing.Plans(p))
}

func (a *area) addPlan(c *web.Context) error {
	var f planForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	key, err := id.Parse[id.PlanKind](f.Key)
	if err != nil {
		return badKey()
	}
	err = a.Recurring.AddPlan(c.Ctx(), c.Who, key, f.Name)
	if errs, ok := web.FieldErrors(err); ok {
		return a.showPlans(c, f, errs)
	}
	if err != nil {
		return err
	}
	c.Done("The plan is added. Say what it costs.")
	return c.Redirect(plansPath + "/" + f.Key)
}

type priceForm struct {
	Do       string `form:"do" max:"20"`
	Period   string `form:"period" max:"20"`
	Currency string `form:"currency" max:"10"`
	Price    string `form:"price" max:"40"`
}

func (a *area) plan(c *web.Context) error {
	return a.showPlan(c, priceForm{Period: string(recurring.Month), Currency: a.Currency}, nil)
}

func (a *area) showPlan(c *web.Context, f priceForm, errs ui.Errors) error {
	one, err := a.findPlan(c)
	if err != nil {
		return err
	}
	p := invoicing.PlanPage{
		Shell: c.Shell(one.Name), ListURL: plansPath, Name: one.Name, Offered: one.Offered, Prices: priceRows(one.Prices),
		Action: forManagers(c, plansPath+"/"+one.ID.String()), Period: periods(f.Period), Price: f.Price,
		Errors: errs,
	}
	for _, cur := range money.Currencies() {
		p.Currencies = append(p.Currencies, ui.Choice{
			Value: string(cur), Label: string(cur), Chosen: string(cur) == f.Currency,
		})
	}
	if len(errs) > 0 {
		return c.Invalid(invoicing.Plan(p))
	}
	return c.Page(invoicing.Plan(p))
}

func (a *area) findPlan(c *web.Context) (recurring.Plan, error) {
	key, err := web.ParamID[id.PlanKind](c, "plan")
	if err != nil {
		return recurring.Plan{}, err
	}
	return a.Recurring.Plan(c.Ctx(), c.Who, key)
}

func (a *area) changePlan(c *web.Context) error {
	var f priceForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	plan, err := web.ParamID[id.PlanKind](c, "plan")
	if err != nil {
		return err
	}
	said := "The price is set. It is for charges that begin from now on."
	switch f.Do {
	case "retire", "offer":
		said = "The plan is offered again."
		if f.Do == "retire" {
			said = "The plan is offered no more. Charges that run go on."
		}
		err = a.Recurring.Offer(c.Ctx(), c.Who, plan, f.Do == "offer")
	default:
		amount, wrong := money.Parse(f.Price, money.Currency(f.Currency))
		if wrong != nil {
			cur := money.Currency(f.Currency)
			return a.showPlan(c, f, ui.Errors{{Field: "price", Message: amountExample(cur)}})
		}
		err = a.Recurring.Reprice(c.Ctx(), c.Who, plan, recurring.Price{Period: recurring.Period(f.Period), Amount: amount})
		if errs, ok := web.FieldErrors(err); ok {
			return a.showPlan(c, f, errs)
		}
	}
	if err != nil {
		return err
	}
	c.Done(said)
	return c.Redirect(plansPath + "/" + plan.String())
}

// number writes a version into a form.
func number(n int64) string { return strconv.FormatInt(n, 10) }
