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
	a.web.Page(securityPath, verb.SelfView, a.security)
	a.web.Action(codesPath, verb.SelfManage, a.startCodes)
	a.web.Page(codesPath+"/:factor", verb.SelfManage, a.codes)
	a.web.Action(codesPath+"/:factor", verb.SelfManage, a.confirmCodes)
	a.web.Page(codesPath+"/:factor/remove", verb.SelfManage, a.removeFactorForm)
	a.web.Action(codesPath+"/:factor/remove", verb.SelfManage, a.removeFactor)
	a.web.Page(passwordPath, verb.SelfManage, a.passwordForm)
	a.web.Action(passwordPath, verb.SelfManage, a.changePassword)
	a.emailRoutes()
	a.keyRoutes()
	a.sessionRoutes()
	a.notMeRoutes()
	a.caseRoutes()
}

// myPages are the tabs of the pages about oneself.
func myPages(current string) []ui.Segment {
	list := []ui.Segment{
		{Text: "Security", URL: securityPath}, {Text: "Sessions", URL: sessionsPath}, {Text: "Activity", URL: "/me/activity"},
		{Text: "Cases", URL: casesPath},
	}
	for i := range list {
		list[i].Current = list[i].Text == current
	}
	return list
}

func (a *area) security(c *web.Context) error {
	p, err := a.securityPage(c)
	if err != nil {
		return err
	}
	return c.Page(portal.Security(p))
}

func (a *area) securityPage(c *web.Context) (portal.SecurityPage, error) {
	factors, err := a.People.Factors(c.Ctx(), c.Who)
	if err != nil {
		return portal.SecurityPage{}, err
	}
	p := portal.SecurityPage{
		Shell: c.Shell("My security"), Tabs: myPages("Security"), FirstName: firstName(c.Who.Name), EnrolURL: codesPath,
		Password: passwordPath, Email: emailPath, LastSeen: c.Who.SignedInAt,
	}
	p.Keys = keysPart(c, factors)
	for _, f := range factors {
		if f.Kind != identity.CodeApp {
			continue
		}
		p.Apps = append(p.Apps, portal.FactorRow{
			Name: f.Name, Added: f.AddedAt, Used: f.LastUsedAt, RemoveURL: codesPath + "/" + f.ID.String() + "/remove",
		})
	}
	return p, nil
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
	return c.Redirect(securityPath)
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
	return c.Page(portal.FactorRemove(portal.FactorRemovePage{
		Shell: c.Shell("Remove " + f.Name), Name: f.Name, Action: c.Request().URL.Path, BackURL: securityPath, Last: last,
	}))
}

func (a *area) removeFactor(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	f, _, err := a.factor(c)
	if err != nil {
		return err
	}
	token, err := a.People.RemoveFactor(c.Ctx(), c.Who, f.ID)
	if err != nil {
		return err
	}
	c.StartSession(token)
	c.Done(f.Name + " is removed. Your other devices are signed out.")
	return c.Redirect(securityPath)
}

func (a *area) passwordForm(c *web.Context) error {
	return c.Page(portal.Password(passwordPage(c)))
}

func passwordPage(c *web.Context) portal.PasswordPage {
	return portal.PasswordPage{Shell: c.Shell("Change your password"), Action: passwordPath, BackURL: securityPath}
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
		p := passwordPage(c)
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
