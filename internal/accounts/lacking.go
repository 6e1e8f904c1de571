package accounts

import (
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// lacking is what keeps whoever accepts an invitation from joining: their session is not as the account insists on for
// everybody in it, at this moment. Nobody is in an account for a while before its rule is kept.
func (a *Accounts) lacking(tx *db.Tx, g gate.Grant) error {
	row, _, err := db.One[ruleRow](g.On(tx.DB))
	if err != nil {
		return fmt.Errorf("accept invitation: %w", err)
	}
	rule, who := row.rule(), g.Who().Details
	if rule.Lets(who, g.Now()) {
		return nil
	}
	d := fault.Denial{
		Verb: verb.SignedIn, Missing: fault.SecondFactor, Reason: "This account asks everybody for a second step at sign-in.",
	}
	switch {
	case rule.Insists(g.Now()) == actor.PhishingProof:
		d.Missing, d.Reason = fault.SecurityKey, "This account asks everybody for a security key or a passkey at sign-in."
	case who.Remembered():
		d.Missing, d.Reason = fault.SecondStep, "This account asks for the second step on every device, each time."
	}
	return fault.Denied("accept invitation", d)
}

// onlySignIn gives somebody new their sign-in and leaves the invitation open: they accept it once their sign-in is what
// the account asks for.
func (a *Accounts) onlySignIn(
	tx *db.Tx, g gate.Grant, invited invitationRow, fresh persons.Prepared,
) (gate.Entry, error) {
	_, open, err := db.One[invitationRow](g.On(tx.DB).Select("id").
		Where("id = ? AND state = ? AND expires_at > ?", invited.ID, stateOpen, db.At(g.Now())))
	if err != nil {
		return gate.Entry{}, fmt.Errorf("accept invitation: %w", err)
	}
	if !open {
		return gate.Entry{}, worthless()
	}
	return a.people.CreatePerson(tx, g, fresh)
}
