// Package debits is what pays invoices by Bacs Direct Debit: mandates that a gateway keeps for an account, and the
// collections that are made by them. A collection is announced by mail so many working days ahead, sent on its day, and
// under way for some days before the bank says whether it paid; even then it can be claimed back. What counts is what
// the gateway says when it is asked: a notice says only that there is something to ask, so that notices may come in any
// order. Amounts and states of invoices stay with billing.
package debits

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/workdays"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

const (
	tableSetups      = "mandate_setups"
	tableMandates    = "mandates"
	tableCollections = "debit_collections"

	mostMandates = 5
)

// The kinds of messages that this room leaves.
const (
	Send     = "debit.send"     // has the gateway collect
	Forget   = "debit.forget"   // ends a mandate at the gateway
	MailSoon = "mail.debit"     // carries an Announced: the advance notice
	MailOver = "mail.debitover" // carries a Failed
	MailGone = "mail.mandate"   // carries a Gone
)

const (
	// UsualNotice is for how many working days ahead a collection is announced where nothing else is said: what Stripe's
	// mandates state.
	UsualNotice = 3
	// clearing is within how many working days the bank says whether it paid.
	clearing = 4
	// tries is how often an invoice is collected where the bank account has too little in it.
	tries = 2
	batch = 200
	// untilNoon is how long before the noon that stands for it a day begins.
	untilNoon = 12 * time.Hour
)

// Currency is the only one that Bacs knows.
const Currency = money.GBP

// Rules are what the provider decides.
type Rules struct {
	Off    bool // nobody sets a mandate up; what there is goes on
	Notice int  // working days between the mail and the collection
	Zone   *time.Location
}

// Debits is the room. It is safe for concurrent use.
type Debits struct {
	*billing.Shelf

	gate    *gate.Gate
	reader  *db.Reader
	box     *secretbox.Box
	billing *billing.Billing
	outbox  *outbox.Box
	rules   Rules
}

// New makes the room, and has billing tell it of notices. It reads and writes nothing yet.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, b *billing.Billing, post *outbox.Box, rules Rules,
) *Debits {
	rules.Notice = max(rules.Notice, UsualNotice)
	if rules.Zone == nil {
		rules.Zone = time.UTC
	}
	shelf := &billing.Shelf{Methods: tableMandates, Setups: tableSetups, What: "set a mandate up"}
	d := &Debits{Shelf: shelf, gate: g, reader: reader, box: box, billing: b, outbox: post, rules: rules}
	b.HeedDebits(d.Heed)
	return d
}

// Keeps says whether mandates can be given.
func (d *Debits) Keeps() bool {
	_, ok := d.billing.Debiter()
	return ok && !d.rules.Off
}

// Notice is for how many working days ahead a collection is announced.
func (d *Debits) Notice() int { return d.rules.Notice }

// State is how a collection stands.
type State string

// The states of a collection. The last four are over.
const (
	Waiting    State = "announced"
	sent       State = "sent" // the gateway is being asked
	Processing State = "processing"
	Paid       State = "paid"
	failed     State = "failed"
	void       State = "void" // it was not sent, as it no longer fits
	returned   State = "returned"
)

func open() []State { return []State{Waiting, sent, Processing} }

type mandateRow struct {
	ID          id.Mandate `gorm:"primaryKey"`
	AccountID   id.Account
	Gateway     string
	Merchant    string
	CustomerRef string
	MethodRef   string
	MandateRef  string
	Detail      secretbox.Sealed
	State       billing.MandateState
	DefaultFor  id.Account
	AddedAt     db.Time
	RemovedAt   db.Time
}

// TableName names the table.
func (mandateRow) TableName() string { return tableMandates }

type collectionRow struct {
	ID          id.Checkout `gorm:"primaryKey"`
	AccountID   id.Account
	InvoiceID   id.Invoice
	MandateID   id.Mandate
	Attempt     int
	Failures    int // of the attempts before it
	AmountMinor int64
	Currency    money.Currency
	State       State
	AnnouncedAt db.Time
	CollectOn   db.Time
	ExpectOn    db.Time
	Reference   string
	Reason      string
	Again       bool // another may follow once it is over
	DoneAt      db.Time
}

// TableName names the table.
func (*collectionRow) TableName() string { return tableCollections }

func (r *collectionRow) amount() money.Amount { return money.New(r.AmountMinor, r.Currency) }

// detail is what people know a mandate by. Sort code and last digits are personal: they are sealed.
type detail struct {
	SortCode  string `json:"sort_code"`
	Last4     string `json:"last4"`
	Reference string `json:"reference"`
}

func (d detail) label() string { return "Direct Debit from the account ending in " + d.Last4 }

func target(row *mandateRow, d detail) activity.Target {
	return activity.TargetOf("mandate", row.ID, d.label())
}

// errDone ends a change that found its work done already: nothing more is written, and that is no failure.
var errDone = errors.New("debits: done already")

// done takes errDone for the success that it is.
func done(err error) error {
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

// across reads what a gateway or a job names, before it is known whose it is.
func (d *Debits) across(ctx context.Context) *gorm.DB {
	return db.Across(d.reader.With(ctx), "a gateway or a due invoice names a mandate, not an account")
}

func (d *Debits) today(now time.Time) time.Time { return workdays.Day(now.In(d.rules.Zone)) }

func place(row *mandateRow) secretbox.Place {
	return secretbox.Place{Table: tableMandates, Column: "detail", Row: row.ID.Bytes()}
}

func (d *Debits) seal(row *mandateRow, known detail) error {
	text, err := json.Marshal(known)
	if err != nil {
		return fmt.Errorf("keep a mandate: %w", err)
	}
	if row.Detail, err = d.box.Seal(string(text), place(row)); err != nil {
		return fmt.Errorf("keep a mandate: %w", err)
	}
	return nil
}

func (d *Debits) open(row *mandateRow) (detail, error) {
	text, err := d.box.Open(row.Detail, place(row))
	if err != nil {
		return detail{}, fmt.Errorf("read a mandate: %w", err)
	}
	var known detail
	if err := json.Unmarshal([]byte(text), &known); err != nil {
		return detail{}, fmt.Errorf("read a mandate: %w", err)
	}
	return known, nil
}
