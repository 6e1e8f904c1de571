package identity

import (
	"crypto/sha256"

	"gatehouse/internal/id"
)

// purpose is what a challenge was given for. An answer to it is good for nothing else (S9).
type purpose string

const (
	forSecondStep purpose = "second step"
	forStepUp     purpose = "step-up"
)

// holder is a hash of whom a challenge was given to: a session, a half session, or a browser where nobody is known yet.
type holder [sha256.Size]byte

func ofSession(session id.Session) holder { return hold("session", session.Bytes()) }
func ofHalf(half id.Challenge) holder     { return hold("half", half.Bytes()) }

func hold(kind string, what []byte) holder {
	return sha256.Sum256(append([]byte(kind+":"), what...))
}
