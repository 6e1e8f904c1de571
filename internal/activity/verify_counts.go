package activity

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// countCheck compares the counts of a chain with its entries in a fixed amount of memory: each quarter of an hour in
// each row of the counts stands for a number that only the key tells, and the sum over all entries must be that over
// all rows.
type countCheck struct {
	sum   uint64
	known map[countKey]uint64
}

// keysKept bounds the numbers that are remembered.
const keysKept = 10_000

// wholeDay is the place of a row's sum behind its quarters.
const wholeDay = quarters

func (l *Log) countNumber(k countKey) uint64 {
	day := binary.BigEndian.AppendUint64(nil, uint64(k.day)) //nolint:gosec // as good as any other bits
	return binary.BigEndian.Uint64(l.box.MAC("activity count", k.actor[:], day, []byte(k.mark)))
}

// ofQuarter makes of a row's number that of one of its quarters, all of them different: it is the finalizer of
// SplitMix64, which is quicker than another MAC, and whoever does not know the one number knows none.
func ofQuarter(number uint64, quarter int) uint64 {
	z := number + uint64(quarter+1)*0x9e3779b97f4a7c15 //nolint:gosec // small, and it wraps around on purpose
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// add takes an entry in; with -1 it takes it out again.
func (c *countCheck) add(l *Log, e *Entry, sign int64) {
	for _, a := range addends(e) {
		number, ok := c.known[a.countKey]
		if !ok {
			if c.known == nil || len(c.known) >= keysKept {
				c.known = map[countKey]uint64{}
			}
			number = l.countNumber(a.countKey)
			c.known[a.countKey] = number
		}
		many := uint64(a.many * sign) //nolint:gosec // sums wrap around on purpose
		c.sum += many * (ofQuarter(number, a.quarter) + ofQuarter(number, wholeDay))
	}
}

// countedRow is a row of the counts beside what the head says.
type countedRow struct {
	upTo, segments int64
	actor          []byte
	day            sql.NullInt64
	mark           string
	sums           [quarters + 1]int64
}

// countedSQL reads the counts of a chain with the number up to which they go in one statement, since the log is written
// to meanwhile.
func countedSQL() string {
	columns := make([]string, 0, quarters)
	for quarter := range quarters {
		columns = append(columns, "COALESCE(c."+quarterColumn(quarter)+", 0)")
	}
	return "SELECT h.counted_seq, " + segmentsSQL + ", c.actor_id, c.day, COALESCE(c.mark, ''), " +
		strings.Join(columns, ", ") + ", COALESCE(c.entries, 0) FROM heads h LEFT JOIN activity_counts c " +
		"ON c.chain = h.chain WHERE h.chain = ?"
}

// counted holds the counts of the chain against the entries that were just verified.
func (w *walk) counted(ctx context.Context) error {
	var table uint64
	first, err := w.sumCounts(ctx, &table)
	if err != nil || first == nil {
		return err // the head is looked at elsewhere
	}
	if first.segments != w.segments {
		return nil // some of what was verified was archived since, and is not counted any more: the next run compares them
	}
	if err := w.align(ctx, first.upTo); err != nil {
		return err
	}
	if table != w.counts.sum {
		w.found(w.chain, 0, "The daily counts of this log are not those of its entries. "+
			"The entries are as they were written; `gatehouse activity recount` counts them anew.")
	}
	return nil
}

// sumCounts adds up the rows one by one: a long log has many. It returns the last, for what all say of the head.
func (w *walk) sumCounts(ctx context.Context, sum *uint64) (last *countedRow, err error) {
	rows, err := w.log.reader.With(ctx).Raw(countedSQL(), w.chain).Rows()
	if err != nil {
		return nil, fmt.Errorf("read the counts: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var row countedRow
	targets := []any{&row.upTo, &row.segments, &row.actor, &row.day, &row.mark}
	for i := range row.sums {
		targets = append(targets, &row.sums[i])
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return nil, fmt.Errorf("read the counts: %w", err)
		}
		last = &row
		if !row.day.Valid {
			continue
		}
		key := countKey{day: row.day.Int64, mark: row.mark}
		copy(key.actor[:], row.actor)
		number := w.log.countNumber(key)
		for i, many := range row.sums {
			if many != 0 {
				*sum += uint64(many) * ofQuarter(number, i) //nolint:gosec // as above
			}
		}
	}
	return last, rows.Err() // Verify says what was read
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
