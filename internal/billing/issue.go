package billing

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Issue writes an invoice, gives it the next number of its series and has it mailed to whoever pays for the account. It
// returns the number. Issuing the same key again changes nothing and returns the number of the first time.
func (b *Billing) Issue(ctx context.Context, who actor.Actor, account id.Account, d Draft) (issued string, err error) {
	if err := d.mayBeDated(who); err != nil {
		return "", err
	}
	return b.issue(ctx, who, account, d.Key, func(tx *db.Tx, g gate.Grant, before *invoiceRow) (finished, error) {
		return b.write(tx, g, d, before)
	})
}

// IssueDraft gives the draft its number, as it stands. version is that of the draft which the asker saw.
func (b *Billing) IssueDraft(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice, version int64,
) (issued string, err error) {
	return b.issue(ctx, who, account, invoice, func(tx *db.Tx, g gate.Grant, before *invoiceRow) (finished, error) {
		if before == nil {
			return finished{}, fault.NotFound("issue")
		}
		d, err := b.stored(tx, g, before)
		if err != nil {
			return finished{}, err
		}
		d.Version = version
		return b.write(tx, g, d, before)
	})
}

// finished is a draft that is in the rows and waits for its number.
type finished struct {
	row    invoiceRow
	draft  Draft
	sums   totals
	client accounts.Account
}

func (b *Billing) issue(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice,
	write func(tx *db.Tx, g gate.Grant, before *invoiceRow) (finished, error),
) (issued string, err error) {
	if invoice.IsZero() {
		return "", fault.InvalidField("key", "Open the form again, and fill it in once more.")
	}
	err = b.gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			e, number, err := b.issued(tx, g, invoice, write)
			issued = number
			return e, err
		})
	if err = done(err); err != nil {
		return "", err
	}
	b.outbox.Wake()
	return issued, nil
}

// IssueWithin is Issue inside a change that another room has begun, for the grant's account. The key is a fresh one.
func (b *Billing) IssueWithin(tx *db.Tx, g gate.Grant, d Draft) (gate.Entry, string, error) {
	f, err := b.write(tx, g, d, nil) // no look-up: the primary key refuses a key that is not fresh
	if err != nil {
		return gate.Entry{}, "", err
	}
	return b.finish(tx, g, &f)
}

func (b *Billing) issued(
	tx *db.Tx, g gate.Grant, invoice id.Invoice,
	write func(tx *db.Tx, g gate.Grant, before *invoiceRow) (finished, error),
) (e gate.Entry, number string, err error) {
	before, err := b.before(tx, g, invoice)
	if err != nil {
		return gate.Entry{}, "", err
	}
	if before != nil && before.State != StateDraft {
		return gate.Entry{}, before.number(), errDone
	}
	f, err := write(tx, g, before)
	if err != nil {
		return gate.Entry{}, "", err
	}
	return b.finish(tx, g, &f)
}

// finish issues what write left, and says so for the log.
func (b *Billing) finish(tx *db.Tx, g gate.Grant, f *finished) (e gate.Entry, number string, err error) {
	if err := b.number(tx, g, f); err != nil {
		return gate.Entry{}, "", err
	}
	number = f.row.number()
	return g.Entry(activity.InvoiceIssued, activity.Details{
		Target: activity.TargetOf("invoice", f.row.ID, number), Changes: []activity.Change{
			{Field: "total", New: f.row.money(f.row.TotalMinor).String()},
			{Field: "due", New: f.row.DueAt.Format(time.DateOnly)},
		},
	}), number, nil
}

// before is the invoice that has the id already; nil where there is none.
func (b *Billing) before(tx *db.Tx, g gate.Grant, invoice id.Invoice) (*invoiceRow, error) {
	row, found, err := db.One[invoiceRow](g.On(tx.DB).Where("id = ?", invoice))
	if err != nil {
		return nil, fmt.Errorf("read invoice: %w", err)
	}
	if !found {
		return nil, nil //nolint:nilnil // there is none, and that is no failure
	}
	return &row, nil
}

// number issues what write left: the tax by rate, the posting, number, dates and whom it is for, the mail. The number
// comes as late as can be: whoever else wants one of the series waits from then on until this change is committed.
func (b *Billing) number(tx *db.Tx, g gate.Grant, f *finished) error {
	row := &f.row
	row.State, row.IssuedAt, row.Version = StateDue, db.At(f.draft.Issued), row.Version+1
	if err := taxed(tx, g, row, row.ID.Bytes(), row.IssuedAt, f.sums.rates, 1); err != nil {
		return err
	}
	err := ledger.Post(tx, g, ledger.Posting{
		Kind: ledger.Invoice, Document: row.ID.Bytes(), Invoice: row.ID, Currency: row.Currency, At: row.IssuedAt.Time,
		Lines: []ledger.Line{
			{Book: ledger.Receivable, Amount: row.TotalMinor},
			{Book: ledger.Sales, Amount: -row.NetMinor},
			{Book: ledger.VAT, Amount: -row.VatMinor},
		},
	})
	if err != nil {
		return err // the ledger says what it did
	}
	row.Series = b.seriesOf(f.draft.Issued)
	if row.Ordinal, err = nextNumber(tx, row.Series, b.country()); err != nil {
		return err
	}
	moved := g.On(tx.Model(&invoiceRow{})).Where("id = ? AND state = ?", row.ID, StateDraft).Updates(map[string]any{
		"series": row.Series, "ordinal": row.Ordinal, "state": row.State, "issued_at": row.IssuedAt, "version": row.Version,
	})
	if moved.Error != nil {
		return fmt.Errorf("issue: %w", moved.Error)
	}
	if moved.RowsAffected != 1 {
		return fault.Conflict("Somebody issued this draft in the meantime.")
	}
	return b.outbox.Enqueue(tx, outbox.Message{Kind: MailInvoice, Key: row.ID.String(), Payload: InvoiceIssued{
		Account: row.AccountID, Invoice: row.ID, Number: row.number(), About: f.draft.About,
		Total: row.money(row.TotalMinor), Due: row.DueAt.Time,
	}})
}

// taxed writes the tax of a document by rate and reason, with its sign.
func taxed(
	tx *db.Tx, g gate.Grant, of *invoiceRow, document []byte, at db.Time, rates []VAT, sign int64,
) error {
	rows := make([]vatRow, 0, len(rates))
	for _, v := range rates {
		rows = append(rows, vatRow{
			DocumentID: document, Treatment: v.Treatment, RateBp: v.Rate, AccountID: g.Account(), InvoiceID: of.ID,
			Currency: of.Currency, NetMinor: sign * v.On.Minor(), VatMinor: sign * v.Tax.Minor(), TaxAt: at,
		})
	}
	if err := g.On(tx.DB).Create(&rows).Error; err != nil {
		return fmt.Errorf("write the tax: %w", err)
	}
	return nil
}
