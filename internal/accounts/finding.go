package accounts

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// mostSearched bounds how many people of an account a search opens the names of (our own figure).
const mostSearched = 5000

// FindContacts lists the people of an account whose name or e-mail address has all of some words in it: a page of them,
// and whether there are more. Names are sealed, so those of the account are opened and compared, in one statement
// however many there are; a second one reads the page.
func (a *Accounts) FindContacts(
	ctx context.Context, who actor.Actor, account id.Account, words string,
) (found []Contact, more bool, err error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return nil, false, err
	}
	var rows []struct {
		ID          id.Membership
		PersonID    id.Person
		PersonName  secretbox.Sealed
		PersonEmail secretbox.Sealed
	}
	err = g.On(a.reader.With(ctx).Table(tableMemberships)).
		Select("memberships.id, memberships.person_id, persons.name AS person_name, persons.email AS person_email").
		Joins("JOIN persons ON persons.id = memberships.person_id").Order("memberships.id").Limit(mostSearched).
		Find(&rows).Error
	if err != nil {
		return nil, false, fmt.Errorf("search contacts: %w", err)
	}
	wanted := strings.Fields(fold(words))
	var hits []id.Membership
	for _, row := range rows {
		name, err := a.people.OpenName(row.PersonID, row.PersonName)
		if err != nil {
			return nil, false, err // identity says what it did
		}
		email, err := a.people.OpenEmail(row.PersonID, row.PersonEmail)
		if err != nil {
			return nil, false, err // identity says what it did
		}
		if !hasAll(fold(name+"\n"+email), wanted) {
			continue
		}
		if len(hits) == pageSize {
			more = true
			break
		}
		hits = append(hits, row.ID)
	}
	if len(hits) == 0 {
		return nil, false, nil
	}
	found, err = a.ContactsIn(a.reader.With(ctx), g, hits)
	return found, more, err
}

func hasAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// fold brings a text into the form in which names are compared: small letters, no accents.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text))
}
