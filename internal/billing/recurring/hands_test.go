package recurring_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"gatehouse/internal/billing"
	"gatehouse/internal/platform/db"
)

// P2, P8, R16: a run that bills several accounts at the same time, is stopped in the middle again and again, and fails
// for some of them, makes each invoice once, leaves no gap, and counts each account once.
func TestManyHandsMakeEachInvoiceOnce(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		const accounts, broken = 30, 2
		r.recurring.Rules.Hands = 4
		list := r.clients(t, accounts)
		r.close(t, list[0], true)
		r.close(t, list[20], true)
		stopped := 0
		for i := range 5 {
			if r.interrupted(t, int64(3+2*i)) {
				stopped++
			}
		}
		if stopped == 0 {
			t.Error("the run was never stopped")
		}
		r.work(t)
		runs, err := r.recurring.Runs(t.Context(), system())
		if err != nil || len(runs) != 1 || runs[0].Done != accounts || runs[0].Invoices != accounts-broken ||
			runs[0].Failed != broken || !runs[0].Over {
			t.Fatalf("%+v, %v", runs, err)
		}
		for table, where := range map[string]string{
			"invoices": "state = 'due'", "charge_parts": "state = 'billed'", "outbox": "kind = '" + billing.MailInvoice + "'",
		} {
			if n := r.Count(t, table, where); n != accounts-broken {
				t.Errorf("%d of %s", n, table)
			}
		}
		r.audited(t)
	})
}

// interrupted runs the job and stops it when it is about to take a number for the so-manieth time.
func (r *rig) interrupted(t *testing.T, at int64) bool {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var numbers atomic.Int64
	return r.recurring.Work(db.Watch(ctx, func(text string, _ []any) {
		if strings.HasPrefix(text, "UPDATE invoice_series") && numbers.Add(1) == at {
			stop()
		}
	})) != nil
}
