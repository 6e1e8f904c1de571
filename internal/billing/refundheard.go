package billing

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// RefundReturned tells the provider's people of a refund that did not arrive: its money is credit again.
type RefundReturned struct {
	Account id.Account   `json:"account"`
	Invoice id.Invoice   `json:"invoice"`
	Number  string       `json:"number"` // of the invoice that had been paid
	Amount  money.Amount `json:"amount"`
	Gateway string       `json:"gateway"`
	Reason  string       `json:"reason"` // the gateway's word
}

// RefundNews tells those who pay that money is on its way back to them, or that it did not arrive after all.
type RefundNews struct {
	Account id.Account   `json:"account"`
	Invoice id.Invoice   `json:"invoice"`
	Number  string       `json:"number"` // of the invoice that had been paid
	Amount  money.Amount `json:"amount"`
	To      string       `json:"to"`     // as of a [Refund]
	Failed  bool         `json:"failed"` // it was on its way, and is credit again
}

// heardRefund is what a gateway says of a refund, on its way into the books.
type heardRefund struct {
	gateway string
	event   Event
	place   string // where the money goes, where that was asked
	noticed bool   // it came as a notice, and not as the answer to a question
}

// refundNotice takes a notice about a refund.
func (b *Billing) refundNotice(ctx context.Context, who actor.Actor, gateway string, e Event) error {
	row, found, err := db.One[refundRow](b.byGateway(ctx).Where("id = ?", e.Refund))
	if err != nil {
		return fmt.Errorf("refund: %w", err)
	}
	if !found {
		return errors.Join(fault.NotFound("refund"),
			b.unwelcome(ctx, who, gateway, "The notice names no refund that was asked for here."))
	}
	return b.hearRefund(ctx, who, row.AccountID, heardRefund{gateway: gateway, event: e, noticed: true})
}

// hearRefund writes down what became of a refund, once, whoever said it, in whatever order. What does not fit is
// refused and written down, and changes nothing else (P4).
func (b *Billing) hearRefund(ctx context.Context, who actor.Actor, account id.Account, h heardRefund) error {
	var refused error
	err := b.gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (e gate.Entry, err error) {
			e, refused, err = b.heedRefund(tx, g, h)
			return e, err
		})
	if err = done(err); err != nil {
		return err
	}
	b.outbox.Wake()
	return refused
}

func (b *Billing) heedRefund(tx *db.Tx, g gate.Grant, h heardRefund) (e gate.Entry, refused, err error) {
	row, found, err := db.One[refundRow](g.On(tx.DB).Where("id = ?", h.event.Refund))
	if err != nil {
		return e, nil, fmt.Errorf("refund: %w", err)
	}
	if !found {
		return e, nil, fault.NotFound("refund")
	}
	in, err := Order{}.invoice(tx, g, row.InvoiceID)
	if err != nil {
		return e, nil, err
	}
	why := h.mismatch(&row)
	if h.noticed {
		if err := h.note(tx, g, &row, why != ""); err != nil {
			return e, nil, err
		}
	}
	if why != "" {
		e = h.refusal(g, &row, &in, why)
		return e, fault.Conflict(why), b.alarm(tx, &in, h.gateway, h.event, why)
	}
	to := h.state()
	if to.rank() <= row.State.rank() {
		return e, nil, errDone
	}
	e, err = b.moveRefund(tx, g, &row, &in, to, h)
	return e, nil, err
}

// state is what an outcome makes of a refund.
func (h *heardRefund) state() RefundState {
	switch h.event.Outcome { //nolint:exhaustive // the others are about no refund
	case OutcomeRefunding:
		return RefundPending
	case OutcomeRefunded:
		return RefundArrived
	case OutcomeRefundFailed:
		return RefundFailed
	}
	return ""
}

// mismatch says what does not fit between what a gateway says of a refund and what it was asked for.
func (h *heardRefund) mismatch(row *refundRow) string {
	says := h.event
	switch {
	case h.gateway != row.Gateway:
		return "The refund was asked for at another payment provider."
	case says.Merchant != row.Merchant:
		return "The refund is another merchant’s."
	case row.RefundRef != "" && says.Reference != "" && says.Reference != row.RefundRef:
		return "The refund was made before, under another reference."
	case says.Outcome == OutcomeRefundFailed && says.Reference == "":
		return "" // the gateway refused to make it: there is nothing that could differ
	case says.Payment != row.PaidRef:
		return "The refund is of another payment."
	case says.Amount != row.amount():
		return "The refund was asked for over " + row.amount().String() + ", and " + says.Amount.String() +
			" is said to go back."
	}
	return ""
}

// note writes the event down; from then on it has no further effect (P5).
func (h *heardRefund) note(tx *db.Tx, g gate.Grant, row *refundRow, refused bool) error {
	n := notice{gateway: h.gateway, event: h.event, checkout: checkoutRow{ID: row.CheckoutID}, at: db.At(g.Now())}
	return n.note(tx, g, refused)
}

func (h *heardRefund) refusal(g gate.Grant, row *refundRow, in *invoiceRow, why string) gate.Entry {
	amount := activity.Change{Field: "amount", New: row.amount().String()}
	if h.event.Amount != row.amount() {
		amount = activity.Change{Field: "amount", Old: row.amount().String(), New: h.event.Amount.String()}
	}
	return g.Entry(activity.RefundRefused, activity.Details{
		Target: in.target(), Outcome: activity.RefusedResult, Reason: why,
		Changes: []activity.Change{amount, {Field: "gateway", New: h.gateway}},
	})
}

// moveRefund has a refund stand as the gateway says. One that failed is taken back by a posting of its own: its money
// is credit of the account again.
func (b *Billing) moveRefund(
	tx *db.Tx, g gate.Grant, row *refundRow, in *invoiceRow, to RefundState, h heardRefund,
) (gate.Entry, error) {
	before := row.State
	set := map[string]any{"state": to}
	if h.event.Reference != "" {
		set["refund_ref"] = h.event.Reference
	}
	details := activity.Details{Target: in.target(), Changes: []activity.Change{
		{Field: "amount", New: row.amount().String()},
		{Field: "state", Old: string(before), New: string(to)},
		{Field: "gateway", New: row.Gateway},
	}}
	if to != RefundPending {
		set["done_at"] = db.At(g.Now())
	}
	if to == RefundFailed {
		row.ReturnID = id.New[id.AdjustmentKind]()
		set["return_id"], set["reason"] = row.ReturnID, h.event.Reason
		details.Reason = h.event.Reason
	}
	if h.place != "" {
		sealed, err := b.seal(tableRefunds, "destination", row.ID.Bytes(), h.place)
		if err != nil {
			return gate.Entry{}, err
		}
		set["destination"] = sealed
	}
	moved := g.On(tx.Model(&refundRow{})).Where("id = ? AND state = ?", row.ID, before).Updates(set)
	if moved.Error != nil {
		return gate.Entry{}, fmt.Errorf("refund: %w", moved.Error)
	}
	if moved.RowsAffected != 1 {
		return gate.Entry{}, errDone
	}
	if err := b.tellOfRefund(tx, row, in, to, h.place); err != nil {
		return gate.Entry{}, err
	}
	switch to { //nolint:exhaustive // nothing is moved to be asked for
	case RefundPending:
		return g.Entry(activity.RefundTaken, details), nil
	case RefundArrived:
		return g.Entry(activity.RefundArrived, details), nil
	}
	if err := b.takeRefundBack(tx, g, row, in, h.event.Reason); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(activity.RefundFailed, details), nil
}

func (b *Billing) takeRefundBack(tx *db.Tx, g gate.Grant, row *refundRow, in *invoiceRow, reason string) error {
	err := ledger.Post(tx, g, ledger.Posting{
		Kind: ledger.Refund, Document: row.ReturnID.Bytes(), Currency: row.Currency, At: db.At(g.Now()).Time,
		Lines: []ledger.Line{
			{Book: ledger.Cash, Amount: row.AmountMinor}, {Book: ledger.Credit, Amount: -row.AmountMinor},
		},
	})
	if err != nil {
		return err
	}
	return b.outbox.Enqueue(tx, outbox.Message{Kind: MailRefundFailed, Key: row.ID.String(), Payload: RefundReturned{
		Account: row.AccountID, Invoice: row.InvoiceID, Number: in.number(), Amount: row.amount(), Gateway: row.Gateway,
		Reason: reason,
	}})
}
