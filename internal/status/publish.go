package status

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Open publishes an incident, or work that is planned, and has it told to whom it concerns.
func (s *Status) Open(ctx context.Context, who actor.Actor, n NewIncident) (id.Incident, error) {
	row, text, err := n.checked()
	if err != nil {
		return id.Incident{}, err
	}
	err = s.gate.Change(ctx, who, verb.IncidentsPublish, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row.CreatedAt = db.At(g.Now())
			if row.StartsAt.IsZero() {
				row.StartsAt = row.CreatedAt
			}
			if row.Kind == Maintenance && !row.EndsAt.After(g.Now()) {
				return gate.Entry{}, fault.InvalidField("ends", "This is in the past.")
			}
			return s.open(tx, g, row, n.Components, text)
		})
	if db.IsDuplicate(err) {
		return row.ID, nil // the form was sent twice
	}
	if err != nil {
		return id.Incident{}, err
	}
	s.kept.forget()
	return row.ID, nil
}

func (s *Status) open(
	tx *db.Tx, g gate.Grant, row incidentRow, chosen []id.Component, text string,
) (gate.Entry, error) {
	var touched []componentRow
	err := tx.Where("id IN ? AND retired_at IS NULL", chosen).Order("name").Find(&touched).Error
	if err != nil {
		return gate.Entry{}, fmt.Errorf("open incident: %w", err)
	}
	if len(touched) == 0 {
		return gate.Entry{}, fault.InvalidField("components", "Choose what it touches.")
	}
	if err := tx.Create(&row).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("open incident: %w", err)
	}
	for _, c := range touched {
		if err := tx.Create(&touchedRow{IncidentID: row.ID, ComponentID: c.ID}).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("open incident: %w", err)
		}
	}
	phase, action := Looking, activity.IncidentOpened
	if row.Kind == Maintenance {
		phase, action = Planned, activity.MaintenancePlanned
	}
	parts, err := s.say(tx, g, row, touched, phase, text)
	if err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(action, activity.Details{
		Target:  activity.TargetOf("incident", row.ID, row.Title),
		Changes: []activity.Change{{Field: "Touches", New: parts}, {Field: "Text", New: text}},
	}), nil
}

// checked is what was typed, in order.
func (n NewIncident) checked() (incidentRow, string, error) {
	var w wrong
	row := incidentRow{
		ID: n.Key, Kind: n.Sort, Impact: n.Impact,
		Title: w.line("title", n.Title, 120, "Say in a few words what customers notice."),
		Who:   w.line("who", n.Who, 500, ""), Todo: w.line("todo", n.Todo, 500, ""),
	}
	text := w.prose("text", n.Text, 2000, "Say what is known, if it is only that you are looking into it.")
	if row.ID.IsZero() {
		row.ID = id.New[id.IncidentKind]()
	}
	if n.Impact != Slow && n.Impact != Down {
		w.say("impact", "Choose how bad it is.")
	}
	if len(n.Components) == 0 {
		w.say("components", "Choose what it touches.")
	}
	switch {
	case n.Sort == Fault:
	case n.Sort != Maintenance:
		w.say("title", "This is neither an incident nor planned work.")
	case n.Starts.IsZero():
		w.say("starts", "Enter when the work starts.")
	case !n.Ends.After(n.Starts):
		w.say("ends", "Enter an end after the start.")
	default:
		row.StartsAt, row.EndsAt = db.At(n.Starts), db.At(n.Ends)
	}
	return row, text, w.fault()
}

// say adds an update, has it told, and returns the names of the parts that it is about.
func (s *Status) say(
	tx *db.Tx, g gate.Grant, row incidentRow, touched []componentRow, phase Phase, text string,
) (string, error) {
	said := updateRow{
		ID: id.New[id.IncidentUpdateKind](), IncidentID: row.ID, Phase: phase, Text: text, SaidAt: db.At(g.Now()),
	}
	if err := tx.Create(&said).Error; err != nil {
		return "", fmt.Errorf("say of an incident: %w", err)
	}
	m := Told{
		Incident: row.ID, Update: said.ID, Sort: row.Kind, Title: row.Title, Who: row.Who, Todo: row.Todo,
		Starts: row.StartsAt.Time, Ends: row.EndsAt.Time, Phase: phase, Text: text,
	}
	for _, c := range touched {
		m.Parts, m.Components = append(m.Parts, c.Name), append(m.Components, c.ID)
		if !c.ServerID.IsZero() && !slices.Contains(m.Servers, c.ServerID) {
			m.Servers = append(m.Servers, c.ServerID)
		}
	}
	err := s.outbox.Enqueue(tx, outbox.Message{Kind: Tell, Key: said.ID.String(), Payload: m})
	return strings.Join(m.Parts, ", "), err // the outbox says what it did
}

// Say posts an update. One that says that it is over ends it; planned work may be dropped before.
func (s *Status) Say(ctx context.Context, who actor.Actor, incident id.Incident, phase Phase, text string) error {
	var w wrong
	text = w.prose("text", text, 2000, "Say what is new.")
	if err := w.fault(); err != nil {
		return err
	}
	err := s.gate.Change(ctx, who, verb.IncidentsPublish, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, found, err := db.One[incidentRow](tx.Where("id = ?", incident))
			if err != nil || !found {
				return gate.Entry{}, missing("say of an incident", err)
			}
			if !slices.Contains(PhasesOf(row.Kind), phase) {
				return gate.Entry{}, fault.InvalidField("phase", "Choose from the list how far it is.")
			}
			if err := endIf(tx, g, row, phase); err != nil {
				return gate.Entry{}, err
			}
			var touched []componentRow
			err = tx.Joins("JOIN "+tableTouched+" t ON t.component_id = "+tableComponents+".id").
				Where("t.incident_id = ?", incident).Order("name").Find(&touched).Error
			if err != nil {
				return gate.Entry{}, fmt.Errorf("say of an incident: %w", err)
			}
			if _, err := s.say(tx, g, row, touched, phase, text); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(saidAction(phase), activity.Details{
				Target:  activity.TargetOf("incident", row.ID, row.Title),
				Changes: []activity.Change{{Field: "Text", New: text}},
			}), nil
		})
	if err != nil {
		return err
	}
	s.kept.forget()
	return nil
}

func saidAction(p Phase) activity.Action {
	switch p {
	case Over:
		return activity.IncidentOver
	case Dropped:
		return activity.MaintenanceDropped
	case Looking, Found, Watching, Planned:
	}
	return activity.IncidentUpdated
}

// endIf ends what an update says is over. What is over stays so: of two who say it, one is told.
func endIf(tx *db.Tx, g gate.Grant, row incidentRow, phase Phase) error {
	if !row.OverAt.IsZero() {
		return fault.Conflict("This is over already. Open a new incident where something broke again.")
	}
	if phase == Dropped && !g.Now().Before(row.StartsAt.Time) {
		return fault.Conflict("The work has begun. Say that it is over instead.")
	}
	if phase != Over && phase != Dropped {
		return nil
	}
	// The provider's chain is locked: nobody else has ended it since it was read.
	err := tx.Model(&incidentRow{}).Where("id = ? AND over_at IS NULL", row.ID).
		Updates(map[string]any{"over_at": db.At(g.Now()), "dropped": phase == Dropped}).Error
	if err != nil {
		return fmt.Errorf("say of an incident: %w", err)
	}
	return nil
}
