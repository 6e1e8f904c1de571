package overview

import (
	"context"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/figures"
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
	FailedPayments ClientFilter = "failed"           // with a payment that failed in the last days; the same
	SlowRefunded   ClientFilter = "refunds"          // with a refund that takes long; the same
	NoKey          ClientFilter = "no-key"           // where somebody with access has neither security key nor passkey
	DormantPeople  ClientFilter = "dormant"          // where somebody with access has not been in for 90 days
	SuspendedSites ClientFilter = "suspended"        // with a service that is suspended; for those who see services
	NewClients     ClientFilter = "new"              // for thirty days
)

// newFor is for how many days a client is new.
const newFor = 30

// ClientFilters are the filters that somebody may use who sees services and money of clients, or not.
func ClientFilters(services, money bool) []ClientFilter {
	list := []ClientFilter{AllClients}
	if money {
		list = append(list, OverdueClients, FailedPayments, SlowRefunded)
	}
	if services {
		list = append(list, SuspendedSites)
	}
	return append(list, NoSecondFactor, NoKey, DormantPeople, NotReviewed, NewClients)
}

// Looked is how many clients a page of a list looks at where no index leads to those that belong in it.
const Looked = 800

// filtered is what a filter puts on the list. The cost of a page must not grow with the number of clients: those that
// an index leads to are walked in the order of the list, and of others so many are looked at, and who wants to see more
// goes on from there.
type filtered struct {
	condition string // of each client; empty: none
	args      []any
	walk      string // selects the clients of a page by an index; empty: there is none
	walkArgs  []any
	looks     bool // at so many clients, and then no further
}

// among is a filter of those that a search has found: there are few of them, each of which is looked at.
func (f filtered) among(found filtered) filtered {
	if f.condition == "" {
		return found
	}
	return filtered{condition: found.condition + " AND " + f.condition, args: append(found.args, f.args...)}
}

// filter is the filter of a list. One that tells more than its asker may see is refused, and the refusal recorded.
func (o *Overview) filter(ctx context.Context, who actor.Actor, ask clientAsk) (f filtered, err error) {
	now := ask.g.Now()
	switch ask.Only {
	case AllClients:
		return f, nil
	case OverdueClients:
		_, err = o.gate.View(ctx, who, verb.BillingView, id.ProviderScope())
		return ask.overdue(), err
	case SuspendedSites:
		_, err = o.gate.View(ctx, who, verb.HostingView, id.ProviderScope())
		return ask.suspended(), err
	case FailedPayments:
		_, err = o.gate.View(ctx, who, verb.BillingView, id.ProviderScope())
		return ask.failed(), err
	case SlowRefunded:
		_, err = o.gate.View(ctx, who, verb.BillingView, id.ProviderScope())
		return ask.slow(), err
	case NoSecondFactor, NoKey, DormantPeople:
		return ask.people(), nil
	case NotReviewed:
		year := db.At(now.AddDate(-1, 0, 0))
		f.condition = "a.state = 'active' AND a.created_at <= ? AND NOT EXISTS (SELECT 1 FROM review_schedules r " +
			"WHERE r.account_id = a.account_id AND r.last_finished_at > ?)"
		f.args, f.looks = []any{year, year}, true
		return f, nil
	case NewClients:
		// Ids tell roughly when clients came: behind the oldest of these nobody has to be looked at.
		since := db.At(now.AddDate(0, 0, -newFor))
		f.condition = "a.created_at > ? AND a.account_id >= (SELECT MIN(n.account_id) FROM accounts n WHERE n.created_at > ?)"
		f.args = []any{since, since}
		return f, nil
	}
	return f, fault.NotFound("list clients")
}

// people are the filters by the people who have access. Each client is asked of by itself: of EXISTS, MariaDB makes a
// join that begins with all the memberships there are.
func (ask clientAsk) people() filtered {
	const (
		theirs = "(SELECT MIN(m.id) FROM memberships m WHERE m.account_id = a.account_id AND m.suspended = 0 " +
			"AND (m.ends_at IS NULL OR m.ends_at > ?)"
		without = " AND NOT EXISTS (SELECT 1 FROM factors f WHERE f.person_id = m.person_id " +
			"AND f.confirmed_at IS NOT NULL AND f.suspect_at IS NULL"
	)
	now := ask.g.Now()
	f := filtered{condition: theirs + without + ")) IS NOT NULL", args: []any{db.At(now)}, looks: true}
	switch ask.Only { //nolint:exhaustive // the others are no filters by people
	case NoKey:
		f.condition = theirs + without + " AND f.kind <> 'totp')) IS NOT NULL"
	case DormantPeople:
		f.condition = theirs + " AND COALESCE(m.last_seen_at, m.created_at) <= ?) IS NOT NULL"
		f.args = append(f.args, db.At(now.Add(-figures.DormantAfter)))
	default:
	}
	return f
}

// failed are those with a payment or refund that failed, of which there are few: they are found by when it was.
func (ask clientAsk) failed() filtered {
	since := db.At(ask.g.Now().Add(-failedFor))
	f := filtered{
		condition: "(EXISTS (SELECT 1 FROM " + failedCharges + " AND f.account_id = a.account_id) OR " +
			"EXISTS (SELECT 1 FROM " + failedDebits + " AND f.account_id = a.account_id) OR " +
			"EXISTS (SELECT 1 FROM " + failedRefunds + " AND f.account_id = a.account_id))",
		args: []any{since, since, since},
	}
	for i, of := range []struct{ table, state string }{
		{"card_charges", "declined"},
		{"card_charges", "action"},
		{"debit_collections", "failed"},
		{"debit_collections", "returned"},
		{"refunds", "failed"},
	} {
		if i > 0 {
			f.walk += " UNION "
		}
		walk, args := ask.walk(of.table, "state = ? AND done_at > ?", of.state, since)
		f.walk, f.walkArgs = f.walk+walk, append(f.walkArgs, args...)
	}
	return f
}

// slow are those with a refund that takes long, of which there are few as well.
func (ask clientAsk) slow() filtered {
	since := slowSince(ask.g.Now())
	f := filtered{condition: "EXISTS (SELECT 1 FROM " + slowRefunds + " AND f.account_id = a.account_id)", args: since}
	for i, state := range []string{"asked", "pending"} {
		if i > 0 {
			f.walk += " UNION "
		}
		walk, args := ask.walk("refunds", "state = ? AND asked_at <= ?", state, since[i])
		f.walk, f.walkArgs = f.walk+walk, append(f.walkArgs, args...)
	}
	return f
}

func (ask clientAsk) overdue() filtered {
	from := overdueFrom(ask.g.Now())
	f := filtered{
		condition: "EXISTS (SELECT 1 FROM invoices i WHERE i.account_id = a.account_id AND i." + payable +
			" AND i.due_at <= ?)",
		args: []any{from},
	}
	for i, state := range []string{"due", "part-paid"} {
		if i > 0 {
			f.walk += " UNION "
		}
		walk, args := ask.walk("invoices", "state = ? AND due_at <= ?", state, from)
		f.walk, f.walkArgs = f.walk+walk, append(f.walkArgs, args...)
	}
	return f
}

func (ask clientAsk) suspended() filtered {
	f := filtered{
		condition: "EXISTS (SELECT 1 FROM services s WHERE s.account_id = a.account_id AND s.state = 'suspended')",
	}
	f.walk, f.walkArgs = ask.walk("services", "state = ?", "suspended")
	return f
}

// walk selects the next clients of a page from a table that has an index by the condition and the client.
func (ask clientAsk) walk(table, condition string, args ...any) (text string, all []any) {
	text = "SELECT account_id FROM (SELECT DISTINCT account_id FROM " + table + " WHERE " + condition
	if !ask.Before.IsZero() {
		text, args = text+" AND account_id < ?", append(args, ask.Before)
	}
	return text + " ORDER BY account_id DESC LIMIT ?) AS next_" + table, append(args, clientsPage+1)
}
