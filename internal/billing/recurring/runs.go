package recurring

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	// chunk is after how many accounts a run writes down how far it is.
	chunk = 50
	// holdFor is for how long a run belongs to a node that fell silent.
	holdFor = 2 * time.Minute
	// keepEmpty is for how long a run is remembered that had nothing to tell.
	keepEmpty = 90 * 24 * time.Hour

	runWaiting = "waiting"
	runRunning = "running"
	runDone    = "done"

	why = "invoices are made for all accounts"
)

// Work makes the invoices that are due: once a day, and whenever somebody asked. A run that another node left is taken
// up where it stopped. Two of these at once make no invoice twice; they only share the work.
func (r *Recurring) Work(ctx context.Context) error {
	if err := r.daily(ctx); err != nil {
		return err
	}
	for {
		run, taken, err := r.take(ctx)
		if err != nil || !taken {
			return err
		}
		if err := r.carryOut(ctx, run); err != nil {
			return err
		}
	}
}

// daily writes down today's run, where something is due and there is none yet.
func (r *Recurring) daily(ctx context.Context) error {
	now, err := r.Reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("invoice run: %w", err)
	}
	slot := r.today(now).Format(time.DateOnly)
	n, err := r.countDue(ctx, now)
	if err != nil || n == 0 {
		return err
	}
	_, there, err := db.One[runRow](r.Reader.With(ctx).Where("slot = ?", slot))
	if err != nil || there {
		return asFault(err)
	}
	err = r.Gate.Bookkeep(ctx, tableRuns, func(tx *db.Tx) error {
		old := tx.Where("ended_at < ? AND made = 0 AND failed = 0", db.At(now.Add(-keepEmpty))).Delete(&runRow{})
		if old.Error != nil {
			return fmt.Errorf("invoice run: %w", old.Error)
		}
		return tx.Create(&runRow{
			ID: id.New[id.InvoiceRunKind](), Slot: slot, State: runWaiting, AskedAt: db.At(now),
		}).Error
	})
	if db.IsDuplicate(err) { // another node was quicker
		return nil
	}
	return err
}

func asFault(err error) error {
	if err != nil {
		return fmt.Errorf("invoice run: %w", err)
	}
	return nil
}

func (r *Recurring) countDue(ctx context.Context, now time.Time) (n int64, err error) {
	err = db.Across(r.Reader.With(ctx), why).Raw("SELECT COUNT(DISTINCT account_id) FROM charges WHERE bill_on <= ?",
		db.At(r.today(now).AddDate(0, 0, r.Rules.Ahead))).Scan(&n).Error
	return n, asFault(err)
}

// take makes a run this node's for a while, by a conditional UPDATE: of several nodes one gets it.
func (r *Recurring) take(ctx context.Context) (run runRow, taken bool, err error) {
	now, err := r.Reader.Now(ctx)
	if err != nil {
		return run, false, asFault(err)
	}
	run, found, err := db.One[runRow](r.Reader.With(ctx).
		Where("state = ? OR state = ? AND held_until <= ?", runWaiting, runRunning, db.At(now)).Order("asked_at, id"))
	if err != nil || !found {
		return run, false, asFault(err)
	}
	due, err := r.countDue(ctx, now)
	if err != nil {
		return run, false, err
	}
	before := run
	holder := make(db.Blob, 16)
	_, _ = rand.Read(holder) // never fails
	run.Holder, run.HeldUntil, run.State = holder, db.At(now.Add(holdFor)), runRunning
	run.Total = run.Done + int(due)
	if run.StartedAt.IsZero() {
		run.StartedAt = db.At(now)
	}
	err = r.Gate.Bookkeep(ctx, tableRuns, func(tx *db.Tx) error {
		q := tx.Model(&runRow{}).Where("id = ? AND state = ?", run.ID, before.State)
		if before.State == runRunning {
			q = q.Where("held_until = ?", before.HeldUntil)
		}
		res := q.Updates(map[string]any{
			"holder": holder, "held_until": run.HeldUntil, "state": runRunning, "started_at": run.StartedAt,
			"total": run.Total,
		})
		taken = res.RowsAffected == 1
		return res.Error
	})
	return run, taken, err
}

// carryOut bills account after account. Whoever fails is written down, and the others go on; a program that stops, or a
// database that is away, leaves the run to whoever takes it up next.
func (r *Recurring) carryOut(ctx context.Context, run runRow) (err error) {
	defer func() {
		if err != nil {
			r.letGo(ctx, &run)
		}
	}()
	troubled, err := r.troubled(ctx)
	if err != nil {
		return err
	}
	for {
		list, err := r.dueAccounts(ctx, run.Reached)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return r.finish(ctx, &run)
		}
		held, err := r.billAll(ctx, &run, list, troubled)
		if err != nil || !held {
			return err
		}
	}
}

func (r *Recurring) dueAccounts(ctx context.Context, reached db.Blob) (list []id.Account, err error) {
	now, err := r.Reader.Now(ctx)
	if err != nil {
		return nil, asFault(err)
	}
	if reached == nil {
		reached = db.Blob{}
	}
	err = db.Across(r.Reader.With(ctx), why).Raw("SELECT DISTINCT account_id FROM charges WHERE bill_on <= ? "+
		"AND account_id > ? ORDER BY account_id LIMIT ?",
		db.At(r.today(now).AddDate(0, 0, r.Rules.Ahead)), reached, chunk).Scan(&list).Error
	return list, asFault(err)
}

func (run *runRow) progress() map[string]any {
	return map[string]any{
		"done": run.Done, "made": run.Made, "failed": run.Failed, "reached": run.Reached,
		"held_until": run.HeldUntil,
	}
}

// note writes something about a run that is still this node's, and says whether it is.
func (r *Recurring) note(ctx context.Context, run *runRow, set map[string]any) (held bool, err error) {
	err = r.Gate.Bookkeep(ctx, tableRuns, func(tx *db.Tx) error {
		res := tx.Model(&runRow{}).Where("id = ? AND state = ? AND holder = ?", run.ID, runRunning, run.Holder).Updates(set)
		held = res.RowsAffected == 1
		return res.Error
	})
	return held, err
}

// beat writes down how far the run is, and keeps it.
func (r *Recurring) beat(ctx context.Context, run *runRow) (bool, error) {
	now, err := r.Reader.Now(ctx)
	if err != nil {
		return false, asFault(err)
	}
	run.HeldUntil = db.At(now.Add(holdFor))
	return r.note(ctx, run, run.progress())
}

// letGo lets go of a run that this node cannot end.
func (r *Recurring) letGo(ctx context.Context, run *runRow) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	now, err := r.Reader.Now(ctx)
	if err == nil {
		run.HeldUntil = db.At(now)
		_, err = r.note(ctx, run, run.progress())
	}
	if err != nil {
		r.Logger.WarnContext(ctx, "a run of invoices was not let go", slog.Any("error", err))
	}
}

// finish ends a run, and says in the provider's log what came of it.
func (r *Recurring) finish(ctx context.Context, run *runRow) error {
	now, err := r.Reader.Now(ctx)
	if err != nil {
		return asFault(err)
	}
	set := run.progress()
	set["state"], set["ended_at"] = runDone, db.At(now)
	held, err := r.note(ctx, run, set)
	if err != nil || !held || run.Made+run.Failed == 0 {
		return err
	}
	r.Outbox.Wake()
	return r.Gate.Change(ctx, actor.NewSystem("invoice run"), verb.BillingManage, id.ProviderScope(),
		func(_ *db.Tx, g gate.Grant) (gate.Entry, error) {
			d := activity.Details{
				Target: activity.TargetOf("run", run.ID, run.Slot), Changes: []activity.Change{
					{Field: "accounts", New: strconv.Itoa(run.Done)},
					{Field: "invoices", New: strconv.Itoa(run.Made)},
					{Field: "failed", New: strconv.Itoa(run.Failed)},
				},
			}
			if run.Failed > 0 {
				d.Outcome, d.Reason = activity.Failed, "Some accounts could not be invoiced."
			}
			return g.Entry(activity.RunDone, d), nil
		})
}
