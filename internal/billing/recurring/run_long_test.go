//go:build long

package recurring_test

import (
	"testing"
	"time"

	"gatehouse/internal/testkit"
)

// R1: fifty kills at other points, on both databases.
func TestLongAKilledRunLosesNothing(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { kills(t, newRig(t, testkit.NewSQLite(t)), 25) })
	t.Run("mariadb", func(t *testing.T) { kills(t, newRig(t, testkit.NewMariaDB(t)), 25) })
}

// The run for ten thousand accounts takes less than two minutes on MariaDB, and says all along how far it is.
func TestLongTenThousandAccountsAreInvoicedInTwoMinutes(t *testing.T) {
	const accounts, most = 10_000, 2 * time.Minute
	r := newRig(t, testkit.NewMariaDB(t))
	r.recurring.Rules.Hands = 2 // as the program has
	r.clients(t, accounts)
	start, seen, stop := time.Now(), map[int]bool{}, make(chan struct{})
	looked := make(chan struct{})
	go func() {
		defer close(looked)
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Second):
				if runs, err := r.recurring.Runs(t.Context(), system()); err == nil && len(runs) == 1 {
					seen[runs[0].Done] = true
				}
			}
		}
	}()
	r.work(t)
	took := time.Since(start)
	close(stop)
	<-looked
	t.Logf("%d accounts in %s", accounts, took)
	if took > most || len(seen) < 3 {
		t.Errorf("%d accounts took %s, and the run told of %d steps", accounts, took, len(seen))
	}
	r.once(t, accounts)
}
