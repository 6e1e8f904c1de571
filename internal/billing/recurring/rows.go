package recurring

import (
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

type planRow struct {
	ID        id.Plan `gorm:"primaryKey"`
	Name      string
	State     string
	CreatedAt db.Time
	Version   int64
}

// TableName names the table.
func (*planRow) TableName() string { return "plans" }

// How a plan stands.
const (
	planOffered = "offered"
	planRetired = "retired"
)

type priceRow struct {
	PlanID     id.Plan        `gorm:"primaryKey"`
	Period     Period         `gorm:"primaryKey"`
	Currency   money.Currency `gorm:"primaryKey"`
	PriceMinor int64
}

// TableName names the table.
func (priceRow) TableName() string { return "plan_prices" }

type ownPriceRow struct {
	AccountID  id.Account     `gorm:"primaryKey"`
	PlanID     id.Plan        `gorm:"primaryKey"`
	Period     Period         `gorm:"primaryKey"`
	Currency   money.Currency `gorm:"primaryKey"`
	PriceMinor int64
}

// TableName names the table.
func (ownPriceRow) TableName() string { return "client_prices" }

type chargeRow struct {
	ID         id.Charge `gorm:"primaryKey"`
	AccountID  id.Account
	ServiceID  id.Service
	PlanID     id.Plan
	Text       secretbox.Sealed
	Detail     secretbox.Sealed
	Currency   money.Currency
	PriceMinor int64
	Period     Period
	RateBp     int
	Treatment  billing.Treatment
	Anchor     int
	StartsOn   db.Time
	NextOn     db.Time
	BillOn     db.Time
	EndsOn     db.Time
	CreatedAt  db.Time
	Version    int64
}

// TableName names the table.
func (*chargeRow) TableName() string { return tableCharges }

func (c *chargeRow) money(minor int64) money.Amount { return money.New(minor, c.Currency) }

// over says whether nothing more is to be charged.
func (c *chargeRow) over() bool { return !c.EndsOn.IsZero() && !c.NextOn.Before(c.EndsOn.Time) }

// partRow is a stretch of days that a charge was reckoned for.
type partRow struct {
	ChargeID   id.Charge `gorm:"primaryKey"`
	FromOn     db.Time   `gorm:"primaryKey"`
	Number     int64     `gorm:"primaryKey;autoIncrement:false"`
	AccountID  id.Account
	ToOn       db.Time
	WholeFrom  db.Time
	WholeTo    db.Time
	PriceMinor int64 // of the whole period
	LessMinor  int64 // what the whole period cost before, where this is what a change of price adds
	NetMinor   int64
	State      string
	InvoiceID  id.Invoice
	LineID     id.Line
	MadeAt     db.Time
}

// TableName names the table.
func (*partRow) TableName() string { return "charge_parts" }

// How a part stands.
const (
	partPending = "pending" // the next invoice holds it
	partBilled  = "billed"
	partFree    = "free" // it comes to nothing
)

// from is what the part comes to from a day on.
func (p *partRow) from(day time.Time) int64 {
	begins, all := p.WholeFrom.Time, days(p.WholeFrom.Time, p.WholeTo.Time)
	first, last := days(begins, later(day, p.FromOn.Time)), days(begins, p.ToOn.Time)
	if first >= last {
		return 0
	}
	return share(p.PriceMinor, first, last, all) - share(p.LessMinor, first, last, all)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

type runRow struct {
	ID        id.InvoiceRun `gorm:"primaryKey"`
	Slot      string
	Asked     bool
	State     string
	Holder    db.Blob
	HeldUntil db.Time
	Reached   db.Blob
	Total     int
	Done      int
	Made      int
	Failed    int
	AskedAt   db.Time
	StartedAt db.Time
	EndedAt   db.Time
}

// TableName names the table.
func (*runRow) TableName() string { return tableRuns }

type failureRow struct {
	RunID     id.InvoiceRun `gorm:"primaryKey"`
	AccountID id.Account    `gorm:"primaryKey"`
	Reason    string
	FailedAt  db.Time
	SettledAt db.Time
}

// TableName names the table.
func (failureRow) TableName() string { return tableFailures }

const (
	tableRuns     = "invoice_runs"
	tableFailures = "invoice_run_failures"
)

// rate is the tax on what the charge comes to.
func (c *chargeRow) rate() billing.Rate { return billing.Rate{Treatment: c.Treatment, Rate: c.RateBp} }
