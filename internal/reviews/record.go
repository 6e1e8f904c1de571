package reviews

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/reviews/record"
	"gatehouse/internal/verb"
)

// recordOf makes the signed record of a review that is about to close.
func (r *Reviews) recordOf(tx *db.Tx, g gate.Grant, c *closing, state State) (string, error) {
	account, err := r.accounts.ByGrant(tx.DB, g)
	if err != nil {
		return "", err // accounts says what it did
	}
	people := []id.Person{c.review.StartedBy, g.Who().Person}
	for _, row := range c.rows {
		people = append(people, row.AnsweredBy)
	}
	names, err := r.accounts.NamesOf(tx.DB, people)
	if err != nil {
		return "", err // accounts says what it did
	}
	called := func(p id.Person) string {
		if p.IsZero() {
			return "Gatehouse"
		}
		return names[p]
	}
	ended := "Finished"
	if state == Lapsed {
		ended = "Closed by itself, as nobody finished it"
	}
	left := record.Record{Areas: areas(), Head: []record.Pair{
		{Name: "Account", Value: account.Name},
		{Name: "Account id", Value: account.ID.String()},
		{Name: "Review id", Value: c.review.ID.String()},
		{Name: "Started", Value: record.Stamp(c.review.StartedAt.Time)},
		{Name: "Started by", Value: called(c.review.StartedBy)},
		{Name: "Due", Value: record.Stamp(c.review.DueAt.Time)},
		{Name: "Closed", Value: record.Stamp(g.Now())},
		{Name: "Closed by", Value: called(g.Who().Person)},
		{Name: "How it ended", Value: ended},
	}}
	for _, row := range slices.Backward(c.rows) {
		line, err := r.recordRow(tx, g, row, called)
		if err != nil {
			return "", err
		}
		left.Rows = append(left.Rows, line)
	}
	return left.Sign(r.box.NoteSigner()) // it says what it did
}

func (r *Reviews) recordRow(
	tx *db.Tx, g gate.Grant, row subjectRow, called func(id.Person) string,
) (record.Row, error) {
	f, err := r.openFacts(row)
	if err != nil {
		return record.Row{}, err
	}
	line := record.Row{
		Name: f.Name, Email: f.Email, Role: f.Role, Reaches: f.Reaches(), Ends: record.Stamp(f.Ends),
		SignedIn: record.Stamp(f.SignedIn), Here: record.Stamp(f.Here), Factor: f.Factor, Suggestion: f.Advice.Says,
		Why: f.Advice.Why, Outcome: row.outcome().Words(),
	}
	if f.Kind == kindRole {
		line.Role, line.Reaches = f.Role+": "+f.Reach, "held by "+strconv.Itoa(f.Held)
	}
	for _, area := range areas() {
		line.Uses = append(line.Uses, f.use(area))
	}
	if row.Answer == nil {
		return line, nil
	}
	line.Decision, line.By, line.At = string(row.verdict()), called(row.AnsweredBy), record.Stamp(row.AnsweredAt.Time)
	if row.verdict() == Change {
		terms, err := row.terms()
		if err != nil {
			return record.Row{}, err
		}
		role, err := r.accounts.RoleNamed(tx.DB, g, terms)
		if err != nil {
			return record.Row{}, err // accounts says what it did
		}
		line.To = role.Name + ", " + reaches(terms.Limited, len(terms.Services))
	}
	return line, nil
}

// areas are the parts of the portal, in the order of the vocabulary.
func areas() []string {
	var out []string
	for _, v := range verb.Portal() {
		if a := v.Area(); a != verb.AccountView.Area() && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// use is when an area was last used, as a day; empty where the role does not reach it.
func (f Facts) use(area string) string {
	for _, u := range f.Uses {
		if u.Area == area && u.Last.IsZero() {
			return "never"
		}
		if u.Area == area {
			return u.Last.UTC().Format(time.DateOnly)
		}
	}
	return ""
}

// Reaches says which services the access is for.
func (f Facts) Reaches() string { return reaches(f.Limited, f.Services) }

func reaches(limited bool, n int) string {
	switch {
	case !limited:
		return "all services"
	case n == 1:
		return "1 service"
	}
	return fmt.Sprintf("%d services", n)
}

// Words say what a review led to.
func (o Outcome) Words() string {
	switch o {
	case Kept:
		return "Kept"
	case Changed:
		return "Changed"
	case Removed:
		return "Removed"
	case Suspended:
		return "Suspended: nobody decided"
	case Own:
		return "The reviewer’s own access"
	case LastOwner:
		return "Kept: nobody decided, but an account always has an owner"
	case Undecided:
		return "Stays: nobody decided about this role"
	case Gone:
		return "Ended before the review did"
	}
	return ""
}
