package accounts

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// assisting is on whose behalf a session of staff acts, or acted last, as it is read with it. A session that never did
// has NULL there. The room of assist writes it.
type assisting struct {
	ID      id.Assist
	Account id.Account
	For     id.Person
	Code    string
	Ends    db.Time
	Ended   db.Time
	How     string
}

const assistColumns = `x.id AS assist_id, x.account_id AS assist_account, x.for_id AS assist_for, x.code AS assist_code,
 x.ends_at AS assist_ends, x.ended_at AS assist_ended, x.ended_how AS assist_how`

func (s *assisting) targets() []any {
	return []any{
		&s.ID, &s.Account, &s.For, db.OrZero(&s.Code), &s.Ends, &s.Ended, db.OrZero(&s.How),
	}
}

// on says whether it goes on at a time.
func (s *assisting) on(now time.Time) bool {
	return !s.ID.IsZero() && s.Ended.IsZero() && now.Before(s.Ends.Time)
}

// How the time was over in which staff acted on behalf of a contact.
const (
	AssistTimeOver = "time"
	AssistCut      = "client"
)

// over says how it was over, to whoever goes on asking for that account in the same session.
func (s *assisting) over(account id.Account) string {
	switch {
	case s.ID.IsZero() || s.Account != account:
		return ""
	case s.How != "":
		return s.How
	}
	return AssistTimeOver
}

// assisted is the contact on whose behalf staff act.
type assisted struct {
	Place       placeRow `gorm:"embedded"`
	PersonName  secretbox.Sealed
	Secured     bool
	AccountName secretbox.Sealed
}

func assistedSQL() string {
	return `SELECT p.name AS person_name, p.secured_at IS NOT NULL AS secured, ac2.name AS account_name,
 ` + placeColumns + `
 FROM persons p JOIN accounts ac2 ON ac2.account_id = ? LEFT JOIN staff_members t ON t.person_id = p.id` +
		access.PlaceJoins("p.id") + ` WHERE p.id = ?`
}

// assist puts the contact's place into what is known of a session that acts on their behalf. It costs a statement while
// that goes on. Who asks stays who they are; a contact who is gone has no place, and nothing is open by it.
func (a *Accounts) assist(ctx context.Context, s assisting, who *actor.Details) (account string, err error) {
	who.Kind, who.Preview = actor.Staff, actor.Preview{}
	who.Assist = actor.Assist{ID: s.ID, Account: s.Account, Ends: s.Ends.Time}
	who.OnBehalfOf, who.Reason = s.For, s.Code
	who.Membership = actor.Membership{Account: s.Account}
	var seen assisted
	key := s.Account.Bytes()
	q := db.WithScope(a.reader.With(ctx), "account_id", key)
	if err := q.Raw(assistedSQL(), key, key, key, s.For.Bytes()).Scan(&seen).Error; err != nil {
		return "", fmt.Errorf("read assistance: %w", err)
	}
	if who.OnBehalfName, err = a.people.OpenName(s.For, seen.PersonName); err != nil {
		return "", err
	}
	if !seen.Place.MembershipID.IsZero() {
		if who.Membership, err = a.membership(seen.Place, s.Account); err != nil {
			return "", err
		}
		who.Membership.Suspended = who.Membership.Suspended || seen.Secured
	}
	o := opener{box: a.box, table: tableAccounts, row: key}
	return o.open("name", seen.AccountName), o.err
}
