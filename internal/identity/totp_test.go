package identity_test

import (
	"encoding/base32"
	"testing"
	"time"

	"gatehouse/internal/identity"
)

// The test vectors of RFC 6238, appendix B (SHA-1), less the two leading digits of eight.
func TestCodesOfTheStandard(t *testing.T) {
	t.Parallel()
	secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	for at, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037",
		20000000000: "353130",
	} {
		step, ok := identity.MatchTOTP(secret, code, time.Unix(at, 0), 0)
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
		_, ok := identity.MatchTOTP(secret, code, time.Unix((step+offset)*30+15, 0), 0)
		if ok != want {
			t.Errorf("%d steps away: %v", offset, ok)
		}
	}
	if _, ok := identity.MatchTOTP(secret, code, time.Unix(step*30, 0), step); ok {
		t.Error("a used step was accepted again")
	}
	if len(identity.NewTOTPSecret()) != 32 {
		t.Error("a secret has 160 bits, which are 32 letters")
	}
}

// N1: 256 bits, and only the hash is kept.
func TestTokens(t *testing.T) {
	t.Parallel()
	token, hash := identity.NewToken()
	other, _ := identity.NewToken()
	if again, ok := identity.HashToken(token); !ok || string(again) != string(hash) || token == other {
		t.Error("a token does not lead to its hash")
	}
	if len(hash) != 32 || len(token) != 43 {
		t.Errorf("token of %d characters, hash of %d bytes", len(token), len(hash))
	}
	for _, bad := range []string{"", token[:42], token + "A", token[:42] + "=", string(hash)} {
		if _, ok := identity.HashToken(bad); ok {
			t.Errorf("%q was taken for a token", bad)
		}
	}
}

// S4: nothing before the fifth failure, then longer and longer, thirty minutes from the tenth, shut after a hundred.
func TestWaits(t *testing.T) {
	t.Parallel()
	for failures, want := range map[int]time.Duration{
		0: 0, 4: 0, 5: 30 * time.Second, 6: time.Minute, 9: 8 * time.Minute, 10: 30 * time.Minute,
		99: 30 * time.Minute,
	} {
		if got := identity.WaitAfter(failures); got != want {
			t.Errorf("after %d failures: %s", failures, got)
		}
	}
	for failures := range 200 {
		if identity.WaitAfter(failures) > identity.WaitAfter(failures+1) {
			t.Errorf("the wait shrinks after %d failures", failures)
		}
	}
	if identity.WaitAfter(100) < 365*24*time.Hour {
		t.Error("guessing may go on after a hundred failures")
	}
}

func TestDeviceInWords(t *testing.T) {
	t.Parallel()
	const (
		webkit  = " AppleWebKit/537.36 (KHTML, like Gecko) "
		apple   = " AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 "
		windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
		mac     = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
		iphone  = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X)"
	)
	for header, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0":              "Firefox on Linux",
		mac + apple + "Safari/605.1.15":                                                       "Safari on Mac",
		iphone + apple + "Mobile/15E148 Safari/604.1":                                         "Safari on iPhone",
		windows + webkit + "Chrome/126.0.0.0 Safari/537.36":                                   "Chrome on Windows",
		windows + webkit + "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0":                     "Edge on Windows",
		"Mozilla/5.0 (Linux; Android 14)" + webkit + "Chrome/126.0.0.0 Mobile Safari/537.36":  "Chrome on Android",
		"Mozilla/5.0 (X11; Linux x86_64)" + webkit + "HeadlessChrome/126.0.0.0 Safari/537.36": "Chrome on Linux",
		"curl/8.5.0":                "Unknown device",
		"":                          "Unknown device",
		"<script>alert(1)</script>": "Unknown device",
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": "A program",
	} {
		if got := identity.DeviceInWords(header); got != want {
			t.Errorf("%q is %q, not %q", header, got, want)
		}
	}
}
