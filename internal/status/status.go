// Package status is the room of what everybody may know about the provider's machines: how they are, how they were on
// each of the last ninety days, what is broken and what is planned. It looks at them from outside, over the network.
// Who has services on them, and what mails look like, does not enter.
package status

import (
	"crypto/x509"
	"net/netip"
	"time"

	"gatehouse/internal/gate"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/httpclient"
)

const (
	tableComponents = "status_components"
	tableChecks     = "status_checks"
	tableDays       = "status_days"
	tableIncidents  = "status_incidents"
	tableTouched    = "status_incident_components"
	tableUpdates    = "status_updates"

	// DaysShown is how many days back the page goes.
	DaysShown = 90
	// Every is how often a part is looked at.
	Every = time.Minute
	// Most is how many parts there may be.
	Most = 1000
)

// Config is what the operator decided of checks.
type Config struct {
	Zone *time.Location // of the provider: when a day begins; nil: UTC
	// Networks are private networks that may be looked at all the same; Roots vouch for servers, nil: the machine's.
	Networks []netip.Prefix
	Roots    *x509.CertPool
	Resolver httpclient.Resolver
	Timeout  time.Duration // of one check; 0: 8 s
	SlowFrom time.Duration // an answer that takes as long is slow; 0: 2 s
}

// Status is the room. It is safe for concurrent use.
type Status struct {
	gate   *gate.Gate
	reader *db.Reader
	outbox *outbox.Box
	cfg    Config
	kept   kept
}

// New makes the room. It reads and writes nothing yet.
func New(g *gate.Gate, reader *db.Reader, box *outbox.Box, cfg Config) *Status {
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 8 * time.Second
	}
	if cfg.SlowFrom == 0 {
		cfg.SlowFrom = 2 * time.Second
	}
	return &Status{gate: g, reader: reader, outbox: box, cfg: cfg}
}

// State is how a part is.
type State string

// The states, from not known to worst.
const (
	Unknown State = "unknown" // not looked at yet, or not measured
	Up      State = "up"
	Working State = "maintenance" // planned work goes on
	Slow    State = "slow"
	Down    State = "down"
)

// worse says whether a state is worse than another.
func (s State) worse(than State) bool { return s.rank() > than.rank() }

func (s State) rank() int {
	switch s {
	case Up:
		return 1
	case Working:
		return 2
	case Slow:
		return 3
	case Down:
		return 4
	case Unknown:
	}
	return 0
}

// dayOf is the number of a moment's day in the provider's calendar.
func (s *Status) dayOf(t time.Time) int64 {
	y, m, d := t.In(s.cfg.Zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsOfDay
}

const secondsOfDay = 24 * 60 * 60

// dateOf is the day of that number, as midnight UTC.
func dateOf(day int64) time.Time { return time.Unix(day*secondsOfDay, 0).UTC() }
