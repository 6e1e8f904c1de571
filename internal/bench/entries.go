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
	pageLength  = 50
	farPage     = 1000
	depthAim    = 1.2 // page 1,000 against page 1, and the long log against the short one
	entryRounds = 12
	entrySpell  = 150 * time.Millisecond
)

// view is one way to look at a log: a filter, and which share of the entries fits it.
type view struct {
	name   string
	filter activity.Filter
	share  float64
}

// views are the filters, with values that the loaded entries have.
func views(s testkit.Cast, from time.Time) []view {
	const person, service, refused = 10, 3 * 4, 20 // one in so many, as testkit makes them
	return []view{
		{"no filter", activity.Filter{}, 1},
		{"person", activity.Filter{Person: s.People[0]}, 1.0 / person},
		{"action", activity.Filter{Action: activity.InvoicePaid}, 1.0 / 4},
		{"category", activity.Filter{Category: activity.CategoryBilling}, 1.0 / 4},
		{"outcome", activity.Filter{Outcome: activity.RefusedResult}, 1.0 / refused},
		{"service", activity.Filter{Service: s.Services[0]}, 1.0 / service},
		{"period", activity.Filter{From: from, To: from.Add(24 * time.Hour)}, 1},
		{"failed and refused", activity.Filter{Unsuccessful: true}, 1.0 / refused},
		{"staff access", activity.Filter{Kind: actor.Staff}, 0},
		{"access changes", activity.Filter{Category: activity.CategoryAccess, Mode: activity.Writing}, 1.0 / 5},
		{"person and outcome", activity.Filter{Person: s.People[person-1], Outcome: activity.RefusedResult}, 1.0 / refused},
		{"person and outcome, none", activity.Filter{Person: s.People[0], Outcome: activity.RefusedResult}, 0},
	}
}

// log measures pages of a long log against those of a short one in the same database.
func log(ctx context.Context, r report, where string, s *stock) error {
	n, all := s.plan.long, s.plan.entries
	r.title("The log on %s: %d entries against %d, %d in the database, page %d against page 1",
		where, n, shortLog, all, farPage)
	if loaded := s.loaded.Load(); loaded > 0 {
		r.line("  Loaded through the log's own Append, chained and sealed: %.0f entries/s.",
			float64(loaded)/s.took.Seconds())
	}
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
	if v.share > 0 {
		late.Before = max(int64(n)-int64((farPage-1)*pageLength/v.share), int64(2*pageLength/v.share))
	} else {
		late.Before = int64(n) / 2
	}
	f, err := inTurns(ctx, entryRounds, entrySpell,
		v.reading(l, chains[0], short), v.reading(l, chains[1], v.filter), v.reading(l, chains[1], late))
	if err != nil {
		return nil, err
	}
	first, one, far := f[0].at(0.5), f[1].at(0.5), f[2].at(0.5)
	grown, deep := float64(one)/float64(first), float64(far)/float64(one)
	judged := verdict(grown <= depthAim)
	if v.share == 0 {
		judged = "looks at 5,000"
	}
	return row(v.name, micro(first), micro(one), ratio(grown), judged, micro(far), ratio(deep), verdict(deep <= depthAim),
		micro(f[2].at(0.99))), nil
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
