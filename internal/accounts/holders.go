package accounts

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// HolderPage is a role with a part of the list of those who have it, the longest there first. The role counts them and
// names the teams that have it; of its people it names nobody.
type HolderPage struct {
	Role    Role
	Holders []PresentHolder
	Next    id.Membership // where the next page begins; zero where there is none
}

// PresentHolder is somebody who has a role, and whether their place opens the account.
type PresentHolder struct {
	Holder
	Presence
}

// The parts of what holdersSQL lists.
const (
	partRole = iota // the role, where it is one of the account's own
	partTeam        // a team that has it
	partHeld        // how many people have it
	partHolder
)

// holdersSQL reads a role and who has it, in one statement.
func holdersSQL(own bool) string {
	has := " AND %[1]s.role = ? AND %[1]s.custom_role_id IS NULL"
	if own {
		has = " AND %[1]s.role = 'custom' AND %[1]s.custom_role_id = ?"
	}
	team, place := fmt.Sprintf(has, "ta"), fmt.Sprintf(has, "m")
	return fmt.Sprintf(`SELECT %d, r.id, r.name, r.verbs, r.version, r.created_at, NULL, '', 0, NULL, NULL, 0
 FROM custom_roles r WHERE r.account_id = ? AND r.id = ? AND r.deleted_at IS NULL
 UNION ALL SELECT %d, tt.id, tt.name, '', 0, ta.created_at, NULL, '', 0, NULL, NULL, 0
 FROM team_access ta JOIN teams tt ON tt.id = ta.team_id WHERE ta.account_id = ? AND ta.state = 'active'`+team+`
 UNION ALL SELECT %d, NULL, NULL, '', 0, 0, NULL, '', 0, NULL, NULL, COUNT(*)
 FROM memberships m WHERE m.account_id = ?`+place+`
 UNION ALL SELECT %d, h.id, h.name, '', 0, h.created_at, h.person_id, h.state, h.suspended, h.recovery_id, h.ends_at, 0
 FROM (SELECT m.id, p.name, m.created_at, m.person_id, p.state, m.suspended, m.recovery_id, m.ends_at
 FROM memberships m JOIN persons p ON p.id = m.person_id WHERE m.account_id = ?`+place+` AND m.id > ?
 ORDER BY m.id LIMIT ?) h`, partRole, partTeam, partHeld, partHolder)
}

// holderRow is one row of it.
type holderRow struct {
	part      int
	key       []byte // of the role, the team or the place
	sealed    secretbox.Sealed
	verbs     string
	version   int64
	createdAt db.Time
	person    id.Person
	state     string
	suspended bool
	recovery  id.Recovery
	endsAt    db.Time
	held      int
}

func (r *holderRow) targets() []any {
	return []any{
		&r.part, &r.key, &r.sealed, &r.verbs, &r.version, &r.createdAt, &r.person, &r.state, &r.suspended, &r.recovery,
		&r.endsAt, &r.held,
	}
}

// HeldBy is the role that an address names, with those who have it by a place of their own, a page at a time. after is
// the Next of the page before.
func (a *Accounts) HeldBy(
	ctx context.Context, who actor.Actor, account id.Account, role string, after id.Membership,
) (HolderPage, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return HolderPage{}, err
	}
	named := RoleTerms(role)
	own, of := !named.CustomRole.IsZero(), account.Bytes()
	var which any = named.Role
	if own {
		which = named.CustomRole.Bytes()
	}
	q := g.On(a.reader.With(ctx)).Raw(holdersSQL(own), of, named.CustomRole.Bytes(), of, which, of, which, of, which,
		after.Bytes(), peopleShown+1)
	rows, err := db.ReadRows(q, (*holderRow).targets)
	if err != nil {
		return HolderPage{}, fmt.Errorf("list who has a role: %w", err)
	}
	page, err := a.holderPage(g, named, rows)
	if err == nil && page.Role.Name == "" {
		err = fault.NotFound("role")
	}
	return page, err
}

// holderPage makes a page of its rows. Its role has no name where there is none.
func (a *Accounts) holderPage(g gate.Grant, named Terms, rows []holderRow) (page HolderPage, err error) {
	page.Role.Role, _ = a.access.Role(named.Role)
	slices.SortFunc(rows, func(x, y holderRow) int { return bytes.Compare(x.key, y.key) })
	for _, row := range rows {
		switch row.part {
		case partRole:
			mine := page.Role
			page.Role, err = a.openRole(roleHeld{
				RoleID: named.CustomRole, Sealed: row.sealed, Verbs: row.verbs, Version: row.version, CreatedAt: row.createdAt,
			})
			page.Role.Held, page.Role.Teams = mine.Held, mine.Teams
			page.Role.MayChange = a.access.Check(g.Who(), verb.RolesManage, g.Scope()).Offered() &&
				page.Role.changes(a.mine(g.Who()), g.Who())
		case partTeam:
			err = a.addTeam(&page.Role, row)
		case partHeld:
			page.Role.Held = row.held
		case partHolder:
			err = a.addPresent(g, &page, row)
		}
		if err != nil {
			return page, err
		}
	}
	if len(page.Holders) > peopleShown {
		page.Holders = page.Holders[:peopleShown]
		page.Next = page.Holders[peopleShown-1].Contact
	}
	page.Role.Yours = page.Role.isOf(g.Who().Seen())
	return page, nil
}

func (a *Accounts) addTeam(role *Role, row holderRow) error {
	team, err := id.FromBytes[id.TeamKind](row.key)
	if err != nil {
		return fmt.Errorf("list who has a role: %w", err)
	}
	name, err := a.TeamName(team, row.sealed)
	role.Teams = append(role.Teams, name)
	return err
}

func (a *Accounts) addPresent(g gate.Grant, page *HolderPage, row holderRow) error {
	place, err := id.FromBytes[id.MembershipKind](row.key)
	if err != nil {
		return fmt.Errorf("list who has a role: %w", err)
	}
	name, err := a.people.OpenName(row.person, row.sealed)
	if err != nil {
		return err // identity says what it did
	}
	held := contactRow{
		Row:         membershipRow{Suspended: row.suspended, RecoveryID: row.recovery, EndsAt: row.endsAt},
		PersonState: row.state,
	}
	page.Holders = append(page.Holders, PresentHolder{
		Holder{Contact: place, Person: row.person, Name: name}, held.presence(g.Now()),
	})
	return nil
}
