package bank

import (
	"context"
	"fmt"
	"strconv"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

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
			return g.Entry(activity.StatementImported, activity.Details{Changes: p.changes()}), err
		})
	if err != nil {
		return Imported{}, err
	}
	return b.matchSure(ctx, who, fresh, sure)
}

// changes is what the log says of an import.
func (p *Preview) changes() []activity.Change {
	var list []activity.Change
	for _, cur := range money.Currencies() {
		if sum, ok := p.Sum[cur]; ok {
			list = append(list, activity.Change{Field: "sum", New: sum.String()})
		}
	}
	return append(list, activity.Change{Field: "transfers", New: strconv.Itoa(p.New)})
}

// matchSure records a payment for each new line of whose invoice there is no doubt.
func (b *Bank) matchSure(ctx context.Context, who actor.Actor, fresh []transferRow, sure []*Guess) (Imported, error) {
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
