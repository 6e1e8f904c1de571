package accounts

import (
	"context"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// PeoplePage is a part of everybody in an account: those with a place of their own, and behind the last of them those
// of teams. One of the two says where the next page begins, or none.
type PeoplePage struct {
	People      []Contact
	NextOwn     id.Membership
	NextThrough id.Membership
}

// Everybody lists who is in an account by whatever place, a page at a time, in one statement. after and through are the
// NextOwn and NextThrough of the page before.
func (a *Accounts) Everybody(
	ctx context.Context, who actor.Actor, account id.Account, after, through id.Membership,
) (PeoplePage, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return PeoplePage{}, err
	}
	key := account.Bytes()
	text := "SELECT * FROM (" + behindSQL() + " AND tm.id > ? ORDER BY tm.id LIMIT ?) b"
	args := []any{key, key, through.Bytes(), peopleShown + 1}
	if through.IsZero() {
		own, more := a.ownSQL(g)
		text = "SELECT * FROM (" + own + " AND memberships.id > ? ORDER BY memberships.id LIMIT ?) o UNION ALL " + text
		args = append(append(more, after.Bytes(), peopleShown+1), args...)
	}
	var rows []behindRow
	if err := g.On(a.reader.With(ctx)).Raw(text+" ORDER BY has_team, id", args...).Scan(&rows).Error; err != nil {
		return PeoplePage{}, fmt.Errorf("list everybody: %w", err)
	}
	var own, behind []Contact
	for by := a.asking(g); len(rows) > 0; rows = rows[1:] {
		c, err := a.found(by, rows[0])
		if err != nil {
			return PeoplePage{}, err
		}
		if c.Team.IsZero() {
			own = append(own, c)
		} else {
			behind = append(behind, c)
		}
	}
	if page, _ := paged(own, nil); !page.Next.IsZero() {
		return PeoplePage{People: page.Contacts, NextOwn: page.Next}, nil
	}
	page, _ := paged(behind, nil)
	return PeoplePage{People: append(own, page.Contacts...), NextThrough: page.Next}, nil
}
