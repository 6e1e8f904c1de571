package reviews

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/verb"
)

const (
	// longUnused is after how long an area, or the whole account, counts as not used (our own figure).
	longUnused = 180 * day
	// newHere is how long somebody may take to sign in for the first time.
	newHere = 14 * day
	// endsSoon is how near an end speaks for itself.
	endsSoon = 30 * day
)

// areasOf are the areas that a role reaches, without those that every role has a part of.
func areasOf(role access.Role) []string {
	var out []string
	for _, v := range role.Verbs {
		area := v.Area()
		if area == verb.AccountView.Area() || area == verb.ActivityView.Area() && isOwn(role) || slices.Contains(out, area) {
			continue
		}
		out = append(out, area)
	}
	return out
}

// isOwn says whether the role reads no more of the log than what its holder did.
func isOwn(role access.Role) bool {
	term, ok := role.Term(verb.ActivityView)
	return !ok || term.Condition == access.Own
}

// factsOf are the facts about a contact.
func (r *Reviews) factsOf(c accounts.Contact, u used, now time.Time) Facts {
	role := r.accounts.RoleOf(c)
	f := Facts{
		At: now, Name: c.Name, Email: c.Email, Role: c.RoleName, Services: len(c.Terms.Services), Limited: c.Terms.Limited,
		Since: c.Since, Ends: c.Terms.EndsAt, SignedIn: c.LastSignIn, Here: c.LastSeen, Factor: factors.InWords(c.Level),
		Suspended: c.Suspended, Ended: c.Ended, Uses: []Use{},
	}
	for _, area := range areasOf(role) {
		f.Uses = append(f.Uses, Use{Area: area, Last: u.areas[strings.ToLower(area)]})
	}
	if isShared(c) {
		f.Kind, f.Here = kindTeam, latest(f)
	}
	f.Advice = suggest(f, c, role, r.lesser(role), scopeOf(c, role, u, now)).Naming(nil)
	return f
}

// lesser are the built-in roles that somebody could have instead, without getting anything more.
func (r *Reviews) lesser(role access.Role) []access.Role {
	var out []access.Role
	for _, other := range r.access.Roles() {
		if other.Key != role.Key && len(other.Verbs) < len(role.Verbs) && access.Covers(role, other) {
			out = append(out, other)
		}
	}
	return out
}

// isOfServices says whether a role is for services that are chosen with it.
func isOfServices(role access.Role) bool {
	return slices.ContainsFunc(role.Verbs, func(v verb.Verb) bool {
		term, _ := role.Term(v)
		return term.Condition == access.Chosen
	})
}

// suggest says what the facts speak for. The first thing that is true counts.
func suggest(f Facts, c accounts.Contact, role access.Role, lesser []access.Role, scope *Scope) Suggestion {
	seen := latest(f)
	switch {
	case f.Ended:
		return says(Remove, "Remove", "The access has ended already.")
	case f.Suspended:
		return says(Remove, "Remove", "The access is suspended, so it is not used.")
	case seen.IsZero() && f.SignedIn.IsZero() && f.At.Sub(f.Since) < newHere:
		return says(Keep, "Keep", "New here, and has not signed in yet.")
	case seen.IsZero() && f.SignedIn.IsZero():
		return says(Remove, "Remove", "Has never signed in.")
	case seen.IsZero() && f.At.Sub(f.Since) > longUnused:
		return says(Remove, "Remove", "Has never opened this account.")
	case !seen.IsZero() && f.At.Sub(seen) > longUnused:
		return says(Remove, "Remove", "Has not been here for "+span(f.At.Sub(seen))+".")
	}
	s, ok := suggestLess(f, role, lesser, scope)
	switch {
	case ok:
		return s
	case scope != nil:
		return Suggestion{Verdict: Change, Scope: scope}
	}
	if seen.IsZero() {
		s.Why = "Has had access for " + span(f.At.Sub(f.Since)) + ", and has not opened this account yet."
	}
	if !f.Ends.IsZero() && f.Ends.Sub(f.At) < endsSoon {
		s.Why = "The access ends by itself in " + span(f.Ends.Sub(f.At)) + "."
	}
	if c.Level == actor.PasswordOnly {
		s.Says, s.Why = "Keep, and ask for a second factor", s.Why+" But a stolen password would be enough to get in."
	}
	return s
}

// suggestLess looks for areas that were not used for long, and for a role that does without them. Where there is none,
// it says why everything stays as it is.
func suggestLess(f Facts, role access.Role, lesser []access.Role, scope *Scope) (Suggestion, bool) {
	keep := says(Keep, "Keep", "Uses what the role gives.")
	if role.Key == access.RoleOwner || f.At.Sub(f.Since) < longUnused {
		return keep, false // an owner has to be able to do everything
	}
	used, unused, oldest := f.areas()
	if len(unused) == 0 {
		return keep, false
	}
	why := "Has not used " + list(unused) + " for " + span(oldest) + "."
	if len(used) == 0 {
		return says(Remove, "Remove", why), true
	}
	best := access.Role{}
	for _, other := range lesser {
		if (best.Key == "" || len(other.Verbs) > len(best.Verbs)) && len(areasOf(other)) < len(f.Uses) &&
			keepsMost(role, other, used) {
			best = other
		}
	}
	if best.Key == "" {
		keep.Why = strings.TrimSuffix(why, ".") + "; no smaller role keeps the rest."
		return keep, false
	}
	s := says(Change, "Consider "+best.Name, why)
	if s.Role = best.Key; isOfServices(best) && !f.Limited {
		if s.Scope = scope; scope == nil {
			s.Says += ", for the services that they need"
		}
	}
	return s, true
}

// says is a suggestion that names no role.
func says(v Verdict, what, why string) Suggestion {
	return Suggestion{Verdict: v, Says: what, Why: why}
}

// keepsMost says whether another role leaves somebody more than half of what theirs gives them in each area that they
// use: what exactly they do there is not known.
func keepsMost(role, other access.Role, used []string) bool {
	count := func(r access.Role, area string) (n int) {
		for _, v := range r.Verbs {
			if v.Area() == area {
				n++
			}
		}
		return n
	}
	return !slices.ContainsFunc(used, func(area string) bool { return 2*count(other, area) <= count(role, area) })
}

// areas are those that were used not long ago, and the others, with how long the one that was left alone the longest
// was not used.
func (f Facts) areas() (used, unused []string, oldest time.Duration) {
	for _, u := range f.Uses {
		last := u.Last
		if last.IsZero() {
			last = f.Since
		}
		if gap := f.At.Sub(last); gap > longUnused {
			unused, oldest = append(unused, strings.ToLower(u.Area)), max(oldest, gap)
			continue
		}
		used = append(used, u.Area)
	}
	return used, unused, oldest
}

// latest is when somebody was last in the account, as far as anything tells.
func latest(f Facts) time.Time {
	at := f.Here
	for _, u := range f.Uses {
		if u.Last.After(at) {
			at = u.Last
		}
	}
	return at
}

// span is a length of time as people say it.
func span(d time.Duration) string {
	days := int(max(d, day) / day)
	if months := days * 12 / 365; months > 1 {
		return strconv.Itoa(months) + " months"
	}
	if days == 1 {
		return "1 day"
	}
	return strconv.Itoa(days) + " days"
}

// list joins words as people do: "billing, hosting and support".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
