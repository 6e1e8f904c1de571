package contacts

import (
	"slices"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	"gatehouse/templates/contacts"
	"gatehouse/templates/ui"
)

// history shows who had which access on a day of the reader's own time zone.
func (a *area) history(c *web.Context) error {
	r, at := c.Reader(), c.Base()+"/contacts/history"
	today := midnight(c.Now().In(r.Location))
	p := contacts.HistoryPage{Shell: c.Shell("Access on a day"), ListURL: c.Base() + "/contacts", Action: at, Day: today}
	if typed := c.Query("day"); typed != "" {
		p.Day, p.Error = dayOf(typed, today)
	}
	p.Value = p.Day.Format(time.DateOnly)
	p.EarlierURL = at + "?day=" + p.Day.AddDate(0, 0, -1).Format(time.DateOnly)
	next := p.Day.AddDate(0, 0, 1)
	if p.Day.Before(today) {
		p.LaterURL = at + "?day=" + next.Format(time.DateOnly)
	}
	page, err := a.Accounts.History(c.Ctx(), c.Who, c.Account(), p.Day, next, web.QueryID[id.SubjectKind](c, "after"))
	if err != nil {
		return err
	}
	people := page.Rows
	if page.Next.IsZero() { // behind the last of them
		teams, err := a.teamHistory(c, p.Day, next)
		if err != nil {
			return err
		}
		people = append(people, teams...)
	}
	for _, past := range people {
		p.Rows = append(p.Rows, historyRow(r, past, p.Day, next))
	}
	if c.Query("after") != "" {
		p.Pages.Newer = at + "?day=" + p.Value
	}
	if !page.Next.IsZero() {
		p.Pages.Older = at + "?day=" + p.Value + "&after=" + page.Next.String()
	}
	p.Pages.NewerText, p.Pages.OlderText = "First page", "Next"
	p.Pages.Shown = ui.Count(len(p.Rows), "line", "lines") + " shown"
	return c.Page(contacts.History(p))
}

// dayOf is the day that somebody typed: today, and what is wrong, where it is none that can be shown.
func dayOf(typed string, today time.Time) (time.Time, string) {
	day, err := time.ParseInLocation(time.DateOnly, typed, today.Location())
	switch {
	case err != nil:
		return today, "A day looks like 2026-12-31."
	case day.After(today):
		return today, "Choose today or a day that is past."
	}
	return day, ""
}

// teamHistory are those who were here through a team on a day.
func (a *area) teamHistory(c *web.Context, from, to time.Time) ([]accounts.Past, error) {
	list, err := a.Accounts.TeamHistory(c.Ctx(), c.Who, c.Account(), from, to)
	return slices.DeleteFunc(list, func(past accounts.Past) bool {
		return !past.From.Before(to) || !past.Until.IsZero() && !past.Until.After(from)
	}), err
}

// midnight is the beginning of a day.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

func historyRow(r ui.Reader, past accounts.Past, from, to time.Time) contacts.HistoryRow {
	row := contacts.HistoryRow{
		Person: ui.Person{Name: past.Name}, Role: past.RoleName, Reaches: "All services", Suspended: past.Suspended,
	}
	if past.Name == "" {
		row.Person.Name = "Somebody who was erased"
	}
	if past.Team != "" {
		row.Role += " · through the team " + past.Team
	}
	if past.Limited {
		row.Reaches = ui.Count(past.Services, "service", "services")
	}
	begins, ends := past.From.After(from), !past.Until.IsZero() && past.Until.Before(to)
	switch {
	case begins && ends:
		row.When = r.Clock(past.From) + " to " + r.Clock(past.Until)
	case begins:
		row.When = "From " + r.Clock(past.From)
	case ends:
		row.When = "Until " + r.Clock(past.Until)
	default:
		row.When = "All day"
	}
	return row
}
