// Package archives moves entries whose time is up out of the log: into files that lie outside the database and can be
// checked by themselves. Nothing goes from the log before its file has been written, waited for on the disk, read back
// and found right; what goes leaves a gap that verifying the log accepts, and no other.
package archives

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
)

const (
	// segmentMost is how many entries one file has at most, and one transaction takes out.
	segmentMost = 5_000
	// Fewer than segmentLeast entries wait for others, but no longer than patience: a small file a day and log would be
	// many.
	segmentLeast = 500
	patience     = 31 * 24 * time.Hour
	logsAtOnce   = 100
)

// ErrAltered says that a log is not as it was written. Nothing of it is archived: the evidence stays.
var ErrAltered = errors.New("archives: the log is not as it was written; run `gatehouse activity verify`")

// Deps is what archiving works with.
type Deps struct {
	Gate     *gate.Gate
	Log      *activity.Log
	Keeping  activity.Keeping
	Folder   string // where the files go
	Notes    string // where the signed notes are that the log is held against before
	Provider string // its name
	Now      func(ctx context.Context) (time.Time, error)
}

// Archives moves old entries.
type Archives struct{ Deps }

// New makes it. Shorter than the law asks for, nothing is kept.
func New(d Deps) (*Archives, error) {
	if err := d.Keeping.Check(); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return &Archives{d}, nil
}

// Plan is what there is to archive, or what was.
type Plan struct {
	Logs, Segments, Entries int64
	Oldest                  time.Time // when the oldest of them was recorded
}

// Survey counts what Run would move, and changes nothing.
func (a *Archives) Survey(ctx context.Context) (Plan, error) {
	return a.each(ctx, func(context.Context, id.Scope, []activity.Record, time.Time) error { return nil }, func(Plan) {})
}

// Run moves what is over. Where it is stopped, it goes on when it is called again.
func (a *Archives) Run(ctx context.Context, progress func(Plan)) (Plan, error) {
	looked := id.Scope{}
	return a.each(ctx, func(ctx context.Context, chain id.Scope, list []activity.Record, now time.Time) error {
		if looked != chain {
			if err := a.sound(ctx, chain); err != nil {
				return err
			}
			looked = chain
		}
		return a.move(ctx, chain, list, now)
	}, progress)
}

// sound makes sure that a log is as it was written before anything of it goes.
func (a *Archives) sound(ctx context.Context, chain id.Scope) error {
	report, err := a.Log.Verify(ctx, activity.Check{Chain: chain, Notes: a.Notes})
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	if !report.OK() {
		return fmt.Errorf("%w: %s: %s", ErrAltered, chain, report.Problems[0].What)
	}
	return nil
}

// work is what is done with a segment of a log.
type work func(ctx context.Context, chain id.Scope, list []activity.Record, now time.Time) error

// each goes through the logs and hands on what makes a segment. What fails of one log does not keep the others.
func (a *Archives) each(ctx context.Context, use work, progress func(Plan)) (done Plan, err error) {
	now, err := a.Now(ctx)
	if err != nil {
		return done, fmt.Errorf("archive: %w", err)
	}
	var failed []error
	for after := (id.Scope{}); ; {
		chains, err := a.Log.Aging(ctx, after, a.Keeping.Soonest(now), logsAtOnce)
		if err != nil || len(chains) == 0 {
			return done, errors.Join(append(failed, err)...)
		}
		for _, chain := range chains {
			err := a.log(ctx, chain, now, &done, use, progress)
			if ctx.Err() != nil {
				return done, fmt.Errorf("archive: stopped: %w", ctx.Err())
			}
			if err != nil {
				failed = append(failed, err)
			}
		}
		after = chains[len(chains)-1]
	}
}

// log hands on the segments of one log, and counts them.
func (a *Archives) log(
	ctx context.Context, chain id.Scope, now time.Time, done *Plan, use work, progress func(Plan),
) error {
	before := done.Segments
	err := a.segments(ctx, chain, now, func(list []activity.Record) error {
		if err := use(ctx, chain, list, now); err != nil {
			return err
		}
		done.add(list)
		progress(*done)
		return nil
	})
	if done.Segments > before {
		done.Logs++
	}
	return err
}

func (p *Plan) add(list []activity.Record) {
	p.Segments++
	p.Entries += int64(len(list))
	if at := list[0].Recorded; p.Oldest.IsZero() || at.Before(p.Oldest) {
		p.Oldest = at
	}
}

// segments gathers the entries of a log that are over, in portions.
func (a *Archives) segments(
	ctx context.Context, chain id.Scope, now time.Time, use func([]activity.Record) error,
) error {
	var list []activity.Record
	var young bool
	for after := int64(0); ; {
		records, next, err := a.Gate.Old(ctx, chain, after)
		if err != nil {
			return fmt.Errorf("archive %s: %w", chain, err)
		}
		if list, young, err = a.gather(list, records, now, use); err != nil {
			return err
		}
		if after = next; young || next == 0 {
			break
		}
	}
	if len(list) == 0 || len(list) < segmentLeast && a.mayWait(&list[0], now) {
		return nil
	}
	return use(list)
}

// gather adds those of the records that are over to the list, and hands the list on each time that it is full. It stops
// where the records are too young for any of them to be over.
func (a *Archives) gather(
	list, records []activity.Record, now time.Time, use func([]activity.Record) error,
) (rest []activity.Record, young bool, err error) {
	for i := range records {
		r := &records[i]
		if !r.Recorded.Before(a.Keeping.Soonest(now)) {
			return list, true, nil
		}
		if !a.Keeping.Over(&r.Entry, now) {
			continue
		}
		if list = append(list, *r); len(list) < segmentMost {
			continue
		}
		if err := use(list); err != nil {
			return nil, false, err
		}
		list = nil
	}
	return list, false, nil
}

// mayWait says whether an entry's time was up only a while ago.
func (a *Archives) mayWait(oldest *activity.Record, now time.Time) bool {
	return !a.Keeping.Over(&oldest.Entry, now.Add(-patience))
}
