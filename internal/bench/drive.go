package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"
)

// once does one request, change or whatever is measured.
type once func(ctx context.Context) error

// figures are what driving something for a while showed.
type figures struct {
	n         int
	elapsed   time.Duration
	cpu       time.Duration // of the whole process, the load's own part included
	allocated uint64        // objects
	took      []time.Duration
}

func (f *figures) rate() float64 { return float64(f.n) / f.elapsed.Seconds() }

func (f *figures) each() time.Duration { return f.cpu / time.Duration(max(f.n, 1)) }

func (f *figures) allocations() uint64 { return f.allocated / uint64(max(f.n, 1)) }

// at is the time that a share of all took at most.
func (f *figures) at(share float64) time.Duration {
	if len(f.took) == 0 {
		return 0
	}
	slices.Sort(f.took)
	return f.took[min(int(share*float64(len(f.took))), len(f.took)-1)]
}

func (f *figures) add(g figures) {
	f.n, f.elapsed, f.cpu, f.allocated = f.n+g.n, f.elapsed+g.elapsed, f.cpu+g.cpu, f.allocated+g.allocated
	f.took = append(f.took, g.took...)
}

// drive has each worker do its work again and again for a while.
func drive(ctx context.Context, span time.Duration, workers []once) (figures, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, begin := processTime(), time.Now()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	parts, failed := make([]figures, len(workers)), make([]error, len(workers))
	var all sync.WaitGroup
	for i, work := range workers {
		all.Go(func() {
			for ctx.Err() == nil && time.Since(begin) < span {
				start := time.Now()
				if failed[i] = work(ctx); failed[i] != nil {
					cancel()
					return
				}
				parts[i].took = append(parts[i].took, time.Since(start))
			}
		})
	}
	all.Wait()
	out := figures{elapsed: time.Since(begin), cpu: processTime() - cpu}
	runtime.ReadMemStats(&after)
	out.allocated = after.Mallocs - before.Mallocs
	for _, p := range parts {
		out.n, out.took = out.n+len(p.took), append(out.took, p.took...)
	}
	return out, errors.Join(failed...)
}

// inTurns drives several things one after the other in short spells, again and again, so that whatever else happens on
// the machine happens to all of them.
func inTurns(ctx context.Context, rounds int, spell time.Duration, things ...[]once) ([]figures, error) {
	out := make([]figures, len(things))
	for round := range rounds + 1 {
		for i, workers := range things {
			f, err := drive(ctx, spell, workers)
			if err != nil {
				return nil, fmt.Errorf("thing %d: %w", i+1, err)
			}
			if round > 0 { // the first one warms up
				out[i].add(f)
			}
		}
	}
	return out, nil
}

// processTime is the processor time that this process has used.
func processTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
