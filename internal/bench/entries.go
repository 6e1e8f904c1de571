package bench

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

const (
	pageLength = activity.PageLength
	farPage    = 1000
	depthAim   = 1.2 // page 1,000 against page 1, and the long log against the short one
	// quickest is which share of the readings is compared: the quickest tenth, since what else runs on the machine would
	// hide a difference. The p99 beside it is of all.
	quickest    = 0.1
	entryRounds = 12
	entrySpell  = 150 * time.Millisecond
)

// view is one way to look at a log: a filter, and which share of the entries fits it.
type view struct {
	name   string
	filter activity.Filter
	share  float64
	// bounded is a filter of several columns that no index has together: it looks at 5,000 entries at most.
	bounded bool
	top     bool // it is only the first page of a log that is like this
}

// views are the filters, with values that the loaded entries have.
func views(s testkit.Cast, from time.Time) []view {
	now := from.Add(yearLong)
	const person, service, refused = 10, 3 * 4, 20 // one in so many, as testkit makes them
	return []view{
		{name: "no filter", share: 1},
		{name: "no filter, with its calendar", share: 1, top: true, filter: activity.Filter{Calendar: &activity.CalendarQuery{
			Zone: time.FixedZone("west", -5*60*60), From: now.AddDate(0, 0, -26*7), SignIns: now.AddDate(0, 0, -29), Now: now,
		}}},
		{name: "person", filter: activity.Filter{Person: s.People[0]}, share: 1.0 / person},
		{name: "action", filter: activity.Filter{Action: activity.InvoicePaid}, share: 1.0 / 4},
		{name: "category", filter: activity.Filter{Category: activity.CategoryBilling}, share: 1.0 / 4},
		{name: "outcome", filter: activity.Filter{Outcome: activity.RefusedResult}, share: 1.0 / refused},
		{name: "service", filter: activity.Filter{Service: s.Services[0]}, share: 1.0 / service},
		{name: "period", filter: activity.Filter{From: from, To: now}, share: 1},
		{name: "changes only", filter: activity.Filter{Mode: activity.Writing}, share: 0.9},
		{name: "looks only", filter: activity.Filter{Mode: activity.Reading}, share: 1.0 / refused},
		{name: "sign-ins", filter: activity.Filter{Category: activity.CategorySignIn}, share: 1.0 / 4},
		{name: "failed and refused", filter: activity.Filter{Unsuccessful: true}, share: 1.0 / refused},
		{name: "staff access", filter: activity.Filter{Kind: actor.Staff}},
		{
			name: "access changes", share: 1.0 / 5,
			filter: activity.Filter{Category: activity.CategoryAccess, Mode: activity.Writing},
		},
		{
			name: "person and outcome", share: 1.0 / refused, bounded: true,
			filter: activity.Filter{Person: s.People[person-1], Outcome: activity.RefusedResult},
		},
		{
			name: "person and outcome, none", bounded: true,
			filter: activity.Filter{Person: s.People[0], Outcome: activity.RefusedResult},
		},
	}
}

// log measures pages of a long log against those of a short one in the same database.
func log(ctx context.Context, r report, where string, s *stock) error {
	n, all := s.plan.long, s.entries
	r.title("The log on %s: %d entries against %d, %d in the database, page %d against page 1",
		where, n, shortLog, all, farPage)
	r.line("  Of each, the quickest tenth is compared; the p99 is of all readings of the late page.")
	aim := fmt.Sprintf("aim %.1f", depthAim)
	rows := [][]string{row("filter", fmt.Sprintf("page 1 of %d", shortLog), fmt.Sprintf("page 1 of %d", n), "ratio", aim,
		fmt.Sprintf("page %d", farPage), "ratio", aim, "p99")}
	few := views(s.Brief, s.From)
	for i, v := range views(s.Cast, s.From) {
		cells, err := v.measure(ctx, s.Log, [2]id.Scope{s.short(), s.long()}, few[i].filter, n)
		if err != nil {
			return fmt.Errorf("%s: %w", v.name, err)
		}
		rows = append(rows, cells)
	}
	r.table(rows...)
	return nil
}

// measure reads the page of the short log, the first of the long one and a late one, in turns.
func (v view) measure(
	ctx context.Context, l *activity.Log, chains [2]id.Scope, short activity.Filter, n int,
) ([]string, error) {
	late := v.filter
	switch {
	case v.top:
	case v.share > 0:
		late.Before = max(int64(n)-int64((farPage-1)*pageLength/v.share), int64(2*pageLength/v.share))
	default:
		late.Before = int64(n) / 2
	}
	f, err := inTurns(ctx, entryRounds, entrySpell,
		v.reading(l, chains[0], short), v.reading(l, chains[1], v.filter), v.reading(l, chains[1], late))
	if err != nil {
		return nil, err
	}
	first, one, far := f[0].at(quickest), f[1].at(quickest), f[2].at(quickest)
	grown, deep := float64(one)/float64(first), float64(far)/float64(one)
	judged := verdict(grown <= depthAim)
	if v.bounded {
		judged = "looks at 5,000"
	}
	cells := row(v.name, micro(first), micro(one), ratio(grown), judged, micro(far), ratio(deep),
		verdict(deep <= depthAim), micro(f[2].at(0.99)))
	if v.top {
		cells[5], cells[6], cells[7] = "", "", ""
	}
	return cells, nil
}

func (v view) reading(l *activity.Log, chain id.Scope, f activity.Filter) []once {
	return []once{func(ctx context.Context) error {
		page, err := l.Page(ctx, chain, f)
		if err != nil {
			return fmt.Errorf("page: %w", err)
		}
		if v.share > 0 && len(page.Entries) != pageLength {
			return fmt.Errorf("the page has %d entries", len(page.Entries))
		}
		return nil
	}}
}
