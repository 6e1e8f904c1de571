package staff

import (
	"strings"

	"gatehouse/internal/figures"
	"gatehouse/internal/id"
	"gatehouse/internal/overview"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

// charts are how things stood, as far as this department may see it.
func (a *area) charts(c *web.Context) ([]staff.Chart, error) {
	if a.Figures == nil {
		return nil, nil
	}
	b, err := a.Figures.Board(c.Ctx(), c.Who)
	if err != nil {
		return nil, err
	}
	list := salesCharts(b)
	if b.Health == nil {
		return list, nil
	}
	return append(append(list, healthCharts(b.Health)...), looksChart(b.Weeks)), nil
}

// salesCharts are what was sold, a chart for each currency.
func salesCharts(b figures.Board) []staff.Chart {
	if !b.Sold {
		return nil
	}
	more := ui.Link{Text: "All of revenue", URL: "/staff/revenue"}
	if len(b.Sales) == 0 {
		return []staff.Chart{{
			ID: "sales-h", Title: "Revenue", More: more, Props: ui.ChartProps{Subject: "Revenue per month", Monthly: true},
		}}
	}
	var list []staff.Chart
	for _, s := range b.Sales {
		unit := ui.Unit{Currency: s.Currency}
		chart := staff.Chart{
			ID: "sales-" + strings.ToLower(string(s.Currency)) + "-h", Title: "Revenue in " + string(s.Currency), More: more,
			Sub:   "Without VAT, less credit notes. Counted each hour; this month is not over.",
			Props: ui.ChartProps{Subject: "Revenue per month in " + string(s.Currency), Unit: unit, Monthly: true},
		}
		chart.More.About = string(s.Currency)
		for _, m := range s.Months {
			chart.Props.Points = append(chart.Props.Points, ui.Point{Day: m.First, Value: m.Net.Minor(), Missing: !m.Counted})
		}
		list = append(list, chart)
	}
	return list
}

// healthChart is one figure of access: what is counted, of how many, and which clients are to be looked at.
type healthChart struct {
	id, title, subject string
	of                 func(d figures.Day) (n, all int64)
	say                func(n, all int64) string
	more               string
	filter             overview.ClientFilter
	share              bool
}

func healthKinds() []healthChart {
	clients := func(what string) func(n, all int64) string {
		return func(n, all int64) string {
			return ui.Number(int(n)) + " of " + ui.Count(int(all), "client", "clients") + what
		}
	}
	return []healthChart{
		{
			"factors-h", "Second factor", "Clients whose contacts all have a second factor",
			func(d figures.Day) (int64, int64) { return d.Guarded, d.Accounts }, clients(": each contact has one."),
			"Clients without", overview.NoSecondFactor, true,
		},
		{
			"keys-h", "Security keys", "Clients whose contacts all have a security key or passkey",
			func(d figures.Day) (int64, int64) { return d.Keyed, d.Accounts },
			clients(": each contact has a key or passkey."), "Clients without", overview.NoKey, true,
		},
		{
			"reviews-h", "Access reviews", "Clients with an access review in the last year",
			func(d figures.Day) (int64, int64) { return d.Reviewed, d.Accounts }, clients(": reviewed in the last year."),
			"Not reviewed", overview.NotReviewed, true,
		},
		{
			"dormant-h", "Dormant contacts", "Contacts who have not been in for 90 days",
			func(d figures.Day) (int64, int64) { return d.Dormant, d.Contacts },
			func(n, all int64) string {
				return ui.Number(int(n)) + " of " + ui.Count(int(all), "contact", "contacts") + ": not in for 90 days."
			},
			"Their clients", overview.DormantPeople, false,
		},
	}
}

// healthCharts are how well access is kept, day by day.
func healthCharts(days []figures.Day) []staff.Chart {
	var list []staff.Chart
	for _, kind := range healthKinds() {
		chart := staff.Chart{
			ID: kind.id, Title: kind.title,
			More:  ui.Link{Text: kind.more, URL: clientsAt("", kind.filter, id.Account{}), About: kind.title},
			Props: ui.ChartProps{Subject: kind.subject, Unit: ui.Unit{Share: kind.share, Level: true}},
		}
		if !kind.share {
			chart.Props.Unit.One, chart.Props.Unit.Many = "contact", "contacts"
		}
		for _, d := range days {
			n, all := kind.of(d)
			point := ui.Point{Day: d.Date, Value: n, Missing: !d.Counted || all == 0}
			if d.Counted {
				chart.Sub = kind.say(n, all)
			}
			if kind.share && all > 0 {
				point.Value = 100 * n / all
			}
			chart.Props.Points = append(chart.Props.Points, point)
		}
		list = append(list, chart)
	}
	return list
}

// looksChart is how often the provider's people looked at clients.
func looksChart(weeks []figures.Week) staff.Chart {
	chart := staff.Chart{
		ID: "looks-h", Title: "Staff looked at clients", Sub: "Each look has a reason, and the client can read it.",
		More: ui.Link{Text: "The log", URL: "/staff/activity", About: "staff looked at clients"},
		Props: ui.ChartProps{
			Subject: "Looks at clients by staff, per week", Unit: ui.Unit{One: "look", Many: "looks"}, Weekly: true,
		},
	}
	for _, w := range weeks {
		point := ui.Point{Day: w.First, Value: w.Looks, Missing: w.Counted == 0}
		if missing := w.Past - w.Counted; missing > 0 && w.Counted > 0 {
			point.Note = ui.Count(missing, "day", "days") + " without a figure"
		}
		chart.Props.Points = append(chart.Props.Points, point)
	}
	return chart
}
