package access

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Decide decides inside the caller's transaction: the place in the account or the seat at the provider is read again
// through q, because it may have changed since the request began (A6). now is the database's time.
func (a *Access) Decide(
	ctx context.Context, q *gorm.DB, now time.Time, who actor.Actor, v verb.Verb, scope id.Scope,
) (Decision, error) {
	if who.Valid() && (who.Kind == actor.Person || who.Kind == actor.Staff) {
		var err error
		switch a.class[v] {
		case classPortal:
			err = readMembership(ctx, q, &who, scope)
		case classStaff:
			err = readSeat(ctx, q, &who)
		case classOpen, classSelf:
		}
		if err != nil {
			return Decision{}, fmt.Errorf("access.Decide: %w", err)
		}
	}
	return a.decide(who, now, v, scope), nil
}

// RuleColumns are the columns of an account's rule (account_rules k), for whoever reads it with a membership: NULL
// where the account has none.
const RuleColumns = "k.level AS rule_level, k.binds_from AS rule_from, k.level_before AS rule_before, " +
	"k.no_remember AS rule_no_remember"

// securedSQL says whether the person of a row has locked their sign-in since.
const securedSQL = `EXISTS (SELECT 1 FROM persons p WHERE p.id = m.person_id AND p.secured_at IS NOT NULL)`

// membershipSQL reads the place that a person has in an account, with its custom role and the account's rule.
func membershipSQL() string {
	return `SELECT ` + PlaceColumns + `, p.secured_at IS NOT NULL AS secured FROM persons p` + PlaceJoins("p.id") +
		` WHERE p.id = ?` + PlaceOrder
}

// seatSQL reads somebody's seat among the staff.
const seatSQL = `SELECT m.department, m.suspended, m.recovery_id IS NOT NULL, ` + securedSQL + `
 FROM staff_members m WHERE m.person_id = ?`

func readMembership(ctx context.Context, q *gorm.DB, who *actor.Actor, scope id.Scope) error {
	was := who.Membership
	who.Membership = actor.Membership{}
	account, ok := scope.Account()
	if !ok {
		return nil
	}
	m := actor.Membership{Account: account}
	var role, verbs sql.NullString
	var version, ends, level, from, before sql.NullInt64
	var limited, suspended, closed, noRemember sql.NullBool
	var recovery id.Recovery
	var services []byte
	q = db.WithScope(q.WithContext(ctx), "account_id", account.Bytes())
	args := []any{account.Bytes(), account.Bytes(), who.Person.Bytes()}
	found, err := readOne(q, membershipSQL(), args, &m.ID, &role, &m.CustomRole, &version, &verbs, &limited, &services,
		&ends, &suspended, &recovery, &closed, &m.Team, &level, &from, &before, &noRemember, &who.Secured)
	if err != nil || !found || m.ID.IsZero() {
		return err
	}
	m.Role, m.Limited, m.Suspended, m.Closed = role.String, limited.Bool, suspended.Bool, closed.Bool
	m.Held = m.Suspended && !recovery.IsZero()
	if ends.Valid {
		m.EndsAt = time.UnixMilli(ends.Int64).UTC()
	}
	if level.Valid {
		m.Rule = actor.Rule{
			Level: actor.Level(level.Int64), From: time.UnixMilli(from.Int64).UTC(), Before: actor.Level(before.Int64),
			NoRemember: noRemember.Bool,
		}
	}
	m.RoleVersion, m.Verbs = version.Int64, UnpackVerbs(verbs.String)
	if was.CustomRole == m.CustomRole {
		m.RoleName = was.RoleName // sealed in the database: opened with the session only
	}
	if was.Team == m.Team {
		m.TeamName = was.TeamName
	}
	if m.Services, err = UnpackServices(services); err == nil {
		who.Membership = m
	}
	return err
}

func readSeat(ctx context.Context, q *gorm.DB, who *actor.Actor) error {
	who.Seat = actor.Seat{}
	q = db.WithScope(q.WithContext(ctx), "person_id", who.Person.Bytes())
	_, err := readOne(q, seatSQL, []any{who.Person.Bytes()},
		&who.Seat.Department, &who.Seat.Suspended, &who.Seat.Held, &who.Secured)
	return err
}

// readOne scans at most one row; false where there is none.
func readOne(q *gorm.DB, text string, args []any, into ...any) (bool, error) {
	rows, err := q.Raw(text, args...).Rows()
	if err != nil {
		return false, err
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		return false, rows.Err()
	}
	if err := rows.Scan(into...); err != nil {
		return false, err
	}
	return true, rows.Err()
}

// PackServices puts the ids of services one behind the other, as memberships keep them; nil for none.
func PackServices(services []id.Service) []byte {
	var packed []byte
	for _, s := range services {
		packed = append(packed, s.Bytes()...)
	}
	return packed
}

// UnpackServices reads what PackServices wrote.
func UnpackServices(packed []byte) ([]id.Service, error) {
	const size = 16
	var services []id.Service
	for len(packed) > 0 {
		s, err := id.FromBytes[id.ServiceKind](packed[:min(size, len(packed))])
		if err != nil {
			return nil, fmt.Errorf("access: services of a membership: %w", err)
		}
		services = append(services, s)
		packed = packed[size:]
	}
	return services, nil
}

// PackVerbs writes permissions as custom roles keep them.
func PackVerbs(verbs []verb.Verb) string {
	words := make([]string, len(verbs))
	for i, v := range verbs {
		words[i] = string(v)
	}
	return strings.Join(words, " ")
}

// UnpackVerbs reads what PackVerbs wrote.
func UnpackVerbs(text string) []verb.Verb {
	var verbs []verb.Verb
	for word := range strings.FieldsSeq(text) {
		verbs = append(verbs, verb.Verb(word))
	}
	return verbs
}
