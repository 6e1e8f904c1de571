package app

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/billing/stripe"
	"gatehouse/internal/platform/config"
)

// gateways are what takes payments. The sandbox's notices go through the same code as those of a real gateway.
func (a *App) gateways() ([]billing.Gateway, error) {
	switch a.Config.Gateway.Kind {
	case config.Stripe:
		return a.stripe()
	case config.Sandbox:
		return a.sandbox()
	}
	return nil, nil
}

func (a *App) stripe() ([]billing.Gateway, error) {
	g := a.Config.Gateway
	taker, err := stripe.New(stripe.Config{
		Key: g.SecretKey.Reveal(), Webhook: g.WebhookSecret.Reveal(), Account: g.Account, Live: g.Live,
		PublicURL: a.Config.PublicURL.String(), API: g.StandIn,
	})
	if err != nil {
		return nil, fmt.Errorf("the payment gateway: %w", err)
	}
	return []billing.Gateway{taker}, nil
}

func (a *App) sandbox() ([]billing.Gateway, error) {
	box, err := sandbox.New(sandbox.Config{
		Secret: []byte(a.Config.Gateway.WebhookSecret.Reveal()), Merchant: a.provider().Name,
		BaseURL: a.Config.PublicURL.String(), Deliver: a.sandboxNotice, Now: a.Reader.Now,
	})
	if err != nil {
		return nil, fmt.Errorf("the sandbox: %w", err)
	}
	a.Sandbox = box
	return []billing.Gateway{box}, nil
}

func (a *App) sandboxNotice(ctx context.Context, header http.Header, body []byte) error {
	who := actor.NewWebhook(sandbox.Name, netip.IPv6Loopback())
	return a.Billing.Receive(ctx, who, sandbox.Name, header, body) // billing says what it did
}

// billingRules are the law of the country whose VAT number the provider has, and the limit for one person.
func (a *App) billingRules() billing.Rules {
	return billing.Rules{Limit: int64(a.Config.SecondPersonAbove), Refuted: a.VATIDs.Refuted, Law: a.law}
}
