package factors

import "gatehouse/internal/actor"

// InWords says what somebody proves themselves with, at best.
func InWords(l actor.Level) string {
	switch l {
	case actor.PhishingProof:
		return "security key or passkey"
	case actor.SecondFactor:
		return "code app"
	case actor.PasswordOnly:
	}
	return "password only"
}
