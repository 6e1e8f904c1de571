// Package inquiries asks gateways what became of checkouts of which no notice came: one that was lost leaves no invoice
// unpaid in our books for which somebody paid. What an answer does to the books stands in billing, which takes it as it
// takes a notice: compared with what was begun, and once.
package inquiries

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

const (
	// patience is how long a notice may take before the gateway is asked.
	patience = 10 * time.Minute
	// oldest is for how long a checkout is asked about. A gateway sends its notices again for three days.
	oldest = 8 * 24 * time.Hour
	// early is how far a gateway's clock may be behind ours.
	early = 5 * time.Minute
	batch = 1000
)

// Inquiries is the room. It is safe for concurrent use.
type Inquiries struct {
	gate    *gate.Gate
	reader  *db.Reader
	billing *billing.Billing
	logger  *slog.Logger
}

// New makes the room. It reads and writes nothing yet.
func New(g *gate.Gate, reader *db.Reader, b *billing.Billing, logger *slog.Logger) *Inquiries {
	return &Inquiries{gate: g, reader: reader, billing: b, logger: logger}
}

type askedRow struct {
	CheckoutID id.Checkout `gorm:"primaryKey"`
	AskedAt    db.Time
}

// TableName names the table.
func (askedRow) TableName() string { return "checkout_inquiries" }

// openSQL finds checkouts on a gateway's page of which nothing final is known. A charge to a card on file looks after
// itself.
const openSQL = `SELECT c.id, c.created_at, q.asked_at FROM checkouts c
 LEFT JOIN checkout_inquiries q ON q.checkout_id = c.id
 WHERE c.state IN ('open', 'declined') AND c.gateway = ? AND c.created_at <= ? AND c.created_at > ?
 AND NOT EXISTS (SELECT 1 FROM card_charges h WHERE h.id = c.id)
 AND NOT EXISTS (SELECT 1 FROM card_payments n WHERE n.id = c.id)
 AND NOT EXISTS (SELECT 1 FROM debit_collections d WHERE d.id = c.id) ORDER BY c.created_at, c.id LIMIT ?`

type openRow struct {
	ID        id.Checkout
	CreatedAt db.Time
	AskedAt   db.Time
}

// due says whether it is time to ask again: each time the checkout is twice as old as when it was asked about last.
func (o openRow) due(now time.Time) bool {
	return o.AskedAt.IsZero() || now.Sub(o.AskedAt.Time) >= o.AskedAt.Sub(o.CreatedAt.Time)
}

// Ask asks every gateway that can tell about the checkouts whose notices are missing. A job calls it; twice or on two
// nodes, each answer has its effect once.
func (q *Inquiries) Ask(ctx context.Context) error {
	var troubles []error
	for _, teller := range q.billing.Tellers() {
		if err := q.ask(ctx, teller); err != nil {
			troubles = append(troubles, fmt.Errorf("ask %s: %w", teller.Name(), err))
		}
	}
	return errors.Join(troubles...)
}

func (q *Inquiries) ask(ctx context.Context, teller billing.Teller) error {
	now, err := q.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("read the time: %w", err)
	}
	var rows []openRow
	err = db.Across(q.reader.With(ctx), "a gateway is asked about all checkouts").Raw(openSQL, teller.Name(),
		db.At(now.Add(-patience)), db.At(now.Add(-oldest)), batch).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("find checkouts: %w", err)
	}
	wanted := map[id.Checkout]bool{}
	var first time.Time
	for _, o := range rows {
		if o.due(now) {
			wanted[o.ID] = true
			if first.IsZero() {
				first = o.CreatedAt.Time // the oldest comes first
			}
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	err = teller.Tell(ctx, first.Add(-early), func(e billing.Event) error {
		if !wanted[e.Checkout] {
			return nil
		}
		return q.heed(ctx, teller.Name(), e)
	})
	if err != nil {
		return err
	}
	return q.note(ctx, wanted, now)
}

// heed takes an answer. One that does not fit is written down by billing, and keeps no other from being heard.
func (q *Inquiries) heed(ctx context.Context, gateway string, e billing.Event) error {
	err := q.billing.Settle(ctx, gateway, e)
	switch kind := fault.KindOf(err); {
	case err == nil:
		q.logger.InfoContext(ctx, "a payment of which no notice came was asked about",
			slog.String("gateway", gateway), slog.String("checkout", e.Checkout.String()),
			slog.String("outcome", string(e.Outcome)))
	case kind == fault.KindConflict, kind == fault.KindNotFound:
		q.logger.WarnContext(ctx, "what a gateway says of a payment does not fit",
			slog.String("gateway", gateway), slog.String("checkout", e.Checkout.String()), slog.Any("error", err))
	default:
		return err
	}
	return nil
}

// note writes down when was asked, and forgets what is long over.
func (q *Inquiries) note(ctx context.Context, wanted map[id.Checkout]bool, now time.Time) error {
	list := make([]id.Checkout, 0, len(wanted))
	rows := make([]askedRow, 0, len(wanted))
	for one := range wanted {
		list = append(list, one)
		rows = append(rows, askedRow{CheckoutID: one, AskedAt: db.At(now)})
	}
	return q.gate.Bookkeep(ctx, "checkout_inquiries", func(tx *db.Tx) error {
		err := tx.Where("checkout_id IN ? OR asked_at < ?", list, db.At(now.Add(-2*oldest))).Delete(&askedRow{}).Error
		if err != nil {
			return fmt.Errorf("write down what was asked: %w", err)
		}
		if err := tx.Create(&rows).Error; err != nil && !db.IsDuplicate(err) {
			return fmt.Errorf("write down what was asked: %w", err)
		}
		return nil
	})
}
