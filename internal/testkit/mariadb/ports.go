package mariadb

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports above this range are handed out by the kernel to outgoing connections, and would collide with them.
const (
	lowestPort  = 20000
	highestPort = 32000
)

// freePorts finds ports that nobody listens on. The search starts anywhere, so that test binaries which start
// together rarely meet.
func freePorts(ctx context.Context, count int) ([]int, error) {
	var listen net.ListenConfig
	var found []int
	span := highestPort - lowestPort
	first := rand.IntN(span)
	for step := 0; step < span && len(found) < count; step++ {
		port := lowestPort + (first+step)%span
		listener, err := listen.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		_ = listener.Close()
		found = append(found, port)
	}
	if len(found) < count {
		return nil, errors.New("mariadb: no free ports on 127.0.0.1")
	}
	return found, nil
}
