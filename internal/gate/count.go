package gate

import (
	"context"
	"fmt"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// CountOn counts what was written into logs without being counted: by an older program beside this one, or before there
// were counts. It returns how many entries that were. A job calls it; several nodes may at once.
func (g *Gate) CountOn(ctx context.Context) (int, error) {
	const chainsAtOnce = 100
	done, after := 0, id.Scope{}
	for {
		var chains []id.Scope
		err := g.writer.Do(ctx, func(tx *db.Tx) (err error) {
			chains, err = g.log.Uncounted(tx, after, chainsAtOnce)
			return err
		})
		if err != nil || len(chains) == 0 {
			return done, err // the job's name says what it did
		}
		for _, chain := range chains {
			n, err := g.countChain(ctx, chain)
			done += n
			if err != nil {
				return done, fmt.Errorf("count %s: %w", chain, err)
			}
		}
		after = chains[len(chains)-1]
	}
}

func (g *Gate) countChain(ctx context.Context, chain id.Scope) (int, error) {
	for done := 0; ; {
		n := 0
		err := g.writer.Do(ctx, func(tx *db.Tx) error {
			head, err := g.log.Lock(tx, chain)
			if err != nil {
				return err
			}
			n, err = g.log.CountOn(tx, head)
			return err
		})
		done += n
		if err != nil || n == 0 {
			return done, err // the caller names the chain
		}
	}
}

// Recount makes the daily counts of a chain anew from its entries.
func (g *Gate) Recount(ctx context.Context, chain id.Scope) (int, error) {
	err := g.writer.Do(ctx, func(tx *db.Tx) error {
		head, err := g.log.Lock(tx, chain)
		if err != nil {
			return err
		}
		return g.log.Recount(tx, head)
	})
	if err != nil {
		return 0, fmt.Errorf("recount: %w", err)
	}
	return g.countChain(ctx, chain)
}
