package contacts

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/contacts"
	"gatehouse/templates/ui"
)

func (a *area) contactPageRoutes() {
	const contact = web.AccountPath + "/contacts/:contact"
	a.web.Page(contact, verb.ContactsView, a.contactPage)
	a.web.Page(contact+"/suspend", verb.ContactsManage, a.suspendForm)
	a.web.Action(contact+"/suspend", verb.ContactsManage, a.suspend)
	a.web.Page(contact+"/restore", verb.ContactsManage, a.restoreForm)
	a.web.Action(contact+"/restore", verb.ContactsManage, a.restore)
	a.web.Action(contact+"/preview", verb.ContactsManage, a.startPreview)
	a.web.Page(web.AccountPath+"/who", verb.ContactsView, a.whoMay)
}

// contactPage is everything about one contact: what they may do and why, and when they last did anything.
func (a *area) contactPage(c *web.Context) error {
	one, err := web.ParamID[id.MembershipKind](c, "contact")
	if err != nil {
		return err
	}
	contact, err := a.Accounts.Contact(c.Ctx(), c.Who, c.Account(), one)
	if err != nil {
		return err
	}
	p := contacts.ContactPage{
		Shell: c.Shell(contact.Name), ListURL: c.Base() + "/contacts", FirstName: web.FirstName(contact.Name),
		Person: ui.Person{Name: contact.Name, Detail: contact.Email}, Role: contact.RoleName, You: contact.You,
		Team: contact.TeamName, TeamsURL: teamsURL(c),
		Factor: factor(contact.Level), EndsAt: contact.Terms.EndsAt, Since: contact.Since, LastSignIn: contact.LastSignIn,
		LastSeen: contact.LastSeen, State: stateOf(contact.Presence), Total: len(verb.Portal()),
	}
	if p.Services, err = a.serviceNames(c, contact); err != nil {
		return err
	}
	lines := a.Access.Explain(contact.Subject(), c.Scope)
	p.May, p.Held = mayOf(c, contact.Name, lines)
	if p.Last, err = a.lastDone(c, contact); err != nil {
		return err
	}
	if p.Asked, err = a.asked(c, contact, lines); err != nil {
		return err
	}
	at := c.Request().URL.Path
	if contact.MayPreview && stateOf(contact.Presence) == "" {
		p.PreviewURL = at + "/preview"
	}
	if contact.MayChange {
		p.RoleURL, p.RemoveURL, p.MailsURL = at+"/role", at+"/remove", at+"/mails"
		switch {
		case contact.Held:
		case contact.Suspended:
			p.RestoreURL = at + "/restore"
		default:
			p.SuspendURL = at + "/suspend"
		}
	}
	return c.Page(contacts.ContactFacts(p))
}

// lastDone is the newest entry of the contact in the account's log, for those who may read all of it: one look-up by an
// index, however long the log is.
func (a *area) lastDone(c *web.Context, contact accounts.Contact) ([]ui.Entry, error) {
	d := a.Access.Check(c.Who, verb.ActivityView, c.Scope)
	if !d.Allowed || d.Own && !contact.You {
		return nil, nil
	}
	page, err := a.Gate.Log(c.Ctx(), c.Who, verb.ActivityView, c.Scope, activity.Filter{Person: contact.Person, Limit: 1})
	if err != nil {
		return nil, err
	}
	return c.Entries(page.Entries, c.Base()+"/activity"), nil
}

// serviceNames are the services that a contact is limited to, as far as the reader may see them.
func (a *area) serviceNames(c *web.Context, contact accounts.Contact) ([]string, error) {
	if !contact.Terms.Limited {
		return nil, nil
	}
	services, err := a.choosable(c)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, s := range services {
		for _, chosen := range contact.Terms.Services {
			if s.ID == chosen {
				names = append(names, s.Name())
			}
		}
	}
	if missing := len(contact.Terms.Services) - len(names); missing > 0 {
		names = append(names, ui.Count(missing, "service", "services"))
	}
	return names, nil
}

func stateOf(place accounts.Presence) string {
	switch {
	case place.Ended:
		return "Ended"
	case place.Held:
		return "Waits for approval"
	case place.Suspended:
		return "Suspended"
	case place.Disabled:
		return "Sign-in disabled"
	}
	return ""
}

func (a *area) suspendForm(c *web.Context) error {
	contact, err := a.contact(c)
	if err != nil {
		return err
	}
	return c.Page(contacts.ContactAsk(contacts.ContactAskPage{
		Shell: c.Shell("Suspend " + contact.Name), ListURL: c.Base() + "/contacts", Action: c.Request().URL.Path,
		Title: "Suspend the access of " + contact.Name + "?", Button: "Suspend " + web.FirstName(contact.Name), Danger: true,
		Text: "From their next page on they can see and do nothing in " + c.AccountName() + ". Their role stays, and you " +
			"can give it back at any time. Their sign-in and their other accounts stay.",
		BackURL: c.Base() + "/contacts/" + contact.ID.String(), Back: "Leave it",
	}))
}

func (a *area) suspend(c *web.Context) error {
	return a.act(c, a.Accounts.Suspend, "%s can do nothing here until you give the access back.")
}

func (a *area) restoreForm(c *web.Context) error {
	contact, err := a.contact(c)
	if err != nil {
		return err
	}
	return c.Page(contacts.ContactAsk(contacts.ContactAskPage{
		Shell: c.Shell("Restore " + contact.Name), ListURL: c.Base() + "/contacts", Action: c.Request().URL.Path,
		Title: "Give " + contact.Name + " their access back?", Button: "Give it back",
		Text:    "They are " + contact.RoleName + " again from their next page on, with the limits that they had.",
		BackURL: c.Base() + "/contacts/" + contact.ID.String(), Back: "Leave it suspended",
	}))
}

func (a *area) restore(c *web.Context) error {
	return a.act(c, a.Accounts.Restore, "%s has the access back.")
}

// startPreview shows the account from now on as the contact sees it.
func (a *area) startPreview(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	contact, err := web.ParamID[id.MembershipKind](c, "contact")
	if err != nil {
		return err
	}
	if err := a.Accounts.StartPreview(c.Ctx(), c.Who, c.Account(), contact); err != nil {
		return err
	}
	return c.Redirect(c.Base())
}

// whoMay is the matrix of who can do what, or, for one permission, each person with the reason.
func (a *area) whoMay(c *web.Context) error {
	p := contacts.WhoPage{Shell: c.Shell("Who can do what"), ListURL: c.Base() + "/contacts", Where: c.AccountName()}
	people, next, err := a.everybody(c)
	if err != nil {
		return err
	}
	if next != nil {
		p.NextURL = web.With(c.Request().URL.Path, append([]string{"verb", c.Query("verb")}, next...)...)
	}
	if asked := verb.Verb(c.Query("verb")); asked != "" {
		if !asked.IsPortal() {
			return fault.NotFound("permission")
		}
		p.Asked, p.AllURL = asked, c.Request().URL.Path
		for _, contact := range people {
			p.Answers = append(p.Answers, a.whoAnswer(c, contact, asked))
		}
		return c.Page(contacts.WhoOne(p))
	}
	p.Who = a.whoMatrix(c, people)
	return c.Page(contacts.WhoAll(p))
}

// everybody is a page of the people of an account. next is the query of the page after it; nil where there is none.
func (a *area) everybody(c *web.Context) (people []accounts.Contact, next []string, err error) {
	page, err := a.Accounts.Everybody(c.Ctx(), c.Who, c.Account(),
		web.QueryID[id.MembershipKind](c, "after"), web.QueryID[id.MembershipKind](c, "team"))
	switch {
	case !page.NextOwn.IsZero():
		next = []string{"after", page.NextOwn.String()}
	case !page.NextThrough.IsZero():
		next = []string{"team", page.NextThrough.String()}
	}
	return page.People, next, err
}

// roleIn is what somebody is in the account, with the team through which they are here.
func roleIn(contact accounts.Contact) string {
	if contact.TeamName == "" {
		return contact.RoleName
	}
	return contact.RoleName + " · through the team " + contact.TeamName
}

func (a *area) whoAnswer(c *web.Context, contact accounts.Contact, asked verb.Verb) contacts.WhoAnswer {
	row := contacts.WhoAnswer{
		Person: ui.Person{Name: contact.Name, Detail: roleIn(contact), URL: c.Base() + "/contacts/" + contact.ID.String()},
	}
	for _, line := range a.Access.Explain(contact.Subject(), c.Scope) {
		if line.Verb == asked {
			row.Answer, row.Why = answerOf(line.Decision), line.Sentence()
		}
	}
	return row
}

func (a *area) whoMatrix(c *web.Context, contacts []accounts.Contact) ui.WhoProps {
	props := ui.WhoProps{Where: c.AccountName()}
	answers := make(map[verb.Verb][]ui.Answer, len(verb.Portal()))
	for _, v := range verb.Portal() {
		answers[v] = make([]ui.Answer, 0, len(contacts))
	}
	for _, contact := range contacts {
		props.People = append(props.People, ui.WhoPerson{
			Person: ui.Person{Name: contact.Name, URL: c.Base() + "/contacts/" + contact.ID.String()}, Role: roleIn(contact),
		})
		for _, line := range a.Access.Explain(contact.Subject(), c.Scope) {
			answers[line.Verb] = append(answers[line.Verb], answerOf(line.Decision))
		}
	}
	for _, v := range verb.Portal() {
		if n := len(props.Groups); n == 0 || props.Groups[n-1].Name != v.Area() {
			props.Groups = append(props.Groups, ui.WhoGroup{Name: v.Area()})
		}
		group := &props.Groups[len(props.Groups)-1]
		group.Rows = append(group.Rows, ui.WhoRow{
			Permission: v.Sentence(), Answers: answers[v], URL: web.With(c.Base()+"/who", "verb", string(v)),
		})
	}
	return props
}

// act does something to the contact of the address, and says so with their name.
func (a *area) act(
	c *web.Context, do func(context.Context, actor.Actor, id.Account, id.Membership) error, done string,
) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	contact, err := a.contact(c)
	if err != nil {
		return err
	}
	if err := do(c.Ctx(), c.Who, c.Account(), contact.ID); err != nil {
		return err
	}
	c.Done(fmt.Sprintf(done, contact.Name))
	return c.Redirect(c.Base() + "/contacts/" + contact.ID.String())
}
