package contacts

import (
	"slices"

	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	"gatehouse/templates/contacts"
	"gatehouse/templates/ui"
)

func teamPerson(c *web.Context, one accounts.Contact) contacts.TeamPerson {
	person := contacts.TeamPerson{
		Person: ui.Person{Name: one.Name, Detail: one.Email}, Factor: factor(one.Level), Own: one.OwnPlace,
		State: stateOf(one.Presence), LastSeen: one.LastSignIn,
	}
	if !one.OwnPlace {
		person.Person.URL = c.Base() + "/contacts/" + one.ID.String()
	}
	return person
}

// behind shows everybody behind one team, a page at a time.
func (a *area) behind(c *web.Context) error {
	which, err := web.ParamID[id.TeamAccessKind](c, "team")
	if err != nil {
		return err
	}
	list, err := a.Accounts.Teams(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(x accounts.TeamGiven) bool { return x.ID == which })
	if i < 0 {
		return fault.NotFound("read team")
	}
	page, err := a.Accounts.Behind(c.Ctx(), c.Who, c.Account(), which, web.QueryID[id.MembershipKind](c, "after"))
	if err != nil {
		return err
	}
	list[i].People = page.Contacts
	at := teamsURL(c) + "/" + which.String()
	p := contacts.BehindPage{
		Shell: c.Shell(list[i].Name), ListURL: teamsURL(c), Team: teamRow(c, list[i]),
		Pages: ui.Pages{NewerText: "First page", OlderText: "Next"},
	}
	p.Team.AllURL = ""
	p.Pages.Shown = ui.Count(len(page.Contacts), "person", "people") + " shown"
	if c.Query("after") != "" {
		p.Pages.Newer = at
	}
	if !page.Next.IsZero() {
		p.Pages.Older = web.With(at, "after", page.Next.String())
	}
	return c.Page(contacts.Behind(p))
}
