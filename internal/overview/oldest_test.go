package overview_test

import (
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/overview"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// A2: what has waited the longest is the first of the list of its kind, for the departments that see the list; others
// are refused. Billing is led to no case but of its own kind.
func TestTheOldestRequestIsTheFirstOfItsKind(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newOffice(t, w)
		v.asks(t)
		v.waits(t, v.Now(t).Add(-time.Hour))
		v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			return g.Entry(activity.AccountEdited, activity.Details{}), g.On(tx.DB).Exec(
				"UPDATE cases SET changed_at = changed_at - 60000 WHERE kind = 'general'").Error
		})
		for department, who := range v.of {
			queues, err := v.overview.Queues(t.Context(), who)
			if err != nil {
				t.Fatal(err)
			}
			waiting := map[overview.QueueName]overview.Queue{}
			for _, q := range queues {
				waiting[q.Name] = q
			}
			for _, name := range []overview.QueueName{
				overview.OpenCases, overview.LostFactors, overview.MoneyApprovals, overview.AccountRequests,
				overview.ServiceOrders, overview.Cancellations, overview.StaffApprovals, overview.Emergencies,
			} {
				one, ok, err := v.overview.Oldest(t.Context(), who, name)
				q, sees := waiting[name]
				if !sees {
					if ok || fault.KindOf(err) != fault.KindDenied || one != (overview.Request{}) {
						t.Errorf("%s is led to %+v of %s, %v", department, one, name, err)
					}
					continue
				}
				if err != nil || !ok || one.Queue != name || !one.Since.Equal(q.Since) {
					t.Errorf("%s is led to %+v of %s, not to what waits since %v, %v", department, one, name, q.Since, err)
				}
				ctx, n := db.CountStatements(t.Context())
				if _, _, err := v.overview.Oldest(ctx, who, name); err != nil || n.Load() != 1 {
					t.Errorf("%s: %s in %d statements, %v", department, name, n.Load(), err)
				}
				if name == overview.OpenCases {
					continue
				}
				page, err := v.overview.Requests(t.Context(), who, overview.RequestQuery{Only: name})
				if err != nil || len(page.Rows) == 0 || one != page.Rows[0] {
					t.Errorf("%s is led to %+v, and the list of %s begins with %+v, %v", department, one, name, page.Rows, err)
				}
			}
		}
		bea, sam := v.of["billing"], v.of["support"]
		theirs, _, _ := v.overview.Oldest(t.Context(), bea, overview.OpenCases)
		others, _, _ := v.overview.Oldest(t.Context(), sam, overview.OpenCases)
		if theirs.ID == others.ID || !theirs.Since.After(others.Since) {
			t.Errorf("billing is led to the case %+v, support to %+v", theirs, others)
		}
		if _, _, err := v.overview.Oldest(t.Context(), bea, overview.OpenTransfers); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a queue in which nobody asked for anything: %v", err)
		}
		if _, _, err := v.overview.Oldest(t.Context(), v.olivia, overview.OpenCases); fault.KindOf(err) != fault.KindDenied {
			t.Errorf("a customer is led to what staff are asked: %v", err)
		}
	})
}
