package servers

import (
	"gatehouse/internal/hosting"
	"gatehouse/internal/web"
	pages "gatehouse/templates/servers"
	"gatehouse/templates/ui"
)

type breachForm struct {
	Found string `form:"found" max:"8000" raw:"1"`
	Todo  string `form:"todo" max:"4000" raw:"1"`
}

// usualTodo is what people are asked to do unless staff say otherwise.
const usualTodo = "Change the passwords of the site, its databases and its mailboxes. Update its software, plugins " +
	"and themes, and remove what you do not know. Then answer us with what you did: we look at it and open the site again."

func (a *area) askDisable(c *web.Context) error {
	s, _, err := a.held(c)
	if err != nil {
		return err
	}
	return a.showDisable(c, s, breachForm{Todo: usualTodo}, nil)
}

func (a *area) showDisable(c *web.Context, s hosting.Service, f breachForm, errs ui.Errors) error {
	above, err := above(c, s)
	if err != nil {
		return err
	}
	p := pages.DisablePage{
		Above: above, Shell: c.Shell("Disable " + s.Name()), Name: s.Name(), BackURL: at(c, s), Action: at(c, s) + "/disable",
		Found: f.Found, Todo: f.Todo, Errors: errs,
	}
	if len(errs) > 0 {
		return c.Invalid(pages.Disable(p))
	}
	return c.Page(pages.Disable(p))
}

func (a *area) disable(c *web.Context) error {
	var f breachForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	s, _, err := a.held(c)
	if err != nil {
		return err
	}
	err = a.Hosting.Disable(c.Ctx(), c.Who, c.Account(), s.ID, hosting.Breach{Found: f.Found, Todo: f.Todo})
	if errs, ok := web.FieldErrors(err); ok {
		return a.showDisable(c, s, f, errs)
	}
	if err != nil {
		return err
	}
	c.Done(s.Name() + " is stopped. Those who run it are told what was found, and what to do.")
	return c.Redirect(at(c, s))
}

type remedyForm struct {
	Remedy string `form:"remedy" max:"4000" raw:"1"`
}

func (a *area) askReopen(c *web.Context) error {
	s, _, err := a.held(c)
	if err != nil {
		return err
	}
	return a.showReopen(c, s, remedyForm{}, nil)
}

func (a *area) showReopen(c *web.Context, s hosting.Service, f remedyForm, errs ui.Errors) error {
	above, err := above(c, s)
	if err != nil {
		return err
	}
	p := pages.ReopenPage{
		Above: above, Shell: c.Shell("Open " + s.Name() + " again"), Name: s.Name(), BackURL: at(c, s),
		Action: at(c, s) + "/reopen",
		Remedy: f.Remedy, Errors: errs,
	}
	if len(errs) > 0 {
		return c.Invalid(pages.Reopen(p))
	}
	return c.Page(pages.Reopen(p))
}

func (a *area) reopen(c *web.Context) error {
	var f remedyForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	s, _, err := a.held(c)
	if err != nil {
		return err
	}
	err = a.Hosting.Reopen(c.Ctx(), c.Who, c.Account(), s.ID, f.Remedy)
	if errs, ok := web.FieldErrors(err); ok {
		return a.showReopen(c, s, f, errs)
	}
	if err != nil {
		return err
	}
	c.Done(s.Name() + " runs again.")
	return c.Redirect(at(c, s))
}
