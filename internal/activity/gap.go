package activity

import (
	"bytes"
	"context"
	"crypto/sha256"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

const gapPurpose = "activity gap"

// gap is a run of entries that lie in the archive: what stood before it, what it ended with, and which file has it.
type gap struct {
	first, last   int64
	before, after []byte
	number        int64
	mac           []byte
	digest        []byte // of the file; the segment's row has it
}

const gapsSQL = "SELECT g.first_seq, g.last_seq, g.hash_before, g.hash_after, g.number, g.mac, s.digest " +
	"FROM archive_gaps g LEFT JOIN archive_segments s ON s.chain = g.chain AND s.number = g.number WHERE g.chain = ? AND "

func gapTargets(g *gap) []any {
	return []any{&g.first, &g.last, &g.before, &g.after, &g.number, &g.mac, &g.digest}
}

func (g *gap) parts(chain id.Scope) [][]byte {
	return [][]byte{
		[]byte(chain.Kind()), chain.Bytes(), number(g.first), number(g.last), g.before, g.after, number(g.number), g.digest,
	}
}

// vouchedGap says whether the log itself made this gap in this chain.
func (l *Log) vouchedGap(chain id.Scope, g *gap) bool {
	return g.first >= 1 && g.last >= g.first && len(g.before) == sha256.Size && len(g.after) == sha256.Size &&
		l.box.VerifyMAC(g.mac, gapPurpose, g.parts(chain)...)
}

// gapsMost bounds how many gaps are read for one batch: between its entries lie no more than that.
const gapsMost = 4 * verifyEntries

// lacks says whether entries are missing in what was read of a chain behind a number: they may lie in the archive.
func (b *batch) lacks(after int64) bool {
	n := int64(len(b.rows))
	if n == 0 {
		return b.walk.vouched && b.walk.last > max(after, 0)
	}
	return b.upToRow()-max(after, 0) != n || b.last && b.walk.vouched && b.upToRow() != b.walk.last
}

func (b *batch) readGaps(ctx context.Context, after int64) (err error) {
	if !b.lacks(after) {
		return nil
	}
	b.gaps, err = readRows(ctx, b.walk.log, gapsSQL+"g.first_seq > ? AND g.first_seq <= ? ORDER BY g.first_seq LIMIT ?",
		[]any{b.walk.chain, after, b.upTo, gapsMost}, gapTargets)
	return err
}

// skip goes over what lies in the archive, up to an entry that is there.
func (w *walk) skip(b *batch, to int64) bool {
	for w.seq+1 < to && len(b.gaps) > 0 {
		g := &b.gaps[0]
		switch {
		case g.first <= w.seq: // archived after the entries were read, which were as they were written
			b.gaps = b.gaps[1:]
			continue
		case g.first != w.seq+1:
			return true // what is missing before it is found by whoever looks for the next entry
		case g.last >= to || !bytes.Equal(g.before, w.hash[:]) || !w.log.vouchedGap(w.chain, g):
			w.found(w.chain, w.seq+1, "Entries %d to %d are missing: the database says that they were archived, "+
				"but that is not what Gatehouse wrote.", g.first, g.last)
			return false
		}
		w.report.Archived += g.last - g.first + 1
		w.seq, w.hash = g.last, [sha256.Size]byte(g.after)
		b.gaps = b.gaps[1:]
	}
	return true
}

// ArchivedIn is the segment that an entry lies in since its time was up; false where the log did not put it into one.
func (l *Log) ArchivedIn(ctx context.Context, chain id.Scope, seq int64) (Segment, bool, error) {
	g, vouched, err := l.gapAt(ctx, chain, seq)
	if err != nil || !vouched {
		return Segment{}, false, err
	}
	type row struct {
		Segment

		made db.Time
	}
	rows, err := readRows(ctx, l, "SELECT number, first_seq, last_seq, entries, file, made_at FROM archive_segments "+
		"WHERE chain = ? AND number = ?", []any{chain, g.number}, func(r *row) []any {
		return []any{&r.Number, &r.First, &r.Last, &r.Entries, &r.File, &r.made}
	})
	if err != nil || len(rows) == 0 {
		return Segment{}, false, err
	}
	s := rows[0].Segment
	s.Chain, s.Made = chain, rows[0].made.Time
	return s, true, nil
}

// gapAt reads the gap that an entry lies in; false where there is none that the log made.
func (l *Log) gapAt(ctx context.Context, chain id.Scope, seq int64) (gap, bool, error) {
	rows, err := readRows(ctx, l, gapsSQL+"g.first_seq <= ? AND g.last_seq >= ? ORDER BY g.first_seq DESC LIMIT 1",
		[]any{chain, seq, seq}, gapTargets)
	if err != nil || len(rows) == 0 {
		return gap{}, false, err
	}
	return rows[0], l.vouchedGap(chain, &rows[0]), nil
}
