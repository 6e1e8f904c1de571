package actor

import "strings"

// What a session's owner proved who they are with, as it stands in sessions and in the log. With proves more:
// Factor("password", ByCode) is "password and code".
const (
	ByPassword = "password"
	ByPasskey  = "passkey" // alone: the device asked for a finger, a face or a PIN
	ByCode     = "code"
	ByKey      = "security key"

	ByRecoveryCode = "recovery code"
)

const and = " and "

// With is what somebody proved who showed a method after what they had proved before. A session says what was shown
// last: after a code it claims no key any more, so that what a policy asks for and how fresh it is are about the same
// proof. A passkey needs nothing beside it.
func With(before, method string) string {
	first, _, _ := strings.Cut(before, and)
	if first == method || first == "" {
		return method
	}
	return first + and + method
}

// PhishingResistant says whether what was proved last can not be passed on by a false site: the browser signs for the
// portal's own address only (S12).
func PhishingResistant(factor string) bool {
	last := factor
	if _, after, found := strings.Cut(factor, and); found {
		last = after
	}
	return last == ByKey || last == ByPasskey
}

// PhishingResistant says whether the actor's session proved itself last in a way that no false site can pass on.
func (d Details) PhishingResistant() bool { return PhishingResistant(d.Factor) }
