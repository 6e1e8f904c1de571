package recurring_test

import (
	"testing"
	"time"

	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/billing/reports"
)

// What runs when a month begins, what comes and what ends in it is counted by the days of the charges, the edges of the
// months included.
func TestChurnByMonths(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account := r.client(t, "Northwind")
		first := r.begin(t, account, recurring.Month, date(t, "2027-01-10"), 0)
		for range 3 {
			r.begin(t, account, recurring.Month, date(t, "2027-01-15"), 0)
		}
		r.begin(t, account, recurring.Month, date(t, "2027-02-01"), 0)
		c := r.charge(t, account, first.Key)
		_, err := r.recurring.End(t.Context(), system(), account, first.Key, recurring.Ending{
			On: date(t, "2027-02-28"), Version: c.Version,
		})
		if err != nil {
			t.Fatal(err)
		}
		r.on(t, "2027-03-03")
		got, err := reports.New(r.Gate, r.Reader, r.Box).Revenue(t.Context(), system(), time.UTC)
		if err != nil || len(got.Churn) != 12 {
			t.Fatalf("%+v, %v", got, err)
		}
		for n, want := range map[int]reports.Churn{
			9:  {Running: 0, Begun: 4},
			10: {Running: 4, Begun: 1, Ended: 1},
			11: {Running: 4},
		} {
			m := got.Churn[n]
			if m.Running != want.Running || m.Begun != want.Begun || m.Ended != want.Ended || m.Share() != want.Share() {
				t.Errorf("%s: %+v, want %+v", m.First.Format("Jan 2006"), m, want)
			}
		}
		if got.Churn[10].Share() != 25 {
			t.Errorf("%d%% went in February", got.Churn[10].Share())
		}
	})
}
