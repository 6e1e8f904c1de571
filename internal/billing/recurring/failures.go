package recurring

import (
	"context"
	"fmt"
	"log/slog"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// failed writes down for whom there could be no invoice, and why.
func (r *Recurring) failed(ctx context.Context, run id.InvoiceRun, account id.Account, cause error) error {
	reason := "Something did not work. The server’s log says more."
	if f, ok := fault.As(cause); ok && f.Message != "" {
		reason = f.Message
	} else if ok && len(f.Fields) > 0 {
		reason = f.Fields[0].Message
	}
	r.Logger.WarnContext(ctx, "an account was not invoiced", slog.String("account", account.String()),
		slog.Any("error", cause))
	const most = 300
	text := []rune(reason)
	return r.Gate.Bookkeep(ctx, tableFailures, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		all := db.Across(tx.DB, why)
		row := failureRow{RunID: run, AccountID: account, Reason: string(text[:min(len(text), most)]), FailedAt: db.At(now)}
		err = all.Where("run_id = ? AND account_id = ?", run, account).Delete(&failureRow{}).Error
		if err == nil {
			err = all.Create(&row).Error
		}
		return err
	})
}

// mended notes that an account has its invoices now.
func (r *Recurring) mended(ctx context.Context, account id.Account) error {
	return r.Gate.Bookkeep(ctx, tableFailures, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		return db.Across(tx.DB, why).Model(&failureRow{}).Where("account_id = ? AND settled_at IS NULL", account).
			Updates(map[string]any{"settled_at": db.At(now)}).Error
	})
}

// troubled are the accounts that have failed and not been mended.
func (r *Recurring) troubled(ctx context.Context) (map[id.Account]bool, error) {
	var list []id.Account
	err := db.Across(r.Reader.With(ctx), why).
		Raw("SELECT DISTINCT account_id FROM invoice_run_failures WHERE settled_at IS NULL").Scan(&list).Error
	out := map[id.Account]bool{}
	for _, a := range list {
		out[a] = true
	}
	return out, asFault(err)
}

// Ask asks for a run beside the daily ones. It begins within seconds. The key is the id that it will have.
func (r *Recurring) Ask(ctx context.Context, who actor.Actor, key id.InvoiceRun) error {
	if key.IsZero() {
		return fault.InvalidField("key", "Open the form again, and fill it in once more.")
	}
	err := r.Gate.Change(ctx, who, verb.BillingManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			_, there, err := db.One[runRow](tx.Where("id = ?", key))
			if err != nil || there {
				return gate.Entry{}, orDone(err)
			}
			row := runRow{ID: key, Slot: key.String(), Asked: true, State: runWaiting, AskedAt: db.At(g.Now())}
			if err := tx.Create(&row).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("ask for a run: %w", err)
			}
			return g.Entry(activity.RunAsked, activity.Details{Target: activity.TargetOf("run", key, "")}), nil
		})
	return done(err)
}

// Retry bills an account again that a run could not bill, and says how many invoices came of it.
func (r *Recurring) Retry(ctx context.Context, who actor.Actor, account id.Account) (int, error) {
	n, err := r.BillAccount(ctx, who, account)
	if err != nil {
		return 0, err
	}
	r.Outbox.Wake()
	return n, r.mended(ctx, account)
}
