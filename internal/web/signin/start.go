package signin

import (
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/signin"
	"gatehouse/templates/ui"
)

// Where whoever has just signed in is led whose sign-in could be safer.
const (
	startPath   = web.SaferPath
	laterPath   = startPath + "/later"
	appPath     = "/me/security/codes"
	keysPath    = "/me/security/keys"
	passkeyPath = "/me/security/passkeys/new"
)

func (a *area) startRoutes(w *web.Web) {
	w.Page(startPath, verb.SelfManage, a.startForm)
	w.Action(laterPath, verb.SelfManage, a.later)
}

// enter lets somebody in whose sign-in is complete. The browser gets its tokens, and is led on: to what would make the
// sign-in safer, or to where they wanted to go, with what would do so offered there. Where an account insists, nobody
// is let past it.
func (a *area) enter(c *web.Context, out identity.Outcome, next string) error {
	c.KeepBrowser(out.Browser)
	c.StartSession(out.Token)
	c.Settled()
	next = web.Local(next)
	switch out.Advice {
	case identity.AddSecondStep:
		return c.Lead(out.Person, web.AsideStep, next)
	case identity.NeedSecondStep:
		return c.LeadNow(web.AsideStep, next)
	case identity.KeepRecoveryCodes:
		return c.Lead(out.Person, web.AsideCodes, next)
	case identity.AllIsWell:
	}
	return c.Redirect(next)
}

func (a *area) startForm(c *web.Context) error {
	demands, err := a.People.Demands(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	c.GoTo(c.Query("next"))
	p := signin.StartPage{
		Shell: c.Shell("Make your sign-in safer"), PasskeyURL: passkeyPath, KeyURL: keysPath + "/new", AppURL: appPath,
		Next: web.Local(c.Query("next")), LaterURL: laterPath, By: demands.By,
	}
	if demands.SecondFactor {
		p.LaterURL = ""
	}
	left, waits, err := a.People.Unfinished(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	if waits {
		p.GoOn = ui.Link{Text: "Go on with “" + left.Name + "”", URL: goOnPath(left)}
	}
	return c.Page(signin.Start(p))
}

// goOnPath is where whoever used their first factor, and does not have their recovery codes yet, goes on.
func goOnPath(left factors.Unfinished) string {
	switch {
	case left.Here:
		return web.CodesPath
	case left.Kind == factors.CodeApp:
		return appPath + "/" + left.Factor.String()
	}
	return keysPath + "/" + left.Factor.String()
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
	c.Settled()
	c.Going("")
	return c.Redirect(web.Local(f.Next))
}
