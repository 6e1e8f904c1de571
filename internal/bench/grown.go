package bench

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"gatehouse/internal/platform/db"
)

// Cost is what one request of a page takes.
type Cost struct {
	Statements  int64
	Allocations uint64        // objects in memory
	Processor   time.Duration // of the whole process
}

// Grown is a page of a small account or agency, and the same one of a large one.
type Grown struct {
	Page      string
	Few, Many Cost
}

// pair is a page of few and the same one of many.
type pair struct {
	name      string
	few, many page
}

// Crowds says what the pages about people cost in an account with five hundred contacts and in an agency with five
// hundred clients, against small ones, in turns of so many requests; the cheapest turn of each counts. It works on
// SQLite, in the folder.
func Crowds(ctx context.Context, dir string, turns, requests int) (list []Grown, err error) {
	for _, open := range []func(context.Context, string) ([]pair, func() error, error){crowdedPages, agencyPages} {
		pairs, done, err := open(ctx, dir)
		if err != nil {
			return nil, err
		}
		for _, p := range pairs {
			g, err := p.grown(ctx, turns, requests)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.name, err)
			}
			list = append(list, g)
		}
		if err := done(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (p pair) grown(ctx context.Context, turns, requests int) (Grown, error) {
	g := Grown{Page: p.name}
	for turn := range turns {
		for of, at := range map[*Cost]page{&g.Few: p.few, &g.Many: p.many} {
			c, err := at.cost(ctx, requests)
			if err != nil {
				return g, err
			}
			if turn > 0 { // the first one warms up
				c.Allocations, c.Processor = min(c.Allocations, of.Allocations), min(c.Processor, of.Processor)
			}
			*of = c
		}
	}
	return g, nil
}

// cost asks for the page so many times, and once more to count its statements.
func (p page) cost(ctx context.Context, requests int) (Cost, error) {
	ask := inProcess(p.handler, p.path, p.cookie)[0]
	counting, statements := db.CountStatements(ctx)
	if err := ask(counting); err != nil {
		return Cost{}, err
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := processTime()
	for range requests {
		if err := ask(ctx); err != nil {
			return Cost{}, err
		}
	}
	took := processTime() - begin
	runtime.ReadMemStats(&after)
	return Cost{
		Statements:  statements.Load(),
		Allocations: (after.Mallocs - before.Mallocs) / uint64(max(requests, 1)),
		Processor:   took / time.Duration(max(requests, 1)),
	}, nil
}
