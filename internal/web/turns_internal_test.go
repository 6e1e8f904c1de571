package web

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// taken waits for a turn that must come.
func taken(t *testing.T, line turns) *turn {
	t.Helper()
	own, err := line.wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return own
}

func TestPagesAreMadeInTheOrderInWhichTheyWereAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := newTurns(1)
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
		line := newTurns(1)
		begin := time.Now()
		slow := taken(t, line)
		second := taken(t, line)
		if waited := time.Since(begin); waited != turnTime {
			t.Errorf("waited %s for a turn of %s", waited, turnTime)
		}
		slow.end()
		if len(line) != 1 {
			t.Error("the end of a turn that was over has ended another")
		}
		second.end()
		if len(line) != 0 {
			t.Error("a turn has not ended")
		}
	})
}

func TestWhoeverLeavesTheLineTakesNoTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := newTurns(1)
		first := taken(t, line)
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := line.wait(gone); !errors.Is(err, context.Canceled) {
			t.Errorf("waited on: %v", err)
		}
		first.end()
		if len(line) != 0 {
			t.Error("a turn was taken by somebody who had left")
		}
	})
}
