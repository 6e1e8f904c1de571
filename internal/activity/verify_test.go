package activity_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the attacker's own way in

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// log is a world with the logs of an account of twelve entries and of a person of five, and a folder for notes.
type books struct {
	*testkit.World
	account, person id.Scope
	notes           string
}

func newBooks(t *testing.T, w *testkit.World) *books {
	t.Helper()
	b := &books{
		World: w, account: id.AccountScope(id.New[id.AccountKind]()), person: id.PersonScope(id.New[id.PersonKind]()),
		notes: filepath.Join(t.TempDir(), "notes"),
	}
	testkit.Entries(t, w, b.account, 12)
	testkit.Entries(t, w, b.person, 5)
	return b
}

func (b *books) verify(t *testing.T, c activity.Check) activity.Report {
	t.Helper()
	report, err := b.Log.Verify(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func (b *books) sign(t *testing.T) {
	t.Helper()
	if _, err := b.Gate.SignNotes(t.Context(), b.notes); err != nil {
		t.Fatal(err)
	}
}

// tool is a database tool behind the program's back: the schema owner's hands, with the triggers out of the way.
type tool struct {
	*sql.DB
	t *testing.T
}

func (b *books) tool(t *testing.T) tool {
	t.Helper()
	k := tool{b.raw(t, b.Server.Migrate), t}
	k.run("DROP TRIGGER entries_never_change")
	k.run("DROP TRIGGER entries_never_go")
	if !b.OnMySQL {
		k.run("DROP TRIGGER entries_never_replaced")
	}
	return k
}

// raw is a connection of a user of the database, or to the file where there are no users.
func (b *books) raw(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	driver := "mysql"
	if !b.OnMySQL {
		driver, dsn = "sqlite", b.Config.Path
	}
	pool, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

func (k tool) run(text string, args ...any) {
	k.t.Helper()
	res, err := k.ExecContext(k.t.Context(), text, args...)
	if err != nil {
		k.t.Fatalf("%s: %v", text, err)
	}
	if n, _ := res.RowsAffected(); n == 0 && !strings.HasPrefix(text, "DROP") && !strings.HasPrefix(text, "CREATE") {
		k.t.Fatalf("%s: touched nothing", text)
	}
}

// keep copies rows aside, to put them back later.
func (k tool) keep(name, from string, args ...any) {
	k.run("CREATE TABLE "+name+" AS SELECT * FROM "+from, args...)
}

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

// expect verifies and wants the chain's one problem to be this one, and the other chains to be in order.
func (b *books) expect(t *testing.T, c activity.Check, chain id.Scope, seq int64, says string) {
	t.Helper()
	report := b.verify(t, c)
	found := false
	for _, p := range report.Problems {
		found = found || p.Chain == chain && p.Seq == seq && strings.Contains(p.What, says)
		if p.Chain == b.person || p.Chain == b.account && (p.Seq != seq || !strings.Contains(p.What, says)) {
			t.Errorf("found %+v", p)
		}
	}
	if !found {
		t.Errorf("want entry %d of %s, %q; found %+v", seq, chain, says, report.Problems)
	}
}

func TestEntriesNeitherChangeNorGo(t *testing.T) { // L3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		b := newBooks(t, w)
		statements := []string{
			"UPDATE entries SET outcome = 'failed'", "UPDATE entries SET seq = seq + 100", "DELETE FROM entries",
			"DELETE FROM entries WHERE seq = 12", "REPLACE INTO entries SELECT * FROM entries WHERE seq = 12",
		}
		users := map[string]string{"the owner of the schema": b.Server.Migrate}
		if w.OnMySQL {
			users["the portal"] = b.Server.Write
		}
		for user, dsn := range users {
			pool := b.raw(t, dsn)
			for _, statement := range statements {
				if _, err := pool.ExecContext(t.Context(), statement); err == nil {
					t.Errorf("%s could %s", user, statement)
				}
			}
		}
		if w.OnMySQL { // without users there is nobody to refuse these to
			for _, statement := range []string{
				"TRUNCATE entries", "DROP TABLE entries", "DROP TRIGGER entries_never_go", "ALTER TABLE entries DROP COLUMN body",
				"RENAME TABLE entries TO gone",
			} {
				if _, err := b.raw(t, b.Server.Write).ExecContext(t.Context(), statement); err == nil {
					t.Errorf("the portal could %s", statement)
				}
			}
		}
		if report := b.verify(t, activity.Check{}); !report.OK() || report.Entries != 20 {
			t.Errorf("afterwards: %+v", report)
		}
	})
}

func TestALogThatVanishesWithItsOwnerIsMissed(t *testing.T) { // L3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		b := newBooks(t, w)
		k := b.tool(t)
		for _, key := range []id.Scope{b.account, id.AccountScope(id.New[id.AccountKind]())} {
			insert := "INSERT INTO accounts (account_id, currency, state, created_at) VALUES (?, 'GBP', 'active', 1)"
			k.run(insert, key)
			if key != b.account {
				b.expect(t, activity.Check{}, key, 0, "whole log of this account is missing")
				k.run("DELETE FROM accounts WHERE account_id = ?", key)
			}
		}
		if report := b.verify(t, activity.Check{}); !report.OK() {
			t.Fatalf("before: %+v", report.Problems)
		}
		for _, table := range []string{"entries", "entry_personal", "heads"} {
			k.run("DELETE FROM "+table+" WHERE chain = ?", b.account)
		}
		k.run("DELETE FROM accounts WHERE account_id = ?", b.account)
		b.expect(t, activity.Check{}, b.account, 0, "provider’s log says that it was opened")
	})
}

func TestAChainThatNobodyOpenedIsFound(t *testing.T) { // L3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		b := newBooks(t, w)
		k := b.tool(t)
		for _, table := range []string{"entries", "entry_personal", "heads"} {
			k.run("DELETE FROM "+table+" WHERE chain = ?", id.ProviderScope())
		}
		report := b.verify(t, activity.Check{})
		if len(report.Problems) != 3 {
			t.Errorf("found %+v", report.Problems)
		}
		if err := w.Gate.Begin(t.Context()); err != nil { // what a start of the program would do
			t.Fatal(err)
		}
		b.expectBoth(t)
	})
}

func (b *books) expectBoth(t *testing.T) {
	t.Helper()
	report := b.verify(t, activity.Check{})
	for _, p := range report.Problems {
		if p.What != "The provider’s log does not say that this log was opened." {
			t.Errorf("found %+v", p)
		}
	}
	if len(report.Problems) != 2 {
		t.Errorf("found %+v", report.Problems)
	}
}

func TestOldRowsWithTheirOldHeadAreFoundByTheNote(t *testing.T) { // L3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		b := newBooks(t, w)
		k := b.tool(t)
		k.keep("old_head", "heads WHERE chain = ?", b.account) // as it is now, with a MAC that fits
		testkit.Entries(t, w, b.account, 4)
		b.sign(t)
		if report := b.verify(t, activity.Check{Notes: b.notes}); !report.OK() || report.Notes != 1 {
			t.Fatalf("before: %+v", report)
		}
		for _, table := range []string{"entries", "entry_personal"} {
			k.run("DELETE FROM "+table+" WHERE chain = ? AND seq > 12", b.account)
		}
		k.run("DELETE FROM heads WHERE chain = ?", b.account)
		k.run("INSERT INTO heads SELECT * FROM old_head")
		if report := b.verify(t, activity.Check{}); !report.OK() {
			t.Fatalf("the database alone cannot tell, but: %+v", report.Problems)
		}
		b.expect(t, activity.Check{Notes: b.notes}, b.account, 13, "Entry 13 is missing: note 1")
		// going on from there gives the chain other entries than those that were noted
		testkit.Entries(t, w, b.account, 6)
		b.sign(t)
		b.expect(t, activity.Check{Notes: b.notes}, b.account, 16, "is not the one that note 1")
		b.expect(t, activity.Check{Notes: b.notes, Chain: b.account}, b.account, 16, "is not the one that note 1")
	})
}

func TestChangedNotesAreFound(t *testing.T) { // L3
	t.Parallel()
	w := testkit.NewSQLite(t)
	b := newBooks(t, w)
	for range 3 {
		testkit.Entries(t, w, b.account, 1)
		b.sign(t)
	}
	check := activity.Check{Notes: b.notes}
	if report := b.verify(t, check); !report.OK() || report.Notes != 3 {
		t.Fatalf("before: %+v", report)
	}
	path := filepath.Join(b.notes, "note-0000000002.txt")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Replace(string(raw), "chains 3", "chains 2", 1))
	b.expectNote(t, "Note 2 ("+path+") is not as it was signed.")
	third, err := os.ReadFile(filepath.Join(b.notes, "note-0000000003.txt"))
	if err != nil {
		t.Fatal(err)
	}
	write(string(third))
	b.expectNote(t, "Note 3 is kept under the number 2.")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	b.expectNote(t, "Note 2 is missing.")
	write(string(raw))
	if report := b.verify(t, check); !report.OK() {
		t.Errorf("put back: %+v", report.Problems)
	}
	if err := os.RemoveAll(b.notes); err != nil {
		t.Fatal(err)
	}
	b.expectNote(t, "There are no notes in "+b.notes+", but notes were signed.")
}

func (b *books) expectNote(t *testing.T, want string) {
	t.Helper()
	if report := b.verify(t, activity.Check{Notes: b.notes}); !strings.Contains(fmt.Sprint(report.Problems), want) {
		t.Errorf("found %+v, want %q", report.Problems, want)
	}
}

func TestErasingLeavesVerifyContent(t *testing.T) { // G2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		b := newBooks(t, w)
		b.sign(t)
		k := b.tool(t)
		k.run("DELETE FROM entry_personal WHERE chain = ?", b.person)
		k.run("DELETE FROM entry_personal WHERE chain = ? AND field = 'what' AND seq IN (2, 12)", b.account)
		report := b.verify(t, activity.Check{Notes: b.notes})
		if !report.OK() || report.Erased != 7 {
			t.Errorf("got %+v", report)
		}
		page, err := w.Log.Page(t.Context(), b.account, activity.Filter{Limit: 1})
		if err != nil || !page.Entries[0].Erased || page.Entries[0].Who.Name == "" || page.Entries[0].What.Label != "" {
			t.Errorf("the page reads %+v, %v", page.Entries, err)
		}
		page, err = w.Log.Page(t.Context(), b.person, activity.Filter{Limit: 1})
		if err != nil || !page.Entries[0].Erased || page.Entries[0].Who.Name != "" {
			t.Errorf("the page reads %+v, %v", page.Entries, err)
		}
	})
}

func TestVerifyGoesOnWhereItWasStopped(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	b := newBooks(t, w)
	testkit.Entries(t, w, b.account, 1200)
	ctx, cancel := context.WithCancel(t.Context())
	steps := 0
	first, err := w.Log.Verify(ctx, activity.Check{Progress: func(r activity.Report) {
		if steps++; r.Reached.Chain == b.account && r.Reached.Seq == 1000 {
			cancel()
		}
	}})
	if err == nil || first.Reached.Chain != b.account || first.Reached.Seq != 1000 {
		t.Fatalf("stopped at %+v, %v", first.Reached, err)
	}
	whole := b.verify(t, activity.Check{})
	rest := b.verify(t, activity.Check{From: first.Reached})
	if !rest.OK() || first.Entries+rest.Entries != whole.Entries || rest.Entries == whole.Entries {
		t.Errorf("%d, then %d, of %d: %+v", first.Entries, rest.Entries, whole.Entries, rest.Problems)
	}
	k := b.tool(t)
	k.run("UPDATE entries SET outcome = 'failed' WHERE chain = ? AND seq = 1100", b.account)
	b.expect(t, activity.Check{From: first.Reached}, b.account, 1100, "column outcome")
	first.Reached.Hash[0]++
	b.expect(t, activity.Check{From: first.Reached}, b.account, 1001, "does not follow")
}

func TestOneChainAlone(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	b := newBooks(t, w)
	report := b.verify(t, activity.Check{Chain: b.account})
	if !report.OK() || report.Chains != 1 || report.Entries != 12 {
		t.Errorf("got %+v", report)
	}
	unknown := id.AccountScope(id.New[id.AccountKind]())
	b.expect(t, activity.Check{Chain: unknown}, unknown, 0, "This log is missing.")
}

func TestVerifyBesideARunningSystem(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		b := newBooks(t, w)
		done := make(chan error)
		go func() {
			l := testkit.Loader{Writer: w.Writer, Log: w.Log, Gate: w.Gate}
			var first, second error
			for range 15 {
				if first == nil && second == nil {
					_, first = l.Entries(t.Context(), id.AccountScope(id.New[id.AccountKind]()), 3)
					_, second = l.Entries(t.Context(), b.account, 40)
				}
			}
			done <- errors.Join(first, second)
		}()
		for running := true; running; {
			select {
			case err := <-done:
				if running = false; err != nil {
					t.Error(err)
				}
			default:
			}
			b.sign(t)
			if report := b.verify(t, activity.Check{Notes: b.notes}); !report.OK() {
				t.Errorf("found %+v", report.Problems)
			}
		}
		if report := b.verify(t, activity.Check{Notes: b.notes}); !report.OK() || report.Chains != 18 {
			t.Errorf("found %+v", report)
		}
	})
}
