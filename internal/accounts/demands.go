package accounts

import (
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// demandRow is one place of somebody with what its account asks of everybody. Whoever has no place has NULL there.
type demandRow struct {
	Place     placeRow `gorm:"embedded"`
	AccountID id.Account
	Name      secretbox.Sealed
	DBNow     int64
}

const demandsSQL = `SELECT c.account_id, c.name, %s AS db_now, m.ends_at, t.department, t.suspended AS seat_suspended,
 ` + access.RuleColumns + `
 FROM persons p LEFT JOIN staff_members t ON t.person_id = p.id
 LEFT JOIN memberships m ON m.person_id = p.id AND m.suspended = 0
 LEFT JOIN accounts c ON c.account_id = m.account_id AND c.state = 'active'
 LEFT JOIN account_rules k ON k.account_id = c.account_id
 WHERE p.id = ?`

// teamDemandsSQL is the same of the accounts that somebody reaches through a team.
const teamDemandsSQL = `SELECT c.account_id, c.name, %s AS db_now, ` + access.TeamEnds + ` AS ends_at, ` +
	access.RuleColumns + ` FROM team_members tm JOIN team_access ta ON ta.team_id = tm.team_id AND ta.state = 'active'
 JOIN memberships am ON am.id = tm.contact_id AND am.suspended = 0
 JOIN accounts c ON c.account_id = ta.account_id AND c.state = 'active'
 JOIN account_rules k ON k.account_id = c.account_id WHERE tm.person_id = ? AND ta.suspended = 0`

// Demands is what the accounts of a person, and the provider of its staff, ask of their sign-in: what identity heeds
// when a factor is taken away or a device is to be remembered. A rule counts from the moment it is set: nobody gets
// further away from it while they have time to get ready.
func (a *Accounts) Demands(q *gorm.DB, person id.Person) (persons.Demands, error) {
	var rows []demandRow
	q = db.Across(q, "what is asked of one person's sign-in, by whichever account")
	if err := q.Raw(fmt.Sprintf(demandsSQL, a.reader.NowSQL()), person).Scan(&rows).Error; err != nil {
		return persons.Demands{}, fmt.Errorf("read demands: %w", err)
	}
	var more []demandRow
	if err := q.Raw(fmt.Sprintf(teamDemandsSQL, a.reader.NowSQL()), person).Scan(&more).Error; err != nil {
		return persons.Demands{}, fmt.Errorf("read demands: %w", err)
	}
	rows = append(rows, more...)
	var d persons.Demands
	for _, row := range rows {
		if seat := row.Place.seat(); seat.Department != "" {
			d.SecondFactor, d.NoRemembering = true, true // S12
			d.PhishingResistant = d.PhishingResistant || a.access.StaffLevel() == actor.PhishingProof
		}
		ends, now := row.Place.EndsAt, a.reader.Shift(row.DBNow)
		if row.AccountID.IsZero() || !ends.IsZero() && !now.Before(ends.Time) {
			continue
		}
		if err := a.demand(&d, row); err != nil {
			return persons.Demands{}, err
		}
	}
	return d, nil
}

// demand adds what one account asks. The one that asks for most is named.
func (a *Accounts) demand(d *persons.Demands, row demandRow) error {
	rule := row.Place.rule()
	d.NoRemembering = d.NoRemembering || rule.NoRemember
	key := rule.Level == actor.PhishingProof
	if rule.Level < actor.SecondFactor || d.By != "" && (d.PhishingResistant || !key) {
		return nil
	}
	d.SecondFactor, d.PhishingResistant = true, d.PhishingResistant || key
	o := opener{box: a.box, table: tableAccounts, row: row.AccountID.Bytes()}
	d.By = o.open("name", row.Name)
	return o.err
}
