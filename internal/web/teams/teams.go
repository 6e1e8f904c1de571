// Package teams holds the pages of an agency about its teams: who is in each, which clients it works for, and what they
// offer it. What a client gives a team is in contacts. Rules live in the domain of the same name, permissions on the
// routes; what a page looks like in templates/teams.
package teams

import (
	"slices"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/teams"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/teams"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Accounts *accounts.Accounts
	Teams    *teams.Teams
	Access   *access.Access
}

type area struct {
	Deps
	web *web.Web
}

const (
	listPath = web.AccountPath + "/teams"
	teamPath = listPath + "/:team"
)

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d, web: w}
	w.Page(listPath, verb.TeamsView, a.list)
	w.Page(listPath+"/new", verb.TeamsManage, a.newForm)
	w.Action(listPath+"/new", verb.TeamsManage, a.create)
	w.Action(listPath+"/offers/:offer", verb.TeamsManage, a.answer)
	w.Page(teamPath, verb.TeamsView, a.one)
	w.Page(teamPath+"/add", verb.TeamsManage, a.addForm)
	w.Action(teamPath+"/add", verb.TeamsManage, a.add)
	w.Page(teamPath+"/members/:member/remove", verb.TeamsManage, a.removeForm)
	w.Action(teamPath+"/members/:member/remove", verb.TeamsManage, a.remove)
	a.endingRoutes()
}

func base(c *web.Context) string { return c.Base() + "/teams" }

// managesAll says whether the asker may manage all teams of the account, however long ago they proved who they are.
func (a *area) managesAll(c *web.Context) bool {
	d := a.Access.Check(c.Who, verb.TeamsManage, c.Scope)
	return (d.Allowed || d.Reason == access.ReasonStale) && !d.Own
}

func (a *area) list(c *web.Context) error {
	list, err := a.Teams.Mine(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p := pages.ListPage{Shell: c.Shell("Teams")}
	if a.managesAll(c) {
		p.NewURL = base(c) + "/new"
	}
	for _, team := range list {
		p.Rows = append(p.Rows, pages.Row{
			Name: team.Name, URL: base(c) + "/" + team.ID.String(), People: team.People, Clients: team.Clients,
			Waiting: team.Offers,
		})
	}
	return c.Page(pages.List(p))
}

type newForm struct {
	Name string `form:"name" max:"500"`
}

func (a *area) newForm(c *web.Context) error {
	if !a.managesAll(c) {
		return c.Refuse(access.ReasonRoleLacks, activity.Target{})
	}
	return c.Page(pages.New(newPage(c, newForm{})))
}

func newPage(c *web.Context, f newForm) pages.NewPage {
	return pages.NewPage{
		Shell: c.Shell("Make a team"), ListURL: base(c), BackURL: base(c), Action: c.Request().URL.Path, Name: f.Name,
		Title: "Make a team", Button: "Make the team", Lead: "Your clients see this name and that of your account.",
	}
}

func (a *area) create(c *web.Context) error {
	var f newForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	team, err := a.Teams.Create(c.Ctx(), c.Who, c.Account(), f.Name)
	if errs, ok := web.FieldErrors(err); ok {
		p := newPage(c, f)
		p.Errors = errs
		return c.Invalid(pages.New(p))
	}
	if err != nil {
		return err
	}
	c.Done("The team is made. Add people, and give its code to your clients.")
	return c.Redirect(base(c) + "/" + team.String())
}

// team reads the team of the address.
func (a *area) team(c *web.Context) (teams.Team, error) {
	which, err := web.ParamID[id.TeamKind](c, "team")
	if err != nil {
		return teams.Team{}, err
	}
	return a.Teams.One(c.Ctx(), c.Who, c.Account(), which)
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

type answerForm struct {
	Answer string `form:"answer" max:"20"`
}

// answer accepts or declines what a client offers a team.
func (a *area) answer(c *web.Context) error {
	var f answerForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	offer, err := web.ParamID[id.TeamAccessKind](c, "offer")
	if err != nil {
		return err
	}
	switch f.Answer {
	case "accept":
		if err := a.Teams.Accept(c.Ctx(), c.Who, c.Account(), offer); err != nil {
			return err
		}
		c.Done("Accepted. The team can work there from now on.")
	case "decline":
		if err := a.Teams.Decline(c.Ctx(), c.Who, c.Account(), offer); err != nil {
			return err
		}
		c.Done("Declined. Nothing has changed.")
	default:
		return &web.BadRequestError{Problems: []string{"The form does not say what you answer."}}
	}
	return c.Redirect(base(c))
}

type addForm struct {
	Contact string `form:"contact" max:"40"`
	Leads   string `form:"leads" max:"10"`
}

func (a *area) addForm(c *web.Context) error {
	p, _, err := a.addPage(c, addForm{})
	if err != nil {
		return err
	}
	return c.Page(pages.Add(p))
}

func (a *area) addPage(c *web.Context, f addForm) (pages.AddPage, teams.Team, error) {
	team, err := a.team(c)
	if err == nil && !team.Leads {
		err = fault.NotFound("team")
	}
	if err != nil {
		return pages.AddPage{}, team, err
	}
	p := pages.AddPage{
		Shell: c.Shell("Add somebody"), BackURL: base(c) + "/" + team.ID.String(), Action: c.Request().URL.Path,
		Team: team.Name, Clients: team.Clients, MayLead: a.managesAll(c), Leads: f.Leads != "",
	}
	colleagues, err := a.Teams.Colleagues(c.Ctx(), c.Who, c.Account())
	for _, one := range colleagues {
		in := slices.ContainsFunc(team.Members, func(m teams.Member) bool { return m.Contact.ID == one.ID })
		if in || one.Suspended || one.Ended || one.Disabled {
			continue
		}
		p.Contacts = append(p.Contacts, ui.Choice{
			Value: one.ID.String(), Label: one.Name, Help: one.Email + " · " + one.RoleName,
			Chosen: one.ID.String() == f.Contact,
		})
	}
	return p, team, err
}

func (a *area) add(c *web.Context) error {
	var f addForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p, team, err := a.addPage(c, f)
	if err != nil {
		return err
	}
	contact, _ := id.Parse[id.MembershipKind](f.Contact) // an answer that is no id is nobody's
	err = a.Teams.Add(c.Ctx(), c.Who, c.Account(), team.ID, contact, f.Leads != "")
	if errs, ok := web.FieldErrors(err); ok {
		p.Errors = errs
		return c.Invalid(pages.Add(p))
	}
	if err != nil {
		return err
	}
	c.Done("Added. The owners of your clients are told.")
	return c.Redirect(p.BackURL)
}

// member is the member of the address, with their team.
func (a *area) member(c *web.Context) (teams.Member, teams.Team, error) {
	which, err := web.ParamID[id.MembershipKind](c, "member")
	if err != nil {
		return teams.Member{}, teams.Team{}, err
	}
	team, err := a.team(c)
	if err != nil {
		return teams.Member{}, team, err
	}
	i := slices.IndexFunc(team.Members, func(m teams.Member) bool { return m.ID == which })
	if i < 0 || !team.Leads {
		return teams.Member{}, team, fault.NotFound("member of a team")
	}
	return team.Members[i], team, nil
}

func (a *area) removeForm(c *web.Context) error {
	m, team, err := a.member(c)
	if err != nil {
		return err
	}
	return c.Page(pages.Ask(pages.AskPage{
		Team:  team.Name,
		Shell: c.Shell("Take " + m.Contact.Name + " out"), BackURL: base(c) + "/" + team.ID.String(),
		Action: c.Request().URL.Path, Title: "Take " + m.Contact.Name + " out of " + team.Name + "?",
		Button: "Take " + m.Contact.Name + " out", Back: "Keep them in",
		Text: ui.Count(team.Clients, "client is", "clients are") +
			" closed to them from their next page on. Their place in your own account stays.",
	}))
}

func (a *area) remove(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	m, team, err := a.member(c)
	if err != nil {
		return err
	}
	if err := a.Teams.Remove(c.Ctx(), c.Who, c.Account(), team.ID, m.ID); err != nil {
		return err
	}
	c.Done(m.Contact.Name + " has left the team and all its clients.")
	return c.Redirect(base(c) + "/" + team.ID.String())
}
