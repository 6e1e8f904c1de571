package me

import (
	"strings"

	"gatehouse/internal/fault"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/me"
	"gatehouse/templates/ui"
)

// firstKeyPath is where a key is added.
const firstKeyPath = web.SecurityPath + "/keys/new"

func (a *area) startRoutes() {
	a.web.Page(web.StartPath, verb.SelfManage, a.start)
	a.web.Page(web.StartPath+"/:token", verb.SelfManage, a.start)
	a.web.Action(web.StartPath, verb.SelfManage, a.useStart)
}

func (a *area) start(c *web.Context) error {
	if !a.Access.Unkeyed(c.Who) {
		return c.Redirect(web.SecurityPath)
	}
	left, waits, err := a.People.Unfinished(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	if waits { // the start link was used with it
		return c.Redirect(keysPath + "/" + left.Factor.String())
	}
	return c.Page(me.Start(startPage(c, c.Param("token"))))
}

func startPage(c *web.Context, token string) me.StartPage {
	return me.StartPage{Shell: c.Shell("Add your first security key"), Action: web.StartPath, Token: token}
}

type startTokenForm struct {
	Token string `form:"token" max:"500"`
}

// useStart takes the secret, or the whole link that it came in.
func (a *area) useStart(c *web.Context) error {
	var f startTokenForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	token := f.Token[strings.LastIndex(f.Token, "/")+1:]
	err := a.People.UseStart(c.Ctx(), c.Who, token)
	if known, ok := fault.As(err); ok && known.Kind == fault.KindConflict {
		p := startPage(c, f.Token)
		p.Errors = ui.Errors{{Field: "token", Message: known.Message}}
		return c.Invalid(me.Start(p))
	}
	if err != nil {
		return err
	}
	return c.Redirect(firstKeyPath)
}
