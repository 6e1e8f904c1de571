// Package tries slows guessing down: failed tries are counted under what was tried, before they are looked at, and
// waits follow; what may be asked for from outside has a limit in each span of time. It writes signin_counters, and
// knows nobody: a counter is kept for addresses that nobody has, too (S4, S5, S7, D2).
package tries

import (
	"gatehouse/internal/gate"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/secretbox"
)

// Tries counts. It is safe for concurrent use.
type Tries struct {
	gate *gate.Gate
	box  *secretbox.Box
	out  *outbox.Box
}

// New makes it. It reads and writes nothing yet.
func New(g *gate.Gate, box *secretbox.Box, out *outbox.Box) *Tries {
	return &Tries{gate: g, box: box, out: out}
}
