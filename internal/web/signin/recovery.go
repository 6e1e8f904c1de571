package signin

import (
	"context"
	"net/http"
	"strings"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/recovery"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/signin"
	"gatehouse/templates/ui"
)

const (
	lostPath  = "/sign-in/lost"
	setupPath = "/recovery-setup"
)

// recoveryRoutes are the pages for somebody who has none of their second factors any more.
func (a *area) recoveryRoutes(w *web.Web) {
	if a.Recovery == nil {
		return
	}
	w.Page(lostPath, verb.Public, a.lostForm)
	w.Action(lostPath, verb.Public, a.lost)
	w.Page(lostPath+"/sent", verb.Public, a.lostSent)
	w.Page("/recovery/:token", verb.Public, a.recovery)
	w.Action("/recovery/:token", verb.Public, a.prove)
	w.Action("/recovery/:token/cancel", verb.Public, a.cancelRecovery)
	w.Page("/recovery-link/:token", verb.Public, a.recoveryLink)
	w.Action("/recovery-link/:token", verb.Public, a.openLink)
	w.Page(setupPath, verb.Public, a.setupForm)
	w.Action(setupPath, verb.Public, a.setup)
}

func lostPage(c *web.Context, title string) signin.LostPage {
	return signin.LostPage{Shell: c.Shell(title), Action: lostPath, BackURL: secondPath}
}

// lostForm is for whoever gave their password a moment ago.
func (a *area) lostForm(c *web.Context) error {
	if c.Step() == "" {
		return c.Redirect(signInPath)
	}
	return c.Page(signin.Lost(lostPage(c, "You can’t use any of these?")))
}

func (a *area) lost(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	if c.Step() == "" {
		return c.Redirect(signInPath)
	}
	err := a.Recovery.Ask(c.Ctx(), c.Who, c.Step())
	page := lostPage(c, "You can’t use any of these?")
	if note, ok := tooMany(err); ok {
		page.Note = note
		return c.Render(http.StatusTooManyRequests, signin.Lost(page))
	}
	if f, ok := fault.As(err); ok && f.Kind == fault.KindConflict {
		page.Note = &ui.Flash{Tone: ui.Warn, Text: f.Message}
		return c.Render(http.StatusConflict, signin.Lost(page))
	}
	if err != nil {
		return err
	}
	return c.Redirect(lostPath + "/sent")
}

func (a *area) lostSent(c *web.Context) error {
	page := lostPage(c, "Look into your mailbox")
	page.BackURL = signInPath
	return c.Page(signin.LostSent(page))
}

// recovery shows how it stands. Looking uses nothing up: mail servers look into links, too.
func (a *area) recovery(c *web.Context) error {
	v, err := a.Recovery.Status(c.Ctx(), c.Param("token"))
	if fault.KindOf(err) == fault.KindNotFound {
		return c.Render(http.StatusNotFound, signin.RecoveryLinkGone(linkPage(c)))
	}
	if err != nil {
		return err
	}
	return c.Page(signin.Recovery(recoveryPage(c, v)))
}

func recoveryPage(c *web.Context, v recovery.View) signin.RecoveryPage {
	path := "/recovery/" + c.Param("token")
	p := signin.RecoveryPage{
		Shell: c.Shell("Getting back in"), State: string(v.State), Until: v.WaitsUntil, LinkUntil: v.LinkUntil,
		Over: !c.Now().Before(v.WaitsUntil), Action: path, CancelURL: path + "/cancel", SignInURL: signInPath,
	}
	for _, place := range v.Places {
		row := signin.RecoveryAccount{Name: place.Name, Owners: strings.Join(place.Owners, ", "), Held: place.Held}
		if place.Decision != nil {
			row.Approved, row.Declined = place.Decision.Approved, !place.Decision.Approved
		}
		p.Accounts = append(p.Accounts, row)
	}
	return p
}

func (a *area) prove(c *web.Context) error { return a.act(c, a.Recovery.Prove) }

func (a *area) cancelRecovery(c *web.Context) error { return a.act(c, a.Recovery.Cancel) }

// act does what a button of the page does, and shows the page again: what is over says so there.
func (a *area) act(
	c *web.Context, do func(context.Context, actor.Actor, string) error,
) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	err := do(c.Ctx(), c.Who, c.Param("token"))
	switch fault.KindOf(err) { //nolint:exhaustive // the others are shown as they are
	case fault.KindNotFound:
		return c.Render(http.StatusNotFound, signin.RecoveryLinkGone(linkPage(c)))
	case fault.KindConflict:
	default:
		if err != nil {
			return err
		}
	}
	return c.Redirect("/recovery/" + c.Param("token"))
}

func linkPage(c *web.Context) signin.RecoveryLinkPage {
	return signin.RecoveryLinkPage{
		Shell: c.Shell("Set up a new code app"), Action: "/recovery-link/" + c.Param("token"), SignInURL: signInPath,
	}
}

func isOver(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.KindNotFound || kind == fault.KindConflict
}

func (a *area) recoveryLink(c *web.Context) error {
	err := a.Recovery.LinkGood(c.Ctx(), c.Param("token"))
	if isOver(err) {
		return c.Render(http.StatusNotFound, signin.RecoveryLinkGone(linkPage(c)))
	}
	if err != nil {
		return err
	}
	return c.Page(signin.RecoveryLink(linkPage(c)))
}

func (a *area) openLink(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	step, err := a.Recovery.Open(c.Ctx(), c.Who, c.Param("token"))
	if isOver(err) {
		return c.Render(http.StatusNotFound, signin.RecoveryLinkGone(linkPage(c)))
	}
	if err != nil {
		return err
	}
	c.StartRecovery(step)
	return c.Redirect(setupPath)
}

func (a *area) setupPage(c *web.Context) (signin.EnrolTOTPPage, error) {
	e, err := a.Recovery.Enrolment(c.Ctx(), c.Recovery())
	if err != nil {
		return signin.EnrolTOTPPage{}, err
	}
	qr, err := web.QRCode(e.URL)
	return signin.EnrolTOTPPage{
		Shell: c.Shell("Set up a new code app"), Action: setupPath, QR: qr, Secret: e.Secret, Required: true,
	}, err
}

// setupForm shows the new key in the browser that used the link, and in no other.
func (a *area) setupForm(c *web.Context) error {
	p, err := a.setupPage(c)
	if isOver(err) {
		return c.Render(http.StatusNotFound, signin.RecoveryLinkGone(linkPage(c)))
	}
	if err != nil {
		return err
	}
	return c.Page(signin.EnrolTOTP(p))
}

type setupForm struct {
	Code string `form:"code" max:"100"`
}

func (a *area) setup(c *web.Context) error {
	var f setupForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	err := a.Recovery.Finish(c.Ctx(), c.Who, c.Recovery(), f.Code)
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.setupPage(c)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(signin.EnrolTOTP(p))
	}
	if isOver(err) {
		return c.Render(http.StatusNotFound, signin.RecoveryLinkGone(linkPage(c)))
	}
	if err != nil {
		return err
	}
	c.ForgetRecovery()
	c.Done("Your new code app is set up, and everything old stopped working. Sign in with it.")
	return c.Redirect(signInPath)
}
