package signin

import (
	"net/http"

	"gatehouse/internal/fault"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/signin"
)

const (
	forgotPath = "/forgot-password"
	resetPath  = "/reset-password/:token"
)

// forgotRoutes are the pages for somebody who does not know their password any more.
func (a *area) forgotRoutes(w *web.Web) {
	w.Page(forgotPath, verb.Public, a.forgotForm)
	w.Action(forgotPath, verb.Public, a.forgot)
	w.Page(forgotPath+"/sent", verb.Public, a.forgotSent)
	w.Page(resetPath, verb.Public, a.resetForm)
	w.Action(resetPath, verb.Public, a.reset)
}

func forgotPage(c *web.Context, email string) signin.ForgotPage {
	return signin.ForgotPage{
		Shell: c.Shell("Forgotten your password?"), Action: forgotPath, Email: email, SignInURL: signInPath,
	}
}

func (a *area) forgotForm(c *web.Context) error { return c.Page(signin.Forgot(forgotPage(c, ""))) }

type forgotForm struct {
	Email string `form:"email" max:"254"`
}

// forgot answers the same whoever has the address, and takes as long (S5).
func (a *area) forgot(c *web.Context) error {
	var f forgotForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	err := a.People.ForgotPassword(c.Ctx(), c.Who, f.Email)
	page := forgotPage(c, f.Email)
	if errs, ok := web.FieldErrors(err); ok {
		page.Errors = errs
		return c.Invalid(signin.Forgot(page))
	}
	if note, ok := tooMany(err); ok {
		page.Note = note
		return c.Render(http.StatusTooManyRequests, signin.Forgot(page))
	}
	if err != nil {
		return err
	}
	return c.Redirect(forgotPath + "/sent")
}

func (a *area) forgotSent(c *web.Context) error {
	page := forgotPage(c, "")
	page.Shell = c.Shell("Look into your mailbox")
	return c.Page(signin.ForgotSent(page))
}

func resetPage(c *web.Context, title string) signin.ResetPage {
	return signin.ResetPage{Shell: c.Shell(title), Action: "/reset-password/" + c.Param("token"), ForgotURL: forgotPath}
}

// resetForm shows the form. Looking uses nothing up: mail servers look into links, too.
func (a *area) resetForm(c *web.Context) error {
	err := a.People.ResetGood(c.Ctx(), c.Param("token"))
	if fault.KindOf(err) == fault.KindConflict {
		return c.Render(http.StatusNotFound, signin.ResetGone(resetPage(c, "This link no longer works")))
	}
	if err != nil {
		return err
	}
	return c.Page(signin.Reset(resetPage(c, "Set a new password")))
}

type resetForm struct {
	Password string `form:"password" max:"2000" raw:"1"`
}

// reset sets the password and leads to signing in, which nobody is spared (S14).
func (a *area) reset(c *web.Context) error {
	var f resetForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	err := a.People.ResetPassword(c.Ctx(), c.Who, c.Param("token"), f.Password)
	page := resetPage(c, "Set a new password")
	if errs, ok := web.FieldErrors(err); ok {
		page.Errors = errs
		return c.Invalid(signin.Reset(page))
	}
	if note, ok := tooMany(err); ok {
		page.Note = note
		return c.Render(http.StatusTooManyRequests, signin.Reset(page))
	}
	if fault.KindOf(err) == fault.KindConflict {
		return c.Render(http.StatusNotFound, signin.ResetGone(resetPage(c, "This link no longer works")))
	}
	if err != nil {
		return err
	}
	c.Done("Your new password is set. Sign in with it.")
	return c.Redirect(signInPath)
}
