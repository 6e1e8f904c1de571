package gate_test

import (
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// L1: staff who look at one client and then at the next are in the logs of both, though they looked at the list before.
func TestEachLogTellsOfALook(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		one, two := newPlace(t, w, "owner"), newPlace(t, w, "owner")
		now := w.Now(t)
		who := actor.Enter(actor.Details{
			Kind: actor.Staff, Person: one.person, Name: "Bea Novak", Session: id.New[id.SessionKind](),
			Factor: actor.With(actor.ByPassword, actor.ByKey), FactorAt: now, ProvedAt: now, Now: now,
			Seat: actor.Seat{Department: "billing"},
		})
		scopes := []id.Scope{id.ProviderScope(), id.AccountScope(one.account), id.AccountScope(two.account)}
		for range 2 {
			for _, scope := range scopes {
				if _, err := w.Gate.View(t.Context(), who, verb.ClientsView, scope); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, scope := range scopes {
			looks := 0
			for _, e := range entries(t, w, scope) {
				if e.Action == activity.DataViewed && e.Who.Name == "Bea Novak" {
					looks++
				}
			}
			if looks != 1 {
				t.Errorf("%d looks in the log of %s", looks, scope.Kind())
			}
		}
	})
}
