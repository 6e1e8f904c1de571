package access

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/verb"
)

// Unbreakable is the file that lists what no emergency opens.
const Unbreakable = "unbreakable.csv"

// unbreakable is what no emergency opens. The zero value opens nothing at all.
type unbreakable struct {
	listed      bool
	departments []string
	verbs       []verb.Verb
}

// readUnbreakable reads the list. Each row names something that there is, so that a misspelt one opens nothing unseen.
func readUnbreakable(files fs.FS, staff *book) (unbreakable, error) {
	list := unbreakable{listed: true}
	if _, err := fs.Stat(files, Unbreakable); errors.Is(err, fs.ErrNotExist) {
		return unbreakable{}, nil
	}
	const columns = 3
	err := eachRow(files, Unbreakable, columns, func(at string, row []string) error {
		switch kind, key := row[1], row[2]; {
		case row[0] != "unbreakable":
			return fmt.Errorf("%s: a row starts with unbreakable, not with %q", at, row[0])
		case kind == "department" && slices.ContainsFunc(staff.roles, func(r Role) bool { return r.Key == key }):
			list.departments = append(list.departments, key)
		case kind == "permission" && slices.Contains(verb.Staff(), verb.Verb(key)):
			list.verbs = append(list.verbs, verb.Verb(key))
		default:
			return fmt.Errorf("%s: there is no %s %q", at, kind, key)
		}
		return nil
	})
	return list, err
}

// Openable are the permissions of one department that somebody of another could use over a client in an emergency:
// those that only read, that their own does not hold as far, and that the policies do not keep closed.
func (a *Access) Openable(own, other string) []verb.Verb {
	mine, ok := a.Department(own)
	theirs, found := a.Department(other)
	if !ok || !found || own == other || !a.unbreakable.listed || slices.Contains(a.unbreakable.departments, other) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(theirs.Verbs), func(v verb.Verb) bool {
		held, holds := mine.terms[v]
		wider := !holds || held.Condition != AnyThing && theirs.terms[v].Condition == AnyThing
		return !wider || !v.Reads() || slices.Contains(a.unbreakable.verbs, v)
	})
}

// OpenableBy are the permissions that somebody of a department could borrow from any other in an emergency, in the
// order of the vocabulary; none where the department opens nothing.
func (a *Access) OpenableBy(own string) []verb.Verb {
	mine, ok := a.Department(own)
	if _, opens := mine.terms[verb.EmergenciesOpen]; !ok || !opens {
		return nil
	}
	return slices.DeleteFunc(verb.Staff(), func(v verb.Verb) bool { return len(a.Openers(own, v)) == 0 })
}

// NeverOpened are the permissions to read that some department lacks and none of them could borrow, in the order of the
// vocabulary.
func (a *Access) NeverOpened() []verb.Verb {
	return slices.DeleteFunc(verb.Staff(), func(v verb.Verb) bool {
		lacked := false
		for _, r := range a.staff.roles {
			if slices.Contains(a.OpenableBy(r.Key), v) {
				return true
			}
			_, holds := r.terms[v]
			lacked = lacked || !holds
		}
		return !v.Reads() || !lacked
	})
}

// Openers are the departments from which somebody of a department could borrow a permission in an emergency.
func (a *Access) Openers(own string, v verb.Verb) []Role {
	return slices.DeleteFunc(slices.Clone(a.staff.roles), func(r Role) bool {
		return !slices.Contains(a.Openable(own, r.Key), v)
	})
}

// MayOpen says whether somebody may open what another department holds of a client in an emergency, be it after using
// their key again, and has not done so.
func (a *Access) MayOpen(who actor.Actor, d Decision) bool {
	if who.Kind != actor.Staff || who.Assisting() || d.Allowed || d.Reason != ReasonRoleLacks {
		return false
	}
	if _, ok := d.Scope.Account(); !ok || len(a.Openers(who.Seat.Department, d.Verb)) == 0 {
		return false
	}
	return a.Check(who, verb.EmergenciesOpen, d.Scope).Offered()
}

// inEmergency is the department whose permission somebody opened over a client, and by which look, where one holds.
func (a *Access) inEmergency(d Decision, who actor.Actor, now time.Time) (Role, actor.Look, bool) {
	account, ok := d.Scope.Account()
	if !ok || !d.Verb.Reads() {
		return Role{}, actor.Look{}, false
	}
	for _, l := range who.EmergenciesAt(account, now) {
		if slices.Contains(a.Openable(who.Seat.Department, l.Opened), d.Verb) {
			role, found := a.Department(l.Opened)
			return role, l, found
		}
	}
	return Role{}, actor.Look{}, false
}
