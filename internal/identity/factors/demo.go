package factors

import (
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/webauthn"
	"gatehouse/internal/platform/db"
)

// AddDemoKey gives a person of the demo a security key to look at. Nobody holds it, so they need a code app as well.
// With any other keys than the demo's it refuses.
func (p *Keyring) AddDemoKey(tx *db.Tx, g gate.Grant, person id.Person, name string) (gate.Entry, error) {
	if !p.box.IsDemo() {
		return gate.Entry{}, fault.Conflict("A key that nobody holds is for the demo only.")
	}
	c, err := webauthn.Keyless()
	if err != nil {
		return gate.Entry{}, err // webauthn says what it did
	}
	row := factorRow{
		ID: id.New[id.FactorKind](), PersonID: person, Kind: kindKey, AddedAt: db.At(g.Now()), ConfirmedAt: db.At(g.Now()),
	}
	if row.Name, err = p.box.Seal(name, factorPlace("name", row.ID)); err != nil {
		return gate.Entry{}, err
	}
	if err := p.sealCredential(&row, c); err != nil {
		return gate.Entry{}, err
	}
	if err := insertFactor(tx, g, row); err != nil {
		return gate.Entry{}, err
	}
	return g.EntryIn(id.PersonScope(person), activity.FactorAdded,
		activity.Details{Target: activity.TargetOf("factor", row.ID, name)}), nil
}

// AddDemoTOTP gives a person of the demo a code app with the demo's secret, in the change that creates them, and
// recovery codes that nobody has seen. With any other keys than the demo's it refuses.
func (p *Keyring) AddDemoTOTP(tx *db.Tx, g gate.Grant, person id.Person) (gate.Entry, error) {
	const name = "Code app"
	if !p.box.IsDemo() {
		return gate.Entry{}, fault.Conflict("A secret that everybody knows is for the demo only.")
	}
	e := Enrolment{Factor: id.New[id.FactorKind](), Secret: persons.DemoSecret}
	if err := p.addTOTP(tx, g, person, e, name, true); err != nil {
		return gate.Entry{}, err
	}
	salt, codes := newRecoveryCodes()
	set := RecoverySetRow{PersonID: person, Salt: salt, MadeAt: db.At(g.Now()), ConfirmedAt: db.At(g.Now())}
	if err := p.writeRecoveryCodes(tx, g, set, codes); err != nil {
		return gate.Entry{}, err
	}
	return g.EntryIn(id.PersonScope(person), activity.FactorAdded,
		activity.Details{Target: activity.TargetOf("factor", e.Factor, name)}), nil
}
