// Package sessions holds who is signed in: sessions, halves of them that wait for a second step, and the browsers that
// people signed in with. It writes sessions, challenges and devices. It makes no session by itself: only identity's
// begin may, which asks first whether enough was shown (S13).
package sessions

import (
	"time"

	"gatehouse/internal/gate"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// Register says who is signed in. It is safe for concurrent use.
type Register struct {
	gate    *gate.Gate
	reader  *db.Reader
	box     *secretbox.Box
	persons *persons.Persons
	alerts  *alerts.Alerts

	clients, staff Timeouts
	shorter        func(staff bool) Timeouts // nil: nothing else is asked for
}

// New makes it. Timeouts that are zero are those of N3.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, people *persons.Persons, told *alerts.Alerts,
	clients, staff Timeouts,
) *Register {
	return &Register{
		gate: g, reader: reader, box: box, persons: people, alerts: told,
		clients: clients.or(Timeouts{Idle: 30 * time.Minute, Absolute: 12 * time.Hour}),
		staff:   staff.or(Timeouts{Idle: 15 * time.Minute, Absolute: 12 * time.Hour}),
	}
}
