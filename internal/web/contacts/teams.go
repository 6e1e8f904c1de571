package contacts

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"gatehouse/internal/access"
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

func (a *area) teamRoutes() {
	const list = web.AccountPath + "/contacts/teams"
	const one = list + "/:team"
	a.web.Page(list, verb.ContactsView, a.teams)
	a.web.Page(list+"/new", verb.ContactsInvite, a.newTeamForm)
	a.web.Action(list+"/new", verb.ContactsInvite, a.offerTeam)
	a.web.Page(one, verb.ContactsView, a.behind)
	a.web.Page(one+"/role", verb.ContactsManage, a.teamRoleForm)
	a.web.Action(one+"/role", verb.ContactsManage, a.changeTeam)
	for _, what := range []string{"suspend", "restore", "remove"} {
		a.web.Page(one+"/"+what, verb.ContactsManage, a.askTeam(what))
		a.web.Action(one+"/"+what, verb.ContactsManage, a.actOnTeam(what))
	}
}

func teamsURL(c *web.Context) string { return c.Base() + "/contacts/teams" }

func (a *area) teams(c *web.Context) error {
	list, err := a.Accounts.Teams(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p := contacts.TeamsPage{Shell: c.Shell("Contacts"), Views: views(c)}
	if c.Offers(verb.ContactsInvite) {
		p.NewURL = teamsURL(c) + "/new"
	}
	if c.May(verb.TeamsView) {
		p.OwnURL = c.Base() + "/teams"
	}
	for _, team := range list {
		p.Rows = append(p.Rows, teamRow(c, team))
	}
	return c.Page(contacts.Teams(p))
}

func teamRow(c *web.Context, team accounts.TeamGiven) contacts.TeamRow {
	row := contacts.TeamRow{
		ID: team.ID.String(), Name: team.Name, Agency: team.Agency, Role: team.RoleName, Limits: "all services",
		EndsAt: team.Terms.EndsAt, Expires: team.Expires, Count: team.Count, Offered: team.Offered, Suspended: team.Suspended,
		Ended: team.Ended,
	}
	if team.Terms.Limited {
		row.Limits = "only " + ui.Count(len(team.Terms.Services), "service", "services")
	}
	for _, one := range team.People {
		row.People = append(row.People, teamPerson(c, one))
	}
	at := teamsURL(c) + "/" + team.ID.String()
	if team.Count > len(team.People) {
		row.AllURL = at
	}
	switch {
	case team.MayChange:
		row.RoleURL, row.RemoveURL = at+"/role", at+"/remove"
		if team.Suspended {
			row.RestoreURL = at + "/restore"
		} else if !team.Offered {
			row.SuspendURL = at + "/suspend"
		}
	case c.Offers(verb.ContactsManage):
		row.Fixed = "Above your own role, or your own team"
	}
	return row
}

type teamForm struct {
	Version  string   `form:"version" max:"20"`
	Code     string   `form:"code" max:"100"`
	Role     string   `form:"role" max:"80"`
	Services []string `form:"services" max:"40"`
	Ends     string   `form:"ends" max:"40"`
}

func (f teamForm) terms(c *web.Context) (accounts.Terms, error) {
	if f.Role == "" {
		return accounts.Terms{}, fault.InvalidField("role", "Choose what the team may do.")
	}
	t := accounts.RoleTerms(f.Role)
	t.Services, t.Limited = servicesOf(f.Services), len(f.Services) > 0
	var err error
	t.EndsAt, err = lastDay(c, f.Ends)
	return t, err
}

func (a *area) newTeamForm(c *web.Context) error {
	p, err := a.teamFormPage(c, teamForm{})
	if err != nil {
		return err
	}
	return c.Page(contacts.TeamForm(p))
}

func (a *area) teamFormPage(c *web.Context, f teamForm) (contacts.TeamFormPage, error) {
	p := contacts.TeamFormPage{
		Shell: c.Shell("Give a team access"), ListURL: teamsURL(c), Action: c.Request().URL.Path, Code: f.Code, Ends: f.Ends,
		Title: "Give a team access", Button: "Offer access", Version: f.Version,
		Lead: "The agency accepts first. Then you see everybody who is in its team, now and later.",
	}
	v := verb.ContactsInvite
	if f.Version != "" {
		v = verb.ContactsManage
	}
	roles, err := a.Accounts.Grantable(c.Ctx(), c.Who, c.Account(), v)
	if err != nil {
		return p, err
	}
	for _, role := range roles {
		if role.Key != access.RoleOwner {
			p.Roles = append(p.Roles, roleChoice(role, f.Role))
		}
	}
	services, err := a.choosable(c)
	for _, s := range services {
		p.Services = append(p.Services, ui.Choice{
			Value: s.ID.String(), Label: s.Name(), Chosen: slices.Contains(f.Services, s.ID.String()),
		})
	}
	return p, err
}

func (a *area) offerTeam(c *web.Context) error {
	var f teamForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	f.Version = ""
	terms, err := f.terms(c)
	if err == nil {
		err = a.Shared.Offer(c.Ctx(), c.Who, c.Account(), f.Code, terms)
	}
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.teamFormPage(c, f)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(contacts.TeamForm(p))
	}
	if err != nil {
		return err
	}
	c.Done("The offer is sent. The agency has 7 days to accept.")
	return c.Redirect(teamsURL(c))
}

// teamOf reads the team of the address, and turns away whoever may not act on it.
func (a *area) teamOf(c *web.Context) (accounts.TeamGiven, error) {
	which, err := web.ParamID[id.TeamAccessKind](c, "team")
	if err != nil {
		return accounts.TeamGiven{}, err
	}
	list, err := a.Accounts.Teams(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return accounts.TeamGiven{}, err
	}
	i := slices.IndexFunc(list, func(x accounts.TeamGiven) bool { return x.ID == which })
	if i < 0 {
		return accounts.TeamGiven{}, fault.NotFound("read team")
	}
	team, about := list[i], activity.TargetOf("team", list[i].Team, list[i].Name)
	switch {
	case c.Who.Membership.Team == team.Team:
		return team, c.Refuse(access.ReasonOwnRole, about)
	case !team.MayChange:
		return team, c.Refuse(access.ReasonHigherRole, about)
	}
	return team, nil
}

func (a *area) teamRolePage(c *web.Context, team accounts.TeamGiven, f teamForm) (contacts.TeamFormPage, error) {
	p, err := a.teamFormPage(c, f)
	p.Title, p.Shell.Title, p.Button = "Change what "+team.Name+" may do", "Change what "+team.Name+" may do", "Save"
	p.Lead = "It counts for everybody in the team from their next page on."
	return p, err
}

func (a *area) teamRoleForm(c *web.Context) error {
	team, err := a.teamOf(c)
	if err != nil {
		return err
	}
	f := teamForm{Version: strconv.FormatInt(team.Version, 10), Role: team.Terms.RoleValue()}
	for _, service := range team.Terms.Services {
		f.Services = append(f.Services, service.String())
	}
	if !team.Terms.EndsAt.IsZero() {
		f.Ends = team.Terms.EndsAt.In(c.Reader().Location).Format(dayForm)
	}
	p, err := a.teamRolePage(c, team, f)
	if err != nil {
		return err
	}
	return c.Page(contacts.TeamForm(p))
}

func (a *area) changeTeam(c *web.Context) error {
	var f teamForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	shown, err := web.Version(f.Version)
	if err != nil {
		return err
	}
	team, err := a.teamOf(c)
	if err != nil {
		return err
	}
	terms, err := f.terms(c)
	if err == nil {
		err = a.Shared.ChangeTerms(c.Ctx(), c.Who, c.Account(), team.ID, accounts.RoleChange{Terms: terms, Version: shown})
	}
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.teamRolePage(c, team, f)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(contacts.TeamForm(p))
	}
	if err != nil {
		return err
	}
	c.Done("What " + team.Name + " may do has changed.")
	return c.Redirect(teamsURL(c))
}

// question is what is asked before something happens to a team's access.
type question struct {
	title, text, button, back, done string
	danger                          bool
	do                              func(context.Context, actor.Actor, id.Account, id.TeamAccess) error
}

func (a *area) question(c *web.Context, what string, team accounts.TeamGiven) question {
	people := ui.Count(team.Count, "person", "people")
	switch {
	case what == "suspend":
		return question{
			"Suspend %s?", people + " can do nothing in " + c.AccountName() +
				" through the team from their next page on. You can give it back at any time.", "Suspend the team", "Leave it",
			"%s can do nothing here until you give the access back.", true, a.Shared.Suspend,
		}
	case what == "restore":
		return question{
			"Give %s its access back?", people + " can work here again as " + team.RoleName +
				", with the limits that the team had.",
			"Give it back", "Leave it suspended", "%s has the access back.", false, a.Shared.Restore,
		}
	case team.Offered:
		return question{
			"Withdraw the offer to %s?", "The agency can no longer accept it. Nothing else changes.", "Withdraw the offer",
			"Leave it open", "The offer to %s is withdrawn.", true, a.Shared.End,
		}
	}
	return question{
		"Remove %s?", people + " can do nothing in " + c.AccountName() + " through the team from their next page on. " +
			"Whoever has a place of their own here keeps it.", "Remove the team", "Keep it",
		"%s has no access to this account any more.", true, a.Shared.End,
	}
}

func (a *area) askTeam(what string) web.Handler {
	return func(c *web.Context) error {
		team, err := a.teamOf(c)
		if err != nil {
			return err
		}
		q := a.question(c, what, team)
		return c.Page(contacts.ContactAsk(contacts.ContactAskPage{
			Shell: c.Shell(q.button), ListURL: teamsURL(c), Action: c.Request().URL.Path, Danger: q.danger,
			Title: fmt.Sprintf(q.title, team.Name), Button: q.button, Text: q.text, BackURL: teamsURL(c), Back: q.back,
		}))
	}
}

func (a *area) actOnTeam(what string) web.Handler {
	return func(c *web.Context) error {
		var none struct{}
		if err := c.Bind(&none); err != nil {
			return err
		}
		team, err := a.teamOf(c)
		if err != nil {
			return err
		}
		q := a.question(c, what, team)
		if err := q.do(c.Ctx(), c.Who, c.Account(), team.ID); err != nil {
			return err
		}
		c.Done(fmt.Sprintf(q.done, team.Name))
		return c.Redirect(teamsURL(c))
	}
}
