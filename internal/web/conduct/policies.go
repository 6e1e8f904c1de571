package conduct

import (
	"time"

	"gatehouse/internal/conduct"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/conduct"
	"gatehouse/templates/ui"
)

func (a *area) list(c *web.Context) error {
	all, err := a.Conduct.Documents(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := pages.ListPage{Shell: c.Shell("Policies"), Tabs: tabs(c)}
	if c.May(verb.PoliciesManage) {
		p.NewURL = newPath
	}
	current, _ := conduct.Current(all, c.Now())
	for _, d := range all {
		state := ui.State{Tone: ui.Neutral, Icon: "history", Word: "Before"}
		for _, now := range current {
			if now.ID == d.ID {
				state = ui.State{Tone: ui.OK, Icon: "check", Word: "Holds"}
			}
		}
		if c.Now().Before(d.Effective) {
			state = ui.State{Tone: ui.Info, Icon: "clock", Word: "To come"}
		}
		p.Rows = append(p.Rows, pages.ListRow{
			Link: ui.Link{Text: d.Title, URL: policiesPath + "/read/" + d.ID.String()}, Name: d.Kind.Name(),
			Version: d.Version, Effective: d.Effective, State: state,
		})
	}
	return c.Page(pages.List(p))
}

func (a *area) read(c *web.Context) error {
	document, err := web.ParamID[id.DocumentKind](c, "document")
	if err != nil {
		return err
	}
	all, err := a.Conduct.Documents(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.ID == document {
			return c.Page(pages.Read(pages.ReadPage{
				Shell: c.Shell(d.Title), ListURL: policiesPath, Policy: pages.Policy{
					Name: d.Kind.Name(), Title: d.Title, Version: d.Version, Effective: d.Effective, Body: pages.Blocks(d.Body),
				},
			}))
		}
	}
	return fault.NotFound("policy")
}

type draftForm struct {
	Key       string `form:"key" max:"40"`
	Kind      string `form:"kind" max:"20"`
	Title     string `form:"title" max:"1000"`
	Body      string `form:"body" max:"200000" raw:"1"`
	Effective string `form:"effective" max:"20"`
}

func (a *area) draft(c *web.Context, f draftForm) pages.NewPage {
	p := pages.NewPage{
		Shell: c.Shell("New version"), ListURL: policiesPath, Action: newPath, Key: f.Key, Title: f.Title, Body: f.Body,
		Effective: f.Effective,
	}
	if p.Key == "" {
		p.Key = id.New[id.DocumentKind]().String()
	}
	for _, k := range conduct.Kinds() {
		p.Kinds = append(p.Kinds, ui.Choice{Value: string(k), Label: k.Name(), Chosen: string(k) == f.Kind})
	}
	return p
}

// write begins with what holds now, so that a new version is a change of the last.
func (a *area) write(c *web.Context) error {
	all, err := a.Conduct.Documents(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	f := draftForm{Kind: string(conduct.Security)}
	if kind := c.Query("kind"); kind != "" {
		f.Kind = kind
	}
	for _, d := range all {
		if string(d.Kind) == f.Kind {
			f.Title, f.Body = d.Title, d.Body
			break
		}
	}
	return c.Page(pages.New(a.draft(c, f)))
}

func (a *area) publish(c *web.Context) error {
	var f draftForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	key, err := id.Parse[id.DocumentKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{"The form has lost its key. Open it again."}}
	}
	d := conduct.Draft{Key: key, Kind: conduct.Kind(f.Kind), Title: f.Title, Body: f.Body}
	err = nil
	if f.Effective != "" {
		if d.Effective, err = time.ParseInLocation(time.DateOnly, f.Effective, a.Zone); err != nil {
			err = fault.InvalidField("effective", "Choose a day.")
		}
	}
	if err == nil {
		err = a.Conduct.Publish(c.Ctx(), c.Who, d)
	}
	if errs, ok := web.FieldErrors(err); ok {
		p := a.draft(c, f)
		p.Errors = errs
		return c.Invalid(pages.New(p))
	}
	if err != nil {
		return err
	}
	c.Done("The new version is published.")
	return c.Redirect(policiesPath)
}
