package staff

import (
	"gatehouse/internal/id"
	"gatehouse/internal/ownership"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const requestsPath = "/staff/requests"

func (a *area) requestRoutes() {
	a.web.Page(requestsPath, verb.ClientsView, a.requests) // each kind by its own permission
	if a.Ownership == nil {
		return
	}
	a.web.Page(requestsPath+"/:change", verb.ClientsManage, a.request)
	a.web.Action(requestsPath+"/:change", verb.ClientsManage, a.decideRequest)
}

func (a *area) requestPage(c *web.Context) (staff.RequestPage, ownership.Request, error) {
	change, err := web.ParamID[id.ChangeKind](c, "change")
	if err != nil {
		return staff.RequestPage{}, ownership.Request{}, err
	}
	r, err := a.Ownership.ForStaff(c.Ctx(), c.Who, change)
	p := staff.RequestPage{
		Shell: c.Shell(r.Name), Account: r.Name, What: r.What, Now: r.Now, Wanted: r.Wanted, Reason: r.Reason,
		By: r.Asker.Name, Since: r.Since, Open: r.Open(), Answer: r.Answer, Action: requestsPath + "/" + change.String(),
		BackURL: requestsPath, ClientURL: clientsPath + "/" + r.Account.String(),
		State: ui.State{Tone: ui.Info, Icon: "hourglass", Word: "Waits for us"},
	}
	if !p.Open {
		p.State = ui.State{Tone: ui.Neutral, Icon: "check", Word: "Settled"}
	}
	return p, r, err
}

func (a *area) request(c *web.Context) error {
	p, _, err := a.requestPage(c)
	if err != nil {
		return err
	}
	return c.Page(staff.Request(p))
}

type requestForm struct {
	Answer   string `form:"answer" max:"3000"`
	Decision string `form:"decision" max:"20"`
}

func (a *area) decideRequest(c *web.Context) error {
	var f requestForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p, r, err := a.requestPage(c)
	if err != nil {
		return err
	}
	approve := f.Decision == "approve"
	if !approve && f.Decision != "decline" {
		return &web.BadRequestError{Problems: []string{"The form does not say what was decided."}}
	}
	err = a.Ownership.Decide(c.Ctx(), c.Who, r.ID, ownership.Verdict{Approve: approve, Answer: f.Answer})
	if errs, ok := web.FieldErrors(err); ok {
		p.Answer, p.Errors = f.Answer, errs
		return c.Invalid(staff.Request(p))
	}
	if err != nil {
		return err
	}
	if approve {
		c.Done("It is changed: " + r.Wanted + ".")
	} else {
		c.Done("You declined. Nothing was changed.")
	}
	return c.Redirect(requestsPath)
}
