package staff

import (
	"slices"
	"strings"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/overview"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

// dashboardFigures are the numbers that this department acts on.
func dashboardFigures(f overview.Figures) []staff.Figure {
	out := []staff.Figure{{Label: "Clients", Value: ui.Number(f.Clients), URL: clientsPath}}
	if o := f.Overdue; o != nil {
		out = append(out, overdueFigure(o), failedFigure(o.Failed),
			staff.Figure{Label: "Paying at the moment", Value: ui.Number(o.Checkouts)})
	}
	if s := f.Services; s != nil {
		running := staff.Figure{Label: "Services running", Value: ui.Number(s.Running)}
		switch {
		case s.Suspended > 0:
			running.State = &ui.State{Tone: ui.Bad, Icon: "player-pause", Word: ui.Number(s.Suspended) + " suspended"}
		case s.Pending > 0:
			running.State = &ui.State{Tone: ui.Info, Icon: "hourglass", Word: ui.Number(s.Pending) + " being set up"}
		}
		out = append(out, running)
	}
	if n := f.Unsent; n != nil {
		unsent := staff.Figure{
			Label: "Mails given up", Value: ui.Number(*n), State: &ui.State{Tone: ui.OK, Icon: "check", Word: "All went out"},
		}
		if *n > 0 {
			unsent.State = &ui.State{Tone: ui.Bad, Icon: "alert-circle", Word: "Look at the mail server"}
		}
		out = append(out, unsent)
	}
	return out
}

// overdueFigure is what is overdue, in each currency.
func overdueFigure(o *overview.OverdueFigures) staff.Figure {
	f := staff.Figure{
		Label: "Overdue", Value: "0", URL: clientsAt("", overview.OverdueClients, id.Account{}),
		State: &ui.State{Tone: ui.OK, Icon: "check", Word: "Nothing is overdue"},
	}
	if o.Invoices == 0 {
		return f
	}
	sums := make([]string, len(o.Amounts))
	for i, sum := range o.Amounts {
		sums[i] = sum.String()
	}
	f.Value = strings.Join(sums, ", ")
	f.State = &ui.State{Tone: ui.Bad, Icon: "alert-circle", Word: ui.Count(o.Invoices, "invoice", "invoices")}
	return f
}

func failedFigure(n int) staff.Figure {
	f := staff.Figure{
		Label: "Failed payments, 7 days", Value: ui.Number(n), URL: clientsAt("", overview.FailedPayments, id.Account{}),
		State: &ui.State{Tone: ui.OK, Icon: "check", Word: "None failed"},
	}
	if n > 0 {
		f.State = &ui.State{Tone: ui.Bad, Icon: "alert-circle", Word: "Cards, Direct Debits, refunds"}
	}
	return f
}

// oldestOpen is the request or case of this department that has waited the longest; none where nothing waits. It leads
// to where that one is decided or answered, and to the list of its kind where it was settled meanwhile.
func (a *area) oldestOpen(c *web.Context, list []overview.Queue) ([]staff.Figure, error) {
	var oldest overview.Queue
	for _, q := range list {
		if q.Name.IsAsked() && (oldest.Count == 0 || q.Since.Before(oldest.Since)) {
			oldest = q
		}
	}
	if oldest.Count == 0 {
		return nil, nil
	}
	row := queueRow(oldest.Name, oldest.Count)
	f := staff.Figure{
		Label: "Oldest open request", Value: age(c.Now().Sub(oldest.Since)), URL: row.URL, Note: row.Text,
	}
	one, ok, err := a.Overview.Oldest(c.Ctx(), c.Who, oldest.Name)
	if err != nil {
		return nil, err
	}
	if ok {
		f.URL, f.Note = requestURL(one), requestName(one)
		if one.Client != "" {
			f.Note += ", " + one.Client
		}
	}
	return []staff.Figure{f}, nil
}

// age reads "12 minutes", "5 hours", "3 days".
func age(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Hour:
		return ui.Count(int(d/time.Minute), "minute", "minutes")
	case d < day:
		return ui.Count(int(d/time.Hour), "hour", "hours")
	default:
		return ui.Count(int(d/day), "day", "days")
	}
}

// queueRows are what waits for this department, the longest first.
func queueRows(list []overview.Queue) []staff.QueueRow {
	slices.SortStableFunc(list, func(a, b overview.Queue) int { return a.Since.Compare(b.Since) })
	rows := make([]staff.QueueRow, 0, len(list))
	for _, q := range list {
		row := queueRow(q.Name, q.Count)
		row.Since = q.Since
		rows = append(rows, row)
	}
	return rows
}

func queueRow(name overview.QueueName, n int) staff.QueueRow {
	switch name {
	case overview.OpenCases:
		return staff.QueueRow{Text: ui.Count(n, "case that nobody answered", "cases that nobody answered"), URL: casesPath}
	case overview.LostFactors:
		return staff.QueueRow{Text: ui.Count(n, "lost second step", "lost second steps"), URL: queueURL(name)}
	case overview.MoneyApprovals:
		return staff.QueueRow{
			Text: ui.Count(n, "payment or refund to approve", "payments or refunds to approve"), URL: queueURL(name),
		}
	case overview.OpenTransfers:
		return staff.QueueRow{
			Text: ui.Count(n, "bank transfer without an invoice", "bank transfers without an invoice"), URL: transfersPath,
		}
	case overview.DeclinedCards:
		return staff.QueueRow{
			Text: ui.Count(n, "card declined this week", "cards declined this week"),
			URL:  clientsAt("", overview.FailedPayments, id.Account{}),
		}
	case overview.SlowRefunds:
		return staff.QueueRow{
			Text: ui.Count(n, "refund that has not arrived", "refunds that have not arrived"),
			URL:  clientsAt("", overview.SlowRefunded, id.Account{}),
		}
	case overview.AccountRequests:
		return staff.QueueRow{Text: ui.Count(n, "request of a client", "requests of clients"), URL: queueURL(name)}
	case overview.ServiceOrders:
		return staff.QueueRow{Text: ui.Count(n, "order that is not done", "orders that are not done"), URL: queueURL(name)}
	case overview.Cancellations:
		return staff.QueueRow{Text: ui.Count(n, "cancellation", "cancellations"), URL: queueURL(name)}
	case overview.StaffApprovals:
		return staff.QueueRow{
			Text: ui.Count(n, "change of staff to approve", "changes of staff to approve"), URL: queueURL(name),
		}
	case overview.Emergencies:
		return staff.QueueRow{
			Text: ui.Count(n, "emergency access to judge", "emergency accesses to judge"), URL: queueURL(name),
		}
	case overview.StaffReviews:
		return staff.QueueRow{Text: ui.Count(n, "review of the staff", "reviews of the staff"), URL: "/staff/people/reviews"}
	case overview.FailingServers, overview.OwnershipOffers:
	}
	return staff.QueueRow{Text: ui.Count(n, "server that does not answer", "servers that do not answer"), URL: serversPath}
}

// queueURL is the list of requests of one kind.
func queueURL(name overview.QueueName) string { return requestsAt(overview.RequestQuery{Only: name}) }
