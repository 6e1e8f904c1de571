package contacts

import (
	"slices"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/contacts"
	"gatehouse/templates/ui"
)

func (a *area) invitationRoutes() {
	const withdraw = web.AccountPath + "/invitations/:invitation/withdraw"
	a.web.Page(web.AccountPath+"/contacts/invite", verb.ContactsInvite, a.inviteForm)
	a.web.Action(web.AccountPath+"/contacts/invite", verb.ContactsInvite, a.invite)
	a.web.Page(withdraw, verb.ContactsInvite, a.withdrawForm)
	a.web.Action(withdraw, verb.ContactsInvite, a.withdraw)
	a.web.Action(web.AccountPath+"/invitations/:invitation/resend", verb.ContactsInvite, a.resend)
}

// showInvitations is the value of "show" under which the page of contacts lists the invitations. Each list is a view
// of its own, so that neither takes more statements than a list may.
const showInvitations = "invitations"

func invitationsURL(c *web.Context) string {
	return web.With(c.Base()+"/contacts", "show", showInvitations)
}

// views are the lists of the page of contacts.
func views(c *web.Context) []ui.Segment {
	invited, teams := c.Query("show") == showInvitations, c.Request().URL.Path == teamsURL(c)
	return []ui.Segment{
		{Text: "People", URL: c.Base() + "/contacts", Current: !invited && !teams},
		{Text: "Teams", URL: teamsURL(c), Current: teams},
		{Text: "Invitations", URL: invitationsURL(c), Current: invited},
	}
}

// inviteURL is where somebody is invited; empty for whoever may not.
func inviteURL(c *web.Context) string {
	if !c.Offers(verb.ContactsInvite) {
		return ""
	}
	return c.Base() + "/contacts/invite"
}

func (a *area) invitations(c *web.Context) error {
	list, err := a.Accounts.Invitations(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p := contacts.InvitationsPage{Shell: c.Shell("Contacts"), Views: views(c), InviteURL: inviteURL(c)}
	for _, one := range list {
		row := contacts.InvitationRow{
			Email: one.Email, Role: one.RoleName, Sent: one.Since, Ends: one.Expires, Ended: one.Expired,
		}
		if p.InviteURL != "" {
			row.WithdrawURL, row.ResendURL = withdrawURL(c, one), c.Base()+"/invitations/"+one.ID.String()+"/resend"
		}
		p.Rows = append(p.Rows, row)
	}
	return c.Page(contacts.Invitations(p))
}

func withdrawURL(c *web.Context, one accounts.Pending) string {
	return c.Base() + "/invitations/" + one.ID.String() + "/withdraw"
}

type inviteForm struct {
	Email    string   `form:"email" max:"300"`
	Role     string   `form:"role" max:"80"`
	Services []string `form:"services" max:"40"`
	Ends     string   `form:"ends" max:"40"`
	Message  string   `form:"message" max:"2000"`
	Only     bool     `form:"only-invoices"`
}

func (a *area) inviteForm(c *web.Context) error {
	p, err := a.invitePage(c, inviteForm{})
	if err != nil {
		return err
	}
	return c.Page(contacts.Invite(p))
}

func (a *area) invitePage(c *web.Context, f inviteForm) (contacts.InvitePage, error) {
	p := contacts.InvitePage{
		Shell: c.Shell("Invite somebody"), ListURL: c.Base() + "/contacts", Action: c.Request().URL.Path,
		Email: f.Email, Ends: f.Ends, Message: f.Message, Only: f.Only, Account: c.AccountName(), SeveralURL: severalURL(c),
	}
	roles, err := a.Accounts.Grantable(c.Ctx(), c.Who, c.Account(), verb.ContactsInvite)
	if err != nil {
		return p, err
	}
	for _, role := range roles {
		p.Roles = append(p.Roles, roleChoice(role, f.Role))
	}
	services, err := a.choosable(c)
	for _, s := range services {
		p.Services = append(p.Services, ui.Choice{
			Value: s.ID.String(), Label: s.Name(), Chosen: slices.Contains(f.Services, s.ID.String()),
		})
	}
	return p, err
}

func (a *area) invite(c *web.Context) error {
	var f inviteForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	terms, err := f.terms(c)
	if err == nil {
		err = a.Accounts.InviteGuest(c.Ctx(), c.Who, c.Account(), accounts.Guest{
			Email: f.Email, Message: f.Message, Terms: terms, OnlyInvoices: f.Only,
		})
	}
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.invitePage(c, f)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(contacts.Invite(p))
	}
	if err != nil {
		return err
	}
	c.Done("The invitation is on its way to " + f.Email + ". It can be accepted for 7 days.")
	return c.Redirect(invitationsURL(c))
}

// terms are what the form asks for, with everything that is wrong with it at once.
func (f inviteForm) terms(c *web.Context) (accounts.Terms, error) {
	var wrong []fault.Field
	if _, err := persons.ParseEmail(f.Email); err != nil {
		wrong = append(wrong, fieldsOf(err)...)
	}
	if f.Role == "" {
		wrong = append(wrong, fault.Field{Name: "role", Message: "Choose what they may do."})
	}
	t := accounts.RoleTerms(f.Role)
	t.Services, t.Limited = servicesOf(f.Services), len(f.Services) > 0
	ends, err := lastDay(c, f.Ends)
	wrong = append(wrong, fieldsOf(err)...)
	t.EndsAt = ends
	if len(wrong) > 0 {
		return t, fault.Invalid(wrong...)
	}
	return t, nil
}

func fieldsOf(err error) []fault.Field {
	if f, ok := fault.As(err); ok {
		return f.Fields
	}
	return nil
}

// servicesOf reads ticked services. What is no id is left out; the rules then miss it.
func servicesOf(ticked []string) (out []id.Service) {
	for _, text := range ticked {
		if service, err := id.Parse[id.ServiceKind](text); err == nil {
			out = append(out, service)
		}
	}
	return out
}

// lastDay is the end of a day as browsers send it; no day is no end.
func lastDay(c *web.Context, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(dayForm, text, c.Reader().Location)
	if err != nil {
		return time.Time{}, fault.InvalidField("ends", "A day looks like 2027-01-31.")
	}
	return day.AddDate(0, 0, 1).Add(-time.Second), nil
}

// pending reads the invitation of the address, as long as it is open.
func (a *area) pending(c *web.Context) (accounts.Pending, error) {
	one, err := web.ParamID[id.InvitationKind](c, "invitation")
	if err != nil {
		return accounts.Pending{}, err
	}
	list, err := a.Accounts.Invitations(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return accounts.Pending{}, err
	}
	for _, p := range list {
		if p.ID == one {
			return p, nil
		}
	}
	return accounts.Pending{}, fault.NotFound("invitation")
}

func (a *area) withdrawForm(c *web.Context) error {
	one, err := a.pending(c)
	if err != nil {
		return err
	}
	return c.Page(contacts.InvitationWithdraw(contacts.InvitationWithdrawPage{
		Shell: c.Shell("Withdraw an invitation"), ListURL: invitationsURL(c), Action: withdrawURL(c, one), Email: one.Email,
		Role: one.RoleName,
	}))
}

func (a *area) resend(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	one, err := a.pending(c)
	if err != nil {
		return err
	}
	if err := a.Accounts.Resend(c.Ctx(), c.Who, c.Account(), one.ID); err != nil {
		return err
	}
	c.Done("The invitation is on its way to " + one.Email + " again, for another 7 days. " +
		"The link before leads nowhere now.")
	return c.Redirect(invitationsURL(c))
}

func (a *area) withdraw(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	one, err := a.pending(c)
	if err != nil {
		return err
	}
	if err := a.Accounts.Withdraw(c.Ctx(), c.Who, c.Account(), one.ID); err != nil {
		return err
	}
	c.Done("The invitation to " + one.Email + " is withdrawn. Its link leads nowhere now.")
	return c.Redirect(invitationsURL(c))
}
