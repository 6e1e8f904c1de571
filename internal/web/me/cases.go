package me

import (
	"gatehouse/internal/id"
	"gatehouse/internal/support"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/me"
)

const casesPath = "/me/cases"

func (a *area) caseRoutes() {
	a.web.Page(casesPath, verb.SelfView, a.cases)
	a.web.Page(casesPath+"/:case", verb.SelfView, a.oneCase)
	a.web.Action(casesPath+"/:case", verb.SelfManage, a.replyToCase)
}

func (a *area) cases(c *web.Context) error {
	list, err := a.Support.MyCases(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := me.CasesPage{Shell: c.Shell("My cases"), Tabs: web.MyPages("Cases")}
	for _, one := range list {
		p.Cases = append(p.Cases, me.CaseRow{
			Subject: one.Subject, URL: casesPath + "/" + one.ID.String(), State: web.CaseState(one.State, false),
			Changed: one.Changed,
		})
	}
	return c.Page(me.Cases(p))
}

func (a *area) oneCase(c *web.Context) error {
	p, err := a.casePage(c)
	if err != nil {
		return err
	}
	return c.Page(me.Case(p))
}

func (a *area) casePage(c *web.Context) (me.CasePage, error) {
	which, err := web.ParamID[id.CaseKind](c, "case")
	if err != nil {
		return me.CasePage{}, err
	}
	whole, err := a.Support.MyCase(c.Ctx(), c.Who, which)
	if err != nil {
		return me.CasePage{}, err
	}
	entries, err := a.Support.Entries(c.Ctx(), c.Who, whole)
	if err != nil {
		return me.CasePage{}, err
	}
	return me.CasePage{
		Shell: c.Shell(whole.Subject), ListURL: casesPath, Subject: whole.Subject, State: web.CaseState(whole.State, false),
		Closed: whole.State == support.Closed, Thread: c.Thread(whole.Messages), Entries: c.Entries(entries, ""),
		Action: casesPath + "/" + which.String(),
	}, nil
}

type replyForm struct {
	Text string `form:"text" max:"20000"`
}

func (a *area) replyToCase(c *web.Context) error {
	var f replyForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	which, err := web.ParamID[id.CaseKind](c, "case")
	if err != nil {
		return err
	}
	err = a.Support.Reply(c.Ctx(), c.Who, which, f.Text)
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.casePage(c)
		if err != nil {
			return err
		}
		p.Errors, p.Text = errs, f.Text
		return c.Invalid(me.Case(p))
	}
	if err != nil {
		return err
	}
	c.Done("Sent. We answer here, and tell you by mail.")
	return c.Redirect(casesPath + "/" + which.String())
}
