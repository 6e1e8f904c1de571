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
		switch kind := a.class[v]; {
		case who.Assisting():
			err = readAssist(ctx, q, &who)
		case kind == classPortal:
			err = readMembership(ctx, q, &who, scope)
		case kind == classStaff:
			err = readSeat(ctx, q, &who)
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
		` WHERE p.id = ?`
}

// ownPlaceSQL reads a place of one's own in the same columns: it counts alone, most people have one, and what they
// change waits for it. A server spends more on the ten tables of the other statement than on all else of a decision.
const ownPlaceSQL = `SELECT m.id, m.role, m.custom_role_id, r.version, r.verbs, m.services_limited, m.services,
 m.ends_at,
 m.suspended, m.recovery_id, c.state = 'closed', NULL, ` + RuleColumns + `, p.secured_at IS NOT NULL
 FROM memberships m JOIN persons p ON p.id = m.person_id JOIN accounts c ON c.account_id = m.account_id
 LEFT JOIN custom_roles r ON r.id = m.custom_role_id AND r.account_id = m.account_id AND r.deleted_at IS NULL
 LEFT JOIN account_rules k ON k.account_id = m.account_id WHERE m.account_id = ? AND m.person_id = ?`

// PoliciesDueSQL is from when on something holds that a person of the staff (an SQL expression) has not read and
// accepted; NULL where they have accepted all that holds or is to come. Accepting a version covers those before it.
func PoliciesDueSQL(person string) string {
	return `(SELECT MIN(cd.effective_at) FROM conduct_documents cd WHERE NOT EXISTS (SELECT 1 FROM conduct_acks ck
 WHERE ck.member_id = ` + person + ` AND ck.kind = cd.kind AND ck.version >= cd.version))`
}

// seatSQL reads somebody's seat among the staff.
func seatSQL() string {
	return `SELECT m.department, m.suspended, m.recovery_id IS NOT NULL, ` + securedSQL + `, ` +
		PoliciesDueSQL("m.person_id") + ` FROM staff_members m WHERE m.person_id = ?`
}

func readMembership(ctx context.Context, q *gorm.DB, who *actor.Actor, scope id.Scope) error {
	was := who.Membership
	who.Membership = actor.Membership{}
	account, ok := scope.Account()
	if !ok {
		return nil
	}
	var place placed
	q = db.WithScope(q.WithContext(ctx), "account_id", account.Bytes())
	into := append(place.targets(), &who.Secured)
	found, err := readOne(q, ownPlaceSQL, []any{account.Bytes(), who.Person.Bytes()}, into...)
	if err == nil && !found {
		args := []any{account.Bytes(), account.Bytes(), who.Person.Bytes()}
		found, err = readOne(q, membershipSQL(), args, into...)
	}
	if err != nil || !found || place.m.ID.IsZero() {
		return err
	}
	m, err := place.membership(account, was)
	if err == nil {
		who.Membership = m
	}
	return err
}

// placed is a place as PlaceColumns read it.
type placed struct {
	m                                   actor.Membership
	role, verbs                         sql.NullString
	version, ends, level, from, before  sql.NullInt64
	limited, suspended, closed, noAside sql.NullBool
	recovery                            id.Recovery
	services                            []byte
}

// targets are where the columns go, in their order.
func (p *placed) targets() []any {
	return []any{
		&p.m.ID, &p.role, &p.m.CustomRole, &p.version, &p.verbs, &p.limited, &p.services, &p.ends, &p.suspended,
		&p.recovery, &p.closed, &p.m.Team, &p.level, &p.from, &p.before, &p.noAside,
	}
}

// membership is the place as decisions take it. was is how it was read with the session: names are sealed in the
// database, and opened with the session only.
func (p *placed) membership(account id.Account, was actor.Membership) (actor.Membership, error) {
	m := p.m
	m.Account = account
	m.Role, m.Limited, m.Suspended, m.Closed = p.role.String, p.limited.Bool, p.suspended.Bool, p.closed.Bool
	m.Held = m.Suspended && !p.recovery.IsZero()
	if p.ends.Valid {
		m.EndsAt = time.UnixMilli(p.ends.Int64).UTC()
	}
	if p.level.Valid {
		m.Rule = actor.Rule{
			Level: actor.Level(p.level.Int64), From: time.UnixMilli(p.from.Int64).UTC(),
			Before: actor.Level(p.before.Int64), NoRemember: p.noAside.Bool,
		}
	}
	m.RoleVersion, m.Verbs = p.version.Int64, UnpackVerbs(p.verbs.String)
	if was.CustomRole == m.CustomRole {
		m.RoleName = was.RoleName
	}
	if was.Team == m.Team {
		m.TeamName = was.TeamName
	}
	var err error
	m.Services, err = UnpackServices(p.services)
	return m, err
}

func readSeat(ctx context.Context, q *gorm.DB, who *actor.Actor) error {
	who.Seat = actor.Seat{}
	q = db.WithScope(q.WithContext(ctx), "person_id", who.Person.Bytes())
	var due db.Time
	_, err := readOne(q, seatSQL(), []any{who.Person.Bytes()},
		&who.Seat.Department, &who.Seat.Suspended, &who.Seat.Held, &who.Secured, &due)
	who.Seat.PoliciesDue = due.Time
	return err
}

// readOne scans at most one row; false where there is none.
func readOne(q *gorm.DB, text string, args []any, into ...any) (_ bool, err error) {
	rows, err := q.Raw(text, args...).Rows()
	if err != nil {
		return false, err
	}
	defer func() { _, err = rows.Close(), db.Trouble(err) }()
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
