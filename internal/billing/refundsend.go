package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

const (
	// refundPatience is how long a refund may take before the gateway is asked about it.
	refundPatience = 10 * time.Minute
	// refundDaily is how often it is asked about at least, while it is on its way.
	refundDaily = 24 * time.Hour
	// refundLate is for how long one that arrived may fail after all, as banks do.
	refundLate = 60 * 24 * time.Hour
	// mostRefunds is how many are asked about in one round.
	mostRefunds = 200
)

// errNoRefunder says that the gateway of a refund is not set up any more. It is asked again once it is.
var errNoRefunder = errors.New("billing: the gateway of a refund is not there to be asked")

func refunds() actor.Actor { return actor.NewSystem("refund") }

// SendRefund asks the gateway for a refund that was decided, and writes down what it said. It is the handler of the
// message of that name. Where it dies in between it is called again with the same key: money moves once or not at all.
func (b *Billing) SendRefund(ctx context.Context, d outbox.Delivery) error {
	var refund id.Adjustment
	if err := d.Decode(&refund); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	row, found, err := db.One[refundRow](b.byGateway(ctx).Where("id = ?", refund))
	if err != nil {
		return fmt.Errorf("refund: %w", err)
	}
	if !found || row.State != RefundAsked {
		return nil
	}
	return b.askRefund(ctx, &row, d.Attempt > 1)
}

// askRefund asks the gateway for a refund, or about one that it has.
func (b *Billing) askRefund(ctx context.Context, row *refundRow, again bool) error {
	refunder, ok := b.refunderOf(row.Gateway)
	if !ok {
		return fmt.Errorf("%w: %s", errNoRefunder, row.Gateway)
	}
	said, err := refunder.Refund(ctx, Repayment{
		ID: row.ID, Payment: row.PaidRef, Refund: row.RefundRef, Amount: row.amount(), Again: again,
	})
	if err != nil {
		return err // it is not known what became of it: asked again, with the same id
	}
	if said.Outcome != OutcomeRefundFailed && !said.readable() || len(said.Reason) > longestReference {
		return fmt.Errorf("refund: the answer of %s cannot be read", row.Gateway)
	}
	h := heardRefund{gateway: row.Gateway, event: said}
	if row.Destination.IsZero() {
		if to, err := refunder.Destination(ctx, row.PaidRef); err == nil && to.Last4 != "" {
			h.place = to.String()
		}
	}
	return b.hearRefund(ctx, refunds(), row.AccountID, h)
}

type refundInquiryRow struct {
	RefundID id.Adjustment `gorm:"primaryKey"`
	AskedAt  db.Time
}

const tableRefundInquiries = "refund_inquiries"

// TableName names the table.
func (refundInquiryRow) TableName() string { return tableRefundInquiries }

// followedSQL finds refunds that are on their way, and those that arrived and may fail yet.
const followedSQL = `SELECT r.* FROM refunds r
 LEFT JOIN refund_inquiries q ON q.refund_id = r.id
 WHERE r.state IN ('asked', 'pending') AND r.asked_at <= ? AND (q.asked_at IS NULL OR q.asked_at <= ?)
 OR r.state = 'arrived' AND r.asked_at > ? AND r.asked_at <= ? AND (q.asked_at IS NULL OR q.asked_at <= ?)
 ORDER BY r.asked_at, r.id LIMIT ?`

// FollowRefunds asks gateways about refunds of which a notice may be lost, and for those whose message was given up. A
// job calls it; twice or on two nodes, each answer has its effect once.
func (b *Billing) FollowRefunds(ctx context.Context) error {
	now, err := b.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("follow refunds: %w", err)
	}
	before, yesterday := db.At(now.Add(-refundPatience)), db.At(now.Add(-refundDaily))
	var rows []refundRow
	err = b.byGateway(ctx).Raw(followedSQL, before, before, db.At(now.Add(-refundLate)), yesterday, yesterday,
		mostRefunds).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("follow refunds: %w", err)
	}
	var troubles []error
	for i := range rows {
		troubles = append(troubles, b.refundLooked(ctx, &rows[i], now), b.askRefund(ctx, &rows[i], true))
	}
	return errors.Join(troubles...)
}

// refundLooked writes down when was asked.
func (b *Billing) refundLooked(ctx context.Context, row *refundRow, now time.Time) error {
	return b.gate.Bookkeep(ctx, tableRefundInquiries, func(tx *db.Tx) error {
		err := tx.Where("refund_id = ?", row.ID).Delete(&refundInquiryRow{}).Error
		if err == nil {
			err = tx.Create(&refundInquiryRow{RefundID: row.ID, AskedAt: db.At(now)}).Error
		}
		if err != nil && !db.IsDuplicate(err) {
			return fmt.Errorf("write down what was asked: %w", err)
		}
		return nil
	})
}
