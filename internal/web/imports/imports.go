// Package imports holds the pages on which staff bring clients over from another system. Rules live in the domain of
// the same name, and looks in templates.
package imports

import (
	"context"
	"io"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/imports"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/imports"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Imports *imports.Imports
}

type area struct{ Deps }

const (
	listPath     = "/staff/imports"
	newPath      = listPath + "/new"
	templatePath = listPath + "/template/"
	onePath      = listPath + "/read/"
	// lookTime bounds how long looking through a file may take.
	lookTime = 2 * time.Minute
)

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{d}
	w.Page(listPath, verb.ImportsView, a.list)
	w.Page(newPath, verb.ClientsImport, a.choose)
	w.Upload(newPath, verb.ClientsImport, imports.MostBytes+1, a.look)
	w.Page(templatePath+":kind", verb.ClientsImport, a.template)
	w.Page(onePath+":import", verb.ImportsView, a.one)
	w.Page(onePath+":import/report", verb.ClientsImport, a.report)
	w.Action(onePath+":import/start", verb.ClientsImport, a.start)
	w.Action(onePath+":import/stop", verb.ClientsImport, a.stop)
	w.Action(onePath+":import/invite", verb.ClientsImport, a.invite)
}

func (a *area) list(c *web.Context) error {
	all, err := a.Imports.List(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	p := pages.ListPage{Shell: c.Shell("Imports"), NewURL: newPath}
	for i := range all {
		one := &all[i]
		p.Rows = append(p.Rows, pages.ListRow{
			Link: ui.Link{Text: one.File, URL: onePath + one.ID.String()}, Kind: one.Kind.Name(), Source: one.Source,
			State: stateOf(one), Made: one.Made, Of: one.New, Created: one.Created,
		})
	}
	return c.Page(pages.List(p))
}

// stateOf is how far an import is, for people.
func stateOf(one *imports.Import) ui.State {
	switch {
	case one.State == imports.Running:
		return ui.State{Tone: ui.Info, Icon: "hourglass", Word: "Running"}
	case one.State == imports.Stopped:
		return ui.State{Tone: ui.Warn, Icon: "player-pause", Word: "Stopped"}
	case one.State == imports.Read:
		return ui.State{Tone: ui.Neutral, Icon: "clipboard-check", Word: "Looked through"}
	case one.Failed > 0:
		return ui.State{Tone: ui.Warn, Icon: "alert-circle", Word: "Partly made"}
	case one.Inviting == imports.Later:
		return ui.State{Tone: ui.Info, Icon: "mail", Word: "Invitations wait"}
	}
	return ui.State{Tone: ui.OK, Icon: "check", Word: "Finished"}
}

type newForm struct {
	Kind   string `form:"kind" max:"20"`
	Source string `form:"source" max:"500"`
	Invite string `form:"invite" max:"10"`
}

func (a *area) form(c *web.Context, f newForm) pages.NewPage {
	p := pages.NewPage{
		Shell: c.Shell("New import"), ListURL: listPath, Action: newPath, Source: f.Source,
		Most: int(imports.MostBytes >> 20), Lines: imports.MostLines,
	}
	for _, k := range imports.Kinds() {
		p.Kinds = append(p.Kinds, ui.Choice{Value: string(k), Label: k.Name(), Chosen: string(k) == f.Kind})
		format := pages.Format{ID: string(k), Name: k.Name(), Template: templatePath + string(k)}
		for _, column := range k.Columns() {
			format.Columns = append(format.Columns, pages.Column{
				Name: column.Name, Required: column.Required, Means: column.Means, Example: column.Example,
			})
		}
		p.Formats = append(p.Formats, format)
	}
	p.Invite = []ui.Choice{
		{
			Value: "later", Label: "Later", Chosen: f.Invite != "now",
			Help: "Nobody gets a mail yet. Once you have looked at what was made, one click sends all invitations.",
		},
		{
			Value: "now", Label: "With what is made", Chosen: f.Invite == "now",
			Help: "Each person gets their invitation at once.",
		},
	}
	return p
}

func (a *area) choose(c *web.Context) error {
	kind := c.Query("kind")
	if kind == "" {
		kind = string(imports.Clients)
	}
	return c.Page(pages.New(a.form(c, newForm{Kind: kind})))
}

// look has the file looked through as it comes in.
func (a *area) look(c *web.Context) error {
	var f newForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Ctx()), lookTime)
	defer cancel()
	var of id.Import
	missing := "Choose the file."
	if c.Lost() != "" {
		missing = web.LostNote
	}
	err := fault.InvalidField("file", missing)
	if file := c.File(); file != nil {
		of, err = a.Imports.Look(ctx, c.Who, imports.Request{
			Kind: imports.Kind(f.Kind), Source: f.Source, File: file.Name, Invite: f.Invite == "now", Body: file,
		})
	}
	if errs, ok := web.FieldErrors(err); ok {
		p := a.form(c, f)
		p.Errors = errs
		return c.Invalid(pages.New(p))
	}
	if err != nil {
		return err
	}
	return c.Redirect(onePath + of.String())
}

func (a *area) template(c *web.Context) error {
	kind := imports.Kind(c.Param("kind"))
	if !kind.Known() {
		return fault.NotFound("template")
	}
	file, err := kind.Template()
	if err != nil {
		return err
	}
	return c.Download(string(kind)+".csv", "text/csv; charset=utf-8", file)
}

func (a *area) report(c *web.Context) error {
	of, err := web.ParamID[id.ImportKind](c, "import")
	if err != nil {
		return err
	}
	return c.Stream("import-report.csv", "text/csv; charset=utf-8", func(ctx context.Context, to io.Writer) error {
		return a.Imports.Report(ctx, c.Who, of, to)
	})
}
