package recurring_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// once says that each account of a number has one invoice with one period on it, and one mail is on its way.
func (r *rig) once(t *testing.T, accounts int) {
	t.Helper()
	for table, where := range map[string]string{
		"invoices": "state = 'due'", "invoice_lines": "1 = 1", "charge_parts": "state = 'billed'",
		"charges": "next_on > starts_on", "outbox": "kind = '" + billing.MailInvoice + "'",
		"entries": "action = '" + string(activity.InvoiceIssued) + "'",
	} {
		if n := r.Count(t, table, where); n != int64(accounts) {
			t.Errorf("%d of %s for %d accounts", n, table, accounts)
		}
	}
	r.audited(t)
}

func (r *rig) clients(t testing.TB, n int) (list []id.Account) {
	t.Helper()
	for i := range n {
		account := r.client(t, fmt.Sprintf("Client %d", i))
		r.begin(t, account, recurring.Month, r.Now(t), 0)
		list = append(list, account)
	}
	return list
}

// P2, P8, R8: an account that cannot be invoiced keeps nobody else from it; it is listed with its reason, tried again
// by the next run, and by hand.
func TestARunGoesOnWhereOneAccountFails(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		list := r.clients(t, 3)
		r.close(t, list[1], true)
		r.work(t)
		bea := r.staff(t, "billing")
		runs, err := r.recurring.Runs(t.Context(), bea)
		if err != nil ||
			len(runs) != 1 ||
			runs[0].Done != 3 || runs[0].Invoices != 2 || runs[0].Failed != 1 || !runs[0].Over {
			t.Fatalf("%+v, %v", runs, err)
		}
		run, failures, err := r.recurring.Run(t.Context(), bea, runs[0].ID)
		if err != nil || run.ID != runs[0].ID || len(failures) != 1 || failures[0].Account != list[1] ||
			failures[0].Name != "Client 1" || failures[0].Reason != "This account is closed. Nothing more can be billed to it." {
			t.Fatalf("%+v, %v", failures, err)
		}
		_, err = r.recurring.Retry(t.Context(), bea, list[1])
		wantFault(t, err, fault.KindConflict)
		r.close(t, list[1], false)
		if n, err := r.recurring.Retry(t.Context(), bea, list[1]); n != 1 || err != nil {
			t.Errorf("%d invoices, %v", n, err)
		}
		if _, failures, err = r.recurring.Run(t.Context(), bea, runs[0].ID); err != nil || failures[0].Settled.IsZero() {
			t.Errorf("%+v, %v", failures, err)
		}
		r.once(t, 3)
		key := id.New[id.InvoiceRunKind]()
		for range 2 {
			if err := r.recurring.Ask(t.Context(), bea, key); err != nil {
				t.Fatal(err)
			}
		}
		r.work(t)
		if runs, err = r.recurring.Runs(t.Context(), bea); err != nil || len(runs) != 2 || !runs[0].Asked || !runs[0].Over {
			t.Errorf("%+v, %v", runs, err)
		}
		r.once(t, 3)
		_, err = r.recurring.Runs(t.Context(), r.staff(t, "technical"))
		wantFault(t, err, fault.KindDenied)
	})
}

func (r *rig) close(t *testing.T, account id.Account, closed bool) {
	t.Helper()
	state := map[bool]string{true: "closed", false: "active"}[closed]
	err := r.Writer.Do(t.Context(), func(tx *db.Tx) error {
		return db.Across(tx.DB, "a test closes an account").
			Exec("UPDATE accounts SET state = ? WHERE account_id = ?", state, account).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// R16: a run that is stopped in the middle is taken up where it was, at once.
func TestARunThatIsStoppedIsTakenUp(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		const accounts = 12
		r.clients(t, accounts)
		ctx, stop := context.WithCancel(t.Context())
		issued := 0
		ctx = db.Watch(ctx, func(text string, _ []any) {
			if len(text) > 21 && text[:21] == "UPDATE invoice_series" {
				if issued++; issued == 5 {
					stop()
				}
			}
		})
		if err := r.recurring.Work(ctx); err == nil {
			t.Fatal("the run was not stopped")
		}
		if n := r.Count(t, "invoices", "1 = 1"); n == 0 || n == accounts {
			t.Fatalf("%d invoices in the middle", n)
		}
		r.work(t)
		r.once(t, accounts)
		runs, err := r.recurring.Runs(t.Context(), system())
		if err != nil || len(runs) != 1 || runs[0].Done != accounts || runs[0].Invoices != accounts || !runs[0].Over {
			t.Errorf("%+v, %v", runs, err)
		}
	})
}

// R1: a run that is killed at any point, five times, makes every invoice once in the end, with its entry and its mail.
func TestAKilledRunLosesNothing(t *testing.T) {
	each(t, func(t *testing.T, r *rig) { kills(t, r, 5) })
}

// R1, R13: a run that is killed before each statement that writes an account's invoice leaves that account whole or
// untouched, and the next run makes what is missing.
func TestARunIsKilledAtEachPoint(t *testing.T) {
	each(t, func(t *testing.T, r *rig) { killedAtPoints(t, r) })
}

func killedAtPoints(t *testing.T, r *rig) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	accounts := 4 * len(runPoints())
	r.clients(t, accounts)
	for i, point := range runPoints() {
		run := exec.CommandContext(t.Context(), self)
		run.Env = append(os.Environ(), nodeVariable+"="+nodeOf(t, r.World), "GATEHOUSE_INVOICE_ALONE=1",
			pointVariable+"="+point)
		said, err := run.CombinedOutput()
		if err == nil || run.ProcessState.ExitCode() != -1 {
			t.Fatalf("%s: the run was not killed: %v %s", point, err, said)
		}
		if n := r.Count(t, "invoices", "1 = 1"); n != int64(2*(i+1)) {
			t.Errorf("%s: %d invoices after %d kills", point, n, i+1)
		}
		r.audited(t)
		r.Offset.Advance(3 * time.Minute) // the node that is gone held the run for so long
	}
	r.work(t)
	r.once(t, accounts)
}

func kills(t *testing.T, r *rig, times int) {
	t.Helper()
	accounts := 12 * times
	r.clients(t, accounts)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for i := range times {
		before := r.Count(t, "invoices", "1 = 1")
		run := exec.CommandContext(t.Context(), self)
		run.Env = append(os.Environ(), nodeVariable+"="+nodeOf(t, r.World), "GATEHOUSE_INVOICE_ALONE=1")
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		for wait := 0; wait < 2000 && r.Count(t, "invoices", "1 = 1") < before+1+int64(i%3); wait++ {
			time.Sleep(2 * time.Millisecond)
		}
		time.Sleep(time.Duration(i%7) * time.Millisecond) // so that each falls at another point
		_ = run.Process.Kill()
		_ = run.Wait()
		r.audited(t)
		r.Offset.Advance(3 * time.Minute) // the node that is gone held the run for so long
	}
	if n := r.Count(t, "invoices", "1 = 1"); n == 0 || n == int64(accounts) {
		t.Errorf("%d invoices: nothing was killed in the middle", n)
	}
	r.work(t)
	r.once(t, accounts)
}

// P2, P8, R5: three processes run the job and bill all accounts at the same time; each period is invoiced once.
func TestRaceInvoicesOnThreeNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	r := newRig(t, w)
	list := r.clients(t, 40)
	processes := testkit.Fleet(t, 3, "invoices", nodeVariable+"="+nodeOf(t, w))
	for _, a := range processes.Round(t, list) {
		if a.Error != "" {
			t.Errorf("process %d: %s", a.Process, a.Error)
		}
	}
	r.once(t, len(list))
}
