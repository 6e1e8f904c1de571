package identity_test

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/identity"
)

func TestCanonicalEmail(t *testing.T) {
	t.Parallel()
	want := identity.CanonicalEmail("olivia@bücher.example")
	for _, spelling := range []string{
		"Olivia@Bücher.example", "  OLIVIA@BÜCHER.EXAMPLE ", "olivia@xn--bcher-kva.example", "ｏlivia@bücher.example",
		"olivia@bücher.example.", "olivia@bu\u0308cher.example",
	} {
		if got := identity.CanonicalEmail(spelling); got != want {
			t.Errorf("%q became %q, not %q", spelling, got, want)
		}
	}
	others := []string{want, identity.CanonicalEmail("olivia+x@bücher.example"), identity.CanonicalEmail("olivia"), ""}
	slices.Sort(others)
	if len(slices.Compact(others)) != 4 {
		t.Error("different addresses became one")
	}
}

func TestParseEmail(t *testing.T) {
	t.Parallel()
	if got, err := identity.ParseEmail(" Olivia@northwind.example "); err != nil || got != "Olivia@northwind.example" {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{
		"", "olivia", "olivia@", "@northwind.example", "Olivia <olivia@northwind.example>", "a@b@c",
		"olivia@northwind.example\r\nBcc: x@y.example", "o livia@northwind.example",
		strings.Repeat("o", 250) + "@x.example",
	} {
		if got, err := identity.ParseEmail(bad); err == nil {
			t.Errorf("%q was taken as %q", bad, got)
		}
	}
}
