package teams

import (
	"fmt"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// keepAccess ends the stretch of a team's access that lasted until now, and begins the one that the row says; where it
// is gone, none begins. Whatever changes what a team may do calls it, in the same transaction.
func keepAccess(tx *db.Tx, account id.Account, which id.TeamAccess) error {
	now, err := tx.Now()
	if err != nil {
		return fmt.Errorf("keep history: %w", err)
	}
	q := db.WithScope(tx.DB, "account_id", account.Bytes())
	err = q.Exec("UPDATE team_access_history SET until_at = ? WHERE account_id = ? AND access_id = ? AND until_at IS NULL",
		db.At(now), account, which).Error
	if err == nil {
		err = q.Exec("INSERT INTO team_access_history (id, account_id, access_id, team_id, role, custom_role_id, "+
			"services_limited, services, ends_at, suspended, from_at) SELECT ?, account_id, id, team_id, role, "+
			"custom_role_id, services_limited, services, ends_at, suspended, ? FROM team_access "+
			"WHERE account_id = ? AND id = ? AND state = 'active'",
			id.New[id.SubjectKind](), db.At(now), account, which).Error
	}
	if err != nil {
		return fmt.Errorf("keep history: %w", err)
	}
	return nil
}

// keepMember does the same for somebody's place in a team.
func keepMember(tx *db.Tx, agency id.Account, member id.Membership) error {
	now, err := tx.Now()
	if err != nil {
		return fmt.Errorf("keep history: %w", err)
	}
	q := db.WithScope(tx.DB, "account_id", agency.Bytes())
	err = q.Exec("UPDATE team_member_history SET until_at = ? WHERE account_id = ? AND member_id = ? AND until_at IS NULL",
		db.At(now), agency, member).Error
	if err == nil {
		err = q.Exec("INSERT INTO team_member_history (id, account_id, member_id, team_id, contact_id, person_id, from_at) "+
			"SELECT ?, account_id, id, team_id, contact_id, person_id, ? FROM team_members WHERE account_id = ? AND id = ?",
			id.New[id.SubjectKind](), db.At(now), agency, member).Error
	}
	if err != nil {
		return fmt.Errorf("keep history: %w", err)
	}
	return nil
}
