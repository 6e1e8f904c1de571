package accounts

import (
	"strconv"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
)

// SharedIn reads what the grant's account gives teams in the form of contacts, for whoever decides about both alike:
// under the name of the team, with the weakest sign-in and the last visit of the people behind it. It reads those
// named, or all of them where none are; offers are none.
func (a *Accounts) SharedIn(q *gorm.DB, g gate.Grant, only []id.TeamAccess) ([]Contact, error) {
	teams, err := a.TeamsIn(q, g, only)
	if err != nil || len(teams) == 0 {
		return nil, err
	}
	people, err := a.teamPeople(q, g, "1 = 1 ORDER BY tm.id")
	if err != nil {
		return nil, err
	}
	var list []Contact
	for _, t := range teams {
		if !t.Offered {
			list = append(list, t.shared(g, people))
		}
	}
	return list, nil
}

func (t TeamGiven) shared(g gate.Grant, people []Contact) Contact {
	place := Contact{
		Email: "of " + t.Agency + ", " + counted(t.Count),
		ID:    placeOfTeam(t.ID), Name: "Team " + t.Name, Terms: t.Terms, RoleName: t.RoleName,
		Presence: Presence{Suspended: t.Suspended, Ended: t.Ended}, Since: t.Since, Version: t.Version,
		MayChange: t.MayChange, Team: t.Team, TeamName: t.Name,
		You: g.Who().Membership.Team == t.Team, Level: actor.PhishingProof, now: g.Now(),
		place: actor.Membership{
			ID: placeOfTeam(t.ID), Account: g.Account(), Role: t.Terms.Role, CustomRole: t.Terms.CustomRole,
			RoleName: t.RoleName, Verbs: t.Role.Verbs, Services: t.Terms.Services, Limited: t.Terms.Limited,
			EndsAt: t.Terms.EndsAt, Suspended: t.Suspended, Team: t.Team, TeamName: t.Name,
		},
	}
	for _, c := range people {
		if c.Team != t.Team {
			continue
		}
		if !c.OwnPlace { // what they use, they use through the place of their own
			place.Behind = append(place.Behind, c.Person)
		}
		place.Level = min(place.Level, c.Level)
		if c.LastSignIn.After(place.LastSignIn) {
			place.LastSignIn = c.LastSignIn
		}
	}
	return place
}

func counted(people int) string {
	if people == 1 {
		return "1 person"
	}
	return strconv.Itoa(people) + " people"
}

// placeOfTeam is the id of a team's access as that of a place.
func placeOfTeam(which id.TeamAccess) id.Membership {
	m, _ := id.FromBytes[id.MembershipKind](which.Bytes()) // as long as every id
	return m
}
