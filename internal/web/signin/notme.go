package signin

import (
	"net/http"

	"gatehouse/internal/fault"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/web"
	"gatehouse/templates/mail"
	"gatehouse/templates/signin"
	"gatehouse/templates/ui"
)

const notMePath = "/not-me"

// notMeForm shows what a mailed link is about and what happens. Looking does nothing.
func (a *area) notMeForm(c *web.Context) error {
	alert, err := a.People.Alerted(c.Ctx(), c.Param("token"))
	switch {
	case fault.KindOf(err) == fault.KindNotFound:
		return notMeGone(c)
	case err != nil:
		return err
	case alert.Used:
		return c.Redirect(notMePath)
	}
	return c.Page(signin.NotMe(notMePage(c, alert)))
}

func notMeGone(c *web.Context) error {
	return c.Render(http.StatusNotFound, signin.NotMeGone(signin.NotMeGonePage{Shell: c.Shell("This wasn’t me")}))
}

func notMePage(c *web.Context, alert alerts.Alerted) signin.NotMePage {
	what, _ := mail.AlertName(string(alert.Kind))
	what = ui.Capital(what)
	return signin.NotMePage{
		Shell: c.Shell("This wasn’t me"), What: what, At: alert.At, Action: notMePath + "/" + c.Param("token"),
		BackURL: signInPath,
	}
}

type notMeForm struct {
	Note string `form:"note" max:"3000"`
}

func (a *area) notMe(c *web.Context) error {
	var f notMeForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	err := a.People.NotMe(c.Ctx(), c.Who, c.Param("token"), f.Note)
	if errs, ok := web.FieldErrors(err); ok {
		alert, err := a.People.Alerted(c.Ctx(), c.Param("token"))
		if err != nil {
			return err
		}
		p := notMePage(c, alert)
		p.Note, p.Errors = f.Note, errs
		return c.Invalid(signin.NotMe(p))
	}
	if fault.KindOf(err) == fault.KindNotFound {
		return notMeGone(c)
	}
	if err != nil && fault.KindOf(err) != fault.KindConflict { // a second click finds it done
		return err
	}
	return c.Redirect(notMePath)
}

// locked says what to do next. It is the same for everybody who comes here.
func (a *area) locked(c *web.Context) error {
	return c.Page(signin.Locked(signin.LockedPage{Shell: c.Shell("Your sign-in is locked"), ResetURL: forgotPath}))
}
