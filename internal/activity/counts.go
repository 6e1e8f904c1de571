package activity

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// What a calendar shows of a day beside the number of entries.
const (
	markRefused  = "refused"
	markStrong   = "strong"   // a sign-in with more than a password
	markPassword = "password" // a sign-in with a password alone
	markFailed   = "failed"   // tries to sign in that failed
	markStaff    = "staff"    // one of the provider's people was here
)

const (
	// countedAtOnce is how many entries are counted in one transaction where counting has to catch up.
	countedAtOnce = 500
	// quarters are what a day is counted by: no time zone is shifted by less than a quarter of an hour.
	quarters      = 96
	quarterLength = 15 * 60 // seconds
	// countsAtOnce bounds the rows of one statement, each of which may have as many values as a day has quarters.
	countsAtOnce = 50
)

// everybody is the actor of the rows that count all entries of a log.
func everybody() db.Blob { return make(db.Blob, 16) }

// countKey is one row of the counts.
type countKey struct {
	actor [16]byte
	day   int64  // days since 1970, UTC
	mark  string // empty: all entries
}

// countSum is what such a row says.
type countSum struct {
	quarters [quarters]int64
	last     int64
}

func (s *countSum) entries() int64 {
	sum := int64(0)
	for _, n := range s.quarters {
		sum += n
	}
	return sum
}

// counts are the counts of some entries of one chain.
type counts map[countKey]*countSum

// addend is what an entry adds to one row.
type addend struct {
	countKey

	quarter int
	many    int64
}

func (c counts) add(e *Entry) {
	for _, a := range addends(e) {
		sum := c[a.countKey]
		if sum == nil {
			sum = &countSum{}
			c[a.countKey] = sum
		}
		sum.quarters[a.quarter] += a.many
		sum.last = max(sum.last, e.Seq)
	}
}

// addends are the rows that an entry counts in: that of everybody, and that of whoever acted.
func addends(e *Entry) []addend {
	quarter := floorDiv(e.Occurred.Unix(), quarterLength)
	one := addend{countKey: countKey{day: floorDiv(quarter, quarters)}, many: 1}
	one.quarter = int(quarter - one.day*quarters)
	list := append(make([]addend, 0, 4), one)
	if one.mark = markOf(e); one.mark != "" {
		if one.mark == markFailed {
			one.many = int64(e.Count)
		}
		list = append(list, one)
	}
	if e.Outcome == RefusedResult {
		one.mark, one.many = markRefused, 1
		list = append(list, one)
	}
	if e.ActorID.IsZero() {
		return list
	}
	for _, a := range slices.Clone(list) {
		a.actor = [16]byte(e.ActorID.Bytes())
		list = append(list, a)
	}
	return list
}

// floorDiv divides as time goes on, before 1970 as well.
func floorDiv(n, by int64) int64 {
	if n < 0 {
		n -= by - 1
	}
	return n / by
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
	keys := slices.Collect(maps.Keys(c))
	slices.SortFunc(keys, func(a, b countKey) int {
		return cmp.Or(bytes.Compare(a.actor[:], b.actor[:]), cmp.Compare(a.day, b.day), cmp.Compare(a.mark, b.mark))
	})
	return keys
}

// used are the quarters in which some of the rows count something.
func (c counts) used(keys []countKey) []int {
	var list []int
	for quarter := range quarters {
		if slices.ContainsFunc(keys, func(k countKey) bool { return c[k].quarters[quarter] != 0 }) {
			list = append(list, quarter)
		}
	}
	return list
}

func quarterColumn(quarter int) string { return fmt.Sprintf("q%02d", quarter) }

// write adds the counts to those of the chain, whose head is held. Of an entry, and of several of one quarter of an
// hour, it is one statement.
func (c counts) write(tx *db.Tx, chain id.Scope) error {
	for keys := range slices.Chunk(c.sorted(), countsAtOnce) {
		text, upsert := "", " ON DUPLICATE KEY UPDATE entries = entries + VALUES(entries), last_seq = VALUES(last_seq)"
		fresh := "VALUES(q%02d)"
		if tx.Dialect() == db.SQLite {
			upsert = " ON CONFLICT (chain, actor_id, day, mark) DO UPDATE SET " +
				"entries = entries + excluded.entries, last_seq = excluded.last_seq"
			fresh = "excluded.q%02d"
		}
		used := c.used(keys)
		for _, quarter := range used {
			column := quarterColumn(quarter)
			text += ", " + column
			upsert += ", " + column + " = " + column + " + " + fmt.Sprintf(fresh, quarter)
		}
		args := make([]any, 0, len(keys)*(6+len(used)))
		for _, k := range keys {
			sum := c[k]
			args = append(args, chain, db.Blob(k.actor[:]), k.day, k.mark, sum.entries(), sum.last)
			for _, quarter := range used {
				args = append(args, sum.quarters[quarter])
			}
		}
		err := tx.Later().Exec("INSERT INTO activity_counts (chain, actor_id, day, mark, entries, last_seq"+text+
			") VALUES "+tuples(len(keys), 6+len(used))+upsert, args...).Error
		if err != nil {
			return fmt.Errorf("count the entries: %w", err)
		}
	}
	return nil
}

// take takes the counts off those of the chain again.
func (c counts) take(tx *db.Tx, chain id.Scope) error {
	for _, k := range c.sorted() {
		sum := c[k]
		text, args := "", []any{sum.entries()}
		for _, quarter := range c.used([]countKey{k}) {
			text += fmt.Sprintf(", %[1]s = %[1]s - ?", quarterColumn(quarter))
			args = append(args, sum.quarters[quarter])
		}
		args = append(args, chain, db.Blob(k.actor[:]), k.day, k.mark)
		err := tx.Exec("UPDATE activity_counts SET entries = entries - ?"+text+" WHERE chain = ? AND actor_id = ? "+
			"AND day = ? AND mark = ?", args...).Error
		if err != nil {
			return fmt.Errorf("take off the counts: %w", err)
		}
	}
	if err := tx.Exec("DELETE FROM activity_counts WHERE chain = ? AND entries <= 0", chain).Error; err != nil {
		return fmt.Errorf("take off the counts: %w", err)
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
		e, _, err := readEntry(string(row.Body), row.PrevHash, row.Hash)
		if err != nil {
			return 0, fmt.Errorf("count entry %d: %w", row.Seq, err)
		}
		sums.add(&e)
	}
	if err := l.indexAddresses(tx, head, rows[len(rows)-1].Seq); err != nil {
		return 0, err
	}
	l.shelf.forget(head.chain, sums)
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
