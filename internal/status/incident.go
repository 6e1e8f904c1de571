package status

import (
	"slices"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// Sort tells what broke from what is planned.
type Sort string

// The sorts.
const (
	Fault       Sort = "incident"
	Maintenance Sort = "maintenance"
)

// Phase is how far an incident or planned work is.
type Phase string

// The phases: of an incident in this order, then those of planned work. Both end by being over.
const (
	Looking  Phase = "looking"
	Found    Phase = "found"
	Watching Phase = "watching"
	Over     Phase = "over"
	Planned  Phase = "planned"
	Dropped  Phase = "dropped" // planned work that does not happen
)

// PhasesOf are those that an update may say.
func PhasesOf(s Sort) []Phase {
	if s == Maintenance {
		return []Phase{Planned, Over, Dropped}
	}
	return []Phase{Looking, Found, Watching, Over}
}

// Incident is something that customers notice, or work that is planned. All of it is public.
type Incident struct {
	ID      id.Incident
	Sort    Sort
	Title   string
	Who     string // notices it; may be empty
	Todo    string // for them; may be empty
	Impact  State  // Slow or Down
	Starts  time.Time
	Ends    time.Time // planned; zero for what broke
	Over    time.Time // zero: it goes on, or is still to come
	Dropped bool
	Phase   Phase
	Touched []Touched
	Updates []Update // the newest first
}

// Touched is a part that an incident touches.
type Touched struct {
	Component id.Component
	Server    id.Server
	Name      string
}

// Update is one thing that was said about it.
type Update struct {
	ID    id.IncidentUpdate
	Phase Phase
	Text  string
	At    time.Time
}

// Goes says whether it goes on at a moment.
func (i Incident) Goes(at time.Time) bool {
	if !i.Over.IsZero() || at.Before(i.Starts) {
		return false
	}
	return i.Sort == Fault || at.Before(i.Ends)
}

// Ahead says whether it is planned work that is still to come.
func (i Incident) Ahead(at time.Time) bool {
	return i.Sort == Maintenance && i.Over.IsZero() && at.Before(i.Starts)
}

// Until is when it was over; for planned work at the latest when it was to be.
func (i Incident) Until() time.Time {
	if !i.Over.IsZero() || i.Sort == Fault {
		return i.Over
	}
	return i.Ends
}

// Touches says whether it touches a server.
func (i Incident) Touches(server id.Server) bool {
	return slices.ContainsFunc(i.Touched, func(t Touched) bool { return t.Server == server && !server.IsZero() })
}

// Told is the message that something new was said: to be told to whom it concerns.
type Told struct {
	Incident id.Incident       `json:"incident"`
	Update   id.IncidentUpdate `json:"update"`
	Sort     Sort              `json:"sort"`
	Title    string            `json:"title"`
	Who      string            `json:"who,omitempty"`
	Todo     string            `json:"todo,omitempty"`
	Starts   time.Time         `json:"starts"`
	Ends     time.Time         `json:"ends,omitzero"`
	Phase    Phase             `json:"phase"`
	Text     string            `json:"text"`
	Parts    []string          `json:"parts"`
	Servers  []id.Server       `json:"servers,omitempty"`

	Components []id.Component `json:"components,omitempty"` // those of Parts
}

// Tell is the kind of the message of type Told.
const Tell = "status.tell"

// NewIncident is what is known of an incident that is about to be opened, or of work that is about to be planned.
type NewIncident struct {
	Key        id.Incident // the id it will have, so that a form that is sent twice opens one
	Sort       Sort
	Title      string
	Who, Todo  string
	Impact     State
	Components []id.Component
	Starts     time.Time // of planned work; zero: now
	Ends       time.Time // of planned work
	Text       string    // the first update
}

type incidentRow struct {
	ID        id.Incident `gorm:"primaryKey"`
	Kind      Sort
	Title     string
	Who       string
	Todo      string
	Impact    State
	StartsAt  db.Time
	EndsAt    db.Time
	OverAt    db.Time
	Dropped   bool
	CreatedAt db.Time
}

// TableName names the table.
func (incidentRow) TableName() string { return tableIncidents }

type touchedRow struct {
	IncidentID  id.Incident  `gorm:"primaryKey"`
	ComponentID id.Component `gorm:"primaryKey"`
}

// TableName names the table.
func (touchedRow) TableName() string { return tableTouched }

type updateRow struct {
	ID         id.IncidentUpdate `gorm:"primaryKey"`
	IncidentID id.Incident
	Phase      Phase
	Text       string
	SaidAt     db.Time
}

// TableName names the table.
func (updateRow) TableName() string { return tableUpdates }
