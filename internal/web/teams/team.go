package teams

import (
	"strconv"
	"strings"

	"gatehouse/internal/teams"
	"gatehouse/internal/web"
	pages "gatehouse/templates/teams"
	"gatehouse/templates/ui"
)

// clientsShown is how many clients the page of a team shows; whoever has more searches by name.
const clientsShown = 25

func (a *area) one(c *web.Context) error {
	team, err := a.team(c)
	if err != nil {
		return err
	}
	at := base(c) + "/" + team.ID.String()
	p := pages.Page{
		Shell: c.Shell(team.Name), ListURL: base(c), Name: team.Name, Code: teams.ShowCode(team.Code),
		All: working(team), Query: strings.TrimSpace(c.Query("q")),
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
	a.clients(c, &p, team)
	return c.Page(pages.One(p))
}

// clients are those that offer the team access, and a part of those that it works for: found by name, a page at a time.
func (a *area) clients(c *web.Context, p *pages.Page, team teams.Team) {
	at, all := base(c)+"/"+team.ID.String(), a.managesAll(c)
	var found []teams.Client
	for _, client := range team.Clients {
		if !client.Offered {
			if strings.Contains(strings.ToLower(client.Name), strings.ToLower(p.Query)) {
				found = append(found, client)
			}
			continue
		}
		row := clientRow(client)
		if all {
			row.AnswerURL = base(c) + "/offers/" + client.ID.String()
		}
		p.Offers = append(p.Offers, row)
	}
	from := min(max(int(c.QueryInt("from")), 0), len(found))
	to := min(from+clientsShown, len(found))
	for _, client := range found[from:to] {
		row := clientRow(client)
		if all {
			row.GiveUpURL = at + "/clients/" + client.ID.String() + "/give-up"
		}
		p.Clients = append(p.Clients, row)
	}
	if from > 0 {
		p.Pages.Newer = web.With(at, "q", p.Query)
	}
	if to < len(found) {
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
