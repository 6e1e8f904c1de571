package activity_test

import (
	"errors"
	"strings"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// attack is one thing that somebody with a database tool can do, and the first bad entry that verify must name.
type attack struct {
	name  string
	do    func(t *testing.T, b *books, k tool)
	chain func(b *books) id.Scope
	seq   int64
	says  string
}

// rest are the columns of an entry that do not say where it stands.
const rest = "action, category, outcome, actor_kind, actor_id, service_id, target_id, writes, occurred_at, " +
	"recorded_at, body, prev_hash, hash, mac"

func account(b *books) id.Scope { return b.account }
func nowhere(*books) id.Scope   { return id.Scope{} }

func attacks() []attack {
	return []attack{
		{"flip a column", func(_ *testing.T, b *books, k tool) {
			k.run("UPDATE entries SET outcome = 'failed' WHERE chain = ? AND seq = 4", b.account)
		}, account, 4, "column outcome"},
		{"flip a column that is empty", func(_ *testing.T, b *books, k tool) {
			k.run("UPDATE entries SET service_id = ? WHERE chain = ? AND seq = 4", id.New[id.ServiceKind]().Bytes(), b.account)
		}, account, 4, "column service_id"},
		{"flip the body", func(_ *testing.T, b *books, k tool) {
			k.run("UPDATE entries SET body = REPLACE(body, 'success', 'refused') WHERE chain = ? AND seq = 6", b.account)
		}, account, 6, "was altered"},
		{"flip the hash before", func(_ *testing.T, b *books, k tool) {
			k.run("UPDATE entries SET prev_hash = ? WHERE chain = ? AND seq = 6", make([]byte, 32), b.account)
		}, account, 6, "does not follow"},
		{"drop an entry", func(_ *testing.T, b *books, k tool) {
			k.run("DELETE FROM entries WHERE chain = ? AND seq = 5", b.account)
		}, account, 5, "Entry 5 is missing"},
		{"drop an entry with all it says of people", func(_ *testing.T, b *books, k tool) {
			k.run("DELETE FROM entries WHERE chain = ? AND seq = 5", b.account)
			k.run("DELETE FROM entry_personal WHERE chain = ? AND seq = 5", b.account)
		}, account, 5, "Entry 5 is missing"},
		{"drop an entry and close the gap", func(_ *testing.T, b *books, k tool) {
			k.run("DELETE FROM entries WHERE chain = ? AND seq = 12", b.account)
			k.run("UPDATE entries SET seq = 12 WHERE chain = ? AND seq = 11", b.account)
			k.run("UPDATE entries SET seq = 11 WHERE chain = ? AND seq = 10", b.account)
			k.run("INSERT INTO entries SELECT chain, 10, "+rest+" FROM entries WHERE chain = ? AND seq = 9", b.account)
		}, account, 10, "was replaced"},
		{"swap two", func(_ *testing.T, b *books, k tool) {
			k.run("UPDATE entries SET seq = 99 WHERE chain = ? AND seq = 3", b.account)
			k.run("UPDATE entries SET seq = 3 WHERE chain = ? AND seq = 7", b.account)
			k.run("UPDATE entries SET seq = 7 WHERE chain = ? AND seq = 99", b.account)
		}, account, 3, "stands entry 7"},
		{"cut the tail", func(_ *testing.T, b *books, k tool) {
			k.run("DELETE FROM entries WHERE chain = ? AND seq > 9", b.account)
			k.run("DELETE FROM entry_personal WHERE chain = ? AND seq > 9", b.account)
		}, account, 10, "Entry 10 is missing"},
		{"cut the tail and lower the head", func(_ *testing.T, b *books, k tool) {
			k.run("DELETE FROM entries WHERE chain = ? AND seq > 9", b.account)
			k.run("DELETE FROM entry_personal WHERE chain = ? AND seq > 9", b.account)
			b.lower(k, 9)
		}, account, 10, "head was altered"},
		{"lower the head with an entry's own proof", func(_ *testing.T, b *books, k tool) {
			k.run("DELETE FROM entries WHERE chain = ? AND seq > 9", b.account)
			k.run("DELETE FROM entry_personal WHERE chain = ? AND seq > 9", b.account)
			b.lower(k, 9)
			k.run("UPDATE heads SET mac = (SELECT mac FROM entries WHERE chain = ? AND seq = 9) WHERE chain = ?",
				b.account, b.account)
		}, account, 10, "head was altered"},
		{"lower the head alone", func(_ *testing.T, b *books, k tool) { b.lower(k, 9) }, account, 13, "head was altered"},
		{"say that more was noted", func(_ *testing.T, b *books, k tool) {
			k.run("UPDATE heads SET noted_seq = 1000 WHERE chain = ?", b.account)
		}, account, 13, "head was altered"},
		{"drop a whole chain", func(_ *testing.T, b *books, k tool) {
			for _, table := range []string{"entries", "entry_personal", "heads"} {
				k.run("DELETE FROM "+table+" WHERE chain = ?", b.account)
			}
		}, account, 0, "log or its head is missing"},
		{"drop a head", func(_ *testing.T, b *books, k tool) {
			k.run("DELETE FROM heads WHERE chain = ?", b.account)
		}, account, 0, "log or its head is missing"},
		{"add entries of nobody", func(_ *testing.T, b *books, k tool) {
			k.run("INSERT INTO entries SELECT ?, seq, "+rest+" FROM entries WHERE chain = ?",
				id.New[id.AccountKind]().Bytes(), b.account)
		}, nowhere, 0, "a log that is not there"},
		{"rewrite a chain from an entry on without the key", func(t *testing.T, b *books, k tool) {
			b.rewrite(t, k, 5)
		}, account, 5, "not written by Gatehouse"},
		{"replace what an entry says of people", func(_ *testing.T, b *books, k tool) {
			k.run("DELETE FROM entry_personal WHERE chain = ? AND seq = 8 AND field = 'who'", b.account)
			k.run("UPDATE entry_personal SET seq = 8 WHERE chain = ? AND seq = 2 AND field = 'who'", b.account)
		}, account, 8, "says of people (who)"},
		{"take what another field says", func(_ *testing.T, b *books, k tool) {
			k.run("DELETE FROM entry_personal WHERE chain = ? AND seq = 8 AND field = 'who'", b.account)
			k.run("UPDATE entry_personal SET field = 'who' WHERE chain = ? AND seq = 8 AND field = 'what'", b.account)
		}, account, 8, "says of people (who)"},
		{"add an entry behind the end", func(_ *testing.T, b *books, k tool) {
			k.run("INSERT INTO entries SELECT chain, 13, "+rest+" FROM entries WHERE chain = ? AND seq = 12", b.account)
		}, account, 13, "behind the end"},
		{"add an entry before the first", func(_ *testing.T, b *books, k tool) {
			k.run("INSERT INTO entries SELECT chain, 0, "+rest+" FROM entries WHERE chain = ? AND seq = 12", b.account)
		}, account, 1, "was put before entry 1"},
		{"add a chain", func(_ *testing.T, b *books, k tool) {
			k.run("UPDATE entries SET chain = ? WHERE chain = ?", id.New[id.AccountKind]().Bytes(), b.account)
		}, account, 1, "Entry 1 is missing"},
	}
}

// lower puts the head back to an entry, with all that can be computed without the key.
func (b *books) lower(k tool, seq int64) {
	k.run("UPDATE heads SET seq = ?, hash = (SELECT hash FROM entries WHERE chain = ? AND seq = ?) WHERE chain = ?",
		seq, b.account, seq, b.account)
}

// rewrite alters an entry and hashes it and all that follow anew, as one who knows the program could.
func (b *books) rewrite(t *testing.T, k tool, from int64) {
	t.Helper()
	var prev []byte
	if err := k.QueryRowContext(t.Context(), "SELECT prev_hash FROM entries WHERE chain = ? AND seq = ?", b.account, from).
		Scan(&prev); err != nil {
		t.Fatal(err)
	}
	for seq := from; seq <= 12; seq++ {
		var body []byte
		if err := k.QueryRowContext(t.Context(), "SELECT body FROM entries WHERE chain = ? AND seq = ?", b.account, seq).
			Scan(&body); err != nil {
			t.Fatal(err)
		}
		if seq == from {
			body = []byte(strings.Replace(string(body), `"actor_role":"Owner"`, `"actor_role":"Guest"`, 1))
		}
		hash := activity.LinkHash([32]byte(prev), body)
		k.run("UPDATE entries SET body = ?, prev_hash = ?, hash = ? WHERE chain = ? AND seq = ?",
			body, prev, hash[:], b.account, seq)
		prev = hash[:]
	}
	k.run("UPDATE heads SET hash = ? WHERE chain = ?", prev, b.account)
}

func TestVerifyFindsEachAttack(t *testing.T) { // L3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		b := newBooks(t, w)
		if report := b.verify(t, activity.Check{}); !report.OK() || report.Chains != 3 || report.Entries != 20 {
			t.Fatalf("before: %+v", report)
		}
		k := b.tool(t)
		for _, a := range attacks() { // each on books of its own
			t.Run(a.name, func(t *testing.T) {
				b, k := newBooks(t, w), tool{k.DB, t}
				a.do(t, b, k)
				b.expect(t, activity.Check{}, a.chain(b), a.seq, a.says)
			})
		}
	})
}

// An entry without a word is not the row that says how far several filters looked: a page refuses it, and skips
// nothing.
func TestAnEmptiedEntryIsNotSkipped(t *testing.T) { // L3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		b := newBooks(t, w)
		b.tool(t).run("UPDATE entries SET body = '' WHERE chain = ? AND seq = 4", b.account)
		page, err := w.Log.Page(t.Context(), b.account, activity.Filter{})
		if !errors.Is(err, activity.ErrNotCanonical) {
			t.Errorf("%d entries, looked as far as %d, %v", len(page.Entries), page.Looked, err)
		}
	})
}
