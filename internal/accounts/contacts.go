package accounts

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	// pageSize is how many rows a page of a list shows.
	pageSize = 50
	// peopleShown is how many people it shows: with their roles, limits and factors each is more to read, and whoever has
	// many searches by name.
	peopleShown = 25
)

// Contact is a person with a place in an account.
type Contact struct {
	ID       id.Membership
	Person   id.Person
	Name     string
	Email    string
	Terms    Terms
	RoleName string
	Presence
	Level      actor.Level // of the best factor that they have
	LastSignIn time.Time   // anywhere; zero: never
	LastSeen   time.Time   // in this account; zero: never
	Since      time.Time
	Version    int64
	You        bool
	MayChange  bool    // the asker may change or end this access, be it after using a factor again
	Team       id.Team // through which they are here; zero: a place of their own
	TeamName   string
	OwnPlace   bool            // beside the team's they have a place of their own, which counts instead
	MayPreview bool            // the asker may look at the account with their eyes, as MayChange
	Behind     []id.Person     // who is here by it, where this is what a whole team has
	Done       activity.Action // the last thing that they did in this account; empty: nothing, or not for the asker
	DoneAt     time.Time
	zone       string
	place      actor.Membership
	now        time.Time
}

// Presence says whether somebody's place in an account opens it, and why not.
type Presence struct {
	Suspended bool
	Held      bool // suspended until a recovery is approved
	Ended     bool
	Disabled  bool // the person's sign-in as a whole
}

func (r *contactRow) presence(now time.Time) Presence {
	return Presence{
		Suspended: r.Row.Suspended, Held: r.Row.Suspended && !r.Row.RecoveryID.IsZero(),
		Ended: !r.Row.EndsAt.IsZero() && !now.Before(r.Row.EndsAt.Time), Disabled: r.PersonState != "active",
	}
}

// Subject is the contact for access.Explain: judged with the best factor that they have.
func (c Contact) Subject() access.Subject {
	return access.Subject{Person: c.Person, Membership: c.place, Level: c.Level, Now: c.now}
}

// ContactPage is a part of the list of contacts, the longest there first.
type ContactPage struct {
	Contacts []Contact
	Next     id.Membership // where the next page begins; zero where there is none
}

// contactRow is a membership with what else the list shows, in one statement.
type contactRow struct {
	Row         membershipRow `gorm:"embedded"`
	PersonName  secretbox.Sealed
	PersonEmail secretbox.Sealed
	PersonState string
	RoleName    secretbox.Sealed
	RoleVerbs   string
	RoleVersion int64
	Level       actor.Level
	SignedInAt  db.Time
	DoneAction  string
	DoneAt      db.Time
}

// contactColumns are the columns of a contactRow but the last two, in the order of its targets.
func contactColumns() string {
	return "memberships.id, memberships.account_id, memberships.person_id, memberships.role, " +
		"memberships.custom_role_id, " +
		"memberships.services_limited, memberships.services, memberships.ends_at, memberships.suspended, " +
		"memberships.recovery_id, memberships.created_at, memberships.last_seen_at, memberships.version, " +
		"persons.name AS person_name, persons.email AS person_email, persons.state AS person_state, " +
		"custom_roles.name AS role_name, custom_roles.verbs AS role_verbs, custom_roles.version AS role_version, " +
		factors.LevelSQL("memberships.person_id") + " AS level, " +
		"(SELECT MAX(s.created_at) FROM sessions s WHERE s.person_id = memberships.person_id) AS signed_in_at"
}

func (r *contactRow) targets() []any {
	m := &r.Row
	return []any{
		&m.ID, &m.AccountID, &m.PersonID, &m.Role, &m.CustomRoleID, &m.ServicesLimited, &m.Services, &m.EndsAt,
		&m.Suspended, &m.RecoveryID, &m.CreatedAt, &m.LastSeenAt, &m.Version, &r.PersonName, &r.PersonEmail,
		&r.PersonState, &r.RoleName, db.OrZero(&r.RoleVerbs), db.OrZero(&r.RoleVersion), &r.Level, &r.SignedInAt,
		db.OrZero(&r.DoneAction), &r.DoneAt,
	}
}

func (a *Accounts) contactQuery(ctx context.Context, g gate.Grant) *gorm.DB {
	return g.On(a.reader.With(ctx).Table(tableMemberships)).Select(contactColumns()).
		Joins("JOIN persons ON persons.id = memberships.person_id").
		Joins("LEFT JOIN custom_roles ON custom_roles.id = memberships.custom_role_id")
}

// lastDone reads the newest entry of each contact in the account's log, for those who may read all of it; whoever may
// read their own alone is told of that. The entry is found by an index, however long the log is. It says the columns,
// what has to be joined for them, and the values in that.
func (a *Accounts) lastDone(g gate.Grant) (columns, join string, args []any) {
	d := a.access.Check(g.Who(), verb.ActivityView, g.Scope())
	if !d.Allowed {
		return "NULL AS done_action, NULL AS done_at", "", nil
	}
	join = " LEFT JOIN entries last ON last.chain = memberships.account_id AND last.seq = (SELECT MAX(e.seq) " +
		"FROM entries e WHERE e.chain = memberships.account_id AND e.actor_id = memberships.person_id)"
	if d.Own {
		join, args = join+" AND last.actor_id = ?", []any{g.Who().Person.Bytes()}
	}
	return "last.action AS done_action, last.occurred_at AS done_at", join, args
}

// withLast adds what lastDone reads.
func (a *Accounts) withLast(q *gorm.DB, g gate.Grant) *gorm.DB {
	columns, join, args := a.lastDone(g)
	q = q.Select(contactColumns() + ", " + columns)
	if join == "" {
		return q
	}
	return q.Joins(join, args...)
}

// Contacts lists the people of an account, a page at a time. after is the Next of the page before.
func (a *Accounts) Contacts(
	ctx context.Context, who actor.Actor, account id.Account, after id.Membership,
) (ContactPage, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return ContactPage{}, err
	}
	query := a.withLast(a.contactQuery(ctx, g), g)
	if !after.IsZero() {
		query = query.Where("memberships.id > ?", after)
	}
	rows, err := db.ReadRows(query.Order("memberships.id").Limit(peopleShown+1), (*contactRow).targets)
	if err != nil {
		return ContactPage{}, fmt.Errorf("list contacts: %w", err)
	}
	return paged(a.contacts(g, rows))
}

// contacts opens what rows say, in their order.
func (a *Accounts) contacts(g gate.Grant, rows []contactRow) ([]Contact, error) {
	by, list := a.asking(g), make([]Contact, 0, len(rows))
	for _, row := range rows {
		c, err := a.contact(by, row)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// Contact reads one contact of an account.
func (a *Accounts) Contact(
	ctx context.Context, who actor.Actor, account id.Account, contact id.Membership,
) (Contact, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return Contact{}, err
	}
	row, found, err := db.One[contactRow](a.contactQuery(ctx, g).Where("memberships.id = ?", contact))
	if err != nil {
		return Contact{}, fmt.Errorf("read contact: %w", err)
	}
	if !found {
		return a.teamMember(a.reader.With(ctx), g, contact)
	}
	return a.contact(a.asking(g), row)
}

// asker is who reads contacts, with what a page may offer them: found out once for all rows.
type asker struct {
	g       gate.Grant
	mine    standing
	manages bool
}

func (a *Accounts) asking(g gate.Grant) asker {
	who := g.Who()
	return asker{g, a.mine(who), a.access.Check(who, verb.ContactsManage, g.Scope()).Offered()}
}

func (a *Accounts) contact(by asker, row contactRow) (Contact, error) {
	g, who := by.g, by.g.Who()
	services, err := access.UnpackServices(row.Row.Services)
	if err != nil {
		return Contact{}, err
	}
	c := Contact{
		ID: row.Row.ID, Person: row.Row.PersonID, Presence: row.presence(g.Now()), Level: row.Level,
		Terms: Terms{
			Role: row.Row.Role, CustomRole: row.Row.CustomRoleID, Limited: row.Row.ServicesLimited, Services: services,
			EndsAt: row.Row.EndsAt.Time,
		},
		LastSignIn: row.SignedInAt.Time, LastSeen: row.Row.LastSeenAt.Time,
		Since: row.Row.CreatedAt.Time, Version: row.Row.Version, You: row.Row.PersonID == who.Person,
		Done: activity.Action(row.DoneAction), DoneAt: row.DoneAt.Time,
	}
	if c.Name, err = a.people.OpenName(row.Row.PersonID, row.PersonName); err != nil {
		return Contact{}, err
	}
	if c.Email, err = a.people.OpenEmail(row.Row.PersonID, row.PersonEmail); err != nil {
		return Contact{}, err
	}
	if c.RoleName, err = a.roleName(row.Row.Role, row.Row.CustomRoleID, row.RoleName); err != nil {
		return Contact{}, err
	}
	c.place = actor.Membership{
		ID: row.Row.ID, Account: row.Row.AccountID, Role: row.Row.Role, RoleName: c.RoleName,
		CustomRole: row.Row.CustomRoleID, RoleVersion: row.RoleVersion,
		Verbs: access.UnpackVerbs(row.RoleVerbs), Services: services, Limited: row.Row.ServicesLimited,
		EndsAt: row.Row.EndsAt.Time, Suspended: row.Row.Suspended,
		Held: c.Held, Rule: who.Membership.Rule, Closed: who.Membership.Closed,
	}
	c.now = g.Now()
	role, _ := a.access.RoleOf(c.place)
	c.MayChange = !c.You && by.manages && by.mine.mayGive(verb.ContactsManage, standing{c.Terms, role})
	c.MayPreview = c.MayChange
	return c, nil
}

// mine is the standing of the actor as read with the request: for what a page offers, not for what it does.
func (a *Accounts) mine(who actor.Actor) standing {
	m := who.Seen()
	role, _ := a.access.RoleOf(m)
	return standing{Terms{
		Role: m.Role, CustomRole: m.CustomRole, Limited: m.Limited, Services: m.Services, EndsAt: m.EndsAt,
	}, role}
}

// Helpers names the people who can help somebody of the account to a permission that they lack: its owners.
func (a *Accounts) Helpers(ctx context.Context, who actor.Actor, account id.Account) ([]string, error) {
	g, err := a.gate.View(ctx, who, verb.AccountView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	var rows []struct {
		PersonID   id.Person
		PersonName secretbox.Sealed
	}
	const enough = 3
	err = g.On(a.reader.With(ctx).Table(tableMemberships)).
		Select("memberships.person_id, persons.name AS person_name").
		Joins("JOIN persons ON persons.id = memberships.person_id").
		Where("memberships.role = ? AND memberships.suspended = ? AND persons.state = ?", access.RoleOwner, false, "active").
		Order("memberships.id").Limit(enough).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list owners: %w", err)
	}
	names := make([]string, 0, len(rows))
	for _, row := range rows {
		name, err := a.people.OpenName(row.PersonID, row.PersonName)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}
