package accounts

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// looksMost bounds at how many clients a session of staff may look at a time. Whoever looks at more says again why.
const looksMost = 100

// lookRow is why a session of staff looks at a client. The room of assist writes it.
type lookRow struct {
	ID      id.Look
	Account id.Account
	Code    string
	Reason  secretbox.Sealed
	Ends    db.Time
	Opened  string
	Waiting int
	Client  secretbox.Sealed
}

func (r *lookRow) targets() []any {
	return []any{&r.ID, &r.Account, db.OrZero(&r.Code), &r.Reason, &r.Ends, db.OrZero(&r.Opened), &r.Waiting, &r.Client}
}

// HideStaffNames has clients see an alias instead of the names of staff: in their logs, in cases, and wherever else
// they read who of the staff did something.
func (a *Accounts) HideStaffNames() { a.aliases = true }

// StaffName is what clients call somebody of the staff.
func (a *Accounts) StaffName(person id.Person, name string) string {
	if a.aliases {
		return actor.AliasOf(person)
	}
	return name
}

// onTheStaff puts into what is known of somebody of the staff what clients call them, and at whom they may look for
// reasons that still hold in this session. It costs a statement with each of their requests, and nobody else's.
func (a *Accounts) onTheStaff(ctx context.Context, who *actor.Details) error {
	if who.Seat.Department == "" {
		return nil
	}
	if a.aliases {
		who.Alias = actor.AliasOf(who.Person)
	}
	text := `SELECT * FROM (SELECT l.id, l.account_id, l.code, l.reason, l.ends_at, l.opened, 0 AS waiting, ac.name
 FROM looks l JOIN accounts ac ON ac.account_id = l.account_id
 WHERE l.session_id = ? AND l.ends_at > ? ORDER BY l.started_at DESC LIMIT ?) x`
	if d, _ := a.access.Department(who.Seat.Department); a.judges(d) {
		text += ` UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, COUNT(*), NULL FROM emergencies WHERE state = 'open'`
	}
	q := db.Across(a.reader.With(ctx), "at whichever clients this session looks, and what waits for all who judge").
		Raw(text, who.Session.Bytes(), db.At(who.Now), looksMost)
	rows, err := db.ReadRows(q, (*lookRow).targets)
	if err != nil {
		return fmt.Errorf("read why staff look: %w", err)
	}
	for _, row := range rows {
		if row.ID.IsZero() {
			who.Alarms = row.Waiting
			continue
		}
		o := opener{box: a.box, table: "looks", row: row.ID.Bytes()}
		who.Looks = append(who.Looks, actor.Look{
			ID: row.ID, Account: row.Account, Code: row.Code, Words: o.open("reason", row.Reason), Ends: row.Ends.Time,
			Opened: row.Opened,
		})
		if o.err != nil {
			return o.err
		}
		if who.Looks[len(who.Looks)-1].Client, err = a.AccountName(row.Account, row.Client); err != nil {
			return err
		}
	}
	return nil
}

// judges says whether a department judges what others opened in an emergency.
func (a *Accounts) judges(d access.Role) bool {
	_, holds := d.Term(verb.EmergenciesView)
	return holds
}

// StaffHolding are the staff who come in now and whose department holds a permission.
func (a *Accounts) StaffHolding(q *gorm.DB, v verb.Verb) ([]id.Person, error) {
	seats, err := a.ActiveStaff(q, id.New[id.PersonKind]())
	if err != nil {
		return nil, err
	}
	var list []id.Person
	for person, key := range seats {
		d, _ := a.access.Department(key)
		if _, holds := d.Term(v); holds {
			list = append(list, person)
		}
	}
	return list, nil
}
