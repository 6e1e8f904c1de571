package bench

import (
	"context"
	"errors"
	"sync"
	"time"
)

// steadily has the workers do their work so many times a second, all of them together, whatever became of the time
// before; they begin evenly spread over one turn. How long it took is counted from when it was due: whoever is kept
// waiting by the one before waits as well.
func steadily(ctx context.Context, span time.Duration, rate float64, workers []once) (figures, error) {
	every := time.Duration(float64(len(workers)) / rate * float64(time.Second))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	parts, failed := make([]figures, len(workers)), make([]error, len(workers))
	cpu, begin := processTime(), time.Now()
	var all sync.WaitGroup
	for i, work := range workers {
		first := begin.Add(every * time.Duration(i) / time.Duration(len(workers)))
		all.Go(func() {
			for due := first; ctx.Err() == nil && due.Sub(begin) < span; due = due.Add(every) {
				time.Sleep(time.Until(due))
				if failed[i] = work(ctx); failed[i] != nil {
					cancel()
					return
				}
				parts[i].took = append(parts[i].took, time.Since(due))
			}
		})
	}
	all.Wait()
	out := figures{elapsed: time.Since(begin), cpu: processTime() - cpu}
	for _, p := range parts {
		out.n, out.took = out.n+len(p.took), append(out.took, p.took...)
	}
	return out, errors.Join(failed...)
}
