package gate

import (
	"context"
	"slices"
	"sync"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// underWay is how many changes of one chain this process has under way: one that works, and one that is ready when it
// is done.
const underWay = 2

// turns has the changes of one chain wait here, in the order in which they came, and not each with a connection to the
// database: a burst on one account would take them all, and everybody else would wait behind it. Whoever loses a
// conflict with another node keeps their turn, so that newcomers do not overtake them again and again.
type turns struct {
	mu     sync.Mutex
	chains map[id.Scope]*queue
}

type queue struct {
	places chan struct{}
	users  int // whoever has a place or waits for one
}

// take waits for a place in each of the chains, which are in the order of their keys as all others take them, and
// returns what gives the places back.
func (t *turns) take(ctx context.Context, chains []id.Scope) (leave func(), err error) {
	var taken []id.Scope
	leave = func() {
		for _, chain := range taken {
			<-t.of(chain, 0).places
			t.of(chain, -1)
		}
	}
	for _, chain := range chains {
		select {
		case t.of(chain, 1).places <- struct{}{}:
			taken = append(taken, chain)
		case <-ctx.Done():
			t.of(chain, -1)
			leave()
			return nil, fault.Unavailable("change", ctx.Err())
		}
	}
	return leave, nil
}

// of is the queue of a chain, with so many more who use it. One that nobody uses is forgotten.
func (t *turns) of(chain id.Scope, more int) *queue {
	t.mu.Lock()
	defer t.mu.Unlock()
	q := t.chains[chain]
	if q == nil {
		if t.chains == nil {
			t.chains = map[id.Scope]*queue{}
		}
		q = &queue{places: make(chan struct{}, underWay)}
		t.chains[chain] = q
	}
	if q.users += more; q.users == 0 {
		delete(t.chains, chain)
	}
	return q
}

// inTurn runs a change as soon as those before it are done with its chains. The decision is over the first of the
// scopes; a refusal is returned beside its fault.
func (g *Gate) inTurn(
	ctx context.Context, who actor.Actor, v verb.Verb, scopes []id.Scope, work Work,
) (refusal *access.Decision, err error) {
	scope, scopes := scopes[0], slices.Compact(slices.SortedFunc(slices.Values(scopes), id.Scope.Compare))
	ctx, enough := db.Bounded(ctx)
	defer enough()
	leave, err := g.turn.take(ctx, scopes)
	if err != nil {
		return nil, err
	}
	defer leave()
	var committed func()
	late := false
	attempt := func(tx *db.Tx) error {
		refusal = nil
		heads, err := g.lock(tx, scopes)
		if err != nil {
			late = tx.Clustered() && fault.KindOf(err) == fault.KindNotFound
			return err
		}
		decision, err := g.decide(ctx, tx, who, v, scope)
		if err != nil {
			return err
		}
		if !decision.Allowed {
			refusal = &decision
			return decision.Fault("change")
		}
		committed, err = g.run(tx, who, decision, heads, work)
		return err
	}
	if err = g.writer.Do(ctx, attempt); err != nil && late && g.arrived(ctx, scopes) {
		err = g.writer.Do(ctx, attempt)
	}
	if err == nil {
		committed()
	}
	return refusal, err
}

// arrived says whether chains that this node of a cluster did not have are there once it has seen all that the others
// committed, which reading waits for: somebody's account may be opened on one node, and changed on the next at once.
func (g *Gate) arrived(ctx context.Context, scopes []id.Scope) bool {
	var there int64
	err := db.Across(g.reader.With(ctx), "whether chains exist is asked before anybody may do anything").
		Table("heads").Where("chain IN ?", scopes).Count(&there).Error
	return err == nil && int(there) == len(scopes)
}
