package imports

import (
	"context"
	"strconv"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/imports"
	"gatehouse/internal/web"
	pages "gatehouse/templates/imports"
	"gatehouse/templates/ui"
)

// one shows what was found in a file, and how far it is.
func (a *area) one(c *web.Context) error {
	of, err := web.ParamID[id.ImportKind](c, "import")
	if err != nil {
		return err
	}
	one, rows, next, err := a.Imports.Get(c.Ctx(), c.Who, of, int(c.QueryInt("after")))
	if err != nil {
		return err
	}
	at := onePath + of.String()
	p := pages.OnePage{
		Shell: c.Shell("Import"), ListURL: listPath, Kind: one.Kind.Name(), Source: one.Source, File: one.File,
		State: stateOf(&one), Created: one.Created, Finished: one.Finished, Trouble: one.Trouble,
		Total: one.Total, New: one.New, Same: one.Same, Changed: one.Changed, Bad: one.Bad,
		Made: one.Made, Failed: one.Failed, Left: one.Left(), Running: one.State == imports.Running, Invited: one.Invited,
		Sending: one.Inviting == imports.Sending, ReportURL: at + "/report",
	}
	begun := one.State == imports.Stopped || one.State == imports.Done
	switch {
	case p.Running:
		p.StopAction = at + "/stop"
	case one.New > 0 && (!begun || one.Left() > 0 || one.Failed > 0):
		p.StartAction, p.StartText = at+"/start", startText(&one)
	}
	if one.Inviting == imports.Later && begun && one.Made > one.Invited {
		p.InviteAction, p.Waiting = at+"/invite", one.Made-one.Invited
	}
	for _, row := range rows {
		for _, r := range row.Remarks {
			p.Rows = append(p.Rows, pages.Remark{
				Line: row.Line, Number: row.Key, State: remarkState(row.State, r.Warning), Column: r.Column, Wrong: r.Wrong,
				Right: r.Right,
			})
		}
	}
	if next > 0 {
		p.NextURL = web.With(at, "after", strconv.Itoa(next))
	}
	return c.Page(pages.One(p))
}

func startText(one *imports.Import) string {
	switch {
	case one.State == imports.Read:
		return "Import " + ui.Count(one.New, "line", "lines")
	case one.Left() == 0:
		return "Try again what failed"
	}
	return "Go on"
}

func remarkState(state string, warning bool) ui.State {
	s := ui.State{Tone: ui.Neutral, Icon: "minus", Word: ui.Capital(imports.StateName(state))}
	switch {
	case state == "bad", state == "failed":
		s.Tone, s.Icon = ui.Bad, "alert-circle"
	case warning:
		s.Tone, s.Icon = ui.Warn, "alert-circle"
	}
	return s
}

// act does something with an import, says so and comes back to it.
func (a *area) act(
	c *web.Context, said string, do func(ctx context.Context, who actor.Actor, of id.Import) error,
) error {
	if err := c.Bind(&struct{}{}); err != nil {
		return err
	}
	of, err := web.ParamID[id.ImportKind](c, "import")
	if err != nil {
		return err
	}
	if err := do(c.Ctx(), c.Who, of); err != nil {
		return err
	}
	c.Done(said)
	return c.Redirect(onePath + of.String())
}

func (a *area) start(c *web.Context) error {
	return a.act(c, "The import runs. This page says how far it is; you need not wait here.", a.Imports.Start)
}

func (a *area) stop(c *web.Context) error {
	return a.act(c, "The import stops after the lines that are being made.", a.Imports.Stop)
}

func (a *area) invite(c *web.Context) error {
	return a.act(c, "The invitations are on their way.", a.Imports.SendInvitations)
}
