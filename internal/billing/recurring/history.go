package recurring

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Run is a run that made invoices, or makes them.
type Run struct {
	ID       id.InvoiceRun
	Asked    bool // somebody asked for it
	Waiting  bool
	Over     bool
	Accounts int // that it has to look at
	Done     int
	Invoices int
	Failed   int
	At       time.Time // when it was written down
	Ended    time.Time
}

// Failure is an account that a run could not invoice.
type Failure struct {
	Account id.Account
	Name    string
	Reason  string
	At      time.Time
	Settled time.Time // when it was invoiced after all
}

func (run *runRow) shown() Run {
	return Run{
		ID: run.ID, Asked: run.Asked, Waiting: run.State == runWaiting, Over: run.State == runDone, Accounts: run.Total,
		Done: run.Done, Invoices: run.Made, Failed: run.Failed, At: run.AskedAt.Time, Ended: run.EndedAt.Time,
	}
}

// Runs are the last ones, the newest first.
func (r *Recurring) Runs(ctx context.Context, who actor.Actor) ([]Run, error) {
	if _, err := r.Gate.View(ctx, who, verb.BillingView, id.ProviderScope()); err != nil {
		return nil, err
	}
	const most = 60
	var rows []runRow
	if err := r.Reader.With(ctx).Order("asked_at DESC, id DESC").Limit(most).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read runs: %w", err)
	}
	out := make([]Run, len(rows))
	for i := range rows {
		out[i] = rows[i].shown()
	}
	return out, nil
}

// Run is one of them, with the accounts that it could not invoice.
func (r *Recurring) Run(
	ctx context.Context, who actor.Actor, run id.InvoiceRun,
) (Run, []Failure, error) {
	g, err := r.Gate.View(ctx, who, verb.BillingView, id.ProviderScope())
	if err != nil {
		return Run{}, nil, err
	}
	row, found, err := db.One[runRow](r.Reader.With(ctx).Where("id = ?", run))
	if err != nil {
		return Run{}, nil, asFault(err)
	}
	if !found {
		return Run{}, nil, fault.NotFound("read a run")
	}
	const most = 500
	var rows []failureRow
	err = g.On(r.Reader.With(ctx)).Where("run_id = ?", run).Order("failed_at, account_id").Limit(most).Find(&rows).Error
	if err != nil {
		return Run{}, nil, asFault(err)
	}
	list := make([]id.Account, len(rows))
	for i := range rows {
		list[i] = rows[i].AccountID
	}
	names, err := r.Accounts.AccountNames(r.Reader.With(ctx), g, list)
	if err != nil {
		return Run{}, nil, err
	}
	out := make([]Failure, len(rows))
	for i, f := range rows {
		out[i] = Failure{f.AccountID, names[f.AccountID], f.Reason, f.FailedAt.Time, f.SettledAt.Time}
	}
	return row.shown(), out, nil
}
