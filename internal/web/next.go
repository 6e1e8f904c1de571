package web

import (
	"net/url"
	"strings"
)

// Local returns a path on our own site as it is, and "/" for everything else (SECURITY.md I4): absolute and
// scheme-relative addresses, backslashes, which browsers take for slashes, encoded ones, control characters. A query
// may hold encoded slashes: addresses carry addresses.
func Local(path string) string {
	if path == "" || path[0] != '/' || len(path) > 2000 {
		return "/"
	}
	for _, r := range path {
		if r < ' ' || r == 0x7f || r == '\\' {
			return "/"
		}
	}
	lower, _, _ := strings.Cut(strings.ToLower(path), "?")
	if strings.HasPrefix(path, "//") || strings.Contains(lower, "%2f") || strings.Contains(lower, "%5c") ||
		strings.Contains(lower, "%0") {
		return "/"
	}
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	return path
}
