package sessions_test

import (
	"testing"

	"gatehouse/internal/identity/sessions"
)

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
		if got := sessions.DeviceInWords(header); got != want {
			t.Errorf("%q is %q, not %q", header, got, want)
		}
	}
}
