//go:build e2e

package e2e_test

import (
	"strings"
	"testing"
)

// TestSupportsFirstDay is what somebody new in support is asked within an hour: each way leads to its end, on a phone
// as on a desk. A client rings, and spells the domain wrongly; why is their site off; the invoice did not come; and
// what concerns money goes to those who see it.
func TestSupportsFirstDay(t *testing.T) { //nolint:tparallel // one demo, one thing after the other
	t.Parallel()
	s := openStage(t)
	b := s.open(t).signIn(sam)
	t.Run("find a client by a domain with a slip in it", func(*testing.T) {
		b.press("Clients").fill("q", "coperfield.exmple").press("Search").says("Copperfield Cycles")
		b.looks("found by a slip")
		b.press("Copperfield Cycles").says("Summary", "Unpaid invoices")
		b.looks("client of support")
	})
	t.Run("why is their site off?", func(*testing.T) {
		b.press("Services and domains").press("copperfield.example").says("Suspended", "Two invoices are overdue.")
		b.looks("why it is off")
	})
	t.Run("send the invoice again", func(*testing.T) {
		b.press("Copperfield Cycles").press("Unpaid invoices").says("Overdue", "Never")
		if text := b.text(); strings.Contains(text, "£") {
			t.Errorf("support reads a sum:\n%s", text)
		}
		b.looks("unpaid invoices")
		b.press("Send again").says("is on its way")
		b.press("Send again").says("less than ten minutes ago")
		s.open(t).visit("/demo/mailbox").says("carl@copperfield.example", "Invoice 2026-")
	})
	t.Run("hand a case to billing", func(*testing.T) {
		b.press("Cases").press("This wasn’t me").press("Hand over…").says("It goes to the billing department")
		b.looks("hand over")
		const asked = "They ask whether the invoice of October is paid."
		b.fill("text", asked).press("Hand it over").says("is with the billing department now")
		c := s.open(t).signIn(bea).press("Cases").press("This wasn’t me")
		c.says("handed the case over to another department", asked, "The billing department")
		c.looks("case at billing")
		c.silent()
	})
	b.silent()
}
