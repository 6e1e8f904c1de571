// Package streams carries the log to other systems, behind the changes: to a receiver of syslog or to a webhook, for
// one account or for the whole provider. It goes along each log with a cursor and copies nothing, so that a receiver
// that is slow or away costs the portal nothing. What is in the log, and who may read it, is not decided here.
package streams

import (
	"crypto/x509"
	"net/netip"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/activity/syslog"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/httpclient"
	"gatehouse/internal/platform/secretbox"
)

const (
	tableStreams = "log_streams"
	tableStates  = "stream_states"
	tableCursors = "stream_cursors"

	// Most is how many streams an account may have.
	Most = 5
	// batch is how many entries are sent together.
	batch = 100
	// turnTime is for how long one stream is served before the next round.
	turnTime = 10 * time.Second
	// atOnce is how many streams are served at the same time.
	atOnce = 8
	// tellAfter is for how long a stream fails before its log says so.
	tellAfter = 15 * time.Minute
	// longestWait is the most that a stream waits after a failure.
	longestWait = 5 * time.Minute
	// oldKeyFor is for how long a key that was renewed still signs.
	oldKeyFor = 24 * time.Hour
	// betweenTests is the least time between two tests of a stream.
	betweenTests = 10 * time.Second
)

// Kind is how a stream is received.
type Kind string

// The kinds of streams.
const (
	Syslog  Kind = "syslog"  // RFC 5424 over TLS
	Webhook Kind = "webhook" // signed JSON lines over HTTPS
)

// Config is what the operator decided of streams.
type Config struct {
	Host     string // that messages name: the portal's
	Provider string // whose staff act
	// Address is where the logs of all accounts, people and the provider go; empty: nowhere. Secret signs for a webhook.
	Address, Secret string
	// Networks are private networks that may be sent to all the same; Roots vouch for receivers, nil: the machine's.
	Networks []netip.Prefix
	Roots    *x509.CertPool
	Resolver httpclient.Resolver
	Timeout  time.Duration // of one call; 0: 10 s
}

// Streams is the room. It is safe for concurrent use.
type Streams struct {
	gate   *gate.Gate
	reader *db.Reader
	box    *secretbox.Box
	cfg    Config
	syslog *syslog.Encoder
	words  *activity.Words
}

// New makes the room.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box, cfg Config) *Streams {
	return &Streams{
		gate: g, reader: reader, box: box, cfg: cfg, syslog: syslog.New(cfg.Host, cfg.Provider),
		words: activity.NewWords(cfg.Provider),
	}
}

// Stream is one stream as a list shows it.
type Stream struct {
	ID        id.Stream
	Account   id.Account // zero: that of the provider
	Kind      Kind
	Name      string
	Address   string
	Created   time.Time
	Delivered time.Time // when the receiver last took something; zero: not yet
	Behind    int64     // entries that are still to be sent
	Paused    time.Time // zero: it runs
	Failing   time.Time // since when; zero: it works
	NextTry   time.Time // where it fails
	Trouble   Trouble
	OldUntil  time.Time // until when the key before the last one still signs
}

// streamRow is a stream as its table keeps it.
type streamRow struct {
	ID        id.Stream `gorm:"primaryKey"`
	AccountID id.Account
	Kind      Kind
	Name      secretbox.Sealed
	Address   secretbox.Sealed
	Secret    secretbox.Sealed
	OldSecret secretbox.Sealed
	OldUntil  db.Time
	CreatedAt db.Time
	PausedAt  db.Time
	TestedAt  db.Time
	ToldAt    db.Time // of failing; NULL while it works
}

// TableName names the table.
func (streamRow) TableName() string { return tableStreams }

// scope is whose log the stream carries.
func (r streamRow) scope() id.Scope {
	if r.AccountID.IsZero() {
		return id.ProviderScope()
	}
	return id.AccountScope(r.AccountID)
}

type stateRow struct {
	StreamID     id.Stream `gorm:"primaryKey"`
	Fence        int64
	DueAt        db.Time
	Failures     int
	FailingSince db.Time
	Trouble      Trouble
	SeenAt       db.Time
}

// TableName names the table.
func (stateRow) TableName() string { return tableStates }

type cursorRow struct {
	StreamID    id.Stream `gorm:"primaryKey"`
	Chain       db.Blob   `gorm:"primaryKey"`
	Seq         int64
	DeliveredAt db.Time
}

// TableName names the table.
func (cursorRow) TableName() string { return tableCursors }

func place(column string, stream id.Stream) secretbox.Place {
	return secretbox.Place{Table: tableStreams, Column: column, Row: stream.Bytes()}
}
