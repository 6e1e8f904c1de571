package figures

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing/reports"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// healthSQL looks at each contact who has access, and at each client once. A factor counts as for the list of clients:
// confirmed, and not one that the provider doubts.
const healthSQL = `SELECT COUNT(*) AS accounts, COALESCE(SUM(CASE WHEN x.bare = 0 THEN 1 ELSE 0 END), 0) AS guarded,
 COALESCE(SUM(CASE WHEN x.keyless = 0 THEN 1 ELSE 0 END), 0) AS keyed,
 COALESCE(SUM(CASE WHEN r.account_id IS NOT NULL THEN 1 ELSE 0 END), 0) AS reviewed,
 COALESCE(SUM(x.contacts), 0) AS contacts, COALESCE(SUM(x.dormant), 0) AS dormant FROM (
 SELECT m.account_id, COUNT(*) AS contacts,
 SUM(CASE WHEN f.person_id IS NULL THEN 1 ELSE 0 END) AS bare,
 SUM(CASE WHEN COALESCE(f.their_keys, 0) = 0 THEN 1 ELSE 0 END) AS keyless,
 SUM(CASE WHEN COALESCE(m.last_seen_at, m.created_at) <= ? THEN 1 ELSE 0 END) AS dormant
 FROM memberships m JOIN accounts a ON a.account_id = m.account_id AND a.state = 'active'
 LEFT JOIN (SELECT person_id, SUM(CASE WHEN kind <> 'totp' THEN 1 ELSE 0 END) AS their_keys FROM factors
 WHERE confirmed_at IS NOT NULL AND suspect_at IS NULL GROUP BY person_id) f ON f.person_id = m.person_id
 WHERE m.suspended = 0 AND (m.ends_at IS NULL OR m.ends_at > ?) GROUP BY m.account_id) x
 LEFT JOIN review_schedules r ON r.account_id = x.account_id AND r.last_finished_at > ?`

type healthCount struct{ Accounts, Guarded, Keyed, Reviewed, Contacts, Dormant int64 }

// Count counts how things stand now, and keeps it under today's date. It is there each hour: the last count of a day
// stays, and a day on which it never ran is missing. Looks begun, and what was sold, are known afterwards as well, so
// they are counted for the weeks and months before, too. It reads first, each statement by itself, and writes then.
func (f *Figures) Count(ctx context.Context) error {
	system := actor.NewSystem("figures")
	g, err := f.gate.View(ctx, system, verb.ClientsView, id.ProviderScope())
	if err != nil {
		return fmt.Errorf("count figures: %w", err)
	}
	rows, err := f.health(ctx, g)
	if err != nil {
		return err
	}
	looked, err := f.looked(ctx, g)
	if err != nil {
		return err
	}
	sales, err := f.reports.Revenue(ctx, system, f.zone)
	if err != nil {
		return fmt.Errorf("count figures: %w", err)
	}
	return f.keep(ctx, slices.Concat(rows, looked, soldRows(sales)))
}

// health is the count of access now.
func (f *Figures) health(ctx context.Context, g gate.Grant) ([]row, error) {
	var n healthCount
	now := g.Now()
	err := g.On(f.reader.With(ctx)).Raw(healthSQL, db.At(now.Add(-DormantAfter)), db.At(now),
		db.At(now.AddDate(-1, 0, 0))).Scan(&n).Error
	if err != nil {
		return nil, fmt.Errorf("count access: %w", err)
	}
	today := number(f.today(now))
	return []row{
		{Kind: accounts, Day: today, Value: n.Accounts},
		{Kind: guarded, Day: today, Value: n.Guarded},
		{Kind: keyed, Day: today, Value: n.Keyed},
		{Kind: reviewed, Day: today, Value: n.Reviewed},
		{Kind: contacts, Day: today, Value: n.Contacts},
		{Kind: dormant, Day: today, Value: n.Dormant},
	}, nil
}

// looked is how many looks at clients the provider's people began on each of the last days: of a week, where it was
// there before, of all that is shown, where it was not.
func (f *Figures) looked(ctx context.Context, g gate.Grant) ([]row, error) {
	today := f.today(g.Now())
	first := today.AddDate(0, 0, -week)
	var kept int64
	err := g.On(f.reader.With(ctx)).Raw("SELECT COUNT(*) FROM daily_figures WHERE kind = ? AND day = ?", looks,
		number(first)).Scan(&kept).Error
	if err != nil {
		return nil, fmt.Errorf("count looks: %w", err)
	}
	if kept == 0 {
		first = monday(today).AddDate(0, 0, -(WeeksShown-1)*week)
	}
	var parts []string
	var args []any
	for day := first; !day.After(today); day = day.AddDate(0, 0, 1) {
		parts = append(parts, "SELECT ? AS day, COUNT(*) AS value FROM looks WHERE started_at >= ? AND started_at < ?")
		args = append(args, number(day), db.At(f.begins(day)), db.At(f.begins(day.AddDate(0, 0, 1))))
	}
	var rows []row
	text := strings.Join(parts, " UNION ALL ")
	if err := g.On(f.reader.With(ctx)).Raw(text, args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("count looks: %w", err)
	}
	for i := range rows {
		rows[i].Kind = looks
	}
	return rows, nil
}

// soldRows are the months of what was sold.
func soldRows(sales reports.Revenue) []row {
	var rows []row
	for _, s := range sales.Sales {
		for _, m := range s.Months {
			rows = append(rows, row{Kind: sold, Day: number(m.First), Currency: m.Net.Currency(), Value: m.Net.Minor()})
		}
	}
	return rows
}

// keep writes rows down, in place of what was counted before.
func (f *Figures) keep(ctx context.Context, rows []row) error {
	return f.gate.Bookkeep(ctx, tableFigures, func(tx *db.Tx) error {
		return tx.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "kind"}, {Name: "day"}, {Name: "currency"}},
			DoUpdates: clause.AssignmentColumns([]string{"value"}),
		}).Create(&rows).Error
	})
}

// Prune forgets days that nothing shows any more.
func (f *Figures) Prune(ctx context.Context) error {
	now, err := f.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("prune figures: %w", err)
	}
	const years = 3
	before := number(f.today(now).AddDate(-years, 0, 0))
	return f.gate.Bookkeep(ctx, tableFigures, func(tx *db.Tx) error {
		return tx.Where("day < ?", before).Delete(&row{}).Error
	})
}
