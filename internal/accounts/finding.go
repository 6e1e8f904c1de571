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

// searchedSQL lists whom a search looks at, each person once: those with a place of their own, then those behind teams.
const searchedSQL = `SELECT m.id, m.person_id, p.version FROM memberships m
 JOIN persons p ON p.id = m.person_id WHERE m.account_id = ?
 UNION ALL SELECT DISTINCT NULL, tm.person_id, p.version FROM team_access ta
 JOIN team_members tm ON tm.team_id = ta.team_id JOIN persons p ON p.id = tm.person_id
 WHERE ta.account_id = ? AND ta.state = 'active' AND NOT EXISTS
 (SELECT 1 FROM memberships o WHERE o.account_id = ta.account_id AND o.person_id = tm.person_id) LIMIT ?`

// searchedStampSQL is its stamp: those with a place of their own, and those behind teams.
const searchedStampSQL = `SELECT 0, COUNT(*), SUM(p.version), SUM(m.created_at) FROM memberships m
 JOIN persons p ON p.id = m.person_id WHERE m.account_id = ?
 UNION ALL SELECT 1, COUNT(*), SUM(p.version), SUM(ta.created_at + tm.created_at) FROM team_access ta
 JOIN team_members tm ON tm.team_id = ta.team_id JOIN persons p ON p.id = tm.person_id
 WHERE ta.account_id = ? AND ta.state = 'active'`

// FindContacts lists the people of an account whose name or e-mail address has all of some words in it, those of teams
// included: a page of them, and whether there are more. Names are sealed, so they are compared in memory; a statement
// looks whether that is still as it was, and another one reads the page. What has changed costs two more.
func (a *Accounts) FindContacts(
	ctx context.Context, who actor.Actor, account id.Account, words string,
) (found []Contact, more bool, err error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return nil, false, err
	}
	people, err := a.searched(ctx, g)
	if err != nil {
		return nil, false, err
	}
	wanted := names.Words(words)
	var own []id.Membership
	var behind []id.Person
	for _, n := range people {
		if !names.HasAll(n.Folded, wanted) {
			continue
		}
		if len(own)+len(behind) == peopleShown {
			more = true
			break
		}
		if n.Place == (names.Key{}) {
			one, _ := id.FromBytes[id.PersonKind](n.Key[:]) // as long as every id
			behind = append(behind, one)
		} else {
			place, _ := id.FromBytes[id.MembershipKind](n.Place[:])
			own = append(own, place)
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

// searched are the people of the grant's account with their names and addresses, folded.
func (a *Accounts) searched(ctx context.Context, g gate.Grant) ([]names.Named, error) {
	q, key := a.reader.With(ctx), g.Account().Bytes()
	stamp, err := names.ReadStamp(g.On(q).Raw(searchedStampSQL, key, key))
	if err != nil {
		return nil, fmt.Errorf("search contacts: %w", err)
	}
	return a.names.List(names.KeyOf(g.Account()), stamp, g.Now(), names.Source{
		Read: func() ([]names.Named, error) {
			type row struct {
				place   id.Membership
				person  id.Person
				version int64
			}
			rows, err := db.ReadRows(g.On(q).Raw(searchedSQL, key, key, mostSearched),
				func(r *row) []any { return []any{&r.place, &r.person, &r.version} })
			list := make([]names.Named, len(rows))
			for i, r := range rows {
				list[i] = names.Named{Key: names.KeyOf(r.person), Version: r.version, Place: names.KeyOf(r.place)}
			}
			return list, err
		},
		Open: func(stale []names.Key) (map[names.Key]string, error) { return a.openPeople(ctx, g, stale) },
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
