package billing

import (
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

const (
	tableInvoices  = "invoices"
	tableLines     = "invoice_lines"
	tableCheckouts = "checkouts"
	tablePayments  = "payments"
)

type invoiceRow struct {
	ID         id.Invoice `gorm:"primaryKey"`
	AccountID  id.Account
	Series     string
	Ordinal    int64
	State      State
	Currency   money.Currency
	NetMinor   int64
	VatMinor   int64
	TotalMinor int64
	PaidMinor  int64
	IssuedAt   db.Time
	DueAt      db.Time
	About      secretbox.Sealed
	PoNumber   secretbox.Sealed
	BilledTo   secretbox.Sealed
	Version    int64
}

// TableName names the table.
func (*invoiceRow) TableName() string { return tableInvoices }

// sumColumns and summaryColumns are what lists read of an invoice.
const (
	sumColumns     = "id, series, ordinal, state, currency, total_minor, paid_minor, issued_at, due_at"
	summaryColumns = sumColumns + ", about"
)

// sums are the fields of sumColumns.
func (r *invoiceRow) sums() []any {
	return []any{&r.ID, &r.Series, &r.Ordinal, &r.State, &r.Currency, &r.TotalMinor, &r.PaidMinor, &r.IssuedAt, &r.DueAt}
}

func (r *invoiceRow) number() string             { return number(r.Series, r.Ordinal) }
func (r *invoiceRow) money(n int64) money.Amount { return money.New(n, r.Currency) }
func (r *invoiceRow) left() int64                { return r.TotalMinor - r.PaidMinor }

type lineRow struct {
	ID            id.Line `gorm:"primaryKey"`
	AccountID     id.Account
	InvoiceID     id.Invoice
	Position      int
	Text          secretbox.Sealed
	Detail        secretbox.Sealed
	ServiceID     id.Service
	FromAt        db.Time
	ToAt          db.Time
	QuantityMilli int64
	UnitMinor     int64
	RateBp        int
	NetMinor      int64
}

// TableName names the table.
func (lineRow) TableName() string { return tableLines }

type checkoutRow struct {
	ID          id.Checkout `gorm:"primaryKey"`
	AccountID   id.Account
	InvoiceID   id.Invoice
	Gateway     string
	Merchant    string
	AmountMinor int64
	Currency    money.Currency
	State       CheckoutState
	StartedBy   secretbox.Sealed
	CreatedAt   db.Time
	ExpiresAt   db.Time
	SettledAt   db.Time
}

// TableName names the table.
func (*checkoutRow) TableName() string { return tableCheckouts }

func (r *checkoutRow) amount() money.Amount { return money.New(r.AmountMinor, r.Currency) }

type paymentRow struct {
	ID           id.Payment `gorm:"primaryKey"`
	AccountID    id.Account
	InvoiceID    id.Invoice
	CheckoutID   id.Checkout
	Gateway      string
	Reference    string
	AmountMinor  int64
	SurplusMinor int64
	Currency     money.Currency
	PaidBy       secretbox.Sealed
	ReceivedAt   db.Time
}

// TableName names the table.
func (paymentRow) TableName() string { return tablePayments }

type eventRow struct {
	Gateway    string `gorm:"primaryKey"`
	EventID    string `gorm:"primaryKey"`
	AccountID  id.Account
	CheckoutID id.Checkout
	Outcome    Outcome
	Refused    bool
	ReceivedAt db.Time
}

// TableName names the table.
func (eventRow) TableName() string { return "gateway_events" }

type ledgerRow struct {
	DocumentID  db.Blob `gorm:"primaryKey"`
	Line        int     `gorm:"primaryKey;autoIncrement:false"`
	AccountID   id.Account
	InvoiceID   id.Invoice
	Book        book
	AmountMinor int64
	Currency    money.Currency
	PostedAt    db.Time
}

// TableName names the table.
func (ledgerRow) TableName() string { return "ledger_entries" }
