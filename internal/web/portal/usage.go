package portal

import (
	"gatehouse/internal/hosting"
	"gatehouse/internal/web"
	"gatehouse/templates/ui"
)

// fewest is how many days make a chart.
const fewest = 2

// charts show what a service used on each of the last thirty days.
func (a *area) charts(c *web.Context, s hosting.Service) ([]ui.ChartProps, error) {
	days, err := a.Hosting.Days(c.Ctx(), c.Who, c.Account(), s.ID)
	if err != nil || len(days) < fewest {
		return nil, err
	}
	charts := []ui.ChartProps{
		{Subject: "Disk space by day", Unit: ui.Unit{Bytes: true, Level: true}},
		{Subject: "Transfer by day", Unit: ui.Unit{Bytes: true}},
		{Subject: "Mailboxes by day", Unit: ui.Unit{One: "mailbox", Many: "mailboxes", Level: true}},
	}
	for _, d := range days {
		for i, value := range []int64{d.Disk, d.Transfer, int64(d.Mailboxes)} {
			charts[i].Points = append(charts[i].Points, ui.Point{Day: d.Day, Value: value})
		}
	}
	return charts, nil
}

// mailboxes say how many of them a service has; nothing where nobody counted, or there is no limit.
func mailboxes(u hosting.Usage) []ui.MeterProps {
	if u.MailboxLimit == 0 {
		return nil
	}
	return []ui.MeterProps{{
		Label: "Mailboxes", Text: ui.Number(u.Mailboxes) + " of " + ui.Number(u.MailboxLimit), Used: int64(u.Mailboxes),
		Of: int64(u.MailboxLimit),
	}}
}
