package web_test

import (
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/web"
)

func TestOnlyOwnPathsAreLedTo(t *testing.T) { // I4
	t.Parallel()
	for _, good := range []string{
		"/", "/accounts", "/accounts/01h/invoices?state=due&x=1", "/me/security#codes", "/a%20b",
	} {
		if got := web.Local(good); got != good {
			t.Errorf("%q became %q", good, got)
		}
	}
	for _, bad := range []string{
		"", "accounts", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
		"/%2fevil.example", "/%2Fevil.example", "/%5cevil.example", "javascript:alert(1)", "/\tevil", "/\nevil",
		"///evil.example", "/a\r\nLocation: x", "/%0d%0aLocation:x", " //evil.example",
		"/" + strings.Repeat("a", 3000), "http:/evil.example", "/\u0000",
	} {
		if got := web.Local(bad); got != "/" {
			t.Errorf("%q became %q", bad, got)
		}
	}
}

// FuzzLocal holds what leads on against the rules by which a browser reads an address.
func FuzzLocal(f *testing.F) {
	for _, seed := range []string{"/", "//a", "/\\a", "/%2f", "/a?b=//c", "/a#//c", "/;//a", "/.//a", "/..//a"} {
		f.Add(seed)
	}
	base, err := url.Parse("https://portal.example/sign-in")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path string) {
		got := web.Local(path)
		ref, err := url.Parse(got)
		if err != nil {
			t.Fatalf("%q led to %q, which is no address", path, got)
		}
		if to := base.ResolveReference(ref); to.Host != "portal.example" || to.Scheme != "https" {
			t.Fatalf("%q led to %s", path, to)
		}
		if got[0] != '/' || len(got) > 1 && (got[1] == '/' || got[1] == '\\') || strings.ContainsAny(got, "\\\r\n\t") {
			t.Fatalf("%q led to %q", path, got)
		}
	})
}
