package portal

import (
	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
)

type creditForm struct {
	Key    string `form:"key" max:"40"`
	Amount string `form:"amount" max:"40"`
}

// useCredit pays with the account's credit. The amount is what the page offered: billing compares it with what
// there is.
func (a *area) useCredit(c *web.Context) error {
	var f creditForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	in, err := a.readInvoice(c)
	if err != nil {
		return err
	}
	amount, err := money.Parse(f.Amount, in.Total.Currency())
	if err != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say how much credit it uses."}}
	}
	key, err := id.Parse[id.AdjustmentKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say which use of credit it is."}}
	}
	used, err := a.Billing.UseCredit(c.Ctx(), c.Who, c.Account(), in.ID, key, amount)
	if err != nil {
		return err
	}
	c.Done(used.String() + " of your credit is used for this invoice.")
	return c.Redirect(c.Base() + "/invoices/" + in.ID.String())
}

type referencesForm struct {
	Version string `form:"version" max:"20"`
	PO      string `form:"po" max:"500"`
	Ref     string `form:"reference" max:"500"`
}

// refer sets the client's own references.
func (a *area) refer(c *web.Context) error {
	var f referencesForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	in, err := a.readInvoice(c)
	if err != nil {
		return err
	}
	version, err := web.Version(f.Version)
	if err != nil {
		return err
	}
	err = a.Billing.Refer(c.Ctx(), c.Who, c.Account(), in.ID, billing.References{PO: f.PO, Ref: f.Ref}, version)
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.invoicePage(c, in)
		if err != nil {
			return err
		}
		p.Refer = &portal.References{
			PO: f.PO, Ref: f.Ref, Version: f.Version, Action: c.Base() + "/invoices/" + in.ID.String() + "/references",
			Errors: errs,
		}
		return c.Invalid(portal.Invoice(p))
	}
	if err != nil {
		return err
	}
	c.Done("Your references are saved.")
	return c.Redirect(c.Base() + "/invoices/" + in.ID.String())
}
