package portal

import (
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/reminders"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

type promiseForm struct {
	Key string `form:"key" max:"40"`
	On  string `form:"on" max:"20"`
}

// mayPromise adds to an invoice's page what was promised, or the form that promises a day.
func (a *area) mayPromise(c *web.Context, in billing.Invoice, p *portal.InvoicePage) error {
	if a.Reminders == nil {
		return nil
	}
	own, err := a.Reminders.Own(c.Ctx(), c.Who, c.Account(), in.ID)
	if err != nil {
		return err
	}
	if !own.Promised.IsZero() && c.Now().Before(own.Promised.Add(12*time.Hour)) {
		p.Promised = own.Promised
	}
	if own.Days > 0 {
		p.Promise = &portal.PromiseDay{
			Days: own.Days, Action: c.Base() + "/invoices/" + in.ID.String() + "/promise",
			Key: id.New[id.PromiseKind]().String(), On: c.Now().In(a.web.Zone).AddDate(0, 0, own.Days).Format(time.DateOnly),
		}
	}
	return nil
}

// promise writes down a day on which the client pays.
func (a *area) promise(c *web.Context) error {
	var f promiseForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	in, err := a.readInvoice(c)
	if err != nil {
		return err
	}
	key, err := id.Parse[id.PromiseKind](f.Key)
	if err != nil || a.Reminders == nil {
		return &web.BadRequestError{Problems: []string{
			"The form does not say which promise it makes. Open the invoice again.",
		}}
	}
	again := func(errs ui.Errors) error {
		p, err := a.invoicePage(c, in)
		if err != nil {
			return err
		}
		if p.Promise != nil {
			p.Promise.On, p.Promise.Errors = f.On, errs
		}
		return c.Invalid(portal.Invoice(p))
	}
	on, err := time.Parse(time.DateOnly, f.On)
	if err != nil {
		return again(ui.Errors{{Field: "on", Message: "Enter the day as 2026-12-31."}})
	}
	err = a.Reminders.Promise(c.Ctx(), c.Who, c.Account(), in.ID, reminders.Promise{Key: key, On: on})
	if errs, ok := web.FieldErrors(err); ok {
		return again(errs)
	}
	if err != nil {
		return err
	}
	c.Done("Thank you. No reminder goes out until that day is over.")
	return c.Redirect(c.Base() + "/invoices/" + in.ID.String())
}
