package stripe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/stripe/stripe-go/v85"

	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
)

const (
	// metaMandate marks what sets a mandate of Direct Debit up, instead of a card.
	metaMandate = "gatehouse_mandate"
	// metaDebit marks a collection by Direct Debit: its answer comes days later, by notice.
	metaDebit = "gatehouse_debit"
	bacs      = "bacs_debit"
)

// StartMandate makes the page on which a mandate of Bacs Direct Debit is given, at Stripe: in setup mode, as Bacs lets
// no mandate be taken elsewhere.
func (g *Gateway) StartMandate(ctx context.Context, s billing.Setup) (redirect string, err error) {
	meta := map[string]string{metaSetup: s.ID.String(), metaMerchant: g.Merchant(), metaMandate: "1"}
	params := &stripe.CheckoutSessionCreateParams{
		Mode:               new(string(stripe.CheckoutSessionModeSetup)),
		ClientReferenceID:  new(s.ID.String()),
		CustomerCreation:   new(string(stripe.CheckoutSessionCustomerCreationAlways)),
		SuccessURL:         new(g.back(s.Back, true)),
		CancelURL:          new(g.back(s.Back, false)),
		ExpiresAt:          new(s.Expires.Unix()),
		PaymentMethodTypes: []*string{new(bacs)},
		Metadata:           meta,
		SetupIntentData:    &stripe.CheckoutSessionCreateSetupIntentDataParams{Metadata: meta},
	}
	params.SetIdempotencyKey("mandate-" + s.ID.String())
	ctx, cancel := call(ctx)
	defer cancel()
	made, err := g.client.V1CheckoutSessions.Create(ctx, params)
	if err != nil {
		return "", trouble("begin to set a mandate up", err)
	}
	return page(made.URL)
}

// errOtherMandate says that what a notice names is not what was begun.
var errOtherMandate = errors.New("stripe: the mandate belongs to another setup, or cannot be used")

// Mandate reads what people know a mandate by: sort code, last digits and reference. The number of the bank account is
// not among what Stripe tells.
func (g *Gateway) Mandate(ctx context.Context, setup id.CardSetup, reference string) (billing.Mandate, error) {
	params := &stripe.SetupIntentRetrieveParams{Expand: []*string{new("payment_method"), new("mandate")}}
	ctx, cancel := call(ctx)
	defer cancel()
	said, err := g.client.V1SetupIntents.Retrieve(ctx, reference, params)
	if err != nil {
		return billing.Mandate{}, trouble("read a mandate", err)
	}
	m, held := said.PaymentMethod, said.Mandate
	if said.Metadata[metaSetup] != setup.String() || said.Status != stripe.SetupIntentStatusSucceeded || m == nil ||
		m.BACSDebit == nil || said.Customer == nil || held == nil || held.ID == "" {
		return billing.Mandate{}, errOtherMandate
	}
	out := billing.Mandate{
		Customer: said.Customer.ID, Method: m.ID, Name: held.ID, SortCode: m.BACSDebit.SortCode, Last4: m.BACSDebit.Last4,
		State: mandateState(held),
	}
	if d := held.PaymentMethodDetails; d != nil && d.BACSDebit != nil {
		out.Reference = d.BACSDebit.Reference
	}
	return out, nil
}

// MandateState asks how a mandate stands now.
func (g *Gateway) MandateState(ctx context.Context, reference string) (billing.MandateState, error) {
	ctx, cancel := call(ctx)
	defer cancel()
	held, err := g.client.V1Mandates.Retrieve(ctx, reference, nil)
	if err != nil {
		return "", trouble("read a mandate", err)
	}
	return mandateState(held), nil
}

// mandateState is what Stripe and the bank's network say together: either ends a mandate.
func mandateState(m *stripe.Mandate) billing.MandateState {
	state := m.Status
	if d := m.PaymentMethodDetails; d != nil && d.BACSDebit != nil {
		switch d.BACSDebit.NetworkStatus {
		case stripe.MandatePaymentMethodDetailsBACSDebitNetworkStatusRefused,
			stripe.MandatePaymentMethodDetailsBACSDebitNetworkStatusRevoked:
			state = stripe.MandateStatusInactive
		case stripe.MandatePaymentMethodDetailsBACSDebitNetworkStatusPending,
			stripe.MandatePaymentMethodDetailsBACSDebitNetworkStatusAccepted:
		}
	}
	switch state {
	case stripe.MandateStatusActive:
		return billing.MandateActive
	case stripe.MandateStatusInactive:
		return billing.MandateInactive
	case stripe.MandateStatusPending:
	}
	return billing.MandatePending
}

// Debit begins to collect, with nobody there. The checkout's id is the idempotency key; as Stripe forgets such keys
// after a day, an attempt that may have been made before is looked for first.
func (g *Gateway) Debit(ctx context.Context, d billing.Debit) (billing.Event, error) {
	ctx, cancel := call(ctx)
	defer cancel()
	if d.Again {
		before, err := g.before(ctx, billing.Charge{Checkout: d.Checkout, Card: billing.Card{Customer: d.Mandate.Customer}})
		if err != nil || before != nil {
			return debited(before), err
		}
	}
	minor, currency, err := asStripe(d.Checkout.Amount)
	if err != nil {
		return billing.Event{}, err
	}
	params := &stripe.PaymentIntentCreateParams{
		Amount: &minor, Currency: &currency, Customer: &d.Mandate.Customer, PaymentMethod: &d.Mandate.Method,
		Mandate: &d.Mandate.Name, PaymentMethodTypes: []*string{new(bacs)}, Confirm: new(true), OffSession: new(true),
		Description: new("Invoice " + d.Checkout.Number),
		Metadata: map[string]string{
			metaCheckout: d.Checkout.ID.String(), metaMerchant: g.Merchant(), metaDebit: "1",
		},
	}
	params.SetIdempotencyKey("debit-" + d.Checkout.ID.String())
	made, err := g.client.V1PaymentIntents.Create(ctx, params)
	if err == nil {
		return debited(made), nil
	}
	none := billing.Event{
		ID: "debit_" + d.Checkout.ID.String(), Outcome: billing.OutcomeDeclined, Merchant: g.Merchant(),
		Checkout: d.Checkout.ID, Debit: true,
	}
	var said *stripe.Error
	if errors.As(err, &said) && hopeless(said) {
		none.Reason = string(said.Code)
		return none, nil
	}
	err = trouble("collect by direct debit", err)
	if fault.KindOf(err) == fault.KindInvalid { // an amount that Stripe does not take: asking again is in vain
		return none, nil
	}
	return billing.Event{}, err
}

// hopeless says of a refusal that asking again with the same mandate would be in vain.
func hopeless(said *stripe.Error) bool {
	switch said.Code { //nolint:exhaustive // the others may pass, or are for the operator
	case stripe.ErrorCodePaymentMethodBankAccountBlocked, stripe.ErrorCodePaymentIntentMandateInvalid,
		stripe.ErrorCodeSetupIntentMandateInvalid:
		return true
	}
	return said.Type == stripe.ErrorTypeCard
}

// Told asks what became of a collection.
func (g *Gateway) Told(ctx context.Context, reference string) (billing.Event, error) {
	ctx, cancel := call(ctx)
	defer cancel()
	said, err := g.client.V1PaymentIntents.Retrieve(ctx, reference, nil)
	if err != nil {
		return billing.Event{}, trouble("ask about a direct debit", err)
	}
	if said.Livemode != g.cfg.Live {
		return billing.Event{}, errOtherMandate
	}
	return debited(said), nil
}

// debited says how a collection stands. What belongs to no collection of ours names no checkout.
func debited(p *stripe.PaymentIntent) billing.Event {
	if p == nil {
		return billing.Event{}
	}
	e := billing.Event{
		ID: "debit_" + p.ID + "_" + string(p.Status), Merchant: p.Metadata[metaMerchant], Reference: p.ID, Debit: true,
	}
	if checkout, err := id.Parse[id.CheckoutKind](p.Metadata[metaCheckout]); err == nil && p.Metadata[metaDebit] != "" {
		e.Checkout = checkout
	}
	switch p.Status { //nolint:exhaustive // the others mean that no money moves
	case stripe.PaymentIntentStatusProcessing:
		e.Outcome = billing.OutcomeProcessing
	case stripe.PaymentIntentStatusSucceeded:
		e.Outcome, e.Amount = billing.OutcomePaid, fromStripe(p.AmountReceived, string(p.Currency))
	default:
		e.Outcome = billing.OutcomeDeclined
	}
	if p.LastPaymentError != nil && e.Outcome == billing.OutcomeDeclined {
		e.Reason = string(p.LastPaymentError.DeclineCode)
		if e.Reason == "" {
			e.Reason = string(p.LastPaymentError.Code)
		}
	}
	return e
}

// debit is a notice about a collection. What it says is asked for again before anything follows.
func debit(e *stripe.Event, p *stripe.PaymentIntent, out billing.Event) billing.Event {
	out.Debit, out.Reference = true, p.ID
	switch e.Type { //nolint:exhaustive // read names the others
	case stripe.EventTypePaymentIntentSucceeded:
		out.Outcome, out.Amount = billing.OutcomePaid, fromStripe(p.AmountReceived, string(p.Currency))
	case stripe.EventTypePaymentIntentProcessing:
		out.Outcome = billing.OutcomeProcessing
	default:
		out.Outcome = billing.OutcomeDeclined
	}
	return out
}

// disputed is a payment that its payer claimed back at the bank. It names no checkout: whether it was a collection of
// ours is asked.
func (g *Gateway) disputed(e *stripe.Event) (billing.Event, error) {
	var d stripe.Dispute
	if err := readInto(e, &d); err != nil {
		return billing.Event{}, err
	}
	if d.PaymentIntent == nil || d.PaymentIntent.ID == "" {
		return billing.Event{}, nil
	}
	out := billing.Event{
		ID: e.ID, Outcome: billing.OutcomeReturned, Merchant: g.Merchant(), Reference: d.PaymentIntent.ID, Debit: true,
		Amount: fromStripe(d.Amount, string(d.Currency)), Reason: string(d.Reason),
		Payment: d.PaymentIntent.ID, Movement: d.ID,
	}
	if e.Type == stripe.EventTypeChargeDisputeClosed {
		out.Outcome = billing.OutcomeKept // it was won, or was a warning only
		if d.Status == stripe.DisputeStatusLost {
			out.Outcome = billing.OutcomeLost
		}
	}
	return out, nil
}

// mandated is a mandate whose state changed: which, is asked.
func (g *Gateway) mandated(e *stripe.Event) (billing.Event, error) {
	var m stripe.Mandate
	if err := readInto(e, &m); err != nil {
		return billing.Event{}, err
	}
	return billing.Event{
		ID: e.ID, Outcome: billing.OutcomeMandate, Merchant: g.Merchant(), Reference: m.ID, Debit: true,
	}, nil
}

func readInto(e *stripe.Event, out any) error {
	if err := json.Unmarshal(e.Data.Raw, out); err != nil {
		return fmt.Errorf("stripe: read a notice: %w", err)
	}
	return nil
}

var _ billing.Debiter = (*Gateway)(nil)
