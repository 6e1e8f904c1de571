package staff

import (
	"strconv"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const invoicePath = clientPath + "/invoices/:invoice"

// moneyRoutes are the pages on which the provider's people bill, and move money by hand.
func (a *area) moneyRoutes(w *web.Web) {
	w.Page(clientPath+"/invoices", verb.BillingView, a.clientInvoices)
	w.Page(invoicePath, verb.BillingView, a.showInvoice)
	w.Page(invoicePath+"/edit", verb.BillingManage, a.editDraft)
	w.Action(invoicePath+"/edit", verb.BillingManage, a.writeInvoice)
	w.Action(invoicePath+"/issue", verb.BillingManage, a.issueDraft)
	w.Page(invoicePath+"/discard", verb.BillingManage, a.askDiscard)
	w.Action(invoicePath+"/discard", verb.BillingManage, a.discard)
	w.Action(invoicePath+"/credit", verb.BillingManage, a.useCredit)
	a.duesRoutes()
	a.moveRoutes(w)
	a.transferRoutes(w)
}

// clientInvoices lists all that was billed to a client, the drafts first.
func (a *area) clientInvoices(c *web.Context) error {
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	list := base(c) + "/invoices"
	page, err := a.Billing.ClientInvoices(c.Ctx(), c.Who, c.Account(), billing.Filter{
		Before: c.Query("before"), After: c.Query("after"),
	})
	if err != nil {
		return err
	}
	drafts, err := a.Billing.ClientDrafts(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	credit, err := a.Billing.ClientCredit(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p := staff.InvoiceListPage{
		Tabs:  c.ClientTabs(),
		Shell: c.Shell("Invoices of " + of.Name), ListURL: clientsPath, Client: of.Name, ClientURL: base(c),
		NewURL: linkFor(c, verb.BillingManage, list+"/new"),
	}
	if credit.Minor() > 0 {
		p.Credit, p.RefundURL = &credit, linkFor(c, verb.BillingRefund, base(c)+"/refund")
	}
	for _, d := range drafts {
		p.Drafts = append(p.Drafts, staff.DraftRow{
			About: d.About, URL: list + "/" + d.ID.String(), Due: d.Due, Total: d.Total,
		})
	}
	for _, s := range page.Invoices {
		p.Rows = append(p.Rows, staff.InvoiceRow{
			Number: s.Number, URL: list + "/" + s.ID.String(), State: ui.InvoiceState(s.State), Due: s.Due, Total: s.Total,
		})
	}
	if page.Newer != "" {
		p.Pages.Newer = web.With(list, "after", page.Newer)
	}
	if page.Older != "" {
		p.Pages.Older = web.With(list, "before", page.Older)
	}
	p.Pages.Shown = ui.Count(len(p.Rows), "invoice", "invoices") + " shown, newest first"
	return c.Page(staff.InvoiceList(p))
}

// clientInvoice reads the invoice and the client of the address.
func (a *area) clientInvoice(c *web.Context) (billing.Invoice, accounts.Account, error) {
	one, err := web.ParamID[id.InvoiceKind](c, "invoice")
	if err != nil {
		return billing.Invoice{}, accounts.Account{}, err
	}
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return billing.Invoice{}, accounts.Account{}, err
	}
	in, err := a.Billing.ClientInvoice(c.Ctx(), c.Who, c.Account(), one)
	return in, of, err
}

func (a *area) showInvoice(c *web.Context) error {
	in, of, err := a.clientInvoice(c)
	if err != nil {
		return err
	}
	one := base(c) + "/invoices/" + in.ID.String()
	p := staff.InvoicePage{
		ListURL: clientsPath, Client: of.Name, ClientURL: base(c), InvoiceURL: one, About: in.About,
		State: ui.InvoiceState(in.State), Paper: web.Paper(in, a.seller()), History: web.History(in),
		Version: strconv.FormatInt(in.Version, 10), Debit: web.Debit(c.Reader(), in.Debit),
	}
	if in.State == billing.StateDraft {
		p.Shell = c.Shell("Draft for " + of.Name)
		p.IssueURL, p.EditURL = linkFor(c, verb.BillingManage, one+"/issue"), linkFor(c, verb.BillingManage, one+"/edit")
		p.DiscardURL = linkFor(c, verb.BillingManage, one+"/discard")
		return c.Page(staff.Invoice(p))
	}
	p.Shell, p.RemindersURL = c.Shell("Invoice "+in.Number), one+"/reminders"
	if err := a.offer(c, in, &p, one); err != nil {
		return err
	}
	return c.Page(staff.Invoice(p))
}

// offer adds what can be done about an issued invoice as it stands.
func (a *area) offer(c *web.Context, in billing.Invoice, p *staff.InvoicePage, one string) error {
	if in.State != billing.StateCredited && in.State != billing.StateWrittenOff {
		p.CreditURL = linkFor(c, verb.BillingManage, one+"/credit-note")
	}
	waiting, err := a.Billing.RequestsAbout(c.Ctx(), c.Who, c.Account(), in.ID)
	if err != nil {
		return err
	}
	for _, r := range waiting {
		p.Waiting = append(p.Waiting, staff.WaitingRow{
			What: billing.InWords(r.Kind), URL: approvalPath(c, r.ID), By: r.AskedBy, Amount: r.Amount,
		})
	}
	if in.Left.IsZero() {
		return nil
	}
	p.PaymentURL = linkFor(c, verb.BillingRecordPayment, one+"/payment")
	if a.Billing.TakesPayments() {
		p.LinksURL = linkFor(c, verb.BillingManage, one+"/links")
	}
	p.SendURL = linkFor(c, verb.DuesSend, one+"/send")
	p.WriteOffURL = linkFor(c, verb.BillingManage, one+"/write-off")
	credit, err := a.Billing.ClientCredit(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	if credit.Minor() > 0 && credit.Currency() == in.Left.Currency() && c.May(verb.BillingManage) {
		p.Use = &staff.UseCredit{
			Has: credit, Use: money.New(min(credit.Minor(), in.Left.Minor()), credit.Currency()), Action: one + "/credit",
			Key: id.New[id.AdjustmentKind]().String(),
		}
	}
	return nil
}

type issueForm struct {
	Version string `form:"version" max:"20"`
}

func (a *area) issueDraft(c *web.Context) error {
	var f issueForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	version, err := web.Version(f.Version)
	if err != nil {
		return err
	}
	in, of, err := a.clientInvoice(c)
	if err != nil {
		return err
	}
	one := base(c) + "/invoices/" + in.ID.String()
	number, err := a.Billing.IssueDraft(c.Ctx(), c.Who, c.Account(), in.ID, version)
	if errs, ok := web.FieldErrors(err); ok { // it was right when it was written: its day has passed
		c.Flash(ui.Bad, errs[0].Message+" Change the draft first.")
		return c.Redirect(one + "/edit")
	}
	if err != nil {
		return err
	}
	c.Done("Invoice " + number + " is issued, and mailed to whoever pays for " + of.Name + ".")
	return c.Redirect(one)
}

func (a *area) askDiscard(c *web.Context) error {
	in, of, err := a.clientInvoice(c)
	if err != nil {
		return err
	}
	one := base(c) + "/invoices/" + in.ID.String()
	if in.State != billing.StateDraft {
		return c.Redirect(one)
	}
	return c.Page(staff.Discard(staff.DiscardPage{
		Shell: c.Shell("Throw a draft away"), About: in.About, Client: of.Name, Action: one + "/discard", BackURL: one,
	}))
}

func (a *area) discard(c *web.Context) error {
	if err := c.Bind(&struct{}{}); err != nil {
		return err
	}
	one, err := web.ParamID[id.InvoiceKind](c, "invoice")
	if err != nil {
		return err
	}
	if err := a.Billing.DiscardDraft(c.Ctx(), c.Who, c.Account(), one); err != nil {
		return err
	}
	c.Done("The draft is thrown away.")
	return c.Redirect(base(c) + "/invoices")
}

type creditForm struct {
	Key    string `form:"key" max:"40"`
	Amount string `form:"amount" max:"40"`
}

// useCredit pays an invoice with the client's credit.
func (a *area) useCredit(c *web.Context) error {
	var f creditForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	in, _, err := a.clientInvoice(c)
	if err != nil {
		return err
	}
	amount, errAmount := money.Parse(f.Amount, in.Total.Currency())
	key, errKey := id.Parse[id.AdjustmentKind](f.Key)
	if errAmount != nil || errKey != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say how much credit it uses."}}
	}
	used, err := a.Billing.UseCredit(c.Ctx(), c.Who, c.Account(), in.ID, key, amount)
	if err != nil {
		return err
	}
	c.Done(used.String() + " of the client’s credit is used for this invoice.")
	return c.Redirect(base(c) + "/invoices/" + in.ID.String())
}
