package log

import (
	"net/netip"
	"slices"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	"gatehouse/templates/log"
	"gatehouse/templates/ui"
)

// The parameters of a log's address, in the order in which the filters that are on are shown.
const (
	byPerson, byAction, byKind, byService  = "person", "action", "category", "service"
	byTarget, byOutcome, byStaff, byMode   = "target", "outcome", "by", "mode"
	byAddress, byPeriod, byFirst, byLast   = "address", "period", "from", "to"
	unsuccessful, staffOnly, dateParameter = "unsuccessful", "staff", "2006-01-02"
)

func parameters() []string {
	return []string{
		byPerson, byAction, byKind, byService, byTarget, byOutcome, byStaff, byMode, byAddress, byPeriod, byFirst, byLast,
	}
}

// logView is a log with the filters that its address holds.
type logView struct {
	path         string
	filter       activity.Filter
	choosePerson bool
	values       map[string]string // of the parameters that mean something
}

// readLogView reads the filters of an address. What means nothing filters nothing.
func readLogView(c *web.Context, path string, choosePerson bool) logView {
	v := logView{path: path, choosePerson: choosePerson, values: map[string]string{}}
	f := &v.filter
	f.Before, f.After = readPlace(c)
	take := func(name string, ok bool) bool {
		if ok {
			v.values[name] = c.Query(name)
		}
		return ok
	}
	if person := web.QueryID[id.PersonKind](c, byPerson); take(byPerson, choosePerson && !person.IsZero()) {
		f.Person = person
	}
	if service := web.QueryID[id.ServiceKind](c, byService); take(byService, !service.IsZero()) {
		f.Service = service
	}
	if target := web.QueryID[id.RequestKind](c, byTarget); take(byTarget, !target.IsZero()) {
		f.Target = target.String()
	}
	if action := activity.Action(c.Query(byAction)); take(byAction, slices.Contains(offered(c.Scope).actions, action)) {
		f.Action = action
	}
	if kind := activity.Category(c.Query(byKind)); take(byKind, slices.Contains(offered(c.Scope).kinds, kind)) {
		f.Category = kind
	}
	outcome := activity.Outcome(c.Query(byOutcome))
	if take(byOutcome, slices.Contains(outcomes(), outcome)) {
		f.Outcome = outcome
	}
	f.Unsuccessful = take(byOutcome, v.values[byOutcome] != "" || outcome == unsuccessful) && f.Outcome == ""
	if take(byStaff, c.Query(byStaff) == staffOnly) {
		f.Kind = actor.Staff
	}
	mode := activity.Mode(c.Query(byMode))
	if take(byMode, mode == activity.Reading || mode == activity.Writing) {
		f.Mode = mode
	}
	if address, err := netip.ParseAddr(c.Query(byAddress)); take(byAddress, err == nil) {
		f.Address = address.String()
	}
	f.From, f.To = readPeriod(c, v.values)
	return v
}

// readPlace reads before or after which entry the page is. Before counts where an address has both.
func readPlace(c *web.Context) (before, after int64) {
	if before = c.QueryInt("before"); before > 0 {
		return before, 0
	}
	return 0, c.QueryInt("after")
}

func outcomes() []activity.Outcome {
	return []activity.Outcome{activity.Success, activity.RefusedResult, activity.Failed}
}

// address is the log's address with the filters, but for those that are named, and with a place in it.
func (v logView) address(without []string, place ...string) string {
	pairs := place
	for _, name := range parameters() {
		if !slices.Contains(without, name) {
			pairs = append(pairs, name, v.values[name])
		}
	}
	return web.With(v.path, pairs...)
}

// under is the address of a page below the log, with the same filters.
func (v logView) under(part string) string {
	v.path += part
	return v.address(nil)
}

// quick are the views that most people come for; each is a link to filters that one could set by hand.
func (v logView) quick(c *web.Context) []ui.Segment {
	sets := []struct {
		text  string
		pairs []string
	}{
		{"All", nil},
		{"Sign-ins", []string{byKind, string(activity.CategorySignIn)}},
		{"Failed and refused", []string{byOutcome, unsuccessful}},
	}
	if c.Scope.Kind() == id.ScopeAccount {
		sets = append(sets, []struct {
			text  string
			pairs []string
		}{
			{"Staff access", []string{byStaff, staffOnly}},
			{"Access changes", []string{byKind, string(activity.CategoryAccess), byMode, string(activity.Writing)}},
			{"Payments", []string{byKind, string(activity.CategoryBilling)}},
		}...)
	}
	list := make([]ui.Segment, 0, len(sets))
	for _, set := range sets {
		current := len(set.pairs)/2 == len(v.values)
		for i := 0; i < len(set.pairs); i += 2 {
			current = current && v.values[set.pairs[i]] == set.pairs[i+1]
		}
		list = append(list, ui.Segment{Text: set.text, URL: web.With(v.path, set.pairs...), Current: current})
	}
	return list
}

// addFilters fills the filter bar and shows the filters that are on.
func (v logView) addFilters(c *web.Context, page activity.Page, p *log.ActivityPage) {
	p.Quick = v.quick(c)
	p.Filters = make([]ui.Filter, 0, len(parameters()))
	shared := func(name, label, icon string, choices []ui.Choice) {
		p.Filters = append(p.Filters, ui.Filter{
			Name: name, Label: label, Icon: icon, Choices: choices, Value: v.values[name],
		})
	}
	panel := func(name, label, icon string, choices []ui.Choice) {
		shared(name, label, icon, append([]ui.Choice{{Label: "All"}}, choices...))
	}
	if v.choosePerson {
		panel(byPerson, "Person", "user", people(c, v.filter.Person, page))
	}
	shared(byKind, "Kind", "category", offered(c.Scope).kindChoices)
	shared(byAction, "Action", "pencil", offered(c.Scope).actionChoices)
	results := make([]ui.Choice, 0, len(outcomes())+1)
	for _, o := range outcomes() {
		results = append(results, ui.Choice{Value: string(o), Label: ui.Outcome(o).State().Word})
	}
	panel(byOutcome, "Outcome", "circle-check", append(results,
		ui.Choice{Value: unsuccessful, Label: "Failed and refused"}))
	panel(byMode, "Change", "eye", []ui.Choice{
		{Value: string(activity.Writing), Label: "Something was done"},
		{Value: string(activity.Reading), Label: "Only looked, or refused"},
	})
	if c.Scope.Kind() == id.ScopeAccount {
		panel(byService, "Service", "server-2", services(v.filter.Service, page))
		p.Filters[len(p.Filters)-1].Help = "Those that are named on this page. Search for any other by its domain."
	}
	v.addTyped(c, p)
	for _, name := range parameters() {
		if v.values[name] == "" {
			continue
		}
		p.Chips = append(p.Chips, v.chip(c, page, name, p.Filters))
		if !slices.ContainsFunc(p.Filters, func(f ui.Filter) bool { return asks(f, name) }) {
			p.Keep = append(p.Keep, ui.Pair{Name: name, Value: v.values[name]})
		}
	}
}
