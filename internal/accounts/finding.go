package accounts

import (
	"context"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
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
func searchedStampSQL() string {
	return names.StampSQL(names.People, "memberships m WHERE m.account_id = ?", "m.created_at",
		`team_access ta JOIN team_members tm ON tm.team_id = ta.team_id WHERE ta.account_id = ? AND ta.state = 'active'`,
		"ta.created_at + tm.created_at")
}

// FindContacts lists the people of an account whose name or e-mail address has all of some words in it, those of teams
// included: a page of them, and whether there are more. Names are sealed, so they are compared in memory. One statement
// reads the page and whether the names are still as they were; where they are not, it takes up to four.
func (a *Accounts) FindContacts(
	ctx context.Context, who actor.Actor, account id.Account, words string,
) (found []Contact, more bool, err error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return nil, false, err
	}
	if people, was, known := a.names.Known(names.KeyOf(account), g.Now()); known {
		m := matchIn(people, words)
		found, is, err := a.placesNamed(ctx, g, m)
		if err != nil || is == was {
			return found, m.more, err
		}
	}
	people, err := a.searched(ctx, g)
	if err != nil {
		return nil, false, err
	}
	m := matchIn(people, words)
	found, _, err = a.placesNamed(ctx, g, m)
	return found, m.more, err
}

// match is whom a search finds: those with a place of their own, and those behind teams.
type match struct {
	own    []id.Membership
	behind []id.Person
	more   bool // than a page shows
}

func matchIn(people []names.Named, words string) (m match) {
	wanted := names.Words(words)
	for _, n := range people {
		if !names.HasAll(n.Folded, wanted) {
			continue
		}
		if len(m.own)+len(m.behind) == peopleShown {
			m.more = true
			break
		}
		if n.Place == (names.Key{}) {
			one, _ := id.FromBytes[id.PersonKind](n.Key[:]) // as long as every id
			m.behind = append(m.behind, one)
		} else {
			place, _ := id.FromBytes[id.MembershipKind](n.Place[:])
			m.own = append(m.own, place)
		}
	}
	return m
}

// foundRow is a stamp with one of those found, or with nobody.
type foundRow struct {
	Stamp  names.Stamp `gorm:"embedded"`
	Behind behindRow   `gorm:"embedded"`
}

// placesNamed reads contacts with places of their own, and behind them people of teams, with the stamp of the list at
// that moment.
func (a *Accounts) placesNamed(
	ctx context.Context, g gate.Grant, m match,
) (found []Contact, stamp names.Stamp, err error) {
	key := g.Account().Bytes()
	text, args := searchedStampSQL(), []any{key, key}
	if arms, more := a.foundSQL(g, m); arms != "" {
		text = "SELECT s.*, n.* FROM (" + text + ") s LEFT JOIN (" + arms + ") n ON 1 = 1 ORDER BY n.has_team, n.id"
		args = append(args, more...)
	}
	var rows []foundRow
	if err := g.On(a.reader.With(ctx)).Raw(text, args...).Scan(&rows).Error; err != nil {
		return nil, stamp, fmt.Errorf("search contacts: %w", err)
	}
	by := a.asking(g)
	for _, row := range rows {
		if stamp = row.Stamp; row.Behind.Contact.Row.ID.IsZero() {
			continue // nobody is found, or whoever was is gone
		}
		c, err := a.found(by, row.Behind)
		if err != nil {
			return nil, stamp, err
		}
		found = append(found, c)
	}
	return found, stamp, nil
}

func (a *Accounts) found(by asker, row behindRow) (Contact, error) {
	if row.TeamID.IsZero() {
		return a.contact(by, row.Contact)
	}
	return a.behind(by, row)
}

// foundSQL makes the statement that reads those found, with its values; an empty one where nobody is.
func (a *Accounts) foundSQL(g gate.Grant, m match) (text string, args []any) {
	key := g.Account().Bytes()
	if len(m.own) > 0 {
		text, args = a.ownSQL(g)
		text, args = text+" AND memberships.id IN ?", append(args, m.own)
	}
	if len(m.behind) > 0 {
		if text != "" {
			text += " UNION ALL "
		}
		text += behindSQL() + " AND tm.person_id IN ?"
		args = append(args, key, key, m.behind)
	}
	return text, args
}

// ownSQL reads people with places of their own in the grant's account as behindRows, with its values.
func (a *Accounts) ownSQL(g gate.Grant) (text string, args []any) {
	columns, join, joined := a.lastDone(g)
	return `SELECT memberships.id, memberships.account_id, memberships.person_id, memberships.role,
 memberships.custom_role_id, memberships.services_limited, memberships.services, memberships.ends_at,
 memberships.suspended, memberships.recovery_id, memberships.created_at, persons.name AS person_name,
 persons.email AS person_email, persons.state AS person_state, custom_roles.name AS role_name,
 custom_roles.verbs AS role_verbs, custom_roles.version AS role_version, ` +
		factors.LevelSQL("memberships.person_id") + ` AS level,
 (SELECT MAX(s.created_at) FROM sessions s WHERE s.person_id = memberships.person_id) AS signed_in_at,
 NULL AS team_id, NULL AS team_name, persons.time_zone, 0 AS has_own, memberships.last_seen_at,
 memberships.version, ` + columns + `, 0 AS has_team
 FROM memberships JOIN persons ON persons.id = memberships.person_id
 LEFT JOIN custom_roles ON custom_roles.id = memberships.custom_role_id` + join + `
 WHERE memberships.account_id = ?`, append(joined, g.Account().Bytes())
}

// behindSQL reads people of teams that count in an account, whose id is asked for twice.
func behindSQL() string {
	return "SELECT " + teamPeopleColumns() + `, NULL AS last_seen_at, 0 AS version, NULL AS done_action,
 NULL AS done_at, 1 AS has_team` + teamPeopleFrom() + counts
}

// searched are the people of the grant's account with their names and addresses, folded.
func (a *Accounts) searched(ctx context.Context, g gate.Grant) ([]names.Named, error) {
	q, key := a.reader.With(ctx), g.Account().Bytes()
	stamp, err := names.ReadStamp(g.On(q).Raw(searchedStampSQL(), key, key))
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
