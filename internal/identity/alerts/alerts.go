// Package alerts tells people by mail, at once, of what happened to their sign-in, and keeps what a mailed link needs
// to say “this wasn’t me”. It writes alerts; what follows from the answer is in waysback.
package alerts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// Alerts is the room. It is safe for concurrent use.
type Alerts struct {
	gate    *gate.Gate
	reader  *db.Reader
	box     *secretbox.Box
	out     *outbox.Box
	persons *persons.Persons
}

// New makes the room. It reads and writes nothing yet.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box, out *outbox.Box, people *persons.Persons) *Alerts {
	return &Alerts{gate: g, reader: reader, box: box, out: out, persons: people}
}

// Kind is what somebody is told of by mail at once. It is kept, so the words never change.
type Kind string

// The kinds of alerts.
const (
	NewDevice        Kind = "new-device"
	FactorAdded      Kind = "factor-added"
	FactorRemoved    Kind = "factor-removed"
	PasswordChanged  Kind = "password-changed"
	EmailChanged     Kind = "email-changed" // about: the old address, which is told as well
	EmailAsked       Kind = "email-asked"   // about: the new address, which is not yet confirmed
	RecoveryStarted  Kind = "recovery-started"
	ManyFailures     Kind = "many-failures"
	KeyCloned        Kind = "key-cloned"
	CodesRegenerated Kind = "codes-regenerated"
	RecoveryCodeUsed Kind = "recovery-code-used"
	NewCountry       Kind = "new-country" // about: the place
	Travelled        Kind = "travelled"   // about: the place; nobody comes there so quickly
	FailedThenIn     Kind = "failed-then-in"
	UnusualHour      Kind = "unusual-hour"
	LogTaken         Kind = "log-taken"
)

// Kinds are all of them.
func Kinds() []Kind {
	return []Kind{
		NewDevice, FactorAdded, FactorRemoved, PasswordChanged, EmailChanged, EmailAsked,
		RecoveryStarted, ManyFailures, KeyCloned, CodesRegenerated, RecoveryCodeUsed, NewCountry,
		Travelled, FailedThenIn, UnusualHour, LogTaken,
	}
}

// MailAlert is the kind of message that carries an alert to one address.
const MailAlert = "identity.alert"

// alertLife is for how long the link of an alert works.
const alertLife = 7 * 24 * time.Hour

// Mail is an alert on its way to one address.
type Mail struct {
	Person   id.Person `json:"person"`
	Kind     Kind      `json:"kind"`
	About    string    `json:"about,omitempty"`    // the name of the factor, the old address
	ByOther  bool      `json:"by_other,omitempty"` // somebody else did it: the provider
	To       string    `json:"to"`
	Name     string    `json:"name"`
	TimeZone string    `json:"time_zone,omitempty"`
	At       time.Time `json:"at"`
	Device   string    `json:"device,omitempty"`
	Address  string    `json:"address,omitempty"`
	Place    string    `json:"place,omitempty"` // of the address, in words
	Factor   string    `json:"factor,omitempty"`
	Token    string    `json:"token"` // of the link that says “this wasn’t me”
}

// Row is an alert that its receiver can still answer.
type Row struct {
	ID        id.Alert `gorm:"primaryKey"`
	PersonID  id.Person
	Kind      Kind
	TokenHash []byte
	About     secretbox.Sealed
	CreatedAt db.Time
	ExpiresAt db.Time
	UsedAt    db.Time
}

// TableName names the table.
func (Row) TableName() string { return "alerts" }

func alertPlace(alert id.Alert) secretbox.Place {
	return secretbox.Place{Table: "alerts", Column: "about", Row: alert.Bytes()}
}

// Tell tells the person of the grant by mail, in the change that it follows from. About names the thing: the factor,
// or of a change of address the old one; it is called when the new one is written.
func (p *Alerts) Tell(tx *db.Tx, g gate.Grant, kind Kind, about string) error {
	person, ok := g.Scope().Person()
	if !ok {
		return errors.New("an alert is about the person of the change")
	}
	return p.Alert(tx, g, person, kind, about)
}

// Alert is what other rooms tell a person by mail, in a change that concerns them. Somebody who was erased has no
// address any more and is told nothing.
func (p *Alerts) Alert(tx *db.Tx, g gate.Grant, person id.Person, kind Kind, about string) error {
	return p.alert(tx, g, person, kind, about, nil)
}

// AlertOf is Alert for what stands in the log already: the mail says when it was and from where, and whoever answers
// that it was not them answers for everything since then.
func (p *Alerts) AlertOf(
	tx *db.Tx, g gate.Grant, person id.Person, kind Kind, about string, e *activity.Entry,
) error {
	return p.alert(tx, g, person, kind, about, e)
}

func (p *Alerts) alert(
	tx *db.Tx, g gate.Grant, person id.Person, kind Kind, about string, of *activity.Entry,
) error {
	if !slices.Contains(Kinds(), kind) {
		return fmt.Errorf("there is no alert %q", kind)
	}
	row, err := persons.ByID(tx.DB, person)
	if err != nil {
		return err
	}
	if row.ID.IsZero() {
		return fault.NotFound("alert")
	}
	if row.Email.IsZero() {
		return nil
	}
	m, err := p.alertMail(g, row, kind, about)
	if err != nil {
		return err
	}
	if of != nil {
		m.At, m.Factor, m.Device, m.Place = of.Occurred, of.Factor, of.Who.Device, of.Who.Country
		m.Address, m.ByOther = of.Who.Address, of.ActorID != person
	}
	alert := id.New[id.AlertKind]()
	if m.Token, err = p.keepAlert(tx, g, alert, m); err != nil {
		return err
	}
	to := []string{m.To}
	if kind == EmailChanged && about != "" {
		to = append(to, about)
	}
	for i, address := range to {
		m.To = address
		key := fmt.Sprintf("%s-%d", alert, i)
		if err := p.out.Enqueue(tx, outbox.Message{Kind: MailAlert, Key: key, Payload: m}); err != nil {
			return err // the outbox says what it did
		}
	}
	return nil
}

// keepAlert writes the alert down and returns the token of its link.
func (p *Alerts) keepAlert(tx *db.Tx, g gate.Grant, alert id.Alert, m Mail) (string, error) {
	token, hash := tokens.New()
	row := Row{
		ID: alert, PersonID: m.Person, Kind: m.Kind, TokenHash: hash,
		CreatedAt: db.At(m.At), ExpiresAt: db.At(g.Now().Add(alertLife)),
	}
	if m.About != "" {
		var err error
		if row.About, err = p.box.Seal(m.About, alertPlace(alert)); err != nil {
			return "", err
		}
	}
	if err := db.WithScope(tx.DB, "person_id", m.Person.Bytes()).Create(&row).Error; err != nil {
		return "", fmt.Errorf("keep alert: %w", err)
	}
	return token, nil
}

func (p *Alerts) alertMail(g gate.Grant, person persons.Row, kind Kind, about string) (Mail, error) {
	who := g.Who()
	m := Mail{
		Person: person.ID, Kind: kind, About: about, TimeZone: person.TimeZone, At: g.Now(), Factor: who.Factor,
		Device: who.Device, Place: who.Place, ByOther: who.Person != person.ID,
	}
	if who.Address.IsValid() {
		m.Address = who.Address.String()
	}
	var err error
	if m.Name, err = p.persons.OpenName(person.ID, person.Name); err != nil {
		return Mail{}, err
	}
	m.To, err = p.persons.OpenEmail(person.ID, person.Email)
	return m, err
}

// keepAlerts is for how long an alert is kept whose link works no more.
const keepAlerts = 30 * 24 * time.Hour

// PruneAlerts removes alerts that are long over.
func (p *Alerts) PruneAlerts(ctx context.Context) error {
	return p.gate.Bookkeep(ctx, "alerts", func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		err = db.Across(tx.DB, "what is long over goes, whoever's it was").
			Where("expires_at < ?", db.At(now.Add(-keepAlerts))).Delete(&Row{}).Error
		if err != nil {
			return fmt.Errorf("prune alerts: %w", err)
		}
		return nil
	})
}
