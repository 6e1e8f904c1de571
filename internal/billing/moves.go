package billing

import (
	"context"
	"fmt"
	"slices"
	"time"

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

// Move is what the provider's people do with money by hand: record a payment, credit an invoice, write one off, pay
// credit back. Above the provider's limit somebody else has to approve it (A10).
type Move struct {
	Kind    ledger.Kind // Payment, CreditNote, WriteOff or Refund
	Key     id.MoneyRequest
	Invoice id.Invoice   // zero for a refund
	Amount  money.Amount // of a payment or a refund; what it comes to is reckoned for the others
	Parts   []Part       // of a credit note; none: all that is not credited yet
	Method  string       // of a payment: how it came; of a refund: how it goes
	Payment id.Payment   // of a refund: to where this payment came from, through its gateway; zero: by hand
	Payer   string       // who paid, where that is known
	Detail  string       // the bank's reference, or the reason
	Day     time.Time    // when a payment came in; zero: now
}

// Part is how much of a line a credit note takes back, without VAT.
type Part struct {
	Line id.Line
	Net  money.Amount
}

// How money can come and go by hand.
const (
	ByTransfer = "bank transfer"
	ByCheque   = "cheque"
	ByCash     = "cash"
	ByOther    = "another way"
)

// Methods are those ways.
func Methods() []string { return []string{ByTransfer, ByCheque, ByCash, ByOther} }

// Moved says what came of a move.
type Moved struct {
	Number string // of the credit note
	Amount money.Amount
	Waits  bool // for a second person; nothing has moved yet
}

// needs is the permission that a move takes.
func needs(k ledger.Kind) (verb.Verb, bool) {
	switch k {
	case ledger.Payment:
		return verb.BillingRecordPayment, true
	case ledger.CreditNote, ledger.WriteOff:
		return verb.BillingManage, true
	case ledger.Refund:
		return verb.BillingRefund, true
	case ledger.Invoice, ledger.CreditUsed, ledger.PaymentReturn:
	}
	return "", false
}

// Deciders says for each kind of move that a second person may be asked about what they have to hold.
func Deciders() map[string]verb.Verb {
	list := map[string]verb.Verb{}
	for _, k := range []ledger.Kind{ledger.Payment, ledger.CreditNote, ledger.WriteOff, ledger.Refund} {
		list[string(k)], _ = needs(k)
	}
	return list
}

// Make does a move, or asks for a second person where it is above the limit. Making the same key again does nothing.
func (b *Billing) Make(ctx context.Context, who actor.Actor, account id.Account, m Move) (Moved, error) {
	v, ok := needs(m.Kind)
	if !ok || m.Key.IsZero() {
		return Moved{}, fault.InvalidField("key", "Open the form again, and fill it in once more.")
	}
	var out Moved
	err := b.gate.Change(ctx, who, v, id.AccountScope(account), func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		e, moved, err := b.Within(tx, g, m)
		out = moved
		return e, err
	})
	if err = done(err); err != nil {
		return Moved{}, err
	}
	b.outbox.Wake()
	return out, nil
}

// Within is Make inside a change that another room has begun, for the grant's account.
func (b *Billing) Within(tx *db.Tx, g gate.Grant, m Move) (gate.Entry, Moved, error) {
	if made, err := b.made(tx, g, m); err != nil || made {
		return gate.Entry{}, Moved{}, orDone(err)
	}
	w, err := b.weigh(tx, g, m)
	if err != nil {
		return gate.Entry{}, Moved{}, err
	}
	out := Moved{Amount: w.amount}
	if out.Waits, err = b.tooMuch(tx, g, w.amount); err != nil {
		return gate.Entry{}, Moved{}, err
	}
	if out.Waits {
		e, err := b.ask(tx, g, w)
		return e, out, err
	}
	e, number, err := b.carry(tx, g, w)
	if err != nil {
		return gate.Entry{}, Moved{}, err
	}
	out.Number = number
	return e, out, b.alone(tx, g, w)
}

func orDone(err error) error {
	if err == nil {
		return errDone
	}
	return err
}

// made says whether the move was made or asked for before.
func (b *Billing) made(tx *db.Tx, g gate.Grant, m Move) (bool, error) {
	for _, table := range []string{tableRequests, tablePayments, tableNotes, tableAdjusted} {
		var n int64
		if err := g.On(tx.Table(table)).Where("id = ?", m.Key).Count(&n).Error; err != nil {
			return false, fmt.Errorf("move money: %w", err)
		}
		if n > 0 {
			return true, nil
		}
	}
	return false, nil
}

// weighed is a move whose invoice was read and whose amount is known.
type weighed struct {
	Move

	invoice invoiceRow
	note    noteParts
	back    *refundRow // of a refund through a gateway
	amount  money.Amount
	at      time.Time
}

// weigh checks a move against the rows as they are now.
func (b *Billing) weigh(tx *db.Tx, g gate.Grant, m Move) (*weighed, error) {
	w := &weighed{Move: m}
	now, err := tx.Now()
	if err != nil {
		return nil, fmt.Errorf("move money: %w", err)
	}
	w.at = now
	var p problems
	w.Detail = p.text("detail", m.Detail, missingDetail(m), longestText)
	w.Payer = p.text("payer", m.Payer, "", longestAbout)
	if err := p.fault(); err != nil {
		return nil, err
	}
	if m.Kind == ledger.Refund {
		return w, b.weighRefund(tx, g, w)
	}
	row, err := b.before(tx, g, m.Invoice)
	if err != nil {
		return nil, err
	}
	if row == nil || row.State == StateDraft {
		return nil, fault.NotFound("move money")
	}
	w.invoice = *row
	switch m.Kind { //nolint:exhaustive // needs names the others
	case ledger.Payment:
		return w, w.weighPayment()
	case ledger.WriteOff:
		return w, w.weighWriteOff()
	}
	return w, b.weighNote(tx, g, w)
}

func missingDetail(m Move) string {
	switch m.Kind { //nolint:exhaustive // the others need none
	case ledger.CreditNote:
		return "Say why it is credited; the client reads it."
	case ledger.WriteOff:
		return "Say why nothing more is expected."
	case ledger.Refund:
		if !m.Payment.IsZero() {
			return "Say why it goes back; the client reads it."
		}
		return "Say how the money goes back, such as the bank’s reference."
	}
	return ""
}

func (w *weighed) weighPayment() error {
	const day = 24 * time.Hour
	if !w.Day.IsZero() {
		w.at = w.Day
	}
	switch {
	case w.Amount.Currency() != w.invoice.Currency:
		return fault.InvalidField("amount", "This invoice is paid in "+string(w.invoice.Currency)+".")
	case w.Amount.Minor() <= 0 || w.Amount.Minor() > mostMinor:
		return fault.InvalidField("amount", "Enter an amount above nothing.")
	case !known(w.Method):
		return fault.InvalidField("method", "Choose how the money came.")
	case w.at.Before(w.invoice.IssuedAt.Truncate(day).Add(-longestTerm)):
		return fault.InvalidField("day", "This is more than a year before the invoice.")
	}
	w.amount = w.Amount
	return nil
}

func known(method string) bool {
	return slices.Contains(Methods(), method)
}

func (w *weighed) weighWriteOff() error {
	if !w.invoice.State.payable() {
		return fault.Conflict("There is nothing left to pay on this invoice.")
	}
	w.amount = w.invoice.money(w.invoice.left())
	return nil
}

func (b *Billing) weighRefund(tx *db.Tx, g gate.Grant, w *weighed) error {
	credit, err := b.creditOf(tx.DB, g, w.Amount.Currency())
	switch {
	case err != nil:
		return err
	case w.Amount.Minor() <= 0:
		return fault.InvalidField("amount", "Enter an amount above nothing.")
	case w.Amount.Minor() > credit.Minor():
		return fault.InvalidField("amount", "The account has "+credit.String()+" of credit. No more can be paid back.")
	}
	w.amount = w.Amount
	switch {
	case !w.Payment.IsZero():
		return b.weighBack(tx, g, w)
	case !known(w.Method):
		return fault.InvalidField("method", "Choose how the money goes back.")
	}
	return nil
}

// carry does what was weighed.
func (b *Billing) carry(tx *db.Tx, g gate.Grant, w *weighed) (e gate.Entry, number string, err error) {
	switch w.Kind { //nolint:exhaustive // needs names the others
	case ledger.Payment:
		e, err = b.recorded(tx, g, w)
	case ledger.CreditNote:
		return b.credit(tx, g, w)
	case ledger.WriteOff:
		e, err = b.writtenOff(tx, g, w)
	case ledger.Refund:
		e, err = b.refunded(tx, g, w)
	}
	return e, "", err
}

// target is the invoice as the log names it.
func (r *invoiceRow) target() activity.Target { return activity.TargetOf("invoice", r.ID, r.number()) }

// recorded takes a payment that somebody saw on a bank statement, or was handed.
func (b *Billing) recorded(tx *db.Tx, g gate.Grant, w *weighed) (gate.Entry, error) {
	payment := paymentRow{
		ID: recast[id.PaymentKind](w.Key), AccountID: g.Account(), InvoiceID: w.invoice.ID, Gateway: w.Method,
		Reference: w.Key.String(), AmountMinor: w.amount.Minor(), Currency: w.amount.Currency(), ReceivedAt: db.At(w.at),
	}
	var err error
	if payment.PaidBy, err = b.seal(tablePayments, "paid_by", payment.ID.Bytes(), w.Payer); err != nil {
		return gate.Entry{}, err
	}
	if payment.Detail, err = b.seal(tablePayments, "detail", payment.ID.Bytes(), w.Detail); err != nil {
		return gate.Entry{}, err
	}
	before := w.invoice
	if err := b.receive(tx, g, &w.invoice, &payment, id.Person{}); err != nil {
		return gate.Entry{}, err
	}
	changes := []activity.Change{
		{Field: "amount", New: w.amount.String()},
		{Field: "paid", Old: before.paid().String(), New: w.invoice.paid().String()},
		{Field: "state", Old: string(before.State), New: string(w.invoice.State)},
		{Field: "method", New: w.Method},
	}
	if payment.SurplusMinor > 0 {
		changes = append(changes, activity.Change{Field: "credit", New: "+" + w.invoice.money(payment.SurplusMinor).String()})
	}
	return g.Entry(activity.PaymentRecorded, activity.Details{Target: w.invoice.target(), Changes: changes}), nil
}

// recast is a move's key as the id of what it makes.
func recast[K id.Kind](key id.MoneyRequest) id.ID[K] {
	same, _ := id.FromBytes[K](key.Bytes()) // sixteen bytes are sixteen bytes
	return same
}
