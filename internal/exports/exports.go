// Package exports gives people their log as a file: at once where it is short, made in the background where it is long.
// What an entry says and how a file is written stand in activity and activity/export; whose log somebody may take away
// is decided by gate. Files are kept sealed, for a while.
package exports

import (
	"log/slog"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/activity/export"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	// AtOnce is up to how many entries are sent in the answer to the form; a longer file is made by a job.
	AtOnce = 5_000
	// KeptFor is for how long a file that was made can be fetched.
	KeptFor = 7 * 24 * time.Hour
	// perHour is how many exports of one log are made in an hour (SECURITY.md D2).
	perHour = 10
	// atATime is how many entries are read at a time, and partSize how many a part of a file holds.
	atATime  = 200
	partSize = 1_000
	// maxTries is how often the making of a file is tried.
	maxTries = 5
	// keepRows is for how long it is remembered that there was an export.
	keepRows = 400 * 24 * time.Hour
)

// The tables of this room.
const (
	tableExports = "activity_exports"
	tableParts   = "activity_export_parts"
)

// MailReady is the message that a file was made.
const MailReady = "export.ready"

// ReadyMail says whose file it is.
type ReadyMail struct {
	Export  id.Export  `json:"export"`
	Person  id.Person  `json:"person"`
	Account id.Account `json:"account,omitzero"`
	Entries int64      `json:"entries"`
	Until   time.Time  `json:"until"`
}

// State is how far an export is.
type State string

// The states.
const (
	Sent    State = "sent" // in the answer to the form
	Waiting State = "waiting"
	Ready   State = "ready"
	Failed  State = "failed"
)

// Request is what somebody asks for.
type Request struct {
	Format export.Format
	Filter activity.Filter
	Words  string // the filter, as a person reads it; empty: everything
}

// Export is one that was asked for.
type Export struct {
	ID      id.Export
	Format  export.Format
	State   State
	Words   string
	By      id.Person
	AskedAt time.Time
	Expires time.Time // of a file that is ready
	Entries int64     // in it
	UpTo    int64     // the newest entry when it was asked for
	Done    int64     // up to which entry it has got
}

// Exports is the room.
type Exports struct {
	gate     *gate.Gate
	reader   *db.Reader
	box      *secretbox.Box
	log      *activity.Log // signs; what is read of it goes through gate
	outbox   *outbox.Box
	logger   *slog.Logger
	provider string
}

// New makes the room. The provider is named in the files.
func New(
	g *gate.Gate, r *db.Reader, box *secretbox.Box, log *activity.Log, out *outbox.Box, logger *slog.Logger,
	provider string,
) *Exports {
	return &Exports{gate: g, reader: r, box: box, log: log, outbox: out, logger: logger, provider: provider}
}

// right is the permission to export the log of a scope, and to see what was exported.
func right(scope id.Scope) verb.Verb {
	if scope.Kind() == id.ScopePerson {
		return verb.SelfManage
	}
	return verb.ActivityExport
}

type exportRow struct {
	ID        id.Export `gorm:"primaryKey"`
	AccountID id.Account
	PersonID  id.Person
	AskedBy   id.Person
	Format    export.Format
	State     State
	Filter    secretbox.Sealed
	UpTo      int64
	Entries   int64
	Tries     int64
	CreatedAt db.Time
	ExpiresAt db.Time
}

// TableName names the table.
func (exportRow) TableName() string { return tableExports }

func (r exportRow) scope() id.Scope {
	if r.PersonID.IsZero() {
		return id.AccountScope(r.AccountID)
	}
	return id.PersonScope(r.PersonID)
}

type partRow struct {
	ExportID id.Export `gorm:"primaryKey"`
	N        int64     `gorm:"primaryKey"`
	AfterSeq int64
	Entries  int64
	LastSeq  int64
	Hash     db.Blob
	Sum      db.Blob
	Complete bool
	Content  secretbox.Sealed
}

// TableName names the table.
func (partRow) TableName() string { return tableParts }

// asked is what is kept, sealed, of a request.
type asked struct {
	Filter activity.Filter `json:"filter"`
	Words  string          `json:"words,omitempty"`
}

func filterPlace(of id.Export) secretbox.Place {
	return secretbox.Place{Table: tableExports, Column: "filter", Row: of.Bytes()}
}

func system() actor.Actor { return actor.NewSystem("exports") }

// label is what the log calls an export.
func label(f export.Format, words string) string {
	if words == "" {
		words = "all entries"
	}
	return FormatName(f) + ", " + words
}

// FormatName is what people call a form.
func FormatName(f export.Format) string {
	switch f {
	case export.CSV:
		return "CSV"
	case export.OCSF:
		return "OCSF"
	case export.JSONLines:
	}
	return "JSON lines"
}

// FileName is what the file is called.
func (e *Export) FileName() string {
	return "activity-" + e.AskedAt.UTC().Format("2006-01-02") + "." + e.Format.Extension()
}
