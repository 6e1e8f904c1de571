package sessions

import (
	"strings"

	"github.com/mileusna/useragent"
)

// maxUserAgent bounds what is parsed of a User-Agent header, in bytes.
const maxUserAgent = 512

// DeviceInWords says what a User-Agent header stands for: "Firefox on Linux", "Safari on iPhone". Only names known here
// come out of it: what a client calls itself is not repeated in logs and mails.
func DeviceInWords(userAgent string) string {
	if len(userAgent) > maxUserAgent {
		userAgent = userAgent[:maxUserAgent]
	}
	if strings.TrimSpace(userAgent) == "" {
		return "Unknown device"
	}
	ua := useragent.Parse(userAgent)
	if ua.Bot && ua.Name != useragent.HeadlessChrome {
		return "A program"
	}
	browser, system := browserName(ua.Name), systemName(ua)
	switch {
	case browser == "" && system == "":
		return "Unknown device"
	case browser == "":
		return "A browser on " + system
	case system == "":
		return browser
	}
	return browser + " on " + system
}

func browserName(name string) string {
	switch name {
	case useragent.Firefox, useragent.Chrome, useragent.Safari, useragent.Edge, useragent.Opera, useragent.Vivaldi,
		useragent.SamsungBrowser, useragent.InternetExplorer, "Android browser", "Huawei Browser":
		return name
	case useragent.OperaMini, useragent.OperaTouch:
		return useragent.Opera
	case useragent.HeadlessChrome:
		return useragent.Chrome
	}
	return ""
}

func systemName(ua useragent.UserAgent) string {
	switch ua.OS {
	case useragent.IOS:
		if ua.Tablet {
			return "iPad"
		}
		return "iPhone"
	case useragent.MacOS:
		return "Mac"
	case useragent.Android:
		if ua.Tablet {
			return "Android tablet"
		}
		return "Android"
	case useragent.Windows, useragent.Linux, useragent.ChromeOS, useragent.FreeBSD:
		return ua.OS
	}
	return ""
}
