package log

import (
	"fmt"
	"strings"

	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
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
	kept := a.Keeping().Kept()
	for i, k := range kept {
		kind := kindWord(k.Category)
		if i > 0 && kept[i-1].Category == k.Category {
			kind += ": the rest"
		}
		p.Rows = append(p.Rows, log.Kept{Kind: kind, For: span(k.Months), Instance: instance(k.Actions)})
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

// showArchived says where an entry is that is not in the log any more.
func (a *area) showArchived(c *web.Context, needs verb.Verb, seq int64, logURL string) error {
	s, found, err := a.Gate.ArchivedIn(c.Ctx(), c.Who, needs, c.Scope, seq)
	if err != nil {
		return err
	}
	if !found {
		return fault.NotFound("read entry")
	}
	return c.Page(log.Archived(log.ArchivedPage{
		Shell: c.Shell("Archived entry"), LogURL: logURL, KeptURL: keptPath, Entry: seq, At: s.Made, File: s.File,
		First: s.First, Last: s.Last, Staff: needs == verb.AuditView,
	}))
}
