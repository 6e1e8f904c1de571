package web

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// atOnce is an usher who needs no system, which the tests' clock cannot wait for.
func atOnce(next chan<- struct{}) (call func()) {
	return func() { go func() { next <- struct{}{} }() }
}

// taken waits for a turn that must come.
func taken(t *testing.T, line *turns) *turn {
	t.Helper()
	own, err := line.wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return own
}

func TestPagesAreMadeInTheOrderInWhichTheyWereAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := newTurns(1, atOnce)
		first := taken(t, line)
		order := make(chan int, 5)
		for i := range cap(order) {
			go func() {
				own := taken(t, line)
				order <- i
				own.end()
			}()
			synctest.Wait() // stands in line
		}
		first.end()
		for want := range cap(order) {
			if got := <-order; got != want {
				t.Errorf("number %d was let in as number %d", got, want)
			}
		}
	})
}

// A page that waits for a panel keeps nobody waiting longer than a turn takes, and does not take the turn of somebody
// else away when it is done at last.
func TestASlowPageKeepsNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := newTurns(1, atOnce)
		begin := time.Now()
		slow := taken(t, line)
		second := taken(t, line)
		if waited := time.Since(begin); waited != turnTime {
			t.Errorf("waited %s for a turn of %s", waited, turnTime)
		}
		slow.end()
		if line.free != 0 {
			t.Error("the end of a turn that was over has ended another")
		}
		second.end()
		if line.free != 1 {
			t.Error("a turn has not ended")
		}
	})
}

func TestWhoeverLeavesTheLineTakesNoTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := newTurns(1, atOnce)
		first := taken(t, line)
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := line.wait(gone); !errors.Is(err, context.Canceled) {
			t.Errorf("waited on: %v", err)
		}
		first.end()
		if line.free != 1 {
			t.Error("a turn was taken by somebody who had left")
		}
	})
}

// Nobody is forgotten and nobody is let in twice, whoever leaves the line when.
func TestTurnsGoRoundOverAPipe(t *testing.T) {
	const inLine, rounds, together = 8, 200, 2
	line := newTurns(together, overAPipe)
	var inside, most, made atomic.Int64
	var all sync.WaitGroup
	for i := range inLine {
		all.Go(func() {
			for n := range rounds {
				ctx, leave := context.WithCancel(t.Context())
				if (n+i)%5 == 0 {
					leave()
				}
				own, err := line.wait(ctx)
				leave()
				if err != nil {
					continue
				}
				made.Add(1)
				most.Store(max(most.Load(), inside.Add(1)))
				runtime.Gosched()
				inside.Add(-1)
				own.end()
			}
		})
	}
	all.Wait()
	if most.Load() > together {
		t.Errorf("%d pages were made at once", most.Load())
	}
	if least := int64(inLine * rounds * 4 / 5); made.Load() < least {
		t.Errorf("%d turns, want at least %d", made.Load(), least)
	}
	for range together { // none was lost on the way
		taken(t, line)
	}
}
