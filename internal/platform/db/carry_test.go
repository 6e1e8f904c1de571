package db_test

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-sql-driver/mysql"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

const newHead = "INSERT INTO heads (chain, kind, seq, hash, mac, changed_at) VALUES (?, 'account', 0, ?, ?, 0)"

func headOf(text string) (chain, hash, mac db.Blob) {
	chain = make(db.Blob, 16)
	copy(chain, text)
	return chain, make(db.Blob, 32), db.Blob("m")
}

// add writes heads with names, the statements to be sent later.
func add(tx *db.Tx, names ...string) error {
	for _, name := range names {
		chain, hash, mac := headOf(name)
		if err := tx.Later().Exec(newHead, chain, hash, mac).Error; err != nil {
			return err
		}
	}
	return nil
}

// On a server each statement is a journey, and a log stands still meanwhile.
func TestWhatNobodyWaitsForTravelsAlong(t *testing.T) {
	t.Parallel()
	w := testkit.NewMariaDB(t)
	writer, n := testkit.Journeys(t, w)
	read := func(tx *db.Tx) error { var x int; return tx.Raw("SELECT COUNT(*) FROM heads").Scan(&x).Error }
	broken := errors.New("broken")
	for what, c := range map[string]struct {
		want int64
		work func(tx *db.Tx) error
	}{
		"nothing":                  {0, func(*db.Tx) error { return nil }},
		"nothing, and it failed":   {0, func(*db.Tx) error { return broken }},
		"one read, and the commit": {2, read},
		"a read, and four later":   {2, func(tx *db.Tx) error { return errors.Join(read(tx), add(tx, "a", "b", "c", "d")) }},
		"only later":               {1, func(tx *db.Tx) error { return add(tx, "e") }},
		"later, and then a read":   {2, func(tx *db.Tx) error { return errors.Join(add(tx, "f"), read(tx)) }},
		"later, and it failed":     {0, func(tx *db.Tx) error { return errors.Join(add(tx, "x"), broken) }},
		"a read, and it failed":    {2, func(tx *db.Tx) error { return errors.Join(read(tx), add(tx, "x"), broken) }},
	} {
		before := n.Load()
		if err := writer.Do(t.Context(), c.work); err != nil && !errors.Is(err, broken) {
			t.Errorf("%s: %v", what, err)
		}
		if got := n.Load() - before; got != c.want {
			t.Errorf("%s: %d journeys, want %d", what, got, c.want)
		}
	}
	if got := w.Count(t, "heads", "mac = x'6D'"); got != 6 {
		t.Errorf("%d rows were written", got)
	}
}

// What comes later fails as a whole, with the commit at the latest, and whatever the work thinks of it.
func TestWhatComesLaterIsWrittenOrNothingIs(t *testing.T) { // L2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		if err := w.Writer.Do(t.Context(), func(tx *db.Tx) error { return add(tx, "there") }); err != nil {
			t.Fatal(err)
		}
		update := func(tx *db.Tx) error { return tx.Exec("UPDATE heads SET locks = locks + 9000").Error }
		for what, work := range map[string]func(tx *db.Tx) error{
			"first":           func(tx *db.Tx) error { return errors.Join(add(tx, "there", "new"), update(tx)) },
			"last":            func(tx *db.Tx) error { return errors.Join(update(tx), add(tx, "new", "there")) },
			"between":         func(tx *db.Tx) error { return errors.Join(update(tx), add(tx, "new", "there", "newer")) },
			"before a read":   func(tx *db.Tx) error { return errors.Join(add(tx, "there"), tx.Exec("SELECT 1").Error) },
			"alone, and once": func(tx *db.Tx) error { return add(tx, "there") },
		} {
			if err := w.Writer.Do(t.Context(), work); !db.IsDuplicate(err) {
				t.Errorf("%s: %v", what, err)
			}
			if n := w.Count(t, "heads", "locks >= 9000 OR chain = ?", id.ProviderScope()); n != 1 {
				t.Errorf("%s: %d rows show it", what, n)
			}
			if n := w.Count(t, "heads", "mac = x'6D'"); n != 1 {
				t.Errorf("%s: %d rows were added", what, n-1)
			}
		}
	})
}

// A work that shrugs off an error may not shrug off that of what belongs to it.
func TestWhatComesLaterIsNotShruggedOff(t *testing.T) { // L2
	t.Parallel()
	w := testkit.NewMariaDB(t)
	if err := w.Writer.Do(t.Context(), func(tx *db.Tx) error { return add(tx, "there") }); err != nil {
		t.Fatal(err)
	}
	err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
		_ = add(tx, "new", "there")
		_ = tx.Exec("UPDATE heads SET locks = 9000").Error
		return tx.Exec("UPDATE heads SET locks = 9001").Error
	})
	if err == nil || w.Count(t, "heads", "locks >= 9000 OR mac = x'6D'") != 1 {
		t.Errorf("half a change was committed: %v", err)
	}
	if err := w.Writer.Do(t.Context(), func(tx *db.Tx) error { return add(tx, "next") }); err != nil {
		t.Error(err)
	}
}

func TestWhatWaitsIsKeptAsItWas(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		many := make([]any, 30_000) // two of these are more than may wait
		for i := range many {
			many[i] = make(db.Blob, 16)
		}
		list := strings.TrimSuffix(strings.Repeat("?, ", len(many)), ", ")
		err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
			chain, hash, mac := headOf("mine")
			failed := []error{tx.Later().Exec(newHead, chain, hash, mac).Error}
			copy(chain, "other")
			copy(mac, "x")
			failed = append(failed, tx.Later().Exec(newHead, chain, hash, mac).Error)
			clear(chain)
			for range 3 {
				failed = append(failed, tx.Later().Exec("UPDATE heads SET locks = 1 WHERE chain IN ("+list+")", many...).Error)
			}
			// a question mark that is no value: the driver sends these one by one
			failed = append(failed, tx.Later().Exec("UPDATE heads SET mac = 'a?' WHERE mac = x'78'").Error)
			return errors.Join(failed...)
		})
		if err != nil {
			t.Fatal(err)
		}
		mine, _, _ := headOf("mine")
		other, _, _ := headOf("other")
		if w.Count(t, "heads", "chain = ? AND mac = x'6D'", mine) != 1 ||
			w.Count(t, "heads", "chain = ? AND mac LIKE 'a_'", other) != 1 {
			t.Error("what waited was written as it became")
		}
	})
}

// Connections that died while nobody used them cost nobody a change.
func TestADeadConnectionCostsNoChange(t *testing.T) { // R3
	t.Parallel()
	w := testkit.NewMariaDB(t)
	var all sync.WaitGroup
	var met sync.WaitGroup
	met.Add(5)
	for range 5 { // at once, so that there are five connections
		all.Go(func() {
			err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
				met.Done()
				met.Wait()
				return tx.Exec("SELECT 1").Error
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	killed := killWriters(t, w)
	if killed < 5 {
		t.Fatalf("%d connections", killed)
	}
	runs := 0
	err := w.Writer.Do(t.Context(), func(tx *db.Tx) error { runs++; return add(tx, "after") })
	if err != nil || w.Count(t, "heads", "mac = x'6D'") != 1 {
		t.Errorf("after %d runs: %v", runs, err)
	}
}

// One that dies in the middle takes the change with it.
func TestAConnectionThatDiesInTheMiddleUndoes(t *testing.T) { // R3
	t.Parallel()
	w := testkit.NewMariaDB(t)
	for _, between := range []bool{false, true} {
		err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
			if err := errors.Join(tx.Exec("UPDATE heads SET locks = 9000").Error, add(tx, "lost")); err != nil {
				return err
			}
			killWriters(t, w)
			if between {
				return tx.Exec("UPDATE heads SET locks = 9001").Error
			}
			return nil
		})
		if fault.KindOf(err) != fault.KindUnavailable || w.Count(t, "heads", "locks >= 9000 OR mac = x'6D'") != 0 {
			t.Errorf("%v: %v", between, err)
		}
	}
}

// killWriters ends the connections of the world's writing user.
func killWriters(t *testing.T, w *testkit.World) int {
	t.Helper()
	cfg, err := mysql.ParseDSN(w.Server.Write)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := sql.Open("mysql", w.Server.Admin)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = admin.Close() }()
	rows, err := admin.QueryContext(t.Context(), "SELECT id FROM information_schema.processlist WHERE user = ?", cfg.User)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var ids []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, n)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, n := range slices.Compact(ids) {
		if _, err := admin.ExecContext(t.Context(), "KILL ?", n); err != nil {
			t.Fatal(err)
		}
	}
	return len(ids)
}

// A text of several statements is nobody's but this package's.
func TestStatementsAreNotStacked(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		for _, text := range []string{
			"UPDATE heads SET locks = 9000; UPDATE heads SET locks = 9001",
			"UPDATE heads SET locks = 9000 WHERE mac <> 'a\\'; UPDATE heads SET locks = 9001 WHERE mac <> '-'",
		} {
			for _, later := range []bool{false, true} {
				err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
					q := tx.DB
					if later {
						q = tx.Later()
					}
					return q.Exec(text).Error
				})
				if err == nil && w.OnMySQL || w.Count(t, "heads", "locks = 9001") != 0 {
					t.Errorf("%v: %s", err, text)
				}
			}
		}
	})
}
