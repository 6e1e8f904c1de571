package status

import (
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/status"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/status"
	"gatehouse/templates/ui"
)

// soon is how long before its end a certificate is named.
const soon = 14 * 24 * time.Hour

func (a *area) overview(c *web.Context) error {
	parts, err := a.Status.Components(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	board, err := a.Status.Board(c.Ctx())
	if err != nil {
		return err
	}
	p := pages.StaffPage{
		Shell: c.Shell("Server status"), PublicURL: publicPath, OpenURL: newIncident, PlanURL: newWork,
	}
	manages := c.May(verb.ServersManage)
	if manages {
		p.AddURL = newPart
	}
	for _, part := range parts {
		p.Parts = append(p.Parts, partRow(c, part, manages))
	}
	r := c.Reader()
	for list, of := range map[*[]pages.Event][]status.Incident{
		&p.Going: board.Going(), &p.Ahead: board.Ahead(), &p.Past: board.Past(),
	} {
		for _, i := range of {
			*list = append(*list, event(r, i, board.At, incidentsPath))
		}
	}
	return c.Page(pages.Staff(p))
}

func partRow(c *web.Context, part status.Component, manages bool) pages.PartRow {
	row := pages.PartRow{
		Name: part.Name, About: part.About, State: stateWords(part.State), Check: kindWords(part.Kind),
		Address: part.Address, Checked: c.Reader().Ago(part.Checked), Trouble: part.Trouble.Sentence(),
	}
	switch left := part.Expires.Sub(c.Now()); {
	case part.Kind == status.None:
		row.State, row.Checked = stateWords(status.Up), "–"
	case row.Trouble == "" && !part.Expires.IsZero() && left < soon:
		row.Trouble = "Its certificate ends " + c.Reader().Due(part.Expires) + "."
	}
	if part.Latency > 0 && part.Trouble == status.NoTrouble {
		row.Check += ", " + ui.Number(int(part.Latency.Milliseconds())) + " ms"
	}
	if manages {
		row.RemoveURL = partsPath + "/" + part.ID.String() + "/remove"
	}
	return row
}

func kindWords(k status.Kind) string {
	switch k {
	case status.HTTP:
		return "Web address"
	case status.TCP:
		return "Port"
	case status.TLS:
		return "Port and certificate"
	case status.None:
	}
	return "Not measured"
}

type partForm struct {
	Name    string `form:"name" max:"500"`
	About   string `form:"about" max:"500"`
	Server  string `form:"server" max:"100"`
	Kind    string `form:"kind" max:"20"`
	Address string `form:"address" max:"1000"`
}

func (a *area) newPart(c *web.Context) error {
	return a.showPart(c, partForm{ // a server's page leads here with its name
		Kind: string(status.HTTP), Server: c.Query("server"), Name: c.Query("name"), Address: c.Query("address"),
	}, nil)
}

func (a *area) showPart(c *web.Context, f partForm, errs ui.Errors) error {
	servers, err := a.Hosting.Servers(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := pages.PartForm{
		Shell: c.Shell("Add a part"), ListURL: staffPath, Action: newPart, Name: f.Name, About: f.About, Address: f.Address,
		Servers: []ui.Choice{{Label: "None"}}, Errors: errs,
	}
	for _, s := range servers {
		if !s.Retired {
			p.Servers = append(p.Servers, ui.Choice{
				Value: s.ID.String(), Label: s.Name, Chosen: s.ID.String() == f.Server,
			})
		}
	}
	for _, k := range status.Kinds() {
		p.Kinds = append(p.Kinds, ui.Choice{Value: string(k), Label: kindWords(k), Chosen: string(k) == f.Kind})
	}
	if len(errs) > 0 {
		return c.Invalid(pages.NewPart(p))
	}
	return c.Page(pages.NewPart(p))
}

func (a *area) addPart(c *web.Context) error {
	var f partForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	var server id.Server
	if f.Server != "" {
		var err error
		if server, err = id.Parse[id.ServerKind](f.Server); err != nil {
			return a.showPart(c, f, ui.Errors{{Field: "server", Message: "Choose a server from the list."}})
		}
	}
	_, err := a.Status.AddComponent(c.Ctx(), c.Who, status.NewComponent{
		Name: f.Name, About: f.About, Server: server, Kind: status.Kind(f.Kind), Address: f.Address,
	})
	if errs, ok := web.FieldErrors(err); ok {
		return a.showPart(c, f, errs)
	}
	if err != nil {
		return err
	}
	c.Done("It is on the status page. The first check comes within a minute.")
	return c.Redirect(staffPath)
}

// part finds the one that the address names.
func (a *area) part(c *web.Context) (status.Component, error) {
	one, err := web.ParamID[id.ComponentKind](c, "component")
	if err != nil {
		return status.Component{}, err
	}
	return a.Status.Component(c.Ctx(), c.Who, one)
}

func (a *area) removal(c *web.Context) error {
	part, err := a.part(c)
	if err != nil {
		return err
	}
	return c.Page(pages.Removal(pages.RemovalPage{
		Shell: c.Shell("Remove " + part.Name), Name: part.Name, Action: c.Request().URL.Path, BackURL: staffPath,
	}))
}

func (a *area) remove(c *web.Context) error {
	var f struct{}
	if err := c.Bind(&f); err != nil {
		return err
	}
	part, err := a.part(c)
	if err != nil {
		return err
	}
	if err := a.Status.Retire(c.Ctx(), c.Who, part.ID); err != nil {
		return err
	}
	c.Done(part.Name + " is off the status page.")
	return c.Redirect(staffPath)
}
