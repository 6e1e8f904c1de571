package sessions

import (
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// Record is what this room's tables say of a session. Whoever reads it with something else in one statement
// (sessions s JOIN persons p ON p.id = s.person_id) selects SessionColumns and embeds it.
type Record struct {
	SessionID  id.Session
	PersonID   id.Person
	BeganAt    db.Time
	SeenAt     db.Time
	ProvedAt   db.Time
	FactorAt   db.Time
	Factor     string
	EndedAt    db.Time
	PersonName secretbox.Sealed
	State      string
	SecuredAt  db.Time
	Staff      bool
	Locale     string
	TimeZone   string
}

// Columns are the columns of a Record.
const Columns = "s.id AS session_id, s.person_id, s.created_at AS began_at, s.seen_at, s.proved_at, " +
	"s.factor_at, s.factor, s.ended_at, p.name AS person_name, p.state, p.secured_at, p.staff, p.locale, p.time_zone"

// Targets are the record's fields in the order of SessionColumns, for db.ReadRows.
func (r *Record) Targets() []any {
	return []any{
		&r.SessionID, &r.PersonID, &r.BeganAt, &r.SeenAt, &r.ProvedAt, &r.FactorAt, &r.Factor, &r.EndedAt,
		&r.PersonName, &r.State, &r.SecuredAt, &r.Staff, &r.Locale, &r.TimeZone,
	}
}

// Recognise says who a session belongs to, if it is still good at the database's time now: neither ended nor timed out,
// nor its owner disabled. Otherwise somebody has to sign in (N3, N5).
func (p *Register) Recognise(r Record, now time.Time) (actor.Details, error) {
	ends := p.Timeouts(r.Staff).Ends(r.BeganAt.Time, r.SeenAt.Time)
	if r.SessionID.IsZero() || !r.EndedAt.IsZero() || r.State != persons.Active || !now.Before(ends) {
		return actor.Details{}, fault.SignIn()
	}
	name, err := p.persons.OpenName(r.PersonID, r.PersonName)
	if err != nil {
		return actor.Details{}, err
	}
	return actor.Details{
		Kind: persons.KindOf(r.Staff), Person: r.PersonID, Name: name, Session: r.SessionID, SignedInAt: r.BeganAt.Time,
		ProvedAt: r.ProvedAt.Time, FactorAt: r.FactorAt.Time, Factor: r.Factor, Now: now,
		Secured: !r.SecuredAt.IsZero(),
	}, nil
}
