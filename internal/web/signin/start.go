package signin

import (
	"net/url"

	"gatehouse/internal/identity"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/signin"
)

// Where whoever has just signed in is led whose sign-in could be safer.
const (
	startPath    = "/me/security/start"
	laterPath    = startPath + "/later"
	appPath      = "/me/security/codes"
	keyPath      = "/me/security/keys/new"
	passkeyPath  = "/me/security/passkeys/new"
	recoveryPath = "/me/security/recovery-codes"
)

func (a *area) startRoutes(w *web.Web) {
	w.Page(startPath, verb.SelfManage, a.startForm)
	w.Action(laterPath, verb.SelfManage, a.later)
}

// enter lets somebody in whose sign-in is complete. The browser gets its tokens, and is led on: to what would make the
// sign-in safer, unless its owner said "not now" in the last week, or else to where they wanted to go.
func (a *area) enter(c *web.Context, out identity.Outcome, next string) error {
	c.KeepBrowser(out.Browser)
	c.StartSession(out.Token)
	next = web.Local(next)
	if c.SaidLater(out.Person) && out.Advice != identity.NeedSecondStep {
		return c.Redirect(next)
	}
	query := "?" + url.Values{"next": {next}}.Encode()
	switch out.Advice {
	case identity.AddSecondStep, identity.NeedSecondStep:
		return c.Redirect(startPath + query)
	case identity.KeepRecoveryCodes:
		return c.Redirect(recoveryPath + query)
	case identity.AllIsWell:
	}
	return c.Redirect(next)
}

func (a *area) startForm(c *web.Context) error {
	demands, err := a.People.Demands(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := signin.StartPage{
		Shell: c.Shell("Make your sign-in safer"), PasskeyURL: passkeyPath, KeyURL: keyPath, AppURL: appPath,
		Next: web.Local(c.Query("next")), LaterURL: laterPath, By: demands.By,
	}
	if demands.SecondFactor {
		p.LaterURL = ""
	}
	return c.Page(signin.Start(p))
}

type laterForm struct {
	Next string `form:"next" max:"2000"`
}

// later leads on, and lets the person in peace for a week. An account that insists is not put off by it: it asks
// wherever it is entered.
func (a *area) later(c *web.Context) error {
	var f laterForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	c.SayLater(c.Who.Person)
	return c.Redirect(web.Local(f.Next))
}
