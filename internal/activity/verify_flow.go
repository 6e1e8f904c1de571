package activity

import (
	"context"
	"runtime"
	"sync"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// checkersMost bounds how many look at entries at once, and so what verifying needs of memory, on machines with many
// processors. One alone reads, and feeds about this many.
const checkersMost = 8

// flow is the way of all batches: read in order, looked at by several, and linked in order by the one who began.
type flow struct {
	*verifier
	read   chan *batch // to be looked at
	linked chan *batch // the same in their order
	spare  chan *batch // to be filled again
	failed error       // why reading ended, once linked is closed
	there  bool        // the chain that must be there was seen
}

// chains verifies every chain by its head.
func (v *verifier) chains(ctx context.Context) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	n := min(runtime.GOMAXPROCS(0), checkersMost)
	f := &flow{verifier: v, read: make(chan *batch), linked: make(chan *batch, n), spare: make(chan *batch, 2*n+2)}
	for range cap(f.spare) {
		f.spare <- &batch{}
	}
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			c := &checker{log: v.log}
			for b := range f.read {
				c.check(b)
				close(b.checked)
			}
		})
	}
	all.Go(func() {
		defer close(f.linked)
		defer close(f.read)
		f.failed = f.readAll(ctx)
	})
	defer all.Wait()
	defer cancel()
	for b := range f.linked {
		select {
		case <-b.checked:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := b.walk.link(ctx, b); err != nil {
			return err
		}
		f.spare <- b
	}
	if f.failed == nil && !f.there {
		v.found(v.check.surely(), 0, "This log is missing.")
	}
	return f.failed
}

// readAll reads the chains of all heads, in the order of their keys.
func (f *flow) readAll(ctx context.Context) error {
	where, args := "h.chain > ? ORDER BY h.chain LIMIT ?", []any{db.Blob{}, verifyHeads}
	if !f.check.Chain.IsZero() {
		where, args = "h.chain = ? LIMIT ?", []any{f.check.Chain, 1}
	} else if !f.check.From.Reached.Chain.IsZero() {
		where, args[0] = "h.chain >= ? ORDER BY h.chain LIMIT ?", f.check.From.Reached.Chain
	}
	for {
		ends, err := readRows(ctx, f.log, endsSQL+where, args, func(e *end) []any {
			return []any{
				&e.Chain, &e.Kind, &e.Seq, &e.Hash, &e.Mac, &e.NotedSeq, &e.CountedSeq, &e.lastEntry, &e.lastPersonal,
				&e.segments,
			}
		})
		if err != nil {
			return err
		}
		for i := range ends {
			if err := f.readChain(ctx, &ends[i]); err != nil {
				return err
			}
		}
		if len(ends) == 0 || !f.check.Chain.IsZero() {
			return nil
		}
		where, args = "h.chain > ? ORDER BY h.chain LIMIT ?", []any{db.Blob(ends[len(ends)-1].Chain), verifyHeads}
	}
}

// readChain reads one chain from where verifying it begins. What follows once something bad was found is left out.
func (f *flow) readChain(ctx context.Context, e *end) error {
	scope, ok := id.ScopeOf(id.ScopeKind(e.Kind), e.Chain)
	f.there = f.there || scope == f.check.surely()
	w := f.start(scope, e)
	w.given.Store(!ok || f.known[scope])
	for after, last := w.after, false; !last; {
		var b *batch
		select {
		case b = <-f.spare:
		case <-ctx.Done():
			return ctx.Err()
		}
		b.reset(w)
		if w.given.Load() {
			b.last = true
		} else if err := b.read(ctx, after); err != nil {
			return err
		}
		after, last = b.upTo, b.last
		select {
		case f.linked <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case f.read <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
