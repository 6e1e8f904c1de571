// Package me holds the pages about oneself: how one signs in, one's sessions, address and cases. Rules live in identity
// and support, permissions on the routes; what a page looks like in templates/me.
package me

import (
	"gatehouse/internal/access"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/support"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/me"
	"gatehouse/templates/signin"
	"gatehouse/templates/ui"
)

const (
	codesPath    = web.SecurityPath + "/codes"
	passwordPath = "/me/password"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	People  *identity.People
	Support *support.Support
	Access  *access.Access
}

type area struct {
	Deps
	web *web.Web
}

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d, web: w}
	a.web.Action(codesPath, verb.SelfManage, a.startCodes)
	a.web.Page(codesPath+"/:factor", verb.SelfManage, a.codes)
	a.web.Action(codesPath+"/:factor", verb.SelfManage, a.confirmCodes)
	a.web.Page(codesPath+"/:factor/remove", verb.SelfManage, a.removeFactorForm)
	a.web.Action(codesPath+"/:factor/remove", verb.SelfManage, a.removeFactor)
	a.web.Page(passwordPath, verb.SelfManage, a.passwordForm)
	a.web.Action(passwordPath, verb.SelfManage, a.changePassword)
	a.emailRoutes()
	a.keyRoutes()
	a.safetyRoutes()
	a.keptCodesRoutes()
	a.sessionRoutes()
	a.notMeRoutes()
	a.caseRoutes()
	a.startRoutes()
}

type startForm struct {
	Name string `form:"name" max:"500"`
}

func (a *area) startCodes(c *web.Context) error {
	var f startForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	begun, err := a.People.StartTOTP(c.Ctx(), c.Who, f.Name)
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.securityPage(c)
		if err != nil {
			return err
		}
		p.Errors, p.AppName = errs, f.Name
		return c.Invalid(me.Security(p))
	}
	if err != nil {
		return err
	}
	return c.Redirect(codesPath + "/" + begun.Factor.String())
}

func (a *area) codes(c *web.Context) error {
	p, err := a.codesPage(c)
	if err != nil {
		return err
	}
	return c.Page(signin.EnrolTOTP(p))
}

func (a *area) codesPage(c *web.Context) (signin.EnrolTOTPPage, error) {
	factor, err := web.ParamID[id.FactorKind](c, "factor")
	if err != nil {
		return signin.EnrolTOTPPage{}, err
	}
	e, name, err := a.People.Enrolling(c.Ctx(), c.Who, factor)
	if err != nil {
		return signin.EnrolTOTPPage{}, err
	}
	square := ""
	if e.URL != "" {
		if square, err = web.QRCode(e.URL); err != nil {
			return signin.EnrolTOTPPage{}, err
		}
	}
	second, err := a.People.HasSecondFactor(c.Ctx(), c.Who)
	if err != nil {
		return signin.EnrolTOTPPage{}, err
	}
	return signin.EnrolTOTPPage{
		Shell: c.Shell("Add a code app"), Action: codesPath + "/" + factor.String(), CancelURL: web.SecurityPath, QR: square,
		Secret: e.Secret, Name: name, First: !second,
	}, nil
}

type codeForm struct {
	Code string `form:"code" max:"100"`
}

func (a *area) confirmCodes(c *web.Context) error {
	var f codeForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	factor, err := web.ParamID[id.FactorKind](c, "factor")
	if err != nil {
		return err
	}
	token, err := a.People.ConfirmTOTP(c.Ctx(), c.Who, factor, f.Code)
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.codesPage(c)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(signin.EnrolTOTP(p))
	}
	if err != nil {
		return err
	}
	c.StartSession(token)
	return a.afterFactor(c, "Your code app is added. You are asked for a code from now on, and your other devices are "+
		"signed out.")
}

// factor finds the factor of the address among one's own, and says whether it is the only one.
func (a *area) factor(c *web.Context) (found factors.Factor, last bool, err error) {
	factor, err := web.ParamID[id.FactorKind](c, "factor")
	if err != nil {
		return factors.Factor{}, false, err
	}
	list, err := a.People.Factors(c.Ctx(), c.Who)
	if err != nil {
		return factors.Factor{}, false, err
	}
	for _, f := range list {
		if f.ID == factor {
			return f, len(list) == 1, nil
		}
	}
	return factors.Factor{}, false, fault.NotFound("read factor")
}

func (a *area) removeFactorForm(c *web.Context) error {
	f, last, err := a.factor(c)
	if err != nil {
		return err
	}
	return c.Page(me.FactorRemove(removePage(c, f, last)))
}

func removePage(c *web.Context, f factors.Factor, last bool) me.FactorRemovePage {
	return me.FactorRemovePage{
		Shell: c.Shell("Remove " + f.Name), Name: f.Name, Action: c.Request().URL.Path, BackURL: web.SecurityPath, Last: last,
	}
}

func (a *area) removeFactor(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	f, last, err := a.factor(c)
	if err != nil {
		return err
	}
	token, err := a.People.RemoveFactor(c.Ctx(), c.Who, f.ID)
	if errs, ok := web.FieldErrors(err); ok { // something else stands against it
		p := removePage(c, f, last)
		p.Blocked, p.WayOut = errs[0].Message, ui.Link{Text: "Back to my security", URL: web.SecurityPath}
		if errs[0].Field == "password" {
			p.WayOut = ui.Link{Text: "Choose a longer password", URL: passwordPath}
		}
		return c.Invalid(me.FactorRemove(p))
	}
	if err != nil {
		return err
	}
	c.StartSession(token)
	c.Done(f.Name + " is removed. Your other devices are signed out.")
	return c.Redirect(web.SecurityPath)
}

func (a *area) passwordForm(c *web.Context) error {
	p, err := a.passwordPage(c)
	if err != nil {
		return err
	}
	return c.Page(me.Password(p))
}

func (a *area) passwordPage(c *web.Context) (me.PasswordPage, error) {
	second, err := a.People.HasSecondFactor(c.Ctx(), c.Who)
	if err != nil {
		return me.PasswordPage{}, err
	}
	email, _, err := a.People.OwnEmail(c.Ctx(), c.Who)
	if err != nil {
		return me.PasswordPage{}, err
	}
	p := me.PasswordPage{
		Shell: c.Shell("Change your password"), Action: passwordPath, BackURL: web.SecurityPath,
		Email: email, Least: identity.ShortestAlone, Words: c.Who.Name + " " + email,
	}
	if second {
		p.Least = identity.ShortestWithSecond
	}
	return p, nil
}

type passwordForm struct {
	Present  string `form:"present" max:"2000" raw:"1"`
	Password string `form:"password" max:"2000" raw:"1"`
}

func (a *area) changePassword(c *web.Context) error {
	var f passwordForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	token, err := a.People.ChangePassword(c.Ctx(), c.Who, f.Present, f.Password)
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.passwordPage(c)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(me.Password(p))
	}
	if err != nil {
		return err
	}
	c.StartSession(token)
	c.Done("Your password is changed. Your other devices are signed out.")
	return c.Redirect(web.SecurityPath)
}
