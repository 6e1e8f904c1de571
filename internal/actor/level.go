package actor

import "time"

// ByRemembered stands where the second step was left out because the browser was remembered.
const ByRemembered = "remembered device"

// Level is how hard somebody made it to pretend to be them: in a session, or by what they can sign in with.
type Level int

// The levels, lowest first.
const (
	PasswordOnly  Level = iota + 1 // what can be guessed, found or talked out of somebody
	SecondFactor                   // a code as well, which a false page can still ask for
	PhishingProof                  // a security key or a passkey, which answers to our address alone (S12)
)

// Level is that of the session. It is phishing-resistant where a security key or a passkey was used in it, and where
// nothing weaker took its place since.
func (d Details) Level() Level {
	switch {
	case d.FactorAt.IsZero():
		return PasswordOnly
	case d.PhishingResistant():
		return PhishingProof
	}
	return SecondFactor
}

// Remembered says whether the second factor was left out because the device was known.
func (d Details) Remembered() bool {
	return d.FactorAt.IsZero() && d.Factor == With(ByPassword, ByRemembered)
}

// Rule is how an account wants everybody in it to sign in. The zero value asks for nothing.
type Rule struct {
	Level      Level     // at least, from that day on; zero: any
	From       time.Time // before it, people have time to get ready
	Before     Level     // at least, until then: what was insisted on already
	NoRemember bool      // a remembered device never stands in for the second factor
}

// Insists is the level that the rule insists on at a time; zero: any.
func (r Rule) Insists(now time.Time) Level {
	if now.Before(r.From) {
		return r.Before
	}
	return r.Level
}

// Lets says whether the rule lets a session in at a time.
func (r Rule) Lets(d Details, now time.Time) bool {
	return (!r.NoRemember || !d.Remembered()) && d.reaches(r.Insists(now))
}

// Ready says whether a session is as the rule wants it once its day has come.
func (r Rule) Ready(d Details) bool { return (!r.NoRemember || !d.Remembered()) && d.reaches(r.Level) }

func (d Details) reaches(level Level) bool {
	return d.Level() >= level || level == SecondFactor && d.Remembered()
}
