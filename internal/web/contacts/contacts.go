// Package contacts holds the pages about who has access to an account: its people, invitations, what each may do and
// why, how they have to sign in, and the way back of somebody who lost every factor. Rules live in accounts, recovery
// and access, permissions on the routes; what a page looks like in templates/contacts.
package contacts

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/assist"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/recovery"
	"gatehouse/internal/teams"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/contacts"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Accounts *accounts.Accounts
	Recovery *recovery.Recovery
	Hosting  *hosting.Hosting
	Gate     *gate.Gate
	Access   *access.Access

	Assist *assist.Assist
	Shared *teams.Teams // of agencies, which the account gives access to
}

type area struct {
	Deps
	web *web.Web
}

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d, web: w}
	a.contactRoutes()
	a.invitationRoutes()
	a.guestRoutes()
	a.roleRoutes()
	a.ruleRoutes()
	a.staffHelpRoutes()
	a.staffAccessRoutes()
	a.recoveryRoutes()
	a.teamRoutes()
	a.web.Action(web.AccountPath+web.AskPath, verb.AccountView, a.ask)
}

func (a *area) contactRoutes() {
	const contact = web.AccountPath + "/contacts/:contact"
	a.web.Page(web.AccountPath+"/contacts", verb.ContactsView, a.contacts)
	a.contactPageRoutes()
	a.web.Page(web.AccountPath+"/contacts/history", verb.ContactsView, a.history)
	a.web.Page(contact+"/role", verb.ContactsManage, a.roleForm)
	a.web.Action(contact+"/role", verb.ContactsManage, a.changeRole)
	a.web.Page(contact+"/remove", verb.ContactsManage, a.removeForm)
	a.web.Action(contact+"/remove", verb.ContactsManage, a.remove)
}

func (a *area) contacts(c *web.Context) error {
	if c.Query("show") == showInvitations {
		return a.invitations(c)
	}
	list := c.Base() + "/contacts"
	p := contacts.ContactsPage{
		Shell: c.Shell("Contacts"), Views: views(c), InviteURL: inviteURL(c), WhoURL: c.Base() + "/who",
		HistoryURL: list + "/history", Query: strings.TrimSpace(c.Query("q")), AllURL: list,
	}
	if p.Query != "" {
		return a.findContacts(c, p)
	}
	page, err := a.Accounts.Contacts(c.Ctx(), c.Who, c.Account(), web.QueryID[id.MembershipKind](c, "after"))
	if err != nil {
		return err
	}
	manages := c.Offers(verb.ContactsManage)
	for _, contact := range page.Contacts {
		p.Rows = append(p.Rows, contactRow(contact, list, manages))
	}
	if c.Query("after") != "" {
		p.Pages.Newer = list
	}
	if !page.Next.IsZero() {
		p.Pages.Older = web.With(list, "after", page.Next.String())
	}
	p.Pages.NewerText, p.Pages.OlderText = "First page", "Next"
	p.Pages.Shown = ui.Count(len(p.Rows), "person", "people") + " shown, the longest here first"
	return c.Page(contacts.Contacts(p))
}

// findContacts lists the people whose name or address fits what somebody looks for.
func (a *area) findContacts(c *web.Context, p contacts.ContactsPage) error {
	found, more, err := a.Accounts.FindContacts(c.Ctx(), c.Who, c.Account(), p.Query)
	if err != nil {
		return err
	}
	for _, contact := range found {
		p.Rows = append(p.Rows, contactRow(contact, p.AllURL, c.Offers(verb.ContactsManage)))
	}
	p.More = more
	return c.Page(contacts.Contacts(p))
}

func contactRow(contact accounts.Contact, list string, manages bool) contacts.ContactRow {
	row := contacts.ContactRow{
		Person: ui.Person{Name: contact.Name, Detail: contact.Email}, Role: contact.RoleName, You: contact.You,
		EndsAt: contact.Terms.EndsAt, LastSeen: contact.LastSignIn, Factor: factor(contact.Level), DoneAt: contact.DoneAt,
	}
	if m, known := contact.Done.Meaning(); known {
		row.Done = m.Label
	}
	if contact.Done == activity.Refused {
		row.Done = "Was refused something"
	}
	if contact.Terms.Limited {
		row.Scope = "Only " + ui.Count(len(contact.Terms.Services), "service", "services")
	}
	if contact.TeamName != "" {
		row.Role += ", through the team " + contact.TeamName
	}
	one := list + "/" + contact.ID.String()
	row.State, row.Person.URL = stateOf(contact.Presence), one
	switch {
	case contact.MayChange:
		row.RoleURL, row.RemoveURL = one+"/role", one+"/remove"
	case contact.You && manages:
		row.Fixed = "Your own role"
	case manages && contact.TeamName != "":
		row.Fixed = "Changed with the team"
	case manages:
		row.Fixed = "Above your own role"
	}
	return row
}

func factor(l actor.Level) ui.Factor {
	switch l {
	case actor.PhishingProof:
		return ui.FactorKey
	case actor.SecondFactor:
		return ui.FactorCode
	case actor.PasswordOnly:
	}
	return ui.FactorPassword
}

// contact reads the contact of the address, and turns away whoever may not act on them.
func (a *area) contact(c *web.Context) (accounts.Contact, error) {
	one, err := web.ParamID[id.MembershipKind](c, "contact")
	if err != nil {
		return accounts.Contact{}, err
	}
	contact, err := a.Accounts.Contact(c.Ctx(), c.Who, c.Account(), one)
	about := activity.TargetOf("contact", one, contact.Name)
	switch {
	case err != nil:
		return accounts.Contact{}, err
	case contact.You:
		return accounts.Contact{}, c.Refuse(access.ReasonOwnRole, about)
	case !contact.MayChange:
		return accounts.Contact{}, c.Refuse(access.ReasonHigherRole, about)
	}
	return contact, nil
}

type roleForm struct {
	Version  string   `form:"version" max:"20"`
	Role     string   `form:"role" max:"80"`
	Services []string `form:"services" max:"40"`
	Ends     string   `form:"ends" max:"40"`
}

// dayForm is how browsers send a day.
const dayForm = time.DateOnly

func (a *area) roleForm(c *web.Context) error {
	contact, err := a.contact(c)
	if err != nil {
		return err
	}
	f := roleForm{
		Version: strconv.FormatInt(contact.Version, 10), Role: contact.Terms.RoleValue(), Ends: endDay(c, contact),
	}
	for _, service := range contact.Terms.Services {
		f.Services = append(f.Services, service.String())
	}
	p, err := a.rolePage(c, contact, f)
	if err != nil {
		return err
	}
	return c.Page(contacts.ContactRole(p))
}

// roleChoice is a role to choose, with what it is for. One that the account made for itself says what it includes.
func roleChoice(role accounts.Role, chosen string) ui.Choice {
	return ui.Choice{
		Value: role.Value(), Label: role.Name, Help: role.Says(), Chosen: role.Value() == chosen,
	}
}

func endDay(c *web.Context, contact accounts.Contact) string {
	if contact.Terms.EndsAt.IsZero() {
		return ""
	}
	return contact.Terms.EndsAt.In(c.Reader().Location).Format(dayForm)
}

func (a *area) rolePage(c *web.Context, contact accounts.Contact, f roleForm) (contacts.ContactRolePage, error) {
	p := contacts.ContactRolePage{
		ListURL: c.Base() + "/contacts", Action: c.Request().URL.Path, Current: contact.RoleName, Version: f.Version,
		Person: ui.Person{Name: contact.Name, Detail: contact.Email}, Ends: f.Ends,
		Shell: c.Shell("Change the role of " + contact.Name),
	}
	roles, err := a.Accounts.Grantable(c.Ctx(), c.Who, c.Account(), verb.ContactsManage)
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

// choosable are the services that a role can be limited to; none where the asker may not see services.
func (a *area) choosable(c *web.Context) ([]hosting.Service, error) {
	var out []hosting.Service
	if !c.May(verb.ServicesView) {
		return nil, nil
	}
	for after := (id.Service{}); ; {
		page, err := a.Hosting.Services(c.Ctx(), c.Who, c.Account(), after)
		if err != nil {
			return nil, err
		}
		out = append(out, page.Services...)
		if after = page.Next; after.IsZero() {
			return out, nil
		}
	}
}

func (a *area) changeRole(c *web.Context) error {
	var f roleForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	shown, err := web.Version(f.Version)
	if err != nil {
		return err
	}
	contact, err := a.contact(c)
	if err != nil {
		return err
	}
	terms, err := f.terms(c, contact)
	if err == nil {
		change := accounts.RoleChange{Terms: terms, Version: shown}
		err = a.Accounts.ChangeRole(c.Ctx(), c.Who, c.Account(), contact.ID, change)
	}
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.rolePage(c, contact, f)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(contacts.ContactRole(p))
	}
	if err != nil {
		return err
	}
	c.Done("What " + contact.Name + " may do has changed. It counts from their next page on.")
	return c.Redirect(c.Base() + "/contacts")
}

// terms are what the form asks for. Somebody who may not see services leaves them as they are.
func (f roleForm) terms(c *web.Context, contact accounts.Contact) (accounts.Terms, error) {
	t := accounts.RoleTerms(f.Role)
	t.Limited, t.Services = contact.Terms.Limited, contact.Terms.Services
	if c.May(verb.ServicesView) {
		t.Services, t.Limited = servicesOf(f.Services), len(f.Services) > 0
	}
	if f.Ends != "" && f.Ends == endDay(c, contact) {
		t.EndsAt = contact.Terms.EndsAt
		return t, nil
	}
	var err error
	t.EndsAt, err = lastDay(c, f.Ends)
	return t, err
}

func (a *area) removeForm(c *web.Context) error {
	contact, err := a.contact(c)
	if err != nil {
		return err
	}
	return c.Page(contacts.ContactRemove(contacts.ContactRemovePage{
		Shell: c.Shell("Remove " + contact.Name), ListURL: c.Base() + "/contacts", Action: c.Request().URL.Path,
		Person: ui.Person{Name: contact.Name, Detail: contact.Email}, Role: contact.RoleName, Account: c.AccountName(),
	}))
}

func (a *area) remove(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	contact, err := a.contact(c)
	if err != nil {
		return err
	}
	if err := a.Accounts.Remove(c.Ctx(), c.Who, c.Account(), contact.ID); err != nil {
		return err
	}
	c.Done(contact.Name + " has no access to this account any more.")
	return c.Redirect(c.Base() + "/contacts")
}
