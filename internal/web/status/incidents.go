package status

import (
	"slices"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/status"
	"gatehouse/internal/web"
	pages "gatehouse/templates/status"
	"gatehouse/templates/ui"
)

// fieldTime is how browsers write the value of a field for a date and a time.
const fieldTime = "2006-01-02T15:04"

type incidentForm struct {
	Key        string   `form:"key" max:"40"`
	Title      string   `form:"title" max:"500"`
	Who        string   `form:"who" max:"2000"`
	Todo       string   `form:"todo" max:"2000"`
	Text       string   `form:"text" max:"5000"`
	Impact     string   `form:"impact" max:"20"`
	Components []string `form:"components" max:"40"`
	Starts     string   `form:"starts" max:"40"`
	Ends       string   `form:"ends" max:"40"`
}

func fresh() incidentForm { return incidentForm{Key: id.New[id.IncidentKind]().String()} }

func (a *area) newIncident(c *web.Context) error { return a.showIncident(c, fresh(), false, nil) }

func (a *area) newWork(c *web.Context) error { return a.showIncident(c, fresh(), true, nil) }

func (a *area) showIncident(c *web.Context, f incidentForm, planned bool, errs ui.Errors) error {
	parts, err := a.Status.Components(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := pages.IncidentForm{
		Shell: c.Shell("Open an incident"), ListURL: staffPath, Action: newIncident, Key: f.Key, Planned: planned,
		Title: f.Title, Who: f.Who, Todo: f.Todo, Text: f.Text, Starts: f.Starts, Ends: f.Ends, AddURL: newPart, Errors: errs,
		Impact: []ui.Choice{
			{Value: string(status.Slow), Label: "Slow", Help: "It works, but not as it should.", Chosen: f.Impact == "slow"},
			{Value: string(status.Down), Label: "Down", Help: "It cannot be used.", Chosen: f.Impact == "down"},
		},
	}
	if planned {
		p.Action, p.Shell.Title = newWork, "Plan work"
		p.Shell.Reader.Location = a.Zone // in which the times are read
	}
	for _, part := range parts {
		value := part.ID.String()
		p.Parts = append(p.Parts, ui.Choice{
			Value: value, Label: part.Name, Help: part.About, Chosen: slices.Contains(f.Components, value),
		})
	}
	if len(errs) > 0 {
		return c.Invalid(pages.NewIncident(p))
	}
	return c.Page(pages.NewIncident(p))
}

func (a *area) openIncident(c *web.Context) error { return a.publish(c, false) }

func (a *area) planWork(c *web.Context) error { return a.publish(c, true) }

func (a *area) publish(c *web.Context, planned bool) error {
	var f incidentForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	n := status.NewIncident{
		Sort: status.Fault, Title: f.Title, Who: f.Who, Todo: f.Todo, Text: f.Text, Impact: status.State(f.Impact),
	}
	var err error
	if n.Key, err = id.Parse[id.IncidentKind](f.Key); err != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say which incident it opens."}}
	}
	for _, text := range f.Components {
		component, err := id.Parse[id.ComponentKind](text)
		if err != nil {
			return &web.BadRequestError{Problems: []string{"The form names something that is no part of the status page."}}
		}
		n.Components = append(n.Components, component)
	}
	if planned {
		n.Sort, n.Starts, n.Ends = status.Maintenance, a.typedTime(f.Starts), a.typedTime(f.Ends)
	}
	incident, err := a.Status.Open(c.Ctx(), c.Who, n)
	if errs, ok := web.FieldErrors(err); ok {
		return a.showIncident(c, f, planned, errs)
	}
	if err != nil {
		return err
	}
	c.Done("It is on the public page. Those whom it concerns are being told.")
	return c.Redirect(incidentsPath + "/" + incident.String())
}

// typedTime is a time as it was typed; zero where it is none.
func (a *area) typedTime(text string) time.Time {
	t, err := time.ParseInLocation(fieldTime, text, a.Zone)
	if err != nil {
		return time.Time{}
	}
	return t
}

func (a *area) incident(c *web.Context) error {
	p, _, err := a.incidentPage(c)
	if err != nil {
		return err
	}
	return c.Page(pages.Incident(p))
}

func (a *area) incidentPage(c *web.Context) (pages.IncidentPage, status.Incident, error) {
	one, err := web.ParamID[id.IncidentKind](c, "incident")
	if err != nil {
		return pages.IncidentPage{}, status.Incident{}, err
	}
	board, err := a.Status.Board(c.Ctx())
	if err != nil {
		return pages.IncidentPage{}, status.Incident{}, err
	}
	i, ok := board.Incident(one)
	if !ok {
		return pages.IncidentPage{}, status.Incident{}, fault.NotFound("incident")
	}
	p := pages.IncidentPage{
		Shell: c.Shell(i.Title), ListURL: staffPath, PublicURL: eventPath + "/" + one.String(),
		Event: event(c.Reader(), i, board.At, ""), Action: incidentsPath + "/" + one.String(), Open: i.Over.IsZero(),
	}
	for _, phase := range status.PhasesOf(i.Sort) {
		if phase == status.Dropped && !i.Ahead(board.At) {
			continue // it has begun
		}
		p.Phases = append(p.Phases, ui.Choice{
			Value: string(phase), Label: phaseWords(phase), Chosen: phase == i.Phase,
		})
	}
	var servers []id.Server
	for _, t := range i.Touched {
		if !t.Server.IsZero() {
			servers = append(servers, t.Server)
		}
	}
	p.Accounts, err = a.Hosting.CountOn(c.Ctx(), c.Who, servers)
	return p, i, err
}

type sayForm struct {
	Text  string `form:"text" max:"5000"`
	Phase string `form:"phase" max:"20"`
}

func (a *area) say(c *web.Context) error {
	var f sayForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	p, i, err := a.incidentPage(c)
	if err != nil {
		return err
	}
	err = a.Status.Say(c.Ctx(), c.Who, i.ID, status.Phase(f.Phase), f.Text)
	if errs, ok := web.FieldErrors(err); ok {
		p.Text, p.Errors = f.Text, errs
		for n := range p.Phases {
			p.Phases[n].Chosen = p.Phases[n].Value == f.Phase
		}
		return c.Invalid(pages.Incident(p))
	}
	if err != nil {
		return err
	}
	c.Done("The update is on the public page. Those whom it concerns are being told.")
	return c.Redirect(p.Action)
}
