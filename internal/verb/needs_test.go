package verb_test

import (
	"slices"
	"testing"

	"gatehouse/internal/verb"
)

// What a permission needs is a permission to look, and needs nothing that is not in the list already: adding what is
// missing once is enough.
func TestNeedsAreComplete(t *testing.T) {
	t.Parallel()
	for _, v := range verb.Portal() {
		for _, need := range v.Needs() {
			if !need.IsPortal() || !need.Reads() || need == v {
				t.Errorf("%s needs %s", v, need)
			}
			for _, deeper := range need.Needs() {
				if !slices.Contains(v.Needs(), deeper) {
					t.Errorf("%s needs %s, which needs %s", v, need, deeper)
				}
			}
		}
		if v != verb.AccountView && !slices.Contains(v.Needs(), verb.AccountView) {
			t.Errorf("%s does not need the overview", v)
		}
		full := verb.WithNeeds([]verb.Verb{v})
		if again := verb.WithNeeds(full); !slices.Equal(full, again) {
			t.Errorf("%s: %v became %v", v, full, again)
		}
	}
	got := verb.WithNeeds([]verb.Verb{verb.InvoicesPay, verb.ClientsView, "no:verb"})
	if want := []verb.Verb{verb.InvoicesView, verb.InvoicesPay, verb.AccountView}; !slices.Equal(got, want) {
		t.Errorf("paying needs %v, not %v", got, want)
	}
	for _, v := range verb.Staff() {
		if len(v.Needs()) > 0 {
			t.Errorf("%s of staff needs %v", v, v.Needs())
		}
	}
}
