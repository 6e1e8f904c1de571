package sandbox

import (
	"context"
	"strings"

	"gatehouse/internal/billing"
)

// Refund sends money back at once: the sandbox has no bank that could take its time.
func (g *Gateway) Refund(_ context.Context, r billing.Repayment) (billing.Event, error) {
	return billing.Event{
		ID: "evt_refund_" + r.ID.String(), Outcome: billing.OutcomeRefunded, Merchant: g.cfg.Merchant, Refund: r.ID,
		Reference: "re_" + r.ID.String(), Payment: r.Payment, Amount: r.Amount,
	}, nil
}

// Destination is the sandbox's card that pays, or the bank account of a Direct Debit.
func (*Gateway) Destination(_ context.Context, payment string) (billing.Destination, error) {
	if strings.HasPrefix(payment, "pay_") {
		return billing.Destination{Kind: "Visa", Last4: "4242"}, nil
	}
	return billing.Destination{}, nil
}

var _ billing.Refunder = (*Gateway)(nil)
