package billing

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Receive takes a gateway's notice: the signature is checked over the raw body (P3), the event has its effect once
// (P5), and what it says is compared with what was begun (P4). A notice that came before is taken without effect; one
// that does not fit is refused and written down, and changes nothing else.
func (b *Billing) Receive(ctx context.Context, who actor.Actor, gateway string, header http.Header, body []byte) error {
	from, ok := b.gateway(gateway)
	if !ok || gateway == "" || who.Kind != actor.Webhook {
		return fault.NotFound("receive")
	}
	now, err := b.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	event, err := from.Verify(header, body, now)
	if err != nil {
		why := "The signature is not right."
		if said, ok := errors.AsType[*NoticeError](err); ok {
			why = said.Why
		}
		return errors.Join(b.unwelcome(ctx, who, gateway, why), err)
	}
	if event.Outcome == "" {
		return nil // an event that does not concern us
	}
	if !event.readable() {
		return b.unwelcome(ctx, who, gateway, "The notice cannot be read.")
	}
	switch {
	case event.Debit:
		return b.debited(ctx, who, gateway, event)
	case event.Movement != "":
		return b.moved(ctx, who, gateway, event)
	case !event.Refund.IsZero():
		return b.refundNotice(ctx, who, gateway, event)
	case event.Outcome == OutcomeSaved:
		return b.cardSaved(ctx, who, gateway, event)
	}
	row, found, err := db.One[checkoutRow](b.byGateway(ctx).Where("id = ?", event.Checkout))
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	if !found {
		return errors.Join(fault.NotFound("receive"),
			b.unwelcome(ctx, who, gateway, "The notice names no payment that was begun here."))
	}
	payer, err := b.openStarter(&row)
	if err != nil {
		return err
	}
	return b.settle(ctx, payer.actor(who), row.AccountID, notice{gateway: gateway, event: event, payer: payer})
}

// cardSaved tells the room that keeps cards.
func (b *Billing) cardSaved(ctx context.Context, who actor.Actor, gateway string, event Event) error {
	if b.saved == nil {
		return b.unwelcome(ctx, who, gateway, "No cards are kept here.")
	}
	err := b.saved(ctx, who, gateway, event)
	if fault.KindOf(err) == fault.KindNotFound {
		return errors.Join(err, b.unwelcome(ctx, who, gateway, "The notice names no card that was asked for here."))
	}
	return err
}

// unwelcome refuses a notice that belongs to no account. Strangers can send as many as they like: they are counted, and
// the billing department is told of each reason once a day.
func (b *Billing) unwelcome(ctx context.Context, who actor.Actor, gateway, reason string) error {
	err := b.gate.Tally(ctx, who, id.ProviderScope(), activity.WebhookRefused, activity.Details{
		Target: activity.Target{Kind: "gateway", Label: gateway}, Outcome: activity.RefusedResult, Reason: reason,
	})
	return errors.Join(fault.InvalidField("notice", reason), err, b.warn(ctx, gateway, reason))
}

// notice is an event on its way into the books.
type notice struct {
	gateway  string
	event    Event
	payer    starter
	checkout checkoutRow
	invoice  invoiceRow
	at       db.Time
}

func (b *Billing) settle(ctx context.Context, who actor.Actor, account id.Account, n notice) error {
	var refused error
	err := b.gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			refused = nil
			n := n // what is read belongs to this run only
			if err := b.load(tx, g, &n); err != nil {
				return gate.Entry{}, err
			}
			why, err := b.mismatch(tx, &n)
			if err != nil {
				return gate.Entry{}, err
			}
			if err := n.note(tx, g, why != ""); err != nil {
				return gate.Entry{}, err
			}
			if why != "" {
				refused = fault.Conflict(why)
				return n.refusal(g, why), b.alarm(tx, &n.invoice, n.gateway, n.event, why)
			}
			switch n.event.Outcome {
			case OutcomePaid:
				return b.take(tx, g, &n)
			case OutcomeDeclined:
				return n.fail(tx, g, CheckoutDeclined, activity.PaymentDeclined)
			case OutcomeCancelled:
				return n.fail(tx, g, CheckoutCancelled, activity.CheckoutCancelled)
			case OutcomeSaved, OutcomeProcessing, OutcomeReturned, OutcomeMandate, OutcomeRefunding, OutcomeRefunded,
				OutcomeRefundFailed, OutcomeKept, OutcomeLost:
				// A card or a mandate is no payment, and a Direct Debit or a refund has a way of its own: they never come this far.
			}
			return gate.Entry{}, fault.InvalidField("outcome", "The notice cannot be read.")
		})
	if err = done(err); err != nil {
		return err
	}
	b.outbox.Wake()
	return refused
}

// load reads what the event is about, by the grant; errDone where the event came before.
func (b *Billing) load(tx *db.Tx, g gate.Grant, n *notice) error {
	_, seen, err := db.One[eventRow](g.On(tx.DB).Where("gateway = ? AND event_id = ?", n.gateway, n.event.ID))
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	if seen {
		return errDone
	}
	var found bool
	if n.checkout, found, err = db.One[checkoutRow](g.On(tx.DB).Where("id = ?", n.event.Checkout)); err == nil && found {
		n.invoice, found, err = db.One[invoiceRow](g.On(tx.DB).Where("id = ?", n.checkout.InvoiceID))
	}
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	if !found {
		return fault.NotFound("receive")
	}
	now, err := tx.Now()
	n.at = db.At(now)
	return err
}

// mismatch says what does not fit between the event and what was begun; empty where all does (P4). errDone is for
// a payment that is in the books already, under another event.
func (b *Billing) mismatch(tx *db.Tx, n *notice) (string, error) {
	began, says := &n.checkout, n.event
	switch {
	case n.gateway != began.Gateway:
		return "The payment was begun at another payment provider.", nil
	case says.Merchant != began.Merchant:
		return "The payment went to another merchant.", nil
	case says.Outcome != OutcomePaid:
		return "", nil
	case says.Amount.Currency() != began.Currency:
		return "The payment was begun in " + string(began.Currency) + ", and came in another currency.", nil
	case says.Amount != began.amount():
		return "The payment was begun over " + began.amount().String() + ", and " + says.Amount.String() + " came.", nil
	}
	before, found, err := db.One[paymentRow](db.Across(tx.DB, "a gateway's reference is used once, whoever pays").
		Select("id, account_id, checkout_id").Where("gateway = ? AND reference = ?", n.gateway, says.Reference))
	switch {
	case err != nil:
		return "", fmt.Errorf("receive: %w", err)
	case found && before.CheckoutID == began.ID:
		return "", errDone
	case found:
		return "The reference belongs to another payment.", nil
	case began.State == CheckoutPaid:
		return "The payment was settled before, under another reference.", nil
	}
	return "", nil
}

// note writes the event down; from then on it has no further effect (P5).
func (n *notice) note(tx *db.Tx, g gate.Grant, refused bool) error {
	err := g.On(tx.DB).Create(&eventRow{
		Gateway: n.gateway, EventID: n.event.ID, AccountID: g.Account(), CheckoutID: n.checkout.ID,
		Outcome: n.event.Outcome, Refused: refused, ReceivedAt: n.at,
	}).Error
	if db.IsDuplicate(err) {
		return errDone // it came before, for another account
	}
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	return nil
}

// target is the invoice as the log names it; its link is the number alone.
func (n *notice) target() activity.Target {
	return activity.TargetOf("invoice", n.invoice.ID, n.invoice.number())
}

// amount is the money that an entry is about; the log says it after the number.
func (n *notice) amount() activity.Change {
	return activity.Change{Field: "amount", New: n.checkout.amount().String()}
}

func (n *notice) refusal(g gate.Grant, why string) gate.Entry {
	changes := []activity.Change{n.amount(), {Field: "gateway", New: n.gateway}}
	if n.event.Outcome == OutcomePaid && n.event.Amount != n.checkout.amount() {
		changes[0] = activity.Change{Field: "amount", Old: n.checkout.amount().String(), New: n.event.Amount.String()}
	}
	return g.Entry(activity.PaymentRefused, activity.Details{
		Target: n.target(), Outcome: activity.RefusedResult, Reason: why, Changes: changes,
	})
}

// fail notes that a checkout was declined or left. It may still be paid later; one that was paid stays so.
func (n *notice) fail(tx *db.Tx, g gate.Grant, to CheckoutState, a activity.Action) (gate.Entry, error) {
	if n.checkout.State == CheckoutPaid || n.checkout.State == to {
		return gate.Entry{}, errDone
	}
	err := g.On(tx.Model(&checkoutRow{})).Where("id = ?", n.checkout.ID).Update("state", to).Error
	if err != nil {
		return gate.Entry{}, fmt.Errorf("receive: %w", err)
	}
	return g.Entry(a, activity.Details{
		Target: n.target(), Outcome: activity.Failed, Changes: []activity.Change{
			n.amount(), {Field: "gateway", New: n.gateway},
		},
	}), nil
}
