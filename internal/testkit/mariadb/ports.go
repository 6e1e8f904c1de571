package mariadb

import (
	"context"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports above this range are handed out by the kernel to outgoing connections, and would collide with them.
const (
	lowestPort  = 20000
	highestPort = 32000
)

// anywhere is where test binaries look first, so that those which start together rarely meet.
func anywhere() int { return rand.IntN(highestPort - lowestPort) }

// portOf is where a place looks first, today as tomorrow.
func portOf(place string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(place))
	return int(h.Sum32() % (highestPort - lowestPort))
}

func freePorts(ctx context.Context, count int) ([]int, error) {
	return freePortsFrom(ctx, anywhere(), count)
}

// freePortsFrom finds ports that nobody listens on, and begins its search so far above the lowest.
func freePortsFrom(ctx context.Context, first, count int) ([]int, error) {
	var listen net.ListenConfig
	var found []int
	span := highestPort - lowestPort
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
