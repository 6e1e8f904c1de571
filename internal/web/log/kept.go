package log

import (
	"fmt"
	"strings"

	"gatehouse/internal/activity"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/log"
)

// keptPath is where everybody reads for how long entries stay in the log.
const keptPath = "/activity-kept"

// instances is how many actions stand for their kind.
const instances = 3

func (a *area) keptRoutes() { a.web.Page(keptPath, verb.Public, a.kept) }

func (a *area) kept(c *web.Context) error {
	p := log.KeptPage{
		Shell: c.Shell("How long the activity log is kept"), Least: span(activity.LeastMonths),
		LeastMoney: span(12 * activity.LeastMoneyYears),
	}
	for _, k := range a.Keeping.Kept() {
		p.Rows = append(p.Rows, log.Kept{Kind: kindWord(k.Category), For: span(k.Months), Instance: instance(k.Actions)})
	}
	return c.Page(log.KeptFor(p))
}

// span is a number of months in words.
func span(months int) string {
	switch {
	case months == 0:
		return "as long as the log"
	case months == 12:
		return "12 months"
	case months%12 == 0:
		return fmt.Sprintf("%d years", months/12)
	}
	return fmt.Sprintf("%d months", months)
}

// instance names some of the actions.
func instance(actions []activity.Meaning) string {
	var names []string
	for _, m := range actions[:min(len(actions), instances)] {
		names = append(names, m.Label)
	}
	text := strings.Join(names, ", ")
	if more := len(actions) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
