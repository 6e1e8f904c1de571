package activity

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/secretbox"
)

// Record is an entry together with what proves it: the bytes that are hashed, and what it says of people with the salts
// of the digests that those bytes hold. It is what an export carries, so that whoever has it can check it elsewhere.
type Record struct {
	Entry
	Body []byte
	// Salted is what the entry says of people by field: a salt in hex, then JSON. What was erased is not there.
	Salted map[string]string
}

// Fields are the names under which a Record keeps what an entry says of people, in the order in which they are shown.
func Fields() []string { return []string{fieldWho, fieldWhat} }

// SaltLength is how many characters of a salted text are its salt.
const SaltLength = 2 * saltSize

// NewRecord reads a record back from what was exported of it, and makes sure that what it says of people is what the
// entry committed to. Its hashes are not known yet.
func NewRecord(body []byte, salted map[string]string) (Record, error) {
	e, digests, err := ParseBody(body)
	if err != nil {
		return Record{}, err
	}
	r := Record{Entry: e, Body: body, Salted: salted}
	for field, content := range salted {
		if len(content) < SaltLength || !sameText(personalDigest(field, content), digests[field]) {
			return Record{}, fmt.Errorf("%w: %s", ErrPersonal, field)
		}
		if err := readPersonal(&r.Entry, field, content[SaltLength:]); err != nil {
			return Record{}, fmt.Errorf("%w: %w", ErrPersonal, err)
		}
	}
	r.Erased = len(salted) < len(digests)
	return r, nil
}

// HashAfter is the hash that the entry has where it follows one with a hash.
func (r *Record) HashAfter(prev [32]byte) [32]byte { return linkHash(prev, r.Body) }

// ChainStart is what the first entry of a log follows.
func ChainStart(chain id.Scope) [32]byte { return firstHash(chain) }

// End says up to where a log goes, by its head.
func (l *Log) End(ctx context.Context, chain id.Scope) (NotedHead, error) {
	var row headRow
	found := l.reader.With(ctx).Raw("SELECT chain, kind, seq, hash, mac, noted_seq FROM heads WHERE chain = ?", chain).
		Scan(&row)
	if found.Error != nil {
		return NotedHead{}, fmt.Errorf("read the end of a log: %w", found.Error)
	}
	if found.RowsAffected == 0 {
		return NotedHead{}, ErrNoChain
	}
	if !l.vouched(chain, &row) {
		return NotedHead{}, fmt.Errorf("%w: %s", ErrBrokenHead, chain)
	}
	return NotedHead{Chain: chain, Seq: row.Seq, Hash: [32]byte(row.Hash)}, nil
}

// Stretch is a part of a log that is read from its oldest entry on: what is behind After, up to UpTo.
type Stretch struct {
	Filter      Filter // its own place and limit do not count
	After, UpTo int64
	Limit       int
}

// Few says whether a filter leaves at most so many entries of a log, as far as the index of its first condition and the
// period know: it walks that index no further. It reads through the caller's handle.
func (l *Log) Few(q *gorm.DB, chain id.Scope, f Filter, most int) (bool, error) {
	f.Before, f.After, f.Oldest, f.Calendar = 0, 0, false, nil
	p := pageQuery{dialect: l.reader.Dialect(), chain: chain, filter: f, conditions: f.conditions(l.box)}
	text := p.walk("seq", " DESC", false, fmt.Sprintf(" LIMIT %d", most+1), fmt.Sprintf(" LIMIT 1 OFFSET %d", most))
	var beyond []int64
	if err := q.Raw(text, p.args...).Scan(&beyond).Error; err != nil {
		return false, fmt.Errorf("look how long a part of a log is: %w", err)
	}
	return len(beyond) == 0, nil
}

// Records reads the oldest entries of a stretch. next is the After with which to go on; at the end it is 0. Only gate
// may call it: it decides who reads what.
func (l *Log) Records(ctx context.Context, chain id.Scope, s Stretch) (list []Record, next int64, err error) {
	limit := s.Limit
	if limit <= 0 || limit > maxLimit {
		limit = maxLimit
	}
	f := s.Filter
	f.Oldest, f.After, f.Before, f.Calendar = true, s.After, s.UpTo+1, nil
	q := pageQuery{dialect: l.reader.Dialect(), chain: chain, filter: f, conditions: f.conditions(l.box), limit: limit + 1}
	text, args := q.sql()
	rows, err := l.scan(ctx, text, args)
	if err != nil {
		return nil, 0, fmt.Errorf("read the log: %w", err)
	}
	if i := slices.IndexFunc(rows, func(r pageRow) bool { return r.bare }); i >= 0 {
		next = rows[i].seq
		rows = slices.Delete(rows, i, i+1)
	}
	if len(rows) > limit {
		rows, next = rows[:limit], rows[limit-1].seq
	}
	entries, err := l.assemble(chain, rows)
	if err != nil {
		return nil, 0, err
	}
	for i := range entries {
		r := Record{Entry: entries[i], Body: []byte(rows[i].body), Salted: map[string]string{}}
		for field, sealed := range map[string]secretbox.Sealed{fieldWho: rows[i].who, fieldWhat: rows[i].what} {
			if sealed.IsZero() {
				continue
			}
			if r.Salted[field], err = l.box.Open(sealed, personalPlace(chain, r.Seq, field)); err != nil {
				return nil, 0, fmt.Errorf("read the log: entry %d: %w", r.Seq, err)
			}
		}
		list = append(list, r)
	}
	return list, next, nil
}
