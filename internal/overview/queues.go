package overview

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// QueueName says what waits.
type QueueName string

// The queues that staff work through.
const (
	OpenCases       QueueName = "cases"      // nobody has answered yet
	LostFactors     QueueName = "recoveries" // somebody who lost their second step waits for a decision
	MoneyApprovals  QueueName = "approvals"  // money above the limit that a second person decides about
	OpenTransfers   QueueName = "transfers"  // transfers that belong to nobody yet
	DeclinedCards   QueueName = "declined"   // cards that were declined in the last week, and the invoice is still open
	SlowRefunds     QueueName = "refunds"    // refunds of which the gateway has not said what became of them
	AccountRequests QueueName = "requests"   // another name or main contact
	OwnershipOffers QueueName = "ownership"  // ownership that one of the client's people is offered
	ServiceOrders   QueueName = "orders"     // orders and changes that are not done
	Cancellations   QueueName = "endings"    // services that are to end
	StaffApprovals  QueueName = "staff"      // seats and departments that a second administrator decides about
	Emergencies     QueueName = "emergency"  // data that somebody opened in an emergency, which nobody has judged
	StaffReviews    QueueName = "seats"      // a review of the staff that is not finished
	FailingServers  QueueName = "servers"    // servers whose panel did not answer the last time
)

// declinedFor is for how long a declined card waits for somebody (our own figure).
const declinedFor = 7 * 24 * time.Hour

// For how long nobody has to look after a refund (our own figures): the gateway answers within minutes, and banks take
// their days.
const (
	askedFor   = time.Hour
	pendingFor = 7 * 24 * time.Hour
)

// slowRefunds are refunds, as f, that were asked for so long ago that somebody should look; slowSince are its moments.
const slowRefunds = "refunds f WHERE (f.state = 'asked' AND f.asked_at <= ? OR f.state = 'pending' AND f.asked_at <= ?)"

func slowSince(now time.Time) []any {
	return []any{db.At(now.Add(-askedFor)), db.At(now.Add(-pendingFor))}
}

// Queue is how many wait for a department, and for how long the first of them has.
type Queue struct {
	Name  QueueName
	Count int
	Since time.Time // of the one that waits the longest
}

// queue is where one is read: what must be allowed to see it, and the columns n and since.
type queue struct {
	name QueueName
	sees verb.Verb
	sql  string
	args func(g gate.Grant) []any
}

func queues() []queue {
	none := func(gate.Grant) []any { return nil }
	since := func(d time.Duration) func(gate.Grant) []any {
		return func(g gate.Grant) []any { return []any{db.At(g.Now().Add(-d))} }
	}
	list := []queue{
		{OpenCases, verb.CasesView, "COUNT(*) AS n, MIN(changed_at) AS since FROM cases WHERE state = 'open'", none},
		{OpenTransfers, verb.BillingView, "COUNT(*) AS n, MIN(booked_on) AS since FROM bank_transfers " +
			"WHERE state = 'unmatched'", none},
		{
			DeclinedCards, verb.BillingView, "COUNT(*) AS n, MIN(c.done_at) AS since FROM card_charges c " +
				"JOIN invoices i ON i.id = c.invoice_id WHERE c.state IN ('declined', 'action') AND c.done_at > ? AND i." + payable,
			since(declinedFor),
		},
		{
			SlowRefunds, verb.BillingView, "COUNT(*) AS n, MIN(f.asked_at) AS since FROM " + slowRefunds,
			func(g gate.Grant) []any { return slowSince(g.Now()) },
		},
		{StaffReviews, verb.StaffManage, "COUNT(*) AS n, MIN(started_at) AS since FROM staff_reviews " +
			"WHERE open_one = 1", none},
		{FailingServers, verb.ServersManage, "COUNT(*) AS n, MIN(l.looked_at) AS since FROM server_looks l " +
			"JOIN servers s ON s.id = l.server_id WHERE l.trouble <> '' AND s.state = 'active'", none},
	}
	for _, s := range sources() {
		if s.name != OwnershipOffers { // the client's people decide
			list = append(list, s.queue())
		}
	}
	return list
}

// Queues are what waits for whoever of the staff asks, in one statement: of what their department works on, and nothing
// else. A queue in which nobody waits is left out.
func (o *Overview) Queues(ctx context.Context, who actor.Actor) ([]Queue, error) {
	g, err := o.gate.View(ctx, who, verb.ClientsView, id.ProviderScope())
	if err != nil {
		return nil, err
	}
	var arms []string
	var args []any
	for _, q := range queues() {
		own, sees, err := o.may(ctx, who, q.sees, id.ProviderScope())
		if err != nil {
			return nil, err
		}
		if !sees {
			continue
		}
		text := "SELECT '" + string(q.name) + "' AS name, " + q.sql
		if q.name == OpenCases && own.Decision().Billing {
			text += " AND kind = 'billing'"
		}
		arms, args = append(arms, text), append(args, q.args(g)...)
	}
	if len(arms) == 0 {
		return nil, nil
	}
	type row struct {
		name  text
		n     number
		since db.Time
	}
	rows, err := db.ReadRows(g.On(o.reader.With(ctx)).Raw(strings.Join(arms, " UNION ALL "), args...),
		func(r *row) []any { return []any{&r.name, &r.n, &r.since} })
	if err != nil {
		return nil, fmt.Errorf("queues: %w", err)
	}
	var list []Queue
	for _, r := range rows {
		if r.n > 0 {
			list = append(list, Queue{Name: QueueName(r.name), Count: int(r.n), Since: r.since.Time})
		}
	}
	return list, nil
}
