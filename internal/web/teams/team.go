package teams

import (
	"strconv"
	"strings"

	"gatehouse/internal/id"
	"gatehouse/internal/teams"
	"gatehouse/internal/web"
	pages "gatehouse/templates/teams"
	"gatehouse/templates/ui"
)

// clientsShown is how many clients the page of a team shows; whoever has more searches by name.
const clientsShown = 25

func (a *area) one(c *web.Context) error {
	which, err := web.ParamID[id.TeamKind](c, "team")
	if err != nil {
		return err
	}
	query := strings.TrimSpace(c.Query("q"))
	team, page, err := a.Teams.Page(c.Ctx(), c.Who, c.Account(), which, query, int(c.QueryInt("from")), clientsShown)
	if err != nil {
		return err
	}
	at := base(c) + "/" + team.ID.String()
	p := pages.Page{
		Shell: c.Shell(team.Name), ListURL: base(c), Name: team.Name, Code: teams.ShowCode(team.Code),
		All: team.Clients, Query: query,
	}
	if team.Leads {
		p.AddURL = at + "/add"
	}
	if a.managesAll(c) {
		p.RenameURL, p.DissolveURL = at+"/rename", at+"/dissolve"
	}
	for _, m := range team.Members {
		row := pages.Member{
			Person: ui.Person{Name: m.Contact.Name, Detail: m.Contact.Email}, Factor: factor(m.Contact.Level), Leads: m.Leads,
		}
		if team.Leads {
			row.RemoveURL = at + "/members/" + m.ID.String() + "/remove"
		}
		p.Members = append(p.Members, row)
	}
	a.clients(c, &p, team, page)
	return c.Page(pages.One(p))
}

// clients are those that offer the team access, and a part of those that it works for: found by name, a page at a time.
func (a *area) clients(c *web.Context, p *pages.Page, team teams.Team, page teams.ClientPage) {
	at, all := base(c)+"/"+team.ID.String(), a.managesAll(c)
	for _, client := range page.Offers {
		row := clientRow(client)
		if all {
			row.AnswerURL = base(c) + "/offers/" + client.ID.String()
		}
		p.Offers = append(p.Offers, row)
	}
	for _, client := range page.Clients {
		row := clientRow(client)
		if all {
			row.GiveUpURL = at + "/clients/" + client.ID.String() + "/give-up"
		}
		p.Clients = append(p.Clients, row)
	}
	if page.From > 0 {
		p.Pages.Newer = web.With(at, "q", p.Query)
	}
	if to := page.From + clientsShown; to < page.Found {
		p.Pages.Older = web.With(at, "q", p.Query, "from", strconv.Itoa(to))
	}
	p.Pages.NewerText, p.Pages.OlderText = "First page", "Next"
	p.Pages.Shown = ui.Count(len(p.Clients), "client", "clients") + " shown, by name"
}

func clientRow(client teams.Client) pages.Client {
	row := pages.Client{
		Name: client.Name, Role: client.RoleName, Limits: "all services", Until: client.EndsAt, Expires: client.Expires,
		Suspended: client.Suspended,
	}
	if client.Services > 0 {
		row.Limits = ui.Count(client.Services, "service", "services")
	}
	return row
}
