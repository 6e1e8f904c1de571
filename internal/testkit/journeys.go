package testkit

import (
	"context"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/go-sql-driver/mysql"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// Journeys is another writer on the server of a world, and counts how often it asks the server for something: each time
// is a journey there and back.
func Journeys(t testing.TB, w *World) (*db.Writer, *atomic.Int64) {
	t.Helper()
	n, network := &atomic.Int64{}, "counted-"+id.New[id.RequestKind]().String()
	mysql.RegisterDialContext(network, func(ctx context.Context, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		return countedConn{conn, n}, err
	})
	t.Cleanup(func() { mysql.DeregisterDialContext(network) })
	cfg := w.Config
	cfg.Write = strings.Replace(cfg.Write, "tcp(", network+"(", 1)
	writer, reader, err := db.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = writer.Close(), reader.Close() })
	return writer, n
}

// countedConn counts what is written to a server: each command is one packet.
type countedConn struct {
	net.Conn

	n *atomic.Int64
}

// Write sends a packet.
func (c countedConn) Write(p []byte) (int, error) {
	c.n.Add(1)
	return c.Conn.Write(p)
}
