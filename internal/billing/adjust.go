package billing

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// adjust writes what moves money without any coming in, and its posting.
func (b *Billing) adjust(tx *db.Tx, g gate.Grant, row adjustmentRow, detail string, from, to ledger.Book) error {
	var err error
	if row.Detail, err = b.seal(tableAdjusted, "detail", row.ID.Bytes(), detail); err != nil {
		return err
	}
	row.AccountID = g.Account()
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		if db.IsDuplicate(err) {
			return fault.NotFound("move money") // the key is the id of somebody else's
		}
		return fmt.Errorf("move money: %w", err)
	}
	return ledger.Post(tx, g, ledger.Posting{
		Kind: row.Kind, Document: row.ID.Bytes(), Invoice: row.InvoiceID, Currency: row.Currency, At: row.MadeAt.Time,
		Lines: []ledger.Line{{Book: to, Amount: row.AmountMinor}, {Book: from, Amount: -row.AmountMinor}},
	})
}

func (b *Billing) writtenOff(tx *db.Tx, g gate.Grant, w *weighed) (gate.Entry, error) {
	before := w.invoice.State
	w.invoice.State = StateWrittenOff
	if err := w.invoice.move(tx, g); err != nil {
		return gate.Entry{}, err
	}
	err := b.adjust(tx, g, adjustmentRow{
		ID: recast[id.AdjustmentKind](w.Key), Kind: ledger.WriteOff, InvoiceID: w.invoice.ID,
		AmountMinor: w.amount.Minor(), Currency: w.amount.Currency(), MadeAt: db.At(w.at),
	}, w.Detail, ledger.Receivable, ledger.BadDebt)
	return g.Entry(activity.InvoiceWrittenOff, activity.Details{
		Target: w.invoice.target(), Changes: []activity.Change{
			{Field: "amount", New: w.amount.String()},
			{Field: "state", Old: string(before), New: string(w.invoice.State)},
			{Field: "why", New: w.Detail},
		},
	}), err
}

// refunded pays credit of the account back.
func (b *Billing) refunded(tx *db.Tx, g gate.Grant, w *weighed) (gate.Entry, error) {
	detail := w.Method + ": " + w.Detail
	if w.back != nil {
		detail = w.Detail // where it goes stands in the refund
	}
	err := b.adjust(tx, g, adjustmentRow{
		ID: recast[id.AdjustmentKind](w.Key), Kind: ledger.Refund, AmountMinor: w.amount.Minor(),
		Currency: w.amount.Currency(), MadeAt: db.At(w.at),
	}, detail, ledger.Cash, ledger.Credit)
	if err == nil && w.back != nil {
		err = b.sendBack(tx, g, w.back)
	}
	return g.Entry(activity.CreditRefunded, activity.Details{
		Target: activity.TargetOf("account", g.Account(), ""), Changes: []activity.Change{
			{Field: "amount", New: w.amount.String()},
			{Field: "method", New: w.Method},
			{Field: "why", New: w.Detail},
		},
	}), err
}

// UseCredit pays an invoice with the account's credit, as far as both go: no more than the amount.
func (b *Billing) UseCredit(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice, key id.Adjustment, most money.Amount,
) (used money.Amount, err error) {
	v := verb.InvoicesPay
	if who.Kind == actor.Staff {
		v = verb.BillingManage
	}
	if key.IsZero() {
		return money.Amount{}, fault.InvalidField("key", "Open the invoice again, and begin once more.")
	}
	err = b.gate.Change(ctx, who, v, id.AccountScope(account), func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		before, found, err := db.One[adjustmentRow](g.On(tx.DB).Where("id = ?", key))
		if err != nil {
			return gate.Entry{}, fmt.Errorf("use credit: %w", err)
		}
		if found {
			used = money.New(before.AmountMinor, before.Currency)
			return gate.Entry{}, errDone
		}
		row, err := b.before(tx, g, invoice)
		if err != nil {
			return gate.Entry{}, err
		}
		if row == nil || row.State == StateDraft {
			return gate.Entry{}, fault.NotFound("use credit")
		}
		if err := notAsked(tx, g, row); err != nil {
			return gate.Entry{}, err
		}
		e, amount, err := b.spend(tx, g, row, key, most)
		used = amount
		return e, err
	})
	if err = done(err); err != nil {
		return money.Amount{}, err
	}
	return used, nil
}

func (b *Billing) spend(
	tx *db.Tx, g gate.Grant, row *invoiceRow, key id.Adjustment, most money.Amount,
) (gate.Entry, money.Amount, error) {
	if err := row.takes(most); err != nil {
		return gate.Entry{}, money.Amount{}, err
	}
	credit, err := b.creditOf(tx.DB, g, row.Currency)
	if err != nil {
		return gate.Entry{}, money.Amount{}, err
	}
	if credit.Minor() <= 0 {
		return gate.Entry{}, money.Amount{}, fault.Conflict("There is no credit left to use.")
	}
	now, err := tx.Now()
	if err != nil {
		return gate.Entry{}, money.Amount{}, fmt.Errorf("use credit: %w", err)
	}
	before := *row
	used, err := row.settle(tx, g, min(most.Minor(), credit.Minor()))
	if err == nil {
		err = b.settledNow(tx, row)
	}
	if err != nil {
		return gate.Entry{}, money.Amount{}, err
	}
	amount := row.money(used)
	err = b.adjust(tx, g, adjustmentRow{
		ID: key, Kind: ledger.CreditUsed, InvoiceID: row.ID, AmountMinor: used, Currency: row.Currency,
		MadeAt: db.At(now),
	}, "", ledger.Receivable, ledger.Credit)
	return g.Entry(activity.CreditUsed, activity.Details{
		Target: row.target(), Changes: []activity.Change{
			{Field: "amount", New: amount.String()},
			{Field: "paid", Old: before.paid().String(), New: row.paid().String()},
			{Field: "state", Old: string(before.State), New: string(row.State)},
		},
	}), amount, err
}

// creditOf is what the account may use: what we owe it, by the ledger.
func (b *Billing) creditOf(q *gorm.DB, g gate.Grant, cur money.Currency) (money.Amount, error) {
	owed, err := ledger.Balance(q, g, ledger.Credit, cur)
	return owed.Neg(), err
}
