package gate_test

import (
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
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
			Seat: actor.Seat{Department: "billing"}, Looks: testkit.LooksAt(now, one.account, two.account),
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

// A2, L1: there is no grant over a client for staff without an entry in the client's log that carries their reason, by
// whichever permission. Another reason is another entry.
func TestNoGrantOverAClientWithoutAnEntry(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		client := newPlace(t, w, "owner")
		now, scope := w.Now(t), id.AccountScope(client.account)
		who := actor.Details{
			Kind: actor.Staff, Person: client.person, Name: "Robin Hale", Session: id.New[id.SessionKind](),
			Factor: actor.With(actor.ByPassword, actor.ByKey), FactorAt: now, ProvedAt: now, Now: now,
			Seat: actor.Seat{Department: "administrator"},
		}
		for _, v := range verb.Staff() {
			if _, err := w.Gate.View(t.Context(), actor.Enter(who), v, scope); fault.KindOf(err) != fault.KindUnsaid {
				t.Errorf("%s without a reason: %v", v, err)
			}
		}
		if n := looksIn(t, w, scope, nil); n != 0 {
			t.Errorf("%d looks of somebody who saw nothing", n)
		}
		for _, words := range []string{"They rang", "A fault of theirs"} {
			who.Looks = testkit.LooksAt(now, client.account)
			who.Looks[0].Words = words
			for _, v := range verb.Staff() {
				for range 2 {
					if _, err := w.Gate.View(t.Context(), actor.Enter(who), v, scope); err != nil {
						t.Fatalf("%s: %v", v, err)
					}
				}
				n := looksIn(t, w, scope, func(e activity.Entry) bool {
					return e.Verb == v && e.StaffReason == "asked" && e.What.Reason == words &&
						e.TargetKind == gate.TargetLook && e.TargetID == who.Looks[0].ID.String()
				})
				if n != 1 {
					t.Errorf("%s: %d entries say %q", v, n, words)
				}
			}
		}
	})
}

// looksIn counts the entries of reading in a log that are of a kind; nil: all of them.
func looksIn(t *testing.T, w *testkit.World, scope id.Scope, is func(activity.Entry) bool) (n int) {
	t.Helper()
	page, err := w.Log.Page(t.Context(), scope, activity.Filter{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Entries {
		if e.Category == activity.CategoryRead && (is == nil || is(e)) {
			n++
		}
	}
	return n
}
