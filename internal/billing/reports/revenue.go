package reports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Revenue is what the provider sold in the last twelve months, and how many charges came and went.
type Revenue struct {
	Sales []Sales // one for each currency
	Churn []Churn // the oldest month first
}

// Sales are the sums of one currency, credit notes taken off and tax left out.
type Sales struct {
	Months []Month // the oldest first
	Total  money.Amount
}

// Churn is how the charges for services moved in a month.
type Churn struct {
	First   time.Time // midnight UTC of its first day
	Running int64     // when the month began
	Begun   int64
	Ended   int64
}

// Share is how many in a hundred of those that ran when the month began ended in it, rounded down.
func (c Churn) Share() int64 {
	if c.Running == 0 {
		return 0
	}
	return 100 * c.Ended / c.Running
}

// edges are the beginnings of the last twelve months in a zone, and of the one to come.
func edges(now time.Time, zone *time.Location) []time.Time {
	today := now.In(zone)
	list := make([]time.Time, monthsShown+1)
	for n := range list {
		list[n] = time.Date(today.Year(), today.Month()-monthsShown+1+time.Month(n), 1, 0, 0, 0, 0, zone)
	}
	return list
}

func firstOf(edge time.Time) time.Time {
	return time.Date(edge.Year(), edge.Month(), 1, 0, 0, 0, 0, time.UTC)
}

// Revenue reads what was sold in the last twelve months of a zone's calendar, in two statements.
func (r *Reports) Revenue(ctx context.Context, who actor.Actor, zone *time.Location) (Revenue, error) {
	g, err := r.gate.View(ctx, who, verb.BillingView, id.ProviderScope())
	if err != nil {
		return Revenue{}, err
	}
	months := edges(g.Now(), zone)
	var sold []struct {
		Nth      int
		Currency money.Currency
		Net      int64
	}
	text, args := each(months, `SELECT %d AS nth, currency, SUM(net_minor) AS net FROM vat_totals
 WHERE tax_at >= ? AND tax_at < ? GROUP BY currency`, func(from, until time.Time) []any {
		return []any{db.At(from), db.At(until)}
	})
	if err := g.On(r.reader.With(ctx)).Raw(text, args...).Scan(&sold).Error; err != nil {
		return Revenue{}, fmt.Errorf("revenue: %w", err)
	}
	var moved []struct {
		Nth                   int
		Running, Begun, Ended int64
	}
	// Days are kept as their noon in UTC.
	text, args = each(months, `SELECT %d AS nth,
 COALESCE(SUM(CASE WHEN starts_on < ? AND (ends_on IS NULL OR ends_on >= ?) THEN 1 ELSE 0 END), 0) AS running,
 COALESCE(SUM(CASE WHEN starts_on >= ? AND starts_on < ? THEN 1 ELSE 0 END), 0) AS begun,
 COALESCE(SUM(CASE WHEN ends_on >= ? AND ends_on < ? THEN 1 ELSE 0 END), 0) AS ended FROM charges`,
		func(from, until time.Time) []any {
			a, b := db.At(firstOf(from)), db.At(firstOf(until))
			return []any{a, a, a, b, a, b}
		})
	if err := g.On(r.reader.With(ctx)).Raw(text, args...).Scan(&moved).Error; err != nil {
		return Revenue{}, fmt.Errorf("revenue: %w", err)
	}
	out := Revenue{Churn: make([]Churn, monthsShown)}
	for _, m := range moved {
		out.Churn[m.Nth] = Churn{Running: m.Running, Begun: m.Begun, Ended: m.Ended}
	}
	for n := range out.Churn {
		out.Churn[n].First = firstOf(months[n])
	}
	for _, s := range sold {
		out.sell(months, s.Nth, money.New(s.Net, s.Currency))
	}
	slices.SortFunc(out.Sales, func(a, b Sales) int { return cmp.Compare(a.Total.Currency(), b.Total.Currency()) })
	return out, nil
}

// each puts one SELECT for each month together.
func each(months []time.Time, one string, bind func(from, until time.Time) []any) (text string, args []any) {
	parts := make([]string, monthsShown)
	for n := range parts {
		parts[n] = fmt.Sprintf(one, n)
		args = append(args, bind(months[n], months[n+1])...)
	}
	return strings.Join(parts, " UNION ALL "), args
}

// sell counts what one month came to in one currency.
func (r *Revenue) sell(months []time.Time, nth int, net money.Amount) {
	cur := net.Currency()
	at := slices.IndexFunc(r.Sales, func(s Sales) bool { return s.Total.Currency() == cur })
	if at < 0 {
		at = len(r.Sales)
		s := Sales{Total: money.New(0, cur)}
		for _, edge := range months[:monthsShown] {
			s.Months = append(s.Months, Month{First: firstOf(edge), Net: money.New(0, cur)})
		}
		r.Sales = append(r.Sales, s)
	}
	s := &r.Sales[at]
	s.Months[nth].Net = net
	s.Total = money.New(s.Total.Minor()+net.Minor(), cur)
}
