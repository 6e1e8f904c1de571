package identity_test

import (
	"context"
	"testing"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/testkit"
)

// showPasskey shows an answer of a passkey, with which one of all signs in.
func showPasskey(ctx context.Context, people *identity.People, job onceJob, _ int) (bool, error) {
	_, err := people.SignInWithPasskey(ctx, stranger(), door, job.Token)
	return err == nil, unless(err, fault.KindInvalid)
}

// S9: of fifty answers to one challenge at once on two nodes, one opens a session, in every round.
func TestRaceAChallengeOnTwoNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	h := open(w)
	d := withPasskey(t, h)
	person := h.passkeySession(t, d).Person
	fleet := twoNodes(t, w, "passkey")
	sessions := func() int64 { return w.Count(t, "sessions", "person_id = ?", person) }
	before := sessions()
	const rounds = 20
	for round := range rounds {
		answer := d.answer(t, h.passkeyAsk(t, door))
		opened := testkit.Total(t, fleet.Round(t, onceJob{Token: answer, Offset: w.Offset.Get()}))
		if opened != 1 {
			t.Fatalf("round %d: %d answers to one challenge opened a session", round, opened)
		}
	}
	if got := sessions() - before; got != rounds {
		t.Errorf("%d sessions came of %d challenges", got, rounds)
	}
	if w.Count(t, "entries", "chain = ? AND action = 'factor.suspected'", id.PersonScope(person).Bytes()) != 0 {
		t.Error("an answer shown twice was taken for a copied key")
	}
}
