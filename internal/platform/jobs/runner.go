// Package jobs runs what has to happen again and again, such as signing notes or clearing away old sessions, on one
// node at a time. Whose turn it is stands in the table jobs and changes by conditional UPDATEs, which hold on one
// database as on a cluster; the database's clock decides. What the jobs do is bound in app.
package jobs

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"gatehouse/internal/platform/db"
)

// ErrLost is the cause of a job's cancelled context, and the error of Lease.Hold, once another node may have the job.
var ErrLost = errors.New("jobs: the lease is lost")

// Work is one turn of a job. Its context is cancelled when the lease is lost or the program stops. Its error is logged,
// so it may not name people.
type Work func(ctx context.Context, lease Lease) error

// Options tune a Runner. The zero Options are those of production.
type Options struct {
	Lease time.Duration // for how long a node that fell silent keeps a job; 0: 1 min
	Look  time.Duration // how often the runner looks for due jobs; 0: 1 s
	Grace time.Duration // what running turns get to end once Run's context has; 0: 10 s
}

// Runner takes the turns of one node.
type Runner struct {
	writer  *db.Writer
	reader  *db.Reader
	log     *slog.Logger
	options Options
	holder  db.Blob
	jobs    map[string]*job

	stop    chan struct{}
	stopped chan struct{}
	turns   sync.WaitGroup
	cancel  context.CancelFunc
}

type job struct {
	name  string
	every time.Duration
	work  Work

	mu      sync.Mutex
	running bool
	failure error // of this node's last turn
}

// New makes a Runner with the Options of production; it does nothing before Run or Start.
func New(w *db.Writer, r *db.Reader, log *slog.Logger) *Runner { return NewWith(w, r, log, Options{}) }

// NewWith makes a Runner with other Options.
func NewWith(w *db.Writer, r *db.Reader, log *slog.Logger, o Options) *Runner {
	o.Lease = cmp.Or(o.Lease, time.Minute)
	o.Look = cmp.Or(o.Look, time.Second)
	o.Grace = cmp.Or(o.Grace, 10*time.Second)
	holder := make(db.Blob, 16)
	_, _ = rand.Read(holder) // never fails
	return &Runner{
		writer: w, reader: r, log: log, options: o, holder: holder, jobs: map[string]*job{},
		stop: make(chan struct{}), stopped: make(chan struct{}),
	}
}

// Add binds a job, before Start. A turn starts every so often after the last one ended; after a failure as well.
func (r *Runner) Add(name string, every time.Duration, work Work) {
	r.jobs[name] = &job{name: name, every: every, work: work}
}

// Run takes turns until the context ends, then gives those that run their grace. Its troubles are in the log: a
// database that is away when the program starts is tried again.
func (r *Runner) Run(ctx context.Context) {
	for r.Start(ctx) != nil {
		select {
		case <-ctx.Done():
			return
		case <-time.After(r.options.Look):
		}
	}
	<-ctx.Done()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.options.Grace)
	defer cancel()
	if err := r.Stop(grace); err != nil {
		r.log.ErrorContext(ctx, "jobs did not stop", slog.Any("error", err))
	}
}

// Start enters the jobs that the database does not know yet and takes turns until Stop. The context's end does not end
// it; its values go with every turn.
func (r *Runner) Start(ctx context.Context) error {
	if err := r.enter(ctx); err != nil {
		r.log.ErrorContext(ctx, "jobs did not start", slog.Any("error", err))
		return err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r.cancel = cancel
	go r.loop(ctx)
	return nil
}

// Stop starts no more turns and waits for those that run. When the context ends first they are cancelled, and Stop
// waits for a moment more. It is called once.
func (r *Runner) Stop(ctx context.Context) error {
	if r.cancel == nil {
		return nil // it never started
	}
	close(r.stop)
	done := make(chan struct{})
	go func() {
		<-r.stopped
		r.turns.Wait()
		close(done)
	}()
	defer r.cancel()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	r.cancel()
	select {
	case <-done:
		return nil
	case <-time.After(2 * time.Second):
		return fmt.Errorf("stop jobs: these did not end: %v", r.running())
	}
}

func (r *Runner) loop(ctx context.Context) {
	defer close(r.stopped)
	next := time.NewTimer(upTo(r.options.Look)) // nodes that start together should not look together
	defer next.Stop()
	for {
		select {
		case <-r.stop:
			return
		case <-ctx.Done():
			return
		case <-next.C:
		}
		if err := r.look(ctx); err != nil {
			r.log.ErrorContext(ctx, "due jobs could not be looked up", slog.Any("error", err))
		}
		next.Reset(r.options.Look)
	}
}

// look starts a turn of each job that is due and that this node gets.
func (r *Runner) look(ctx context.Context) error {
	due, err := r.due(ctx)
	if err != nil {
		return err
	}
	for _, name := range due {
		j := r.jobs[name]
		if !j.begin() {
			continue
		}
		lease, err := r.take(ctx, j)
		if err != nil || lease.fence == 0 {
			j.end(err)
			if err != nil {
				return err
			}
			continue
		}
		r.turns.Go(func() { r.turn(ctx, j, lease) })
	}
	return nil
}

// turn does a job's work while it renews the lease, and notes the outcome.
func (r *Runner) turn(ctx context.Context, j *job, lease Lease) {
	working, cancel := context.WithCancelCause(ctx)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		r.renew(working, cancel, lease)
	}()
	err := r.guarded(working, j, lease)
	if cause := context.Cause(working); err != nil && errors.Is(cause, ErrLost) {
		err = errors.Join(ErrLost, err)
	}
	cancel(nil)
	<-renewed
	interrupted := err != nil && ctx.Err() != nil
	if err != nil && !interrupted {
		r.log.ErrorContext(ctx, "a job failed", slog.String("job", j.name), slog.Any("error", err))
	}
	// Even when the program is being stopped, the next node should not have to wait for the lease to run out.
	finishing, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer stop()
	if lost := r.finish(finishing, j, lease, err, interrupted); lost != nil {
		r.log.ErrorContext(ctx, "a job's outcome was not noted", slog.String("job", j.name), slog.Any("error", lost))
	}
	j.end(err)
}

// guarded keeps a panic in one job from ending the program.
func (r *Runner) guarded(ctx context.Context, j *job, lease Lease) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
			r.log.ErrorContext(ctx, "a job panicked", slog.String("job", j.name), slog.String("stack", string(debug.Stack())))
		}
	}()
	return j.work(ctx, lease)
}

// renew extends the lease until the work is over. It gives up, and takes the work's context away, when the lease is
// lost or could not be renewed for so long that another node may have taken it.
func (r *Runner) renew(ctx context.Context, cancel context.CancelCauseFunc, lease Lease) {
	ticker := time.NewTicker(r.options.Lease / 3)
	defer ticker.Stop()
	left := 2
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		bounded, stop := context.WithTimeout(ctx, r.options.Lease/6) // so that two failures end before the lease does
		err := r.writer.Do(bounded, lease.Hold)
		stop()
		switch {
		case err == nil:
			left = 2
			continue
		case ctx.Err() != nil:
			return
		}
		if left--; left == 0 || errors.Is(err, ErrLost) {
			cancel(ErrLost)
			return
		}
	}
}

func (r *Runner) running() []string {
	var names []string
	for name, j := range r.jobs {
		if j.isRunning() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (j *job) begin() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.running {
		return false
	}
	j.running = true
	return true
}

func (j *job) end(failure error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.running, j.failure = false, failure
}

func (j *job) isRunning() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.running
}

// upTo returns a duration below most.
func upTo(most time.Duration) time.Duration {
	n, err := rand.Int(rand.Reader, big.NewInt(int64(most)))
	if err != nil {
		return most
	}
	return time.Duration(n.Int64())
}
