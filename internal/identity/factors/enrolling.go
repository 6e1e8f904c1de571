package factors

import (
	"context"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/totp"
	"gatehouse/internal/verb"
)

// Enrolling reads a code app that is being added, with its name: for the page that shows the secret until the first
// code. The session that asks must have proved in the last ten minutes what a change of factors needs (S16): the secret
// is as good as the factor. Who took longer proves it again and goes on with the same secret. Once the app was used,
// its secret is not told any more.
func (p *Keyring) Enrolling(ctx context.Context, who actor.Actor, factor id.Factor) (Enrolment, string, error) {
	g, err := p.gate.View(ctx, who, verb.SelfManage, id.PersonScope(who.Person))
	if err != nil {
		return Enrolment{}, "", err
	}
	row, err := beingAdded(g.On(p.reader.With(ctx)).Where("kind = ?", kindTOTP), g.Now(), factor)
	if err != nil {
		return Enrolment{}, "", err
	}
	if err := p.provedLately(ctx, g); err != nil {
		return Enrolment{}, "", err
	}
	e := Enrolment{Factor: factor}
	name, err := p.box.Open(row.Name, factorPlace("name", factor))
	if err != nil || !row.ProvedAt.IsZero() {
		return e, name, err
	}
	if e.Secret, err = p.box.Open(row.Secret, factorPlace("secret", factor)); err != nil {
		return Enrolment{}, "", err
	}
	person, err := persons.ByID(p.reader.With(ctx), who.Person)
	if err != nil {
		return Enrolment{}, "", err
	}
	email, err := p.persons.OpenEmail(person.ID, person.Email)
	e.URL = totp.Address(p.cfg.brand(), email, e.Secret)
	return e, name, err
}
