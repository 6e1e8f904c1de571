package reviews

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// Scope is a suggestion to limit somebody to the services that they open.
type Scope struct {
	Services []id.Service  `json:"services"` // that they opened
	Of       int           `json:"of"`       // how many they reach
	For      time.Duration `json:"for"`      // how long they have opened no other
}

// onlyFor stands in a suggestion between a role and services.
const onlyFor = ", only for "

// mostNamed is how many services a suggestion names; of more it says how many they are.
const mostNamed = 3

// scopeOf finds services that somebody opened, where they have left alone the others that they reach for long, and
// those are half of them or more. Nothing is said where one that they did not open is too new to tell, or where they
// opened none.
func scopeOf(c accounts.Contact, role access.Role, u used, now time.Time) *Scope {
	if role.Key == access.RoleOwner || !slices.Contains(role.Verbs, verb.ServicesView) {
		return nil
	}
	s := &Scope{}
	for service, since := range u.services {
		if c.Terms.Limited && !slices.Contains(c.Terms.Services, service) {
			continue
		}
		s.Of++
		opened, last := u.lastOpened(service, c.Since, since)
		switch gap := now.Sub(last); {
		case opened && gap <= longUnused:
			s.Services = append(s.Services, service)
		case gap <= longUnused:
			return nil
		case s.For == 0 || gap < s.For:
			s.For = gap
		}
	}
	if len(s.Services) == 0 || 2*len(s.Services) > s.Of {
		return nil
	}
	slices.SortFunc(s.Services, func(x, y id.Service) int { return bytes.Compare(x.Bytes(), y.Bytes()) })
	return s
}

// lastOpened says whether somebody ever opened a service, and since when they have not: if never, since they could.
func (u used) lastOpened(service id.Service, member, there time.Time) (opened bool, last time.Time) {
	if last = u.opened[service]; !last.IsZero() {
		return true, last
	}
	if member.After(there) {
		return false, member
	}
	return false, there
}

// Naming is the suggestion with the names of services, for a reader who may see them; those that are not among the
// names are counted.
func (s Suggestion) Naming(names map[id.Service]string) Suggestion {
	if s.Scope == nil {
		return s
	}
	n := len(s.Scope.Services)
	which := strconv.Itoa(n) + " services"
	if n == 1 {
		which = "one service"
	}
	var called []string
	for _, one := range s.Scope.Services {
		if name, ok := names[one]; ok {
			called = append(called, name)
		}
	}
	if len(called) == n && n <= mostNamed {
		slices.Sort(called)
		which = list(called)
	}
	if s.Role != "" {
		role, _, _ := strings.Cut(s.Says, onlyFor)
		s.Says = role + onlyFor + which
		return s
	}
	s.Says = "Consider limiting to " + which
	s.Why = "Has opened only " + which + " in " + span(s.Scope.For) + ", and reaches " + strconv.Itoa(s.Scope.Of) + "."
	return s
}
