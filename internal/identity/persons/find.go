package persons

import (
	"context"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// IsTaken says whether somebody has an address, for the mail that goes to it: only its owner may learn that.
func (p *Persons) IsTaken(ctx context.Context, email string) (bool, error) {
	row, err := p.ByEmail(ctx, p.EmailIndex(email))
	return !row.ID.IsZero(), err
}

// Find returns who has an address, for staff and the operator.
func (p *Persons) Find(ctx context.Context, who actor.Actor, email string) (id.Person, error) {
	if _, err := p.gate.View(ctx, who, verb.ClientsView, id.ProviderScope()); err != nil {
		return id.Person{}, err
	}
	row, err := p.ByEmail(ctx, p.EmailIndex(email))
	if err != nil {
		return id.Person{}, err
	}
	if row.ID.IsZero() {
		return id.Person{}, fault.NotFound("find person")
	}
	return row.ID, nil
}

// Mailbox is where somebody is written to.
type Mailbox struct {
	Name     string
	Email    string
	TimeZone string
}

// Mailbox reads where a person is written to, for Gatehouse itself. Somebody who was erased is not found.
func (p *Persons) Mailbox(ctx context.Context, who actor.Actor, person id.Person) (Mailbox, error) {
	if _, err := p.gate.View(ctx, who, verb.SelfView, id.PersonScope(person)); err != nil {
		return Mailbox{}, err
	}
	row, err := ByID(p.reader.With(ctx), person)
	if err != nil {
		return Mailbox{}, err
	}
	if row.Email.IsZero() {
		return Mailbox{}, fault.NotFound("read mailbox")
	}
	m := Mailbox{TimeZone: row.TimeZone}
	if m.Name, err = p.OpenName(row.ID, row.Name); err != nil {
		return Mailbox{}, err
	}
	m.Email, err = p.OpenEmail(row.ID, row.Email)
	return m, err
}
