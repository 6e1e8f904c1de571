package stripe

import (
	"context"
	"time"

	"github.com/stripe/stripe-go/v85"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
)

const (
	// tellTime bounds how long all pages of a list take.
	tellTime = time.Minute
	pageSize = 100
)

// Tell lists the pages that were made since a time, and says what became of those that are over. A page of somebody
// else's under the same account is passed over.
func (g *Gateway) Tell(ctx context.Context, from time.Time, said func(billing.Event) error) error {
	ctx, cancel := context.WithTimeout(ctx, tellTime)
	defer cancel()
	list := &stripe.CheckoutSessionListParams{CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: from.Unix()}}
	list.Limit = new(int64(pageSize))
	for found, err := range g.client.V1CheckoutSessions.List(ctx, list).All(ctx) {
		if err != nil {
			return trouble("ask about payments", err)
		}
		if e := g.told(found); e.Outcome != "" {
			if err := said(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// told is what a page says of a checkout of ours; nothing where it is open, or another's.
func (g *Gateway) told(s *stripe.CheckoutSession) billing.Event {
	checkout, err := id.Parse[id.CheckoutKind](s.Metadata[metaCheckout])
	if err != nil || s.Mode != stripe.CheckoutSessionModePayment || s.ClientReferenceID != checkout.String() ||
		s.Livemode != g.cfg.Live {
		return billing.Event{}
	}
	e := billing.Event{
		ID: s.ID + "_" + string(s.Status), Merchant: s.Metadata[metaMerchant], Checkout: checkout,
	}
	switch {
	case s.PaymentStatus == stripe.CheckoutSessionPaymentStatusPaid && s.PaymentIntent != nil:
		e.Outcome, e.Reference = billing.OutcomePaid, s.PaymentIntent.ID
		e.Amount = fromStripe(s.AmountTotal, string(s.Currency))
	case s.Status == stripe.CheckoutSessionStatusExpired:
		e.Outcome = billing.OutcomeCancelled
	}
	return e
}

var _ billing.Teller = (*Gateway)(nil)
