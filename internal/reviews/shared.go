package reviews

import (
	"context"

	"gorm.io/gorm"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// kindTeam is the kind of a row about what the account gives a team.
const kindTeam = "team"

// Sharing is the room of teams, as far as a review acts on what an account gives them. Each asks its own rules.
type Sharing interface { //nolint:interfacebloat // a change of a place has its rules and its work apart
	MayDecideIn(tx *db.Tx, g gate.Grant, which id.TeamAccess) error
	MayChangeIn(ctx context.Context, tx *db.Tx, g gate.Grant, which id.TeamAccess, t accounts.Terms) error
	ChangeIn(
		ctx context.Context, tx *db.Tx, g gate.Grant, which id.TeamAccess, c accounts.RoleChange,
	) (gate.Entry, error)
	MayEndIn(ctx context.Context, tx *db.Tx, g gate.Grant, which id.TeamAccess) error
	SuspendIn(ctx context.Context, tx *db.Tx, g gate.Grant, which id.TeamAccess) (gate.Entry, error)
	EndIn(ctx context.Context, tx *db.Tx, g gate.Grant, which id.TeamAccess) (gate.Entry, error)
}

// isShared says whether a place is that of a whole team.
func isShared(c accounts.Contact) bool { return !c.Team.IsZero() }

// shareOf is the team's access that a place stands for.
func shareOf(c accounts.Contact) id.TeamAccess {
	w, _ := id.FromBytes[id.TeamAccessKind](c.ID.Bytes()) // as long as every id
	return w
}

func targetOf(c accounts.Contact) activity.Target {
	if isShared(c) {
		return activity.TargetOf("team", c.Team, c.TeamName)
	}
	return activity.TargetOf("contact", c.ID, c.Name)
}

// placesIn reads the places of contacts and teams of the account.
func (r *Reviews) placesIn(q *gorm.DB, g gate.Grant) ([]accounts.Contact, error) {
	contacts, err := r.accounts.ContactsIn(q, g, nil)
	if err != nil {
		return nil, err // accounts says what it did
	}
	teams, err := r.accounts.SharedIn(q, g, nil)
	return append(contacts, teams...), err
}

// placesOf reads the places of some rows.
func (r *Reviews) placesOf(q *gorm.DB, g gate.Grant, rows ...subjectRow) ([]accounts.Contact, error) {
	var contacts []id.Membership
	var teams []id.TeamAccess
	for _, row := range rows {
		switch row.Kind {
		case kindTeam:
			teams = append(teams, shareOf(accounts.Contact{ID: row.place()}))
		case kindContact:
			contacts = append(contacts, row.place())
		}
	}
	var list []accounts.Contact
	if len(contacts) > 0 {
		found, err := r.accounts.ContactsIn(q, g, contacts)
		if err != nil {
			return nil, err // accounts says what it did
		}
		list = found
	}
	if len(teams) == 0 {
		return list, nil
	}
	found, err := r.accounts.SharedIn(q, g, teams)
	return append(list, found...), err
}

// peopleOf are those whose uses count for a place.
func peopleOf(list ...accounts.Contact) (people []id.Person) {
	for _, c := range list {
		if isShared(c) {
			people = append(people, c.Behind...)
		} else {
			people = append(people, c.Person)
		}
	}
	return people
}

// mayDecide, mayChange, mayRemove, change, remove and suspend ask and act in the room that the place belongs to.
func (r *Reviews) mayDecide(tx *db.Tx, g gate.Grant, p accounts.Contact) error {
	if isShared(p) {
		return r.sharing.MayDecideIn(tx, g, shareOf(p))
	}
	return r.accounts.MayDecideIn(tx, g, p.ID)
}

func (r *Reviews) mayChange(ctx context.Context, tx *db.Tx, g gate.Grant, p accounts.Contact, t accounts.Terms) error {
	if isShared(p) {
		return r.sharing.MayChangeIn(ctx, tx, g, shareOf(p), t)
	}
	return r.accounts.MayReassignIn(ctx, tx, g, p.ID, t)
}

func (r *Reviews) mayRemove(ctx context.Context, tx *db.Tx, g gate.Grant, p accounts.Contact) error {
	if isShared(p) {
		return r.sharing.MayEndIn(ctx, tx, g, shareOf(p))
	}
	return r.accounts.MayRemoveIn(ctx, tx, g, p.ID)
}

func (r *Reviews) change(
	ctx context.Context, tx *db.Tx, g gate.Grant, p accounts.Contact, t accounts.Terms,
) (gate.Entry, error) {
	c := accounts.RoleChange{Terms: t, Version: p.Version}
	if isShared(p) {
		return r.sharing.ChangeIn(ctx, tx, g, shareOf(p), c)
	}
	return r.accounts.ReassignIn(ctx, tx, g, p.ID, c)
}

func (r *Reviews) remove(ctx context.Context, tx *db.Tx, g gate.Grant, p accounts.Contact) (gate.Entry, error) {
	if isShared(p) {
		return r.sharing.EndIn(ctx, tx, g, shareOf(p))
	}
	return r.accounts.RemoveIn(ctx, tx, g, p.ID)
}

func (r *Reviews) suspend(ctx context.Context, tx *db.Tx, g gate.Grant, p accounts.Contact) (gate.Entry, error) {
	if isShared(p) {
		return r.sharing.SuspendIn(ctx, tx, g, shareOf(p))
	}
	return r.accounts.SuspendIn(ctx, tx, g, p.ID)
}
