package staff

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/support"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const casesPath = "/staff/cases"

func (a *area) caseRoutes(w *web.Web) {
	w.Page(casesPath, verb.CasesView, a.cases)
	w.Page(casesPath+"/:case", verb.CasesView, a.oneCase)
	w.Action(casesPath+"/:case/reply", verb.CasesReply, a.replyToCase)
	w.Action(casesPath+"/:case/take", verb.CasesReply, a.takeCase)
	w.Action(casesPath+"/:case/close", verb.CasesReply, a.closeCase)
	a.handOverRoutes()
}

// caseFilter reads the filter of an address. What means nothing filters nothing.
func caseFilter(c *web.Context) support.Filter {
	f := support.Filter{Mine: c.Query("mine") != "", Before: c.Query("before"), State: support.State(c.Query("state"))}
	if !slices.Contains(support.States(), f.State) {
		f.State = ""
	}
	return f
}

func caseAddress(f support.Filter) string {
	query := url.Values{}
	if f.State != "" {
		query.Set("state", string(f.State))
	}
	if f.Mine {
		query.Set("mine", "1")
	}
	if f.Before != "" {
		query.Set("before", f.Before)
	}
	if len(query) == 0 {
		return casesPath
	}
	return casesPath + "?" + query.Encode()
}

func caseSegments(now support.Filter) []ui.Segment {
	now.Before = ""
	var list []ui.Segment
	for _, s := range []struct {
		text   string
		filter support.Filter
	}{
		{"All", support.Filter{}},
		{"Ours to answer", support.Filter{State: support.Open}},
		{"Mine", support.Filter{Mine: true}},
		{"Waiting", support.Filter{State: support.Waiting}},
		{"Closed", support.Filter{State: support.Closed}},
	} {
		list = append(list, ui.Segment{Text: s.text, URL: caseAddress(s.filter), Current: s.filter == now})
	}
	return list
}

func (a *area) cases(c *web.Context) error {
	f := caseFilter(c)
	page, err := a.Support.Cases(c.Ctx(), c.Who, f)
	if err != nil {
		return err
	}
	p := staff.CasesPage{Shell: c.Shell("Cases"), Segments: caseSegments(f)}
	for _, one := range page.Cases {
		p.Cases = append(p.Cases, staff.CaseRow{
			Subject: one.Subject, URL: casesPath + "/" + one.ID.String(), For: one.For, Owner: one.OwnedBy,
			Urgent: one.Severity == support.Urgent, State: web.CaseState(one.State, true), Changed: one.Changed,
		})
	}
	p.Pages.Shown = ui.Count(len(p.Cases), "case", "cases") + " shown"
	if f.Before != "" {
		newest := f
		newest.Before = ""
		p.Pages.Newer, p.Pages.NewerText = caseAddress(newest), "Newest"
	}
	if page.Older != "" {
		f.Before = page.Older
		p.Pages.Older = caseAddress(f)
	}
	return c.Page(staff.Cases(p))
}

func (a *area) oneCase(c *web.Context) error {
	p, err := a.casePage(c)
	if err != nil {
		return err
	}
	return c.Page(staff.Case(p))
}

func (a *area) casePage(c *web.Context) (staff.CasePage, error) {
	which, err := web.ParamID[id.CaseKind](c, "case")
	if err != nil {
		return staff.CasePage{}, err
	}
	whole, err := a.Support.StaffCase(c.Ctx(), c.Who, which)
	if err != nil {
		return staff.CasePage{}, err
	}
	entries, err := a.Support.Entries(c.Ctx(), c.Who, whole)
	if err != nil {
		return staff.CasePage{}, err
	}
	at := casesPath + "/" + which.String()
	p := staff.CasePage{
		Shell: c.Shell(whole.Subject), ListURL: casesPath, Subject: whole.Subject, For: whole.For, Owner: whole.OwnedBy,
		Urgent: whole.Severity == support.Urgent, Opened: whole.Created, State: web.CaseState(whole.State, true),
		Desk: deskName(whole.Kind.Desk()), Version: strconv.FormatInt(whole.Version, 10),
		Thread: c.Thread(whole.Messages), Entries: c.Entries(entries, ""),
		ReplyURL: linkFor(c, verb.CasesReply, at+"/reply"),
	}
	if whole.Owner != c.Who.Person {
		p.TakeURL = linkFor(c, verb.CasesReply, at+"/take")
	}
	if whole.State != support.Closed {
		p.CloseURL = linkFor(c, verb.CasesReply, at+"/close")
		p.HandOverURL = linkFor(c, verb.CasesReply, at+"/hand-over")
	}
	return p, nil
}

type caseReplyForm struct {
	Text string `form:"text" max:"20000"`
}

func (a *area) replyToCase(c *web.Context) error {
	var f caseReplyForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	which, err := web.ParamID[id.CaseKind](c, "case")
	if err != nil {
		return err
	}
	err = a.Support.StaffReply(c.Ctx(), c.Who, which, f.Text)
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.casePage(c)
		if err != nil {
			return err
		}
		p.Errors, p.Text = errs, f.Text
		return c.Invalid(staff.Case(p))
	}
	return a.worked(c, which, err, "Sent. They are told by mail.")
}

// caseStep is what staff do with a case at the version that they were shown.
type caseStep func(ctx context.Context, who actor.Actor, which id.Case, version int64) error

type caseForm struct {
	Version string `form:"version" max:"20"`
}

func (a *area) takeCase(c *web.Context) error {
	return a.step(c, a.Support.Take, "The case is yours.")
}

func (a *area) closeCase(c *web.Context) error {
	return a.step(c, a.Support.Close, "The case is closed.")
}

func (a *area) step(c *web.Context, do caseStep, done string) error {
	var f caseForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	which, err := web.ParamID[id.CaseKind](c, "case")
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(f.Version, 10, 64)
	if err != nil || version < 1 {
		return &web.BadRequestError{Problems: []string{"The form does not say which version of the case it showed."}}
	}
	return a.worked(c, which, do(c.Ctx(), c.Who, which, version), done)
}

func (a *area) worked(c *web.Context, which id.Case, err error, done string) error {
	if err != nil {
		return err
	}
	c.Done(done)
	return c.Redirect(casesPath + "/" + which.String())
}
