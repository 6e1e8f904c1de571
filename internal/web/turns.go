package web

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// turnTime is how long a page keeps the next one waiting at most: ten times what one takes. Whichever takes longer is
// waiting for something else than a processor, such as a panel or the gateway; the next one can have that meanwhile.
const turnTime = 25 * time.Millisecond

// turns have pages be made in the order in which they were asked for, so many at a time. Processors that are shared by
// more pages than that make all of them late; in a line those that came first are done first.
type turns struct {
	next chan struct{} // lets in whoever is first in line
	call func()        // has somebody be let in

	mu      sync.Mutex
	free    int // turns that nobody had to be called for
	waiting int
}

// newTurns makes a line. The usher takes turns that have ended and lets the next one in.
func newTurns(atOnce int, usher func(next chan<- struct{}) (call func())) *turns {
	next := make(chan struct{})
	return &turns{next: next, call: usher(next), free: atOnce}
}

// turn is the time in which a page is made.
type turn struct {
	of    *turns
	over  atomic.Bool
	timer *time.Timer
}

// wait waits for a turn. It ends by itself after turnTime.
func (t *turns) wait(ctx context.Context) (*turn, error) {
	if !t.takeFree() {
		select {
		case <-t.next:
			t.left()
		case <-ctx.Done():
			t.left()
			return nil, fmt.Errorf("wait for a turn: %w", context.Cause(ctx))
		}
	}
	own := &turn{of: t}
	own.timer = time.AfterFunc(turnTime, own.give)
	return own, nil
}

// takeFree takes a turn that is free. Where there is none, whoever asks stands in line from now on.
func (t *turns) takeFree() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.free > 0 {
		t.free--
		return true
	}
	t.waiting++
	return false
}

// left is that somebody stands in line no more.
func (t *turns) left() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting--
}

// end gives the turn to the next in line.
func (t *turn) end() {
	t.timer.Stop()
	t.give()
}

func (t *turn) give() {
	if t.over.CompareAndSwap(false, true) {
		t.of.give()
	}
}

func (t *turns) give() {
	t.mu.Lock()
	nobody := t.waiting == 0
	if nobody {
		t.free++
	}
	t.mu.Unlock()
	if !nobody {
		t.call()
	}
}

// overAPipe is an usher who is called through a pipe. While anything is ready to run, Go looks at the network every ten
// milliseconds only; as long as each page lets the next one in by itself, something is. Whoever is called through the
// system comes after all that has arrived there meanwhile: requests take their place in line when they come, and
// answers leave when they are made. There is no pipe until somebody has to wait.
func overAPipe(next chan<- struct{}) (call func()) {
	bell := sync.OnceValues(func() (*os.File, error) {
		rung, bell, err := os.Pipe()
		if err == nil {
			go usher(rung, next)
		}
		return bell, err
	})
	return func() {
		to, err := bell()
		if err == nil {
			_, err = to.Write([]byte{0})
		}
		if err != nil { // so many files are open that there is no pipe: late is better than never
			go func() { next <- struct{}{} }()
		}
	}
}

// usher lets somebody in each time that it rings, until the bell is closed: by the clearing of memory, once nobody has
// it any more.
func usher(rung io.Reader, next chan<- struct{}) {
	once := make([]byte, 1)
	for {
		if _, err := rung.Read(once); err != nil {
			return
		}
		next <- struct{}{}
	}
}
