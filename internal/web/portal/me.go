package portal

import (
	"strings"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/signin"
	"gatehouse/templates/ui"
)

const (
	securityPath = "/me/security"
	codesPath    = securityPath + "/codes"
	passwordPath = "/me/password"
)

func (a *area) meRoutes() {
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
}

// myPages are the tabs of the pages about oneself.
func myPages(current string) []ui.Segment {
	list := []ui.Segment{
		{Text: "Security", URL: securityPath},
		{Text: "Sessions", URL: sessionsPath},
		{Text: "Activity", URL: "/me/activity"},
		{Text: "Cases", URL: casesPath},
	}
	for i := range list {
		list[i].Current = list[i].Text == current
	}
	return list
}

func firstName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
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
		return c.Invalid(portal.Security(p))
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
	square, err := web.QRCode(e.URL)
	if err != nil {
		return signin.EnrolTOTPPage{}, err
	}
	return signin.EnrolTOTPPage{
		Shell: c.Shell("Add a code app"), Action: codesPath + "/" + factor.String(), CancelURL: securityPath, QR: square,
		Secret: e.Secret, Name: name,
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
	c.Done("Your code app is added. You are asked for a code from now on, and your other devices are signed out.")
	next, err := a.afterFactor(c)
	if err != nil {
		return err
	}
	return c.Redirect(next)
}

// factor finds the factor of the address among one's own, and says whether it is the only one.
func (a *area) factor(c *web.Context) (found identity.Factor, last bool, err error) {
	factor, err := web.ParamID[id.FactorKind](c, "factor")
	if err != nil {
		return identity.Factor{}, false, err
	}
	list, err := a.People.Factors(c.Ctx(), c.Who)
	if err != nil {
		return identity.Factor{}, false, err
	}
	for _, f := range list {
		if f.ID == factor {
			return f, len(list) == 1, nil
		}
	}
	return identity.Factor{}, false, fault.NotFound("read factor")
}

func (a *area) removeFactorForm(c *web.Context) error {
	f, last, err := a.factor(c)
	if err != nil {
		return err
	}
	return c.Page(portal.FactorRemove(removePage(c, f, last)))
}

func removePage(c *web.Context, f identity.Factor, last bool) portal.FactorRemovePage {
	return portal.FactorRemovePage{
		Shell: c.Shell("Remove " + f.Name), Name: f.Name, Action: c.Request().URL.Path, BackURL: securityPath, Last: last,
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
		p.Blocked, p.WayOut = errs[0].Message, ui.Link{Text: "Back to my security", URL: securityPath}
		if errs[0].Field == "password" {
			p.WayOut = ui.Link{Text: "Choose a longer password", URL: passwordPath}
		}
		return c.Invalid(portal.FactorRemove(p))
	}
	if err != nil {
		return err
	}
	c.StartSession(token)
	c.Done(f.Name + " is removed. Your other devices are signed out.")
	return c.Redirect(securityPath)
}

func (a *area) passwordForm(c *web.Context) error {
	p, err := a.passwordPage(c)
	if err != nil {
		return err
	}
	return c.Page(portal.Password(p))
}

func (a *area) passwordPage(c *web.Context) (portal.PasswordPage, error) {
	second, err := a.People.HasSecondFactor(c.Ctx(), c.Who)
	if err != nil {
		return portal.PasswordPage{}, err
	}
	p := portal.PasswordPage{
		Shell: c.Shell("Change your password"), Action: passwordPath, BackURL: securityPath, Least: identity.ShortestAlone,
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
		return c.Invalid(portal.Password(p))
	}
	if err != nil {
		return err
	}
	c.StartSession(token)
	c.Done("Your password is changed. Your other devices are signed out.")
	return c.Redirect(securityPath)
}
