package portal

import (
	"slices"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

type payForm struct {
	Key    string `form:"key" max:"40"`
	Amount string `form:"amount" max:"40"`
	Twice  string `form:"twice" max:"5"`
}

func (a *area) payForm(c *web.Context) error {
	in, err := a.readInvoice(c)
	if err != nil {
		return err
	}
	if !a.Billing.TakesPayments() {
		c.Flash(ui.Info, c.Provider()+" takes no payments here yet.")
		return c.Redirect(c.Base() + "/invoices/" + in.ID.String())
	}
	if in.Left.IsZero() {
		c.Flash(ui.Info, "There is nothing left to pay on this invoice.")
		return c.Redirect(c.Base() + "/invoices/" + in.ID.String())
	}
	p, err := a.payPage(c, in, payForm{Key: id.New[id.CheckoutKind]().String(), Amount: in.Left.Plain()})
	if err != nil {
		return err
	}
	return c.Page(portal.Pay(p))
}

func (a *area) payPage(c *web.Context, in billing.Invoice, f payForm) (p portal.PayPage, err error) {
	last, err := a.tried(c, []id.Invoice{in.ID})
	if err != nil {
		return p, err
	}
	list := c.Base() + "/invoices"
	one := list + "/" + in.ID.String()
	p = portal.PayPage{
		Shell: c.Shell("Pay invoice " + in.Number), ListURL: list, Number: in.Number, InvoiceURL: one, Action: one + "/pay",
		Left: in.Left, Due: in.Due, Amount: f.Amount, Symbol: in.Left.Currency().Symbol(),
		Gateway: "our payment provider’s page", Key: f.Key, Debit: web.Debit(c.Reader(), in.Debit),
		Tried: last.note, Asking: last.asking,
	}
	if !last.asking && slices.ContainsFunc(last.cards, func(one cards.Card) bool { return !one.Ended }) {
		p.CardURL = payAddress(list, []id.Invoice{in.ID})
	}
	return p, nil
}

// pay begins a payment. The amount is what somebody typed: billing compares it with what is left.
func (a *area) pay(c *web.Context) error {
	var f payForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	in, err := a.readInvoice(c)
	if err != nil {
		return err
	}
	again := func(errs ui.Errors) error {
		p, err := a.payPage(c, in, f)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(portal.Pay(p))
	}
	amount, err := money.Parse(f.Amount, in.Left.Currency())
	if err != nil {
		return again(ui.Errors{{Field: "amount", Message: "An amount looks like " + in.Left.Plain() + "."}})
	}
	key, err := id.Parse[id.CheckoutKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{
			"The form does not say which payment it begins. Open the invoice again.",
		}}
	}
	leave, err := a.Billing.Pay(c.Ctx(), c.Who, c.Account(), in.ID, billing.Order{
		Key: key, Amount: amount, Twice: f.Twice != "",
	})
	if errs, ok := web.FieldErrors(err); ok {
		return again(errs)
	}
	if err != nil {
		return err
	}
	return c.Leave(leave)
}
