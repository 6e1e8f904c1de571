package persons

import (
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/id"
)

// Demands are what the accounts of a person ask of their sign-in, taken together: what one of them asks, holds.
type Demands struct {
	SecondFactor      bool   // the last second factor cannot be removed
	PhishingResistant bool   // nor the last one that a false page cannot steal
	NoRemembering     bool   // no device is remembered, and none that was counts
	By                string // an account that asks, by its name, for the sentence that says so
}

// DemandsOf answers what the accounts of a person demand, as the handle sees them: that of the change which decides, so
// that a rule made a moment ago holds. Rows of several accounts are read: the answer gives its reason to db.Across.
type DemandsOf func(q *gorm.DB, person id.Person) (Demands, error)

// Heed tells this room whom to ask what accounts demand. It is called once, before anything is served: accounts know
// people, not the other way round. Unless it was called, nothing is demanded.
func (p *Persons) Heed(ask DemandsOf) { p.demandsOf = ask }

// DemandsOn asks what holds for a person. Staff always need a second factor, and no device of theirs is remembered
// (S12).
func (p *Persons) DemandsOn(q *gorm.DB, person id.Person, staff bool) (Demands, error) {
	d := Demands{}
	if p.demandsOf != nil {
		var err error
		if d, err = p.demandsOf(q, person); err != nil {
			return Demands{}, fmt.Errorf("what accounts demand: %w", err)
		}
	}
	if staff {
		d.SecondFactor, d.NoRemembering = true, true
	}
	return d, nil
}

// Asker is who demands.
func (d Demands) Asker() string {
	if d.By == "" {
		return "Your sign-in"
	}
	return d.By
}
