package activity

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// countCheck compares the daily counts of a chain with its entries in a fixed amount of memory: each row of the counts
// stands for a number that only the key tells, and the sum over all entries must be that over all rows.
type countCheck struct {
	sum   uint64
	known map[countKey]uint64
}

// keysKept bounds the numbers that are remembered.
const keysKept = 10_000

func (l *Log) countNumber(k countKey) uint64 {
	day := binary.BigEndian.AppendUint64(nil, uint64(k.day)) //nolint:gosec // as good as any other bits
	return binary.BigEndian.Uint64(l.box.MAC("activity count", k.actor[:], day, []byte(k.category), []byte(k.outcome),
		[]byte(k.mark)))
}

// add takes an entry in; with -1 it takes it out again.
func (c *countCheck) add(l *Log, e *Entry, sign int64) {
	for _, key := range countKeys(e) {
		number, ok := c.known[key]
		if !ok {
			if c.known == nil || len(c.known) >= keysKept {
				c.known = map[countKey]uint64{}
			}
			number = l.countNumber(key)
			c.known[key] = number
		}
		c.sum += number * weight(1, int64(e.Count)) * uint64(sign) //nolint:gosec // sums wrap around on purpose
	}
}

// weight makes one number of both that a row counts.
func weight(entries, times int64) uint64 {
	return uint64(entries)<<32 + uint64(times) //nolint:gosec // wraps around on purpose
}

// counted holds the daily counts of the chain against the entries that were just verified. Both are read in one
// statement with the number up to which the counts go, since the log is written to meanwhile.
func (w *walk) counted(ctx context.Context) error {
	type row struct {
		upTo          int64
		segments      int64
		actor         *string
		day           *int64
		category      *string
		outcome, mark *string
		entries       *int64
		times         *int64
	}
	rows, err := readRows(ctx, w.log, "SELECT h.counted_seq, "+segmentsSQL+", HEX(c.actor_id), c.day, c.category, "+
		"c.outcome, c.mark, c.entries, c.times FROM heads h LEFT JOIN activity_counts c "+
		"ON c.chain = h.chain WHERE h.chain = ?",
		[]any{w.chain}, func(r *row) []any {
			return []any{&r.upTo, &r.segments, &r.actor, &r.day, &r.category, &r.outcome, &r.mark, &r.entries, &r.times}
		})
	if err != nil || len(rows) == 0 {
		return err // the head is looked at elsewhere
	}
	if rows[0].segments != w.segments {
		return nil // some of what was verified was archived since, and is not counted any more: the next run compares them
	}
	var table countCheck
	for _, r := range rows {
		if r.day == nil {
			continue
		}
		key := countKey{day: *r.day, category: *r.category, outcome: *r.outcome, mark: *r.mark}
		if actor, err := hex.DecodeString(*r.actor); err == nil && len(actor) == len(key.actor) {
			key.actor = [16]byte(actor)
		}
		table.sum += w.log.countNumber(key) * weight(*r.entries, *r.times)
	}
	if err := w.align(ctx, rows[0].upTo); err != nil {
		return err
	}
	if table.sum != w.counts.sum {
		w.found(w.chain, 0, "The daily counts of this log are not those of its entries. "+
			"The entries are as they were written; `gatehouse activity recount` counts them anew.")
	}
	return nil
}

// align takes the entries in, or out, by which the counts are ahead of what was verified, or behind it.
func (w *walk) align(ctx context.Context, upTo int64) error {
	from, to, sign := w.seq, upTo, int64(1)
	if upTo < w.seq {
		from, to, sign = upTo, w.seq, -1
	}
	for from < to {
		rows, err := readRows(ctx, w.log, "SELECT seq, body FROM entries WHERE chain = ? AND seq > ? AND seq <= ? "+
			"ORDER BY seq LIMIT ?", []any{w.chain, from, to, verifyEntries}, func(o *opening) []any {
			return []any{&o.seq, &o.body}
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			e, _, err := ParseBody(row.body)
			if err != nil {
				return fmt.Errorf("entry %d: %w", row.seq, err)
			}
			w.counts.add(w.log, &e, sign)
		}
		from = rows[len(rows)-1].seq
	}
	return nil
}

// opening is an entry by its number, with its content.
type opening struct {
	seq  int64
	body []byte
}
