package billing

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// openingPrefix begins the series of what was carried over. It is none of an invoice's, and no reference of a transfer
// reads it as one.
const openingPrefix = "OB"

// longestTermBack bounds how old what is carried over may be.
const longestTermBack = 20 * 366 * 24 * time.Hour

// Opening is what is still to be paid of an invoice of another system.
type Opening struct {
	Key    id.Invoice // the id that it will have, so that a second try carries nothing over twice
	Number string     // that the invoice has there
	Issued time.Time  // the days of that invoice
	Due    time.Time
	Open   money.Amount // what is still to be paid, VAT included
	About  string       // empty: nothing but the number is said
}

// Check says what is wrong with it, by field: number, issued_on, due_on, open_amount, about.
func (o Opening) Check(now time.Time) error {
	_, err := o.checked(now)
	return err
}

func (o Opening) checked(now time.Time) (Opening, error) {
	var p problems
	o.Number = p.text("invoice_number", o.Number, "Enter the number that the invoice has in the other system.", longestPO)
	o.About = p.text("about", o.About, "", longestAbout-len("Carried over: ")-longestPO)
	o.Due = dueNoon(o.Due)
	switch {
	case o.Issued.After(now):
		p.add("issued_on", "This day is still to come.")
	case now.Sub(o.Issued) > longestTermBack:
		p.add("issued_on", "This is more than twenty years ago.")
	case o.Due.Before(dueNoon(o.Issued)):
		p.add("due_on", "The invoice cannot be due before it is issued.")
	case o.Due.Sub(now) > longestTerm:
		p.add("due_on", "The invoice cannot be due more than a year from now.")
	}
	if minor := o.Open.Minor(); minor <= 0 || minor > mostMinor {
		p.add("open_amount", "Enter what is still to be paid: more than nothing.")
	}
	return o, p.fault()
}

// CarryOver takes what is still to be paid of an invoice of another system into the books. It gets a number of a series
// of its own, and keeps the number that it had. It is no sale and has no VAT: both were booked when the invoice was
// issued, and that invoice stays the document of it. What is posted is owed against the opening balance. Carrying the
// same key over again changes nothing and returns the number of the first time.
func (b *Billing) CarryOver(
	ctx context.Context, who actor.Actor, account id.Account, o Opening,
) (as string, err error) {
	err = b.gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			before, err := b.before(tx, g, o.Key)
			if err != nil {
				return gate.Entry{}, err
			}
			if before != nil {
				as = before.number()
				return gate.Entry{}, errDone
			}
			of, err := b.opening(tx, g, o)
			if err != nil {
				return gate.Entry{}, err
			}
			as = of.number()
			return g.Entry(activity.InvoiceCarriedOver, activity.Details{
				Target: activity.TargetOf("invoice", of.ID, as), Changes: []activity.Change{
					{Field: "number before", New: o.Number},
					{Field: "still to be paid", New: of.money(of.TotalMinor).String()},
					{Field: "due", New: of.DueAt.Format(time.DateOnly)},
				},
			}), nil
		})
	return as, done(err)
}

// opening writes the rows of it.
func (b *Billing) opening(tx *db.Tx, g gate.Grant, o Opening) (*invoiceRow, error) {
	o, err := o.checked(g.Now())
	if err != nil {
		return nil, err
	}
	client, err := b.accounts.ByGrant(tx.DB, g)
	if err != nil {
		return nil, err // accounts says what it did
	}
	if client.Closed {
		return nil, fault.Conflict("This account is closed. Nothing more can be billed to it.")
	}
	if o.Open.Currency() != client.Currency {
		return nil, fault.InvalidField("currency", "The invoices of this client are in "+string(client.Currency)+".")
	}
	row := &invoiceRow{
		ID: o.Key, AccountID: g.Account(), State: StateDraft, Currency: client.Currency, NetMinor: o.Open.Minor(),
		TotalMinor: o.Open.Minor(), IssuedAt: db.At(g.Now()), DueAt: db.At(o.Due), Version: 1,
		Rounding: roundingOf(b.rules.Country), Series: openingPrefix + g.Now().UTC().Format("06"),
	}
	if err := b.draftOpening(tx, g, row, o, client); err != nil {
		return nil, err
	}
	err = ledger.Post(tx, g, ledger.Posting{
		Kind: ledger.Invoice, Document: row.ID.Bytes(), Invoice: row.ID, Currency: row.Currency, At: row.IssuedAt.Time,
		Lines: []ledger.Line{
			{Book: ledger.Receivable, Amount: row.TotalMinor}, {Book: ledger.Opening, Amount: -row.TotalMinor},
		},
	})
	if err != nil {
		return nil, err // the ledger says what it did
	}
	return row, b.numberOpening(tx, g, row)
}

// draftOpening writes what an issued invoice no longer takes.
func (b *Billing) draftOpening(tx *db.Tx, g gate.Grant, row *invoiceRow, o Opening, client accounts.Account) error {
	about := "Carried over: " + o.Number
	if o.About != "" {
		about += " · " + o.About
	}
	if err := b.sealInvoice(row, Draft{About: about, Ref: o.Number}, client); err != nil {
		return err
	}
	if err := g.On(tx.DB).Omit("series", "ordinal", "issued_at").Create(row).Error; err != nil {
		if db.IsDuplicate(err) { // the key is the id of somebody else's invoice
			return fault.NotFound("carry over")
		}
		return fmt.Errorf("carry over: %w", err)
	}
	return b.writeLines(tx, g, row.ID, []Line{{
		Text:   "Still to be paid of invoice " + o.Number + " of " + o.Issued.Format("2 January 2006"),
		Detail: "VAT was charged on that invoice. This is a balance carried over, and no VAT invoice.",
		Price:  o.Open, Net: o.Open, Quantity: decimal.NewFromInt(1), Treatment: Exempt,
	}})
}

// numberOpening gives it the next number of its series.
func (b *Billing) numberOpening(tx *db.Tx, g gate.Grant, row *invoiceRow) (err error) {
	if row.Ordinal, err = nextNumber(tx, row.Series, b.rules.Country); err != nil {
		return err
	}
	row.State, row.Version = StateDue, row.Version+1
	moved := g.On(tx.Model(&invoiceRow{})).Where("id = ? AND state = ?", row.ID, StateDraft).Updates(map[string]any{
		"series": row.Series, "ordinal": row.Ordinal, "state": row.State, "issued_at": row.IssuedAt, "version": row.Version,
	})
	if moved.Error != nil {
		return fmt.Errorf("carry over: %w", moved.Error)
	}
	return nil
}

// CarriedOver says whether a number is one of a balance that was carried over from another system.
func CarriedOver(number string) bool { return strings.HasPrefix(number, openingPrefix) }

// carriedOver says whether this is what was left of an invoice of another system.
func (r *invoiceRow) carriedOver() bool { return strings.HasPrefix(r.Series, openingPrefix) }
