package stripe

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/stripe/stripe-go/v85"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
)

// metaRefund names our refund in Stripe's.
const metaRefund = "gatehouse_refund"

// Refund sends money of a payment back to where it came from. Our refund's id is the idempotency key; as Stripe forgets
// such keys after a day, one that may have been made before is looked for first.
func (g *Gateway) Refund(ctx context.Context, r billing.Repayment) (billing.Event, error) {
	ctx, cancel := call(ctx)
	defer cancel()
	if r.Refund != "" {
		made, err := g.client.V1Refunds.Retrieve(ctx, r.Refund, nil)
		if err != nil {
			return billing.Event{}, trouble("ask about a refund", err)
		}
		return refunded("", made), nil
	}
	if r.Again {
		before, err := g.refundBefore(ctx, r)
		if err != nil || before != nil {
			return refunded("", before), err
		}
	}
	minor, _, err := asStripe(r.Amount)
	if err != nil {
		return g.refundRefused(r, "amount"), nil // Stripe takes no such amount, however often it is asked
	}
	params := &stripe.RefundCreateParams{
		Amount: &minor, PaymentIntent: &r.Payment,
		Metadata: map[string]string{metaRefund: r.ID.String(), metaMerchant: g.Merchant()},
	}
	params.SetIdempotencyKey("refund-" + r.ID.String())
	made, err := g.client.V1Refunds.Create(ctx, params)
	if err != nil {
		if why, final := refusal(err); final {
			return g.refundRefused(r, why), nil
		}
		return billing.Event{}, trouble("refund", err)
	}
	return refunded("", made), nil
}

// refundBefore is the refund that was made already, by its metadata among those of the payment; nil: there is none.
func (g *Gateway) refundBefore(ctx context.Context, r billing.Repayment) (*stripe.Refund, error) {
	list := &stripe.RefundListParams{PaymentIntent: &r.Payment}
	list.Limit = new(int64(pageSize))
	for found, err := range g.client.V1Refunds.List(ctx, list).All(ctx) {
		if err != nil {
			return nil, trouble("look for a refund", err)
		}
		if found.Metadata[metaRefund] == r.ID.String() {
			return found, nil
		}
	}
	return nil, nil //nolint:nilnil // there is none, and that is no failure
}

// refusal says whether Stripe refused to make a refund for good, and its word for why. What may be mended at our end or
// at theirs, such as a key that is wrong, is asked for again.
func refusal(err error) (why string, final bool) {
	var said *stripe.Error
	if !errors.As(err, &said) || said.Type != stripe.ErrorTypeInvalidRequest && said.Type != stripe.ErrorTypeCard {
		return "", false
	}
	switch said.HTTPStatusCode {
	case http.StatusBadRequest, http.StatusPaymentRequired, http.StatusNotFound:
		return string(said.Code), true
	}
	return "", false
}

func (g *Gateway) refundRefused(r billing.Repayment, why string) billing.Event {
	return billing.Event{
		ID: "refund_" + r.ID.String(), Outcome: billing.OutcomeRefundFailed, Merchant: g.Merchant(), Refund: r.ID,
		Payment: r.Payment, Amount: r.Amount, Reason: why,
	}
}

// refunded says how a refund stands; nothing where it is none of ours. Without a name the event is called by the
// refund.
func refunded(name string, r *stripe.Refund) billing.Event {
	if r == nil {
		return billing.Event{}
	}
	ours, err := id.Parse[id.AdjustmentKind](r.Metadata[metaRefund])
	if err != nil {
		return billing.Event{}
	}
	if name == "" {
		name = "refund_" + r.ID + "_" + string(r.Status)
	}
	e := billing.Event{
		ID: name, Merchant: r.Metadata[metaMerchant], Refund: ours, Reference: r.ID,
		Amount: fromStripe(r.Amount, string(r.Currency)), Outcome: billing.OutcomeRefunding,
	}
	if r.PaymentIntent != nil {
		e.Payment = r.PaymentIntent.ID
	}
	switch r.Status { //nolint:exhaustive // the others mean that it is on its way
	case stripe.RefundStatusSucceeded:
		e.Outcome = billing.OutcomeRefunded
	case stripe.RefundStatusFailed, stripe.RefundStatusCanceled:
		e.Outcome, e.Reason = billing.OutcomeRefundFailed, string(r.FailureReason)
		if e.Reason == "" {
			e.Reason = string(r.Status)
		}
	}
	return e
}

// repaid is a notice about a refund. One that names none of ours was made in Stripe's own console, or by somebody else
// who uses the same account of Stripe.
func (g *Gateway) repaid(e *stripe.Event) (billing.Event, error) {
	var r stripe.Refund
	if err := readInto(e, &r); err != nil {
		return billing.Event{}, err
	}
	if _, ours := r.Metadata[metaRefund]; ours || r.PaymentIntent == nil {
		return refunded(e.ID, &r), nil
	}
	out := billing.Event{
		ID: e.ID, Outcome: billing.OutcomeReturned, Merchant: g.Merchant(), Reference: r.ID, Payment: r.PaymentIntent.ID,
		Movement: r.ID, Amount: fromStripe(r.Amount, string(r.Currency)),
	}
	if r.Status == stripe.RefundStatusFailed || r.Status == stripe.RefundStatusCanceled {
		out.Outcome, out.Reason = billing.OutcomeKept, string(r.FailureReason)
	}
	return out, nil
}

// Destination is what people know the card or the bank account by that a payment came from.
func (g *Gateway) Destination(ctx context.Context, payment string) (billing.Destination, error) {
	ctx, cancel := call(ctx)
	defer cancel()
	said, err := g.client.V1PaymentIntents.Retrieve(ctx, payment, &stripe.PaymentIntentRetrieveParams{
		Expand: []*string{new("latest_charge")},
	})
	if err != nil {
		return billing.Destination{}, trouble("ask where a payment came from", err)
	}
	if said.LatestCharge == nil || said.LatestCharge.PaymentMethodDetails == nil {
		return billing.Destination{}, nil
	}
	switch by := said.LatestCharge.PaymentMethodDetails; {
	case by.Card != nil:
		return billing.Destination{Kind: brand(string(by.Card.Brand)), Last4: by.Card.Last4}, nil
	case by.BACSDebit != nil:
		return billing.Destination{Kind: "bank account", Last4: by.BACSDebit.Last4}, nil
	}
	return billing.Destination{}, nil
}

// brand is a card's brand as people write it.
func brand(name string) string {
	switch name {
	case "amex":
		return "American Express"
	case "":
		return "card"
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

var _ billing.Refunder = (*Gateway)(nil)
