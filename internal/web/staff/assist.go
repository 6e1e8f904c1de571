package staff

import (
	"gatehouse/internal/assist"
	"gatehouse/internal/id"
	"gatehouse/internal/support"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const (
	signedInPath = clientPath + "/contacts/:contact/sessions"
	actPath      = clientPath + "/contacts/:contact/assist"
)

// assistRoutes are what staff do for somebody who asks for help with their sign-in.
func (a *area) assistRoutes() {
	if a.Assist == nil {
		return
	}
	a.web.Page(signedInPath, verb.ClientsAssist, a.signedIn)
	a.web.Action(signedInPath, verb.ClientsAssist, a.signOut)
	a.web.Page(actPath, verb.ClientsAssist, a.act)
	a.web.Action(actPath, verb.ClientsAssist, a.beginToAct)
	a.web.Action(actPath+"/ask", verb.ClientsAssist, a.askToAct)
}

// helpAt is where a contact's sessions are shown, and where somebody begins to act for them; empty for whoever may not.
func (a *area) helpAt(c *web.Context, contact id.Membership) (sessions, act string) {
	if a.Assist == nil || !c.Offers(verb.ClientsAssist) {
		return "", ""
	}
	of := base(c) + "/contacts/" + contact.String()
	return of + "/sessions", of + "/assist"
}

func (a *area) signedInPage(c *web.Context) (staff.SignedInPage, id.Membership, error) {
	contact, err := web.ParamID[id.MembershipKind](c, "contact")
	if err != nil {
		return staff.SignedInPage{}, contact, err
	}
	of, err := a.Assist.Contact(c.Ctx(), c.Who, c.Account(), contact)
	if err != nil {
		return staff.SignedInPage{}, contact, err
	}
	above, err := c.AboveClient()
	if err != nil {
		return staff.SignedInPage{}, contact, err
	}
	p := staff.SignedInPage{
		Parents: above, Rows: signedInRows(of),
		Shell: c.Shell("Where " + of.Name + " is signed in"), Name: of.Name, Action: c.Request().URL.Path, BackURL: base(c),
	}
	return p, contact, nil
}

func signedInRows(of assist.Contact) []staff.SignedInRow {
	rows := make([]staff.SignedInRow, 0, len(of.Sessions))
	for _, s := range of.Sessions {
		rows = append(rows, staff.SignedInRow{
			Device: ui.Device{Name: s.Device, Place: s.Place, Address: s.Address}, Factor: s.Factor, Since: s.CreatedAt,
			LastSeen: s.SeenAt,
		})
	}
	return rows
}

func (a *area) signedIn(c *web.Context) error {
	p, _, err := a.signedInPage(c)
	if err != nil {
		return err
	}
	return c.Page(staff.SignedIn(p))
}

type signOutForm struct {
	Why string `form:"why" max:"1000"`
}

func (a *area) signOut(c *web.Context) error {
	var f signOutForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p, contact, err := a.signedInPage(c)
	if err != nil {
		return err
	}
	ended, err := a.Assist.SignOut(c.Ctx(), c.Who, c.Account(), contact, f.Why)
	if errs, ok := web.FieldErrors(err); ok {
		p.Errors, p.Why = errs, f.Why
		return c.Invalid(staff.SignedIn(p))
	}
	if err != nil {
		return err
	}
	c.Done(p.Name + " is signed out everywhere: " + ui.Count(int(ended), "session", "sessions") + ".")
	return c.Redirect(base(c))
}

type actForm struct {
	Code string `form:"code" max:"20"`
	Why  string `form:"why" max:"1000"`
	Case string `form:"case" max:"40"`
}

// actPage is where somebody begins to act for a contact, or asks the client to let them.
func (a *area) actPage(c *web.Context, f actForm) (staff.ActPage, id.Membership, []support.Case, error) {
	contact, err := web.ParamID[id.MembershipKind](c, "contact")
	if err != nil {
		return staff.ActPage{}, contact, nil, err
	}
	at, err := a.Assist.Position(c.Ctx(), c.Who, c.Account(), contact)
	if err != nil {
		return staff.ActPage{}, contact, nil, err
	}
	above, err := c.AboveClient()
	if err != nil {
		return staff.ActPage{}, contact, nil, err
	}
	here := base(c) + "/contacts/" + contact.String() + "/assist"
	p := staff.ActPage{
		Shell: c.Shell("Act for " + at.Name), BackURL: base(c), Name: at.Name, Minutes: int(assist.Time.Minutes()),
		Parents: above, Action: here, Why: f.Why, Allowed: at.Allowed, Once: at.Once, Asked: at.Asked,
	}
	if !at.Allowed && at.Once.IsZero() {
		p.Action = here + "/ask"
	}
	p.Codes = web.ReasonChoices(f.Code)
	var cases []support.Case
	if a.Support != nil && c.May(verb.CasesView) {
		if cases, err = a.Support.OpenOf(c.Ctx(), c.Who, c.Account(), at.Person); err != nil {
			return staff.ActPage{}, contact, nil, err
		}
	}
	p.Cases = web.CaseChoices(cases, f.Case)
	return p, contact, cases, nil
}

func (f actForm) reason(cases []support.Case) (assist.Reason, error) {
	return web.GivenReason(f.Code, f.Why, f.Case, cases)
}

func (a *area) act(c *web.Context) error {
	p, _, _, err := a.actPage(c, actForm{})
	if err != nil {
		return err
	}
	return c.Page(staff.Act(p))
}

// given reads the form and does something with the reason. done says that it worked; otherwise the answer is written.
func (a *area) given(c *web.Context, do func(contact id.Membership, why assist.Reason) error) (done bool, err error) {
	var f actForm
	if err := c.Bind(&f); err != nil {
		return false, err
	}
	p, contact, cases, err := a.actPage(c, f)
	if err != nil {
		return false, err
	}
	why, err := f.reason(cases)
	if err == nil {
		err = do(contact, why)
	}
	if errs, ok := web.FieldErrors(err); ok {
		p.Errors = errs
		return false, c.Invalid(staff.Act(p))
	}
	return err == nil, err
}

func (a *area) beginToAct(c *web.Context) error {
	done, err := a.given(c, func(contact id.Membership, why assist.Reason) error {
		return a.Assist.Begin(c.Ctx(), c.Who, c.Account(), contact, why)
	})
	if err != nil || !done {
		return err
	}
	return c.Redirect("/accounts/" + c.Account().String())
}

func (a *area) askToAct(c *web.Context) error {
	done, err := a.given(c, func(contact id.Membership, why assist.Reason) error {
		return a.Assist.Ask(c.Ctx(), c.Who, c.Account(), contact, why)
	})
	if err != nil || !done {
		return err
	}
	c.Done("The client’s owners are asked by mail. Come back here once one of them has allowed it.")
	return c.Redirect(base(c))
}
