package contacts

import (
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/contacts"
	"gatehouse/templates/ui"
)

const severalPath = web.AccountPath + "/contacts/invite-several"

func (a *area) guestRoutes() {
	a.web.Page(severalPath, verb.ContactsInvite, a.severalForm)
	a.web.Action(severalPath, verb.ContactsInvite, a.several)
}

func severalURL(c *web.Context) string { return c.Base() + "/contacts/invite-several" }

// severalForm is a list of people with what they are all given. Nothing of it is lost on the way: the page that shows
// what was understood carries it along.
type severalForm struct {
	List     string   `form:"list" max:"40000" raw:"1"`
	Role     string   `form:"role" max:"80"`
	Services []string `form:"services" max:"40"`
	Ends     string   `form:"ends" max:"40"`
	Message  string   `form:"message" max:"2000"`
	Only     bool     `form:"only-invoices"`
	Step     string   `form:"step" max:"10"`
}

// Steps of the form: to look at the list, to change it again, to send it.
const (
	stepEdit = "edit"
	stepSend = "send"
)

func (a *area) severalForm(c *web.Context) error {
	p, _, err := a.severalPage(c, severalForm{})
	if err != nil {
		return err
	}
	return c.Page(contacts.Several(p))
}

// severalPage is the form as it was filled in, with what reads its list.
func (a *area) severalPage(c *web.Context, f severalForm) (contacts.SeveralPage, guestReader, error) {
	one := inviteForm{Role: f.Role, Services: f.Services, Ends: f.Ends, Message: f.Message, Only: f.Only}
	same, err := a.invitePage(c, one)
	if err != nil {
		return contacts.SeveralPage{}, guestReader{}, err
	}
	p := contacts.SeveralPage{
		Shell: c.Shell("Invite several people"), ListURL: same.ListURL, OneURL: c.Base() + "/contacts/invite",
		Action: severalURL(c), List: f.List, Ends: f.Ends, Message: f.Message, Only: f.Only, Roles: same.Roles,
		Services: same.Services, Most: accounts.MostGuests,
	}
	r := guestReader{where: c.Reader().Location}
	if r.roles, err = a.Accounts.Grantable(c.Ctx(), c.Who, c.Account(), verb.ContactsInvite); err != nil {
		return p, r, err
	}
	r.services, err = a.choosable(c)
	return p, r, err
}

func (a *area) several(c *web.Context) error {
	var f severalForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p, reader, err := a.severalPage(c, f)
	if err != nil {
		return err
	}
	if f.Step == stepEdit {
		return c.Page(contacts.Several(p))
	}
	list, err := a.understood(c, f, reader, &p)
	if err != nil {
		return err
	}
	switch {
	case len(p.Errors) > 0 || len(p.Bad) > 0:
		return c.Invalid(contacts.Several(p))
	case f.Step != stepSend:
		return c.Page(contacts.SeveralCheck(checkPage(c, f, list, reader)))
	}
	err = a.Accounts.InviteAll(c.Ctx(), c.Who, c.Account(), guestsOf(list.lines))
	if known, ok := fault.As(err); ok && known.Kind == fault.KindInvalid { // somebody else was quicker
		complain(&p, list.lines, known.Fields)
		return c.Invalid(contacts.Several(p))
	}
	if err != nil {
		return err
	}
	c.Done(ui.Count(len(list.lines), "invitation is", "invitations are") + " on the way. " +
		"Each can be accepted for 7 days.")
	return c.Redirect(invitationsURL(c))
}

// understood reads the list, and puts into the page what is wrong with it.
func (a *area) understood(
	c *web.Context, f severalForm, reader guestReader, p *contacts.SeveralPage,
) (guestList, error) {
	var err error
	if reader.standard, err = f.standard(c); err != nil {
		p.Errors, _ = web.FieldErrors(err)
		return guestList{}, nil
	}
	list := reader.read(f.List)
	p.Unused = list.columns
	switch {
	case len(list.lines) == 0:
		p.Errors = ui.Errors{{Field: "list", Message: "Paste at least one e-mail address."}}
	case list.more || len(list.lines) > accounts.MostGuests:
		p.Errors = ui.Errors{{Field: "list", Message: "At most " + strconv.Itoa(accounts.MostGuests) +
			" people can be invited at one go. Send the first ones now, and the rest afterwards."}}
	case slices.ContainsFunc(list.lines, guestLine.hasNoRole):
		p.Errors = ui.Errors{{Field: "role", Message: "Choose what they may do, or give the list a column “role”."}}
	}
	if len(p.Errors) > 0 {
		return list, nil
	}
	var good []guestLine // those that can be read at all
	for _, one := range list.lines {
		if len(one.wrong) == 0 {
			good = append(good, one)
			continue
		}
		p.Bad = append(p.Bad, contacts.BadLine{Line: one.line, Text: one.text, Wrong: strings.Join(one.wrong, " ")})
	}
	if len(good) == 0 {
		return list, nil
	}
	wrong, err := a.Accounts.CheckGuests(c.Ctx(), c.Who, c.Account(), guestsOf(good))
	if err != nil {
		return list, err
	}
	complain(p, good, wrong)
	return list, nil
}

// hasNoRole says whether neither the form nor the line says what the person may do.
func (l guestLine) hasNoRole() bool { return len(l.wrong) == 0 && l.guest.Terms.Role == "" }

// complain names the lines that something is wrong with, in the order of the list.
func complain(p *contacts.SeveralPage, lines []guestLine, wrong []fault.Field) {
	for _, w := range wrong {
		i := accounts.GuestOf(w.Name)
		if i < 0 || i >= len(lines) {
			p.Errors = append(p.Errors, ui.FieldError{Field: "list", Message: w.Message})
			continue
		}
		p.Bad = append(p.Bad, contacts.BadLine{Line: lines[i].line, Text: lines[i].text, Wrong: w.Message})
	}
	slices.SortStableFunc(p.Bad, func(x, y contacts.BadLine) int { return x.Line - y.Line })
}

func guestsOf(lines []guestLine) []accounts.Guest {
	out := make([]accounts.Guest, 0, len(lines))
	for _, one := range lines {
		out = append(out, one.guest)
	}
	return out
}

// standard is what everybody of the list is given unless the list says otherwise.
func (f severalForm) standard(c *web.Context) (accounts.Guest, error) {
	ends, err := lastDay(c, f.Ends)
	t := accounts.RoleTerms(f.Role)
	t.Services, t.Limited, t.EndsAt = servicesOf(f.Services), len(f.Services) > 0, ends
	return accounts.Guest{Message: f.Message, Terms: t, OnlyInvoices: f.Only}, err
}

// checkPage shows what was understood, before anything is sent.
func checkPage(c *web.Context, f severalForm, list guestList, r guestReader) contacts.SeveralCheckPage {
	p := contacts.SeveralCheckPage{
		Shell: c.Shell("Look at the list"), ListURL: c.Base() + "/contacts", Action: severalURL(c), Unused: list.columns,
		Hidden: []ui.Pair{
			{Name: "list", Value: f.List},
			{Name: "role", Value: f.Role},
			{Name: "ends", Value: f.Ends},
			{Name: "message", Value: f.Message},
		},
	}
	if f.Only {
		p.Hidden = append(p.Hidden, ui.Pair{Name: "only-invoices", Value: "yes"})
	}
	for _, s := range f.Services {
		p.Hidden = append(p.Hidden, ui.Pair{Name: "services", Value: s})
	}
	for _, one := range list.lines {
		t := one.guest.Terms
		row := contacts.GuestRow{Email: one.guest.Email, Message: one.guest.Message, Ends: t.EndsAt, Scope: "All of it"}
		for _, role := range r.roles {
			if role.Value() == t.RoleValue() {
				row.Role = role.Name
			}
		}
		if t.Limited {
			row.Scope = namesOf(r.services, t.Services)
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

// namesOf are the names of some services.
func namesOf(services []hosting.Service, chosen []id.Service) string {
	var names []string
	for _, s := range services {
		if slices.Contains(chosen, s.ID) {
			names = append(names, s.Name())
		}
	}
	return "Only " + strings.Join(names, ", ")
}
