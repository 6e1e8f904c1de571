package recurring

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	longestDetail = 160
	longestAhead  = 366 * 24 * time.Hour // from today to the day when a charge begins or ends
	longestBack   = 31 * 24 * time.Hour  // into the past
)

// Charge is what a service costs again and again.
type Charge struct {
	ID      id.Charge
	Service id.Service
	Plan    id.Plan
	Text    string // the plan's name: what the line of an invoice says
	Detail  string // "northwind.example"
	Price   money.Amount
	Period  Period
	Rate    billing.Rate
	Starts  time.Time
	Next    time.Time // the first day that no invoice holds yet
	Bills   time.Time // when the next invoice is made; zero: none is to come
	Ends    time.Time // zero: it goes on; the day itself is not charged
	Version int64
}

// Terms are what a charge is about.
type Terms struct {
	Plan   id.Plan
	Period Period
	Price  *money.Amount // nil: the client's own price of the plan, or that of the list
	Rate   billing.Rate
}

// Start is a charge that is to begin.
type Start struct {
	Terms

	Key     id.Charge // the id that it will have, so that a second click begins no other
	Service id.Service
	Detail  string
	From    time.Time // the first day
	Anchor  int       // the day of the month on which periods begin; 0: that of From
}

// Begin begins to charge for a service. The first invoice comes with the next run.
func (r *Recurring) Begin(ctx context.Context, who actor.Actor, account id.Account, s Start) error {
	if s.Key.IsZero() || s.Service.IsZero() {
		return fault.InvalidField("key", "Open the form again, and fill it in once more.")
	}
	err := r.Gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			_, there, err := db.One[chargeRow](g.On(tx.DB).Where("id = ?", s.Key))
			if err != nil || there {
				return gate.Entry{}, orDone(err)
			}
			row, plan, err := r.begun(tx, g, s)
			if err != nil {
				return gate.Entry{}, err
			}
			if err := g.On(tx.DB).Create(&row).Error; err != nil {
				if db.IsDuplicate(err) { // the key is the id of somebody else's
					return gate.Entry{}, fault.NotFound("begin a charge")
				}
				return gate.Entry{}, fmt.Errorf("begin a charge: %w", err)
			}
			return g.Entry(activity.ChargeStarted, activity.Details{
				Target: activity.TargetOf("service", s.Service, named(plan, s.Detail)), Service: s.Service,
				Changes: []activity.Change{
					{Field: "price", New: row.money(row.PriceMinor).String() + " " + row.Period.InWords()},
					{Field: "from", New: row.StartsOn.Format(time.DateOnly)},
				},
			}), nil
		})
	return done(err)
}

func orDone(err error) error {
	if err != nil {
		return fmt.Errorf("recurring: %w", err)
	}
	return errDone
}

func named(plan, detail string) string {
	if detail == "" {
		return plan
	}
	return plan + " for " + detail
}

// begun makes the row of a charge.
func (r *Recurring) begun(tx *db.Tx, g gate.Grant, s Start) (row chargeRow, plan string, err error) {
	today := r.today(g.Now())
	from := DayOf(s.From)
	if from.Before(today.Add(-longestBack)) || from.After(today.Add(longestAhead)) {
		return row, "", fault.InvalidField("from", "Enter a day within the last month or the next year.")
	}
	if s.Anchor == 0 {
		s.Anchor = from.Day()
	}
	if s.Anchor < 1 || s.Anchor > 31 {
		return row, "", fault.InvalidField("anchor", "Enter a day from 1 to 31.")
	}
	s.Detail = strings.Join(strings.Fields(s.Detail), " ")
	if len([]rune(s.Detail)) > longestDetail {
		return row, "", fault.InvalidField("detail", fmt.Sprintf("Use at most %d characters.", longestDetail))
	}
	var running int64
	err = g.On(tx.Model(&chargeRow{})).Where("service_id = ? AND ends_on IS NULL", s.Service).Count(&running).Error
	if err != nil {
		return row, "", fmt.Errorf("begin a charge: %w", err)
	}
	if running > 0 {
		return row, "", fault.Conflict("This service is charged for already. Change that charge, or end it first.")
	}
	row = chargeRow{
		ID: s.Key, AccountID: g.Account(), ServiceID: s.Service, Anchor: s.Anchor, StartsOn: db.At(from),
		NextOn: db.At(from), BillOn: db.At(from), CreatedAt: db.At(g.Now()), Version: 1,
	}
	if plan, err = r.agreed(tx, g, &row, s.Terms); err != nil {
		return row, "", err
	}
	row.Detail, err = r.seal("detail", row.ID.Bytes(), s.Detail)
	return row, plan, err
}

// agreed puts the terms into a charge: plan, period, price, tax. It returns the name of the plan.
func (r *Recurring) agreed(tx *db.Tx, g gate.Grant, row *chargeRow, t Terms) (string, error) {
	client, err := r.Accounts.ByGrant(tx.DB, g)
	if err != nil {
		return "", err // accounts says what it did
	}
	plan, found, err := db.One[planRow](tx.Where("id = ?", t.Plan))
	switch {
	case err != nil:
		return "", fmt.Errorf("read a plan: %w", err)
	case !found || plan.State != planOffered && row.PlanID != plan.ID:
		return "", fault.InvalidField("plan", "Choose a plan from the list.")
	case !t.Period.known():
		return "", fault.InvalidField("period", "Choose a period from the list.")
	}
	if err := r.taxable(tx, g, client, t.Rate); err != nil {
		return "", err
	}
	price, err := r.price(tx, g, t, client.Currency)
	if err != nil {
		return "", err
	}
	row.PlanID, row.Period, row.Currency, row.PriceMinor = plan.ID, t.Period, client.Currency, price.Minor()
	row.RateBp, row.Treatment = t.Rate.Rate, t.Rate.Treatment
	row.Text, err = r.seal("text", row.ID.Bytes(), plan.Name)
	return plan.Name, err
}

// taxable says whether the client can be charged with the rate.
func (r *Recurring) taxable(tx *db.Tx, g gate.Grant, client accounts.Account, rate billing.Rate) error {
	if rate.Treatment != billing.ReverseCharge {
		return nil
	}
	why, err := r.Billing.ReverseCharge(tx.DB, g, client)
	if err == nil && why != "" {
		err = fault.InvalidField("rate", why)
	}
	return err
}

// price is the one that was agreed on, or the client's own, or that of the list.
func (r *Recurring) price(tx *db.Tx, g gate.Grant, t Terms, cur money.Currency) (money.Amount, error) {
	if t.Price != nil {
		p := Price{Period: t.Period, Amount: *t.Price}
		if t.Price.Currency() != cur {
			return money.Amount{}, fault.InvalidField("price", "This client is billed in "+string(cur)+".")
		}
		return p.Amount, checkPrice(p)
	}
	const one = "plan_id = ? AND period = ? AND currency = ?"
	own, found, err := db.One[ownPriceRow](g.On(tx.DB).Where(one, t.Plan, t.Period, cur))
	if err == nil && found {
		return money.New(own.PriceMinor, cur), nil
	}
	var listed priceRow
	if err == nil {
		listed, found, err = db.One[priceRow](tx.Where(one, t.Plan, t.Period, cur))
	}
	if err != nil {
		return money.Amount{}, fmt.Errorf("read a price: %w", err)
	}
	if !found {
		return money.Amount{}, fault.InvalidField("price",
			"The plan has no price in "+string(cur)+" for this period. Enter one.")
	}
	return money.New(listed.PriceMinor, cur), nil
}

// Charges are those of an account, for the provider's people; those that go on come first.
func (r *Recurring) Charges(ctx context.Context, who actor.Actor, account id.Account) ([]Charge, error) {
	g, err := r.Gate.View(ctx, who, verb.BillingView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	return r.list(g.On(r.Reader.With(ctx)).Order("bill_on IS NULL, next_on, id"))
}

// Charge is one of them.
func (r *Recurring) Charge(
	ctx context.Context, who actor.Actor, account id.Account, charge id.Charge,
) (Charge, error) {
	g, err := r.Gate.View(ctx, who, verb.BillingView, id.AccountScope(account))
	if err != nil {
		return Charge{}, err
	}
	list, err := r.list(g.On(r.Reader.With(ctx)).Where("id = ?", charge))
	if err != nil {
		return Charge{}, err
	}
	if len(list) == 0 {
		return Charge{}, fault.NotFound("read a charge")
	}
	return list[0], nil
}

func (r *Recurring) list(q *gorm.DB) ([]Charge, error) {
	const most = 500
	var rows []chargeRow
	if err := q.Limit(most).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read charges: %w", err)
	}
	out := make([]Charge, 0, len(rows))
	for i := range rows {
		c, err := r.shown(&rows[i])
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func (r *Recurring) shown(row *chargeRow) (Charge, error) {
	text, err := r.open("text", row.ID.Bytes(), row.Text)
	if err != nil {
		return Charge{}, err
	}
	detail, err := r.open("detail", row.ID.Bytes(), row.Detail)
	if err != nil {
		return Charge{}, err
	}
	c := Charge{
		ID: row.ID, Service: row.ServiceID, Plan: row.PlanID, Text: billing.Readable(text), Detail: billing.Readable(detail),
		Price: row.money(row.PriceMinor), Period: row.Period, Rate: billing.Rate{Treatment: row.Treatment, Rate: row.RateBp},
		Starts: row.StartsOn.Time,
		Next:   row.NextOn.Time, Ends: row.EndsOn.Time, Version: row.Version,
	}
	if !row.BillOn.IsZero() {
		c.Bills = row.BillOn.AddDate(0, 0, -r.Rules.Ahead)
	}
	return c, nil
}
