package watch

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

const (
	// countryFor is how far back it is looked from where somebody came before, and countryMost at how many times.
	countryFor  = 90 * 24 * time.Hour
	countryMost = 200
)

// Label is what a rule is called in a list.
func (r Rule) Label() string {
	switch r {
	case OwnerAdded:
		return "Somebody becomes an owner"
	case RoleRaised:
		return "Somebody may do more than before"
	case StaffAccess:
		return "The provider’s staff look at your data"
	case LogTaken:
		return "The log is exported or sent elsewhere"
	case NewCountry:
		return "Somebody comes from a new country"
	}
	return string(r)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// applies says which rules of an account an entry falls under, as far as the entry says so by itself.
func (a *Watch) applies(e *activity.Entry) []Rule {
	if e.Outcome != activity.Success {
		return nil
	}
	var list []Rule
	old, now, changed := roleChange(e)
	switch {
	case changed && now == a.owner(), e.Action == activity.OwnershipAccepted:
		list = append(list, OwnerAdded)
	case e.Action == activity.ContactRoleChanged && changed && a.raised(old, now):
		list = append(list, RoleRaised)
	}
	if e.ActorKind == actor.Staff && e.Category == activity.CategoryRead {
		list = append(list, StaffAccess)
	}
	if e.Verb == verb.ActivityExport || e.Verb == verb.PrivacyExport || e.Action == activity.StreamCreated {
		list = append(list, LogTaken)
	}
	return list
}

// roleChange is from which role to which somebody was put: an invitation gives nothing before it is accepted.
func roleChange(e *activity.Entry) (old, now string, changed bool) {
	if e.Action != activity.ContactRoleChanged && e.Action != activity.ContactJoined {
		return "", "", false
	}
	for _, c := range e.What.Changes {
		if c.Field == "role" {
			return c.Old, c.New, true
		}
	}
	return "", "", false
}

// owner is what the role of owners is called.
func (a *Watch) owner() string {
	role, _ := a.access.Role(access.RoleOwner)
	return role.Name
}

// raised says whether the new role includes anything that the old one did not. Of a role that an account made itself
// only the name is known here, so a change to one counts.
func (a *Watch) raised(old, now string) bool {
	before, knewBefore := a.named(old)
	after, knowAfter := a.named(now)
	return !knewBefore || !knowAfter || !access.Covers(before, after)
}

func (a *Watch) named(name string) (access.Role, bool) {
	roles := a.access.Roles()
	i := slices.IndexFunc(roles, func(r access.Role) bool { return r.Name == name })
	if i < 0 {
		return access.Role{}, false
	}
	return roles[i], true
}

// entrance is the action by which somebody comes in: to an account, or at all.
func entrance(chain id.Scope) (activity.Action, verb.Verb) {
	if chain.Kind() == id.ScopePerson {
		return activity.SignedIn, verb.SelfView
	}
	return activity.AccountEntered, verb.ContactsView
}

// fromNewCountry says whether somebody came in from a country from which they did not in the last 90 days. Whoever is
// there for the first time, or whose places were never known, came from no new one.
func (a *Watch) fromNewCountry(ctx context.Context, e *activity.Entry) (bool, error) {
	action, v := entrance(e.Chain)
	here := country(e.Who.Country)
	if e.Action != action || e.Outcome != activity.Success || e.ActorKind != actor.Person || here == "" {
		return false, nil
	}
	page, err := a.gate.Log(ctx, actor.NewSystem("alerts"), v, e.Chain, activity.Filter{
		Action: action, Person: e.ActorID, Before: e.Seq, Limit: countryMost, From: e.Occurred.Add(-countryFor),
	})
	if err != nil {
		return false, err
	}
	known := false
	for _, before := range page.Entries {
		there := country(before.Who.Country)
		if there == here {
			return false, nil
		}
		known = known || there != ""
	}
	return known, nil
}

// country is the last part of a place: of "York, United Kingdom" the country.
func country(place string) string {
	return strings.TrimSpace(place[strings.LastIndexByte(place, ',')+1:])
}
