package billing

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// mostListedRefunds is how many refunds of an account are read at once, the newest first.
const mostListedRefunds = 20

// Refund is credit that goes back, or went, to where a payment came from.
type Refund struct {
	ID      id.Adjustment
	Payment id.Payment
	Invoice id.Invoice // that the payment was for
	Number  string
	Amount  money.Amount
	State   RefundState
	Gateway string
	To      string // "Visa ending 4242", or that it is the way it was paid
	Why     string
	Reason  string // the gateway's word for why it failed
	Asked   time.Time
	Done    time.Time // zero while it is on its way
}

// UnderWay says that nobody knows yet whether it arrives.
func (r Refund) UnderWay() bool { return r.State == RefundAsked || r.State == RefundPending }

// ClientRefunds are the newest refunds of an account, for the provider's people.
func (b *Billing) ClientRefunds(ctx context.Context, who actor.Actor, account id.Account) ([]Refund, error) {
	g, err := b.gate.View(ctx, who, verb.BillingView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	return b.refundsOf(g.On(b.reader.With(ctx)))
}

// addRefund adds a refund of one of its payments to an invoice.
func (b *Billing) addRefund(r *happenedRow, in *Invoice) error {
	one, _ := id.FromBytes[id.AdjustmentKind](r.ID.Bytes())
	refund := Refund{
		ID: one, Invoice: in.ID, Number: in.Number, Amount: money.New(r.Amount, in.Total.Currency()),
		State: RefundState(r.Series), Gateway: r.Gateway, Asked: r.At.Time,
	}
	var err error
	if refund.Why, err = b.open(tableAdjusted, "detail", r.ID.Bytes(), r.Detail); err != nil {
		return err
	}
	if refund.To, err = b.open(tableRefunds, "destination", r.ID.Bytes(), r.Who); err != nil {
		return err
	}
	if refund.To == "" {
		refund.To = TheWayItWasPaid
	}
	in.Refunds = append(in.Refunds, refund)
	return nil
}

func (b *Billing) refundsOf(q *gorm.DB) ([]Refund, error) {
	var rows []struct {
		Of      refundRow `gorm:"embedded"`
		Detail  secretbox.Sealed
		Series  string
		Ordinal int64
	}
	err := q.Table(tableRefunds).Select("refunds.*, a.detail, i.series, i.ordinal").
		Joins("JOIN adjustments a ON a.id = refunds.id").Joins("JOIN invoices i ON i.id = refunds.invoice_id").
		Order("refunds.asked_at DESC, refunds.id DESC").Limit(mostListedRefunds).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read refunds: %w", err)
	}
	out := make([]Refund, 0, len(rows))
	for i := range rows {
		row := &rows[i].Of
		r := Refund{
			ID: row.ID, Payment: row.PaymentID, Invoice: row.InvoiceID, Number: number(rows[i].Series, rows[i].Ordinal),
			Amount: row.amount(), State: row.State, Gateway: row.Gateway, Reason: row.Reason, Asked: row.AskedAt.Time,
			Done: row.DoneAt.Time,
		}
		if r.Why, err = b.open(tableAdjusted, "detail", row.ID.Bytes(), rows[i].Detail); err != nil {
			return nil, err
		}
		if r.To, err = b.open(tableRefunds, "destination", row.ID.Bytes(), row.Destination); err != nil {
			return nil, err
		}
		if r.To == "" {
			r.To = TheWayItWasPaid
		}
		out = append(out, r)
	}
	return out, nil
}

// mostRefundable is how many payments are offered to go back; they are the newest. destinationTime is how long their
// gateways may take to say where to.
const (
	mostRefundable  = 5
	destinationTime = 2 * time.Second
)

// Refundable is a payment that can go back through its gateway.
type Refundable struct {
	Payment  id.Payment
	Number   string // of its invoice
	Most     money.Amount
	Received time.Time
	To       string // as of a [Refund]
}

// Refundable are the newest payments of an account that can go back to where they came from, by how much, and to where.
// Where a gateway does not answer in time, it is not said to where.
func (b *Billing) Refundable(ctx context.Context, who actor.Actor, account id.Account) ([]Refundable, error) {
	g, err := b.gate.View(ctx, who, verb.BillingView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	rows, err := b.mayGoBack(ctx, g)
	if err != nil {
		return nil, err
	}
	out := make([]Refundable, len(rows))
	ctx, cancel := context.WithTimeout(ctx, destinationTime)
	defer cancel()
	told := make(chan struct{}, len(rows))
	for i := range rows {
		row := &rows[i]
		out[i] = Refundable{
			Payment: row.Of.ID, Number: number(row.Series, row.Ordinal), Most: money.New(row.Left, row.Of.Currency),
			Received: row.Of.ReceivedAt.Time,
		}
		go func() {
			out[i].To = b.destination(ctx, &row.Of)
			told <- struct{}{}
		}()
	}
	for range rows {
		<-told
	}
	return out, nil
}

func (b *Billing) destination(ctx context.Context, pay *paymentRow) string {
	refunder, ok := b.refunderOf(pay.Gateway)
	if !ok {
		return TheWayItWasPaid
	}
	to, err := refunder.Destination(ctx, wholePayment(pay.Reference))
	if err != nil {
		return TheWayItWasPaid
	}
	return to.String()
}

type backRow struct {
	Of      paymentRow `gorm:"embedded"`
	Series  string
	Ordinal int64
	Left    int64 `gorm:"column:may_go"`
}

// mayGoBackSQL finds payments that the gateway took for the account that we have there, less what went back of them.
const mayGoBackSQL = `SELECT * FROM (SELECT p.*, i.series, i.ordinal, p.amount_minor
 - COALESCE((SELECT SUM(r.amount_minor) FROM refunds r WHERE r.account_id = p.account_id AND r.payment_id = p.id
 AND r.state <> 'failed'), 0)
 - COALESCE((SELECT SUM(b.amount_minor) FROM payment_returns b
 WHERE b.account_id = p.account_id AND b.payment_id = p.id), 0)
 - COALESCE((SELECT SUM(d.amount_minor) FROM payment_departures d
 WHERE d.account_id = p.account_id AND d.payment_id = p.id AND d.kept = 0), 0) AS may_go
 FROM payments p JOIN invoices i ON i.id = p.invoice_id LEFT JOIN checkouts c ON c.id = p.checkout_id
 WHERE p.account_id = ? AND p.gateway IN ? AND COALESCE(c.merchant, '') IN ?) x
 WHERE x.may_go > 0 ORDER BY x.received_at DESC, x.id DESC LIMIT ?`

func (b *Billing) mayGoBack(ctx context.Context, g gate.Grant) ([]backRow, error) {
	var names []string
	merchants := []string{""} // a share that is not the first names no checkout
	for _, one := range b.gateways {
		if r, ok := one.(Refunder); ok {
			names, merchants = append(names, r.Name()), append(merchants, r.Merchant())
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	var rows []backRow
	err := g.On(b.reader.With(ctx)).Raw(mayGoBackSQL, g.Account(), names, merchants, mostRefundable).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("what can be paid back: %w", err)
	}
	return rows, nil
}
