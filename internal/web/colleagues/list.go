package colleagues

import (
	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/staffing"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/colleagues"
	"gatehouse/templates/ui"
)

func (a *area) list(c *web.Context) error {
	list, err := a.Staffing.Members(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	open, err := a.Staffing.Open(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := colleagues.PeoplePage{Shell: c.Shell("Staff"), Tabs: tabs(c)}
	if c.May(verb.StaffManage) {
		p.InviteURL = invitePath
	}
	for _, m := range list {
		p.Rows = append(p.Rows, colleagues.PersonRow{
			Person:     ui.Person{Name: m.Name, Kind: ui.Ours, Detail: m.Email, URL: memberURL(m.Person)},
			Department: m.Department, SignsIn: signsIn(m.Level), Last: m.LastSignIn, State: stateOf(m),
		})
	}
	for _, r := range open {
		row := colleagues.WaitingRow{
			About: r.About, What: r.What, By: r.By, URL: requestURL(r.ID), Since: r.Asked, Own: r.Asker == c.Who.Person,
		}
		if r.State == staffing.Waiting {
			p.Waiting = append(p.Waiting, row)
			continue
		}
		row.Expires, row.Over = r.Expires, !c.Now().Before(r.Expires)
		p.Invited = append(p.Invited, row)
	}
	return c.Page(colleagues.People(p))
}

func memberURL(person id.Person) string         { return listPath + "/of/" + person.String() }
func requestURL(request id.StaffRequest) string { return listPath + "/requests/" + request.String() }
func departmentURL(department string) string    { return departmentsPath + "/" + department }

// signsIn is how well somebody can prove who they are. Without a key, the console stays shut.
func signsIn(level actor.Level) ui.State {
	switch level {
	case actor.PhishingProof:
		return ui.FactorKey.State()
	case actor.SecondFactor:
		return ui.FactorCode.State()
	case actor.PasswordOnly:
	}
	return ui.State{Tone: ui.Warn, Icon: "password", Word: "No key yet"}
}

func stateOf(m staffing.Member) ui.State {
	switch {
	case m.Disabled:
		return ui.State{Tone: ui.Bad, Icon: "ban", Word: "Disabled"}
	case m.Held:
		return ui.State{Tone: ui.Warn, Icon: "hourglass", Word: "Waits for approval"}
	case m.Suspended:
		return ui.State{Tone: ui.Bad, Icon: "player-pause", Word: "Suspended"}
	}
	return ui.State{Tone: ui.OK, Icon: "check", Word: "Active"}
}

// who compares everybody by the function that enforces.
func (a *area) who(c *web.Context) error {
	list, err := a.Staffing.Members(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := colleagues.WhoPage{Shell: c.Shell("Who can do this?"), Tabs: tabs(c), Who: ui.WhoProps{Where: "the staff"}}
	answers := map[verb.Verb][]ui.Answer{}
	for _, m := range list {
		p.Who.People = append(p.Who.People, ui.WhoPerson{
			Person: ui.Person{Name: m.Name, Kind: ui.Ours, URL: memberURL(m.Person)}, Role: m.Department,
		})
		for _, line := range a.Access.Explain(m.Subject(c.Now()), id.ProviderScope()) {
			answers[line.Verb] = append(answers[line.Verb], answerOf(line.Decision))
		}
	}
	for _, v := range verb.Staff() {
		if n := len(p.Who.Groups); n == 0 || p.Who.Groups[n-1].Name != v.Area() {
			p.Who.Groups = append(p.Who.Groups, ui.WhoGroup{Name: v.Area()})
		}
		group := &p.Who.Groups[len(p.Who.Groups)-1]
		group.Rows = append(group.Rows, ui.WhoRow{Permission: v.Sentence(), Answers: answers[v]})
	}
	return c.Page(colleagues.Who(p))
}

// explained are the answers about one person or one department, with their reasons.
func (a *area) explained(s access.Subject) []colleagues.MayGroup {
	var list []colleagues.MayGroup
	for _, line := range a.Access.Explain(s, id.ProviderScope()) {
		if n := len(list); n == 0 || list[n-1].Name != line.Verb.Area() {
			list = append(list, colleagues.MayGroup{Name: line.Verb.Area()})
		}
		row := colleagues.MayRow{
			Text: line.Verb.Sentence(), Why: line.Decision.Brief(), Answer: answerOf(line.Decision),
		}
		if line.Decision.Allowed {
			row.Rule = line.Row
		}
		list[len(list)-1].Rows = append(list[len(list)-1].Rows, row)
	}
	return list
}

// answerOf is a decision as one of the four answers.
func answerOf(d access.Decision) ui.Answer {
	switch {
	case !d.Allowed:
		return ui.No
	case d.Own, d.Billing, d.Limited:
		return ui.InPart
	case d.Assurance == access.Recent:
		return ui.AfterFactor
	}
	return ui.Yes
}

func (a *area) departments(c *web.Context) error {
	list, err := a.Staffing.Members(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	people := map[string]int{}
	for _, m := range list {
		people[m.Key]++
	}
	p := colleagues.DepartmentsPage{Shell: c.Shell("Departments"), Tabs: tabs(c)}
	for _, d := range a.Access.Departments() {
		p.Rows = append(p.Rows, colleagues.DepartmentRow{
			Link: ui.Link{Text: d.Name, URL: departmentURL(d.Key)}, Says: d.Sentence, People: people[d.Key], Own: d.Own,
		})
	}
	return c.Page(colleagues.Departments(p))
}

// department shows what a department can do and sees, as somebody in it would.
func (a *area) department(c *web.Context) error {
	d, ok := a.Access.Department(c.Param("department"))
	if !ok {
		return fault.NotFound("department")
	}
	list, err := a.Staffing.Members(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	s := access.Subject{
		Person: id.New[id.PersonKind](), Seat: actor.Seat{Department: d.Key}, Level: actor.PhishingProof, Now: c.Now(),
	}
	p := colleagues.DepartmentPage{
		Shell: c.Shell(d.Name), ListURL: departmentsPath, Name: d.Name, For: d.Sentence, May: a.explained(s),
		Nav: c.StaffMenu(s),
	}
	for _, m := range list {
		if m.Key == d.Key {
			p.People = append(p.People, ui.Person{
				Name: m.Name, Kind: ui.Ours, Detail: m.Email, URL: memberURL(m.Person),
			})
		}
	}
	return c.Page(colleagues.Department(p))
}
