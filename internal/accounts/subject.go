package accounts

import (
	"context"
	"fmt"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/verb"
)

func subjectSQL() string {
	return `SELECT p.id AS person_id, ` + placeColumns + `, ` + factors.LevelSQL("p.id") + ` AS level
 FROM persons p LEFT JOIN staff_members t ON t.person_id = p.id` + access.PlaceJoins("p.id") + `
 WHERE p.id = ?`
}

// Subject is what access.Explain needs to say what a person may do in an account, and why. People of the account learn
// of its contacts only; staff and the operator of everybody.
func (a *Accounts) Subject(
	ctx context.Context, who actor.Actor, person id.Person, account id.Account,
) (access.Subject, error) {
	v := verb.ContactsView
	if who.Kind == actor.Shell || who.Kind == actor.Staff {
		v = verb.ClientsView
	}
	g, err := a.gate.View(ctx, who, v, id.AccountScope(account))
	if err != nil {
		return access.Subject{}, err
	}
	var row struct {
		Place    placeRow `gorm:"embedded"`
		PersonID id.Person
		Level    actor.Level
	}
	err = g.On(a.reader.With(ctx)).Raw(subjectSQL(), account.Bytes(), account.Bytes(), person.Bytes()).Scan(&row).Error
	if err != nil {
		return access.Subject{}, fmt.Errorf("read subject: %w", err)
	}
	if row.PersonID.IsZero() || row.Place.MembershipID.IsZero() && !v.IsStaff() {
		return access.Subject{}, fault.NotFound("read subject")
	}
	s := access.Subject{Person: person, Level: row.Level, Now: g.Now()}
	s.Seat = row.Place.seat()
	s.Membership, err = a.membership(row.Place, account)
	return s, err
}
