package log_test

import (
	"fmt"
	"net/http"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// An entry's own page shows the others of the same request, as many as there are, and none of another request.
func TestEntriesOfOneRequestStandTogether(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		const many = 12
		scope, log := id.AccountScope(c.Northwind), c.Base()+"/activity"
		requests := [2]string{id.New[id.RequestKind]().String(), id.New[id.RequestKind]().String()}
		testkit.Append(t, s.World, scope, 2*many, func(i int) testkit.Line {
			return testkit.Line{
				Who: actor.Details{
					Kind: actor.Person, Person: id.New[id.PersonKind](), Name: "Robin Hale", RequestID: requests[i/many],
				},
				Action: activity.ContactInvited, Details: activity.Details{
					Target: activity.Target{Kind: "contact", Label: fmt.Sprintf("guest%02d@request%d.example", i%many, i/many)},
				},
			}
		})
		page, err := s.Log.Page(t.Context(), scope, activity.Filter{Limit: 2 * many})
		if err != nil || len(page.Entries) != 2*many {
			t.Fatalf("%d entries: %v", len(page.Entries), err)
		}
		olivia := s.Visit(t).SignIn(site.Olivia)
		olivia.Get(log+"?action=contact.invited").Is(t, http.StatusOK).Says(t, "guest00@request1.example")
		for i := range 2 { // the newest entry is the last of the second request
			shown := olivia.Get(fmt.Sprintf("%s/%d", log, page.Entries[0].Seq-int64(i*many))).Is(t, http.StatusOK)
			shown.Says(t, "In the same request").Silent(t, fmt.Sprintf("@request%d.example", i))
			for guest := range many {
				shown.Says(t, fmt.Sprintf("guest%02d@request%d.example", guest, 1-i))
			}
		}
	})
}
