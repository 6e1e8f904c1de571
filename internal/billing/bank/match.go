package bank

import (
	"context"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// guess finds the invoice that a reference names; nil where it names none that is to be paid.
func (b *Bank) guess(ctx context.Context, reference string, amount money.Amount) (*Guess, error) {
	var found *Guess
	for _, n := range billing.NumbersIn(reference) {
		g, err := b.billing.ByNumber(ctx, n)
		if err != nil {
			return nil, err
		}
		if g.Number == "" || g.Left.IsZero() || g.Left.Currency() != amount.Currency() {
			continue
		}
		if found != nil && found.Invoice != g.ID {
			found.Sure = false
			continue
		}
		found = &Guess{
			Account: g.Account, Invoice: g.ID, Number: g.Number, Left: g.Left, Sure: !g.Alike && amount.Cmp(g.Left) <= 0,
		}
	}
	return found, nil
}

// Match records a transfer as the payment of an invoice. It says whether a second person has to approve that.
func (b *Bank) Match(
	ctx context.Context, who actor.Actor, transfer id.Transfer, number string,
) (waits bool, err error) {
	row, err := b.read(ctx, who, transfer)
	if err != nil {
		return false, err
	}
	of, err := b.invoice(ctx, number)
	if err != nil {
		return false, err
	}
	payer, err := b.open("payer", &row, row.Payer)
	if err != nil {
		return false, err
	}
	reference, err := b.open("reference", &row, row.Reference)
	if err != nil {
		return false, err
	}
	key := id.New[id.MoneyRequestKind]()
	err = b.gate.Change(ctx, who, verb.BillingRecordPayment, id.AccountScope(of.Account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			e, moved, err := b.billing.Within(tx, g, billing.Move{
				Kind: ledger.Payment, Key: key, Invoice: of.ID, Amount: money.New(row.AmountMinor, row.Currency),
				Method: billing.ByTransfer, Payer: short(payer), Detail: reference, Day: row.BookedOn.Time,
			})
			if err != nil {
				return gate.Entry{}, err
			}
			waits = moved.Waits
			state := matched
			if waits {
				state = asked
			}
			return e, b.claim(tx, transfer, map[string]any{"state": state, "payment_id": key})
		})
	return waits, err
}

// short is as much of a name as a payment keeps.
func short(name string) string {
	const longest = 120
	if r := []rune(name); len(r) > longest {
		return string(r[:longest])
	}
	return name
}

func (b *Bank) invoice(ctx context.Context, number string) (billing.Numbered, error) {
	for _, n := range billing.NumbersIn(number) {
		if of, err := b.billing.ByNumber(ctx, n); err != nil || of.Number != "" {
			return of, err
		}
	}
	return billing.Numbered{}, fault.InvalidField("number", "There is no invoice with this number.")
}

// open is free to be matched: it is nobody's, or its payment was declined by the second person.
const free = "(state = 'unmatched' OR state = 'asked' AND EXISTS (SELECT 1 FROM money_requests m " +
	"WHERE m.id = bank_transfers.payment_id AND m.state = 'declined'))"

// claim takes a transfer once.
func (b *Bank) claim(tx *db.Tx, transfer id.Transfer, set map[string]any) error {
	taken := db.Across(tx.DB, "what came into the bank belongs to no account yet").Model(&transferRow{}).
		Where("id = ? AND "+free, transfer).Updates(set)
	if taken.Error != nil {
		return fmt.Errorf("match a transfer: %w", taken.Error)
	}
	if taken.RowsAffected != 1 {
		return fault.Conflict("Somebody else has dealt with this transfer already.")
	}
	return nil
}

// SetAside takes a transfer out of the list that is no payment of any invoice.
func (b *Bank) SetAside(ctx context.Context, who actor.Actor, transfer id.Transfer, why string) error {
	why = clean(why)
	if why == "" {
		return fault.InvalidField("why", "Say what it is, for whoever looks for it later.")
	}
	return b.gate.Change(ctx, who, verb.BillingRecordPayment, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, found, err := db.One[transferRow](tx.Where("id = ?", transfer))
			if err != nil {
				return gate.Entry{}, fmt.Errorf("set a transfer aside: %w", err)
			}
			if !found {
				return gate.Entry{}, fault.NotFound("set a transfer aside")
			}
			reason, err := b.seal("why", transfer, why)
			if err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.TransferSetAside, activity.Details{Changes: []activity.Change{
				{Field: "amount", New: money.New(row.AmountMinor, row.Currency).String()}, {Field: "why", New: why},
			}}), b.claim(tx, transfer, map[string]any{"state": setAside, "payment_id": nil, "why": reason})
		})
}
