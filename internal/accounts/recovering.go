package accounts

import (
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// Standing is a place of a person in an account, for whoever decides about their sign-in as a whole.
type Standing struct {
	Account    id.Account
	Name       string // of the account
	Membership id.Membership
	Role       string // key
	RoleName   string
	Held       id.Recovery // why the access is suspended, where it waits for a recovery to be approved
}

// Standings lists where somebody has access, or would have it but for a recovery, through the caller's handle: the
// rows of one person in several accounts.
func (a *Accounts) Standings(q *gorm.DB, person id.Person) ([]Standing, error) {
	var rows []struct {
		AccountID    id.Account
		Name         secretbox.Sealed
		ID           id.Membership
		Role         string
		CustomRoleID id.Role
		RoleName     secretbox.Sealed
		RecoveryID   id.Recovery
	}
	err := db.WithScope(q.Table(tableMemberships), "person_id", person.Bytes()).
		Select("memberships.account_id, accounts.name, memberships.id, memberships.role, memberships.custom_role_id, "+
			"custom_roles.name AS role_name, memberships.recovery_id").
		Joins("JOIN accounts ON accounts.account_id = memberships.account_id").
		Joins("LEFT JOIN custom_roles ON custom_roles.id = memberships.custom_role_id").
		Where("memberships.suspended = ? OR memberships.recovery_id IS NOT NULL", false).
		Where("accounts.state <> ?", stateClosed).Order("memberships.id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list places: %w", err)
	}
	list := make([]Standing, 0, len(rows))
	for _, r := range rows {
		o := opener{box: a.box, table: tableAccounts, row: r.AccountID.Bytes()}
		s := Standing{
			Account: r.AccountID, Name: o.open("name", r.Name), Membership: r.ID, Role: r.Role, Held: r.RecoveryID,
		}
		if o.err != nil {
			return nil, o.err
		}
		if s.RoleName, err = a.roleName(r.Role, r.CustomRoleID, r.RoleName); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// Owners are the active owners of an account besides one person, through the caller's handle. The zero person leaves
// nobody out.
func (a *Accounts) Owners(q *gorm.DB, account id.Account, besides id.Person) ([]Recipient, error) {
	var rows []placedRow
	if besides.IsZero() {
		besides = id.New[id.PersonKind]() // NULL compares with nobody
	}
	err := db.WithScope(q.Table(tableMemberships), "account_id", account.Bytes()).
		Select("memberships.person_id, persons.name AS person_name, persons.email, persons.time_zone").
		Joins("JOIN persons ON persons.id = memberships.person_id").
		Where("memberships.role = ? AND memberships.suspended = ? AND persons.state = ? AND memberships.person_id <> ?",
			access.RoleOwner, false, personActive, besides).
		Order("memberships.id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list owners: %w", err)
	}
	list := make([]Recipient, 0, len(rows))
	for _, row := range rows {
		r := Recipient{Person: row.PersonID, TimeZone: row.TimeZone}
		if r.Name, err = a.people.OpenName(row.PersonID, row.PersonName); err != nil {
			return nil, err
		}
		if r.Email, err = a.people.OpenEmail(row.PersonID, row.Email); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// Seat is the department of a person's seat among the staff; empty where they have none. A seat that waits for
// a recovery to be approved counts.
func (a *Accounts) Seat(q *gorm.DB, person id.Person) (string, error) {
	row, found, err := db.One[staffRow](db.WithScope(q, "person_id", person.Bytes()).
		Where("suspended = ? OR recovery_id IS NOT NULL", false))
	if err != nil || !found {
		return "", wrap("read seat", err)
	}
	return row.Department, nil
}

// ActiveStaff are the active members of staff besides one person, with their departments.
func (a *Accounts) ActiveStaff(q *gorm.DB, besides id.Person) (map[id.Person]string, error) {
	var rows []staffRow
	err := db.Across(q.Table(tableStaff), "how many members of staff could decide").
		Select("staff_members.person_id, staff_members.department").
		Joins("JOIN persons ON persons.id = staff_members.person_id").
		Where("staff_members.suspended = ? AND persons.state = ? AND staff_members.person_id <> ?",
			false, personActive, besides).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list staff: %w", err)
	}
	out := map[id.Person]string{}
	for _, row := range rows {
		out[row.PersonID] = row.Department
	}
	return out, nil
}

// HoldAccess suspends what somebody may do everywhere but in the accounts that were approved, because of a recovery, in
// the change that completes it. Access that was suspended already stays as it is.
func (a *Accounts) HoldAccess(
	tx *db.Tx, person id.Person, recovery id.Recovery, approved []id.Account, seat bool,
) error {
	q := db.WithScope(tx.Model(&membershipRow{}), "person_id", person.Bytes()).Where("suspended = ?", false)
	if len(approved) > 0 {
		q = q.Where("account_id NOT IN ?", approved)
	}
	held := map[string]any{"suspended": true, "recovery_id": recovery, "version": gorm.Expr("version + 1")}
	if err := q.Updates(held).Error; err != nil {
		return fmt.Errorf("hold access: %w", err)
	}
	if err := keepHistoryOf(tx, person, recovery); err != nil {
		return err
	}
	if !seat {
		return nil
	}
	err := db.WithScope(tx.Model(&staffRow{}), "person_id", person.Bytes()).Where("suspended = ?", false).
		Updates(map[string]any{"suspended": true, "recovery_id": recovery}).Error
	return wrap("hold a seat", err)
}

// ReleaseAccess opens a place again that waited for a recovery to be approved, and says whether it did.
func (a *Accounts) ReleaseAccess(tx *db.Tx, person id.Person, account id.Account) (bool, error) {
	done := db.WithScope(tx.Model(&membershipRow{}), "person_id", person.Bytes()).
		Where("account_id = ? AND recovery_id IS NOT NULL", account).
		Updates(map[string]any{
			"suspended": false, "recovery_id": id.Recovery{}, "version": gorm.Expr("version + 1"),
		})
	if done.Error != nil || done.RowsAffected != 1 {
		return false, wrap("open access again", done.Error)
	}
	row, _, err := db.One[membershipRow](db.WithScope(tx.DB, "account_id", account.Bytes()).Where("person_id = ?", person))
	if err != nil {
		return false, fmt.Errorf("open access again: %w", err)
	}
	return true, keepHistory(tx, account, row.ID)
}

// ReleaseSeat opens a seat again that waited for a recovery to be approved, and says whether it did.
func (a *Accounts) ReleaseSeat(tx *db.Tx, person id.Person) (bool, error) {
	done := db.WithScope(tx.Model(&staffRow{}), "person_id", person.Bytes()).Where("recovery_id IS NOT NULL").
		Updates(map[string]any{"suspended": false, "recovery_id": id.Recovery{}})
	return done.RowsAffected == 1, wrap("open a seat again", done.Error)
}

func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
