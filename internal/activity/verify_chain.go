package activity

import (
	"bytes"
	"context"
	"database/sql/driver"
	"fmt"
	"math"
	"strconv"
	"strings"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/secretbox"
)

// walk is where the verification of one chain has got to: the last good entry.
type walk struct {
	*verifier
	chain id.Scope
	seq   int64
	hash  [32]byte
	after int64 // rows above this number are still to be read
	last  int64 // and up to this one
	// indexed is up to which entry all can be found by their address: an older program indexes none.
	indexed int64

	counts countCheck
}

// cells are the columns of a row as the database gives them. They are compared as text: whoever alters a row may put
// anything into it, and reading it must not fail.
type cells []any

// chain verifies one chain from its first entry to its head.
func (v *verifier) chain(ctx context.Context, scope id.Scope, e *end) error {
	w := &walk{verifier: v, chain: scope, hash: firstHash(scope), after: math.MinInt64, last: e.Seq, indexed: e.CountedSeq}
	if from := v.check.From.Reached; from.Chain == scope {
		w.seq, w.hash, w.after = from.Seq, from.Hash, from.Seq
		w.counts.sum = from.Counts
	}
	vouched := v.log.vouched(scope, &e.headRow)
	if !vouched {
		w.last = math.MaxInt64 // where the head says nothing, the entries speak for themselves
	}
	for !v.bad[scope] {
		more, err := w.batch(ctx)
		if err != nil {
			return err
		}
		v.report.Reached = Position{scope, w.seq, w.hash, w.counts.sum}
		v.progress()
		if !more {
			break
		}
	}
	if !v.bad[scope] {
		w.atHead(e, vouched)
	}
	if !v.bad[scope] {
		if err := w.counted(ctx); err != nil {
			return err
		}
	}
	v.report.Chains++
	return nil
}

// atHead compares the end of the entries with the head.
func (w *walk) atHead(e *end, vouched bool) {
	switch {
	case !vouched:
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

// batch verifies the next entries; false when there are no more.
func (w *walk) batch(ctx context.Context) (bool, error) {
	columns := strings.Count(entryColumns, ",") + 1
	rows, err := readRows(ctx, w.log, "SELECT "+entryColumns+" FROM entries WHERE chain = ? AND seq > ? AND seq <= ? "+
		"ORDER BY seq LIMIT ?", []any{w.chain, w.after, w.last, verifyEntries}, rowOf(columns))
	if err != nil {
		return false, err
	}
	more := len(rows) == verifyEntries
	upTo := w.last
	if more {
		upTo = w.seq + verifyEntries // where none is missing; where one is, this is as far as it goes anyway
	}
	personal, err := readRows(ctx, w.log, "SELECT seq, field, sealed, address_index FROM entry_personal "+
		"WHERE chain = ? AND seq > ? AND seq <= ? ORDER BY seq, field", []any{w.chain, w.after, upTo}, rowOf(4))
	if err != nil {
		return false, err
	}
	for _, row := range rows {
		n := 0
		for n < len(personal) && text(personal[n][0]) == text(row[1]) {
			n++
		}
		if !w.entry(row, personal[:n]) {
			return false, nil
		}
		personal = personal[n:]
	}
	if len(personal) > 0 {
		w.found(w.chain, w.seq+1, "Entry %d is missing, but what it, or one behind it, says of people is there.", w.seq+1)
	}
	w.after = upTo
	return more, nil
}

// entry verifies one entry with its personal content and takes it as the last good one.
func (w *walk) entry(row cells, personal []cells) bool {
	n := w.seq + 1
	if got := text(row[1]); got != strconv.FormatInt(n, 10) {
		if number, err := strconv.ParseInt(got, 10, 64); err == nil && number > n {
			w.found(w.chain, n, "Entry %d is missing.", n)
		} else {
			w.foreign(row)
		}
		return false
	}
	body := []byte(text(row[12]))
	e, digests, err := ParseBody(body)
	if what := w.judge(row, &e, body, err); what != "" {
		w.found(w.chain, n, "Entry %d %s.", n, what)
		return false
	}
	e.Seq, e.Chain = n, w.chain
	if what := w.personal(&e, digests, personal); what != "" {
		w.found(w.chain, n, "Entry %d %s.", n, what)
		return false
	}
	w.seq, w.hash = n, linkHash(w.hash, body)
	w.counts.add(w.log, &e, 1)
	w.report.Entries++
	return true
}

func (w *walk) foreign(row cells) {
	w.found(w.chain, w.seq+1, "An entry with the number %s was put before entry %d.", text(row[1]), w.seq+1)
}

// judge says what is wrong with an entry; nothing where it is as it was written.
func (w *walk) judge(row cells, e *Entry, body []byte, parsed error) string {
	hash := linkHash(w.hash, body)
	mac, _ := row[15].([]byte)
	switch {
	case parsed != nil:
		return "was altered: its content is not in the form in which entries are written"
	case e.Chain != w.chain || e.Seq != w.seq+1:
		return fmt.Sprintf("was replaced: in its place stands entry %d of %s", e.Seq, e.Chain)
	case text(row[13]) != string(w.hash[:]):
		return "was altered: it does not follow the one before it"
	case text(row[14]) != string(hash[:]):
		return "was altered: its hash does not fit its content"
	case !w.log.box.VerifyMAC(mac, entryPurpose, entryParts(w.chain, e.Seq, hash[:])...):
		return "was not written by Gatehouse: it lacks the proof that only the key can make"
	}
	e.PrevHash, e.Hash = w.hash, hash
	want := newRow(e, body)
	want.Mac = mac
	for i, value := range want.values() {
		if text(row[i]) != text(value) {
			return "was altered: its column " + strings.Split(entryColumns, ", ")[i] + " does not say what its content says"
		}
	}
	return ""
}

// personal says what is wrong with what an entry says of people. What is gone was erased, which is allowed.
func (w *walk) personal(e *Entry, digests map[string]string, rows []cells) string {
	for _, row := range rows {
		field := text(row[1])
		var sealed secretbox.Sealed
		raw, _ := row[2].([]byte)
		err := sealed.Scan(raw)
		if err == nil {
			err = openPersonal(w.log.box, e, personalRow{Seq: e.Seq, Field: field, Sealed: sealed}, digests)
		}
		if err != nil {
			return "was altered: what it says of people (" + field + ") is not what was written"
		}
		if field == fieldWho && !w.findable(e, row[3]) {
			return "cannot be found by its address: what it is looked up by was altered"
		}
	}
	if len(rows) < len(digests) {
		w.report.Erased++
	}
	return ""
}

// findable says whether an entry is looked up by the address that it holds, and by no other.
func (w *walk) findable(e *Entry, cell any) bool {
	want, index := w.log.box.Index(addressColumn, e.Who.Address), secretbox.Index{}
	if cell == nil {
		return e.Who.Address == "" || e.Seq > w.indexed
	}
	raw, _ := cell.([]byte)
	return index.Scan(raw) == nil && index == want
}

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
