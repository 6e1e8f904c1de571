package me

import (
	"net/http"

	"gatehouse/internal/fault"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/me"
)

const (
	emailPath        = "/me/email"
	emailStopPath    = "/me/email/stop"
	emailConfirmPath = "/me/email/confirm/:token"
)

func (a *area) emailRoutes() {
	a.web.Page(emailPath, verb.SelfManage, a.emailForm)
	a.web.Action(emailPath, verb.SelfManage, a.changeEmail)
	a.web.Action(emailStopPath, verb.SelfManage, a.stopEmail)
	a.web.Page(emailConfirmPath, verb.SelfManage, a.confirmEmailForm)
	a.web.Action(emailConfirmPath, verb.SelfManage, a.confirmEmail)
}

func (a *area) emailPage(c *web.Context) (me.EmailPage, error) {
	now, next, err := a.People.OwnEmail(c.Ctx(), c.Who)
	p := me.EmailPage{
		Shell: c.Shell("Change your e-mail address"), Action: emailPath, BackURL: web.SecurityPath, Now: now,
		StopURL: emailStopPath,
	}
	if next != nil {
		p.Waiting, p.Until = next.Email, next.Expires
	}
	return p, err
}

func (a *area) emailForm(c *web.Context) error {
	p, err := a.emailPage(c)
	if err != nil {
		return err
	}
	return c.Page(me.Email(p))
}

type emailForm struct {
	Email string `form:"email" max:"500"`
}

func (a *area) changeEmail(c *web.Context) error {
	var f emailForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	err := a.People.StartEmailChange(c.Ctx(), c.Who, f.Email)
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.emailPage(c)
		if err != nil {
			return err
		}
		p.Errors, p.Email = errs, f.Email
		return c.Invalid(me.Email(p))
	}
	if err != nil {
		return err
	}
	c.Done("A link is on its way to " + f.Email + ". Nothing changes until it is used.")
	return c.Redirect(emailPath)
}

func (a *area) stopEmail(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	if err := a.People.StopEmailChange(c.Ctx(), c.Who); err != nil {
		return err
	}
	c.Done("The change is stopped. Your address stays as it is.")
	return c.Redirect(web.SecurityPath)
}

func emailConfirmPage(c *web.Context) me.EmailConfirmPage {
	return me.EmailConfirmPage{
		Shell: c.Shell("Confirm your e-mail address"), Action: c.Request().URL.Path, BackURL: web.SecurityPath,
	}
}

// confirmEmailForm asks once more. Looking uses nothing up: mail servers look into links, too.
func (a *area) confirmEmailForm(c *web.Context) error {
	p := emailConfirmPage(c)
	change, err := a.People.EmailChangeFor(c.Ctx(), c.Who, c.Param("token"))
	if fault.KindOf(err) == fault.KindConflict {
		return c.Render(http.StatusNotFound, me.EmailGone(p))
	}
	if err != nil {
		return err
	}
	p.Email = change.Email
	return c.Page(me.EmailConfirm(p))
}

func (a *area) confirmEmail(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	token, err := a.People.ConfirmEmail(c.Ctx(), c.Who, c.Param("token"))
	if fault.KindOf(err) == fault.KindConflict {
		return c.Render(http.StatusNotFound, me.EmailGone(emailConfirmPage(c)))
	}
	if err != nil {
		return err
	}
	c.StartSession(token)
	c.Done("Your e-mail address is changed. Your other devices are signed out.")
	return c.Redirect(web.SecurityPath)
}
