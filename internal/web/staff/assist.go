package staff

import (
	"gatehouse/internal/assist"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const signedInPath = clientPath + "/contacts/:contact/sessions"

// assistRoutes are what staff do for somebody who asks for help with their sign-in.
func (a *area) assistRoutes() {
	if a.Assist == nil {
		return
	}
	a.web.Page(signedInPath, verb.ClientsAssist, a.signedIn)
	a.web.Action(signedInPath, verb.ClientsAssist, a.signOut)
}

// signedInAt is where a contact's sessions are shown; empty for whoever may not see them.
func (a *area) signedInAt(c *web.Context, contact id.Membership) string {
	if a.Assist == nil {
		return ""
	}
	return linkFor(c, verb.ClientsAssist, base(c)+"/contacts/"+contact.String()+"/sessions")
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
	p := staff.SignedInPage{
		Shell: c.Shell("Where " + of.Name + " is signed in"), Name: of.Name, Action: c.Request().URL.Path, BackURL: base(c),
		Rows: signedInRows(of),
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
