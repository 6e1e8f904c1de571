package staff

import (
	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const approvalsPath = "/staff/approvals"

func approvalPath(c *web.Context, request id.MoneyRequest) string {
	return base(c) + "/approvals/" + request.String()
}

func (a *area) approvals(c *web.Context) error {
	list, err := a.Billing.Requests(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := staff.ApprovalsPage{Shell: c.Shell("Approvals")}
	for _, r := range list {
		about := "Credit of the account"
		if r.Number != "" {
			about = "Invoice " + r.Number
		}
		p.Rows = append(p.Rows, staff.ApprovalRow{
			What: ui.Capital(billing.InWords(r.Kind)), About: about, By: r.AskedBy, Amount: r.Amount, Since: r.Asked,
			URL: clientsPath + "/" + r.Account.String() + "/approvals/" + r.ID.String(),
		})
	}
	return c.Page(staff.Approvals(p))
}

func (a *area) readRequest(c *web.Context) (billing.Request, error) {
	request, err := web.ParamID[id.MoneyRequestKind](c, "request")
	if err != nil {
		return billing.Request{}, err
	}
	return a.Billing.Request(c.Ctx(), c.Who, c.Account(), request)
}

func (a *area) approval(c *web.Context) error {
	r, err := a.readRequest(c)
	if err != nil {
		return err
	}
	of, err := a.Accounts.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p := staff.ApprovalPage{
		Shell: c.Shell("Approval"), What: billing.InWords(r.Kind), Client: of.Name, By: r.AskedBy, Why: r.Why,
		How: r.Method, Number: r.Number, Amount: r.Amount, Since: r.Asked, Open: r.Open, Own: r.Asker == c.Who.Person,
		Action: approvalPath(c, r.ID), ListURL: approvalsPath, ClientURL: base(c),
		State: ui.State{Tone: ui.Info, Icon: "hourglass", Word: "Waits for a second person"},
	}
	switch {
	case r.Open:
	case r.Approved:
		p.State = ui.State{Tone: ui.OK, Icon: "check", Word: "Approved"}
	default:
		p.State = ui.State{Tone: ui.Neutral, Icon: "x", Word: "Declined"}
	}
	if !r.Invoice.IsZero() {
		p.InvoiceURL = base(c) + "/invoices/" + r.Invoice.String()
	}
	return c.Page(staff.Approval(p))
}

type decisionForm struct {
	Decision string `form:"decision" max:"20"`
}

func (a *area) decideMove(c *web.Context) error {
	var f decisionForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	r, err := a.readRequest(c)
	if err != nil {
		return err
	}
	approve := f.Decision == "approve"
	if !approve && f.Decision != "decline" {
		return &web.BadRequestError{Problems: []string{"The form does not say what was decided."}}
	}
	out, err := a.Billing.Decide(c.Ctx(), c.Who, c.Account(), r.ID, approve)
	if err != nil {
		return err
	}
	if approve {
		c.Flash(said(out, r.Kind))
	} else {
		c.Done("Nothing was moved.")
	}
	return c.Redirect(approvalsPath)
}
