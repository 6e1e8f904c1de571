package stripe

import (
	"context"
	"errors"
	"net/url"

	"github.com/stripe/stripe-go/v85"

	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
)

// Metadata of what we begin, by which its notices find back.
const (
	metaCheckout = "gatehouse_checkout"
	metaMerchant = "gatehouse_merchant"
)

// Start makes the checkout's page at Stripe. Asking again for the same checkout, however often and from wherever, is
// answered with the same page: the checkout's id is the idempotency key.
func (g *Gateway) Start(ctx context.Context, c billing.Checkout) (redirect string, err error) {
	items, err := lineItems(c)
	if err != nil {
		return "", fault.InvalidField("amount", "The payment provider takes no such amount.")
	}
	meta := map[string]string{metaCheckout: c.ID.String(), metaMerchant: g.Merchant()}
	name := c.About()
	params := &stripe.CheckoutSessionCreateParams{
		Mode:               new(string(stripe.CheckoutSessionModePayment)),
		ClientReferenceID:  new(c.ID.String()),
		SuccessURL:         new(g.back(c.Back, true)),
		CancelURL:          new(g.back(c.Back, false)),
		ExpiresAt:          new(c.Expires.Unix()),
		PaymentMethodTypes: []*string{new("card")},
		Metadata:           meta,
		AdaptivePricing:    &stripe.CheckoutSessionCreateAdaptivePricingParams{Enabled: new(false)},
		LineItems:          items,
		PaymentIntentData:  &stripe.CheckoutSessionCreatePaymentIntentDataParams{Description: &name, Metadata: meta},
	}
	params.SetIdempotencyKey("checkout-" + c.ID.String())
	ctx, cancel := call(ctx)
	defer cancel()
	made, err := g.client.V1CheckoutSessions.Create(ctx, params)
	if err != nil {
		return "", trouble("begin a payment", err)
	}
	return page(made.URL)
}

// lineItems is what Stripe's page lists: each invoice with its share.
func lineItems(c billing.Checkout) ([]*stripe.CheckoutSessionCreateLineItemParams, error) {
	shares := c.Shares
	if len(shares) == 0 {
		shares = []billing.Share{{Invoice: c.Invoice, Number: c.Number, Amount: c.Amount}}
	}
	list := make([]*stripe.CheckoutSessionCreateLineItemParams, 0, len(shares))
	for _, s := range shares {
		minor, currency, err := asStripe(s.Amount)
		if err != nil {
			return nil, err
		}
		name := "Invoice " + s.Number
		list = append(list, &stripe.CheckoutSessionCreateLineItemParams{
			Quantity: new(int64(1)),
			PriceData: &stripe.CheckoutSessionCreateLineItemPriceDataParams{
				Currency: &currency, UnitAmount: &minor,
				ProductData: &stripe.CheckoutSessionCreateLineItemPriceDataProductDataParams{Name: &name},
			},
		})
	}
	return list, nil
}

// back is where Stripe leads back to: a page of ours, with a word that money is on its way where it took some.
func (g *Gateway) back(path string, paid bool) string {
	if paid {
		path += "?" + url.Values{billing.PaidQuery: {"1"}}.Encode()
	}
	return g.cfg.PublicURL + path
}

// page takes an address of Stripe's Checkout and no other: people are led there.
func page(address string) (string, error) {
	at, err := url.Parse(address)
	if err != nil || at.Scheme+"://"+at.Host != CheckoutOrigin {
		return "", ErrElsewhere
	}
	return address, nil
}

// ErrElsewhere says that a page of a payment would be led to that is not on Stripe’s Checkout.
var ErrElsewhere = errors.New("stripe: the page of a payment would be elsewhere")
