package access

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"gatehouse/internal/verb"
)

// Names that stand for parties inside Gatehouse. No policy and no row of the database can give them to anybody.
const (
	roleCustom   = "custom"     // stands for any custom role; the role's own id says which
	roleSystem   = "system"     // Gatehouse itself
	roleOperator = "operator"   // the operator at the command line
	roleWebhook  = "webhook"    // an outside service that calls back
	roleSelf     = "self"       // everybody, over themselves
	roleInvited  = "invitation" // whoever was invited, to join
	roleOpen     = "everybody"
)

// Condition narrows what a permission reaches.
type Condition string

// The conditions of a policy row.
const (
	AnyThing     Condition = "any"        // all of the account
	Chosen       Condition = "chosen"     // the services chosen for the person
	Own          Condition = "own"        // what the person did themselves
	BillingOnly  Condition = "billing"    // what concerns billing
	ExceptOwners Condition = "not-owners" // people who are not owners
)

// Term is on what terms a role includes a permission: one row of a policy.
type Term struct {
	Assurance Assurance
	Condition Condition
	Row       string // the row as written, with its file and line
}

// Role is a named set of permissions: a role of accounts, a department of the provider, or a custom role.
type Role struct {
	Key      string
	Name     string // for people
	Sentence string // what it is for, for people
	Verbs    []verb.Verb
	Own      bool // a department that the provider made
	terms    map[verb.Verb]Term
}

// Term says on what terms the role includes the permission; false where it does not.
func (r Role) Term(v verb.Verb) (Term, bool) { t, ok := r.terms[v]; return t, ok }

// reserved says whether a name stands for a party inside Gatehouse.
func reserved(key string) bool {
	switch key {
	case roleCustom, roleSystem, roleOperator, roleWebhook, roleSelf, roleInvited, roleOpen, "":
		return true
	}
	return false
}

// readRoles reads the roles of one kind ("role" or "department") in the order of the file, which is how they are shown.
func readRoles(files fs.FS, kind string) ([]Role, error) {
	const name, columns = "roles.csv", 4
	var roles []Role
	err := eachRow(files, name, columns, func(at string, row []string) error {
		if row[0] != kind {
			return nil
		}
		role := Role{Key: row[1], Name: row[2], Sentence: row[3], terms: map[verb.Verb]Term{}}
		if strings.Trim(role.Key, "abcdefghijklmnopqrstuvwxyz-") != "" {
			return fmt.Errorf("%s: the key %q is not of lower-case letters", at, role.Key)
		}
		if reserved(role.Key) { // A8: a policy cannot open Gatehouse's own names to people
			return fmt.Errorf("%s: the name %q is kept for Gatehouse itself", at, role.Key)
		}
		if slices.ContainsFunc(roles, func(r Role) bool { return r.Key == role.Key }) {
			return fmt.Errorf("%s: %s %q stands there twice", at, kind, role.Key)
		}
		roles = append(roles, role)
		return nil
	})
	if err == nil && len(roles) == 0 {
		err = fmt.Errorf("%s: there is no %s", name, kind)
	}
	return roles, err
}

// readTerms fills the roles with the rows of a policy file. vocabulary holds the permissions that may stand there.
func readTerms(files fs.FS, name string, roles []Role, vocabulary []verb.Verb) error {
	const columns = 5
	err := eachRow(files, name, columns, func(at string, row []string) error {
		return readTerm(at, row, roles, vocabulary)
	})
	for i, r := range roles {
		roles[i].Verbs = slices.DeleteFunc(slices.Clone(vocabulary), func(v verb.Verb) bool {
			_, held := r.terms[v]
			return !held
		})
	}
	return err
}

func readTerm(at string, row []string, roles []Role, vocabulary []verb.Verb) error {
	if row[0] != "p" {
		return fmt.Errorf("%s: a policy row starts with p, not with %q", at, row[0])
	}
	i := slices.IndexFunc(roles, func(r Role) bool { return r.Key == row[1] })
	if i < 0 {
		return fmt.Errorf("%s: %q is not in roles.csv", at, row[1])
	}
	v := verb.Verb(row[2])
	if !slices.Contains(vocabulary, v) {
		return fmt.Errorf("%s: %q is not a permission that can stand in this file", at, row[2])
	}
	term := Term{Assurance: Assurance(row[3]), Condition: Condition(row[4]), Row: at + ": " + strings.Join(row, ", ")}
	if !term.valid() {
		return fmt.Errorf("%s: unknown assurance or condition: %s, %s", at, row[3], row[4])
	}
	if _, twice := roles[i].terms[v]; twice {
		return fmt.Errorf("%s: %s stands there twice for %s", at, v, row[1])
	}
	roles[i].terms[v] = term
	return nil
}

func (t Term) valid() bool {
	switch t.Assurance {
	case AnySession, TwoFactor, Recent:
	default:
		return false
	}
	switch t.Condition {
	case AnyThing, Chosen, Own, BillingOnly, ExceptOwners:
		return true
	}
	return false
}

// eachRow reads a policy file row by row; at names the file and the line.
func eachRow(files fs.FS, name string, columns int, do func(at string, row []string) error) error {
	file, err := files.Open(name)
	if err != nil {
		return fmt.Errorf("access: %w", err)
	}
	defer func() { _ = file.Close() }()
	reader := csv.NewReader(file)
	reader.Comment = '#'
	reader.TrimLeadingSpace = true
	reader.FieldsPerRecord = columns
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("access: %s: %w", name, err)
		}
		line, _ := reader.FieldPos(0)
		if err := do(fmt.Sprintf("%s:%d", name, line), row); err != nil {
			return fmt.Errorf("access: %w", err)
		}
	}
}
