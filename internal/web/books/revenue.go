package books

import (
	"strconv"
	"time"

	"gatehouse/internal/billing/reports"
	"gatehouse/internal/web"
	"gatehouse/templates/books"
	"gatehouse/templates/ui"
)

func (a *area) revenue(c *web.Context) error {
	r, err := a.Reports.Revenue(c.Ctx(), c.Who, a.Zone)
	if err != nil {
		return err
	}
	p := books.RevenuePage{
		Shell: c.Shell("Revenue"), CSVURL: revenuePath + "/csv",
		Ended: ui.ChartProps{
			Subject: "Services that ended", Unit: ui.Unit{One: "service", Many: "services"}, Monthly: true,
		},
	}
	for _, s := range r.Sales {
		chart := ui.ChartProps{
			Subject: "Revenue per month in " + string(s.Total.Currency()), Unit: ui.Unit{Currency: s.Total.Currency()},
			Monthly: true,
		}
		for _, m := range s.Months {
			chart.Points = append(chart.Points, ui.Point{Day: m.First, Value: m.Net.Minor()})
		}
		p.Sales = append(p.Sales, chart)
		p.Totals = append(p.Totals, s.Total)
	}
	for _, m := range r.Churn {
		p.Ended.Points = append(p.Ended.Points, ui.Point{Day: m.First, Value: m.Ended, Note: churned(m)})
	}
	return c.Page(books.Revenue(p))
}

// churned says how the month went, in the table.
func churned(m reports.Churn) string {
	return ui.Number(int(m.Running)) + " ran when it began, " + ui.Number(int(m.Begun)) + " came, " +
		strconv.FormatInt(m.Share(), 10) + "% went"
}

func (a *area) revenueFile(c *web.Context) error {
	r, err := a.Reports.Revenue(c.Ctx(), c.Who, a.Zone)
	if err != nil {
		return err
	}
	head := []string{"Month", "Services at its beginning", "Begun", "Ended"}
	for _, s := range r.Sales {
		head = append(head, "Revenue in "+string(s.Total.Currency()))
	}
	rows := [][]string{head}
	for n, m := range r.Churn {
		row := []string{
			m.First.Format("2006-01"), strconv.FormatInt(m.Running, 10), strconv.FormatInt(m.Begun, 10),
			strconv.FormatInt(m.Ended, 10),
		}
		for _, s := range r.Sales {
			row = append(row, s.Months[n].Net.Plain())
		}
		rows = append(rows, row)
	}
	return a.send(c, "revenue-"+c.Now().In(a.Zone).Format(time.DateOnly)+".csv", rows)
}
