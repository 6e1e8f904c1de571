package activity

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// What a calendar shows of a day beside the number of entries.
const (
	markStrong   = "strong"   // a sign-in with more than a password
	markPassword = "password" // a sign-in with a password alone
	markFailed   = "failed"   // a sign-in that failed
	markStaff    = "staff"    // one of the provider's people was here
)

// countedAtOnce is how many entries are counted in one transaction where counting has to catch up.
const countedAtOnce = 500

// everybody is the actor of the rows that count all entries of a log.
func everybody() db.Blob { return make(db.Blob, 16) }

// countKey is one row of the daily counts.
type countKey struct {
	actor                   [16]byte
	day                     int64 // days since 1970, UTC
	category, outcome, mark string
}

// countSum is what such a row says.
type countSum struct{ entries, times, last int64 }

// counts are the daily counts of some entries of one chain.
type counts map[countKey]countSum

func dayOf(t time.Time) int64 { return t.Unix() / int64((24 * time.Hour).Seconds()) }

func (c counts) add(e *Entry) {
	for _, key := range countKeys(e) {
		sum := c[key]
		c[key] = countSum{sum.entries + 1, sum.times + int64(e.Count), max(sum.last, e.Seq)}
	}
}

// countKeys are the rows that an entry counts in: that of everybody, and that of whoever acted.
func countKeys(e *Entry) []countKey {
	all := countKey{day: dayOf(e.Occurred), category: string(e.Category), outcome: string(e.Outcome), mark: markOf(e)}
	if e.ActorID.IsZero() {
		return []countKey{all}
	}
	own := all
	own.actor = [16]byte(e.ActorID.Bytes())
	return []countKey{all, own}
}

func markOf(e *Entry) string {
	switch {
	case e.ActorKind == actor.Staff:
		return markStaff
	case e.Action == SignInFailed, e.Action == CodeFailed:
		return markFailed
	case e.Action != SignedIn && e.Action != AccountEntered, e.Outcome != Success:
		return ""
	case e.Factor == "password":
		return markPassword
	}
	return markStrong
}

// sorted are the keys in the order of the table, so that all who write take its rows in one order.
func (c counts) sorted() []countKey {
	keys := make([]countKey, 0, len(c))
	for key := range c {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b countKey) int { return strings.Compare(a.order(), b.order()) })
	return keys
}

func (k countKey) order() string {
	return fmt.Sprintf("%x %020d %s %s %s", k.actor, k.day, k.category, k.outcome, k.mark)
}

// write adds the counts to those of the chain, whose head is held.
func (c counts) write(tx *db.Tx, chain id.Scope) error {
	upsert := " ON DUPLICATE KEY UPDATE entries = entries + VALUES(entries), times = times + VALUES(times), " +
		"last_seq = VALUES(last_seq)"
	if tx.Dialect() == db.SQLite {
		upsert = " ON CONFLICT (chain, actor_id, day, category, outcome, mark) DO UPDATE SET " +
			"entries = entries + excluded.entries, times = times + excluded.times, last_seq = excluded.last_seq"
	}
	for keys := range slices.Chunk(c.sorted(), countedAtOnce) {
		args := make([]any, 0, 9*len(keys))
		for _, k := range keys {
			sum := c[k]
			args = append(args, chain, db.Blob(k.actor[:]), k.day, k.category, k.outcome, k.mark,
				sum.entries, sum.times, sum.last)
		}
		err := tx.Exec("INSERT INTO activity_counts (chain, actor_id, day, category, outcome, mark, entries, times, "+
			"last_seq) VALUES "+tuples(len(keys), 9)+upsert, args...).Error
		if err != nil {
			return fmt.Errorf("count the entries: %w", err)
		}
	}
	return nil
}

// CountOn counts the next entries of a chain that were written without being counted: by an older program, or before
// there were counts. It returns how many there were; the caller goes on until there are none. Gate calls it.
func (l *Log) CountOn(tx *db.Tx, head *Head) (int, error) {
	if head.counted >= head.seq {
		return 0, nil
	}
	var rows []entryRow
	err := tx.Raw("SELECT seq, body, prev_hash, hash FROM entries WHERE chain = ? AND seq > ? AND seq <= ? ORDER BY seq "+
		"LIMIT ?", head.chain, head.counted, head.seq, countedAtOnce).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return 0, err // gate says what it did
	}
	sums := counts{}
	for _, row := range rows {
		e, _, err := readEntry(row.Body, row.PrevHash, row.Hash)
		if err != nil {
			return 0, fmt.Errorf("count entry %d: %w", row.Seq, err)
		}
		sums.add(&e)
	}
	if err := l.indexAddresses(tx, head, rows[len(rows)-1].Seq); err != nil {
		return 0, err
	}
	if err := sums.write(tx, head.chain); err != nil {
		return 0, err
	}
	head.counted = rows[len(rows)-1].Seq
	return len(rows), tx.Exec("UPDATE heads SET counted_seq = ? WHERE chain = ?", head.counted, head.chain).Error
}

// indexAddresses makes the entries up to a number findable by their address.
func (l *Log) indexAddresses(tx *db.Tx, head *Head, upTo int64) error {
	var rows []personalRow
	err := tx.Raw("SELECT chain, seq, field, sealed FROM entry_personal WHERE chain = ? AND seq > ? AND seq <= ? "+
		"AND field = ? AND address_index IS NULL", head.chain, head.counted, upTo, fieldWho).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("index addresses: %w", err)
	}
	for _, row := range rows {
		content, err := l.box.Open(row.Sealed, personalPlace(head.chain, row.Seq, fieldWho))
		if err != nil {
			return fmt.Errorf("index addresses: %w", err)
		}
		who, ok := quickWho(content[2*saltSize:])
		if !ok || who.Address == "" {
			continue
		}
		err = tx.Exec("UPDATE entry_personal SET address_index = ? WHERE chain = ? AND seq = ? AND field = ?",
			l.box.Index(addressColumn, who.Address), head.chain, row.Seq, fieldWho).Error
		if err != nil {
			return fmt.Errorf("index addresses: %w", err)
		}
	}
	return nil
}

// Recount forgets the counts of a chain, whose head is held, so that they are made anew from the first entry.
func (l *Log) Recount(tx *db.Tx, head *Head) error {
	if err := tx.Exec("DELETE FROM activity_counts WHERE chain = ?", head.chain).Error; err != nil {
		return fmt.Errorf("forget the counts: %w", err)
	}
	head.counted = 0
	return tx.Exec("UPDATE heads SET counted_seq = 0 WHERE chain = ?", head.chain).Error // gate says what it did
}

// Uncounted returns some chains whose newest entries were not counted yet, behind one of them.
func (l *Log) Uncounted(q *db.Tx, after id.Scope, limit int) ([]id.Scope, error) {
	from := db.Blob{}
	if !after.IsZero() {
		from = after.Bytes()
	}
	var rows []headRow
	err := q.Raw("SELECT chain, kind FROM heads WHERE chain > ? AND counted_seq < seq ORDER BY chain LIMIT ?",
		from, limit).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("look for what was not counted: %w", err)
	}
	list := make([]id.Scope, 0, len(rows))
	for _, row := range rows {
		if chain, ok := id.ScopeOf(id.ScopeKind(row.Kind), row.Chain); ok {
			list = append(list, chain)
		}
	}
	return list, nil
}
