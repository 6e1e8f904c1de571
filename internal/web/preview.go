package web

import (
	"net/http"

	"gatehouse/internal/access"
	"gatehouse/internal/fault"
	"gatehouse/internal/verb"
	"gatehouse/templates/layout"
	"gatehouse/templates/public"
)

// endPreviewPath is where a preview is ended.
const endPreviewPath = "/me/preview/end"

// RegisterPreview adds the route that ends a preview.
func (w *Web) RegisterPreview() { w.Action(endPreviewPath, verb.SelfManage, w.endPreview) }

// onlyLooks confines somebody who looks at an account through a contact's eyes to looking, and to that account: no form
// but the two that end it, no personal page of anybody, no other account. What is seen there is decided as ever.
func (c *Context) onlyLooks() error {
	if !c.Who.Previewing() {
		return nil
	}
	switch {
	case c.route.Path == endPreviewPath || c.route.Path == "/sign-out":
		c.Who = c.Who.AsThemselves()
		return nil
	case c.route.Method == http.MethodGet && c.route.Verb == verb.Public:
		return nil
	case c.route.Method == http.MethodGet && c.Account() == c.Who.Preview.Membership.Account:
		return nil
	}
	return c.web.Access.Check(c.Who, c.route.Verb, c.Scope).Refused(access.ReasonPreview).Fault("page")
}

func (w *Web) endPreview(c *Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	who := c.visit.Who
	if err := w.Accounts.EndPreview(c.Ctx(), who); err != nil {
		return err
	}
	m := who.Preview.Membership
	c.Done("You see the account as yourself again.")
	return c.Redirect("/accounts/" + m.Account.String() + "/contacts/" + m.ID.String())
}

// preview is the mark on every page of a preview.
func (c *Context) preview() *layout.Preview {
	if !c.Who.Previewing() {
		return nil
	}
	p := c.Who.Preview
	return &layout.Preview{
		Name: p.Name, Role: p.Membership.RoleName, Ends: p.Ends, EndURL: endPreviewPath,
	}
}

// onlyLooking says whether a fault comes of the preview alone.
func (c *Context) onlyLooking(f *fault.Error) bool {
	return c.Who.Previewing() && (f.Kind == fault.KindStepUp ||
		f.Kind == fault.KindDenied && f.Denial.Reason == access.Decision{Reason: access.ReasonPreview}.Sentence())
}

// lookingPage is what somebody is told who wanted more than to look.
func (c *Context) lookingPage(f *fault.Error) error {
	account := "/accounts/" + c.Who.Preview.Membership.Account.String()
	return c.Render(http.StatusForbidden, public.Looking(public.LookingPage{
		Shell: c.Shell("You are only looking"), Name: c.Who.Preview.Name, Wanted: f.Denial.Verb, EndURL: endPreviewPath,
		BackURL: account, RequestID: c.requestID,
	}))
}

// shows says whether a page should show what a decision is about: to whoever may, and in a preview also what the
// contact could do, although it is not done there.
func shows(d access.Decision) bool { return d.Allowed || d.Reason == access.ReasonPreview }
