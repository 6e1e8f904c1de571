package staff

import (
	"slices"

	"gatehouse/internal/overview"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

// dashboardFigures are the numbers that this department acts on.
func dashboardFigures(f overview.Figures) []staff.Figure {
	out := []staff.Figure{{Label: "Clients", Value: ui.Number(f.Clients), URL: clientsPath}}
	if o := f.Overdue; o != nil {
		overdue := staff.Figure{Label: "Overdue", Value: ui.Count(o.Invoices, "invoice", "invoices")}
		if o.Amount.Currency() != "" {
			overdue.Value = o.Amount.String()
		}
		overdue.State = &ui.State{Tone: ui.OK, Icon: "check", Word: "Nothing is overdue"}
		if o.Invoices > 0 {
			overdue.State = &ui.State{
				Tone: ui.Bad, Icon: "alert-circle",
				Word: ui.Count(o.Invoices, "invoice", "invoices"),
			}
		} else {
			overdue.Value = "0"
		}
		out = append(out, overdue, staff.Figure{Label: "Paying at the moment", Value: ui.Number(o.Checkouts)})
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
			Text: ui.Count(n, "card declined this week", "cards declined this week"), URL: clientsPath + "?only=overdue",
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
	case overview.FailingServers, overview.OwnershipOffers:
	}
	return staff.QueueRow{Text: ui.Count(n, "server that does not answer", "servers that do not answer"), URL: serversPath}
}

// queueURL is the list of requests of one kind.
func queueURL(name overview.QueueName) string { return requestsAt(overview.RequestQuery{Only: name}) }
