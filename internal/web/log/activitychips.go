package log

import (
	"slices"
	"strings"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/web"
	"gatehouse/templates/log"
	"gatehouse/templates/ui"
)

// addTyped adds the panels in which something is typed: an address, and days.
func (v logView) addTyped(c *web.Context, p *log.ActivityPage) {
	typed := func(name string) string { // as it was typed, understood or not
		if v.values[name] == "" && c.Query(name) != "" {
			p.Problem = "“" + c.Query(name) + "” was not understood, so it filters nothing."
		}
		return c.Query(name)
	}
	days := ui.Filter{
		Name: byPeriod, Label: "Period", Icon: "calendar", Choices: []ui.Choice{{Value: allDays, Label: "All"}},
		Inputs: []ui.FilterInput{
			{Name: byFirst, Label: "First day", Type: "date", Value: typed(byFirst)},
			{Name: byLast, Label: "Last day", Type: "date", Value: typed(byLast)},
		},
	}
	days.Choices = append(append(days.Choices, periods()...), ui.Choice{
		Value: chosenDays, Label: "From one day to another",
	})
	switch {
	case v.values[byPeriod] != "":
		days.Value = v.values[byPeriod]
	case v.values[byFirst]+v.values[byLast] != "":
		days.Value = chosenDays
	case v.filter.From.IsZero() && v.filter.To.IsZero():
		days.Value = allDays
	}
	p.Filters = append(p.Filters, ui.Filter{
		Name: byAddress, Label: "Address", Icon: "world-www", Help: "As an entry has it: 203.0.113.7 or 2001:db8::1.",
		Inputs: []ui.FilterInput{{Name: byAddress, Label: "Internet address", Value: typed(byAddress)}},
	}, days)
}

// asks says whether a panel has a field of that name.
func asks(f ui.Filter, name string) bool {
	return f.Name == name || slices.ContainsFunc(f.Inputs, func(i ui.FilterInput) bool { return i.Name == name })
}

// services are those that the log can be narrowed to: the page knows what they are called, so that they cost no
// statement.
func services(chosen id.Service, page activity.Page) []ui.Choice {
	var list []ui.Choice
	seen := map[string]bool{}
	for _, e := range page.Entries {
		thing := e.Service.String()
		if e.TargetKind == "service" && e.TargetID == thing && !seen[thing] && e.What.Label != "" {
			seen[thing] = true
			list = append(list, ui.Choice{Value: thing, Label: hostname.In(e.What.Label)})
		}
	}
	slices.SortFunc(list, func(a, b ui.Choice) int { return strings.Compare(a.Label, b.Label) })
	if !chosen.IsZero() && !seen[chosen.String()] {
		list = append(list, ui.Choice{Value: chosen.String(), Label: "The service you chose"})
	}
	return list
}

// chip is a filter that is on, in words.
func (v logView) chip(c *web.Context, page activity.Page, name string, bar []ui.Filter) ui.Chip {
	chip := ui.Chip{Value: v.values[name], RemoveURL: v.address([]string{name})}
	for _, f := range bar {
		for _, choice := range f.Choices {
			if f.Name == name && choice.Value == v.values[name] {
				chip.Name, chip.Value = f.Label, choice.Label
				return chip
			}
		}
	}
	switch name {
	case byService:
		chip.Name, chip.Value = "Service", labelOf(page, v.values[name], "the service you chose")
	case byTarget:
		chip.Name, chip.Value = "About", labelOf(page, v.values[name], "what you chose")
	case byStaff:
		chip.Name, chip.Value = "By", "staff of "+c.Provider()
	case byAddress:
		chip.Name = "Address"
	case byFirst:
		chip.Name, chip.Value = "From", dayWord(v.values[name])
	case byLast:
		chip.Name, chip.Value = "Until", dayWord(v.values[name])
	}
	return chip
}

// labelOf is what the entries of the page call a thing.
func labelOf(page activity.Page, thing, otherwise string) string {
	for _, e := range page.Entries {
		if e.TargetID == thing && e.What.Label != "" {
			return hostname.In(e.What.Label)
		}
	}
	return otherwise
}

// people are those whom the log can be narrowed to: the reader, and whoever came in of late or acts on the page that is
// shown. The page knows their names already, so that they cost no statement.
func people(c *web.Context, chosen id.Person, page activity.Page) []ui.Choice {
	list := []ui.Choice{{Value: c.Who.Person.String(), Label: "You"}}
	seen := map[id.Person]bool{c.Who.Person: true, {}: true}
	add := func(person id.Person, name string) {
		if !seen[person] && name != "" {
			seen[person] = true
			list = append(list, ui.Choice{Value: person.String(), Label: name})
		}
	}
	for _, s := range page.Calendar.SignIns {
		add(s.Person, s.Name)
	}
	for _, e := range page.Entries {
		add(e.ActorID, e.Who.Name)
	}
	slices.SortFunc(list[1:], func(a, b ui.Choice) int { return strings.Compare(a.Label, b.Label) })
	if !seen[chosen] {
		list = append(list, ui.Choice{Value: chosen.String(), Label: "The person you chose"})
	}
	return list
}
