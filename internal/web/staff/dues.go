package staff

import (
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const duesPath = clientPath + "/dues"

// duesRoutes are for those who help a client to an invoice that did not arrive, and need not know what it comes to.
func (a *area) duesRoutes() {
	a.web.Page(duesPath, verb.DuesView, a.dues)
	a.web.Action(invoicePath+"/send", verb.DuesSend, a.sendAgain)
}

func (a *area) dues(c *web.Context) error {
	list, err := a.Billing.ClientDues(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	tab, err := a.tab(c, "Unpaid invoices")
	if err != nil {
		return err
	}
	p := staff.DuesPage{TabPage: tab}
	for _, one := range list {
		row := staff.DueRow{Number: one.Number, Issued: one.Issued, Due: one.Due, Overdue: one.Overdue, Again: one.Again}
		row.SendURL = linkFor(c, verb.DuesSend, base(c)+"/invoices/"+one.ID.String()+"/send")
		p.Rows = append(p.Rows, row)
	}
	return c.Page(staff.Dues(p))
}

// sendAgain leads back to the page that the department has: the invoice, or the list without sums.
func (a *area) sendAgain(c *web.Context) error {
	one, err := web.ParamID[id.InvoiceKind](c, "invoice")
	if err != nil {
		return err
	}
	number, err := a.Billing.SendAgain(c.Ctx(), c.Who, c.Account(), one)
	f, failed := fault.As(err)
	switch {
	case failed && (f.Kind == fault.KindLimited || f.Kind == fault.KindConflict): // the page says how it stands
		c.Flash(ui.Warn, f.Message)
	case err != nil:
		return err
	default:
		c.Done("Invoice " + number + " is on its way to everybody there who pays and has these mails switched on.")
	}
	if c.May(verb.BillingView) {
		return c.Redirect(base(c) + "/invoices/" + one.String())
	}
	return c.Redirect(base(c) + "/dues")
}
