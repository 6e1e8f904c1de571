package activity

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// ErrCut says that entries cannot be taken out of a log as it was asked for.
var ErrCut = errors.New("activity: these entries cannot be taken out of the log")

// cutAtOnce is how many entries one statement takes out.
const cutAtOnce = 500

// Segment is a file in the archive with entries of one log whose time was up.
type Segment struct {
	Chain       id.Scope
	Number      int64 // within the log, counted from 1
	First, Last int64 // the numbers of its first and last entry; others of those between may have stayed
	Entries     int64
	File        string // its name below the archive's folder
	Digest      [sha256.Size]byte
	Made        time.Time
}

// Cut takes the entries of a segment, in their order, out of the log whose head the transaction holds, and leaves gaps
// that say where they are. What is taken out must be what the log wrote, to the last bit. Gate calls it.
func (l *Log) Cut(tx *db.Tx, s Segment, list []Entry) error {
	if err := l.cuttable(tx, s, list); err != nil {
		return err
	}
	err := tx.Exec("INSERT INTO archive_segments (chain, number, first_seq, last_seq, entries, file, digest, made_at) "+
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		s.Chain, s.Number, s.First, s.Last, s.Entries, s.File, db.Blob(s.Digest[:]), db.At(s.Made)).Error
	if err != nil {
		return fmt.Errorf("cut the log: %w", err)
	}
	if err := l.leaveGaps(tx, s, list); err != nil {
		return err
	}
	for part := range slices.Chunk(list, cutAtOnce) {
		if err := l.take(tx, s.Chain, part); err != nil {
			return err
		}
	}
	return l.uncount(tx, s.Chain, list)
}

// cuttable says why a segment cannot be taken out, if it cannot.
func (l *Log) cuttable(tx *db.Tx, s Segment, list []Entry) error {
	var at struct{ Counted, Number int64 }
	err := tx.Raw("SELECT counted_seq AS counted, (SELECT COALESCE(MAX(a.number), 0) FROM archive_segments a "+
		"WHERE a.chain = heads.chain) AS number FROM heads WHERE chain = ?", s.Chain).Scan(&at).Error
	if err != nil {
		return fmt.Errorf("cut the log: %w", err)
	}
	switch {
	case len(list) == 0 || s.Entries != int64(len(list)) || list[0].Seq != s.First || list[len(list)-1].Seq != s.Last:
		return fmt.Errorf("%w: the segment is another", ErrCut)
	case s.Number != at.Number+1:
		return fmt.Errorf("%w: segment %d of %s was made by somebody else meanwhile", ErrCut, s.Number, s.Chain)
	case at.Counted < s.Last:
		return fmt.Errorf("%w: entry %d of %s is not in the daily counts yet", ErrCut, s.Last, s.Chain)
	}
	for i := range list {
		if list[i].Chain != s.Chain || i > 0 && list[i].Seq <= list[i-1].Seq {
			return fmt.Errorf("%w: entry %d is of another log, or out of order", ErrCut, list[i].Seq)
		}
	}
	return nil
}

// leaveGaps writes down each run of entries that follow one another.
func (l *Log) leaveGaps(tx *db.Tx, s Segment, list []Entry) error {
	var gaps []gap
	for i := range list {
		e := &list[i]
		if n := len(gaps); n > 0 && gaps[n-1].last+1 == e.Seq {
			if e.PrevHash != [sha256.Size]byte(gaps[n-1].after) {
				return fmt.Errorf("%w: entry %d does not follow the one before it", ErrCut, e.Seq)
			}
			gaps[n-1].last, gaps[n-1].after = e.Seq, e.Hash[:]
			continue
		}
		gaps = append(gaps, gap{
			first: e.Seq, last: e.Seq, before: e.PrevHash[:], after: e.Hash[:], number: s.Number, digest: s.Digest[:],
		})
	}
	for part := range slices.Chunk(gaps, cutAtOnce) {
		args := make([]any, 0, 7*len(part))
		for i := range part {
			g := &part[i]
			args = append(args, s.Chain, g.first, g.last, db.Blob(g.before), db.Blob(g.after), g.number,
				db.Blob(l.box.MAC(gapPurpose, g.parts(s.Chain)...)))
		}
		err := tx.Exec("INSERT INTO archive_gaps (chain, first_seq, last_seq, hash_before, hash_after, number, mac) VALUES "+
			tuples(len(part), 7), args...).Error
		if err != nil {
			return fmt.Errorf("cut the log: %w", err)
		}
	}
	return nil
}

// take deletes entries and what they say of people, once it is sure that the log wrote each.
func (l *Log) take(tx *db.Tx, chain id.Scope, list []Entry) error {
	args := []any{chain}
	for i := range list {
		args = append(args, list[i].Seq)
	}
	where := " WHERE chain = ? AND seq IN (" + marks(len(list)) + ")"
	var rows []entryRow
	if err := tx.Raw("SELECT seq, hash, mac FROM entries"+where+" ORDER BY seq", args...).Scan(&rows).Error; err != nil {
		return fmt.Errorf("cut the log: %w", err)
	}
	for i := range rows {
		same := i < len(list) && rows[i].Seq == list[i].Seq && string(rows[i].Hash) == string(list[i].Hash[:])
		if !same || !l.box.VerifyMAC(rows[i].Mac, entryPurpose, entryParts(chain, rows[i].Seq, rows[i].Hash)...) {
			return fmt.Errorf("%w: entry %d is not as it was written; run `gatehouse activity verify`", ErrCut, rows[i].Seq)
		}
	}
	gone := tx.Exec("DELETE FROM entries"+where, args...)
	if gone.Error != nil {
		return fmt.Errorf("cut the log: %w", gone.Error)
	}
	if gone.RowsAffected != int64(len(list)) || len(rows) != len(list) {
		return fmt.Errorf("%w: %d of %d are there", ErrCut, gone.RowsAffected, len(list))
	}
	if err := tx.Exec("DELETE FROM entry_personal"+where, args...).Error; err != nil {
		return fmt.Errorf("cut the log: %w", err)
	}
	return nil
}

// uncount takes entries out of the counts.
func (l *Log) uncount(tx *db.Tx, chain id.Scope, list []Entry) error {
	sums := counts{}
	for i := range list {
		sums.add(&list[i])
	}
	l.shelf.forget(chain, sums)
	return sums.take(tx, chain)
}
