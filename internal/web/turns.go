package web

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

// turnTime is how long a page keeps the next one waiting at most: ten times what one takes. Whichever takes longer is
// waiting for something else than a processor, such as a panel or the gateway; the next one can have that meanwhile.
const turnTime = 25 * time.Millisecond

// turns have pages be made in the order in which they were asked for, so many at a time. Processors that are shared by
// more pages than that make all of them late; in a line those that came first are done first.
type turns chan struct{}

func newTurns(atOnce int) turns { return make(turns, atOnce) }

// turn is the time in which a page is made.
type turn struct {
	of    turns
	over  atomic.Bool
	timer *time.Timer
}

// wait waits for a turn. It ends by itself after turnTime.
func (t turns) wait(ctx context.Context) (*turn, error) {
	select {
	case t <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a turn: %w", context.Cause(ctx))
	}
	own := &turn{of: t}
	own.timer = time.AfterFunc(turnTime, own.give)
	// Whoever was let in by another would run at once, before answers that are only to be sent off and requests that have
	// just come. Those are short: they go first.
	runtime.Gosched()
	return own, nil
}

// end gives the turn to the next in line.
func (t *turn) end() {
	t.timer.Stop()
	t.give()
}

func (t *turn) give() {
	if t.over.CompareAndSwap(false, true) {
		<-t.of
	}
}
