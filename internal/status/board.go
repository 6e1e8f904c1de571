package status

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

const (
	// incidentsKept is for how long incidents are found on the status page, and mostIncidents how many at most.
	incidentsKept = 365 * 24 * time.Hour
	mostIncidents = 200
)

// Board is all that the status page tells, as it was at one moment. Nobody changes it.
type Board struct {
	At        time.Time // the database's time when it was read
	Stale     bool      // the database could not be asked since
	Parts     []Part
	Incidents []Incident // what goes on and what is ahead too; the one that started last first
	Today     time.Time  // the provider's day, as midnight UTC
}

// Part is one part with its days.
type Part struct {
	ID      id.Component
	Name    string
	About   string
	Server  id.Server
	Kind    Kind
	State   State // with what staff say of it
	Since   time.Time
	Checked time.Time
	Latency time.Duration // of the last answer
	Days    []Day         // the oldest first, one for each of the last ninety
}

// Day is how a part was on one day.
type Day struct {
	Date    time.Time // midnight UTC
	Watched time.Duration
	Down    time.Duration
	Slow    time.Duration
	Latency time.Duration // on average
}

// State is the worst that a day saw. A moment that is shorter than a check can tell is none.
func (d Day) State() State {
	switch {
	case d.Watched == 0:
		return Unknown
	case d.Down > 0:
		return Down
	case d.Slow > 0:
		return Slow
	}
	return Up
}

// Uptime is for how much of the time in which it was looked at a part was not down, from 0 to 1; -1 where it never was.
func (p Part) Uptime() float64 {
	var down, all time.Duration
	for _, d := range p.Days {
		down, all = down+d.Down, all+d.Watched
	}
	if all == 0 {
		return -1
	}
	return 1 - float64(down)/float64(all)
}

// Worst is how the worst part is.
func (b *Board) Worst() State {
	worst := Unknown
	for _, p := range b.Parts {
		if p.State.worse(worst) {
			worst = p.State
		}
	}
	return worst
}

// Going are the incidents and the work that go on.
func (b *Board) Going() []Incident { return b.such(func(i Incident) bool { return i.Goes(b.At) }) }

// Ahead is the planned work that is still to come, the next first.
func (b *Board) Ahead() []Incident {
	list := b.such(func(i Incident) bool { return i.Ahead(b.At) })
	slices.Reverse(list)
	return list
}

// Past are those that are over, of the days that the page shows.
func (b *Board) Past() []Incident {
	from := b.At.AddDate(0, 0, -DaysShown)
	return b.such(func(i Incident) bool {
		return !i.Goes(b.At) && !i.Ahead(b.At) && !i.Dropped && i.Starts.After(from)
	})
}

// Touching are those of the last ninety days that touched a server since a moment, and those that are ahead.
func (b *Board) Touching(server id.Server, since time.Time) []Incident {
	from := b.At.AddDate(0, 0, -DaysShown)
	return b.such(func(i Incident) bool {
		end := i.Until()
		return i.Touches(server) && !i.Dropped && i.Starts.After(from) && (end.IsZero() || end.After(since))
	})
}

// Incident is one of them.
func (b *Board) Incident(incident id.Incident) (Incident, bool) {
	at := slices.IndexFunc(b.Incidents, func(i Incident) bool { return i.ID == incident })
	if at < 0 {
		return Incident{}, false
	}
	return b.Incidents[at], true
}

func (b *Board) such(is func(Incident) bool) []Incident {
	var out []Incident
	for _, i := range b.Incidents {
		if is(i) {
			out = append(out, i)
		}
	}
	return out
}

// read makes a board of what the database says.
func (s *Status) read(ctx context.Context) (*Board, error) {
	now, err := s.reader.Now(ctx)
	if err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	today := s.dayOf(now)
	b := &Board{At: now, Today: dateOf(today)}
	if b.Incidents, err = s.incidents(ctx, now); err != nil {
		return nil, err
	}
	var rows []watched
	if err := parts(s.reader.With(ctx)).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	var days []dayRow
	err = s.reader.With(ctx).Where("day > ?", today-DaysShown).Find(&days).Error
	if err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	of := map[id.Component][]dayRow{}
	for _, d := range days {
		of[d.ComponentID] = append(of[d.ComponentID], d)
	}
	for _, r := range rows {
		b.Parts = append(b.Parts, b.part(r, of[r.Component.ID], today))
	}
	return b, nil
}

// part is one of them, with what staff say of it: a server that answers may still be of no use to anybody.
func (b *Board) part(r watched, days []dayRow, today int64) Part {
	p := Part{
		ID: r.Component.ID, Name: r.Component.Name, About: r.Component.About, Server: r.Component.ServerID,
		Kind: r.Component.Kind, State: r.Check.State, Since: r.Check.ChangedAt.Time, Checked: r.Check.CheckedAt.Time,
		Latency: time.Duration(r.Check.Latency) * time.Millisecond,
	}
	if p.Kind == None {
		p.State = Up
	}
	for _, i := range b.Going() {
		if !slices.ContainsFunc(i.Touched, func(t Touched) bool { return t.Component == p.ID }) {
			continue
		}
		if i.Sort == Maintenance {
			p.State = Working
		} else if i.Impact.worse(p.State) {
			p.State = i.Impact
		}
	}
	p.Days = make([]Day, DaysShown)
	for n := range p.Days {
		p.Days[n].Date = dateOf(today - DaysShown + 1 + int64(n))
	}
	for _, d := range days {
		n := d.Day - today + DaysShown - 1
		if n < 0 || n >= DaysShown {
			continue
		}
		day := &p.Days[n]
		day.Watched, day.Down = time.Duration(d.Watched)*time.Second, time.Duration(d.Down)*time.Second
		day.Slow = time.Duration(d.Slow) * time.Second
		if d.Answers > 0 {
			day.Latency = time.Duration(d.Latency/d.Answers) * time.Millisecond
		}
	}
	return p
}

// incidents reads those of the last year, with what they touch and what was said.
func (s *Status) incidents(ctx context.Context, now time.Time) ([]Incident, error) {
	var rows []incidentRow
	err := s.reader.With(ctx).Where("starts_at > ?", db.At(now.Add(-incidentsKept))).
		Order("starts_at DESC, id DESC").Limit(mostIncidents).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, failed(err)
	}
	list := make([]Incident, len(rows))
	at := map[id.Incident]*Incident{}
	ids := make([]id.Incident, len(rows))
	for n, r := range rows {
		list[n] = Incident{
			ID: r.ID, Sort: r.Kind, Title: r.Title, Who: r.Who, Todo: r.Todo, Impact: r.Impact, Starts: r.StartsAt.Time,
			Ends: r.EndsAt.Time, Over: r.OverAt.Time, Dropped: r.Dropped,
		}
		at[r.ID], ids[n] = &list[n], r.ID
	}
	var touched []struct {
		IncidentID  id.Incident
		ComponentID id.Component
		ServerID    id.Server
		Name        string
	}
	err = s.reader.With(ctx).Table(tableTouched+" t").Joins("JOIN "+tableComponents+" c ON c.id = t.component_id").
		Select("t.incident_id, t.component_id, c.server_id, c.name").Where("t.incident_id IN ?", ids).
		Order("c.name").Find(&touched).Error
	if err != nil {
		return nil, failed(err)
	}
	for _, t := range touched {
		i := at[t.IncidentID]
		i.Touched = append(i.Touched, Touched{Component: t.ComponentID, Server: t.ServerID, Name: t.Name})
	}
	var said []updateRow
	err = s.reader.With(ctx).Where("incident_id IN ?", ids).Order("said_at DESC, id DESC").Find(&said).Error
	for _, u := range said {
		i := at[u.IncidentID]
		i.Updates = append(i.Updates, Update{ID: u.ID, Phase: u.Phase, Text: u.Text, At: u.SaidAt.Time})
		i.Phase = i.Updates[0].Phase
	}
	return list, failed(err)
}

func failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("status: read incidents: %w", err)
}
