package access

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"gatehouse/internal/verb"
)

// OwnDepartments is the file of departments that the provider made: beside the policies, and not among those that come
// with Gatehouse. It names each department as roles.csv does, and then what it includes, as staff.csv does.
const OwnDepartments = "departments.csv"

// roleAdministrator is the department that nothing of the provider's own reaches beyond.
const roleAdministrator = "administrator"

// addOwn adds the departments of the provider's own to those that come with Gatehouse. None takes the name of another,
// none includes anything but permissions of staff, and none is above an administrator: neither in what it includes nor
// in how sure it has to be of whoever asks.
func addOwn(files fs.FS, roles []Role) ([]Role, error) {
	if _, err := fs.Stat(files, OwnDepartments); errors.Is(err, fs.ErrNotExist) {
		return roles, nil
	}
	top, found := Role{}, false
	for _, r := range roles {
		if r.Key == roleAdministrator {
			top, found = r, true
		}
	}
	if !found {
		return nil, fmt.Errorf("access: %s: there is no administrator to measure it by", OwnDepartments)
	}
	var own []Role
	const varying = -1
	err := eachRow(files, OwnDepartments, varying, func(at string, row []string) error {
		if len(row) == 4 && row[0] == "department" {
			one, err := ownDepartment(at, row, append(slices.Clone(roles), own...))
			own = append(own, one)
			return err
		}
		if len(row) != 5 {
			return fmt.Errorf("%s: a row is department, key, name, sentence "+
				"or p, department, permission, assurance, condition", at)
		}
		return readTerm(at, row, own, verb.Staff())
	})
	if err != nil {
		return nil, err
	}
	for i, r := range own {
		own[i].Verbs = slices.DeleteFunc(verb.Staff(), func(v verb.Verb) bool { _, held := r.terms[v]; return !held })
		if err := r.below(top); err != nil {
			return nil, err
		}
	}
	return append(roles, own...), nil
}

func ownDepartment(at string, row []string, taken []Role) (Role, error) {
	one := Role{Key: row[1], Name: row[2], Sentence: row[3], Own: true, terms: map[verb.Verb]Term{}}
	switch {
	case strings.Trim(one.Key, "abcdefghijklmnopqrstuvwxyz-") != "":
		return one, fmt.Errorf("%s: the key %q is not of lower-case letters", at, one.Key)
	case reserved(one.Key): // A8
		return one, fmt.Errorf("%s: the name %q is kept for Gatehouse itself", at, one.Key)
	case slices.ContainsFunc(taken, func(r Role) bool { return r.Key == one.Key }):
		return one, fmt.Errorf("%s: there is a department %q already", at, one.Key)
	case one.Name == "":
		return one, fmt.Errorf("%s: the department %q has no name", at, one.Key)
	}
	return one, nil
}

// below refuses a department that an administrator does not cover, or that asks for less proof than from them (A3).
func (r Role) below(top Role) error {
	if len(r.terms) == 0 {
		return fmt.Errorf("access: %s: the department %q includes nothing", OwnDepartments, r.Key)
	}
	for v, t := range r.terms {
		held, ok := top.terms[v]
		switch {
		case !ok || held.Condition != AnyThing && held.Condition != t.Condition:
			return fmt.Errorf("access: %s: %s reaches further than an administrator", t.Row, v)
		case t.Condition != AnyThing && t.Condition != BillingOnly:
			return fmt.Errorf("access: %s: %q is no condition for staff", t.Row, t.Condition)
		case t.Assurance.rank() < held.Assurance.rank():
			return fmt.Errorf("access: %s: %s takes at least %q, as from an administrator", t.Row, v, held.Assurance)
		}
	}
	return nil
}

func (a Assurance) rank() int { return slices.Index([]Assurance{AnySession, TwoFactor, Recent}, a) }
