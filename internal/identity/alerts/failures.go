package alerts

import (
	"context"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// TellOfFailures tells somebody by mail that tries to sign in as them fail again and again.
func (p *Alerts) TellOfFailures(ctx context.Context, m tries.FailuresMail) error {
	row, err := persons.ByID(p.reader.With(ctx), m.Person)
	if m.Person.IsZero() {
		row, err = persons.FindBy(p.reader.With(ctx), "email_index = ?", m.Subject)
	}
	if err != nil || row.ID.IsZero() || row.State != persons.Active {
		return err // nobody has the address
	}
	name, err := p.persons.OpenName(row.ID, row.Name)
	if err != nil {
		return err
	}
	return p.gate.Change(ctx, actor.NewSystem(tries.ManyFailures), verb.SelfManage, id.PersonScope(row.ID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := p.Tell(tx, g, ManyFailures, fmt.Sprint(m.Failed)); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.FailuresNoticed, activity.Details{
				Target: persons.About(row.ID, name), Count: m.Failed,
			}), nil
		})
}
