package access

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// decideAssist decides for somebody of the staff who acts on behalf of a contact (N8). The contact is answered by the
// very function that answers them otherwise; of that, only what the list of permissions names is left, and only as far
// as the one who acts may do it by their own department. Beyond that one account there is nothing.
func (a *Access) decideAssist(d Decision, kind class, who actor.Actor, now time.Time) Decision {
	account, ok := d.Scope.Account()
	switch {
	case kind != classPortal || !ok:
		return d.refuse(ReasonAssist)
	case account != who.Assist.Account:
		return d.refuse(ReasonNoMembership)
	case !now.Before(who.Assist.Ends):
		return d.refuse(ReasonAssistOver)
	}
	seat := a.decideStaff(Decision{Verb: verb.ClientsAssist, Scope: d.Scope}, who, now)
	if !seat.Allowed && seat.Reason != ReasonStale { // the fresh factor was for the beginning
		d.Role, d.RoleName = seat.Role, seat.RoleName
		return d.refuse(seat.Reason)
	}
	if who.Seat.Unread(now) { // which a factor that is no longer fresh would hide
		return d.refuse(ReasonUnread)
	}
	own, ok := d.Verb.WhileAssisting()
	if _, _, holds := a.staff.term(who.Seat.Department, own); !ok || !holds {
		return d.refuse(ReasonAssist)
	}
	out := a.decideMember(d, who, account, now)
	if out.Own {
		out.Whose = who.OnBehalfOf
	}
	return out
}

// assistSQL reads what somebody acts by who acts on behalf of a contact: the time of it, the contact's place, and the
// seat of the one who acts.
func assistSQL() string {
	return `SELECT ` + PlaceColumns + `, x.ends_at AS assist_ends, p.secured_at IS NOT NULL AS contact_secured,
 w.secured_at IS NOT NULL AS secured, t.department, t.suspended AS seat_suspended,
 t.recovery_id IS NOT NULL AS seat_held, ` + PoliciesDueSQL("x.staff_id") + ` AS policies_due
 FROM assists x JOIN persons p ON p.id = x.for_id JOIN persons w ON w.id = x.staff_id
 LEFT JOIN staff_members t ON t.person_id = x.staff_id` + PlaceJoins("p.id") + `
 WHERE x.id = ? AND x.session_id = ? AND x.staff_id = ? AND x.ended_at IS NULL`
}

// readAssist reads again, in the caller's transaction, what somebody acts by. Where it was ended in the meantime, it is
// over.
func readAssist(ctx context.Context, q *gorm.DB, who *actor.Actor) error {
	was := *who
	who.Membership, who.Seat, who.Assist.Ends = actor.Membership{}, actor.Seat{}, time.Time{}
	account := was.Assist.Account
	var place placed
	var ends sql.NullInt64
	var due db.Time
	var contactSecured, secured, suspended, held sql.NullBool
	var department sql.NullString
	args := []any{
		account.Bytes(), account.Bytes(), was.Assist.ID.Bytes(), was.Session.Bytes(), was.Person.Bytes(),
	}
	q = db.WithScope(q.WithContext(ctx), "account_id", account.Bytes())
	into := append(place.targets(), &ends, &contactSecured, &secured, &department, &suspended, &held, &due)
	found, err := readOne(q, assistSQL(), args, into...)
	if err != nil || !found {
		return err
	}
	if !place.m.ID.IsZero() {
		if who.Membership, err = place.membership(account, was.Membership); err != nil {
			return err
		}
		who.Membership.Suspended = who.Membership.Suspended || contactSecured.Bool
	}
	who.Assist.Ends, who.Secured = time.UnixMilli(ends.Int64).UTC(), secured.Bool
	who.Seat = actor.Seat{
		Department: department.String, Suspended: suspended.Bool, Held: held.Bool && suspended.Bool, PoliciesDue: due.Time,
	}
	return nil
}

// AssistTerms says which of the permissions over an account a department can use while it acts for a client's contact.
func (a *Access) AssistTerms(department string) []verb.Verb {
	var list []verb.Verb
	for _, v := range verb.Portal() {
		own, ok := v.WhileAssisting()
		_, _, holds := a.staff.term(department, own)
		if _, _, acts := a.staff.term(department, verb.ClientsAssist); ok && holds && acts {
			list = append(list, v)
		}
	}
	return list
}

// AssistedOver is the scope in whose log a refusal stands of somebody who acts on behalf of a contact: theirs alone,
// wherever they wanted to go beyond the account.
func AssistedOver(who actor.Actor, scope id.Scope) id.Scope {
	if account, ok := scope.Account(); ok && account == who.Assist.Account {
		return scope
	}
	return id.PersonScope(who.Person)
}
