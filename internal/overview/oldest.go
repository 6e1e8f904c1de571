package overview

import (
	"context"
	"slices"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// IsAsked says whether what waits in a queue is what somebody asked for, and is decided or answered by itself.
func (q QueueName) IsAsked() bool {
	return q == OpenCases || slices.ContainsFunc(sources(), func(s source) bool { return s.name == q })
}

// Oldest is what has waited the longest in a queue that somebody asked for, in one statement. ok is false where nothing
// waits there any more. Whoever does not see the queue is refused, and the refusal recorded.
func (o *Overview) Oldest(ctx context.Context, who actor.Actor, name QueueName) (one Request, ok bool, err error) {
	g, p, err := o.oldestPart(ctx, who, name)
	if err != nil {
		return Request{}, false, err
	}
	found, err := o.read(ctx, g, p)
	if err != nil {
		return Request{}, false, err
	}
	rows, _, err := o.requestRows(found)
	if err != nil || len(rows) == 0 {
		return Request{}, false, err
	}
	return rows[0], true, nil
}

// oldestPart is the first row of a queue, under the permission that shows the queue.
func (o *Overview) oldestPart(ctx context.Context, who actor.Actor, name QueueName) (g gate.Grant, p part, err error) {
	if name == OpenCases {
		g, err = o.gate.View(ctx, who, verb.CasesView, id.ProviderScope())
		if err != nil {
			return g, p, err
		}
		return g, oldestCase(g), nil
	}
	list := sources()
	at := slices.IndexFunc(list, func(s source) bool { return s.name == name })
	if at < 0 {
		return g, p, fault.NotFound("oldest request")
	}
	if g, err = o.gate.View(ctx, who, list[at].sees, id.ProviderScope()); err != nil {
		return g, p, err
	}
	return g, list[at].part(g, desk{o: o, who: who}, RequestQuery{}, 1), nil
}

// oldestCase tells of a case no more than that it waits: what it is about stands where it is answered.
func oldestCase(g gate.Grant) part {
	p := part{name: string(OpenCases), columns: map[string]string{"id": "id", "at1": "changed_at"}}
	p.from = "FROM cases WHERE state = 'open'"
	if g.Decision().Billing {
		p.from += " AND kind = 'billing'"
	}
	p.from += " ORDER BY changed_at, id LIMIT 1"
	return p
}
