// Package imports brings clients over from another system: clients, contacts, services and open invoices, from files
// of four formats. A file is looked through first, line by line, and nothing is made; then a job makes what its lines
// say, each by the same act as by hand, once. What a client, a service or an invoice is stands in their rooms.
package imports

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	tableImports = "imports"
	tableRows    = "import_rows"
	tableKeys    = "import_keys"

	// batch is how many lines are looked through, or made, before what came of them is written down.
	batch = 100
	// lease is for how long whoever works on an import keeps it without saying so again.
	lease = time.Minute
	// shown is how many imports and lines a list has.
	shown = 50
	// keepUnused is how long a file that was only looked through stays.
	keepUnused = 30 * 24 * time.Hour
)

// State is how far an import is.
type State string

// The states.
const (
	Read    State = "read" // looked through; nothing is made
	Running State = "running"
	Stopped State = "stopped"
	Done    State = "done"
)

// Inviting is how far its invitations are.
type Inviting string

// The states of its invitations.
const (
	NoInvitations Inviting = "never" // it has none, or each goes with what it makes
	Later         Inviting = "later" // they wait for somebody to have them sent
	Sending       Inviting = "running"
	AllSent       Inviting = "done"
)

// The states of a line.
const (
	isNew     = "new"
	isSame    = "same"
	isChanged = "changed"
	isBad     = "bad"
	isMade    = "made"
	isWaiting = "waiting" // made, and its invitation waits
	isInvited = "invited"
	isFailed  = "failed"
)

// Import is a file with what came of it.
type Import struct {
	ID       id.Import
	Kind     Kind
	Source   string // what the other system is called
	File     string
	State    State
	Inviting Inviting
	By       id.Person // zero: the operator
	Counts
	Invited  int
	Trouble  string // why it stopped; empty: somebody stopped it, or it runs
	Created  time.Time
	Finished time.Time
}

// Counts are the lines of a file.
type Counts struct {
	Total, New, Same, Changed, Bad int
	Made, Failed, UpTo             int
}

// Left is how many lines are still to be made.
func (c Counts) Left() int { return max(0, c.New-c.Made-c.Failed) }

// Row is a line with what is to be said of it.
type Row struct {
	N, Line int
	State   string
	Key     string // in the other system
	Remarks []Remark
}

// Imports is the room. It is safe for concurrent use.
type Imports struct {
	gate     *gate.Gate
	reader   *db.Reader
	box      *secretbox.Box
	accounts *accounts.Accounts
	billing  *billing.Billing
	hosting  *hosting.Hosting
	logger   *slog.Logger
}

// New makes the room.
func New(
	g *gate.Gate, r *db.Reader, box *secretbox.Box, a *accounts.Accounts, b *billing.Billing, h *hosting.Hosting,
	logger *slog.Logger,
) *Imports {
	return &Imports{gate: g, reader: r, box: box, accounts: a, billing: b, hosting: h, logger: logger}
}

type importRow struct {
	ID         id.Import `gorm:"primaryKey"`
	Kind       Kind
	Source     string
	FileName   secretbox.Sealed
	State      State
	Inviting   Inviting
	AskedBy    id.Person
	Factor     string
	FactorAt   db.Time
	Total      int
	Fresh      int
	Same       int
	Changed    int
	Bad        int
	Made       int
	Failed     int
	Invited    int
	Upto       int
	Trouble    string
	Holder     db.Blob
	LeasedTo   db.Time
	CreatedAt  db.Time
	FinishedAt db.Time
}

// TableName names the table.
func (importRow) TableName() string { return tableImports }

type lineRow struct {
	ImportID id.Import `gorm:"primaryKey"`
	N        int       `gorm:"primaryKey;autoIncrement:false"`
	Line     int
	State    string
	KeyIndex secretbox.Index
	Content  secretbox.Sealed
	Remarks  secretbox.Sealed
}

// TableName names the table.
func (lineRow) TableName() string { return tableRows }

type keyRow struct {
	KeyIndex secretbox.Index `gorm:"primaryKey"`
	Kind     Kind
	TargetID db.Blob
	ClientID id.Account
	Print    secretbox.Index
	ImportID id.Import
	MadeAt   db.Time
}

// TableName names the table.
func (keyRow) TableName() string { return tableKeys }

func (i *Imports) open(row *importRow) (Import, error) {
	name, err := i.box.Open(row.FileName, namePlace(row.ID))
	if err != nil {
		return Import{}, fmt.Errorf("read an import: %w", err)
	}
	return Import{
		ID: row.ID, Kind: row.Kind, Source: row.Source, File: name, State: row.State, Inviting: row.Inviting,
		By: row.AskedBy, Invited: row.Invited, Trouble: row.Trouble, Created: row.CreatedAt.Time,
		Finished: row.FinishedAt.Time, Counts: Counts{
			Total: row.Total, New: row.Fresh, Same: row.Same, Changed: row.Changed, Bad: row.Bad, Made: row.Made,
			Failed: row.Failed, UpTo: row.Upto,
		},
	}, nil
}

func namePlace(of id.Import) secretbox.Place {
	return secretbox.Place{Table: tableImports, Column: "file_name", Row: of.Bytes()}
}

// linePlace is the place of what a line holds: of its import, and at its number.
func linePlace(of id.Import, n int, column string) secretbox.Place {
	row := append(of.Bytes(), byte(n>>24), byte(n>>16), byte(n>>8), byte(n)) //nolint:gosec // numbers of lines are small
	return secretbox.Place{Table: tableRows, Column: column, Row: row}
}

// sealJSON seals a value of a line.
func (i *Imports) sealJSON(value any, at secretbox.Place) (secretbox.Sealed, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return secretbox.Sealed{}, fmt.Errorf("seal a line: %w", err)
	}
	return i.box.Seal(string(text), at)
}

func (i *Imports) openJSON(s secretbox.Sealed, at secretbox.Place, into any) error {
	text, err := i.box.Open(s, at)
	if err != nil {
		return fmt.Errorf("open a line: %w", err)
	}
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("open a line: %w", err)
	}
	return nil
}

// List are the newest imports.
func (i *Imports) List(ctx context.Context, who actor.Actor) ([]Import, error) {
	if _, err := i.gate.View(ctx, who, verb.ImportsView, id.ProviderScope()); err != nil {
		return nil, err
	}
	var rows []importRow
	if err := i.reader.With(ctx).Order("id DESC").Limit(shown).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	list := make([]Import, 0, len(rows))
	for k := range rows {
		one, err := i.open(&rows[k])
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// Get is one import with the lines that something is to be said of, from a line on; next is where to go on, 0: there is
// nothing more.
func (i *Imports) Get(ctx context.Context, who actor.Actor, of id.Import, after int) (Import, []Row, int, error) {
	if _, err := i.gate.View(ctx, who, verb.ImportsView, id.ProviderScope()); err != nil {
		return Import{}, nil, 0, err
	}
	row, err := i.find(ctx, of)
	if err != nil {
		return Import{}, nil, 0, err
	}
	one, err := i.open(row)
	if err != nil {
		return Import{}, nil, 0, err
	}
	lines, next, err := i.remarked(ctx, of, after, shown)
	return one, lines, next, err
}

func (i *Imports) find(ctx context.Context, of id.Import) (*importRow, error) {
	row, found, err := db.One[importRow](i.reader.With(ctx).Where("id = ?", of))
	if err != nil {
		return nil, fmt.Errorf("read an import: %w", err)
	}
	if !found {
		return nil, fault.NotFound("import")
	}
	return &row, nil
}

// remarked are the lines that something is to be said of.
func (i *Imports) remarked(ctx context.Context, of id.Import, after, most int) ([]Row, int, error) {
	var rows []lineRow
	err := i.reader.With(ctx).Where("import_id = ? AND n > ? AND remarks IS NOT NULL", of, after).
		Order("n").Limit(most + 1).Find(&rows).Error
	if err != nil {
		return nil, 0, fmt.Errorf("read the lines of an import: %w", err)
	}
	next := 0
	if len(rows) > most {
		rows = rows[:most]
		next = rows[most-1].N
	}
	out := make([]Row, 0, len(rows))
	for k := range rows {
		row, err := i.row(&rows[k])
		if err != nil {
			return nil, 0, err
		}
		out = append(out, row)
	}
	return out, next, nil
}

func (i *Imports) row(l *lineRow) (Row, error) {
	r := Row{N: l.N, Line: l.Line, State: l.State}
	var said saying
	err := i.openJSON(l.Remarks, linePlace(l.ImportID, l.N, "remarks"), &said)
	r.Key, r.Remarks = said.Key, said.Remarks
	return r, err
}

// saying is what is kept, sealed, of what is to be said of a line.
type saying struct {
	Key     string   `json:"key"`
	Remarks []Remark `json:"remarks"`
}
