package testkit

import (
	"context"
	"os"
	"sync"
	"testing"

	"gatehouse/internal/testkit/mariadb"
)

// Database is one database on a test server, with its users; see mariadb.Database.
type Database = mariadb.Database

// lazyServer is started by the first test of a test binary that needs it. It ends with the process.
var lazyServer = sync.OnceValues(func() (*mariadb.Server, error) {
	return mariadb.Start(context.Background())
})

// MariaDB returns the administrator's DSN of a server to test against: the one that GATEHOUSE_TEST_DSN names (the
// wrapper of `make test` sets it), or else one started for this test binary. Where none can be had the test is
// skipped with what to install, or fails if GATEHOUSE_REQUIRE_MARIADB says that it must run.
func MariaDB(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		t.Skip("left out by -short: needs a MariaDB server")
	}
	if dsn := os.Getenv("GATEHOUSE_TEST_DSN"); dsn != "" {
		return dsn
	}
	orSkip(t, mariadb.Missing())
	server, err := lazyServer()
	if err != nil {
		t.Fatal(err)
	}
	return server.DSN()
}

// MariaDBDatabase makes an empty database for one test and drops it afterwards. Run the migrations as
// Database.Migrate, then call GrantTables, then work as Database.Write and Database.Read.
func MariaDBDatabase(t testing.TB) Database {
	t.Helper()
	database, err := mariadb.CreateDatabase(t.Context(), MariaDB(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // the test's own context has ended by now
		if err := database.Drop(context.Background()); err != nil {
			t.Errorf("drop %s: %v", database.Name, err)
		}
	})
	return database
}

func orSkip(t testing.TB, missing string) {
	t.Helper()
	switch {
	case missing == "":
	case os.Getenv("GATEHOUSE_REQUIRE_MARIADB") != "":
		t.Fatal(missing)
	default:
		t.Skip(missing)
	}
}
