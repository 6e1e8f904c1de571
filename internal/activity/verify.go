package activity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

const (
	// verifyHeads is how many heads are read at a time, verifyEntries how many entries: what verifying needs of memory.
	verifyHeads   = 100
	verifyEntries = 500
	// problemsMost bounds what a report lists; beyond it, problems are counted.
	problemsMost = 1_000
)

// Problem is something that was found. Of each chain only the first bad entry is named: what follows it cannot be
// relied upon anyway.
type Problem struct {
	Chain id.Scope // zero: a note, or the log as a whole
	Seq   int64    // the first entry that is not as it was written; 0: the chain as a whole
	What  string   // a sentence
}

// Position is how far verifying has got: everything before it was looked at. The zero Position is the beginning.
type Position struct {
	Chain id.Scope
	Seq   int64
	Hash  [32]byte // of that entry, so that going on notices what was changed since
	// Counts sums up what the daily counts must say so far, where so many segments were archived.
	Counts   uint64
	Segments int64
}

// Check says what to verify.
type Check struct {
	Chain    id.Scope // this chain alone; zero: all of them, and that they are all there
	From     Report   // go on from where an earlier run got to, with what it found
	Notes    string   // folder with signed notes to hold the chains against; empty: none
	Archive  string   // folder with what was archived, whose files must be as they were written; empty: none
	Progress func(Report)
}

// Report is what verifying found.
type Report struct {
	Chains   int64
	Entries  int64
	Erased   int64 // entries of which personal content is gone, which is allowed
	Archived int64 // entries that lie in the archive, where the log says that they do
	Segments int64 // files of the archive that were looked at
	Notes    int64
	Problems []Problem
	More     int64 // problems beyond those listed
	Reached  Position
}

// OK says whether everything is as it was written.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

// verifier is one run of Verify.
type verifier struct {
	log    *Log
	check  Check
	report Report
	bad    map[id.Scope]bool
	// known are those that were bad before this run.
	known map[id.Scope]bool
}

// Verify looks at every entry, head, chain and note and reports what is not as it was written. It reads in small
// batches, beside a running system, and returns what it has when the context ends: Reached is where to go on.
func (l *Log) Verify(ctx context.Context, c Check) (Report, error) {
	v := &verifier{log: l, check: c, bad: map[id.Scope]bool{}, known: map[id.Scope]bool{}, report: c.From}
	for _, p := range c.From.Problems {
		if !p.Chain.IsZero() {
			v.bad[p.Chain], v.known[p.Chain] = true, true
		}
	}
	steps := []func(context.Context) error{v.chains, v.strays, v.opened, v.owners, v.gaps, v.archive, v.notes}
	if !c.Chain.IsZero() {
		steps = []func(context.Context) error{v.chains, v.gaps, v.archive, v.notes}
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return v.report, fmt.Errorf("verify the log: %w", err)
		}
	}
	return v.report, nil
}

func (v *verifier) found(chain id.Scope, seq int64, format string, args ...any) {
	switch {
	case !chain.IsZero() && v.bad[chain]:
		return
	case len(v.report.Problems) >= problemsMost:
		v.report.More++
		return
	}
	v.bad[chain] = true
	v.report.Problems = append(v.report.Problems, Problem{chain, seq, fmt.Sprintf(format, args...)})
}

func (v *verifier) progress() {
	if v.check.Progress != nil {
		v.check.Progress(v.report)
	}
}

// end is a head and the highest numbers of what belongs to it, read in one statement: all that was committed together.
// The numbers are looked for from the end of an index: for MAX, MariaDB would read the whole log.
type end struct {
	headRow
	lastEntry, lastPersonal any
	segments                int64
}

const endsSQL = "SELECT h.chain, h.kind, h.seq, h.hash, h.mac, h.noted_seq, h.counted_seq, " +
	"(SELECT e.seq FROM entries e WHERE e.chain = h.chain ORDER BY e.chain DESC, e.seq DESC LIMIT 1), " +
	"(SELECT p.seq FROM entry_personal p WHERE p.chain = h.chain ORDER BY p.chain DESC, p.seq DESC LIMIT 1), " +
	segmentsSQL + " FROM heads h WHERE "

// segmentsSQL is how many segments of a log were archived.
const segmentsSQL = "(SELECT COALESCE(MAX(a.number), 0) FROM archive_segments a WHERE a.chain = h.chain)"

// surely is a chain that must be there.
func (c *Check) surely() id.Scope {
	if c.Chain.IsZero() {
		return id.ProviderScope()
	}
	return c.Chain
}

// readRows runs a query and scans its rows into what targets points to.
func readRows[T any](
	ctx context.Context, l *Log, text string, args []any, targets func(*T) []any,
) (_ []T, err error) {
	return scanRows(func() (*sql.Rows, error) { return l.reader.With(ctx).Raw(text, args...).Rows() }, targets)
}

func scanRows[T any](query func() (*sql.Rows, error), targets func(*T) []any) (_ []T, err error) {
	found, err := query()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	var rows []T
	for found.Next() {
		var row T
		if err := found.Scan(targets(&row)...); err != nil {
			return nil, err // Verify says what was read
		}
		rows = append(rows, row)
	}
	return rows, found.Err() // see above
}

// strays finds entries, and personal content, of chains that have no head.
func (v *verifier) strays(ctx context.Context) error {
	type stray struct {
		chain any
		known bool
	}
	for _, table := range []string{"entries", "entry_personal"} {
		where, args := "", []any(nil)
		for {
			text := "SELECT s.chain, h.chain IS NOT NULL FROM (SELECT MIN(chain) AS chain FROM " + table + where + ") s " +
				"LEFT JOIN heads h ON h.chain = s.chain"
			rows, err := readRows(ctx, v.log, text, args, func(s *stray) []any { return []any{&s.chain, &s.known} })
			if err != nil {
				return err
			}
			if len(rows) == 0 || rows[0].chain == nil {
				break
			}
			if key := rows[0].chain; !rows[0].known {
				v.found(id.Scope{}, 0, "The table %s has rows of a log that is not there, with the key %x.", table, key)
			}
			where, args = " WHERE chain > ?", []any{rows[0].chain}
		}
	}
	return nil
}

// owners finds accounts and people that have no log.
func (v *verifier) owners(ctx context.Context) error {
	return errors.Join(
		v.ownersIn(ctx, "accounts", "account_id", id.ScopeAccount), v.ownersIn(ctx, "persons", "id", id.ScopePerson))
}

func (v *verifier) ownersIn(ctx context.Context, table, key string, kind id.ScopeKind) error {
	type owner struct {
		key   []byte
		known bool
	}
	text := "SELECT o.k, h.chain IS NOT NULL FROM (SELECT " + key + " AS k FROM " + table + " WHERE " + key +
		" > ? ORDER BY " + key + " LIMIT ?) o LEFT JOIN heads h ON h.chain = o.k AND h.kind = ? ORDER BY o.k"
	after := db.Blob{}
	for {
		rows, err := scanRows(func() (*sql.Rows, error) {
			q := db.Across(v.log.reader.With(ctx), "verify asks of everybody whether they have a log")
			return q.Raw(text, after, verifyEntries, string(kind)).Rows()
		}, func(o *owner) []any { return []any{&o.key, &o.known} })
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			if scope, ok := id.ScopeOf(kind, row.key); ok && !row.known {
				v.found(scope, 0, "The whole log of this %s is missing.", kind)
			}
		}
		after = rows[len(rows)-1].key
	}
}
