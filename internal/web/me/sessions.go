package me

import (
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/me"
	"gatehouse/templates/ui"
)

const sessionsPath = "/me/sessions"

func (a *area) sessionRoutes() {
	a.web.Page(sessionsPath, verb.SelfView, a.sessions)
	a.web.Action(sessionsPath+"/:session/end", verb.SelfManage, a.endSession)
	a.web.Action(sessionsPath+"/end-others", verb.SelfManage, a.endOthers)
	a.web.Action("/me/stay", verb.SelfManage, a.stay)
}

func (a *area) sessions(c *web.Context) error {
	list, err := a.People.Sessions(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	limits := a.People.Timeouts(c.Who.Kind == actor.Staff)
	p := me.SessionsPage{
		Shell: c.Shell("Sessions"), Tabs: web.MyPages("Sessions"), EndOthersURL: sessionsPath + "/end-others",
		Idle: limits.Idle, Limit: limits.Absolute,
	}
	for _, s := range list {
		row := me.SessionRow{
			Device: ui.Device{Name: s.Device, Place: s.Place, Address: s.Address, This: s.This}, Factor: ui.Capital(s.Factor),
			Since: s.CreatedAt, LastSeen: s.SeenAt, EndURL: sessionsPath + "/" + s.ID.String() + "/end",
		}
		row.NotMeURL = sessionsPath + "/" + s.ID.String() + "/not-me"
		if s.This {
			row.EndURL = "/sign-out"
		}
		p.Rows = append(p.Rows, row)
	}
	return c.Page(me.Sessions(p))
}

func (a *area) endSession(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	session, err := web.ParamID[id.SessionKind](c, "session")
	if err != nil {
		return err
	}
	if err := a.People.EndSession(c.Ctx(), c.Who, session); err != nil {
		return err
	}
	c.Done("That device is signed out.")
	return c.Redirect(sessionsPath)
}

func (a *area) endOthers(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	ended, err := a.People.EndOtherSessions(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	c.Done(ui.Count(int(ended), "other device is", "other devices are") + " signed out.")
	return c.Redirect(sessionsPath)
}

// stay keeps the session: that somebody asked was noted at the door already.
func (a *area) stay(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	return c.Empty()
}
