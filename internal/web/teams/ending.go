package teams

import (
	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/teams"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/teams"
	"gatehouse/templates/ui"
)

func (a *area) endingRoutes() {
	a.web.Page(teamPath+"/rename", verb.TeamsManage, a.renameForm)
	a.web.Action(teamPath+"/rename", verb.TeamsManage, a.rename)
	a.web.Page(teamPath+"/dissolve", verb.TeamsManage, a.dissolveForm)
	a.web.Action(teamPath+"/dissolve", verb.TeamsManage, a.dissolve)
	a.web.Page(teamPath+"/clients/:client/give-up", verb.TeamsManage, a.giveUpForm)
	a.web.Action(teamPath+"/clients/:client/give-up", verb.TeamsManage, a.giveUp)
}

// managed reads the team of the address for somebody who may manage all teams; who leads it is turned away.
func (a *area) managed(c *web.Context) (teams.Team, error) {
	team, err := a.team(c)
	if err == nil && !a.managesAll(c) {
		err = c.Refuse(access.ReasonRoleLacks, activity.TargetOf("team", team.ID, team.Name))
	}
	return team, err
}

func (a *area) renameForm(c *web.Context) error {
	team, err := a.managed(c)
	if err != nil {
		return err
	}
	return c.Page(pages.New(renamePage(c, team, newForm{Name: team.Name})))
}

func renamePage(c *web.Context, team teams.Team, f newForm) pages.NewPage {
	p := newPage(c, f)
	p.Shell.Title, p.Title, p.Button = "Rename "+team.Name, "Rename "+team.Name, "Save the name"
	p.BackURL = base(c) + "/" + team.ID.String()
	p.Lead = "Your clients see the new name from now on, and find it in their logs."
	return p
}

func (a *area) rename(c *web.Context) error {
	var f newForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	team, err := a.managed(c)
	if err != nil {
		return err
	}
	err = a.Teams.Rename(c.Ctx(), c.Who, c.Account(), team.ID, f.Name)
	if errs, ok := web.FieldErrors(err); ok {
		p := renamePage(c, team, f)
		p.Errors = errs
		return c.Invalid(pages.New(p))
	}
	if err != nil {
		return err
	}
	c.Done("The team has a new name.")
	return c.Redirect(base(c) + "/" + team.ID.String())
}

func (a *area) dissolveForm(c *web.Context) error {
	team, err := a.managed(c)
	if err != nil {
		return err
	}
	return c.Page(pages.Ask(pages.AskPage{
		Team:  team.Name,
		Shell: c.Shell("Dissolve " + team.Name), BackURL: base(c) + "/" + team.ID.String(), Action: c.Request().URL.Path,
		Title: "Dissolve " + team.Name + "?", Button: "Dissolve the team", Back: "Keep the team",
		Text: ui.Count(len(team.Members), "person loses", "people lose") + " " +
			ui.Count(team.Clients, "client", "clients") + " at once, and the clients are told. " +
			"This cannot be taken back: each client would have to offer access to a new team.",
	}))
}

func (a *area) dissolve(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	team, err := a.managed(c)
	if err != nil {
		return err
	}
	if err := a.Teams.Dissolve(c.Ctx(), c.Who, c.Account(), team.ID); err != nil {
		return err
	}
	c.Done("The team is dissolved. Nobody has access to a client through it any more.")
	return c.Redirect(base(c))
}

// client is the client of the address, with the team that works for it.
func (a *area) client(c *web.Context) (teams.Client, teams.Team, error) {
	which, err := web.ParamID[id.TeamAccessKind](c, "client")
	if err != nil {
		return teams.Client{}, teams.Team{}, err
	}
	team, err := a.managed(c)
	if err != nil {
		return teams.Client{}, team, err
	}
	client, err := a.Teams.Client(c.Ctx(), c.Who, c.Account(), team.ID, which)
	return client, team, err
}

func (a *area) giveUpForm(c *web.Context) error {
	client, team, err := a.client(c)
	if err != nil {
		return err
	}
	return c.Page(pages.Ask(pages.AskPage{
		Team:  team.Name,
		Shell: c.Shell("Give up " + client.Name), BackURL: base(c) + "/" + team.ID.String(), Action: c.Request().URL.Path,
		Title: "Give up " + client.Name + "?", Button: "Give up " + client.Name, Back: "Keep the client",
		Text: ui.Count(len(team.Members), "person loses", "people lose") + " their access to " + client.Name + " through " +
			team.Name + ", from the next page on. The owners there are told, and can offer access again.",
	}))
}

func (a *area) giveUp(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	client, team, err := a.client(c)
	if err != nil {
		return err
	}
	if err := a.Teams.GiveUp(c.Ctx(), c.Who, c.Account(), client.ID); err != nil {
		return err
	}
	c.Done(team.Name + " has no access to " + client.Name + " any more.")
	return c.Redirect(base(c) + "/" + team.ID.String())
}
