//go:build e2e

package e2e_test

import "testing"

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
