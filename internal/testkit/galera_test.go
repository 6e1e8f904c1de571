//go:build long

package testkit_test

import (
	"errors"
	"testing"
	"time"

	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

func TestLongClusterAgreesAndSurvivesTheLossOfANode(t *testing.T) {
	cluster := testkit.Galera(t, 3)
	nodes := cluster.Database(t)
	run(t, open(t, nodes[0].Migrate), "CREATE TABLE marks (id BIGINT PRIMARY KEY)")
	if err := nodes[0].GrantTables(t.Context()); err != nil {
		t.Fatal(err)
	}

	run(t, open(t, nodes[0].Write), "INSERT INTO marks VALUES (1)")
	seen := func(dsn string) (count int) {
		pool := open(t, dsn)
		pool.SetMaxOpenConns(1) // the setting holds for one connection
		run(t, pool, "SET SESSION wsrep_sync_wait = 1")
		if err := pool.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM marks").Scan(&count); err != nil {
			t.Fatal(err)
		}
		return count
	}
	for i, node := range nodes {
		if got := seen(node.Read); got != 1 {
			t.Errorf("node %d sees %d marks, want 1", i, got)
		}
	}

	cluster.Kill(2)
	write := open(t, nodes[1].Write)
	var err error
	for range 100 { // until the two that are left have given up the third
		if _, err = write.ExecContext(t.Context(), "INSERT INTO marks VALUES (2)"); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil {
		t.Fatalf("the two remaining nodes take no writes: %v", err)
	}
	if got := seen(nodes[0].Read); got != 2 {
		t.Errorf("node 0 sees %d marks after the loss of node 2, want 2", got)
	}
}

func TestLongClusterCarriesTheSchemaToEveryNode(t *testing.T) {
	for i, cfg := range testkit.Galera(t, 3).Migrated(t) {
		writer, reader, err := db.Open(t.Context(), cfg)
		if err != nil {
			t.Fatalf("node %d: %v", i, err)
		}
		var entries int64
		if err := reader.With(t.Context()).Raw("SELECT COUNT(*) FROM entries").Scan(&entries).Error; err != nil {
			t.Errorf("node %d: %v", i, err)
		}
		if err := errors.Join(reader.Close(), writer.Close()); err != nil {
			t.Errorf("node %d: %v", i, err)
		}
	}
}
