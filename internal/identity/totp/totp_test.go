package totp_test

import (
	"encoding/base32"
	"testing"
	"time"

	"gatehouse/internal/identity/totp"
)

// The test vectors of RFC 6238, appendix B (SHA-1), less the two leading digits of eight.
func TestCodesOfTheStandard(t *testing.T) {
	t.Parallel()
	secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	for at, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037",
		20000000000: "353130",
	} {
		step, ok := totp.Match(secret, code, time.Unix(at, 0), 0)
		if !ok || step != at/30 {
			t.Errorf("%s at %d: step %d, %v", code, at, step, ok)
		}
	}
}

// S6: one step of skew each way, never a step that is not later than the last.
func TestStepsThatCount(t *testing.T) {
	t.Parallel()
	secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	const code, step = "050471", int64(1111111111 / 30)
	for offset, want := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		_, ok := totp.Match(secret, code, time.Unix((step+offset)*30+15, 0), 0)
		if ok != want {
			t.Errorf("%d steps away: %v", offset, ok)
		}
	}
	if _, ok := totp.Match(secret, code, time.Unix(step*30, 0), step); ok {
		t.Error("a used step was accepted again")
	}
	if len(totp.NewSecret()) != 32 {
		t.Error("a secret has 160 bits, which are 32 letters")
	}
}
