package stripe

import (
	"context"
	"errors"

	"github.com/stripe/stripe-go/v85"

	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
)

// Metadata of cards on file, and of charges to them.
const (
	metaSetup = "gatehouse_setup"
	// metaCharge marks a charge with nobody there: it is answered at once, and its failure is no notice of ours.
	metaCharge = "gatehouse_charge"
)

// StartSetup makes the page on which a card is given, at Stripe. A customer is made there for each card: it holds
// nothing of ours but the setup's id.
func (g *Gateway) StartSetup(ctx context.Context, s billing.Setup) (redirect string, err error) {
	meta := map[string]string{metaSetup: s.ID.String(), metaMerchant: g.Merchant()}
	params := &stripe.CheckoutSessionCreateParams{
		Mode:               new(string(stripe.CheckoutSessionModeSetup)),
		ClientReferenceID:  new(s.ID.String()),
		CustomerCreation:   new(string(stripe.CheckoutSessionCustomerCreationAlways)),
		SuccessURL:         new(g.back(s.Back, true)),
		CancelURL:          new(g.back(s.Back, false)),
		ExpiresAt:          new(s.Expires.Unix()),
		PaymentMethodTypes: []*string{new("card")},
		Metadata:           meta,
		SetupIntentData:    &stripe.CheckoutSessionCreateSetupIntentDataParams{Metadata: meta},
	}
	params.SetIdempotencyKey("setup-" + s.ID.String())
	ctx, cancel := call(ctx)
	defer cancel()
	made, err := g.client.V1CheckoutSessions.Create(ctx, params)
	if err != nil {
		return "", trouble("begin to add a card", err)
	}
	return page(made.URL)
}

// errOtherCard says that what a notice names is not what was begun.
var errOtherCard = errors.New("stripe: the card belongs to another setup, or cannot be used")

// Card reads what people know a card by. Nothing else of it is looked at.
func (g *Gateway) Card(ctx context.Context, setup id.CardSetup, reference string) (billing.Card, error) {
	params := &stripe.SetupIntentRetrieveParams{Expand: []*string{new("payment_method")}}
	ctx, cancel := call(ctx)
	defer cancel()
	said, err := g.client.V1SetupIntents.Retrieve(ctx, reference, params)
	if err != nil {
		return billing.Card{}, trouble("read a card", err)
	}
	m := said.PaymentMethod
	if said.Metadata[metaSetup] != setup.String() || said.Status != stripe.SetupIntentStatusSucceeded || m == nil ||
		m.Card == nil || said.Customer == nil {
		return billing.Card{}, errOtherCard
	}
	return billing.Card{
		Customer: said.Customer.ID, Method: m.ID, Brand: string(m.Card.Brand), Last4: m.Card.Last4,
		Month: int(m.Card.ExpMonth), Year: int(m.Card.ExpYear),
	}, nil
}

// Charge takes the money from a card with nobody there. The checkout's id is the idempotency key; as Stripe forgets
// such keys after a day, an attempt that may have been made before is looked for first.
func (g *Gateway) Charge(ctx context.Context, c billing.Charge) (billing.Event, error) {
	ctx, cancel := call(ctx)
	defer cancel()
	if c.Again {
		before, err := g.before(ctx, c)
		if err != nil || before != nil {
			return outcome(c, before), err
		}
	}
	minor, currency, err := asStripe(c.Checkout.Amount)
	if err != nil {
		return billing.Event{}, err
	}
	params := &stripe.PaymentIntentCreateParams{
		Amount: &minor, Currency: &currency, Customer: &c.Card.Customer, PaymentMethod: &c.Card.Method,
		PaymentMethodTypes: []*string{new("card")}, Confirm: new(true), OffSession: new(true),
		Description: new(c.Checkout.About()),
		Metadata: map[string]string{
			metaCheckout: c.Checkout.ID.String(), metaMerchant: g.Merchant(), metaCharge: "1",
		},
	}
	params.SetIdempotencyKey("charge-" + c.Checkout.ID.String())
	made, err := g.client.V1PaymentIntents.Create(ctx, params)
	var said *stripe.Error
	if errors.As(err, &said) && said.Type == stripe.ErrorTypeCard && said.PaymentIntent != nil {
		return refused(c, said), nil
	}
	if err != nil {
		err = trouble("charge a card", err)
		if fault.KindOf(err) == fault.KindInvalid { // an amount that Stripe does not take: asking again is in vain
			return billing.Event{
				ID: "charge_" + c.Checkout.ID.String(), Outcome: billing.OutcomeDeclined, Merchant: g.Merchant(),
				Checkout: c.Checkout.ID,
			}, nil
		}
		return billing.Event{}, err
	}
	return outcome(c, made), nil
}

// before is the attempt that was made already, by its metadata among those of the card's customer; nil: there is none.
func (g *Gateway) before(ctx context.Context, c billing.Charge) (*stripe.PaymentIntent, error) {
	list := &stripe.PaymentIntentListParams{Customer: &c.Card.Customer}
	list.Limit = new(int64(100))
	for found, err := range g.client.V1PaymentIntents.List(ctx, list).All(ctx) {
		if err != nil {
			return nil, trouble("look for a charge", err)
		}
		if found.Metadata[metaCheckout] == c.Checkout.ID.String() {
			return found, nil
		}
	}
	return nil, nil //nolint:nilnil // there is none, and that is no failure
}

// outcome says what became of an attempt.
func outcome(c billing.Charge, p *stripe.PaymentIntent) billing.Event {
	if p == nil {
		return billing.Event{}
	}
	e := billing.Event{
		ID: "charge_" + p.ID + "_" + string(p.Status), Outcome: billing.OutcomeDeclined, Merchant: p.Metadata[metaMerchant],
		Checkout: c.Checkout.ID, Reference: p.ID,
	}
	switch p.Status { //nolint:exhaustive // the others mean that no money moves
	case stripe.PaymentIntentStatusSucceeded:
		e.Outcome, e.Amount = billing.OutcomePaid, fromStripe(p.AmountReceived, string(p.Currency))
	case stripe.PaymentIntentStatusRequiresAction:
		e.NeedsAction = true
	}
	if p.LastPaymentError != nil && p.LastPaymentError.Code == stripe.ErrorCodeAuthenticationRequired {
		e.NeedsAction = true
	}
	return e
}

func refused(c billing.Charge, said *stripe.Error) billing.Event {
	e := outcome(c, said.PaymentIntent)
	e.Outcome = billing.OutcomeDeclined
	e.NeedsAction = e.NeedsAction || said.Code == stripe.ErrorCodeAuthenticationRequired
	return e
}

// Forget detaches a card from its customer at Stripe: it can not be charged any more. One that is gone is forgotten.
func (g *Gateway) Forget(ctx context.Context, c billing.Card) error {
	params := &stripe.PaymentMethodDetachParams{}
	params.SetIdempotencyKey("forget-" + c.Method)
	ctx, cancel := call(ctx)
	defer cancel()
	_, err := g.client.V1PaymentMethods.Detach(ctx, c.Method, params)
	var said *stripe.Error
	if errors.As(err, &said) && said.Code == stripe.ErrorCodeResourceMissing {
		return nil
	}
	if err != nil {
		return trouble("forget a card", err)
	}
	return nil
}

var _ billing.Keeper = (*Gateway)(nil)
