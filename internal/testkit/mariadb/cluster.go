package mariadb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	galeraProvider = "/usr/lib/galera/libgalera_smm.so"
	joinTimeout    = 90 * time.Second
)

// Cluster is a Galera cluster: several servers that each take writes and agree on every commit.
type Cluster struct {
	nodes []*Server
}

// MissingForCluster is Missing with what a cluster needs on top.
func MissingForCluster() string { return Missing(galeraProvider, "rsync", "socat") }

// StartCluster starts the nodes one after the other, since each copies the data of those before it, and waits until
// all are in step. Three nodes take about a quarter of a minute.
func StartCluster(ctx context.Context, nodes int) (*Cluster, error) {
	if missing := MissingForCluster(); missing != "" {
		return nil, errors.New(missing)
	}
	ports, err := freePorts(ctx, nodes*portsPerNode)
	if err != nil {
		return nil, err
	}
	c := &Cluster{}
	for i := range nodes {
		node, err := start(ctx, ports[i*portsPerNode], folder{parent: roomyMemory()}, nodeOptions(i, ports)...)
		if err != nil {
			c.Stop()
			return nil, fmt.Errorf("cluster node %d: %w", i, err)
		}
		c.nodes = append(c.nodes, node)
		if err := node.awaitSynced(ctx); err != nil {
			err = fmt.Errorf("cluster node %d: %w\n%s", i, err, node.errorLog())
			c.Stop()
			return nil, err
		}
	}
	return c, nil
}

// DSN names node i as its administrator.
func (c *Cluster) DSN(i int) string { return c.nodes[i].DSN() }

// Kill ends node i at once, as a power cut would. The others evict it after about three seconds.
func (c *Cluster) Kill(i int) { c.nodes[i].Stop() }

// Stop kills every node.
func (c *Cluster) Stop() {
	for _, node := range c.nodes {
		node.Stop()
	}
}

// CreateDatabase makes one database and returns it as each node offers it.
func (c *Cluster) CreateDatabase(ctx context.Context) ([]Database, error) {
	first, err := CreateDatabase(ctx, c.DSN(0))
	if err != nil {
		return nil, err
	}
	var all []Database
	for _, node := range c.nodes {
		database, err := first.on(node.port)
		if err != nil {
			return nil, err
		}
		all = append(all, database)
	}
	return all, nil
}

// A node listens for clients, for the group, and for incremental and full copies of the data.
const portsPerNode = 4

func nodeOptions(node int, ports []int) []string {
	group := func(i int) int { return ports[i*portsPerNode+1] }
	var addresses []string
	for i := range len(ports) / portsPerNode {
		addresses = append(addresses, fmt.Sprintf("127.0.0.1:%d", group(i)))
	}
	options := []string{
		"--log-bin-trust-function-creators=ON", // a cluster logs, and then the schema's owner may make no triggers
		"--binlog-format=ROW", "--default-storage-engine=InnoDB", "--innodb-autoinc-lock-mode=2",
		"--innodb-log-file-size=16M", "--wsrep-on=ON", "--wsrep-provider=" + galeraProvider,
		"--wsrep-cluster-name=gatehouse", "--wsrep-cluster-address=gcomm://" + strings.Join(addresses, ","),
		fmt.Sprintf("--wsrep-node-name=n%d", node+1),
		fmt.Sprintf("--wsrep-node-address=127.0.0.1:%d", group(node)),
		"--wsrep-sst-method=rsync",
		fmt.Sprintf("--wsrep-sst-receive-address=127.0.0.1:%d", ports[node*portsPerNode+3]),
		"--wsrep-provider-options=" + providerOptions(group(node), ports[node*portsPerNode+2]),
	}
	if node == 0 {
		options = append(options, "--wsrep-new-cluster")
	}
	return options
}

// providerOptions shortens the time until a dead node is given up from half a minute to three seconds. The time of
// suspicion may only be lowered together with the period of the signs of life.
func providerOptions(group, copies int) string {
	return strings.Join([]string{
		"base_host=127.0.0.1", fmt.Sprintf("base_port=%d", group),
		fmt.Sprintf("gmcast.listen_addr=tcp://127.0.0.1:%d", group),
		fmt.Sprintf("ist.recv_addr=127.0.0.1:%d", copies), "gcache.size=16M",
		"evs.keepalive_period=PT0.5S", "evs.suspect_timeout=PT2S",
		"evs.inactive_timeout=PT4S", "evs.inactive_check_period=PT0.5S",
	}, ";")
}

func (s *Server) awaitSynced(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	pool, err := open(s.DSN())
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	for {
		var name, state string
		row := pool.QueryRowContext(ctx, "SHOW STATUS LIKE 'wsrep_local_state_comment'")
		if err := row.Scan(&name, &state); err == nil && state == "Synced" {
			return nil
		}
		select {
		case <-s.ended:
			return errors.New("mariadb: the node ended while it joined")
		case <-ctx.Done():
			return fmt.Errorf("mariadb: the node did not get in step (%s): %w", state, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}
