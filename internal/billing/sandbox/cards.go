package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
)

// CardPath is where the demo serves the page on which a card is given; the setup's id follows.
const CardPath = "/demo/card/"

// The cards of the sandbox that can be kept: what each does is a part of what the sandbox calls it, as it has no
// memory.
const (
	CardPays     = "pays"
	CardDeclines = "declines"
	CardAction   = "action"
)

// errNoCard says that the sandbox knows no such card.
var errNoCard = errors.New("sandbox: there is no such card")

// StartSetup returns the address of the page on which a card is given, which is one of the demo's own.
func (g *Gateway) StartSetup(_ context.Context, s billing.Setup) (string, error) {
	return g.cfg.BaseURL + CardPath + s.ID.String(), nil
}

// Keep is what somebody did on that page: it sends the notice that a card was saved, signed at now.
func (g *Gateway) Keep(ctx context.Context, s billing.Setup, card string, now time.Time) error {
	body, err := json.Marshal(notice{
		ID: "evt_saved_" + s.ID.String(), Outcome: billing.OutcomeSaved, Merchant: s.Merchant, Setup: s.ID,
		Reference: "set_" + card + "_" + s.ID.String(),
	})
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set(SignatureHeader, Sign(g.cfg.Secret, body, now))
	return g.cfg.Deliver(ctx, header, body)
}

// Card reads the card that a setup saved.
func (g *Gateway) Card(_ context.Context, setup id.CardSetup, reference string) (billing.Card, error) {
	kind, of, ok := strings.Cut(strings.TrimPrefix(reference, "set_"), "_")
	if !ok || of != setup.String() {
		return billing.Card{}, errNoCard
	}
	card := billing.Card{Customer: "cus_" + of, Method: "card_" + kind + "_" + of, Brand: "Visa", Month: 12, Year: 2034}
	switch kind {
	case CardPays:
		card.Last4 = "4242"
	case CardDeclines:
		card.Last4 = "0002"
	case CardAction:
		card.Last4, card.Month, card.Year = "3184", 1, 2027
	default:
		return billing.Card{}, errNoCard
	}
	return card, nil
}

// Charge does what the card's name says. Asking again for the same checkout is answered with the same.
func (g *Gateway) Charge(_ context.Context, c billing.Charge) (billing.Event, error) {
	kind, _, _ := strings.Cut(strings.TrimPrefix(c.Card.Method, "card_"), "_")
	e := billing.Event{
		ID: "evt_charge_" + c.Checkout.ID.String(), Outcome: billing.OutcomeDeclined, Merchant: c.Checkout.Merchant,
		Checkout: c.Checkout.ID, Amount: c.Checkout.Amount, NeedsAction: kind == CardAction,
	}
	if kind == CardPays {
		e.Outcome, e.Reference = billing.OutcomePaid, "pay_"+c.Checkout.ID.String()
	}
	return e, nil
}

// Forget has nothing to forget: the sandbox has no memory.
func (*Gateway) Forget(context.Context, billing.Card) error { return nil }

var _ billing.Keeper = (*Gateway)(nil)
