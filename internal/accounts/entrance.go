package accounts

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// seenEvery is how often at most it is written down that somebody was in an account.
const seenEvery = 5 * time.Minute

// Door is what a request says of itself at the door.
type Door struct {
	Address   netip.Addr
	Place     string // of the address, in words; empty where it is not known
	Device    string // in words: sessions.DeviceInWords
	Browser   []byte // hash of the token that the browser keeps for years; nil: it showed none
	RequestID string
}

// Visit is who came in with a request, and what a page about their session needs.
type Visit struct {
	Who      actor.Actor // anonymous where the session is not good (any more)
	Expired  bool        // a session was shown, and it is not good any more
	Seen     time.Time   // when the session's use was last written down
	Ends     time.Time   // when the session ends if it is not used again
	InSince  time.Time   // when the person's being in this account was last written down
	Idle     time.Duration
	Account  string // the name of the account that the address names, for those who have a place in it
	Over     string // how the time was over in which staff acted in this account on behalf of a contact
	Locale   string
	TimeZone string
}

// visitRow is everything about a request's session in one row: the session and its person, the place in the account
// that the address names with its custom role, and the seat among the staff.
type visitRow struct {
	sessions.Record
	Place       placeRow
	Preview     previewing
	Assist      assisting
	DBNow       int64
	PoliciesDue db.Time // of staff
	AccountName secretbox.Sealed
}

// placeRow is the place that somebody has in an account, with its custom role, and their seat among the staff. All of
// it may be missing.
type placeRow struct {
	MembershipID    id.Membership
	Role            string
	CustomRoleID    id.Role
	RoleName        secretbox.Sealed
	Verbs           string
	RoleVersion     int64
	ServicesLimited bool
	Services        []byte
	EndsAt          db.Time
	Suspended       bool
	RecoveryID      id.Recovery
	TeamID          id.Team
	TeamName        secretbox.Sealed
	OwnTeams        actor.Teams
	LastSeenAt      db.Time
	Department      string
	SeatSuspended   bool
	SeatRecoveryID  id.Recovery
	RuleLevel       actor.Level
	RuleFrom        db.Time
	RuleBefore      actor.Level
	RuleNoRemember  bool
	AccountClosed   bool
}

// placeColumns are the columns of a placeRow.
const placeColumns = access.PlaceColumns + `, r.name AS role_name, m.last_seen_at, tt.name AS team_name,
 EXISTS (SELECT 1 FROM teams o WHERE o.account_id = m.account_id AND o.dissolved_at IS NULL) +
 EXISTS (SELECT 1 FROM team_members o WHERE o.account_id = m.account_id AND o.contact_id = m.id) AS own_teams,
 t.department, t.suspended AS seat_suspended, t.recovery_id AS seat_recovery_id`

// targets are the row's fields in the order of visitSQL. Whoever has no place in the account has NULL there.
func (r *visitRow) targets() []any {
	p := &r.Place
	list := append(r.Targets(), &r.DBNow, &r.PoliciesDue, &r.AccountName, &p.MembershipID, db.OrZero(&p.Role),
		&p.CustomRoleID,
		db.OrZero(&p.RoleVersion), db.OrZero(&p.Verbs), db.OrZero(&p.ServicesLimited), &p.Services, &p.EndsAt,
		db.OrZero(&p.Suspended), &p.RecoveryID, db.OrZero(&p.AccountClosed), &p.TeamID, db.OrZero(&p.RuleLevel), &p.RuleFrom,
		db.OrZero(&p.RuleBefore), db.OrZero(&p.RuleNoRemember), &p.RoleName, &p.LastSeenAt, &p.TeamName,
		db.OrZero(&p.OwnTeams), db.OrZero(&p.Department), db.OrZero(&p.SeatSuspended), &p.SeatRecoveryID,
		&r.Preview.PreviewAccount, &r.Preview.PreviewContact, &r.Preview.PreviewEnds)
	return append(list, r.Assist.targets()...)
}

func visitSQL(now string) string {
	return `SELECT ` + sessions.Columns + `, ` + now + ` AS db_now,
 CASE WHEN t.person_id IS NOT NULL THEN ` + access.PoliciesDueSQL("t.person_id") + ` END AS policies_due,
 c.name AS account_name, ` + placeColumns + `,
 v.account_id AS preview_account, v.membership_id AS preview_contact, v.ends_at AS preview_ends,
 ` + assistColumns + `
 FROM sessions s JOIN persons p ON p.id = s.person_id
 LEFT JOIN staff_members t ON t.person_id = s.person_id
 LEFT JOIN previews v ON v.session_id = s.id
 LEFT JOIN assists x ON x.session_id = s.id` + access.PlaceJoins("s.person_id") + `
 WHERE s.token_hash = ?`
}

// BySession says who shows a session's token, and what place they have in the account that the request names (zero for
// none), in one statement. Whatever was revoked or changed before it is no longer there (A6, N5).
func (a *Accounts) BySession(ctx context.Context, token string, account id.Account, door Door) (Visit, error) {
	hash, ok := tokens.Hash(token)
	if !ok {
		return stranger(door, token != ""), nil
	}
	q := db.Across(a.reader.With(ctx), "whoever holds the token is at the door")
	query := db.Verbatim(q, visitSQL(a.reader.NowSQL()), account.Bytes(), account.Bytes(), hash)
	rows, err := db.ReadRows(query, (*visitRow).targets)
	if err != nil {
		return Visit{}, fmt.Errorf("read session: %w", err)
	}
	if len(rows) == 0 {
		return stranger(door, true), nil
	}
	row := &rows[0]
	who, err := a.people.Recognise(row.Record, a.reader.Shift(row.DBNow))
	if fault.KindOf(err) == fault.KindSignIn {
		return stranger(door, true), nil
	}
	if err != nil {
		return Visit{}, err
	}
	who.Address, who.Place, who.Device = door.Address, door.Place, door.Device
	who.Browser, who.RequestID = door.Browser, door.RequestID
	who.Seat = row.Place.seat()
	who.Seat.PoliciesDue = row.PoliciesDue.Time
	if who.Membership, err = a.membership(row.Place, account); err != nil {
		return Visit{}, err
	}
	if !who.Membership.ID.IsZero() {
		who.Kind = actor.Person // staff with a place of their own are there as anybody else
	}
	if row.Preview.on(a.reader.Shift(row.DBNow)) {
		if who.Preview, err = a.preview(ctx, row.Preview); err != nil {
			return Visit{}, err
		}
	}
	if err := a.onTheStaff(ctx, &who); err != nil {
		return Visit{}, err
	}
	name := opener{box: a.box, table: tableAccounts, row: account.Bytes()}
	times := a.people.Timeouts(row.Staff)
	v := Visit{
		Seen: row.SeenAt.Time, InSince: row.Place.LastSeenAt.Time, Ends: times.Ends(row.BeganAt.Time, row.SeenAt.Time),
		Idle: times.Idle, Account: name.open("name", row.AccountName), Locale: row.Locale, TimeZone: row.TimeZone,
	}
	switch {
	case row.Assist.on(a.reader.Shift(row.DBNow)):
		if v.Account, err = a.assist(ctx, row.Assist, &who); err != nil {
			return Visit{}, err
		}
	case who.Membership.ID.IsZero():
		v.Over = row.Assist.over(account)
	}
	v.Who = actor.Enter(who)
	return v, name.err
}

func stranger(door Door, expired bool) Visit {
	return Visit{Expired: expired, Who: actor.Enter(actor.Details{
		Kind: actor.Anonymous, Address: door.Address, Place: door.Place, Device: door.Device, Browser: door.Browser,
		RequestID: door.RequestID,
	})}
}

func (r placeRow) seat() actor.Seat {
	return actor.Seat{
		Department: r.Department, Suspended: r.SeatSuspended, Held: r.SeatSuspended && !r.SeatRecoveryID.IsZero(),
	}
}

func (r placeRow) rule() actor.Rule {
	return actor.Rule{
		Level: r.RuleLevel, From: r.RuleFrom.Time, Before: r.RuleBefore, NoRemember: r.RuleNoRemember,
	}
}

func (a *Accounts) membership(row placeRow, account id.Account) (actor.Membership, error) {
	if row.MembershipID.IsZero() {
		return actor.Membership{}, nil
	}
	services, err := access.UnpackServices(row.Services)
	if err != nil {
		return actor.Membership{}, err
	}
	m := actor.Membership{
		ID: row.MembershipID, Account: account, Role: row.Role, CustomRole: row.CustomRoleID,
		RoleVersion: row.RoleVersion, Verbs: access.UnpackVerbs(row.Verbs), Services: services,
		Limited: row.ServicesLimited, EndsAt: row.EndsAt.Time, Suspended: row.Suspended,
		Held: row.Suspended && !row.RecoveryID.IsZero(), Rule: row.rule(), Closed: row.AccountClosed,
		Teams: row.OwnTeams,
	}
	if m.RoleName, err = a.roleName(row.Role, row.CustomRoleID, row.RoleName); err != nil || row.TeamID.IsZero() {
		return m, err
	}
	m.Team = row.TeamID
	m.TeamName, err = a.TeamName(row.TeamID, row.TeamName)
	return m, err
}

// roleName is what people call a role.
func (a *Accounts) roleName(key string, custom id.Role, sealed secretbox.Sealed) (string, error) {
	if custom.IsZero() {
		role, _ := a.access.Role(key)
		return role.Name, nil
	}
	o := opener{box: a.box, table: tableRoles, row: custom.Bytes()}
	return o.open("name", sealed), o.err
}

// Arrive writes down that the visitor's session is in use, and, the first time that it is used in an account, that they
// came in. It costs a statement now and then, none for most requests.
func (a *Accounts) Arrive(ctx context.Context, v Visit) error {
	who := v.Who.AsThemselves()
	if !who.SignedIn() {
		return nil
	}
	if err := a.people.Touch(ctx, who, v.Seen); err != nil {
		return err
	}
	m := who.Membership
	scope := id.AccountScope(m.Account)
	if m.ID.IsZero() || who.Assisting() || !a.access.Check(who, verb.AccountView, scope).Allowed {
		return nil
	}
	target := activity.TargetOf("contact", m.ID, who.Name)
	if err := a.gate.Once(ctx, who, scope, activity.AccountEntered, activity.Details{Target: target}); err != nil {
		return err
	}
	if who.Now.Sub(v.InSince) < seenEvery || !m.Team.IsZero() { // a team's place keeps no time of its own
		return nil
	}
	return a.gate.Bookkeep(ctx, tableMemberships, func(tx *db.Tx) error {
		err := db.WithScope(tx.Model(&membershipRow{}), "account_id", m.Account.Bytes()).
			Where("id = ?", m.ID).Update("last_seen_at", db.At(who.Now)).Error
		if err != nil {
			return fmt.Errorf("write down a visit: %w", err)
		}
		return nil
	})
}
