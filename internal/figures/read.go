package figures

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/verb"
)

// Board is how things stood. What the reader may not see is nil.
type Board struct {
	Health []Day   // the oldest first, today last; of a day without a count all is zero
	Weeks  []Week  // the oldest first, the one that is not over last
	Sales  []Sales // one for each currency
	Sold   bool    // whether the reader sees what was sold, be it nothing
}

// Day is how access stood on a day.
type Day struct {
	Date                               time.Time // midnight UTC
	Counted                            bool
	Accounts, Guarded, Keyed, Reviewed int64
	Contacts, Dormant                  int64
}

// Week is how often the provider's people looked at clients.
type Week struct {
	First   time.Time // its Monday, midnight UTC
	Counted int       // days of it that were counted
	Past    int       // days of it that have begun
	Looks   int64
}

// Sales are what was sold in one currency.
type Sales struct {
	Currency money.Currency
	Months   []Month // the oldest first, the one that is not over last
}

// Month is what was sold in one, without tax and less credit notes.
type Month struct {
	First   time.Time // midnight UTC
	Counted bool
	Net     money.Amount
}

// Board reads how things stood, in one statement; in none where the reader may see nothing of it. Whoever may read the
// logs of all clients sees how well access is kept, whoever sees the books what was sold.
func (f *Figures) Board(ctx context.Context, who actor.Actor) (Board, error) {
	var b Board
	var arms []string
	var args []any
	own, err := f.gate.View(ctx, who, verb.ClientsView, id.ProviderScope()) // as the page: no log is read for it
	if err != nil {
		return Board{}, err
	}
	see := func(v verb.Verb, text string, values func(today time.Time) []any) bool {
		if !f.access.Check(who, v, id.ProviderScope()).Allowed {
			return false // they asked for the page, not for this part of it
		}
		arms, args = append(arms, text), append(args, values(f.today(own.Now()))...)
		return true
	}
	const columns = "SELECT kind, day, currency, value FROM daily_figures WHERE kind "
	health := see(verb.AuditView, columns+"IN ? AND day >= ? UNION ALL "+columns+"= ? AND day >= ?",
		func(today time.Time) []any {
			return []any{
				[]kind{accounts, guarded, keyed, reviewed, contacts, dormant},
				number(firstDay(today)),
				looks, number(firstWeek(today)),
			}
		})
	b.Sold = see(verb.BillingView, columns+"= ? AND day >= ?", func(today time.Time) []any {
		return []any{sold, number(firstMonth(today))}
	})
	if len(arms) == 0 {
		return Board{}, nil
	}
	var rows []row
	text := strings.Join(arms, " UNION ALL ")
	if err := own.On(f.reader.With(ctx)).Raw(text, args...).Scan(&rows).Error; err != nil {
		return Board{}, fmt.Errorf("read figures: %w", err)
	}
	today := f.today(own.Now())
	if health {
		b.Health, b.Weeks = daysOf(rows, today), weeksOf(rows, today)
	}
	if b.Sold {
		b.Sales = salesOf(rows, today)
	}
	return b, nil
}

func firstDay(today time.Time) time.Time { return today.AddDate(0, 0, 1-DaysShown) }

func firstWeek(today time.Time) time.Time { return monday(today).AddDate(0, 0, -(WeeksShown-1)*week) }

func firstMonth(today time.Time) time.Time {
	return time.Date(today.Year(), today.Month()-MonthsShown+1, 1, 0, 0, 0, 0, time.UTC)
}

func daysOf(rows []row, today time.Time) []Day {
	days := make([]Day, DaysShown)
	for i := range days {
		days[i].Date = firstDay(today).AddDate(0, 0, i)
	}
	for _, r := range rows {
		at := int(r.Day - number(days[0].Date))
		if r.Kind == looks || r.Kind == sold || at < 0 || at >= DaysShown {
			continue
		}
		d := &days[at]
		d.Counted = true
		switch r.Kind {
		case accounts:
			d.Accounts = r.Value
		case guarded:
			d.Guarded = r.Value
		case keyed:
			d.Keyed = r.Value
		case reviewed:
			d.Reviewed = r.Value
		case contacts:
			d.Contacts = r.Value
		case dormant:
			d.Dormant = r.Value
		case looks, sold:
		}
	}
	return days
}

func weeksOf(rows []row, today time.Time) []Week {
	weeks := make([]Week, WeeksShown)
	for i := range weeks {
		first := firstWeek(today).AddDate(0, 0, i*week)
		weeks[i] = Week{First: first, Past: min(week, int(number(today)-number(first))+1)}
	}
	for _, r := range rows {
		at := int(r.Day-number(weeks[0].First)) / week
		if r.Kind == looks && at >= 0 && at < WeeksShown {
			weeks[at].Counted++
			weeks[at].Looks += r.Value
		}
	}
	return weeks
}

func salesOf(rows []row, today time.Time) []Sales {
	var list []Sales
	for _, r := range rows {
		if r.Kind != sold {
			continue
		}
		at := slices.IndexFunc(list, func(s Sales) bool { return s.Currency == r.Currency })
		if at < 0 {
			at = len(list)
			list = append(list, newSales(r.Currency, today))
		}
		first := dayOf(r.Day)
		for i := range list[at].Months {
			if m := &list[at].Months[i]; m.First.Equal(first) {
				m.Counted, m.Net = true, money.New(r.Value, r.Currency)
			}
		}
	}
	slices.SortFunc(list, func(a, b Sales) int { return strings.Compare(string(a.Currency), string(b.Currency)) })
	return list
}

func newSales(currency money.Currency, today time.Time) Sales {
	s := Sales{Currency: currency}
	for i := range MonthsShown {
		first := firstMonth(today).AddDate(0, i, 0)
		s.Months = append(s.Months, Month{First: first, Net: money.New(0, currency)})
	}
	return s
}
