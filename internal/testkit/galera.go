package testkit

import (
	"context"
	"testing"

	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit/mariadb"
	"gatehouse/migrations"
)

// Cluster is a running Galera cluster; see mariadb.Cluster.
type Cluster struct{ *mariadb.Cluster }

// Galera starts a cluster for one test and stops it afterwards. It takes about a quarter of a minute, so only tests
// with the build tag `long` use it.
func Galera(t testing.TB, nodes int) Cluster {
	t.Helper()
	orSkip(t, mariadb.MissingForCluster())
	cluster, err := mariadb.StartCluster(t.Context(), nodes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Stop)
	return Cluster{cluster}
}

// Database makes an empty database and returns it as each node offers it.
func (c Cluster) Database(t testing.TB) []Database {
	t.Helper()
	databases, err := c.CreateDatabase(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return databases
}

// Migrated makes a migrated database and returns its configuration for each node.
func (c Cluster) Migrated(t testing.TB) []db.Config {
	t.Helper()
	var nodes []db.Config
	databases := c.Database(t)
	for _, d := range databases {
		nodes = append(nodes, db.Config{Dialect: db.MySQL, Write: d.Write, Read: d.Read, Migrate: d.Migrate})
	}
	if _, err := db.Migrate(t.Context(), nodes[0], migrations.Files()); err != nil {
		t.Fatal(err)
	}
	if err := databases[0].GrantTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	return nodes
}
