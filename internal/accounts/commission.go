package accounts

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Commission is what somebody of the staff has asked to be done in their name after they went on to something else.
type Commission struct {
	Person   id.Person
	Factor   string    // how the session had proved itself in which they asked for it
	FactorAt time.Time // and when
}

// Commissioned is that person as a job acts for them: with the seat that they have now, so that what they may no longer
// do is refused from then on. Rights that take a fresh proof are refused as well.
func (a *Accounts) Commissioned(ctx context.Context, c Commission) (actor.Actor, error) {
	type row struct {
		Name      secretbox.Sealed
		State     string
		SecuredAt db.Time
		Seat      string
		Suspended bool
		Now       int64
	}
	q := db.Across(a.reader.With(ctx), "a job acts for somebody of the staff").Raw(
		`SELECT p.name, p.state, p.secured_at, t.department, t.suspended, `+a.reader.NowSQL()+` AS db_now
 FROM persons p JOIN staff_members t ON t.person_id = p.id WHERE p.id = ?`, c.Person.Bytes())
	rows, err := db.ReadRows(q, func(r *row) []any {
		return []any{&r.Name, &r.State, &r.SecuredAt, &r.Seat, &r.Suspended, &r.Now}
	})
	if err != nil {
		return actor.Actor{}, fmt.Errorf("act for somebody: %w", err)
	}
	if len(rows) == 0 || rows[0].State != personActive {
		return actor.Actor{}, fault.Conflict("Whoever asked for this is no longer on the staff.")
	}
	r := rows[0]
	d := actor.Details{
		Kind: actor.Staff, Person: c.Person, Factor: c.Factor, FactorAt: c.FactorAt,
		Secured: !r.SecuredAt.IsZero(), Now: a.reader.Shift(r.Now),
		Seat: actor.Seat{Department: r.Seat, Suspended: r.Suspended},
	}
	if d.Name, err = a.people.OpenName(c.Person, r.Name); err != nil {
		return actor.Actor{}, err
	}
	if a.aliases {
		d.Alias = actor.AliasOf(c.Person)
	}
	return actor.Enter(d), nil
}

// InviteAs is how staff invite somebody who was a client's contact in another system: with the id that the invitation
// will have, so that a second try sends nothing more.
func (a *Accounts) InviteAs(
	ctx context.Context, who actor.Actor, account id.Account, key id.Invitation, email, role string,
) error {
	email, err := persons.ParseEmail(email)
	if err != nil {
		return err
	}
	secret := newPass()
	secret.invitation = key
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		_, made, err := db.One[invitationRow](g.On(tx.DB).Where("id = ?", key))
		if err != nil {
			return gate.Entry{}, fmt.Errorf("invite: %w", err)
		}
		if made {
			return gate.Entry{}, errMade
		}
		giver, err := a.granter(tx.DB, g)
		if err != nil {
			return gate.Entry{}, err
		}
		wanted, err := a.grantable(tx, g, giver, verb.ContactsInvite, Terms{Role: role}, activity.Target{})
		if err != nil {
			return gate.Entry{}, err
		}
		if err := a.mayBeInvited(tx, g, email); err != nil {
			return gate.Entry{}, err
		}
		of, err := a.ByGrant(tx.DB, g)
		if err != nil {
			return gate.Entry{}, err
		}
		return a.invite(tx, g, account, of.Name, invitee{email: email}, wanted, secret)
	}
	err = a.change(ctx, who, verb.ClientsManage, id.AccountScope(account), nil, work)
	if err != nil && !errors.Is(err, errMade) {
		return err
	}
	a.outbox.Wake()
	return nil
}

// RoleKeys are the built-in roles that somebody can be invited to, by key.
func (a *Accounts) RoleKeys() []string {
	var keys []string
	for _, r := range a.access.Roles() {
		keys = append(keys, r.Key)
	}
	return keys
}

// Contacted says which of these e-mail addresses, written as somebody typed them, belong to contacts of clients
// already.
func (a *Accounts) Contacted(ctx context.Context, who actor.Actor, emails []string) (map[string]bool, error) {
	g, err := a.gate.View(ctx, who, verb.ClientsView, id.ProviderScope())
	if err != nil {
		return nil, err
	}
	by := map[secretbox.Index][]string{}
	var wanted []secretbox.Index
	for _, typed := range emails {
		email, err := persons.ParseEmail(typed)
		if err != nil {
			continue
		}
		index := a.people.EmailIndex(email)
		wanted, by[index] = append(wanted, index), append(by[index], typed)
	}
	out := map[string]bool{}
	if len(wanted) == 0 {
		return out, nil
	}
	var rows []secretbox.Index
	err = g.On(a.reader.With(ctx)).Raw("SELECT p.email_index FROM persons p WHERE p.email_index IN ? AND EXISTS "+
		"(SELECT 1 FROM memberships m WHERE m.person_id = p.id)", wanted).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("look for contacts: %w", err)
	}
	for _, index := range rows {
		for _, typed := range by[index] {
			out[typed] = true
		}
	}
	return out, nil
}
