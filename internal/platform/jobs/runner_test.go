package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/jobs"
	"gatehouse/internal/testkit"
)

const patience = 20 * time.Second

func quick() jobs.Options { return jobs.Options{Lease: 3 * time.Second, Look: 10 * time.Millisecond} }

func newRunner(t *testing.T, w *testkit.World, log *slog.Logger, o jobs.Options) *jobs.Runner {
	t.Helper()
	if log == nil {
		log = w.Logger
	}
	return jobs.NewWith(w.Writer, w.Reader, log, o)
}

func start(t *testing.T, runners ...*jobs.Runner) {
	t.Helper()
	for _, r := range runners {
		if err := r.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func stop(t *testing.T, runners ...*jobs.Runner) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, r := range runners {
		if err := r.Stop(ctx); err != nil {
			t.Error(err)
		}
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

func health(t *testing.T, r *jobs.Runner) jobs.Status {
	t.Helper()
	list, err := r.Health(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("health is %+v, %v", list, err)
	}
	return list[0]
}

func TestOneNodeAtATime(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		var inside, turns atomic.Int64
		var mu sync.Mutex
		var fences []int64
		var runners []*jobs.Runner
		for range 3 {
			r := newRunner(t, w, nil, quick())
			r.Add("notes", 5*time.Millisecond, func(_ context.Context, lease jobs.Lease) error {
				if inside.Add(1) != 1 {
					t.Error("two nodes have the job")
				}
				mu.Lock()
				fences = append(fences, lease.Fence())
				mu.Unlock()
				time.Sleep(3 * time.Millisecond)
				inside.Add(-1)
				turns.Add(1)
				return nil
			})
			runners = append(runners, r)
		}
		start(t, runners...)
		eventually(t, "twelve turns", func() bool { return turns.Load() >= 12 })
		stop(t, runners...)
		for i, fence := range fences {
			if fence != int64(i+1) {
				t.Fatalf("fences are %v", fences)
			}
		}
		if s := health(t, runners[0]); s.Running || s.Done.IsZero() || !s.Well() {
			t.Errorf("health is %+v", s)
		}
	})
}

// A holder that hangs, or was cut off, loses the job when its lease runs out, and cannot write as the holder any more.
func TestSilentHolderIsReplaced(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		first, second := newRunner(t, w, nil, quick()), newRunner(t, w, nil, quick())
		var old, young atomic.Pointer[jobs.Lease]
		told := make(chan error, 1)
		first.Add("notes", time.Millisecond, func(ctx context.Context, lease jobs.Lease) error {
			if young.Load() != nil {
				return nil
			}
			old.Store(&lease)
			<-ctx.Done()
			told <- context.Cause(ctx)
			return ctx.Err()
		})
		second.Add("notes", time.Millisecond, func(_ context.Context, lease jobs.Lease) error {
			young.Store(&lease)
			return nil
		})
		start(t, first)
		eventually(t, "the first node's turn", func() bool { return old.Load() != nil })
		if err := w.Writer.Do(t.Context(), old.Load().Hold); err != nil {
			t.Fatalf("the holder cannot hold: %v", err)
		}
		start(t, second)
		w.Offset.Advance(time.Minute) // the lease runs out
		eventually(t, "the second node's turn", func() bool { return young.Load() != nil })
		if err := w.Writer.Do(t.Context(), old.Load().Hold); !errors.Is(err, jobs.ErrLost) {
			t.Errorf("the old holder still holds: %v", err)
		}
		if young.Load().Fence() <= old.Load().Fence() {
			t.Errorf("fence %d came after %d", young.Load().Fence(), old.Load().Fence())
		}
		select {
		case cause := <-told:
			if !errors.Is(cause, jobs.ErrLost) {
				t.Errorf("the old holder is told %v", cause)
			}
		case <-time.After(patience):
			t.Error("the old holder is not told")
		}
		stop(t, first, second)
	})
}

func TestLongTurnKeepsItsLease(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	o := jobs.Options{Lease: 600 * time.Millisecond, Look: 10 * time.Millisecond}
	var turns atomic.Int64
	var runners []*jobs.Runner
	finished := make(chan error, 8)
	for range 2 {
		r := newRunner(t, w, nil, o)
		r.Add("notes", time.Hour, func(ctx context.Context, _ jobs.Lease) error {
			turns.Add(1)
			select {
			case <-ctx.Done():
			case <-time.After(3 * o.Lease):
			}
			finished <- ctx.Err()
			return nil
		})
		runners = append(runners, r)
	}
	start(t, runners...)
	w.Offset.Advance(time.Hour) // past the jitter of the first turn
	if err := <-finished; err != nil || turns.Load() != 1 {
		t.Errorf("%d turns, %v", turns.Load(), err)
	}
	stop(t, runners...)
}

func TestFailuresAreSeen(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		var log lockedBuffer
		r := newRunner(t, w, slog.New(slog.NewTextHandler(&log, nil)), quick())
		var turns atomic.Int64
		r.Add("notes", 10*time.Millisecond, func(context.Context, jobs.Lease) error {
			switch turns.Add(1) {
			case 1:
				return errors.New("the disk is full")
			case 2:
				panic("out of paper")
			}
			return nil
		})
		start(t, r)
		eventually(t, "a failure in the health", func() bool { return health(t, r).Failures > 0 || turns.Load() > 2 })
		eventually(t, "a success after it", func() bool { s := health(t, r); return !s.Done.IsZero() && s.Well() })
		if s := health(t, r); s.Failed.IsZero() || s.Error != nil || s.Done.Before(s.Failed) {
			t.Errorf("health is %+v", s)
		}
		stop(t, r)
		for _, line := range []string{"the disk is full", "panic: out of paper", "runner_test.go", "job=notes"} {
			if !strings.Contains(log.String(), line) {
				t.Errorf("no %q in the log:\n%s", line, log.String())
			}
		}
		w.Offset.Advance(time.Hour)
		if s := health(t, r); !s.Overdue || s.Well() {
			t.Errorf("nobody runs it any more, and health is %+v", s)
		}
	})
}

func TestStopWaitsForTurnsThenCancelsThem(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	for name, c := range map[string]struct {
		grace       time.Duration
		wantTimeout bool
	}{"in time": {patience, false}, "too late": {50 * time.Millisecond, true}} {
		r := newRunner(t, w, nil, quick())
		entered := make(chan struct{})
		var cut atomic.Bool
		r.Add("job "+name, time.Millisecond, func(ctx context.Context, _ jobs.Lease) error {
			close(entered)
			select {
			case <-ctx.Done():
				cut.Store(true)
				return ctx.Err()
			case <-time.After(time.Second):
				return nil
			}
		})
		start(t, r)
		<-entered
		ctx, cancel := context.WithTimeout(t.Context(), c.grace)
		if err := r.Stop(ctx); err != nil || cut.Load() != c.wantTimeout {
			t.Errorf("%s: cut off %t, %v", name, cut.Load(), err)
		}
		cancel()
		s := health(t, r)
		if s.Running || s.Failures != 0 || s.Done.IsZero() != c.wantTimeout {
			t.Errorf("%s: left behind as %+v", name, s)
		}
	}
}

func TestJobThatIgnoresItsContextIsNamed(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	r := newRunner(t, w, nil, quick())
	entered, release := make(chan struct{}), make(chan struct{})
	r.Add("deaf", time.Hour, func(context.Context, jobs.Lease) error {
		close(entered)
		<-release
		return nil
	})
	start(t, r)
	w.Offset.Advance(time.Hour)
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Stop(ctx); err == nil || !strings.Contains(err.Error(), "deaf") {
		t.Errorf("stopped with %v", err)
	}
	close(release)
	eventually(t, "the turn's end", func() bool { return !health(t, r).Running })
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	r := newRunner(t, w, nil, quick())
	entered := make(chan struct{})
	r.Add("notes", time.Hour, func(context.Context, jobs.Lease) error {
		close(entered)
		time.Sleep(50 * time.Millisecond) // it is given time to end
		return nil
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { r.Run(ctx); close(ended) }()
	eventually(t, "the job's entry", func() bool {
		list, err := r.Health(t.Context())
		return err == nil && len(list) == 1
	})
	w.Offset.Advance(time.Hour)
	<-entered
	cancel()
	<-ended
	if s := health(t, r); s.Running || s.Done.IsZero() || s.Failures != 0 {
		t.Errorf("left behind as %+v", s)
	}
	r.Run(ctx) // a context that is over already
}

func TestStopBeforeStartIsNothing(t *testing.T) {
	t.Parallel()
	if err := jobs.New(nil, nil, nil).Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestLeaseOfNothingHoldsNothing(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	err := w.Writer.Do(t.Context(), func(tx *db.Tx) error { return jobs.Lease{}.Hold(tx) })
	if !errors.Is(err, jobs.ErrLost) {
		t.Errorf("held with %v", err)
	}
}

type lockedBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
