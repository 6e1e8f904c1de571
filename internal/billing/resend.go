package billing

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm/clause"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// resendAfter is how long an invoice is not sent once more: whoever waits for a mail looks for it first (our own
// figure).
const resendAfter = 10 * time.Minute

// mostUnpaid is how many unpaid invoices of an account are listed.
const mostUnpaid = 100

// Unpaid is an invoice that is still to be paid, as somebody sees it who need not know what it comes to.
type Unpaid struct {
	ID      id.Invoice
	Number  string
	Issued  time.Time
	Due     time.Time
	Overdue bool
	Again   time.Time // when it was last sent again; zero: never
}

type unpaidRow struct {
	of    invoiceRow
	again db.Time
}

type resendRow struct {
	InvoiceID id.Invoice `gorm:"primaryKey"`
	AccountID id.Account
	SentAt    db.Time
}

func (resendRow) TableName() string { return "invoice_resends" }

// ClientDues are the invoices that an account has still to pay, without their sums, for the provider's staff: the one
// that is due first comes first.
func (b *Billing) ClientDues(ctx context.Context, who actor.Actor, account id.Account) ([]Unpaid, error) {
	g, err := b.gate.View(ctx, who, verb.DuesView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	q := g.On(b.reader.With(ctx)).Table(tableInvoices).
		Select("id, series, ordinal, state, issued_at, due_at, "+
			"COALESCE((SELECT r.sent_at FROM invoice_resends r WHERE r.account_id = invoices.account_id "+
			"AND r.invoice_id = invoices.id), 0) AS again").
		Where("state IN ?", []State{StateDue, StatePartPaid}).Order("due_at, id").Limit(mostUnpaid)
	rows, err := db.ReadRows(q, func(r *unpaidRow) []any {
		return []any{&r.of.ID, &r.of.Series, &r.of.Ordinal, &r.of.State, &r.of.IssuedAt, &r.of.DueAt, &r.again}
	})
	if err != nil {
		return nil, fmt.Errorf("list what is due: %w", err)
	}
	list := make([]Unpaid, 0, len(rows))
	for i := range rows {
		r := &rows[i]
		one := Unpaid{
			ID: r.of.ID, Number: r.of.number(), Issued: r.of.IssuedAt.Time, Due: r.of.DueAt.Time,
			Overdue: r.of.stateAt(g.Now()) == StateOverdue,
		}
		if r.again.UnixMilli() > 0 {
			one.Again = r.again.Time
		}
		list = append(list, one)
	}
	return list, nil
}

// SendAgain mails an unpaid invoice once more to whoever pays for the account, and returns its number. It is refused
// for a while after the last time.
func (b *Billing) SendAgain(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice,
) (number string, err error) {
	err = b.gate.Change(ctx, who, verb.DuesSend, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, err := b.before(tx, g, invoice)
			if err != nil {
				return gate.Entry{}, err
			}
			if row == nil || row.State == StateDraft {
				return gate.Entry{}, fault.NotFound("send an invoice again")
			}
			number = row.number()
			if !row.State.payable() {
				return gate.Entry{}, fault.Conflict("Invoice " + number + " has nothing left to pay. It is not sent again.")
			}
			if err := resent(tx, g, row.ID); err != nil {
				return gate.Entry{}, err
			}
			return b.sendAgain(tx, g, row)
		})
	if err == nil {
		b.outbox.Wake()
	}
	return number, err
}

func (b *Billing) sendAgain(tx *db.Tx, g gate.Grant, row *invoiceRow) (gate.Entry, error) {
	about, err := b.open(tableInvoices, "about", row.ID.Bytes(), row.About)
	if err != nil {
		return gate.Entry{}, err
	}
	err = b.outbox.Enqueue(tx, outbox.Message{
		Kind: MailInvoice, Key: row.ID.String() + "-again-" + strconv.FormatInt(g.Now().UnixMilli(), 10),
		Payload: InvoiceIssued{
			Account: row.AccountID, Invoice: row.ID, Number: row.number(), About: about,
			Total: row.money(row.left()), Due: row.DueAt.Time,
		},
	})
	if err != nil {
		return gate.Entry{}, err // the outbox says what it did
	}
	return g.Entry(activity.InvoiceSentAgain, activity.Details{
		Target: activity.TargetOf("invoice", row.ID, row.number()),
	}), nil
}

// resent notes that an invoice is sent again now. Of two who do so at once, one does.
func resent(tx *db.Tx, g gate.Grant, invoice id.Invoice) error {
	now := g.Now()
	err := g.On(tx.DB).Clauses(clause.OnConflict{DoNothing: true}).
		Create(&resendRow{InvoiceID: invoice, AccountID: g.Account(), SentAt: db.At(time.UnixMilli(0))}).Error
	if err != nil {
		return fmt.Errorf("note that it is sent again: %w", err)
	}
	moved := g.On(tx.Model(&resendRow{})).
		Where("invoice_id = ? AND sent_at <= ?", invoice, db.At(now.Add(-resendAfter))).Update("sent_at", db.At(now))
	if moved.Error != nil {
		return fmt.Errorf("note that it is sent again: %w", moved.Error)
	}
	if moved.RowsAffected == 0 {
		return fault.Limited(resendAfter,
			"This invoice was sent again less than ten minutes ago. Ask the client to look in their spam folder, too.")
	}
	return nil
}
