//go:build e2e

package e2e_test

import (
	"strings"
	"testing"
)

// An owner reaches the page on which access is decided in two clicks from the overview, and finishes the review of
// a small account in four, by the keyboard alone as well.
func TestAReviewTakesFourClicks(t *testing.T) {
	t.Parallel()
	for _, m := range []manner{byKeyboard, withoutScripts} {
		h := openStage(t).hands(t, m).signIn(carl).press("Copperfield Cycles")
		h.press("Access reviews").press("Start a review").says("0 of 1 decided", "Suggestion:")
		h.press("Keep Team Website care").says("1 of 1 decided").press("Finish review…")
		h.says("1 person keeps what they have").press("Finish and sign the record")
		h.says("Finished by Carl", "Kept", "The signature")
		h.silent()
	}
}

// An administrator finishes the review of the staff that was begun, by the keyboard alone as well; its pages, open and
// with the record, are as every page must be.
func TestTheStaffIsReviewed(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	a := s.atlas(t)
	b := s.open(t)
	const list = "/staff/people/reviews"
	b.signIn(root).visit(list)
	a.look(b)
	b.press("Look at the open review")
	a.look(b)
	open := b.path()
	b.visit(open + "/finish").says("not decided yet")
	a.look(b)
	for _, path := range ask[[]string](b.visit(list), leadsTo) {
		if strings.HasPrefix(path, list+"/") && path != open {
			b.visit(path).says("The signature", "Department then")
			a.look(b)
		}
	}
	b.silent()

	for _, m := range []manner{byKeyboard, withoutScripts} {
		h := openStage(t).hands(t, m).signIn(root).press("1 review of the staff").press("Look at the open review")
		for _, name := range []string{"Keep Bea Novak", "Keep Tom Adeyemi", "Keep Dana Reyes"} {
			h.press(name)
		}
		h.press("Finish review…").says("people keep what they have").press("Finish and sign the record")
		h.says("Finished by Robin Hale", "Kept", "The reviewer’s own access")
		h.silent()
	}
}
