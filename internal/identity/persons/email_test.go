package persons_test

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/identity/persons"
)

func TestCanonicalEmail(t *testing.T) {
	t.Parallel()
	want := persons.CanonicalEmail("olivia@bücher.example")
	for _, spelling := range []string{
		"Olivia@Bücher.example", "  OLIVIA@BÜCHER.EXAMPLE ", "olivia@xn--bcher-kva.example", "ｏlivia@bücher.example",
		"olivia@bücher.example.", "olivia@bu\u0308cher.example",
	} {
		if got := persons.CanonicalEmail(spelling); got != want {
			t.Errorf("%q became %q, not %q", spelling, got, want)
		}
	}
	others := []string{want, persons.CanonicalEmail("olivia+x@bücher.example"), persons.CanonicalEmail("olivia"), ""}
	slices.Sort(others)
	if len(slices.Compact(others)) != 4 {
		t.Error("different addresses became one")
	}
}

func TestParseEmail(t *testing.T) {
	t.Parallel()
	if got, err := persons.ParseEmail(" Olivia@northwind.example "); err != nil || got != "Olivia@northwind.example" {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{
		"", "olivia", "olivia@", "@northwind.example", "Olivia <olivia@northwind.example>", "a@b@c",
		"olivia@northwind.example\r\nBcc: x@y.example", "o livia@northwind.example",
		strings.Repeat("o", 250) + "@x.example",
	} {
		if got, err := persons.ParseEmail(bad); err == nil {
			t.Errorf("%q was taken as %q", bad, got)
		}
	}
}
