package identity_test

import (
	"context"
	"testing"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/waysback"
	"gatehouse/internal/testkit"
)

// followLink follows the link of an alert, which one of all wins.
func followLink(ctx context.Context, people *identity.People, job onceJob, _ int) (bool, error) {
	err := people.NotMe(ctx, stranger(), job.Token, "")
	return err == nil, unless(err, fault.KindConflict)
}

// S16: of fifty who follow a link at once on two nodes, one locks the sign-in: once, with one entry and one case.
func TestRaceALinkThatSaysThisWasntMe(t *testing.T) {
	w := testkit.NewMariaDB(t)
	h := open(w)
	person := h.olivia(t)
	fleet := twoNodes(t, w, "not-me")
	for round := range 10 {
		h.setPassword(t, person)
		token := h.alerted(t, h.signIn(t, oliviasEmail, ""), alerts.NewDevice, "")
		done := testkit.Total(t, fleet.Round(t, onceJob{Token: token, Offset: w.Offset.Get()}))
		if done != 1 {
			t.Fatalf("round %d: %d tries locked the sign-in", round, done)
		}
		locked := w.Count(t, "entries", "chain = ? AND action = 'person.secured'", id.PersonScope(person).Bytes())
		cases := w.Count(t, "outbox", "kind = ?", waysback.Secured)
		if locked != int64(round+1) || cases != int64(round+1) {
			t.Fatalf("round %d: %d entries, %d messages", round, locked, cases)
		}
	}
}
