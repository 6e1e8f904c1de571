package invoicing

import (
	"time"

	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	"gatehouse/templates/invoicing"
	"gatehouse/templates/ui"
)

func (a *area) findCharge(c *web.Context) (recurring.Charge, error) {
	key, err := web.ParamID[id.ChargeKind](c, "charge")
	if err != nil {
		return recurring.Charge{}, err
	}
	return a.Recurring.Charge(c.Ctx(), c.Who, c.Account(), key)
}

func (a *area) charge(c *web.Context) error {
	one, err := a.findCharge(c)
	if err != nil {
		return err
	}
	return a.showCharge(c, one, chargeForm{
		Version: number(one.Version), Plan: one.Plan.String(), Period: string(one.Period), Price: one.Price.Plain(),
		Rate: rateValue(one.Rate),
	}, "", nil)
}

func (a *area) showCharge(
	c *web.Context, one recurring.Charge, f chargeForm, endOn string, errs ui.Errors,
) error {
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p, err := a.form(c, of, f, errs)
	if err != nil {
		return err
	}
	s := chargeState(one)
	p.Shell, p.Title, p.Button, p.State = c.Shell(one.Text), one.Text, "Change the charge", &s
	p.Lead = one.Price.String() + " " + one.Period.InWords() + ", invoiced up to " +
		c.Reader().Date(one.Next.AddDate(0, 0, -1)) + "."
	if one.Next.Equal(one.Starts) {
		p.Lead = one.Price.String() + " " + one.Period.InWords() + " from " + c.Reader().Date(one.Starts) + " on."
	}
	if one.Detail != "" {
		p.Title = one.Text + " for " + one.Detail
	}
	if one.Ends.IsZero() {
		at := p.AllURL + "/" + one.ID.String()
		p.Action, p.EndAction = forManagers(c, at), forManagers(c, at+"/end")
		if p.EndOn = endOn; endOn == "" {
			p.EndOn = c.Now().In(a.Zone).Format(time.DateOnly)
		}
	} else {
		p.Lead += " It ends before " + c.Reader().Date(one.Ends) + "."
	}
	if len(errs) > 0 {
		return c.Invalid(invoicing.Charge(p))
	}
	return c.Page(invoicing.Charge(p))
}

func (a *area) alter(c *web.Context) error {
	var f chargeForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	version, err := web.Version(f.Version)
	if err != nil {
		return err
	}
	one, err := a.findCharge(c)
	if err != nil {
		return err
	}
	t, errs := a.terms(f, one.Price.Currency())
	if len(errs) == 0 {
		err = a.Recurring.Alter(c.Ctx(), c.Who, c.Account(), one.ID, recurring.Change{
			Terms: t, Now: f.When == "now", Version: version,
		})
		errs, _ = web.FieldErrors(err)
	}
	if len(errs) > 0 {
		return a.showCharge(c, one, f, "", errs)
	}
	if err != nil {
		return err
	}
	c.Done("The charge is changed.")
	return c.Redirect(base(c) + "/charges/" + one.ID.String())
}

type endForm struct {
	Version string `form:"version" max:"20"`
	On      string `form:"on" max:"20"`
	Credit  bool   `form:"credit"`
}

func (a *area) end(c *web.Context) error {
	var f endForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	version, err := web.Version(f.Version)
	if err != nil {
		return err
	}
	one, err := a.findCharge(c)
	if err != nil {
		return err
	}
	var errs ui.Errors
	var out recurring.Ended
	on, err := time.Parse(time.DateOnly, f.On)
	if err != nil {
		errs = ui.Errors{{Field: "on", Message: "Enter the day as 2026-12-31."}}
	} else {
		out, err = a.Recurring.End(c.Ctx(), c.Who, c.Account(), one.ID, recurring.Ending{
			On: on, Credit: f.Credit, Version: version,
		})
		errs, _ = web.FieldErrors(err)
	}
	if len(errs) > 0 {
		return a.showCharge(c, one, chargeForm{
			Version: number(one.Version), Plan: one.Plan.String(), Period: string(one.Period), Price: one.Price.Plain(),
			Rate: rateValue(one.Rate),
		}, f.On, errs)
	}
	if err != nil {
		return err
	}
	switch {
	case out.Waits:
		c.Flash(ui.Info, "The charge ends. A second person has to approve the credit of the days that are not used.")
	case out.Credited:
		c.Done("The charge ends, and the days that are not used are credited.")
	default:
		c.Done("The charge ends.")
	}
	return c.Redirect(base(c) + "/charges")
}
