package conduct

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// remindBefore is how long before its end a training is reminded of (our own figure).
const remindBefore = 30 * 24 * time.Hour

// MailTraining is the kind of outbox message that carries a TrainingMail.
const MailTraining = "mail.training_ends"

// TrainingMail reminds one of the staff of a training that is to be had again.
type TrainingMail struct {
	To   id.Person `json:"to"`
	Name string    `json:"name"`
	Ends time.Time `json:"ends"`
}

type trainingRow struct {
	ID         id.Training `gorm:"primaryKey"`
	MemberID   id.Person
	Name       secretbox.Sealed
	DoneAt     db.Time
	ExpiresAt  db.Time
	RemindedAt db.Time
	RecordedAt db.Time
	RemovedAt  db.Time
}

// TableName names the table.
func (trainingRow) TableName() string { return "conduct_trainings" }

func (r trainingRow) place() secretbox.Place {
	return secretbox.Place{Table: "conduct_trainings", Column: "name", Row: r.ID.Bytes()}
}

// Training is one that somebody of the staff had.
type Training struct {
	ID      id.Training
	Person  id.Person
	Of      string // whose, in words
	Name    string
	Done    time.Time
	Expires time.Time // zero: never
}

// Record writes down that somebody of the staff had a training. Recording the same key again does nothing.
func (c *Conduct) Record(ctx context.Context, who actor.Actor, t Training) error {
	t.Name = strings.Join(strings.Fields(t.Name), " ")
	switch {
	case t.Name == "":
		return fault.InvalidField("name", "Say which training it was.")
	case utf8.RuneCountInString(t.Name) > longestTitle || !utf8.ValidString(t.Name) ||
		strings.ContainsFunc(t.Name, unicode.IsControl):
		return fault.InvalidField("name", fmt.Sprintf("Use at most %d characters.", longestTitle))
	case t.Done.IsZero():
		return fault.InvalidField("done", "Say on which day it was.")
	case !t.Expires.IsZero() && !t.Expires.After(t.Done):
		return fault.InvalidField("expires", "It ends after it was had.")
	}
	err := c.gate.Change(ctx, who, verb.StaffManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return c.record(tx, g, t) })
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

func (c *Conduct) record(tx *db.Tx, g gate.Grant, t Training) (gate.Entry, error) {
	if _, made, err := db.One[trainingRow](tx.Where("id = ?", t.ID)); err != nil || made {
		return gate.Entry{}, errors.Join(err, errDone)
	}
	if t.Done.After(g.Now()) {
		return gate.Entry{}, fault.InvalidField("done", "This day is still to come.")
	}
	person, err := persons.ByID(tx.DB, t.Person)
	if err != nil {
		return gate.Entry{}, err
	}
	if person.ID.IsZero() || !person.Staff {
		return gate.Entry{}, fault.InvalidField("colleague", "Choose a colleague.")
	}
	name, err := c.people.OpenName(person.ID, person.Name)
	if err != nil {
		return gate.Entry{}, err
	}
	row := trainingRow{
		ID: t.ID, MemberID: t.Person, DoneAt: db.At(t.Done), ExpiresAt: db.At(t.Expires), RecordedAt: db.At(g.Now()),
	}
	if t.Expires.IsZero() {
		row.ExpiresAt = db.Time{}
	}
	if row.ID.IsZero() {
		row.ID = id.New[id.TrainingKind]()
	}
	if row.Name, err = c.box.Seal(t.Name, row.place()); err != nil {
		return gate.Entry{}, fmt.Errorf("record a training: %w", err)
	}
	if err := tx.Create(&row).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("record a training: %w", err)
	}
	return g.Entry(activity.TrainingRecorded, about(person.ID, name, t.Name)), nil
}

func about(person id.Person, name, training string) activity.Details {
	return activity.Details{
		Target: persons.About(person, name), Changes: []activity.Change{{Field: "training", New: training}},
	}
}

// Remove takes a training out of the register that was written down by mistake. The log keeps both.
func (c *Conduct) Remove(ctx context.Context, who actor.Actor, training id.Training) error {
	return c.gate.Change(ctx, who, verb.StaffManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, found, err := db.One[trainingRow](tx.Where("id = ? AND removed_at IS NULL", training))
			if err != nil {
				return gate.Entry{}, fmt.Errorf("remove a training: %w", err)
			}
			if !found {
				return gate.Entry{}, fault.NotFound("remove a training")
			}
			t, err := c.training(tx, row)
			if err != nil {
				return gate.Entry{}, err
			}
			done := tx.Model(&trainingRow{}).Where("id = ? AND removed_at IS NULL", training).
				Update("removed_at", db.At(g.Now()))
			if done.Error != nil || done.RowsAffected == 0 {
				return gate.Entry{}, errors.Join(done.Error, fault.NotFound("remove a training"))
			}
			return g.Entry(activity.TrainingRemoved, about(t.Person, t.Of, t.Name)), nil
		})
}

func (c *Conduct) training(tx *db.Tx, row trainingRow) (Training, error) {
	t := Training{ID: row.ID, Person: row.MemberID, Done: row.DoneAt.Time, Expires: row.ExpiresAt.Time}
	var err error
	if t.Name, err = c.box.Open(row.Name, row.place()); err != nil {
		return Training{}, fmt.Errorf("read a training: %w", err)
	}
	person, err := persons.ByID(tx.DB, row.MemberID)
	if err != nil {
		return Training{}, err
	}
	t.Of, err = c.people.OpenName(person.ID, person.Name)
	return t, err
}

// Round reminds staff of trainings that end within a month, once for each, by the database's time.
func (c *Conduct) Round(ctx context.Context) error {
	now, err := c.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("remind of trainings: %w", err)
	}
	var rows []trainingRow
	err = c.reader.With(ctx).Where("reminded_at IS NULL AND removed_at IS NULL AND expires_at <= ? AND expires_at > ?",
		db.At(now.Add(remindBefore)), db.At(now)).Order("id").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("remind of trainings: %w", err)
	}
	var failed []error
	for _, row := range rows {
		if err := c.remind(ctx, row); err != nil && !errors.Is(err, errDone) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

func (c *Conduct) remind(ctx context.Context, row trainingRow) error {
	err := c.gate.Change(ctx, actor.NewSystem("trainings"), verb.StaffManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			done := tx.Model(&trainingRow{}).Where("id = ? AND reminded_at IS NULL AND removed_at IS NULL", row.ID).
				Update("reminded_at", db.At(g.Now()))
			if done.Error != nil {
				return gate.Entry{}, fmt.Errorf("remind of a training: %w", done.Error)
			}
			if done.RowsAffected == 0 {
				return gate.Entry{}, errDone
			}
			t, err := c.training(tx, row)
			if err != nil {
				return gate.Entry{}, err
			}
			err = c.outbox.Enqueue(tx, outbox.Message{Kind: MailTraining, Key: row.ID.String(), Payload: TrainingMail{
				To: t.Person, Name: t.Name, Ends: t.Expires,
			}})
			if err != nil {
				return gate.Entry{}, fmt.Errorf("remind of a training: %w", err)
			}
			return g.Entry(activity.TrainingReminded, about(t.Person, t.Of, t.Name)), nil
		})
	if err == nil {
		c.outbox.Wake()
	}
	return err
}
