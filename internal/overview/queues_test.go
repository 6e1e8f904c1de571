package overview_test

import (
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/overview"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// What waits is counted for the department that works on it, and for no other.
func TestEachDepartmentSeesWhatWaitsForIt(t *testing.T) { // A2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		asked := v.Now(t).Add(-time.Hour)
		v.waits(t, asked)
		for department, sees := range map[string]map[overview.QueueName]int{
			"support": {overview.OpenCases: 2},
			"billing": {
				overview.OpenCases: 1, overview.MoneyApprovals: 1, overview.OpenTransfers: 1, overview.AccountRequests: 1,
			},
			"technical": {overview.OpenCases: 2}, "privacy": {},
			"administrator": {
				overview.OpenCases: 2, overview.MoneyApprovals: 1, overview.OpenTransfers: 1, overview.AccountRequests: 1,
			},
		} {
			ctx, n := db.CountStatements(t.Context())
			who := v.staff(t, department)
			if _, err := v.overview.Queues(t.Context(), who); err != nil { // the look is recorded the first time
				t.Fatal(department, err)
			}
			list, err := v.overview.Queues(ctx, who)
			if err != nil || n.Load() > 1 || len(list) != len(sees) {
				t.Errorf("%s sees %+v in %d statements, %v", department, list, n.Load(), err)
			}
			for _, q := range list {
				if sees[q.Name] != q.Count || q.Name == overview.OpenCases && !q.Since.Equal(asked) {
					t.Errorf("%s sees %+v", department, q)
				}
			}
		}
		if _, err := v.overview.Queues(t.Context(), v.olivia); fault.KindOf(err) != fault.KindDenied {
			t.Errorf("a customer sees what waits for staff: %v", err)
		}
	})
}

// waits leaves in each queue what waits there, and what does not any more.
func (v *bakery) waits(t *testing.T, asked time.Time) {
	t.Helper()
	at, key := db.At(asked), id.New[id.CaseKind] // any id will do
	v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		run := func(text string, args ...any) {
			if err := g.On(tx.DB).Exec(text, args...).Error; err != nil {
				t.Error(err)
			}
		}
		one := func(kind, state string) {
			k := key()
			run("INSERT INTO cases (id, account_id, kind, severity, state, subject, created_at, changed_at) "+
				"VALUES (?, ?, ?, 'normal', ?, ?, ?, ?)", k, v.account, kind, state,
				v.seal(t, "cases", "subject", k.Bytes(), "x"), at, at)
		}
		one("billing", "open")
		one("general", "open")
		one("general", "closed")
		for _, state := range []string{"open", "declined"} {
			k, by := key(), any(nil)
			if state != "open" {
				by = key()
			}
			run("INSERT INTO money_requests (id, account_id, kind, amount_minor, currency, content, state, asked_by, asked_at, "+
				"decided_by) VALUES (?, ?, 'refund', 100, 'GBP', ?, ?, ?, ?, ?)", k, v.account,
				v.seal(t, "money_requests", "content", k.Bytes(), "x"), state, key(), at, by)
		}
		for i, state := range []string{"unmatched", "set-aside"} {
			digest := make(db.Blob, 32)
			digest[0] = byte(i)
			run("INSERT INTO bank_transfers (id, digest, booked_on, amount_minor, currency, state, imported_at) "+
				"VALUES (?, ?, ?, 100, 'GBP', ?, ?)", key(), digest, at, state, at)
		}
		for _, state := range []string{"open", "withdrawn"} {
			k := key()
			run("INSERT INTO account_requests (id, account_id, kind, wanted, reason, asked_by, state, created_at) "+
				"VALUES (?, ?, 'name', ?, ?, ?, ?, ?)", k, v.account, v.seal(t, "account_requests", "wanted", k.Bytes(), "x"),
				v.seal(t, "account_requests", "reason", k.Bytes(), "x"), v.olivia.Person, state, at)
		}
		return g.Entry(activity.AccountEdited, activity.Details{}), nil
	})
}
