package overview

import (
	"context"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// ClientFilter leaves clients out of a list.
type ClientFilter string

// The filters of the list of clients.
const (
	AllClients     ClientFilter = ""
	OverdueClients ClientFilter = "overdue"          // with an invoice that is overdue; for those who see invoices
	NoSecondFactor ClientFilter = "no-second-factor" // where somebody with access has no second factor
	NotReviewed    ClientFilter = "not-reviewed"     // where nobody has reviewed for a year who has access
	SuspendedSites ClientFilter = "suspended"        // with a service that is suspended; for those who see services
	NewClients     ClientFilter = "new"              // for thirty days
)

// newFor is for how many days a client is new.
const newFor = 30

// ClientFilters are the filters that somebody may use who sees services and money of clients, or not.
func ClientFilters(services, money bool) []ClientFilter {
	list := []ClientFilter{AllClients}
	if money {
		list = append(list, OverdueClients)
	}
	if services {
		list = append(list, SuspendedSites)
	}
	return append(list, NoSecondFactor, NotReviewed, NewClients)
}

// filter is the condition that a filter puts on the list. One that tells more than its asker may see is refused, and
// the refusal recorded.
func (o *Overview) filter(
	ctx context.Context, who actor.Actor, ask clientAsk,
) (condition string, args []any, err error) {
	now := ask.g.Now()
	switch ask.Only {
	case AllClients:
		return "", nil, nil
	case OverdueClients:
		_, err := o.gate.View(ctx, who, verb.BillingView, id.ProviderScope())
		return " AND EXISTS (SELECT 1 FROM invoices i WHERE i.account_id = a.account_id AND i." + payable +
			" AND i.due_at <= ?)", []any{overdueFrom(now)}, err
	case SuspendedSites:
		_, err := o.gate.View(ctx, who, verb.HostingView, id.ProviderScope())
		return " AND EXISTS (SELECT 1 FROM services s WHERE s.account_id = a.account_id AND s.state = 'suspended')",
			nil, err
	case NoSecondFactor:
		return " AND EXISTS (SELECT 1 FROM memberships m WHERE m.account_id = a.account_id AND m.suspended = 0 " +
				"AND (m.ends_at IS NULL OR m.ends_at > ?) AND NOT EXISTS (SELECT 1 FROM factors f " +
				"WHERE f.person_id = m.person_id AND f.confirmed_at IS NOT NULL AND f.suspect_at IS NULL))",
			[]any{db.At(now)}, nil
	case NotReviewed:
		year := db.At(now.AddDate(-1, 0, 0))
		return " AND a.state = 'active' AND a.created_at <= ? AND NOT EXISTS (SELECT 1 FROM review_schedules r " +
			"WHERE r.account_id = a.account_id AND r.last_finished_at > ?)", []any{year, year}, nil
	case NewClients:
		return " AND a.created_at > ?", []any{db.At(now.AddDate(0, 0, -newFor))}, nil
	}
	return "", nil, fault.NotFound("list clients")
}
