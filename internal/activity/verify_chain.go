package activity

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"fmt"
	"math"
	"strconv"
	"sync/atomic"

	"gatehouse/internal/id"
)

// walk is where the verification of one chain has got to: the last good entry.
type walk struct {
	*verifier
	chain id.Scope
	end   *end
	seq   int64
	hash  [sha256.Size]byte
	after int64 // rows above this number are to be read
	last  int64 // and up to this one
	// indexed is up to which entry all can be found by their address: an older program indexes none.
	indexed int64
	vouched bool
	// segments is how many had been archived when it began.
	segments int64
	// before is what the report said when it began; redone: the chain was verified anew meanwhile.
	before        Report
	begun, redone bool
	counts        countCheck
	given         atomic.Bool // up: nothing more of it need be read
}

// start begins with a chain, or goes on with it. The zero scope is that of a head which cannot be.
func (v *verifier) start(scope id.Scope, e *end) *walk {
	w := &walk{
		verifier: v, chain: scope, end: e, hash: firstHash(scope), after: math.MinInt64, last: e.Seq,
		indexed: e.CountedSeq, vouched: v.log.vouched(scope, &e.headRow), segments: e.segments,
	}
	if from := v.check.From.Reached; from.Chain == scope {
		w.seq, w.hash, w.after = from.Seq, from.Hash, from.Seq
		w.counts.sum, w.segments = from.Counts, from.Segments
	}
	if !w.vouched {
		w.last = math.MaxInt64 // where the head says nothing, the entries speak for themselves
	}
	return w
}

// link puts the entries of a batch behind what was good so far.
func (w *walk) link(ctx context.Context, b *batch) error {
	if w.chain.IsZero() {
		w.found(w.chain, 0, "The log with the key %x says that it belongs to %q, which cannot be.", w.end.Chain, w.end.Kind)
		return ctx.Err()
	}
	if !w.begun {
		w.begun, w.before = true, w.report
	}
	was := w.bad[w.chain]
	if !was && !w.redone {
		w.take(b)
	}
	if w.bad[w.chain] && !was {
		if err := w.archivedMeanwhile(ctx); err != nil {
			return err
		}
	}
	w.given.Store(w.bad[w.chain] || w.redone)
	if !w.redone {
		w.report.Reached = Position{w.chain, w.seq, w.hash, w.counts.sum, w.segments}
		w.progress()
	}
	if !b.last {
		return ctx.Err()
	}
	if !w.bad[w.chain] && !w.redone {
		if err := w.counted(ctx); err != nil {
			return err
		}
	}
	w.report.Chains++
	return ctx.Err()
}

// take looks at the entries of a batch where they stand, and at the head behind the last of them.
func (w *walk) take(b *batch) {
	if !w.entries(b) {
		return
	}
	w.counts.sum += b.counts
	if b.last {
		w.atHead()
	}
}

// entries takes the entries of a batch as good, one after the other, up to the first that is not.
func (w *walk) entries(b *batch) bool {
	for i := range b.verdicts {
		if !w.entry(b, &b.verdicts[i]) {
			return false
		}
	}
	if b.last && w.vouched && !w.skip(b, w.last+1) {
		return false
	}
	if len(b.personal) > 0 {
		w.found(w.chain, w.seq+1, "Entry %d is missing, but what it, or one behind it, says of people is there.", w.seq+1)
		return false
	}
	return true
}

func (w *walk) entry(b *batch, v *verdict) bool {
	if v.numbered && !w.skip(b, v.seq) {
		return false
	}
	n := w.seq + 1
	if !v.numbered || v.seq != n {
		if v.numbered && v.seq > n {
			w.found(w.chain, n, "Entry %d is missing.", n)
		} else {
			w.found(w.chain, n, "An entry with the number %s was put before entry %d.", b.cell(b.rows[v.row][cellSeq]), n)
		}
		return false
	}
	what := v.form
	if what == "" && !bytes.Equal(b.cell(b.rows[v.row][cellPrevHash]), w.hash[:]) {
		what = "was altered: it does not follow the one before it"
	}
	if what == "" {
		what = v.rest
	}
	if what != "" {
		w.found(w.chain, n, "Entry %d %s.", n, what)
		return false
	}
	w.seq, w.hash = n, v.hash
	w.report.Entries++
	if v.erased {
		w.report.Erased++
	}
	return true
}

// atHead compares the end of the entries with the head.
func (w *walk) atHead() {
	e := w.end
	switch {
	case !w.vouched:
		w.found(w.chain, w.seq+1,
			"The log ends after entry %d, but its head was altered: what followed may have been cut off.", w.seq)
	case w.seq < e.Seq:
		w.found(w.chain, w.seq+1, "Entry %d is missing; the log must have %d.", w.seq+1, e.Seq)
	case !bytes.Equal(w.hash[:], e.Hash):
		w.found(w.chain, w.seq, "Entry %d is not the one that the head of the log ends with.", w.seq)
	case beyond(e.lastEntry, e.Seq):
		w.found(w.chain, e.Seq+1,
			"Entries stand behind the end of the log: up to %s, and it has %d.", text(e.lastEntry), e.Seq)
	case beyond(e.lastPersonal, e.Seq):
		w.found(w.chain, e.Seq+1, "Personal content stands behind the end of the log, which has %d entries.", e.Seq)
	}
}

func beyond(highest any, seq int64) bool {
	if highest == nil {
		return false
	}
	n, err := strconv.ParseInt(text(highest), 10, 64)
	return err != nil || n > seq
}

// cells are the columns of a row as the database gives them. They are compared as text.
type cells []any

func rowOf(columns int) func(*cells) []any {
	return func(row *cells) []any {
		*row = make(cells, columns)
		targets := make([]any, columns)
		for i := range *row {
			targets[i] = &(*row)[i]
		}
		return targets
	}
}

// text is a cell as text, whatever type the database chose for it.
func text(cell any) string {
	if valuer, ok := cell.(driver.Valuer); ok {
		cell, _ = valuer.Value() // none of ours fails
	}
	switch c := cell.(type) {
	case nil:
		return "\x00NULL"
	case []byte:
		return string(c)
	case string:
		return c
	case bool:
		if c {
			return "1"
		}
		return "0"
	default:
		return fmt.Sprint(c)
	}
}
