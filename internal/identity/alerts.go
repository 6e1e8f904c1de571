package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// AlertKind is what somebody is told of by mail at once. It is kept, so the words never change.
type AlertKind string

// The kinds of alerts.
const (
	AlertNewDevice        AlertKind = "new-device"
	AlertFactorAdded      AlertKind = "factor-added"
	AlertFactorRemoved    AlertKind = "factor-removed"
	AlertPasswordChanged  AlertKind = "password-changed"
	AlertEmailChanged     AlertKind = "email-changed" // about: the old address, which is told as well
	AlertEmailAsked       AlertKind = "email-asked"   // about: the new address, which is not yet confirmed
	AlertRecoveryStarted  AlertKind = "recovery-started"
	AlertManyFailures     AlertKind = "many-failures"
	AlertKeyCloned        AlertKind = "key-cloned"
	AlertCodesRegenerated AlertKind = "codes-regenerated"
	AlertRecoveryCodeUsed AlertKind = "recovery-code-used"
)

// AlertKinds are all of them.
func AlertKinds() []AlertKind {
	return []AlertKind{
		AlertNewDevice, AlertFactorAdded, AlertFactorRemoved, AlertPasswordChanged, AlertEmailChanged, AlertEmailAsked,
		AlertRecoveryStarted, AlertManyFailures, AlertKeyCloned, AlertCodesRegenerated, AlertRecoveryCodeUsed,
	}
}

// MailAlert is the kind of message that carries an alert to one address.
const MailAlert = "identity.alert"

// alertLife is for how long the link of an alert works.
const alertLife = 7 * 24 * time.Hour

// AlertMail is an alert on its way to one address.
type AlertMail struct {
	Person   id.Person `json:"person"`
	Kind     AlertKind `json:"kind"`
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

// alertRow is an alert that its receiver can still answer.
type alertRow struct {
	ID        id.Alert `gorm:"primaryKey"`
	PersonID  id.Person
	Kind      AlertKind
	TokenHash []byte
	About     secretbox.Sealed
	CreatedAt db.Time
	ExpiresAt db.Time
	UsedAt    db.Time
}

// TableName names the table.
func (alertRow) TableName() string { return "alerts" }

func alertPlace(alert id.Alert) secretbox.Place {
	return secretbox.Place{Table: "alerts", Column: "about", Row: alert.Bytes()}
}

// alert tells the person of the grant by mail, in the change that it follows from. About names the thing: the factor,
// or of a change of address the old one; it is called when the new one is written.
func (p *People) alert(tx *db.Tx, g gate.Grant, kind AlertKind, about string) error {
	person, ok := g.Scope().Person()
	if !ok {
		return errors.New("an alert is about the person of the change")
	}
	return p.Alert(tx, g, person, kind, about)
}

// Alert is what other rooms tell a person by mail, in a change that concerns them. Somebody who was erased has no
// address any more and is told nothing.
func (p *People) Alert(tx *db.Tx, g gate.Grant, person id.Person, kind AlertKind, about string) error {
	if !slices.Contains(AlertKinds(), kind) {
		return fmt.Errorf("there is no alert %q", kind)
	}
	row, err := byID(tx.DB, person)
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
	alert := id.New[id.AlertKind]()
	if m.Token, err = p.keepAlert(tx, g, alert, m); err != nil {
		return err
	}
	to := []string{m.To}
	if kind == AlertEmailChanged && about != "" {
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
func (p *People) keepAlert(tx *db.Tx, g gate.Grant, alert id.Alert, m AlertMail) (string, error) {
	token, hash := newToken()
	row := alertRow{
		ID: alert, PersonID: m.Person, Kind: m.Kind, TokenHash: hash,
		CreatedAt: db.At(g.Now()), ExpiresAt: db.At(g.Now().Add(alertLife)),
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

func (p *People) alertMail(g gate.Grant, person personRow, kind AlertKind, about string) (AlertMail, error) {
	who := g.Who()
	m := AlertMail{
		Person: person.ID, Kind: kind, About: about, TimeZone: person.TimeZone, At: g.Now(), Factor: who.Factor,
		Device: who.Device, Place: who.Place, ByOther: who.Person != person.ID,
	}
	if who.Address.IsValid() {
		m.Address = who.Address.String()
	}
	var err error
	if m.Name, err = p.OpenName(person.ID, person.Name); err != nil {
		return AlertMail{}, err
	}
	m.To, err = p.OpenEmail(person.ID, person.Email)
	return m, err
}

// keepAlerts is for how long an alert is kept whose link works no more.
const keepAlerts = 30 * 24 * time.Hour

// pruneAlerts removes alerts that are long over.
func (p *People) pruneAlerts(ctx context.Context) error {
	return p.gate.Bookkeep(ctx, "alerts", func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		err = db.Across(tx.DB, "what is long over goes, whoever's it was").
			Where("expires_at < ?", db.At(now.Add(-keepAlerts))).Delete(&alertRow{}).Error
		if err != nil {
			return fmt.Errorf("prune alerts: %w", err)
		}
		return nil
	})
}
