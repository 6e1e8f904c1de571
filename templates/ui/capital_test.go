package ui_test

import (
	"testing"

	"gatehouse/templates/ui"
)

func TestCapital(t *testing.T) {
	t.Parallel()
	for phrase, want := range map[string]string{
		"": "", "the billing department": "The billing department", "économe": "Économe", "3 days": "3 days", "Ours": "Ours",
	} {
		if got := ui.Capital(phrase); got != want {
			t.Errorf("%q became %q", phrase, got)
		}
	}
}
