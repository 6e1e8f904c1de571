package identity

import (
	"context"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// Find returns who has an address, for staff and the operator.
func (p *People) Find(ctx context.Context, who actor.Actor, email string) (id.Person, error) {
	if _, err := p.gate.View(ctx, who, verb.ClientsView, id.ProviderScope()); err != nil {
		return id.Person{}, err
	}
	row, err := p.byEmail(ctx, p.EmailIndex(email))
	if err != nil {
		return id.Person{}, err
	}
	if row.ID.IsZero() {
		return id.Person{}, fault.NotFound("find person")
	}
	return row.ID, nil
}
