package watch

import (
	"slices"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/verb"
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
	case MethodChanged:
		return "A card that pays is added, chosen or removed"
	case FactorRemoved:
		return "Somebody removes a second factor"
	case FailedThenIn:
		return "Somebody signs in after five failed tries"
	case Travelled:
		return "Somebody comes from two places too far apart"
	case NewDevice:
		return "Somebody comes with a new device"
	case NewCountry:
		return "Somebody comes from a new country"
	case UnusualHour:
		return "Somebody comes at an hour at which they never do"
	}
	return string(r)
}

// OwnLabel is what a rule is called where it is about one's own sign-in.
func (r Rule) OwnLabel() string {
	switch r { //nolint:exhaustive // the others are of accounts
	case FailedThenIn:
		return "A sign-in after five failed tries"
	case Travelled:
		return "Sign-ins from two places too far apart"
	case LogTaken:
		return "Your log is exported"
	case NewCountry:
		return "A sign-in from a new country"
	case UnusualHour:
		return "A sign-in at an hour at which you never come"
	}
	return r.Label()
}

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
	case changed && e.Action != activity.ContactJoined && a.raised(old, now), widened(e):
		list = append(list, RoleRaised)
	}
	if e.ActorKind == actor.Staff && e.Category == activity.CategoryRead || e.Action == activity.AssistStarted {
		list = append(list, StaffAccess)
	}
	if e.Verb == verb.ActivityExport || e.Verb == verb.PrivacyExport || e.Action == activity.StreamCreated {
		list = append(list, LogTaken)
	}
	if activity.ChangesPaymentMethod(e.Action) {
		list = append(list, MethodChanged)
	}
	return list
}

// roleChange is from which role to which somebody was put: an invitation gives nothing before it is accepted.
func roleChange(e *activity.Entry) (old, now string, changed bool) {
	switch e.Action { //nolint:exhaustive // the others put nobody to a role
	case activity.ContactRoleChanged, activity.ContactJoined, activity.TeamRoleChanged:
	default:
		return "", "", false
	}
	for _, c := range e.What.Changes {
		if c.Field == "role" {
			return c.Old, c.New, true
		}
	}
	return "", "", false
}

// widened says whether a role that the account made itself was given more: whoever has it may more from now on.
func widened(e *activity.Entry) bool {
	return e.Action == activity.RoleChanged &&
		slices.ContainsFunc(e.What.Changes, func(c activity.Change) bool { return c.Field == activity.FieldAdded })
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
