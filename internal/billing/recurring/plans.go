package recurring

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	longestName = 120
	mostPlans   = 500
	mostMinor   = 1_000_000_000_000 // of one price
)

// Plan is something that the provider sells by the month or the year.
type Plan struct {
	ID      id.Plan
	Name    string
	Offered bool // new charges can be for it
	Since   time.Time
	Version int64
	Prices  []Price // the shortest period first
}

// Price is what a plan costs for a period, without tax. Own: it is one client's.
type Price struct {
	Period Period
	Amount money.Amount
	Own    bool
}

// Of finds the plan's price for a period.
func (p Plan) Of(period Period, cur money.Currency) (money.Amount, bool) {
	for _, price := range p.Prices {
		if price.Period == period && price.Amount.Currency() == cur {
			return price.Amount, true
		}
	}
	return money.Amount{}, false
}

// Plans lists what the provider sells, by name.
func (r *Recurring) Plans(ctx context.Context, who actor.Actor) ([]Plan, error) {
	if _, err := r.Gate.View(ctx, who, verb.BillingView, id.ProviderScope()); err != nil {
		return nil, err
	}
	return r.plans(r.Reader.With(ctx), nil)
}

// Plan is one of them.
func (r *Recurring) Plan(ctx context.Context, who actor.Actor, plan id.Plan) (Plan, error) {
	list, err := r.Plans(ctx, who)
	if err != nil {
		return Plan{}, err
	}
	i := slices.IndexFunc(list, func(p Plan) bool { return p.ID == plan })
	if i < 0 {
		return Plan{}, fault.NotFound("read a plan")
	}
	return list[i], nil
}

// ClientPlans are the plans with the prices that hold for one client.
func (r *Recurring) ClientPlans(ctx context.Context, who actor.Actor, account id.Account) ([]Plan, error) {
	g, err := r.Gate.View(ctx, who, verb.BillingView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	return r.plans(r.Reader.With(ctx), &g)
}

func (r *Recurring) plans(q *gorm.DB, client *gate.Grant) ([]Plan, error) {
	var rows []planRow
	var prices []priceRow
	var own []ownPriceRow
	err := q.Order("name").Limit(mostPlans).Find(&rows).Error
	if err == nil {
		err = q.Find(&prices).Error
	}
	if err == nil && client != nil {
		err = client.On(q).Find(&own).Error
	}
	if err != nil {
		return nil, fmt.Errorf("read plans: %w", err)
	}
	list := make([]Plan, 0, len(rows))
	for i := range rows {
		list = append(list, rows[i].plan(prices, own))
	}
	return list, nil
}

// plan is what a row says with its prices. A client's own price takes the place of the one on the list.
func (row *planRow) plan(prices []priceRow, own []ownPriceRow) Plan {
	p := Plan{
		ID: row.ID, Name: row.Name, Offered: row.State == planOffered, Since: row.CreatedAt.Time, Version: row.Version,
	}
	for _, o := range own {
		if o.PlanID == row.ID {
			p.Prices = append(p.Prices, Price{o.Period, money.New(o.PriceMinor, o.Currency), true})
		}
	}
	for _, l := range prices {
		if _, owns := p.Of(l.Period, l.Currency); l.PlanID == row.ID && !owns {
			p.Prices = append(p.Prices, Price{l.Period, money.New(l.PriceMinor, l.Currency), false})
		}
	}
	slices.SortStableFunc(p.Prices, func(a, b Price) int {
		if a.Period != b.Period {
			return a.Period.months() - b.Period.months()
		}
		return strings.Compare(string(a.Amount.Currency()), string(b.Amount.Currency()))
	})
	return p
}

// AddPlan puts a plan on the list. The key is the id that it will have; adding the same one again changes nothing.
func (r *Recurring) AddPlan(ctx context.Context, who actor.Actor, key id.Plan, name string) error {
	name = strings.Join(strings.Fields(name), " ")
	if n := len([]rune(name)); key.IsZero() || n == 0 || n > longestName {
		return fault.InvalidField("name", fmt.Sprintf("Enter a name of at most %d characters.", longestName))
	}
	err := r.Gate.Change(ctx, who, verb.BillingManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			_, there, err := db.One[planRow](tx.Where("id = ?", key))
			if err != nil {
				return gate.Entry{}, fmt.Errorf("add a plan: %w", err)
			}
			if there {
				return gate.Entry{}, errDone
			}
			err = tx.Create(&planRow{
				ID: key, Name: name, State: planOffered, CreatedAt: db.At(g.Now()), Version: 1,
			}).Error
			if db.IsDuplicate(err) {
				return gate.Entry{}, fault.InvalidField("name", "There is a plan of this name already.")
			}
			if err != nil {
				return gate.Entry{}, fmt.Errorf("add a plan: %w", err)
			}
			return g.Entry(activity.PlanAdded, activity.Details{Target: activity.TargetOf("plan", key, name)}), nil
		})
	return done(err)
}

// Reprice sets what a plan costs for a period on the list, or takes the price off it where the amount has no currency
// left to charge in. Charges that run keep the price that they have.
func (r *Recurring) Reprice(ctx context.Context, who actor.Actor, plan id.Plan, p Price) error {
	if err := checkPrice(p); err != nil {
		return err
	}
	return r.Gate.Change(ctx, who, verb.BillingManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, found, err := db.One[planRow](tx.Where("id = ?", plan))
			if err != nil || !found {
				return gate.Entry{}, notFound(err, "set a price")
			}
			where := tx.Where("plan_id = ? AND period = ? AND currency = ?", plan, p.Period, p.Amount.Currency())
			before, had, err := db.One[priceRow](where)
			if err == nil && had {
				err = tx.Model(&priceRow{}).Where("plan_id = ? AND period = ? AND currency = ?", plan, p.Period,
					p.Amount.Currency()).Updates(map[string]any{"price_minor": p.Amount.Minor()}).Error
			} else if err == nil {
				err = tx.Create(&priceRow{plan, p.Period, p.Amount.Currency(), p.Amount.Minor()}).Error
			}
			if err != nil {
				return gate.Entry{}, fmt.Errorf("set a price: %w", err)
			}
			return g.Entry(activity.PlanPriced, activity.Details{
				Target: activity.TargetOf("plan", plan, row.Name), Changes: priced(had, before.PriceMinor, p),
			}), nil
		})
}

// RepriceFor sets what a plan costs one client for a period.
func (r *Recurring) RepriceFor(
	ctx context.Context, who actor.Actor, account id.Account, plan id.Plan, p Price,
) error {
	if err := checkPrice(p); err != nil {
		return err
	}
	return r.Gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, found, err := db.One[planRow](tx.Where("id = ?", plan))
			if err != nil || !found {
				return gate.Entry{}, notFound(err, "set a price")
			}
			client, err := r.Accounts.ByGrant(tx.DB, g)
			if err != nil {
				return gate.Entry{}, fmt.Errorf("set a price: %w", err)
			}
			if p.Amount.Currency() != client.Currency {
				return gate.Entry{}, fault.InvalidField("currency", "This client is billed in "+string(client.Currency)+".")
			}
			const one = "plan_id = ? AND period = ? AND currency = ?"
			before, had, err := db.One[ownPriceRow](g.On(tx.DB).Where(one, plan, p.Period, p.Amount.Currency()))
			if err == nil && had {
				err = g.On(tx.Model(&ownPriceRow{})).Where(one, plan, p.Period, p.Amount.Currency()).
					Updates(map[string]any{"price_minor": p.Amount.Minor()}).Error
			} else if err == nil {
				err = g.On(tx.DB).Create(&ownPriceRow{
					account, plan, p.Period, p.Amount.Currency(), p.Amount.Minor(),
				}).Error
			}
			if err != nil {
				return gate.Entry{}, fmt.Errorf("set a price: %w", err)
			}
			return g.Entry(activity.ClientPriced, activity.Details{
				Target: activity.TargetOf("plan", plan, row.Name), Changes: priced(had, before.PriceMinor, p),
			}), nil
		})
}

func checkPrice(p Price) error {
	if !p.Period.known() {
		return fault.InvalidField("period", "Choose a period from the list.")
	}
	if _, err := money.ParseCurrency(string(p.Amount.Currency())); err != nil {
		return fault.InvalidField("currency", "Choose a currency from the list.")
	}
	if p.Amount.Minor() < 0 || p.Amount.Minor() > mostMinor {
		return fault.InvalidField("price", "Enter a price of nothing or more.")
	}
	return nil
}

func priced(had bool, before int64, p Price) []activity.Change {
	c := activity.Change{Field: "price", New: p.Amount.String() + " " + p.Period.InWords()}
	if had {
		c.Old = money.New(before, p.Amount.Currency()).String() + " " + p.Period.InWords()
	}
	return []activity.Change{c}
}

func notFound(err error, doing string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fault.NotFound(doing)
}

// Offer puts a plan on the list of what new charges can be for, or takes it off. Charges that run go on.
func (r *Recurring) Offer(ctx context.Context, who actor.Actor, plan id.Plan, offered bool) error {
	from, to, action := planOffered, planRetired, activity.PlanRetired
	if offered {
		from, to, action = planRetired, planOffered, activity.PlanOffered
	}
	err := r.Gate.Change(ctx, who, verb.BillingManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, found, err := db.One[planRow](tx.Where("id = ?", plan))
			if err != nil || !found {
				return gate.Entry{}, notFound(err, "offer a plan")
			}
			res := tx.Model(&planRow{}).Where("id = ? AND state = ?", plan, from).
				Updates(map[string]any{"state": to, "version": row.Version + 1})
			if res.Error != nil {
				return gate.Entry{}, fmt.Errorf("offer a plan: %w", res.Error)
			}
			if res.RowsAffected == 0 {
				return gate.Entry{}, errDone
			}
			return g.Entry(action, activity.Details{Target: activity.TargetOf("plan", plan, row.Name)}), nil
		})
	return done(err)
}
