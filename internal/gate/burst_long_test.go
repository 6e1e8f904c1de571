//go:build long

package gate_test

import (
	"testing"
	"time"

	"gatehouse/internal/testkit"
)

// L2, L3: a server holds three hundred changes a second of one account, for as long as they come, with the chain whole.
// Nothing else runs beside it.
func TestLongThreeHundredChangesASecondAreHeld(t *testing.T) {
	for name, open := range map[string]func(testing.TB) *testkit.World{
		"sqlite": testkit.NewSQLite, "mariadb": testkit.NewMariaDB,
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t)
			chain := newAccount(t, w)
			const writers, each, aim = 8, 2500, 300
			longest, took := burst(t, []*testkit.World{w}, chain, writers, each)
			rate := writers * each / took.Seconds()
			t.Logf("%.0f changes/s for %v, the slowest took %v", rate, took, longest)
			if rate < aim {
				t.Errorf("%.0f changes/s, want %d", rate, aim)
			}
			whole(t, w, chain, writers*each)
		})
	}
}

// L2, L3: a burst on one account over a cluster, whose nodes each decide for themselves: waiting is bounded, nothing is
// lost, the chain is whole; and different accounts do not wait for one another.
func TestLongABurstOnThreeClusterNodes(t *testing.T) {
	configs := testkit.Galera(t, 3).Migrated(t)
	first := testkit.Open(t, configs[0], "")
	first.OnMySQL = true
	nodes := []*testkit.World{first}
	for _, cfg := range configs[1:] {
		nodes = append(nodes, testkit.Open(t, cfg, first.KeyDir))
	}
	for i := range 40 { // what was opened on one node is changed on another at once
		if err := edit(t.Context(), nodes[1+i%2].Gate, newAccount(t, first), func() {}); err != nil {
			t.Fatal(err)
		}
	}
	chain := newAccount(t, first)
	const writers, each, bound = 9, 60, 15 * time.Second // beyond it a change would have failed
	longest, took := burst(t, nodes, chain, writers, each)
	t.Logf("%.0f changes/s on three nodes, the slowest took %v", writers*each/took.Seconds(), longest)
	if longest > bound {
		t.Errorf("a change waited for %v", longest)
	}
	for _, node := range nodes {
		whole(t, node, chain, writers*each)
	}
	apart(t, first, nodes)
}
