package billing

import (
	"gatehouse/internal/billing/ledger"
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
	tableNotes     = "credit_notes"
	tableAdjusted  = "adjustments"
	tableRequests  = "money_requests"
	tableReturns   = "payment_returns"
	tableShares    = "checkout_shares"
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

	BillingReference secretbox.Sealed
	Rounding         Rounding
	NotedMinor       int64 // the part of PaidMinor that credit notes took from what was still to be paid
	CreditedMinor    int64 // by all credit notes
	Edition          int   // how often its references were changed since it was issued
}

// TableName names the table.
func (*invoiceRow) TableName() string { return tableInvoices }

// sumColumns and summaryColumns are what lists read of an invoice.
const (
	sumColumns = "id, series, ordinal, state, currency, total_minor, paid_minor, " +
		"noted_minor, credited_minor, issued_at, due_at"
	summaryColumns = sumColumns + ", about"
)

// sums are the fields of sumColumns.
func (r *invoiceRow) sums() []any {
	return []any{
		&r.ID, &r.Series, &r.Ordinal, &r.State, &r.Currency, &r.TotalMinor, &r.PaidMinor, &r.NotedMinor, &r.CreditedMinor,
		&r.IssuedAt, &r.DueAt,
	}
}

func (r *invoiceRow) number() string             { return number(r.Series, r.Ordinal) }
func (r *invoiceRow) money(n int64) money.Amount { return money.New(n, r.Currency) }

// shown is the number as people see it: a draft has none.
func (r *invoiceRow) shown() string {
	if r.State == StateDraft {
		return ""
	}
	return r.number()
}

// paid is what was paid, by money or by the account's credit.
func (r *invoiceRow) paid() money.Amount { return r.money(r.PaidMinor - r.NotedMinor) }

func (r *invoiceRow) left() int64 { return r.TotalMinor - r.PaidMinor }

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
	Treatment     Treatment
	NetMinor      int64
}

// TableName names the table.
func (*lineRow) TableName() string { return tableLines }

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
	Detail       secretbox.Sealed
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

// vatRow is the tax of a document by rate and reason; a credit note's is negative.
type vatRow struct {
	DocumentID db.Blob   `gorm:"primaryKey"`
	Treatment  Treatment `gorm:"primaryKey"`
	RateBp     int       `gorm:"primaryKey;autoIncrement:false"`
	AccountID  id.Account
	InvoiceID  id.Invoice
	Currency   money.Currency
	NetMinor   int64
	VatMinor   int64
	TaxAt      db.Time
}

// TableName names the table.
func (vatRow) TableName() string { return "vat_totals" }

type noteRow struct {
	ID           id.CreditNote `gorm:"primaryKey"`
	AccountID    id.Account
	InvoiceID    id.Invoice
	Series       string
	Ordinal      int64
	Currency     money.Currency
	NetMinor     int64
	VatMinor     int64
	TotalMinor   int64
	SettledMinor int64
	Reason       secretbox.Sealed
	IssuedAt     db.Time
}

// TableName names the table.
func (noteRow) TableName() string { return tableNotes }

type noteLineRow struct {
	NoteID    id.CreditNote `gorm:"primaryKey"`
	LineID    id.Line       `gorm:"primaryKey"`
	AccountID id.Account
	NetMinor  int64
}

// TableName names the table.
func (noteLineRow) TableName() string { return "credit_note_lines" }

// adjustmentRow moves money without any coming in.
type adjustmentRow struct {
	ID          id.Adjustment `gorm:"primaryKey"`
	AccountID   id.Account
	Kind        ledger.Kind
	InvoiceID   id.Invoice
	AmountMinor int64
	Currency    money.Currency
	Detail      secretbox.Sealed
	MadeAt      db.Time
}

// TableName names the table.
func (adjustmentRow) TableName() string { return tableAdjusted }

type requestRow struct {
	ID          id.MoneyRequest `gorm:"primaryKey"`
	AccountID   id.Account
	Kind        ledger.Kind
	InvoiceID   id.Invoice
	AmountMinor int64
	Currency    money.Currency
	Content     secretbox.Sealed
	State       string
	AskedBy     id.Person
	AskedAt     db.Time
	DecidedBy   id.Person
	DecidedAt   db.Time
}

// TableName names the table.
func (requestRow) TableName() string { return tableRequests }
