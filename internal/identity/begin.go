package identity

import (
	"gorm.io/gorm"

	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/platform/db"
)

// opening is by what a session begins.
type opening struct {
	second     bool       // a second factor was used in this change
	remembered bool       // or the browser was found to stand in for it, in this change
	remember   bool       // from now on it shall
	replaced   id.Session // in which the same person was at the door
}

// begun is a new session for the browser that it was made for.
type begun struct {
	token   string
	browser string // what the browser is to keep for years from now on; empty: what it has
	advice  Advice
}

// begin makes the session of the grant's actor. It is the only place that makes one, and it makes none for a person
// with a second factor for which nothing was shown (S13), nor for one who locked their sign-in and has not set a new
// password since. The session in which the same person was at the door ends (N2).
func (p *People) begin(tx *db.Tx, g gate.Grant, o opening) (begun, error) {
	review, err := persons.Unlocked(tx, g.Who().Person)
	if err != nil {
		return begun{}, err
	}
	if err := shownEnough(g.On(tx.DB), o); err != nil {
		return begun{}, err
	}
	if err := sessions.EndReplaced(tx, g, o.replaced); err != nil {
		return begun{}, err
	}
	if err := p.gate.Settle(tx, g); err != nil { // the failures before it stand before it in the log
		return begun{}, err
	}
	token, err := p.MakeSession(tx, g, o.second)
	if err != nil {
		return begun{}, err
	}
	browser := ""
	if !o.remembered { // that browser was met already
		if browser, err = p.Meet(tx, g, o.remember && o.second); err != nil {
			return begun{}, err
		}
	}
	advice := AllIsWell
	if !review { // which every page leads to by itself, and which comes first
		if advice, err = p.advice(tx, g, o); err != nil {
			return begun{}, err
		}
	}
	return begun{token: token, browser: browser, advice: advice}, p.tellSignedIn(tx, g)
}

// shownEnough refuses a person who has a second factor and showed none.
func shownEnough(own *gorm.DB, o opening) error {
	if o.second || o.remembered {
		return nil
	}
	has, err := factors.HasSecond(own)
	if err == nil && has {
		err = persons.StartAgain()
	}
	return err
}
