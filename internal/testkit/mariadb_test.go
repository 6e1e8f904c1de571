package testkit_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/migrations"
)

const denied = 1142 // MariaDB: command denied to user for table

// L3: the portal's own database user can neither alter nor remove an entry.
func TestDatabaseUsersHoldOnlyTheirRights(t *testing.T) {
	database := testkit.MariaDBDatabase(t)
	migrate, write, read := open(t, database.Migrate), open(t, database.Write), open(t, database.Read)
	run(t, migrate, "CREATE TABLE entries (seq BIGINT PRIMARY KEY)")
	for _, table := range []string{"entry_personal", "heads", "activity_counts"} {
		run(t, migrate, "CREATE TABLE "+table+" (seq BIGINT PRIMARY KEY)")
	}
	run(t, migrate, "CREATE TABLE invoices (id BIGINT PRIMARY KEY, state INT)")
	run(t, migrate, `CREATE TRIGGER entries_stay BEFORE DELETE ON entries FOR EACH ROW SIGNAL SQLSTATE '45000'`)
	if err := database.GrantTables(t.Context()); err != nil {
		t.Fatal(err)
	}

	run(t, write, "INSERT INTO entries VALUES (1)")
	run(t, write, "INSERT INTO invoices VALUES (1, 0)")
	run(t, write, "UPDATE invoices SET state = 1")
	run(t, write, "DELETE FROM invoices")
	for _, statement := range []string{
		"UPDATE entries SET seq = 2", "DELETE FROM entries", "DROP TABLE entries", "TRUNCATE entries",
		"DROP TABLE invoices", "ALTER TABLE entries ADD COLUMN x INT", "DROP TRIGGER entries_stay",
	} {
		refused(t, write, statement)
	}
	refused(t, read, "INSERT INTO invoices VALUES (1, 0)")
	maintain := open(t, database.Maintain)
	for _, statement := range []string{
		"UPDATE entries SET seq = 2", "DELETE FROM heads", "DELETE FROM invoices", "DROP TABLE entries",
	} {
		refused(t, maintain, statement)
	}
	var entries int
	if err := read.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM entries").Scan(&entries); err != nil {
		t.Fatal(err)
	}
	if entries != 1 {
		t.Errorf("the reader sees %d entries, want 1", entries)
	}
}

func TestDatabasesAreSeparate(t *testing.T) {
	one, other := testkit.MariaDBDatabase(t), testkit.MariaDBDatabase(t)
	run(t, open(t, one.Migrate), "CREATE TABLE secrets (id BIGINT)")
	refused(t, open(t, other.Write), "SELECT * FROM "+one.Name+".secrets")
}

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	pool, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

func run(t *testing.T, pool *sql.DB, statement string) {
	t.Helper()
	if _, err := pool.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func refused(t *testing.T, pool *sql.DB, statement string) {
	t.Helper()
	_, err := pool.ExecContext(t.Context(), statement)
	var server *mysql.MySQLError
	if !errors.As(err, &server) || server.Number != denied || !strings.Contains(server.Message, "denied") {
		t.Errorf("%s: got %v, want it denied", statement, err)
	}
}

// What the manual grants is enough to look for migrations that have not run, and its DSNs need no parameters.
func TestTheProgramsUserMayLookForMigrations(t *testing.T) {
	w := testkit.NewMariaDB(t)
	if n, err := db.Pending(t.Context(), w.Config, migrations.Files()); err != nil || n != 0 {
		t.Errorf("%d pending, %v", n, err)
	}
}
