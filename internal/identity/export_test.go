package identity

import (
	"context"
	"time"
)

// What the tests of this package look at from outside.

const (
	NobodysHash = nobodysHash
	ArgonMemory = argonMemory
)

type Rules struct{ rules passwordRules }

func (r *Rules) Check(password string, about PasswordContext) error {
	return r.rules.check(password, about)
}

func CommonPasswords() ([]string, error) {
	r := &passwordRules{}
	r.once.Do(r.load)
	out := make([]string, 0, len(r.common))
	for entry := range r.common {
		out = append(out, entry)
	}
	return out, r.err
}

func MatchTOTP(secret, code string, now time.Time, after int64) (int64, bool) {
	return matchTOTP(secret, code, now, after)
}

func NewTOTPSecret() string                { return newTOTPSecret() }
func NewToken() (string, []byte)           { return newToken() }
func WaitAfter(failures int) time.Duration { return waitAfter(failures) }
func WaitCase(column string) string        { return waitCase(column) }

type Hasher struct{ h *hasher }

func NewHasher() Hasher { return Hasher{newHasher()} }

func (h Hasher) Hash(ctx context.Context, password string) (string, error) {
	return h.h.hash(ctx, password)
}

func (h Hasher) Check(ctx context.Context, password, hash string) (fits, weak bool, err error) {
	return h.h.check(ctx, password, hash)
}

func (h Hasher) Slots() int { return cap(h.h.slots) }
