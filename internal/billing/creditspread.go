package billing

import (
	"context"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// CreditTogether pays several invoices with the account's credit, the one that is due first before the others, as far
// as it goes. The order's Amount is what whoever pays saw that all of them come to. Doing it again with the same key
// does nothing, and says that nothing was used.
func (b *Billing) CreditTogether(
	ctx context.Context, who actor.Actor, account id.Account, o Together,
) (used money.Amount, err error) {
	if err := o.sound(); err != nil {
		return used, err
	}
	if err := b.Unaltered(ctx, who, account, o); err != nil {
		return used, err
	}
	err = b.gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			used = money.New(0, o.Amount.Currency())
			_, found, err := db.One[adjustmentRow](g.On(tx.DB).Where("id = ?", recastKey(o.Key)))
			if err != nil || found {
				return gate.Entry{}, orDone(err)
			}
			rows, err := o.rows(tx, g)
			if err != nil {
				return gate.Entry{}, err
			}
			credit, err := b.creditOf(tx.DB, g, o.Amount.Currency())
			if err != nil {
				return gate.Entry{}, err
			}
			if credit.Minor() <= 0 {
				return gate.Entry{}, fault.Conflict("There is no credit left to use.")
			}
			e, spent, err := b.spread(tx, g, rows, recastKey(o.Key), credit.Minor())
			used = money.New(spent, o.Amount.Currency())
			return e, err
		})
	if err = done(err); err != nil {
		return money.Amount{}, fmt.Errorf("use credit: %w", err)
	}
	b.outbox.Wake()
	return used, nil
}

// spread spends credit on invoices in their order. The first use has the key.
func (b *Billing) spread(
	tx *db.Tx, g gate.Grant, rows []invoiceRow, key id.Adjustment, credit int64,
) (e gate.Entry, spent int64, err error) {
	for i := range rows {
		row := &rows[i]
		most := min(row.left(), credit-spent)
		if most <= 0 {
			break
		}
		one, used, err := b.spend(tx, g, row, key, row.money(most))
		if err != nil {
			return e, spent, err
		}
		e, spent, key = e.And(one), spent+used.Minor(), id.New[id.AdjustmentKind]()
	}
	return e, spent, nil
}

// recastKey is an order's key as the id of the use of credit that it makes.
func recastKey(key id.Checkout) id.Adjustment {
	same, _ := id.FromBytes[id.AdjustmentKind](key.Bytes()) // sixteen bytes are sixteen bytes
	return same
}
