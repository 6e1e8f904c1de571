package accounts

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// What follows lets teams act within changes of their own: every rule of this room is asked, as for a single contact.

// TeamChanged is the kind of outbox message that carries a TeamChange: each account that the team works for is told.
const TeamChanged = "team.changed"

// TeamChange is what became of a team: somebody came into it or left, it has another name, or it is gone.
type TeamChange struct {
	Team     id.Team
	Name     string // of the team
	Action   activity.Action
	Old, New string       // who left or came, or the names
	Clients  []id.Account // who is told, where the team has none any more
}

// Changes are the change for the log.
func (c TeamChange) Changes() []activity.Change {
	switch {
	case c.Old == "" && c.New == "":
		return nil
	case c.Action == activity.TeamRenamed:
		return []activity.Change{{Field: "name", Old: c.Old, New: c.New}}
	}
	return []activity.Change{{Field: "in the team", Old: c.Old, New: c.New}}
}

// leaveTeams leaves word for the accounts of the teams that a contact who is about to be removed was in.
func (a *Accounts) leaveTeams(tx *db.Tx, g gate.Grant, h held) error {
	var rows []struct {
		TeamID id.Team
		Name   secretbox.Sealed
	}
	err := g.On(tx.DB).Raw(`SELECT tm.team_id, tt.name FROM team_members tm JOIN teams tt ON tt.id = tm.team_id
 WHERE tm.account_id = ? AND tm.contact_id = ?`, g.Account().Bytes(), h.ID.Bytes()).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("read teams of a contact: %w", err)
	}
	for _, row := range rows {
		name, err := a.TeamName(row.TeamID, row.Name)
		if err != nil {
			return err
		}
		err = a.outbox.Enqueue(tx, outbox.Message{
			Kind: TeamChanged, Key: h.ID.String() + row.TeamID.String() + "-removed",
			Payload: TeamChange{
				Team: row.TeamID, Name: name, Action: activity.TeamMemberRemoved, Old: h.name,
			},
		})
		if err != nil {
			return fmt.Errorf("leave word of a team: %w", err)
		}
	}
	return nil
}

// heldByTeams refuses to delete a role that a team has: what a whole team may do is said anew, and not by the way.
func (a *Accounts) heldByTeams(tx *db.Tx, g gate.Grant, role id.Role) error {
	var n int64
	err := g.On(tx.Table(tableTeamAccess)).Where("custom_role_id = ?", role).Count(&n).Error
	if err != nil {
		return fmt.Errorf("read teams with a role: %w", err)
	}
	if n > 0 {
		return fault.Conflict("A team has this role. Give the team another role first.")
	}
	return nil
}

// Given is what terms give, resolved: the role by name, and its limits.
type Given struct{ standing }

// RoleName is what people call the role.
func (x Given) RoleName() string { return x.role.Name }

// Changes compares with what was given before, for the log. was is zero where there was nothing.
func (x Given) Changes(was Given) []activity.Change { return x.changes(was.standing) }

// Columns are the columns of a row that keeps the terms as memberships do.
func (x Given) Columns() map[string]any { return x.columns() }

// Resolve reads what terms that stand in a row of the grant's account give.
func (a *Accounts) Resolve(q *gorm.DB, g gate.Grant, t Terms) (Given, error) {
	s, err := a.resolve(q, g, t)
	return Given{s}, err
}

// Give is what terms give, where they are in order and the one who holds the grant may give them (A3).
func (a *Accounts) Give(tx *db.Tx, g gate.Grant, v verb.Verb, t Terms, about activity.Target) (Given, error) {
	giver, err := a.granter(tx.DB, g)
	if err != nil {
		return Given{}, err
	}
	s, err := a.grantable(tx, g, giver, v, t, about)
	return Given{s}, err
}

// ActOn asks whether the one who holds the grant stands high enough to act on whoever has what was given (A3).
func (a *Accounts) ActOn(tx *db.Tx, g gate.Grant, given Given, about activity.Target) error {
	giver, err := a.granter(tx.DB, g)
	if err != nil {
		return err
	}
	if !giver.mayGive(verb.ContactsManage, given.standing) {
		return refuse(g, access.ReasonHigherRole, about)
	}
	return nil
}

// ManagingIn asks whether the one who holds the grant may manage contacts, as the rows of this transaction say it.
func (a *Accounts) ManagingIn(ctx context.Context, tx *db.Tx, g gate.Grant) error {
	return a.managing(ctx, tx, g)
}

// RefuseOwn refuses to change what the asker themselves may do (A3).
func (a *Accounts) RefuseOwn(g gate.Grant, about activity.Target) error {
	return refuse(g, access.ReasonOwnRole, about)
}

// StillGives asks again for the right of a contact who gave something away: somebody who lost it since gives nothing
// (A7).
func (a *Accounts) StillGives(
	ctx context.Context, tx *db.Tx, g gate.Grant, giver id.Person, given Given,
) (bool, error) {
	if !given.holds(g.Now()) {
		return false, nil
	}
	person, err := readPerson(tx.DB, giver)
	if err != nil {
		return false, err
	}
	asked := actor.Enter(actor.Details{ // their session does not matter: it was good when they gave it
		Kind: actor.Person, Person: giver, Factor: actor.ByPasskey, FactorAt: g.Now(), ProvedAt: g.Now(),
	})
	d, err := a.access.Decide(ctx, tx.DB, g.Now(), asked, verb.ContactsInvite, g.Scope())
	if err != nil || !d.Allowed || person.State != personActive {
		return false, wrap("ask for a right again", err)
	}
	row, found, err := placeOf(tx.DB, g, giver)
	if err != nil || !found {
		return false, err
	}
	s, err := a.standingOf(tx.DB, g, row)
	return err == nil && s.mayGive(verb.ContactsInvite, given.standing), err
}

// AccountName opens the name of an account, for whoever reads it with rows of their own.
func (a *Accounts) AccountName(account id.Account, sealed secretbox.Sealed) (string, error) {
	o := opener{box: a.box, table: tableAccounts, row: account.Bytes()}
	return o.open("name", sealed), o.err
}

// RoleName is what people call a role, for whoever reads it with rows of their own.
func (a *Accounts) RoleName(key string, custom id.Role, sealed secretbox.Sealed) (string, error) {
	return a.roleName(key, custom, sealed)
}
