package colleagues

import (
	"net/http"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/staffing"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/colleagues"
	"gatehouse/templates/ui"
)

func (a *area) requestPage(c *web.Context) (colleagues.RequestPage, staffing.Request, error) {
	request, err := web.ParamID[id.StaffRequestKind](c, "ask")
	if err != nil {
		return colleagues.RequestPage{}, staffing.Request{}, err
	}
	r, err := a.Staffing.Request(c.Ctx(), c.Who, request)
	if err != nil {
		return colleagues.RequestPage{}, staffing.Request{}, err
	}
	p := colleagues.RequestPage{
		Shell: c.Shell(r.About), ListURL: listPath, About: r.About, What: r.What, Reason: r.Reason, By: r.By,
		Since: r.Asked, Sent: r.Sent, Expires: r.Expires, Alone: r.Alone, Decider: r.Decider, Decided: r.Decided,
		Answer: r.Answer, Action: requestURL(r.ID), State: requestState(r, c),
	}
	if !c.May(verb.StaffManage) {
		return p, r, nil
	}
	own := r.Asker == c.Who.Person
	switch {
	case r.State == staffing.Invited:
		p.WithdrawURL, p.ResendURL = p.Action+"/withdraw", p.Action+"/resend"
	case r.State != staffing.Waiting:
	case own:
		p.WithdrawURL, p.Own = p.Action+"/withdraw", "You asked for this, so another administrator decides."
	case r.Member == c.Who.Person:
		p.Own = "This is about you, so another administrator decides."
	default:
		p.MayDecide = true
	}
	return p, r, nil
}

func requestState(r staffing.Request, c *web.Context) ui.State {
	switch r.State {
	case staffing.Waiting:
		return ui.State{Tone: ui.Info, Icon: "hourglass", Word: "Waits for a second administrator"}
	case staffing.Declined:
		return ui.State{Tone: ui.Neutral, Icon: "x", Word: "Declined"}
	case staffing.Withdrawn:
		return ui.State{Tone: ui.Neutral, Icon: "minus", Word: "Withdrawn"}
	case staffing.Invited:
		if !c.Now().Before(r.Expires) {
			return ui.State{Tone: ui.Warn, Icon: "clock", Word: "The link has ended"}
		}
		return ui.State{Tone: ui.Info, Icon: "mail", Word: "Invited"}
	case staffing.Accepted:
		return ui.State{Tone: ui.OK, Icon: "check", Word: "Accepted"}
	case staffing.Given:
	}
	return ui.State{Tone: ui.OK, Icon: "check", Word: "Given"}
}

func (a *area) request(c *web.Context) error {
	p, _, err := a.requestPage(c)
	if err != nil {
		return err
	}
	return c.Page(colleagues.Request(p))
}

type decideForm struct {
	Answer   string `form:"answer" max:"3000"`
	Decision string `form:"decision" max:"20"`
}

func (a *area) decide(c *web.Context) error {
	var f decideForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	approve := f.Decision == "approve"
	if !approve && f.Decision != "decline" {
		return &web.BadRequestError{Problems: []string{"The form does not say what was decided."}}
	}
	p, r, err := a.requestPage(c)
	if err != nil {
		return err
	}
	err = a.Staffing.Decide(c.Ctx(), c.Who, r.ID, staffing.Verdict{Approve: approve, Answer: f.Answer})
	if errs, ok := web.FieldErrors(err); ok {
		p.Typed, p.Errors = f.Answer, errs
		return c.Invalid(colleagues.Request(p))
	}
	if err != nil {
		return a.conflict(c, p, err)
	}
	if approve {
		c.Done("You approved it for " + r.About + ".")
	} else {
		c.Done("You declined. Nothing was given.")
	}
	return c.Redirect(listPath)
}

// conflict says on the page itself what came in between.
func (a *area) conflict(c *web.Context, p colleagues.RequestPage, err error) error {
	found, ok := fault.As(err)
	if !ok || found.Kind != fault.KindConflict && found.Kind != fault.KindLimited {
		return err
	}
	p.Note = &ui.Flash{Tone: ui.Warn, Text: found.Message}
	return c.Render(http.StatusConflict, colleagues.Request(p))
}

func (a *area) withdraw(c *web.Context) error {
	return a.settle(c, "It is withdrawn.", func(request id.StaffRequest) error {
		return a.Staffing.Withdraw(c.Ctx(), c.Who, request)
	})
}

func (a *area) resend(c *web.Context) error {
	return a.settle(c, "The invitation is on its way again. The link of before leads nowhere any more.",
		func(request id.StaffRequest) error { return a.Staffing.Resend(c.Ctx(), c.Who, request) })
}

func (a *area) settle(c *web.Context, done string, do func(id.StaffRequest) error) error {
	if err := c.Bind(&struct{}{}); err != nil {
		return err
	}
	p, r, err := a.requestPage(c)
	if err != nil {
		return err
	}
	if err := do(r.ID); err != nil {
		return a.conflict(c, p, err)
	}
	c.Done(done)
	return c.Redirect(listPath)
}
