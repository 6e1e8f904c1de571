package app_test

import (
	"slices"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/notices"
)

// What becomes of a team is told to those who manage contacts and want to know; that somebody has access who had none
// is told to the owners whatever they chose.
func TestTeamsAreToldOf(t *testing.T) {
	t.Parallel()
	w := newWalker(t)
	person, err := w.People.Find(t.Context(), actor.NewShell("root"), "owner@here.example")
	if err != nil {
		t.Fatal(err)
	}
	who := actor.Enter(actor.Details{Kind: actor.Person, Person: person, Name: "Owner"})
	if err := w.Notices.ChooseMine(t.Context(), who, w.here.account, []notices.Kind{notices.Invoices}); err != nil {
		t.Fatal(err)
	}
	w.worksAsATeam()
	for subject, told := range map[string]map[string]bool{
		"The team There Developers works for you now": {"owner@here.example": true, "billing@here.example": false},
		"There Ltd gave up the access of the team": {
			"owner@here.example": false, "administrator@here.example": true, "billing@here.example": false,
		},
		"Here Ltd offers the team There Developers": {"owner@there.example": true, "owner@here.example": false},
		"Here Ltd suspended the team":               {"owner@there.example": true},
	} {
		to := w.written(t, subject)
		for address, want := range told {
			if slices.Contains(to, address) != want {
				t.Errorf("%q: told %v", subject, to)
			}
		}
	}
}
