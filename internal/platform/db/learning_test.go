package db_test

import (
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// What comes again and again is kept prepared by the server, and answers as before.
func TestAServerKeepsWhatItIsOftenAsked(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		ask := func(text string, args ...any) []int {
			t.Helper()
			rows, err := db.ReadRows(w.Reader.With(t.Context()).Raw(text, args...), func(n *int) []any { return []any{n} })
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		for n := range 400 { // over all connections
			for _, text := range []string{"SELECT ? + 1", "SELECT ? + 1 LIMIT 3", "SELECT CAST(? AS DECIMAL) + 1"} {
				if got := ask(text, n); len(got) != 1 || got[0] != n+1 {
					t.Fatalf("%s with %d: %v", text, n, got)
				}
			}
		}
		for n := range 400 { // more texts than are kept or counted
			if got := ask(fmt.Sprintf("SELECT ? + %d", n), 1); len(got) != 1 || got[0] != n+1 {
				t.Fatalf("text %d: %v", n, got)
			}
		}
		if !w.OnMySQL {
			return
		}
		text := "SELECT EXISTS (SELECT 1 FROM information_schema.session_status WHERE variable_name = 'Com_stmt_prepare' " +
			"AND CAST(variable_value AS SIGNED) > 0)"
		if got := ask(text); len(got) != 1 || got[0] != 1 {
			t.Errorf("the server was asked to keep nothing: %v", got)
		}
	})
}

// The bound on a statement's time holds for what is kept prepared, too (SECURITY.md D1).
func TestAKeptStatementEndsInTime(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("left out by -short: waits for the bound")
	}
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		if !w.OnMySQL {
			return // a file has no such bound
		}
		sleep := func(seconds float64) error {
			_, err := db.ReadRows(w.Reader.With(t.Context()).Raw("SELECT SLEEP(?) FROM heads RIGHT JOIN (SELECT 1) one ON 1 = 0",
				seconds), func(n *int) []any { return []any{n} })
			return err
		}
		for range 400 { // on whichever connection the last one comes
			if err := sleep(0); err != nil {
				t.Fatal(err)
			}
		}
		begin := time.Now()
		err := sleep(30)
		if took := time.Since(begin); err == nil && took > 10*time.Second || took > 14*time.Second {
			t.Errorf("it ended after %s: %v", took, err)
		}
	})
}
