package paylinks

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

// errDone ends a change that found its work done already: nothing more is written, and that is no failure.
var errDone = errors.New("paylinks: done already")

func done(err error) error {
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

// Bearer is how the log calls whoever comes with a link: it knows no more of them.
const Bearer = "Somebody with the payment link"

// bearer is the actor of a link: it may pay what the link is for, and is nobody, whoever is signed in.
func bearer(visitor actor.Actor) actor.Actor {
	who := actor.NewWebhook(Bearer, visitor.Address)
	who.RequestID, who.Device, who.Place = visitor.RequestID, visitor.Device, visitor.Place
	return who
}

// Open shows the invoice of a link to whoever has it. A link that never was, has ended or was ended is not found.
func (l *Links) Open(ctx context.Context, visitor actor.Actor, token string) (billing.Invoice, error) {
	r, err := l.find(ctx, visitor, token)
	if err != nil {
		return billing.Invoice{}, err
	}
	who := bearer(visitor)
	in, err := l.billing.PayersInvoice(ctx, who, r.AccountID, r.InvoiceID)
	if err != nil {
		return billing.Invoice{}, err
	}
	err = l.gate.Tally(ctx, who, id.AccountScope(r.AccountID), activity.PayLinkOpened, activity.Details{
		Target: target(in.ID, in.Number), Outcome: activity.Success,
	})
	if err != nil {
		return billing.Invoice{}, fmt.Errorf("open a payment link: %w", err)
	}
	return in, nil
}

// Order is what whoever has a link wants to pay, as the page showed it.
type Order struct {
	Key   id.Checkout // as of a [billing.Order]
	Says  money.Amount
	Mark  string // see [Links.Mark]
	Twice bool   // as of a [billing.Order]
}

// Mark vouches for what the page of a link shows: see [billing.Billing.Mark].
func (l *Links) Mark(key id.Checkout, in billing.Invoice) string {
	return l.billing.Mark(billing.Together{Key: key, Invoices: []id.Invoice{in.ID}, Amount: in.Left})
}

// Pay begins to pay all that is left of the link's invoice, and returns the address of the gateway's page. What the
// page said is left is compared, never believed (P2). Whether the link works is decided in the same change.
func (l *Links) Pay(
	ctx context.Context, visitor actor.Actor, token string, o Order,
) (redirect string, err error) {
	r, err := l.find(ctx, visitor, token)
	if err != nil {
		return "", err
	}
	who := bearer(visitor)
	shown := billing.Together{Key: o.Key, Invoices: []id.Invoice{r.InvoiceID}, Amount: o.Says, Mark: o.Mark}
	if err := l.billing.Unaltered(ctx, who, r.AccountID, shown); err != nil {
		return "", err
	}
	in, err := l.billing.PayersInvoice(ctx, who, r.AccountID, r.InvoiceID)
	if err != nil {
		return "", err
	}
	if in.Left != o.Says && !in.Left.IsZero() {
		return "", fault.InvalidField("amount", "What is left to pay has changed to "+in.Left.String()+".")
	}
	return l.billing.Pay(ctx, who, r.AccountID, r.InvoiceID, billing.Order{
		Key: o.Key, Amount: o.Says, Back: Path + token, Twice: o.Twice, Check: func(tx *db.Tx, g gate.Grant) error {
			return stillWorks(tx, g, r.ID)
		},
	})
}

// stillWorks decides by the row as it is now, and by the database's time.
func stillWorks(tx *db.Tx, g gate.Grant, link id.PayLink) error {
	now, err := tx.Now()
	if err != nil {
		return fmt.Errorf("payment link: %w", err)
	}
	r, found, err := db.One[row](g.On(tx.DB).Where("id = ?", link))
	if err != nil {
		return fmt.Errorf("payment link: %w", err)
	}
	if !found || !r.works(now) {
		return fault.NotFound("payment link")
	}
	return nil
}

// find finds the link of a token. Strangers can try as often as they like: what does not work is counted.
func (l *Links) find(ctx context.Context, visitor actor.Actor, token string) (row, error) {
	hash, ok := tokens.Hash(token)
	if !ok {
		return row{}, l.refuse(ctx, visitor, id.ProviderScope(), activity.Target{})
	}
	q := db.Across(l.reader.With(ctx), "whoever holds the token is at the door")
	r, found, err := db.One[row](q.Where("token_hash = ?", hash))
	if err != nil {
		return row{}, fmt.Errorf("payment link: %w", err)
	}
	if !found {
		return row{}, l.refuse(ctx, visitor, id.ProviderScope(), activity.Target{})
	}
	now, err := l.reader.Now(ctx)
	if err != nil {
		return row{}, fmt.Errorf("payment link: %w", err)
	}
	if !r.works(now) {
		return row{}, l.refuse(ctx, visitor, id.AccountScope(r.AccountID), target(r.InvoiceID, ""))
	}
	return r, nil
}

func (l *Links) refuse(ctx context.Context, visitor actor.Actor, scope id.Scope, about activity.Target) error {
	who := bearer(visitor)
	who.Name = "Somebody"
	err := l.gate.Tally(ctx, who, scope, activity.PayLinkRefused, activity.Details{
		Target: about, Outcome: activity.RefusedResult, Reason: "The link has ended, or never was.",
	})
	return errors.Join(fault.NotFound("payment link"), err)
}
