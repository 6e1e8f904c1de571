package activity_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the attacker's own way in

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// books are a world with the logs of an account of twelve entries and of a person of five, and a folder for notes.
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
		for _, table := range []string{"entries", "entry_personal", "heads", "activity_counts"} {
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
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
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
		rest := b.verify(t, activity.Check{From: activity.Report{Reached: first.Reached}})
		if !rest.OK() || first.Entries+rest.Entries != whole.Entries || rest.Entries == whole.Entries {
			t.Errorf("%d, then %d, of %d: %+v", first.Entries, rest.Entries, whole.Entries, rest.Problems)
		}
		k := b.tool(t)
		k.run("UPDATE entries SET outcome = 'failed' WHERE chain = ? AND seq = 1100", b.account)
		b.expect(t, activity.Check{From: activity.Report{Reached: first.Reached}}, b.account, 1100, "column outcome")
		first.Reached.Hash[0]++
		b.expect(t, activity.Check{From: activity.Report{Reached: first.Reached}}, b.account, 1001, "does not follow")
	})
}

func TestOneChainAlone(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		b := newBooks(t, w)
		report := b.verify(t, activity.Check{Chain: b.account})
		if !report.OK() || report.Chains != 1 || report.Entries != 12 {
			t.Errorf("got %+v", report)
		}
		unknown := id.AccountScope(id.New[id.AccountKind]())
		b.expect(t, activity.Check{Chain: unknown}, unknown, 0, "This log is missing.")
	})
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
