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
	"gatehouse/internal/verb"
)

const tableHistory = "membership_history"

// stretch identifies a stretch of time in which somebody's access stayed the same.
type stretch = id.ID[id.SubjectKind]

// keepHistory ends the stretch of a place that lasted until now, and begins the one that the row says; where the place
// is gone, none begins. Whatever changes what somebody may do calls it, in the same transaction.
func keepHistory(tx *db.Tx, account id.Account, contact id.Membership) error {
	now, err := tx.Now()
	if err != nil {
		return fmt.Errorf("keep history: %w", err)
	}
	q := db.WithScope(tx.DB, "account_id", account.Bytes())
	err = q.Exec(
		"UPDATE membership_history SET until_at = ? WHERE account_id = ? AND membership_id = ? AND until_at IS NULL",
		db.At(now), account, contact).Error
	if err == nil {
		err = q.Exec("INSERT INTO membership_history (id, account_id, membership_id, person_id, role, custom_role_id, "+
			"services_limited, services, ends_at, suspended, from_at) SELECT ?, account_id, id, person_id, role, "+
			"custom_role_id, services_limited, services, ends_at, suspended, ? FROM memberships "+
			"WHERE account_id = ? AND id = ?", id.New[id.SubjectKind](), db.At(now), account, contact).Error
	}
	return wrap("keep history", err)
}

// keepHistoryOf does it for all places of a person that wait for the same recovery.
func keepHistoryOf(tx *db.Tx, person id.Person, recovery id.Recovery) error {
	var rows []membershipRow
	err := db.WithScope(tx.DB, "person_id", person.Bytes()).Select("id, account_id").
		Where("recovery_id = ?", recovery).Find(&rows).Error
	if err != nil {
		return fmt.Errorf("keep history: %w", err)
	}
	for _, row := range rows {
		if err := keepHistory(tx, row.AccountID, row.ID); err != nil {
			return err
		}
	}
	return nil
}

// Past is a stretch of time in which somebody had a place in an account.
type Past struct {
	Contact   id.Membership
	Person    id.Person
	Name      string // empty: erased meanwhile
	RoleName  string
	Team      string // through which they had it; empty: a place of their own
	Limited   bool
	Services  int // how many, where Limited
	Suspended bool
	From      time.Time
	Until     time.Time // zero: it lasts; an end date counts
}

// PastPage is a part of the history of a span of time, the longest ago first.
type PastPage struct {
	Rows []Past
	Next stretch // where the next page begins; zero where there is none
}

type historyRow struct {
	ID              stretch
	MembershipID    id.Membership
	PersonID        id.Person
	Role            string
	CustomRoleID    id.Role
	ServicesLimited bool
	Services        []byte
	EndsAt          db.Time
	Suspended       bool
	FromAt          db.Time
	UntilAt         db.Time
	PersonName      secretbox.Sealed
	RoleName        secretbox.Sealed
}

// History lists who had which access at any moment of a span of time, from the stretches that overlap it. after is the
// Next of the page before.
func (a *Accounts) History(
	ctx context.Context, who actor.Actor, account id.Account, from, to time.Time, after stretch,
) (PastPage, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return PastPage{}, err
	}
	query := g.On(a.reader.With(ctx).Table(tableHistory)).
		Select("membership_history.*, persons.name AS person_name, custom_roles.name AS role_name").
		Joins("JOIN persons ON persons.id = membership_history.person_id").
		Joins("LEFT JOIN custom_roles ON custom_roles.id = membership_history.custom_role_id").
		Where("membership_history.from_at < ?", db.At(to)).
		Where("(membership_history.until_at IS NULL OR membership_history.until_at > ?)", db.At(from)).
		Where("(membership_history.until_at IS NULL OR membership_history.until_at > membership_history.from_at)").
		Where("(membership_history.ends_at IS NULL OR membership_history.ends_at > ?)", db.At(from))
	if !after.IsZero() {
		query = query.Where("membership_history.id > ?", after)
	}
	var rows []historyRow
	if err := query.Order("membership_history.id").Limit(pageSize + 1).Find(&rows).Error; err != nil {
		return PastPage{}, fmt.Errorf("read history: %w", err)
	}
	var page PastPage
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		page.Next = rows[pageSize-1].ID
	}
	for _, row := range rows {
		p, err := a.past(row)
		if err != nil {
			return PastPage{}, err
		}
		page.Rows = append(page.Rows, p)
	}
	return page, nil
}

func (a *Accounts) past(row historyRow) (Past, error) {
	services, err := access.UnpackServices(row.Services)
	if err != nil {
		return Past{}, err // access says what it did
	}
	p := Past{
		Contact: row.MembershipID, Person: row.PersonID, Limited: row.ServicesLimited, Services: len(services),
		Suspended: row.Suspended, From: row.FromAt.Time, Until: row.UntilAt.Time,
	}
	if ends := row.EndsAt.Time; !ends.IsZero() && (p.Until.IsZero() || ends.Before(p.Until)) {
		p.Until = ends
	}
	if p.Name, err = a.people.OpenName(row.PersonID, row.PersonName); err != nil {
		return Past{}, err // identity says what it did
	}
	p.RoleName, err = a.roleName(row.Role, row.CustomRoleID, row.RoleName)
	return p, err
}
