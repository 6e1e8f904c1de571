package log

import (
	"time"

	"gatehouse/internal/web"
	"gatehouse/templates/ui"
)

// What the panel of periods sends beside the named ones.
const allDays, chosenDays = "all", "days-between"

// readPeriod reads a period by its name, or by its first and last day, in the reader's time zone, and adds to the
// values those parameters that mean something.
func readPeriod(c *web.Context, values map[string]string) (from, to time.Time) {
	r := c.Reader()
	zone := r.Location
	if zone == nil {
		zone = time.UTC
	}
	if from, to = namedPeriod(c.Query(byPeriod), r.Now.In(zone)); !from.IsZero() {
		values[byPeriod] = c.Query(byPeriod)
		return from, to
	}
	if c.Query(byPeriod) == allDays { // whatever days are left in the form
		return from, to
	}
	if day, err := time.ParseInLocation(dateParameter, c.Query(byFirst), zone); err == nil {
		from, values[byFirst] = day, c.Query(byFirst)
	}
	if day, err := time.ParseInLocation(dateParameter, c.Query(byLast), zone); err == nil {
		to, values[byLast] = day.AddDate(0, 0, 1), c.Query(byLast)
	}
	return from, to
}

// namedPeriod is the period of a name: it begins at no time where the name means nothing, and ends at none where it is
// still going on.
func namedPeriod(name string, now time.Time) (from, to time.Time) {
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	month := today.AddDate(0, 0, 1-today.Day())
	switch name {
	case "today":
		from = today
	case "week":
		from = today.AddDate(0, 0, -6)
	case "days":
		from = today.AddDate(0, 0, -29)
	case "month":
		from = month
	case "last-month":
		from, to = month.AddDate(0, -1, 0), month
	}
	return from, to
}

func periods() []ui.Choice {
	return []ui.Choice{
		{Value: "today", Label: "Today"},
		{Value: "week", Label: "Last 7 days"},
		{Value: "days", Label: "Last 30 days"},
		{Value: "month", Label: "This month"},
		{Value: "last-month", Label: "Last month"},
	}
}

// dayWord is a day of an address as people write it.
func dayWord(text string) string {
	day, err := time.Parse(dateParameter, text)
	if err != nil {
		return text
	}
	return day.Format("2 Jan 2006")
}
