package billing

import (
	"context"
	"net/http"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

// Gateway takes money on a page of its own and tells us of it by a signed notice. Card data never reaches us (P1).
type Gateway interface {
	// Name is how rows, addresses and the log call it: "sandbox".
	Name() string
	// Merchant is the provider's own account there: what is paid to another one is not ours.
	Merchant() string
	// Start returns the address of the page on which the checkout is paid. It may be called again for the same checkout.
	Start(ctx context.Context, c Checkout) (redirect string, err error)
	// Verify returns the event of a notice if its signature is right for the raw body and not too old at now (P3).
	Verify(header http.Header, body []byte, now time.Time) (Event, error)
}

// Teller is a gateway that can be asked what became of checkouts: its notices may be lost.
type Teller interface {
	Gateway
	// Tell says what became of the checkouts that were begun since a time, those that are still open left out.
	Tell(ctx context.Context, from time.Time, said func(Event) error) error
}

// Tellers are the gateways that can be asked.
func (b *Billing) Tellers() (list []Teller) {
	for _, g := range b.gateways {
		if t, ok := g.(Teller); ok {
			list = append(list, t)
		}
	}
	return list
}

// NoticeError is why a notice was refused before it was known what it is about. The log says it.
type NoticeError struct{ Why string }

// Error is the text for logs.
func (e *NoticeError) Error() string { return "billing: a notice was refused: " + e.Why }

// PaidQuery is the query with which a gateway leads back to a page of ours after it took a payment: its notice may
// still be on its way.
const PaidQuery = "paid"

// Outcome is what a gateway says became of a checkout.
type Outcome string

// The outcomes. The empty one is an event that does not concern us.
const (
	OutcomePaid      Outcome = "paid"
	OutcomeDeclined  Outcome = "declined"
	OutcomeCancelled Outcome = "cancelled"
	OutcomeSaved     Outcome = "saved" // a card or a mandate was given, for later

	OutcomeProcessing Outcome = "processing" // a Direct Debit is under way
	OutcomeReturned   Outcome = "returned"   // money that had come was paid back by the bank
	OutcomeKept       Outcome = "kept"       // money that had left unasked stayed after all, or came back
	OutcomeLost       Outcome = "lost"       // a claim of the payer's bank was decided for the payer
	OutcomeMandate    Outcome = "mandate"    // the state of a mandate changed

	OutcomeRefunding    Outcome = "refunding"     // money is on its way back
	OutcomeRefunded     Outcome = "refunded"      // it went back
	OutcomeRefundFailed Outcome = "refund-failed" // it did not, or came again
)

// Event is a notice whose signature was right. All that it says is still compared with what we know (P4).
type Event struct {
	ID        string // unique at the gateway
	Outcome   Outcome
	Merchant  string
	Checkout  id.Checkout
	Reference string // of the payment at the gateway where it was paid, of what saved the card where one was saved
	Amount    money.Amount
	Setup     id.CardSetup  // where a card was saved
	Refund    id.Adjustment // where it is about money that goes back; Reference is then that of the refund
	Payment   string        // of which it is a refund, or that is claimed back: its reference
	Movement  string        // where money left that was not asked for here: what the gateway calls that
	// NeedsAction says of a card that was charged with nobody there that its bank wants its owner to confirm.
	NeedsAction bool
	Debit       bool   // it is about Direct Debit
	Reason      string // of a Direct Debit that failed, or went back: the bank's word for it
}

// TakesPayments says whether invoices can be paid online.
func (b *Billing) TakesPayments() bool { return len(b.gateways) > 0 }

// gateway finds a gateway by name; the empty name is the first one.
func (b *Billing) gateway(name string) (Gateway, bool) {
	for _, g := range b.gateways {
		if name == "" || g.Name() == name {
			return g, true
		}
	}
	return nil, false
}

const longestReference = 120

// readable says whether the identifiers of the event are such as gateways give: short, printable and without spaces.
func (e Event) readable() bool {
	for _, text := range []string{e.ID, e.Reference, e.Reason, e.Payment, e.Movement} {
		if len(text) > longestReference {
			return false
		}
		for _, r := range text {
			if r <= ' ' || r > '~' {
				return false
			}
		}
	}
	switch e.Outcome { //nolint:exhaustive // the others are about a checkout
	case OutcomeRefunding, OutcomeRefunded, OutcomeRefundFailed:
		return e.ID != "" && !e.Refund.IsZero() && e.Reference != ""
	case OutcomeMandate, OutcomeReturned, OutcomeKept, OutcomeLost:
		return e.ID != "" && e.Reference != ""
	case OutcomeSaved:
		return e.ID != "" && !e.Setup.IsZero() && e.Reference != ""
	}
	return e.ID != "" && !e.Checkout.IsZero() && (e.Outcome != OutcomePaid || e.Reference != "")
}
