// Package totp computes and compares the codes of code apps (RFC 6238). It keeps nothing: which step was used already
// is for whoever keeps the factor.
package totp

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"
)

// The parameters of a code app (RFC 6238; S6). Apps understand no others reliably.
const (
	secretSize = 20 // 160 bits
	digits     = 6
	period     = 30 * time.Second
	skew       = 1 // steps before and after the present one
)

// NewSecret makes a fresh secret in the base 32 that apps and people read.
func NewSecret() string {
	raw := make([]byte, secretSize)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program where randomness is missing
	return base32.StdEncoding.EncodeToString(raw)
}

// stepAt is the number of the step that a time falls into.
func stepAt(at time.Time) int64 { return at.Unix() / int64(period/time.Second) }

// Match returns the newest step later than after whose code this is, among the present step and its neighbours.
// The library's own Validate neither says which step matched nor remembers it, so it cannot keep a step from being
// used twice.
func Match(secret, code string, now time.Time, after int64) (int64, bool) {
	present := stepAt(now)
	for step := present + skew; step >= present-skew; step-- {
		if step <= after || step < 0 {
			continue
		}
		want, err := hotp.GenerateCode(secret, uint64(step))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step, true
		}
	}
	return 0, false
}

// Clean takes out of a code what people and apps put between its digits.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' || r == '\t' {
			return -1
		}
		return r
	}, text)
}

// LooksLike says whether a text can be a code at all.
func LooksLike(code string) bool {
	return len(code) == digits && strings.Trim(code, "0123456789") == ""
}

// Address is the otpauth address that a code app reads from a QR code.
func Address(issuer, person, secret string) string {
	query := url.Values{"secret": {strings.TrimRight(secret, "=")}, "issuer": {issuer}}
	// Apps read a plus sign as it stands: spaces have to be %20.
	raw := strings.ReplaceAll(query.Encode(), "+", "%20")
	return "otpauth://totp/" + url.PathEscape(issuer) + ":" + url.PathEscape(person) + "?" + raw
}
