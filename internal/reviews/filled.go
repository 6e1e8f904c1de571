package reviews

import (
	"gorm.io/gorm"

	"gatehouse/internal/accounts"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
)

// belongings are what belongs to rows: the contacts and roles as they are now, their uses, and who answered.
type belongings struct {
	contacts map[id.Membership]accounts.Contact
	uses     uses
	names    map[id.Person]string
	roles    map[id.Subject]RoleNow
	facts    map[id.Subject]Facts // of the roles
}

// fill makes rows of what was found, with what belongs to them.
func (r *Reviews) fill(q *gorm.DB, g gate.Grant, found []subjectRow) ([]Row, error) {
	if len(found) == 0 {
		return nil, nil
	}
	b, err := r.belongings(q, g, found)
	if err != nil {
		return nil, err
	}
	list := make([]Row, 0, len(found))
	for _, row := range found {
		one, there := r.rowAmong(g, row, b)
		if !there {
			continue // gone since the first statement
		}
		if one.Verdict != "" {
			one.By, one.At, one.Before = b.names[row.AnsweredBy], row.AnsweredAt.Time, false
		}
		if one.Role == nil {
			if one.To, err = r.wantedOf(q, g, row, one.Verdict); err != nil {
				return nil, err
			}
		}
		list = append(list, one)
	}
	return list, nil
}

func (r *Reviews) belongings(q *gorm.DB, g gate.Grant, found []subjectRow) (belongings, error) {
	askers := []id.Person{}
	for _, row := range found {
		askers = append(askers, row.AnsweredBy)
	}
	contacts, err := r.placesOf(q, g, found...)
	if err != nil {
		return belongings{}, err // accounts says what it did
	}
	b := belongings{contacts: make(map[id.Membership]accounts.Contact, len(contacts))}
	for _, c := range contacts {
		b.contacts[c.ID] = c
	}
	if b.uses, err = usesIn(q, g, peopleOf(contacts...)...); err != nil {
		return belongings{}, err
	}
	if b.names, err = r.accounts.NamesOf(q, askers); err != nil {
		return belongings{}, err // accounts says what it did
	}
	b.roles, b.facts, err = r.rolesOfRows(q, g, found)
	return b, err
}

// rowAmong is a row as the reader sees it, and whether what it is about is there still.
func (r *Reviews) rowAmong(g gate.Grant, row subjectRow, b belongings) (Row, bool) {
	if role, ok := b.roles[row.SubjectID]; ok && row.Kind == kindRole {
		return roleAmong(row, role, b.facts[row.SubjectID]), true
	}
	c, there := b.contacts[row.place()]
	if !there {
		return Row{}, false
	}
	return Row{
		Subject: row.SubjectID, Contact: c, Facts: r.factsOf(c, b.uses.of(c), g.Now()), Verdict: row.decided(c),
		Before: row.Answer != nil, Version: row.Version,
	}, true
}

// wantedOf says what somebody is to have instead.
func (r *Reviews) wantedOf(q *gorm.DB, g gate.Grant, row subjectRow, v Verdict) (string, error) {
	if v != Change {
		return "", nil
	}
	terms, err := row.terms()
	if err != nil {
		return "", err
	}
	role, err := r.accounts.RoleNamed(q, g, terms)
	if err != nil {
		return "", err // accounts says what it did
	}
	return role.Name + ", " + reaches(terms.Limited, len(terms.Services)), nil
}
