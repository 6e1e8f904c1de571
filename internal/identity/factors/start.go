package factors

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// startLife is how long somebody of the staff has to add their first key (our own figure).
const startLife = 72 * time.Hour

// startRow is the secret with which somebody of the staff may add their first security key. Only its hash is kept.
type startRow struct {
	PersonID  id.Person `gorm:"primaryKey"`
	TokenHash []byte
	CreatedAt db.Time
	ExpiresAt db.Time
	SessionID id.Session // in which it was shown
	UsedAt    db.Time
}

// TableName names the table.
func (startRow) TableName() string { return "staff_starts" }

// Start is the secret that somebody of the staff shows once, besides their password, to add their first key. It is
// handed to them by whoever gives them their seat; a newer one ends the older.
type Start struct {
	Token   string
	Expires time.Time
}

// IssueStart makes one in the change that gives a seat. The entry belongs to that change.
func (p *Keyring) IssueStart(tx *db.Tx, g gate.Grant, person id.Person, name string) (Start, gate.Entry, error) {
	token, hash := tokens.New()
	row := startRow{
		PersonID: person, TokenHash: hash, CreatedAt: db.At(g.Now()), ExpiresAt: db.At(g.Now().Add(startLife)),
	}
	q := db.WithScope(tx.DB, "person_id", person.Bytes())
	if err := q.Delete(&startRow{}).Error; err != nil {
		return Start{}, gate.Entry{}, fmt.Errorf("issue start: %w", err)
	}
	if err := db.WithScope(tx.DB, "person_id", person.Bytes()).Create(&row).Error; err != nil {
		return Start{}, gate.Entry{}, fmt.Errorf("issue start: %w", err)
	}
	entry := g.EntryIn(id.PersonScope(person), activity.StartIssued, activity.Details{Target: persons.About(person, name)})
	return Start{Token: token, Expires: row.ExpiresAt.Time}, entry, nil
}

// UseStart shows the secret, once, in the session that is to add the key, which proved its password lately (S12, S16).
func (p *Keyring) UseStart(ctx context.Context, who actor.Actor, token string) error {
	if !who.SignedIn() {
		return fault.SignIn()
	}
	hash, ok := tokens.Hash(token)
	if !ok {
		return startIsOver()
	}
	return p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := RecentlyProved(tx, g); err != nil {
				return gate.Entry{}, err
			}
			done := g.On(tx.Model(&startRow{})).
				Where("token_hash = ? AND used_at IS NULL AND expires_at > ?", hash, db.At(g.Now())).
				Updates(map[string]any{"used_at": db.At(g.Now()), "session_id": who.Session})
			if done.Error != nil {
				return gate.Entry{}, fmt.Errorf("use start: %w", done.Error)
			}
			if done.RowsAffected == 0 {
				return gate.Entry{}, startIsOver()
			}
			return g.Entry(activity.StartUsed, activity.Details{Target: persons.About(who.Person, who.Name)}), nil
		})
}

func startIsOver() error {
	return fault.Conflict("This start link was used already, is not yours, or is older than three days. " +
		"Ask for a new one.")
}

// mayAddFirstKey refuses the first key of somebody of the staff unless their start link was opened in this very
// session: the password alone, which somebody may have learnt, makes nobody staff (S12). Whoever has a key is asked for
// that instead. In the demo staff have none.
func (p *Keyring) mayAddFirstKey(q *gorm.DB, g gate.Grant) error {
	person, err := persons.ByID(q, g.Who().Person)
	if err != nil {
		return err
	}
	if !person.Staff || p.cfg.StaffCodes {
		return nil
	}
	var keys int64
	err = g.On(q.Model(&factorRow{})).
		Where("kind IN (?, ?) AND confirmed_at IS NOT NULL AND suspect_at IS NULL", kindKey, kindPasskey).Count(&keys).Error
	if err != nil {
		return fmt.Errorf("add first key: %w", err)
	}
	if keys > 0 {
		if g.Who().PhishingResistant() && !g.Who().FactorAt.IsZero() {
			return nil
		}
		return fault.StepUp(g.Verb())
	}
	var started int64
	err = g.On(q.Model(&startRow{})).
		Where("session_id = ? AND used_at > ?", g.Who().Session, db.At(g.Now().Add(-enrolmentLife))).Count(&started).Error
	if err != nil {
		return fmt.Errorf("add first key: %w", err)
	}
	if started == 0 {
		return fault.Conflict("Your first security key is added with the start link that came with your seat. Open it first.")
	}
	return nil
}
