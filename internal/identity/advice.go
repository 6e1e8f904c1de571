package identity

import (
	"context"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
)

// Advice is what somebody should do next for their sign-in: pages lead to it after a sign-in.
type Advice string

// The advices.
const (
	AllIsWell         Advice = ""
	AddSecondStep     Advice = "add a second step"
	NeedSecondStep    Advice = "an account needs a second step"
	KeepRecoveryCodes Advice = "keep recovery codes" // none were made, or nobody proved that they are kept
)

// advice is what to do next for the grant's person, whose session begins.
func (p *People) advice(tx *db.Tx, g gate.Grant, o opening) (Advice, error) {
	switch {
	case o.remembered: // it was said when the device was remembered
		return AllIsWell, nil
	case o.second:
		set, found, err := factors.RecoverySet(tx, g)
		if err != nil || found && !set.ConfirmedAt.IsZero() {
			return AllIsWell, err
		}
		return KeepRecoveryCodes, nil
	}
	d, err := p.DemandsOn(tx.DB, g.Who().Person, g.Who().Kind == actor.Staff)
	if err != nil {
		return AllIsWell, err
	}
	if d.SecondFactor {
		return NeedSecondStep, nil
	}
	return AddSecondStep, nil
}

// Demands are what the accounts of the one who asks demand of their sign-in.
func (p *People) Demands(ctx context.Context, who actor.Actor) (persons.Demands, error) {
	return p.DemandsOn(p.reader.With(ctx), who.Person, who.Kind == actor.Staff)
}
