package accounts

import (
	"context"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/names"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	// mostSearched bounds how many people of an account a search looks at (our own figure).
	mostSearched = 5000
	// openedByID is how many names are read by their ids; when more are not known, those of all are read.
	openedByID = 100
)

// searched is somebody whom a search looks at: with a place of their own, or behind a team.
type searched struct {
	Place   id.Membership // zero: behind a team
	Person  id.Person
	Version int64 // of the person: greater once the name may have changed
	Behind  bool  // a team
}

// searchedSQL lists them, each person once: those with a place of their own, then those behind teams.
const searchedSQL = `SELECT m.id AS id, m.person_id, p.version, 0 AS behind FROM memberships m
 JOIN persons p ON p.id = m.person_id WHERE m.account_id = ?
 UNION ALL SELECT DISTINCT NULL, tm.person_id, p.version, 1 FROM team_access ta
 JOIN team_members tm ON tm.team_id = ta.team_id JOIN persons p ON p.id = tm.person_id
 WHERE ta.account_id = ? AND ta.state = 'active' AND NOT EXISTS
 (SELECT 1 FROM memberships o WHERE o.account_id = ta.account_id AND o.person_id = tm.person_id)
 ORDER BY behind, id LIMIT ?`

// FindContacts lists the people of an account whose name or e-mail address has all of some words in it, those of teams
// included: a page of them, and whether there are more. Names are sealed, so they are compared in memory; a statement
// reads who is there now, and another one the page. Names that are not in memory yet, or have changed, cost one more.
func (a *Accounts) FindContacts(
	ctx context.Context, who actor.Actor, account id.Account, words string,
) (found []Contact, more bool, err error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return nil, false, err
	}
	key := account.Bytes()
	people, err := db.ReadRows(g.On(a.reader.With(ctx)).Raw(searchedSQL, key, key, mostSearched),
		func(s *searched) []any { return []any{&s.Place, &s.Person, &s.Version, &s.Behind} })
	if err != nil {
		return nil, false, fmt.Errorf("search contacts: %w", err)
	}
	folded, err := a.folded(ctx, g, people)
	if err != nil {
		return nil, false, err
	}
	wanted := names.Words(words)
	var own []id.Membership
	var behind []id.Person
	for i, s := range people {
		if !names.HasAll(folded[i], wanted) {
			continue
		}
		if len(own)+len(behind) == peopleShown {
			more = true
			break
		}
		if s.Behind {
			behind = append(behind, s.Person)
		} else {
			own = append(own, s.Place)
		}
	}
	found, err = a.placesNamed(ctx, g, own, behind)
	return found, more, err
}

// placesNamed reads contacts with places of their own, and behind them people of teams.
func (a *Accounts) placesNamed(
	ctx context.Context, g gate.Grant, own []id.Membership, behind []id.Person,
) (found []Contact, err error) {
	if len(own) > 0 {
		var rows []contactRow
		q := a.withLast(a.contactQuery(ctx, g), g).Where("memberships.id IN ?", own)
		if err := q.Order("memberships.id").Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("search contacts: %w", err)
		}
		if found, err = a.contacts(g, rows); err != nil {
			return nil, err
		}
	}
	if len(behind) > 0 {
		people, err := a.teamPeople(a.reader.With(ctx), g, counts+" AND tm.person_id IN ? ORDER BY tm.id", behind)
		if err != nil {
			return nil, err
		}
		found = append(found, people...)
	}
	return found, nil
}

// folded are the names and addresses of people of the grant's account, folded, in their order.
func (a *Accounts) folded(ctx context.Context, g gate.Grant, people []searched) ([]string, error) {
	rows := make([]names.Row, len(people))
	for i, s := range people {
		rows[i] = names.Row{Key: names.KeyOf(s.Person), Version: s.Version}
	}
	return a.names.Folded(names.KeyOf(g.Account()), rows, g.Now(), func(stale []names.Key) (map[names.Key]string, error) {
		return a.openPeople(ctx, g, stale)
	})
}

// openPeople opens names and addresses of the account's people: of those named, or of all where that is most of them.
func (a *Accounts) openPeople(ctx context.Context, g gate.Grant, of []names.Key) (map[names.Key]string, error) {
	text, args := `SELECT p.id, p.name, p.email FROM persons p WHERE p.id IN `, []any{}
	if len(of) <= openedByID {
		ids := make([][]byte, len(of))
		for i, key := range of {
			ids[i] = key[:]
		}
		text, args = text+"?", append(args, ids)
	} else {
		text += `(SELECT m.person_id FROM memberships m WHERE m.account_id = ? UNION SELECT tm.person_id FROM team_access ta
 JOIN team_members tm ON tm.team_id = ta.team_id WHERE ta.account_id = ?)`
		args = append(args, g.Account().Bytes(), g.Account().Bytes())
	}
	type row struct {
		Person      id.Person
		Name, Email secretbox.Sealed
	}
	found, err := db.ReadRows(g.On(a.reader.With(ctx)).Raw(text, args...),
		func(r *row) []any { return []any{&r.Person, &r.Name, &r.Email} })
	if err != nil {
		return nil, fmt.Errorf("search contacts: %w", err)
	}
	opened := make(map[names.Key]string, len(found))
	for _, r := range found {
		name, err := a.people.OpenName(r.Person, r.Name)
		if err != nil {
			return nil, err // identity says what it did
		}
		email, err := a.people.OpenEmail(r.Person, r.Email)
		if err != nil {
			return nil, err // identity says what it did
		}
		opened[names.KeyOf(r.Person)] = name + "\n" + email
	}
	return opened, nil
}
