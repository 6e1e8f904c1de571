package billing

import (
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

// returnRow is a payment that came back. The payment itself stays as it was.
type returnRow struct {
	ID           id.Adjustment `gorm:"primaryKey"`
	AccountID    id.Account
	PaymentID    id.Payment
	InvoiceID    id.Invoice
	AmountMinor  int64
	AppliedMinor int64 // the part that the invoice asks for again
	Currency     money.Currency
	Reason       string
	ReturnedAt   db.Time
}

// TableName names the table.
func (returnRow) TableName() string { return tableReturns }

// TakenBack is what came of a payment that went back.
type TakenBack struct {
	Number string
	Amount money.Amount
	Left   money.Amount // what the invoice asks for now
	// Refused is why what the gateway says does not fit; nothing was taken back then.
	Refused string
}

// TakeBackWithin takes a payment back that a gateway paid out again, once, within a change for the grant's account: by
// a posting of its own, the other way round. Its invoice asks for the money again. What is taken back is compared with
// the payment (P4); done says that it was taken back before.
func (b *Billing) TakeBackWithin(
	tx *db.Tx, g gate.Grant, gateway string, e Event, reason string,
) (entry gate.Entry, out TakenBack, done bool, err error) {
	pay, found, err := db.One[paymentRow](g.On(tx.DB).Where("gateway = ? AND reference = ?", gateway, e.Reference))
	if err != nil {
		return entry, out, false, fmt.Errorf("take back: %w", err)
	}
	if !found {
		return entry, out, true, nil
	}
	var before int64
	if err = g.On(tx.Model(&returnRow{})).Where("payment_id = ?", pay.ID).Count(&before).Error; err != nil {
		return entry, out, false, fmt.Errorf("take back: %w", err)
	}
	if before > 0 {
		return entry, out, true, nil
	}
	in, err := Order{}.invoice(tx, g, pay.InvoiceID)
	if err != nil {
		return entry, out, false, err
	}
	paid := money.New(pay.AmountMinor, pay.Currency)
	out = TakenBack{Number: in.number(), Amount: paid}
	if e.Amount != paid {
		out.Refused = "The payment was over " + paid.String() + ", and " + e.Amount.String() + " is said to go back."
		return refusedBack(g, &in, gateway, paid, e.Amount, out.Refused), out, false,
			b.alarm(tx, &in, gateway, e, out.Refused)
	}
	row := returnRow{
		ID: id.New[id.AdjustmentKind](), AccountID: g.Account(), PaymentID: pay.ID, InvoiceID: in.ID,
		AmountMinor: pay.AmountMinor, Currency: pay.Currency, Reason: reason, ReturnedAt: db.At(g.Now()),
	}
	state := in.State
	if row.AppliedMinor, err = in.unsettle(tx, g, pay.AmountMinor-pay.SurplusMinor); err != nil {
		return entry, out, false, err
	}
	if err = b.post(tx, g, &row); err != nil {
		return entry, out, db.IsDuplicate(err), err
	}
	out.Left = in.money(in.left())
	return g.Entry(activity.PaymentReturned, activity.Details{Target: in.target(), Changes: []activity.Change{
		{Field: "amount", New: paid.String()},
		{Field: "state", Old: string(state), New: string(in.State)},
		{Field: "gateway", New: gateway},
		{Field: "why", New: reason},
	}}), out, false, nil
}

// post writes a return and its posting.
func (*Billing) post(tx *db.Tx, g gate.Grant, row *returnRow) error {
	if err := g.On(tx.DB).Create(row).Error; err != nil {
		return fmt.Errorf("take back: %w", err)
	}
	return ledger.Post(tx, g, ledger.Posting{
		Kind: ledger.PaymentReturn, Document: row.ID.Bytes(), Invoice: row.InvoiceID, Currency: row.Currency,
		At: row.ReturnedAt.Time, Lines: []ledger.Line{
			{Book: ledger.Cash, Amount: -row.AmountMinor},
			{Book: ledger.Receivable, Amount: row.AppliedMinor},
			{Book: ledger.Credit, Amount: row.AmountMinor - row.AppliedMinor},
		},
	})
}

func refusedBack(g gate.Grant, in *invoiceRow, gateway string, paid, said money.Amount, why string) gate.Entry {
	return g.Entry(activity.PaymentRefused, activity.Details{
		Target: in.target(), Outcome: activity.RefusedResult, Reason: why, Changes: []activity.Change{
			{Field: "amount", Old: paid.String(), New: said.String()}, {Field: "gateway", New: gateway},
		},
	})
}

// unsettle has the invoice ask again for money that had counted towards it. One that is closed asks for nothing: what
// it had been paid is owed as credit that is missing.
func (r *invoiceRow) unsettle(tx *db.Tx, g gate.Grant, amount int64) (int64, error) {
	if amount <= 0 || r.State != StatePaid && !r.State.payable() {
		return 0, nil
	}
	r.PaidMinor -= amount
	r.State = r.standing()
	return amount, r.move(tx, g)
}
