package overview

import (
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/recovery"
	"gatehouse/internal/verb"
)

// Turn says what a request waits for.
type Turn string

// The turns.
const (
	Yours           Turn = "yours"      // the reader may decide
	AnotherPerson   Turn = "person"     // the reader asked, or has said their part: somebody else of the department
	OtherDepartment Turn = "department" // people with a permission that the reader has not
	TheClient       Turn = "client"     // somebody of the client's
	TheServer       Turn = "server"     // it was accepted, and is being done
)

// source is a kind of request: where the open ones stand, who sees them, and whose turn it is. Its table is x, so that
// the list of requests and what waits for a department are read by the same condition.
type source struct {
	name QueueName
	sees verb.Verb

	table string // without its other name
	open  string // which of its rows are open
	args  func(now db.Time, before db.Time) []any
	at    string // the column that says since when; the list goes by it and the id
	kind  string // what exactly is asked for: a column, or a text of the database

	account string // the account that it is about; empty: none
	more    string // how many further accounts it is about; empty: none
	asker   string // the person who asked
	theirs  bool   // who is one of the client's people: named only where staff see the name in the list of clients

	turn func(d desk) turn
}

// turn is a condition under which the reader decides, and the word of the turn where they do not.
type turn struct {
	yours     string
	args      []any
	otherwise string
	rest      []any
}

// desk is who reads, with what they may decide.
type desk struct {
	o   *Overview
	who actor.Actor
}

// decides says whether the reader could decide by a permission, be it after using a factor again.
func (d desk) decides(v verb.Verb) bool {
	return d.o.access.Check(d.who, v, id.ProviderScope()).Offered()
}

// never is the turn of others, whoever reads.
func never(t Turn) turn { return turn{yours: "1 = 0", otherwise: "'" + string(t) + "'"} }

// notOwn is the turn of whoever holds a permission, but not of the one whom the columns name.
func (d desk) notOwn(v verb.Verb, columns ...string) turn {
	if !d.decides(v) {
		return never(OtherDepartment)
	}
	t := turn{yours: "1 = 1", otherwise: "'" + string(AnotherPerson) + "'"}
	for _, c := range columns {
		t.yours += " AND (" + c + " IS NULL OR " + c + " <> ?)"
		t.args = append(t.args, d.who.Person.Bytes())
	}
	return t
}

// moneyTurn is of those who could make such a move themselves, and did not ask for it (A10).
func moneyTurn(d desk) turn {
	var kinds []string
	for kind, v := range billing.Deciders() {
		if d.decides(v) {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 {
		return never(OtherDepartment)
	}
	me := d.who.Person.Bytes()
	return turn{
		yours: "x.asked_by <> ? AND x.kind IN ?", args: []any{me, kinds},
		otherwise: "CASE WHEN x.asked_by = ? THEN '" + string(AnotherPerson) + "' ELSE '" + string(OtherDepartment) + "' END",
		rest:      []any{me},
	}
}

// approvedBefore says that the reader has approved a recovery.
const approvedBefore = "EXISTS (SELECT 1 FROM recovery_decisions d WHERE d.recovery_id = x.id AND d.place = ?)"

// recoveryTurn is of those who approve recoveries, of others than themselves, once each; about colleagues, of those who
// manage staff.
func recoveryTurn(d desk) turn {
	if !d.decides(verb.RecoveriesApprove) {
		return never(OtherDepartment)
	}
	me := d.who.Person.Bytes()
	t := turn{
		yours: "x.person_id <> ? AND NOT " + approvedBefore, args: []any{me, me},
		otherwise: "CASE WHEN x.person_id = ? OR " + approvedBefore + " THEN '" + string(AnotherPerson) +
			"' ELSE '" + string(OtherDepartment) + "' END",
		rest: []any{me, me},
	}
	if !d.decides(verb.StaffManage) {
		t.yours += " AND NOT EXISTS (SELECT 1 FROM staff_members s WHERE s.person_id = x.person_id " +
			"AND (s.suspended = 0 OR s.recovery_id IS NOT NULL))"
	}
	return t
}

// orderTurn is of whoever sets services up, until it is being done.
func orderTurn(d desk) turn {
	if !d.decides(verb.HostingManage) {
		return never(OtherDepartment)
	}
	return turn{yours: "x.state = 'asked'", otherwise: "'" + string(TheServer) + "'"}
}

// lostOpen are the recoveries that can be decided about: under way, or done and still holding access.
const lostOpen = `(x.state = 'waiting' AND x.waits_until > ? OR x.state = 'ready' AND x.link_until > ?
 OR x.state = 'enrolling' AND x.step_until > ?
 OR x.state = 'done' AND EXISTS (SELECT 1 FROM memberships h WHERE h.person_id = x.person_id AND h.recovery_id = x.id))
 AND EXISTS (SELECT 1 FROM persons q WHERE q.id = x.person_id AND q.state = 'active')`

const placesOfLost = "FROM memberships m WHERE m.person_id = x.person_id)"

func noArgs(_, _ db.Time) []any { return nil }

// sources are all kinds of requests that staff decide about, or follow.
func sources() []source {
	orders := source{
		name: ServiceOrders, sees: verb.HostingManage, table: "service_requests", args: noArgs,
		open: "x.state IN ('asked', 'working') AND x.kind <> 'cancel'", at: "x.asked_at", kind: "x.kind",
		account: "x.account_id", asker: "x.person_id", theirs: true, turn: orderTurn,
	}
	cancellations := orders
	cancellations.name = Cancellations
	cancellations.open = "x.state IN ('asked', 'working') AND x.kind = 'cancel'"
	return []source{
		{
			name: AccountRequests, sees: verb.ClientsManage, table: "account_requests", args: noArgs,
			open: "x.state = 'open'", at: "x.created_at", kind: "x.kind",
			account: "x.account_id", asker: "x.asked_by", theirs: true,
			turn: func(d desk) turn { return d.notOwn(verb.ClientsManage, "x.asked_by") },
		},
		{
			name: OwnershipOffers, sees: verb.ClientsManage, table: "ownership_offers",
			open: "x.state = 'open' AND x.expires_at > ?", at: "x.created_at", kind: "'offer'",
			args:    func(now, _ db.Time) []any { return []any{now} },
			account: "x.account_id", asker: "x.offered_by", theirs: true,
			turn: func(desk) turn { return never(TheClient) },
		},
		{
			name: MoneyApprovals, sees: verb.BillingView, table: "money_requests", args: noArgs,
			open: "x.state = 'open'", at: "x.asked_at", kind: "x.kind",
			account: "x.account_id", asker: "x.asked_by", turn: moneyTurn,
		},
		{
			name: LostFactors, sees: verb.RecoveriesView, table: "recoveries",
			open: lostOpen, at: "x.asked_at", kind: "'recovery'",
			args:    func(now, before db.Time) []any { return []any{before, now, now} },
			account: "(SELECT MIN(m.account_id) " + placesOfLost, more: "(SELECT COUNT(*) " + placesOfLost,
			asker: "x.person_id", turn: recoveryTurn,
		},
		orders,
		cancellations,
		{
			name: Emergencies, sees: verb.EmergenciesView, table: "emergencies", args: noArgs,
			open: "x.state = 'open'", at: "x.started_at", kind: "'emergency'",
			account: "x.account_id", asker: "x.staff_id",
			turn: func(d desk) turn { return d.notOwn(verb.EmergenciesReview, "x.staff_id") },
		},
		{
			name: StaffApprovals, sees: verb.StaffView, table: "staff_requests", args: noArgs,
			open: "x.state = 'waiting'", at: "x.asked_at", kind: "x.kind", asker: "x.asked_by",
			turn: func(d desk) turn { return d.notOwn(verb.StaffManage, "x.asked_by", "x.member_id") },
		},
	}
}

// waiting is the condition of the open rows, with what it takes.
func (s source) waiting(g gate.Grant) (condition string, args []any) {
	return s.open, s.args(db.At(g.Now()), db.At(g.Now().Add(-recovery.ApproveLife)))
}

// queue counts the open rows of a source, for what waits for a department.
func (s source) queue() queue {
	return queue{
		name: s.name, sees: s.sees,
		sql: "COUNT(*) AS n, MIN(" + s.at + ") AS since FROM " + s.table + " x WHERE " + s.open,
		args: func(g gate.Grant) []any {
			_, args := s.waiting(g)
			return args
		},
	}
}
