//go:build e2e

package e2e_test

import "testing"

// TestWhoIsRefusedAsksInABrowser has Ben ask Olivia for what he was refused, and Olivia find it on his page, also on a
// telephone and in the dark.
func TestWhoIsRefusedAsksInABrowser(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	b := s.open(t).signIn(ben)
	base := s.open(t).signIn(olivia).press("Northwind Bakery Ltd").path()
	check := func(b *tab) {
		t.Helper()
		for _, dark := range []bool{false, true} {
			for _, width := range []int64{360, 1280} {
				b.size(width, 900)
				b.dark(dark)
				b.narrow()
				b.accessible("asks", everyRule)
			}
		}
		b.dark(false)
	}
	b.follow(b.to(base + "/services"))
	b.says("You can’t open this page", "Olivia Marsh")
	check(b)
	b.press("Ask Olivia for access").says("You have asked for access")
	b.follow(b.to(base + "/services"))
	b.says("You asked for this on")
	check(b)

	o := s.open(t).signIn(olivia)
	o.visit(base+"/contacts").press("Ben Okafor").says("Ben asks for more", "See services and their status")
	check(o)
}
