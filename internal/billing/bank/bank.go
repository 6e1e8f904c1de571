// Package bank keeps what came into the provider's bank account until it is known whose it is: lines of statements are
// imported once, matched with invoices by their references, and recorded as payments by billing. What an invoice is,
// and how a payment settles it, stays there.
package bank

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
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
