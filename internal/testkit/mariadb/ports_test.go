package mariadb_test

import (
	"testing"

	"gatehouse/internal/testkit/mariadb"
)

// TestAPlaceHasItsPort: what `go test` remembers of a run holds for the next one while the DSN is the same.
func TestAPlaceHasItsPort(t *testing.T) {
	needsServer(t)
	place := t.TempDir()
	var dsns []string
	for range 2 {
		server, err := mariadb.StartFor(t.Context(), place)
		if err != nil {
			t.Fatal(err)
		}
		dsns = append(dsns, server.DSN())
		server.Stop()
	}
	if dsns[0] != dsns[1] {
		t.Errorf("the same place had %s, then %s", dsns[0], dsns[1])
	}
}
