// Package bank keeps what came into the provider's bank account until it is known whose it is: lines of statements are
// imported once, matched with invoices by their references, and recorded as payments by billing. What an invoice is,
// and how a payment settles it, stays there.
package bank

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const tableTransfers = "bank_transfers"

// How a transfer stands.
const (
	unmatched = "unmatched"
	asked     = "asked" // a second person has to approve the payment
	matched   = "matched"
	setAside  = "set-aside"
)

// mostShown is how many transfers a list has; the oldest come first.
const mostShown = 200

// Bank is the room. It is safe for concurrent use.
type Bank struct {
	gate    *gate.Gate
	reader  *db.Reader
	box     *secretbox.Box
	billing *billing.Billing
	usual   money.Currency
}

// New makes the room. The currency is that of statements which name none.
func New(g *gate.Gate, r *db.Reader, box *secretbox.Box, b *billing.Billing, usual money.Currency) *Bank {
	return &Bank{gate: g, reader: r, box: box, billing: b, usual: usual}
}

type transferRow struct {
	ID          id.Transfer `gorm:"primaryKey"`
	Digest      secretbox.Index
	BookedOn    db.Time
	AmountMinor int64
	Currency    money.Currency
	Payer       secretbox.Sealed
	Reference   secretbox.Sealed
	State       string
	PaymentID   id.Payment
	Why         secretbox.Sealed
	ImportedAt  db.Time
}

// TableName names the table.
func (transferRow) TableName() string { return tableTransfers }

// Transfer is money that came in and belongs to nobody yet.
type Transfer struct {
	ID        id.Transfer
	Day       time.Time
	Amount    money.Amount
	Payer     string
	Reference string
	Guess     *Guess // the invoice that its reference names
}

// Guess is an invoice that a transfer may be for. Sure: it is the only one that the reference names, it is to be paid,
// and the money is not more than that.
type Guess struct {
	Account id.Account
	Invoice id.Invoice
	Number  string
	Left    money.Amount
	Sure    bool
}

// Line is a line of a statement in a preview.
type Line struct {
	Incoming

	Known bool // it was imported before
	Guess *Guess
}

// Preview is what an import would do.
type Preview struct {
	Lines      []Line
	New        int
	Sum        map[money.Currency]money.Amount // of the new ones
	Sure       int
	Outgoing   int
	Unreadable []int
}

// Preview says what an import of the text would do, and does nothing.
func (b *Bank) Preview(ctx context.Context, who actor.Actor, text string) (Preview, error) {
	if _, err := b.gate.View(ctx, who, verb.BillingView, id.ProviderScope()); err != nil {
		return Preview{}, err
	}
	s, err := Parse(text, b.usual)
	if err != nil {
		return Preview{}, err
	}
	return b.preview(ctx, s)
}

func (b *Bank) preview(ctx context.Context, s Statement) (Preview, error) {
	p := Preview{Outgoing: s.Outgoing, Unreadable: s.Unreadable, Sum: map[money.Currency]money.Amount{}}
	known, err := b.known(b.reader.With(ctx), s)
	if err != nil {
		return Preview{}, err
	}
	for _, in := range s.Incoming {
		l := Line{Incoming: in, Known: known[b.digest(in)]}
		if !l.Known {
			p.New++
			cur := in.Amount.Currency()
			if p.Sum[cur], err = money.New(p.Sum[cur].Minor(), cur).Add(in.Amount); err != nil {
				return Preview{}, fault.InvalidField("statement", "This comes to more than any bank holds.")
			}
			if l.Guess, err = b.guess(ctx, in.Reference, in.Amount); err != nil {
				return Preview{}, err
			}
			if l.Guess != nil && l.Guess.Sure {
				p.Sure++
			}
		}
		p.Lines = append(p.Lines, l)
	}
	return p, nil
}

// digest tells a line from all others, also from equal ones before it in the same statement.
func (b *Bank) digest(l Incoming) secretbox.Index {
	return b.box.Index("bank_transfers.digest", strings.Join([]string{
		l.Day.Format(time.DateOnly), strconv.FormatInt(l.Amount.Minor(), 10), string(l.Amount.Currency()),
		l.Payer, l.Reference, strconv.Itoa(l.Before),
	}, "\x00"))
}

// known says which lines were imported before.
func (b *Bank) known(q *gorm.DB, s Statement) (map[secretbox.Index]bool, error) {
	const chunk = 500
	known := map[secretbox.Index]bool{}
	for from := 0; from < len(s.Incoming); from += chunk {
		var digests []secretbox.Index
		for _, l := range s.Incoming[from:min(from+chunk, len(s.Incoming))] {
			digests = append(digests, b.digest(l))
		}
		var rows []transferRow
		if err := q.Select("digest").Where("digest IN ?", digests).Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("look for transfers: %w", err)
		}
		for i := range rows {
			known[rows[i].Digest] = true
		}
	}
	return known, nil
}

// Imported says what an import did.
type Imported struct{ New, Matched, Waiting int }

// Import writes the new lines of a statement down, and records a payment for each whose reference leaves no doubt. A
// line that was imported before is left alone, so that statements may overlap and an import may be repeated.
func (b *Bank) Import(ctx context.Context, who actor.Actor, text string) (Imported, error) {
	s, err := Parse(text, b.usual)
	if err != nil {
		return Imported{}, err
	}
	var fresh []transferRow
	var sure []*Guess
	err = b.gate.Change(ctx, who, verb.BillingRecordPayment, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			p, err := b.preview(ctx, s)
			if err != nil {
				return gate.Entry{}, err
			}
			if p.New == 0 {
				return gate.Entry{}, fault.InvalidField("statement", "All of this was imported before, or no money came in.")
			}
			fresh, sure, err = b.write(tx, g, p)
			var changes []activity.Change
			for _, cur := range money.Currencies() {
				if sum, ok := p.Sum[cur]; ok {
					changes = append(changes, activity.Change{Field: "sum", New: sum.String()})
				}
			}
			return g.Entry(activity.StatementImported, activity.Details{
				Changes: append(changes, activity.Change{Field: "transfers", New: strconv.Itoa(p.New)}),
			}), err
		})
	if err != nil {
		return Imported{}, err
	}
	out := Imported{New: len(fresh)}
	for i := range fresh {
		if sure[i] == nil || !sure[i].Sure {
			continue
		}
		waits, err := b.Match(ctx, who, fresh[i].ID, sure[i].Number)
		switch {
		case fault.KindOf(err) == fault.KindConflict: // paid in the meantime: it stays in the list
		case err != nil:
			return out, err
		case waits:
			out.Waiting++
		default:
			out.Matched++
		}
	}
	return out, nil
}

func (b *Bank) write(tx *db.Tx, g gate.Grant, p Preview) (rows []transferRow, guesses []*Guess, err error) {
	for _, l := range p.Lines {
		if l.Known {
			continue
		}
		row := transferRow{
			ID: id.New[id.TransferKind](), Digest: b.digest(l.Incoming), BookedOn: db.At(l.Day),
			AmountMinor: l.Amount.Minor(), Currency: l.Amount.Currency(), State: unmatched, ImportedAt: db.At(g.Now()),
		}
		if row.Payer, err = b.seal("payer", row.ID, l.Payer); err != nil {
			return nil, nil, err
		}
		if row.Reference, err = b.seal("reference", row.ID, l.Reference); err != nil {
			return nil, nil, err
		}
		rows, guesses = append(rows, row), append(guesses, l.Guess)
	}
	if err := tx.CreateInBatches(&rows, 200).Error; err != nil {
		if db.IsDuplicate(err) {
			return nil, nil, fault.Conflict("Somebody imported the same statement in the meantime. Look at the list.")
		}
		return nil, nil, fmt.Errorf("import a statement: %w", err)
	}
	return rows, guesses, nil
}

func (b *Bank) seal(column string, row id.Transfer, text string) (secretbox.Sealed, error) {
	if text == "" {
		return secretbox.Sealed{}, nil
	}
	s, err := b.box.Seal(text, secretbox.Place{Table: tableTransfers, Column: column, Row: row.Bytes()})
	if err != nil {
		return secretbox.Sealed{}, fmt.Errorf("bank: %w", err)
	}
	return s, nil
}

// numbers are the invoice numbers that a reference may name: "2026-0431", "2026 0431", "INV20260431".
func numbers(reference string) [][2]string {
	var out [][2]string
	for _, m := range regexp.MustCompile(`(20\d\d)[-/ ]?(\d{4,8})`).FindAllStringSubmatch(reference, -1) {
		out = append(out, [2]string{m[1], m[2]})
	}
	return out
}

// guess finds the invoice that a reference names; nil where it names none that is to be paid.
func (b *Bank) guess(ctx context.Context, reference string, amount money.Amount) (*Guess, error) {
	var found *Guess
	for _, n := range numbers(reference) {
		g, err := b.billing.ByNumber(ctx, n[0], n[1])
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
		found = &Guess{Account: g.Account, Invoice: g.ID, Number: g.Number, Left: g.Left, Sure: amount.Cmp(g.Left) <= 0}
	}
	return found, nil
}

// Match records a transfer as the payment of an invoice. It says whether a second person has to approve that.
func (b *Bank) Match(ctx context.Context, who actor.Actor, transfer id.Transfer, number string) (waits bool, err error) {
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
	for _, n := range numbers(number) {
		if of, err := b.billing.ByNumber(ctx, n[0], n[1]); err != nil || of.Number != "" {
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

// Unmatched are the transfers that belong to nobody yet, the oldest first.
func (b *Bank) Unmatched(ctx context.Context, who actor.Actor) ([]Transfer, error) {
	if _, err := b.gate.View(ctx, who, verb.BillingView, id.ProviderScope()); err != nil {
		return nil, err
	}
	var rows []transferRow
	err := db.Across(b.reader.With(ctx), "what came into the bank belongs to no account yet").Where(free).
		Order("booked_on, id").Limit(mostShown).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list transfers: %w", err)
	}
	out := make([]Transfer, 0, len(rows))
	for i := range rows {
		t, err := b.transfer(ctx, &rows[i])
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// Transfer is one of those.
func (b *Bank) Transfer(ctx context.Context, who actor.Actor, transfer id.Transfer) (Transfer, error) {
	row, err := b.read(ctx, who, transfer)
	if err != nil {
		return Transfer{}, err
	}
	return b.transfer(ctx, &row)
}

func (b *Bank) read(ctx context.Context, who actor.Actor, transfer id.Transfer) (transferRow, error) {
	if _, err := b.gate.View(ctx, who, verb.BillingView, id.ProviderScope()); err != nil {
		return transferRow{}, err
	}
	row, found, err := db.One[transferRow](db.Across(b.reader.With(ctx), "what came into the bank is nobody’s yet").
		Where("id = ? AND "+free, transfer))
	if err != nil {
		return transferRow{}, fmt.Errorf("read a transfer: %w", err)
	}
	if !found {
		return transferRow{}, fault.NotFound("read a transfer")
	}
	return row, nil
}

func (b *Bank) transfer(ctx context.Context, row *transferRow) (Transfer, error) {
	t := Transfer{ID: row.ID, Day: row.BookedOn.Time, Amount: money.New(row.AmountMinor, row.Currency)}
	var err error
	if t.Payer, err = b.open("payer", row, row.Payer); err != nil {
		return Transfer{}, err
	}
	if t.Reference, err = b.open("reference", row, row.Reference); err != nil {
		return Transfer{}, err
	}
	t.Guess, err = b.guess(ctx, t.Reference, t.Amount)
	return t, err
}

func (b *Bank) open(column string, row *transferRow, s secretbox.Sealed) (string, error) {
	text, err := b.box.Open(s, secretbox.Place{Table: tableTransfers, Column: column, Row: row.ID.Bytes()})
	if err != nil {
		return "", fmt.Errorf("bank: %w", err)
	}
	return text, nil
}
