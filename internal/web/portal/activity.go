package portal

import (
	"slices"
	"strconv"

	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

func (a *area) activityRoutes() {
	a.web.Page(account+"/activity", verb.ActivityView, a.activity)
	a.web.Page(account+"/activity/:entry", verb.ActivityView, a.entry)
	a.web.Page("/me/activity", verb.SelfView, a.myActivity)
}

func (a *area) activity(c *web.Context) error {
	own := a.Access.Check(c.Who, verb.ActivityView, c.Scope).Own
	v := logView{path: c.Base() + "/activity", filter: logFilter(c), choosePerson: !own}
	p := portal.ActivityPage{Shell: c.Shell("Activity log"), Title: "Activity log"}
	p.Lead = "Whatever is done in this account, by anybody. Nobody can change it."
	if own {
		p.Lead = "What you did in this account. Nobody can change it."
	}
	return a.showLog(c, verb.ActivityView, v, p)
}

func (a *area) myActivity(c *web.Context) error {
	v := logView{path: "/me/activity", filter: logFilter(c)}
	return a.showLog(c, verb.SelfView, v, portal.ActivityPage{
		Shell: c.Shell("My activity"), Title: "My activity", Tabs: myPages("Activity"),
		Lead: "Your sign-ins, your sessions, and what happened to how you sign in.",
	})
}

// logView is a log with the filters that its address holds.
type logView struct {
	path         string
	filter       activity.Filter
	choosePerson bool
}

// logFilter reads the filters of an address. What means nothing filters nothing.
func logFilter(c *web.Context) activity.Filter {
	f := activity.Filter{
		Person: web.QueryID[id.PersonKind](c, "person"), Before: c.QueryInt("before"), After: c.QueryInt("after"),
	}
	if action := activity.Action(c.Query("action")); slices.Contains(shownActions(c.Scope), action) {
		f.Action = action
	}
	if outcome := activity.Outcome(c.Query("outcome")); slices.Contains(outcomes(), outcome) {
		f.Outcome = outcome
	}
	if f.Before > 0 {
		f.After = 0
	}
	return f
}

func outcomes() []activity.Outcome {
	return []activity.Outcome{activity.Success, activity.RefusedResult, activity.Failed}
}

// shownActions are the actions that the log of such a scope can hold.
func shownActions(scope id.Scope) []activity.Action {
	var out []activity.Action
	for _, m := range activity.Catalogue() {
		person := m.Category == activity.CategorySignIn && m.Action != activity.AccountEntered ||
			m.Category == activity.CategoryFactor || m.Category == activity.CategorySupport
		provider := m.Category == activity.CategorySystem || m.Action == activity.ServerAdded ||
			m.Action == activity.SeatGranted || m.Action == activity.SeatEnded
		mine := scope.Kind() == id.ScopePerson
		if !provider && (mine == person || m.Action == activity.Refused) {
			out = append(out, m.Action)
		}
	}
	return out
}

// address is the log's address with the filters, but for the one that is named, and with a place in it.
func (v logView) address(without string, place ...string) string {
	pairs := []string{"action", string(v.filter.Action), "outcome", string(v.filter.Outcome)}
	if v.choosePerson && !v.filter.Person.IsZero() {
		pairs = append(pairs, "person", v.filter.Person.String())
	}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == without {
			pairs[i+1] = ""
		}
	}
	return with(v.path, append(pairs, place...)...)
}

func (a *area) showLog(c *web.Context, v verb.Verb, view logView, p portal.ActivityPage) error {
	if !view.choosePerson {
		view.filter.Person = id.Person{}
	}
	page, err := a.Gate.Log(c.Ctx(), c.Who, v, c.Scope, view.filter)
	if err != nil {
		return err
	}
	entryURL := ""
	if v == verb.ActivityView {
		entryURL = view.path
	}
	p.Entries, p.BareURL = c.Entries(page.Entries, entryURL), view.path
	a.addFilters(c, view, page, &p)
	if page.Looked > 0 {
		p.Looked = "through 5,000 entries"
		p.KeepURL = view.address("", "before", strconv.FormatInt(page.Looked, 10))
	}
	if page.Older > 0 {
		p.Pages.Older = view.address("", "before", strconv.FormatInt(page.Older, 10))
	}
	if page.Newer && len(page.Entries) > 0 {
		p.Pages.Newer = view.address("", "after", strconv.FormatInt(page.Entries[0].Seq, 10))
	} else if page.Newer {
		p.Pages.Newer = view.address("")
	}
	p.Pages.Shown = ui.Count(len(page.Entries), "entry", "entries") + " shown, newest first"
	return c.Page(portal.Activity(p))
}

func (a *area) addFilters(c *web.Context, view logView, page activity.Page, p *portal.ActivityPage) {
	add := func(name, label, icon, chosen string, choices []ui.Choice) {
		choices = append([]ui.Choice{{Label: "All", Chosen: chosen == ""}}, choices...)
		for i := range choices {
			if choices[i].Value != chosen || chosen == "" {
				continue
			}
			choices[i].Chosen = true
			p.Chips = append(p.Chips, ui.Chip{Name: label, Value: choices[i].Label, RemoveURL: view.address(name)})
		}
		p.Filters = append(p.Filters, ui.Filter{Name: name, Label: label, Icon: icon, Choices: choices})
	}
	if view.choosePerson {
		chosen := ""
		if !view.filter.Person.IsZero() {
			chosen = view.filter.Person.String()
		}
		add("person", "Person", "user", chosen, people(c, view.filter.Person, page.Entries))
	}
	actions := []ui.Choice{}
	for _, action := range shownActions(c.Scope) {
		m, _ := action.Meaning()
		actions = append(actions, ui.Choice{Value: string(action), Label: m.Label})
	}
	add("action", "Action", "category", string(view.filter.Action), actions)
	results := []ui.Choice{}
	for _, o := range outcomes() {
		results = append(results, ui.Choice{Value: string(o), Label: ui.Outcome(o).State().Word})
	}
	add("outcome", "Outcome", "circle-check", string(view.filter.Outcome), results)
}

// people are those whom the log can be narrowed to: the reader, and whoever acts on the page that is shown. The page
// knows their names already, so that they cost no statement.
func people(c *web.Context, chosen id.Person, entries []activity.Entry) []ui.Choice {
	list := []ui.Choice{{Value: c.Who.Person.String(), Label: "You"}}
	seen := map[id.Person]bool{c.Who.Person: true}
	for _, e := range entries {
		if e.ActorID.IsZero() || seen[e.ActorID] || e.Who.Name == "" {
			continue
		}
		seen[e.ActorID] = true
		list = append(list, ui.Choice{Value: e.ActorID.String(), Label: e.Who.Name})
	}
	if !chosen.IsZero() && !seen[chosen] {
		list = append(list, ui.Choice{Value: chosen.String(), Label: "The person you chose"})
	}
	return list
}

func (a *area) entry(c *web.Context) error {
	seq, err := strconv.ParseInt(c.Param("entry"), 10, 64)
	if err != nil || seq < 1 {
		return fault.NotFound("read entry")
	}
	page, err := a.Gate.Log(c.Ctx(), c.Who, verb.ActivityView, c.Scope, activity.Filter{Before: seq + 1, Limit: 1})
	if err != nil {
		return err
	}
	if len(page.Entries) == 0 || page.Entries[0].Seq != seq {
		return fault.NotFound("read entry")
	}
	logURL := c.Base() + "/activity"
	return c.Page(portal.Entry(portal.EntryPage{
		Shell: c.Shell("Entry"), LogURL: logURL, Title: "Activity log", Entry: c.Entries(page.Entries, logURL)[0],
	}))
}
