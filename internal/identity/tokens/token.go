// Package tokens makes the secrets that cookies and mailed links carry, and the hashes that are kept of them.
package tokens

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// tokenSize is the length of the random part of a token in bytes (N1: 256 bits).
const tokenSize = 32

// New makes a fresh token and the hash that is kept of it. A plain hash is enough for 256 random bits: there is
// nothing to guess.
func New() (token string, hash []byte) {
	raw := make([]byte, tokenSize)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program where randomness is missing
	sum := sha256.Sum256(raw)
	return base64.RawURLEncoding.EncodeToString(raw), sum[:]
}

// Hash returns the hash under which the session of a token is kept; false for what cannot be a token.
func Hash(token string) ([]byte, bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != tokenSize {
		return nil, false
	}
	sum := sha256.Sum256(raw)
	return sum[:], true
}
