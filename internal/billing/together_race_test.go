package billing_test

import (
	"testing"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// P6, R5: three processes pay the same two invoices together, while each is paid by itself too: each is settled once,
// and what is on top is credit.
func TestRacePayingTogetherOnThreeNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	configs := []db.Config{w.Config, w.Config, w.Config}
	r := newRig(t, w)
	processes := fleet(t, w, configs)
	for round := range rounds(t) / 4 {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		one, two := r.issue(t, ben.account, 1000), r.issue(t, ben.account, 2000)
		n := int64(0)
		for _, a := range processes.Round(t, task{
			Account: ben.account, Person: ben.person, Member: id.New[id.MembershipKind](), Several: []id.Invoice{one, two},
			Amount: 3600,
		}) {
			switch {
			case a.Error != "":
				t.Fatalf("process %d: %s", a.Process, a.Error)
			case string(a.Value) == `""`:
				n++
			}
		}
		if n == 0 {
			t.Fatalf("round %d: nobody could pay", round)
		}
		r.settled(t, ben, one, billing.StatePaid, 1200, n, (n-1)*3600)
		if r.settled(t, ben, two, billing.StatePaid, 2400, n, (n-1)*3600); t.Failed() {
			t.Fatalf("round %d, %d payments", round, n)
		}
	}
}
