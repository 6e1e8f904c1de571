package identity

import (
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/webauthn"
	"gatehouse/internal/platform/db"
)

// AddDemoKey gives a person of the demo a security key to look at. Nobody holds it, so they need a code app as well.
// With any other keys than the demo's it refuses.
func (p *People) AddDemoKey(tx *db.Tx, g gate.Grant, person id.Person, name string) (gate.Entry, error) {
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
