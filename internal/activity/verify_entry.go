package activity

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strconv"

	"gatehouse/internal/platform/secretbox"
)

// verdict is what can be said of an entry by itself, before it is known what it should follow.
type verdict struct {
	row  int
	seq  int64 // its number; where it has none, numbered is false
	hash [sha256.Size]byte
	// form is what is wrong with it wherever it stands; rest what is wrong where it follows the right one.
	form, rest string
	numbered   bool
	erased     bool
}

// checker looks at entries, each by itself. Several work at once, each with its own.
type checker struct {
	log     *Log
	counts  countCheck
	scratch []byte
}

// check looks at all entries of a batch.
func (c *checker) check(b *batch) {
	c.counts.sum = 0
	of := 0 // the personal content that is next
	for i := range b.rows {
		seq := b.cell(b.rows[i][cellSeq])
		from := of
		for of < len(b.personal) && bytes.Equal(b.cell(b.personal[of][cellOf]), seq) {
			of++
		}
		b.verdicts = append(b.verdicts, c.entry(b, i, b.personal[from:of]))
	}
	b.personal = b.personal[of:]
	b.counts = c.counts.sum
}

// entry says what is wrong with an entry and its personal content; nothing where it is as it was written.
func (c *checker) entry(b *batch, i int, personal [][personalCells]span) verdict {
	row := &b.rows[i]
	v := verdict{row: i}
	n, err := strconv.ParseInt(string(b.cell(row[cellSeq])), 10, 64)
	if v.seq, v.numbered = n, err == nil; !v.numbered {
		return v
	}
	body := b.cell(row[cellBody])
	e, digests, err := c.parse(body)
	switch {
	case err != nil:
		v.form = "was altered: its content is not in the form in which entries are written"
		return v
	case e.Chain != b.walk.chain || e.Seq != n:
		v.form = fmt.Sprintf("was replaced: in its place stands entry %d of %s", e.Seq, e.Chain)
		return v
	}
	if prev := b.cell(row[cellPrevHash]); len(prev) == sha256.Size {
		e.PrevHash = [sha256.Size]byte(prev) // whether it is the right one shows where they are linked
	}
	v.hash = linkHash(e.PrevHash, body)
	e.Hash = v.hash
	if v.rest = c.judge(b, row, &e); v.rest == "" {
		v.rest = c.personal(b, &e, digests, personal)
	}
	if v.rest == "" {
		c.counts.add(c.log, &e, 1)
	}
	v.erased = len(personal) < len(digests)
	return v
}

// parse reads an entry's canonical bytes. What the quick reader makes of them must come out again as it went in;
// otherwise the careful one decides.
func (c *checker) parse(raw []byte) (Entry, map[string]string, error) {
	if b, ok := quickBody(string(raw)); ok {
		c.scratch = b.append(c.scratch[:0])
		if chain, known := b.chain(); known && bytes.Equal(c.scratch, raw) {
			return b.entry(chain), b.Personal, nil
		}
	}
	return ParseBody(raw)
}

// judge compares an entry's hash, proof and columns with its content.
func (c *checker) judge(b *batch, row *[entryCells]span, e *Entry) string {
	if !bytes.Equal(b.cell(row[cellHash]), e.Hash[:]) {
		return "was altered: its hash does not fit its content"
	}
	if !c.log.box.VerifyMAC(b.cell(row[cellMac]), entryPurpose, entryParts(e.Chain, e.Seq, e.Hash[:])...) {
		return "was not written by Gatehouse: it lacks the proof that only the key can make"
	}
	writes := "0"
	if e.Writes {
		writes = "1"
	}
	for _, column := range [...]struct {
		cell int
		name string
		want string
	}{
		{cellAction, "action", string(e.Action)},
		{cellCategory, "category", string(e.Category)},
		{cellOutcome, "outcome", string(e.Outcome)},
		{cellActorKind, "actor_kind", string(e.ActorKind)},
		{cellWrites, "writes", writes},
	} {
		if string(b.cell(row[column.cell])) != column.want || row[column.cell].from < 0 {
			return columnAltered(column.name)
		}
	}
	switch {
	case !c.is(b, row[cellActor], e.ActorID.IsZero(), e.ActorID.AppendTo):
		return columnAltered("actor_id")
	case !c.is(b, row[cellService], e.Service.IsZero(), e.Service.AppendTo):
		return columnAltered("service_id")
	case !c.isTarget(b, row[cellTarget], e.TargetID):
		return columnAltered("target_id")
	case !c.isNumber(b, row[cellOccurred], e.Occurred.UnixMilli()):
		return columnAltered("occurred_at")
	case !c.isNumber(b, row[cellRecorded], e.Recorded.UnixMilli()):
		return columnAltered("recorded_at")
	}
	return ""
}

func columnAltered(name string) string {
	return "was altered: its column " + name + " does not say what its content says"
}

// is says whether a cell is a key, or NULL where there is none.
func (c *checker) is(b *batch, s span, none bool, key func([]byte) []byte) bool {
	if none || s.from < 0 {
		return none && s.from < 0
	}
	c.scratch = key(c.scratch[:0])
	return bytes.Equal(b.cell(s), c.scratch)
}

func (c *checker) isTarget(b *batch, s span, target string) bool {
	key := targetKey(target)
	return c.is(b, s, key == nil, func(to []byte) []byte { return append(to, key...) })
}

func (c *checker) isNumber(b *batch, s span, n int64) bool {
	c.scratch = strconv.AppendInt(c.scratch[:0], n, 10)
	return bytes.Equal(b.cell(s), c.scratch)
}

// personal says what is wrong with what an entry says of people. What is gone was erased, which is allowed.
func (c *checker) personal(
	b *batch, e *Entry, digests map[string]string, rows [][personalCells]span,
) string {
	for _, row := range rows {
		field := string(b.cell(row[cellField]))
		var sealed secretbox.Sealed
		err := sealed.Scan(b.cell(row[cellSealed]))
		if err == nil {
			err = openPersonal(c.log.box, e, personalRow{Seq: e.Seq, Field: field, Sealed: sealed}, digests)
		}
		if err != nil {
			return "was altered: what it says of people (" + field + ") is not what was written"
		}
		if field == fieldWho && !c.findable(b, e, row[cellAddress]) {
			return "cannot be found by its address: what it is looked up by was altered"
		}
	}
	return ""
}

// findable says whether an entry is looked up by the address that it holds, and by no other.
func (c *checker) findable(b *batch, e *Entry, s span) bool {
	want, index := c.log.box.Index(addressColumn, e.Who.Address), secretbox.Index{}
	if s.from < 0 {
		return e.Who.Address == "" || e.Seq > b.walk.indexed
	}
	return index.Scan(b.cell(s)) == nil && index == want
}
