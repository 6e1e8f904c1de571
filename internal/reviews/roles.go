package reviews

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// kindRole is the kind of a row about a role that the account made for itself: does anybody still need it as it is?
// Keeping and deleting it are answers; who changes it does so on its own page, and decides about what it is then.
const kindRole = "role"

// Undecided is what becomes of a role that nobody decided about. A role alone opens nothing: those who have it are
// suspended where nobody decided about them.
const Undecided Outcome = "undecided"

func subjectOfRole(role id.Role) id.Subject {
	s, _ := id.FromBytes[id.SubjectKind](role.Bytes()) // as long as every id
	return s
}

// RoleNow is a role of the account's own as it is now, with how many people have it.
type RoleNow struct {
	accounts.Role
	Held int
	own  bool // the reader's
}

// rolesNow reads the account's own roles, and who of its contacts has them.
func (r *Reviews) rolesNow(
	q *gorm.DB, g gate.Grant, contacts []accounts.Contact,
) (map[id.Subject]RoleNow, error) {
	list, err := r.accounts.OwnRolesIn(q, g)
	if err != nil {
		return nil, err // accounts says what it did
	}
	out := make(map[id.Subject]RoleNow, len(list))
	for _, role := range list {
		now := RoleNow{Role: role}
		for _, c := range contacts {
			if c.Terms.CustomRole == role.ID {
				now.Held, now.own = now.Held+1, now.own || c.You
			}
		}
		out[subjectOfRole(role.ID)] = now
	}
	return out, nil
}

// factsOfRole are the facts about a role: what of it was used by any of those who have it.
func factsOfRole(
	role RoleNow, contacts []accounts.Contact, uses uses, now time.Time,
) Facts {
	f := Facts{
		At: now, Name: role.Name, Role: "Role of your own", Since: role.CreatedAt, Kind: kindRole, Held: role.Held,
		Reach: role.Says(), Uses: []Use{},
	}
	for _, area := range areasOf(role.Role.Role) {
		u := Use{Area: area}
		for _, c := range contacts {
			if last := uses.of(c).areas[strings.ToLower(area)]; c.Terms.CustomRole == role.ID && last.After(u.Last) {
				u.Last = last
			}
		}
		f.Uses = append(f.Uses, u)
	}
	f.Advice = suggestForRole(f)
	return f
}

// suggestForRole says what the facts about a role speak for.
func suggestForRole(f Facts) Suggestion {
	if f.Held == 0 {
		return says(Remove, "Delete", "Nobody has this role.")
	}
	_, unused, oldest := f.areas()
	if f.At.Sub(f.Since) < longUnused || len(unused) == 0 {
		return says(Keep, "Keep", "Those who have it use what it gives.")
	}
	return says(Change, "Take out what is not used",
		"Nobody who has it has used "+list(unused)+" for "+span(oldest)+".")
}

// roleRows are the rows about roles of a review that begins.
func (r *Reviews) roleRows(
	tx *db.Tx, g gate.Grant, review reviewRow, contacts []accounts.Contact, uses uses,
) ([]subjectRow, error) {
	roles, err := r.rolesNow(tx.DB, g, contacts)
	if err != nil {
		return nil, err
	}
	rows := make([]subjectRow, 0, len(roles))
	for subject, role := range roles {
		row := subjectRow{
			ReviewID: review.ID, SubjectID: subject, AccountID: review.AccountID, Kind: kindRole, Version: 1,
		}
		if row.Shown, err = r.sealFacts(review.ID, subject, factsOfRole(role, contacts, uses, g.Now())); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// answerRole writes down what was decided about a role.
func (r *Reviews) answerRole(tx *db.Tx, g gate.Grant, row subjectRow, a Answer) (gate.Entry, error) {
	contacts, uses, err := r.everybody(tx.DB, g)
	if err != nil {
		return gate.Entry{}, err
	}
	roles, err := r.rolesNow(tx.DB, g, contacts)
	if err != nil {
		return gate.Entry{}, err
	}
	role, there := roles[row.SubjectID]
	change := activity.Change{Field: "decision", Old: role.Name, New: "keep"}
	switch {
	case !there:
		return gate.Entry{}, fault.Conflict("This role was deleted, so there is nothing to decide.")
	case role.Version != a.Seen:
		return gate.Entry{}, stale()
	case role.own:
		return gate.Entry{}, fault.Conflict("This is your own role. Somebody else decides about it.")
	case a.Verdict == Remove && role.Held > 0:
		return gate.Entry{}, held(role)
	case a.Verdict == Remove:
		change.New = "delete"
	case a.Verdict != Keep:
		return gate.Entry{}, fault.InvalidField("verdict", "Choose keep or remove.")
	}
	if row.Shown, err = r.sealFacts(row.ReviewID, row.SubjectID, factsOfRole(role, contacts, uses, g.Now())); err != nil {
		return gate.Entry{}, err
	}
	if err := row.settle(tx, g, a); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(activity.ReviewAnswered, activity.Details{
		Target: activity.TargetOf("role", role.ID, role.Name), Changes: []activity.Change{change},
	}), nil
}

func held(role RoleNow) error {
	who := strconv.Itoa(role.Held) + " people have"
	if role.Held == 1 {
		who = "One person has"
	}
	return fault.Conflict(who + " the role " + role.Name + ". Give them another one first: " +
		"the role’s own page does both at once.")
}

// everybody are the contacts and teams of the account with what they used.
func (r *Reviews) everybody(
	q *gorm.DB, g gate.Grant,
) ([]accounts.Contact, uses, error) {
	contacts, err := r.placesIn(q, g)
	if err != nil {
		return nil, uses{}, err
	}
	used, err := usesIn(q, g)
	return contacts, used, err
}

// carryOutRole does what was decided about a role. It leaves the outcome open where nothing was.
func (r *Reviews) carryOutRole(
	ctx context.Context, tx *db.Tx, g gate.Grant, c *closing, row *subjectRow,
) (gate.Entry, error) {
	role, there := c.roles[row.SubjectID]
	switch {
	case !there:
		row.Outcome = led(Gone)
	case row.SeenVersion == role.Version && row.verdict() == Keep:
		row.Outcome = led(Kept)
	case row.SeenVersion == role.Version && row.verdict() == Remove:
		entry, err := r.accounts.DeleteRoleIn(ctx, tx, g, role.ID, role.Version)
		if fault.KindOf(err) == fault.KindInvalid { // somebody was given it since
			return gate.Entry{}, fault.Conflict("Somebody has the role " + role.Name + " again. Decide about it anew.")
		}
		if err != nil {
			return gate.Entry{}, fmt.Errorf("finish review: %w", err)
		}
		row.Outcome = led(Removed)
		return entry, nil
	case role.own:
		row.Outcome = led(Own)
	}
	return gate.Entry{}, nil
}

// restOfRole is what becomes of a role when nobody finished the review: it stays.
func restOfRole(c *closing, row *subjectRow) {
	role, there := c.roles[row.SubjectID]
	switch {
	case !there:
		row.Outcome = led(Gone)
	case row.SeenVersion == role.Version && row.verdict() == Keep:
		row.Outcome = led(Kept)
	default:
		row.Outcome = led(Undecided)
	}
}

// roleAmong is a row about a role as the reader sees it.
func roleAmong(row subjectRow, role RoleNow, f Facts) Row {
	one := Row{Subject: row.SubjectID, Role: &role, Facts: f, Before: row.Answer != nil, Version: row.Version}
	if row.SeenVersion == role.Version {
		one.Verdict = row.verdict()
	}
	one.Own = role.own
	return one
}

// rolesOfRows reads what rows about roles need: nothing where there are none.
func (r *Reviews) rolesOfRows(
	q *gorm.DB, g gate.Grant, rows []subjectRow,
) (map[id.Subject]RoleNow, map[id.Subject]Facts, error) {
	if !hasRoles(rows) {
		return nil, nil, nil
	}
	contacts, uses, err := r.everybody(q, g)
	if err != nil {
		return nil, nil, err
	}
	roles, err := r.rolesNow(q, g, contacts)
	facts := make(map[id.Subject]Facts, len(roles))
	for subject, role := range roles {
		facts[subject] = factsOfRole(role, contacts, uses, g.Now())
	}
	return roles, facts, err
}

// hasRoles says whether there is a row about a role among some.
func hasRoles(rows []subjectRow) bool {
	return slices.ContainsFunc(rows, func(r subjectRow) bool { return r.Kind == kindRole })
}
