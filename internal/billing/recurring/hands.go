package recurring

import (
	"context"
	"errors"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
)

// billed is what came of one account in a run.
type billed struct {
	tried  bool // false: the run was stopped before
	failed bool
	made   int
}

// billAll bills some accounts, writes down how far the run is, and says whether it is still this node's.
func (r *Recurring) billAll(
	ctx context.Context, run *runRow, list []id.Account, troubled map[id.Account]bool,
) (held bool, err error) {
	out := make([]billed, len(list))
	err = r.share(ctx, len(list), func(ctx context.Context, i int) (err error) {
		out[i], err = r.one(ctx, run.ID, list[i], troubled[list[i]])
		return err
	})
	run.add(list, out)
	if err != nil {
		return false, err
	}
	return r.beat(ctx, run)
}

// share does the same for each of n, as many at the same time as the rules have hands, until one of them fails.
func (r *Recurring) share(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range r.Rules.Hands {
		group.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return nil
				}
				if err := do(ctx, i); err != nil {
					return err
				}
			}
		})
	}
	return group.Wait() //nolint:wrapcheck // it is what the work itself said
}

// add counts what came of some accounts. A run that was stopped is taken up behind the last account before which none
// is left out; one that failed further on is tried again then, and counted then.
func (run *runRow) add(list []id.Account, out []billed) {
	whole := true
	for i, b := range out {
		whole = whole && b.tried
		if !b.tried || b.failed && !whole {
			continue
		}
		run.Done, run.Made = run.Done+1, run.Made+b.made
		if b.failed {
			run.Failed++
		}
		if whole {
			run.Reached = list[i].Bytes()
		}
	}
}

// one bills one account. Only what concerns the whole run is an error.
func (r *Recurring) one(
	ctx context.Context, run id.InvoiceRun, account id.Account, troubled bool,
) (b billed, err error) {
	if err := ctx.Err(); err != nil {
		return b, asFault(err)
	}
	n, err := r.BillAccount(ctx, actor.NewSystem("invoice run"), account)
	switch {
	case err != nil && (ctx.Err() != nil || fault.KindOf(err) == fault.KindUnavailable):
		return b, errors.Join(err, asFault(ctx.Err()))
	case err != nil:
		return billed{tried: true, failed: true}, r.failed(ctx, run, account, err)
	case troubled:
		if err := r.mended(ctx, account); err != nil {
			return billed{tried: true, made: n}, err
		}
	}
	return billed{tried: true, made: n}, nil
}
