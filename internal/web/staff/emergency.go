package staff

import (
	"slices"
	"strings"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/assist"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

const (
	emergencyPath   = clientPath + "/emergency"
	emergenciesPath = "/staff/emergencies"
	judgePath       = emergenciesPath + "/:emergency"
)

// emergencyRoutes are where somebody opens what another department sees, and where others judge that.
func (a *area) emergencyRoutes() {
	if a.Assist == nil {
		return
	}
	a.web.Page(emergencyPath, verb.EmergenciesOpen, a.emergency)
	a.web.Action(emergencyPath, verb.EmergenciesOpen, a.openEmergency)
	a.web.Page(emergenciesPath, verb.EmergenciesView, a.emergencies)
	a.web.Page(judgePath, verb.EmergenciesView, a.oneEmergency)
	a.web.Action(judgePath, verb.EmergenciesReview, a.judge)
}

type emergencyForm struct {
	Department string `form:"department" max:"64"`
	Code       string `form:"code" max:"20"`
	Why        string `form:"why" max:"1000"`
	Next       string `form:"next" max:"2000"`
}

// emergencyPage is the page with what was typed.
func (a *area) emergencyPage(c *web.Context, f emergencyForm) (staff.EmergencyPage, error) {
	name, err := a.Accounts.ClientName(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return staff.EmergencyPage{}, err
	}
	above, err := c.AboveClient()
	if err != nil {
		return staff.EmergencyPage{}, err
	}
	p := staff.EmergencyPage{
		Shell: c.Shell("Emergency access"), Parents: above, Name: name, Action: base(c) + "/emergency", BackURL: base(c),
		Next: web.Local(f.Next), Minutes: int(actor.LookTime.Minutes()), Why: f.Why,
	}
	for _, d := range a.Access.Departments() {
		opens := a.Access.Openable(c.Who.Seat.Department, d.Key)
		if len(opens) == 0 {
			continue
		}
		words := make([]string, 0, len(opens))
		for _, v := range opens {
			words = append(words, v.Sentence())
		}
		p.Departments = append(p.Departments, ui.Choice{
			Value: d.Key, Label: d.Name, Help: strings.Join(words, ". ") + ".", Chosen: d.Key == f.Department,
		})
	}
	for _, code := range activity.Emergencies() {
		p.Codes = append(p.Codes, ui.Choice{
			Value: code, Label: activity.EmergencyInWords(code), Chosen: code == f.Code,
		})
	}
	return p, nil
}

// emergency is led to from a refusal, which says what was wanted.
func (a *area) emergency(c *web.Context) error {
	f := emergencyForm{Next: c.Query("next")}
	if from := a.Access.Openers(c.Who.Seat.Department, verb.Verb(c.Query("see"))); len(from) > 0 {
		f.Department = from[0].Key
	}
	p, err := a.emergencyPage(c, f)
	if err != nil {
		return err
	}
	return c.Page(staff.Emergency(p))
}

func (a *area) openEmergency(c *web.Context) error {
	var f emergencyForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	err := a.Assist.Open(c.Ctx(), c.Who, c.Account(), assist.Alarm{Department: f.Department, Code: f.Code, Text: f.Why})
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.emergencyPage(c, f)
		if err != nil {
			return err
		}
		p.Errors = errs
		return c.Invalid(staff.Emergency(p))
	}
	if err != nil {
		return err
	}
	c.Done("It is open for you for half an hour. The client and those who judge it are told.")
	if next := web.Local(f.Next); next != "/" {
		return c.Redirect(next)
	}
	return c.Redirect(base(c))
}

func (a *area) emergencies(c *web.Context) error {
	all := c.Query("show") == "all"
	before := web.QueryID[id.LookKind](c, "before")
	list, next, err := a.Assist.Emergencies(c.Ctx(), c.Who, !all, before)
	if err != nil {
		return err
	}
	p := staff.EmergenciesPage{Shell: c.Shell("Emergency access"), Waiting: !all, Segments: []ui.Segment{
		{Text: "To be judged", URL: emergenciesPath, Current: !all},
		{Text: "All", URL: emergenciesPath + "?show=all", Current: all},
	}}
	for _, e := range list {
		p.Rows = append(p.Rows, staff.EmergencyRow{
			Client: e.Client, URL: emergenciesPath + "/" + e.ID.String(), Staff: e.Staff, Opened: a.departmentName(e.Opened),
			Which: activity.EmergencyInWords(e.Code), State: emergencyState(c, e), At: e.Started,
		})
	}
	show := "?"
	if all {
		show = "?show=all&"
	}
	if !before.IsZero() {
		p.Pages.Newer, p.Pages.NewerText = strings.TrimRight(emergenciesPath+show, "?&"), "Newest"
	}
	if !next.IsZero() {
		p.Pages.Older = show + "before=" + next.String()
	}
	p.Pages.Shown = ui.Count(len(p.Rows), "time", "times") + " shown, newest first"
	return c.Page(staff.Emergencies(p))
}

func (a *area) departmentName(key string) string {
	d, _ := a.Access.Department(key)
	return d.Name
}

func emergencyState(c *web.Context, e assist.Emergency) ui.State {
	switch {
	case !e.Waits():
		return ui.State{Tone: ui.OK, Icon: "check", Word: e.Finding.InWords()}
	case !c.Now().Before(e.Due):
		return ui.State{Tone: ui.Bad, Icon: "alert-circle", Word: "Overdue"}
	}
	return ui.State{Tone: ui.Warn, Icon: "hourglass", Word: "To be judged"}
}

// judgePage is one emergency. What was looked at comes from the client's log, so the reader says why first.
func (a *area) judgePage(c *web.Context) (staff.JudgePage, error) {
	which, err := web.ParamID[id.LookKind](c, "emergency")
	if err != nil {
		return staff.JudgePage{}, err
	}
	e, err := a.Assist.Emergency(c.Ctx(), c.Who, which)
	if err != nil {
		return staff.JudgePage{}, err
	}
	here := emergenciesPath + "/" + which.String()
	p := staff.JudgePage{
		Shell: c.Shell("Emergency access"), ListURL: emergenciesPath, Client: e.Client,
		ClientURL: clientsPath + "/" + e.Account.String(), Staff: e.Staff, Department: a.departmentName(e.Own),
		Opened: a.departmentName(e.Opened), Which: activity.EmergencyInWords(e.Code), Why: e.Why, Started: e.Started,
		Ends: e.Ends, Due: e.Due, State: emergencyState(c, e), Decider: e.Decider, Decided: e.Closed, Found: e.Found,
	}
	if !e.Waits() {
		p.Finding = e.Finding.InWords()
	}
	for _, f := range assist.Findings() {
		p.Findings = append(p.Findings, ui.Choice{Value: string(f), Label: f.InWords()})
	}
	switch {
	case !e.Waits() || !c.Offers(verb.EmergenciesReview):
	case e.Person == c.Who.Person:
		p.Own = "You opened this yourself, so somebody else judges it: another administrator or a privacy officer. " +
			"Where there is none, it waits until there is."
	default:
		p.Action = here
	}
	if _, said := c.Who.LookAt(e.Account, c.Now()); !said {
		p.SawURL = web.With("/staff/reason/"+e.Account.String(), "next", here)
		return p, nil
	}
	saw, err := a.Assist.SawIn(c.Ctx(), c.Who, e)
	for _, v := range saw {
		p.Saw = append(p.Saw, v.Sentence())
	}
	return p, err
}

func (a *area) oneEmergency(c *web.Context) error {
	p, err := a.judgePage(c)
	if err != nil {
		return err
	}
	return c.Page(staff.Judge(p))
}

type judgeForm struct {
	Finding string `form:"finding" max:"20"`
	Text    string `form:"text" max:"1000"`
}

func (a *area) judge(c *web.Context) error {
	var f judgeForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	which, err := web.ParamID[id.LookKind](c, "emergency")
	if err != nil {
		return err
	}
	err = a.Assist.Judge(c.Ctx(), c.Who, which, assist.Finding(f.Finding), f.Text)
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.judgePage(c)
		if err != nil {
			return err
		}
		p.Errors, p.Typed = errs, f.Text
		p.Findings = chosen(slices.Clone(p.Findings), f.Finding)
		return c.Invalid(staff.Judge(p))
	}
	if err != nil {
		return err
	}
	c.Done("It is closed, with what you found.")
	return c.Redirect(emergenciesPath)
}
