package activity

import (
	"context"
	"errors"
	"strconv"
)

// span is where a cell stands among the bytes of its batch; from is negative where the cell is NULL.
type span struct{ from, to int }

// The columns of an entry as verify reads them. The key of the chain is not among them: it is what is asked for.
const (
	cellSeq = iota
	cellAction
	cellCategory
	cellOutcome
	cellActorKind
	cellActor
	cellService
	cellTarget
	cellWrites
	cellOccurred
	cellRecorded
	cellBody
	cellPrevHash
	cellHash
	cellMac
	entryCells
)

const verifyColumns = "seq, action, category, outcome, actor_kind, actor_id, service_id, target_id, writes, " +
	"occurred_at, recorded_at, body, prev_hash, hash, mac"

// The columns of personal content as verify reads them.
const (
	cellOf = iota // the number of the entry
	cellField
	cellSealed
	cellAddress
	personalCells
)

// batch is a stretch of a chain on its way: one reads it, some look at its entries, each by itself, and one links them
// in their order.
type batch struct {
	walk     *walk
	bytes    []byte // of all cells
	rows     [][entryCells]span
	personal [][personalCells]span
	gaps     []gap
	upTo     int64 // all up to this number was read
	last     bool  // of its chain

	verdicts []verdict
	counts   uint64
	checked  chan struct{}
}

func (b *batch) reset(w *walk) {
	b.walk, b.bytes, b.rows, b.personal = w, b.bytes[:0], b.rows[:0], b.personal[:0]
	b.gaps, b.verdicts, b.counts, b.last = nil, b.verdicts[:0], 0, false
	b.checked = make(chan struct{})
}

func (b *batch) cell(s span) []byte {
	if s.from < 0 {
		return nil
	}
	return b.bytes[s.from:s.to]
}

// grab takes a cell as text, whatever type the database chose for it: whoever alters a row may put anything into it,
// and reading it must not fail.
type grab struct {
	batch *batch
	span  span
}

// Scan takes what the database gives, without keeping it.
func (g *grab) Scan(src any) error {
	g.span.from = len(g.batch.bytes)
	switch v := src.(type) {
	case nil:
		g.span.from = -1
	case []byte:
		g.batch.bytes = append(g.batch.bytes, v...)
	case string:
		g.batch.bytes = append(g.batch.bytes, v...)
	case int64:
		g.batch.bytes = strconv.AppendInt(g.batch.bytes, v, 10)
	default:
		g.batch.bytes = append(g.batch.bytes, text(v)...)
	}
	g.span.to = len(g.batch.bytes)
	return nil
}

// read fills the batch with the entries of its chain behind a number.
func (b *batch) read(ctx context.Context, after int64) error {
	w := b.walk
	err := b.query(ctx, entryCells, func(g []grab) {
		var row [entryCells]span
		for i := range row {
			row[i] = g[i].span
		}
		b.rows = append(b.rows, row)
	}, "SELECT "+verifyColumns+" FROM entries WHERE chain = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
		w.chain, after, w.last, verifyEntries)
	if err != nil {
		return err
	}
	b.upTo, b.last = w.last, len(b.rows) < verifyEntries
	if !b.last {
		b.upTo = b.upToRow()
	}
	if err := b.readGaps(ctx, after); err != nil {
		return err
	}
	// An entry has two rows of these at most; where there are more, some are too many.
	return b.query(ctx, personalCells, func(g []grab) {
		var row [personalCells]span
		for i := range row {
			row[i] = g[i].span
		}
		b.personal = append(b.personal, row)
	}, "SELECT seq, field, sealed, address_index FROM entry_personal WHERE chain = ? AND seq > ? AND seq <= ? "+
		"ORDER BY seq, field LIMIT ?", w.chain, after, b.upTo, 2*verifyEntries+1)
}

// upToRow is the number of the last entry that was read. Where it has none, it is read again and found out there.
func (b *batch) upToRow() int64 {
	n, err := strconv.ParseInt(string(b.cell(b.rows[len(b.rows)-1][cellSeq])), 10, 64)
	if err != nil {
		return b.walk.last
	}
	return n
}

// query reads rows of a number of cells.
func (b *batch) query(ctx context.Context, columns int, use func([]grab), text string, args ...any) (err error) {
	found, err := b.walk.log.reader.With(ctx).Raw(text, args...).Rows()
	if err != nil {
		return err // Verify says what was read
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	cells, targets := make([]grab, columns), make([]any, columns)
	for i := range cells {
		cells[i].batch, targets[i] = b, &cells[i]
	}
	for found.Next() {
		if err := found.Scan(targets...); err != nil {
			return err // see above
		}
		use(cells)
	}
	return found.Err() // see above
}
