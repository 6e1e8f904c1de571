package recurring_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// told is what a test knows of a charge, by itself: what each of its days belongs to at which price.
type told struct {
	account id.Account
	start   recurring.Start
	prices  []priced // the newest last
	ends    time.Time
}

type priced struct {
	from  time.Time
	price int64
}

func (c *told) priceOn(day time.Time) int64 {
	price := c.prices[0].price
	for _, p := range c.prices {
		if !p.from.After(day) {
			price = p.price
		}
	}
	return price
}

// begins says whether a period of the charge begins on a day: the day has the anchor's number, or
// is the last of a month
// that is too short for it, and so many months have passed since the one before.
func begins(day time.Time, anchor, every, since int) bool {
	last := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	months := day.Year()*12 + int(day.Month()) - since
	return day.Day() == min(anchor, last) && (every == 0 || ((months%every)+every)%every == 0)
}

// owes is what a charge must have cost up to a day, reckoned day by day.
func (c *told) owes(until time.Time) (sum int64) {
	every := map[recurring.Period]int{
		recurring.Month: 1, recurring.Quarter: 3, recurring.Year: 12, recurring.TwoYears: 24,
	}[c.start.Period]
	first := c.start.From
	for !begins(first, c.start.Anchor, 0, 0) {
		first = first.AddDate(0, 0, 1)
	}
	since := first.Year()*12 + int(first.Month())
	if !c.ends.IsZero() && c.ends.Before(until) {
		until = c.ends
	}
	edge := c.start.From
	for !begins(edge, c.start.Anchor, every, since) { // back to where the first period would have begun
		edge = edge.AddDate(0, 0, -1)
	}
	for edge.Before(until) {
		next := edge.AddDate(0, 0, 1)
		for !begins(next, c.start.Anchor, every, since) {
			next = next.AddDate(0, 0, 1)
		}
		sum += c.period(edge, next, until)
		edge = next
	}
	return sum
}

// period adds up the stretches of one price in a period.
func (c *told) period(edge, next, until time.Time) (sum int64) {
	all := int64(next.Sub(edge) / (24 * time.Hour))
	number := func(day time.Time) int64 { return int64(day.Sub(edge) / (24 * time.Hour)) }
	from := edge
	if c.start.From.After(from) {
		from = c.start.From
	}
	for from.Before(next) && from.Before(until) {
		to := from.AddDate(0, 0, 1)
		for to.Before(next) && to.Before(until) && c.priceOn(to) == c.priceOn(from) {
			to = to.AddDate(0, 0, 1)
		}
		sum += recurring.Share(c.priceOn(from), number(from), number(to), all)
		from = to
	}
	return sum
}

// simulate lives through a year with some hundred accounts whose people come, change their minds and go, while the job
// runs on some days and is away on others. In the end everybody was asked for exactly what their days cost.
func simulate(t *testing.T, r *rig, accounts int, seed uint64) {
	t.Helper()
	dice := rand.New(rand.NewPCG(seed, 5))
	day := date(t, "2027-12-20") // a leap year is before us
	r.at(t, day)
	var list []*told
	for i := range accounts {
		account := r.client(t, fmt.Sprintf("Client %d", i))
		for range 1 + dice.IntN(2) {
			list = append(list, r.arrives(t, dice, account, day.AddDate(0, 0, dice.IntN(60))))
		}
	}
	for end := day.AddDate(1, 0, 0); day.Before(end); {
		day = day.AddDate(0, 0, 1+dice.IntN(20))
		r.at(t, day.Add(time.Duration(dice.IntN(11))*time.Hour))
		r.work(t)
		for range max(1, accounts/20) {
			r.changesMind(t, dice, list[dice.IntN(len(list))], day)
		}
	}
	r.at(t, day.AddDate(0, 0, 1)) // what was changed last is invoiced on the next day
	r.work(t)
	r.holds(t, list)
}

func (r *rig) arrives(t *testing.T, dice *rand.Rand, account id.Account, from time.Time) *told {
	t.Helper()
	period := recurring.Periods()[dice.IntN(4)]
	anchor := 1 + dice.IntN(31)
	price := gbp(1 + dice.Int64N(20_000))
	c := &told{account: account, start: recurring.Start{
		Key: id.New[id.ChargeKind](), Service: id.New[id.ServiceKind](), From: from, Anchor: anchor,
		Terms: recurring.Terms{Plan: r.plan, Period: period, Rate: standard(), Price: &price},
	}, prices: []priced{{from, price.Minor()}}}
	if err := r.recurring.Begin(t.Context(), system(), account, c.start); err != nil {
		t.Fatal(err)
	}
	return c
}

// changesMind upgrades a charge, makes it cheaper or dearer from its next period on, or ends it.
func (r *rig) changesMind(t *testing.T, dice *rand.Rand, c *told, day time.Time) {
	t.Helper()
	is := r.charge(t, c.account, c.start.Key)
	if !c.ends.IsZero() || is.Starts.After(day) {
		return
	}
	if dice.IntN(4) == 0 {
		on := day.AddDate(0, 0, dice.IntN(40)-5)
		if on.Before(is.Starts) {
			on = is.Starts
		}
		_, err := r.recurring.End(t.Context(), system(), c.account, is.ID, recurring.Ending{
			On: on, Credit: true, Version: is.Version,
		})
		if err != nil {
			t.Fatal(err)
		}
		c.ends = on
		return
	}
	now, from := dice.IntN(2) == 0, is.Next
	price := gbp(1 + dice.Int64N(20_000))
	if now {
		from = day
		for _, p := range c.prices { // the periods that are invoiced may have another price each
			price = gbp(max(price.Minor(), p.price))
		}
	}
	terms := c.start.Terms
	terms.Price = &price
	err := r.recurring.Alter(t.Context(), system(), c.account, is.ID, recurring.Change{
		Terms: terms, Now: now, Version: is.Version,
	})
	if fault.KindOf(err) == fault.KindConflict {
		t.Fatalf("the run was here, and yet: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	c.prices = append(c.prices, priced{from, price.Minor()})
}

// holds compares what was asked for with what each account's days cost.
func (r *rig) holds(t *testing.T, list []*told) {
	t.Helper()
	want, all := map[id.Account]int64{}, int64(0)
	for _, c := range list {
		is := r.charge(t, c.account, c.start.Key)
		until := is.Next
		if !c.ends.IsZero() && c.ends.Before(until) {
			until = c.ends
		}
		want[c.account] += c.owes(until)
	}
	for account, owed := range want {
		asked := int64(0)
		for _, in := range r.invoices(t, account) {
			for _, l := range in.Lines {
				asked += l.Uncredited.Minor()
			}
		}
		if asked != owed {
			t.Errorf("account %s was asked for %d, and its days cost %d", account, asked, owed)
		}
		all += owed
	}
	if all == 0 {
		t.Error("a year cost nothing")
	}
	var sold int64
	if err := r.Reader.With(t.Context()).Raw("SELECT -SUM(amount_minor) FROM ledger_entries WHERE book = 'sales' AND " +
		"currency = 'GBP'").Scan(&sold).Error; err == nil && sold != all {
		t.Errorf("the ledger has sales of %d, want %d", sold, all)
	}
	r.audited(t)
}

// P2, P8: a year with a hundred accounts sums up exactly.
func TestAYearSumsUpExactly(t *testing.T) {
	t.Parallel()
	r := newRig(t, testkit.NewSQLite(t))
	simulate(t, r, 100, 1)
}
