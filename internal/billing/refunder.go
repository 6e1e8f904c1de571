package billing

import (
	"context"
	"strings"

	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

// Refunder is a gateway that sends money back to where a payment came from.
type Refunder interface {
	Gateway
	// Refund sends money back. Asking again for the same refund sends nothing twice. What the gateway said is an event, a
	// refusal for good too; an error says that it is not known what became of it.
	Refund(ctx context.Context, r Repayment) (Event, error)
	// Destination is what people know the card or the bank account by that a payment came from.
	Destination(ctx context.Context, payment string) (Destination, error)
}

// Repayment is money that goes back to where a payment came from.
type Repayment struct {
	ID      id.Adjustment // our key
	Payment string        // the gateway's reference of the payment
	Refund  string        // the gateway's reference of the refund, where it is known: it is asked about then
	Amount  money.Amount
	Again   bool // it may have been asked for before
}

// Destination is where money goes back to: never the number of a card or a bank account.
type Destination struct {
	Kind  string // "Visa", "Bank account"; empty where the gateway does not say
	Last4 string
}

// TheWayItWasPaid is where money goes back to, where nothing more is known of it.
const TheWayItWasPaid = "the way it was paid"

// String is the destination as people read it after "to".
func (d Destination) String() string {
	if d.Kind == "" || d.Last4 == "" {
		return TheWayItWasPaid
	}
	return d.Kind + " ending " + d.Last4
}

// refunderOf is the gateway with that name, if it sends money back.
func (b *Billing) refunderOf(name string) (Refunder, bool) {
	g, ok := b.gateway(name)
	if !ok || name == "" {
		return nil, false
	}
	r, ok := g.(Refunder)
	return r, ok
}

// wholePayment is the gateway's own reference of a payment, of which ours may be a share.
func wholePayment(reference string) string {
	whole, _, _ := strings.Cut(reference, "/")
	return whole
}
