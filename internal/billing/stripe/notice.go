package stripe

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
)

// oldest is how old a notice may be, and how far ahead its clock (P3).
const oldest = 300 * time.Second

// Verify checks the signature over the raw body, in constant time, and its age by our clock, before anything in it is
// read; then that it is of our mode and in our version of the API. Notices about what we did not begin concern us not.
func (g *Gateway) Verify(h http.Header, body []byte, now time.Time) (billing.Event, error) {
	signed, ok := signature(h)
	if !ok {
		return billing.Event{}, &billing.NoticeError{Why: "The signature is not right."}
	}
	event, err := webhook.ConstructEventIgnoringTolerance(body, signed, g.cfg.Webhook)
	switch {
	case errors.Is(err, webhook.ErrInvalidHeader), errors.Is(err, webhook.ErrNoValidSignature),
		errors.Is(err, webhook.ErrNotSigned):
		return billing.Event{}, &billing.NoticeError{Why: "The signature is not right."}
	case err != nil:
		return billing.Event{}, &billing.NoticeError{Why: "The notice is of another version of Stripe’s API, or is broken."}
	case !fresh(signed, now):
		return billing.Event{}, &billing.NoticeError{Why: "The notice is too old, or from the future."}
	case event.Livemode != g.cfg.Live:
		return billing.Event{}, &billing.NoticeError{Why: "The notice is of the other mode: test, or real money."}
	case event.APIVersion != Version:
		return billing.Event{}, &billing.NoticeError{Why: "The notice is of another version of Stripe’s API."}
	}
	out, err := g.read(&event)
	if err != nil {
		return billing.Event{}, &billing.NoticeError{Why: "The notice cannot be read."}
	}
	if event.Account != "" { // of an account that is connected to ours
		out.Merchant = event.Account
	}
	return out, nil
}

// fresh says whether the one time that was signed is not too far from now.
func fresh(signed string, now time.Time) bool {
	stamps := 0
	ok := true
	for part := range strings.SplitSeq(signed, ",") {
		text, is := strings.CutPrefix(part, "t=")
		if !is {
			continue
		}
		stamps++
		seconds, err := strconv.ParseInt(text, 10, 64)
		age := now.Sub(time.Unix(seconds, 0))
		ok = ok && err == nil && age <= oldest && age >= -oldest
	}
	return ok && stamps == 1
}

// read says what an event means for a checkout of ours.
func (g *Gateway) read(e *stripe.Event) (billing.Event, error) {
	if e.Data == nil {
		return billing.Event{}, nil
	}
	switch e.Type { //nolint:exhaustive // the others do not concern us
	case stripe.EventTypeCheckoutSessionCompleted, stripe.EventTypeCheckoutSessionAsyncPaymentSucceeded,
		stripe.EventTypeCheckoutSessionAsyncPaymentFailed, stripe.EventTypeCheckoutSessionExpired:
		return session(e)
	case stripe.EventTypePaymentIntentPaymentFailed, stripe.EventTypePaymentIntentSucceeded,
		stripe.EventTypePaymentIntentProcessing, stripe.EventTypePaymentIntentCanceled:
		return intent(e)
	case stripe.EventTypeChargeDisputeCreated, stripe.EventTypeChargeDisputeFundsWithdrawn,
		stripe.EventTypeChargeDisputeClosed:
		return g.disputed(e)
	case stripe.EventTypeMandateUpdated:
		return g.mandated(e)
	case stripe.EventTypeRefundCreated, stripe.EventTypeRefundUpdated, stripe.EventTypeRefundFailed,
		stripe.EventTypeChargeRefundUpdated:
		return g.repaid(e)
	}
	return billing.Event{}, nil
}

func session(e *stripe.Event) (billing.Event, error) {
	var s stripe.CheckoutSession
	if err := json.Unmarshal(e.Data.Raw, &s); err != nil {
		return billing.Event{}, fmt.Errorf("stripe: read a notice: %w", err)
	}
	if s.Mode == stripe.CheckoutSessionModeSetup {
		return saved(e, &s)
	}
	out, ours, err := about(e, s.Metadata)
	if err != nil || !ours {
		return billing.Event{}, err
	}
	if s.ClientReferenceID != out.Checkout.String() {
		return billing.Event{}, errors.New("stripe: a session names two checkouts")
	}
	switch e.Type { //nolint:exhaustive // read names the others
	case stripe.EventTypeCheckoutSessionExpired:
		out.Outcome = billing.OutcomeCancelled
	case stripe.EventTypeCheckoutSessionAsyncPaymentFailed:
		out.Outcome = billing.OutcomeDeclined
	default:
		if s.PaymentStatus != stripe.CheckoutSessionPaymentStatusPaid || s.PaymentIntent == nil {
			return billing.Event{}, nil // the money is still on its way
		}
		out.Outcome, out.Reference = billing.OutcomePaid, s.PaymentIntent.ID
		out.Amount = fromStripe(s.AmountTotal, string(s.Currency))
	}
	return out, nil
}

// saved is a card that was given for later. A page that was left concerns nobody.
func saved(e *stripe.Event, s *stripe.CheckoutSession) (billing.Event, error) {
	text, ours := s.Metadata[metaSetup]
	if !ours || e.Type != stripe.EventTypeCheckoutSessionCompleted || s.SetupIntent == nil {
		return billing.Event{}, nil
	}
	setup, err := id.Parse[id.CardSetupKind](text)
	if err != nil || s.ClientReferenceID != setup.String() {
		return billing.Event{}, errors.New("stripe: a session names two cards")
	}
	return billing.Event{
		ID: e.ID, Outcome: billing.OutcomeSaved, Merchant: s.Metadata[metaMerchant], Setup: setup,
		Reference: s.SetupIntent.ID, Debit: s.Metadata[metaMandate] != "",
	}, nil
}

// intent is a card that was declined on the checkout's page, where another may still be tried; or one on file that
// paid, of which the charge itself was told already unless the answer was lost.
func intent(e *stripe.Event) (billing.Event, error) {
	var p stripe.PaymentIntent
	if err := json.Unmarshal(e.Data.Raw, &p); err != nil {
		return billing.Event{}, fmt.Errorf("stripe: read a notice: %w", err)
	}
	out, ours, err := about(e, p.Metadata)
	if err != nil || !ours {
		return billing.Event{}, err
	}
	if _, is := p.Metadata[metaDebit]; is {
		return debit(e, &p, out), nil
	}
	_, onFile := p.Metadata[metaCharge]
	switch {
	case onFile && e.Type == stripe.EventTypePaymentIntentSucceeded:
		out.Outcome, out.Reference = billing.OutcomePaid, p.ID
		out.Amount = fromStripe(p.AmountReceived, string(p.Currency))
	case !onFile && e.Type == stripe.EventTypePaymentIntentPaymentFailed:
		out.Outcome = billing.OutcomeDeclined
	default:
		return billing.Event{}, nil // the page's own notice says it, or the answer to the charge
	}
	return out, nil
}

// about begins an event from the metadata that we gave; false where we gave none.
func about(e *stripe.Event, meta map[string]string) (billing.Event, bool, error) {
	text, ours := meta[metaCheckout]
	if !ours {
		return billing.Event{}, false, nil
	}
	checkout, err := id.Parse[id.CheckoutKind](text)
	if err != nil {
		return billing.Event{}, false, fmt.Errorf("stripe: read a notice: %w", err)
	}
	return billing.Event{ID: e.ID, Merchant: meta[metaMerchant], Checkout: checkout}, true, nil
}
