package portal

import (
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

// spending shows what the account was charged for, month by month and by service.
func (a *area) spending(c *web.Context) error {
	of, err := a.Accounts.Account(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	s, err := a.Reports.Spending(c.Ctx(), c.Who, c.Account(), of.Currency, a.web.Zone)
	if err != nil {
		return err
	}
	p := portal.SpendingPage{
		Shell: c.Shell("Spending"), ListURL: c.Base() + "/invoices", Total: s.Total,
		Chart: ui.ChartProps{Subject: "Spending per month", Unit: ui.Unit{Currency: of.Currency}, Monthly: true},
	}
	for _, m := range s.Months {
		p.Chart.Points = append(p.Chart.Points, ui.Point{Day: m.First, Value: m.Net.Minor()})
	}
	for _, one := range s.Services {
		row := portal.SpentRow{Text: one.Text, Detail: one.Detail, Net: one.Net}
		if one.Service.IsZero() {
			row.Text, row.Detail = "Everything else", "What belongs to no service"
		} else if c.May(verb.ServicesView) {
			row.URL = c.Base() + "/services/" + one.Service.String()
		}
		p.Rows = append(p.Rows, row)
	}
	return c.Page(portal.Spending(p))
}
