package log

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/a-h/templ"

	"gatehouse/internal/activity"
	"gatehouse/internal/activity/export"
	"gatehouse/internal/exports"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/log"
	"gatehouse/templates/ui"
)

const (
	ownLogPath  = "/me/activity"
	exportPart  = "/export"
	exportedURL = "/file"
)

func (a *area) exportRoutes() {
	of := web.AccountPath + "/activity" + exportPart
	a.web.Page(of, verb.ActivityExport, a.exportForm)
	a.web.Action(of, verb.ActivityExport, a.export)
	a.web.Page(of+"/:export"+exportedURL, verb.ActivityExport, a.exportFile)
	own := ownLogPath + exportPart
	a.web.Page(own, verb.SelfManage, a.exportForm)
	a.web.Action(own, verb.SelfManage, a.export)
	a.web.Page(own+"/:export"+exportedURL, verb.SelfManage, a.exportFile)
}

// exporting is a log that somebody is about to take away, with the filters of the address.
type exporting struct {
	view logView
	page log.ExportPage
}

func (a *area) exporting(c *web.Context) exporting {
	logURL, title := ownLogPath, "My activity"
	if c.Scope.Kind() == id.ScopeAccount {
		logURL, title = c.Base()+"/activity", "Activity log"
	}
	own := c.Scope.Kind() == id.ScopePerson || a.Access.Check(c.Who, verb.ActivityExport, c.Scope).Own
	v := readLogView(c, logURL, !own)
	var bar log.ActivityPage
	v.addFilters(c, activity.Page{}, &bar)
	e := exporting{view: v}
	v.path = logURL + exportPart
	e.page = log.ExportPage{
		Shell: c.Shell("Export"), Title: title, LogURL: e.view.address(nil), Action: v.address(nil), KeyURL: keyPath,
		Chips: bar.Chips, BareURL: v.path, AtOnce: exports.AtOnce, Days: int(exports.KeptFor / (24 * time.Hour)),
	}
	for i := range e.page.Chips { // a filter that is taken off leads back to this page
		e.page.Chips[i].RemoveURL = strings.Replace(e.page.Chips[i].RemoveURL, logURL, v.path, 1)
	}
	return e
}

// words are the filters as the file and the log name them.
func (e *exporting) words() string {
	var list []string
	for _, chip := range e.page.Chips {
		list = append(list, chip.Name+": "+chip.Value)
	}
	return strings.Join(list, "; ")
}

func (a *area) exportForm(c *web.Context) error {
	e := a.exporting(c)
	return a.showExport(c, e, c.Page)
}

func (a *area) showExport(c *web.Context, e exporting, show func(templ.Component) error) error {
	list, err := a.Exports.List(c.Ctx(), c.Who, c.Scope)
	if err != nil {
		return err
	}
	for _, x := range list {
		row := log.ExportRow{
			ID: x.ID.String(), At: x.AskedAt, Format: exports.FormatName(x.Format), Words: x.Words, Entries: int(x.Entries),
			Done: int(x.Done), Of: int(x.UpTo), Yours: x.By == c.Who.Person,
		}
		switch {
		case x.State == exports.Ready && x.Expires.After(c.Now()):
			row.State, row.Until = log.ExportReady, x.Expires
			row.URL = e.page.BareURL + "/" + x.ID.String() + exportedURL
		case x.State == exports.Ready:
			row.State = log.ExportOver
		case x.State == exports.Waiting:
			row.State, e.page.AgainURL = log.ExportWaiting, e.page.Action
		case x.State == exports.Failed:
			row.State = log.ExportFailed
		default:
			row.State = log.ExportSent
		}
		e.page.Rows = append(e.page.Rows, row)
	}
	return show(log.Export(e.page))
}

type exportAsk struct {
	Format string `form:"format" max:"20"`
}

// export sends a short log in the answer, and leaves a long one to the job.
func (a *area) export(c *web.Context) error {
	var f exportAsk
	if err := c.Bind(&f); err != nil {
		return err
	}
	e := a.exporting(c)
	taken, err := a.Exports.Ask(c.Ctx(), c.Who, c.Scope, exports.Request{
		Format: export.Format(f.Format), Filter: e.view.filter, Words: e.words(),
	})
	if errs, ok := web.FieldErrors(err); ok {
		e.page.Errors = errs
		return a.showExport(c, e, c.Invalid)
	}
	if known, ok := fault.As(err); ok && known.Kind == fault.KindLimited {
		e.page.Errors = ui.Errors{{Field: "format", Message: known.Message}}
		return a.showExport(c, e, c.Invalid)
	}
	if err != nil {
		return err
	}
	if taken.State == exports.Waiting {
		c.Flash(ui.OK, "The file is being made. You can leave; we mail you when it is there.")
		return c.Redirect(e.page.Action)
	}
	return c.Stream(taken.FileName(), taken.Format.ContentType(), func(ctx context.Context, to io.Writer) error {
		return a.Exports.Write(ctx, taken, to)
	})
}

// exportFile sends a file that was made.
func (a *area) exportFile(c *web.Context) error {
	of, err := web.ParamID[id.ExportKind](c, "export")
	if err != nil {
		return err
	}
	file, err := a.Exports.Fetch(c.Ctx(), c.Who, c.Scope, of)
	if err != nil {
		return err
	}
	return c.Stream(file.FileName(), file.Format.ContentType(), file.WriteTo)
}
