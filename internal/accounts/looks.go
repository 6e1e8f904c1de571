package accounts

import (
	"context"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
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
}

func (r *lookRow) targets() []any { return []any{&r.ID, &r.Account, &r.Code, &r.Reason, &r.Ends} }

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
	q := db.Across(a.reader.With(ctx), "at whichever clients this session looks").Raw(
		`SELECT id, account_id, code, reason, ends_at FROM looks WHERE session_id = ? AND ends_at > ?
 ORDER BY started_at DESC LIMIT ?`, who.Session.Bytes(), db.At(who.Now), looksMost)
	rows, err := db.ReadRows(q, (*lookRow).targets)
	if err != nil {
		return fmt.Errorf("read why staff look: %w", err)
	}
	for _, row := range rows {
		o := opener{box: a.box, table: "looks", row: row.ID.Bytes()}
		who.Looks = append(who.Looks, actor.Look{
			ID: row.ID, Account: row.Account, Code: row.Code, Words: o.open("reason", row.Reason), Ends: row.Ends.Time,
		})
		if o.err != nil {
			return o.err
		}
	}
	return nil
}
