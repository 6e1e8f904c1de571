//go:build e2e

package e2e_test

import (
	"fmt"
	"testing"
)

// TestWhatAShopOwnerAsks is what an owner wants to know of the log, from the overview of her account: each answer is
// there within three clicks.
func TestWhatAShopOwnerAsks(t *testing.T) { //nolint:tparallel // one demo, one thing after the other
	t.Parallel()
	s := openStage(t)
	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd")
	overview := b.path()
	unfold := func(words string) {
		b.do(b.click(fmt.Sprintf("[...document.querySelectorAll('summary')].find(e => e.checkVisibility() && "+
			"e.ariaLabel?.includes(%q))", words)))
	}
	t.Run("who changed Ben's role last month?", func(*testing.T) {
		b.visit(overview).press("Activity log").press("Access changes")
		unfold("You changed what Ben Okafor may do")
		b.says("Before", "Administrator", "Billing", "Safari on Mac")
	})
	t.Run("has the provider looked at our data?", func(*testing.T) {
		b.visit(overview).press("Activity log").press("Staff access")
		b.says("Sam Doyle of Harbour Hosting")
	})
	t.Run("was that sign-in on Sunday night me?", func(*testing.T) {
		b.visit("/me/security").press("Activity") // the first click is the one on one's own name
		b.says("You signed in", "Safari on Mac", "York")
		unfold("You signed in")
		b.says("This wasn’t me")
	})
	b.silent()
}
