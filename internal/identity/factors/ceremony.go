package factors

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/webauthn"
	"gatehouse/internal/platform/db"
)

const (
	ceremoniesTable = "ceremonies"
	ceremonyLife    = 5 * time.Minute // S9
)

// Purpose is what a challenge was given for. An answer to it is good for nothing else (S9).
type Purpose string

const (
	forNewKey     Purpose = "new key"
	forNewPasskey Purpose = "new passkey"
	forFirstUse   Purpose = "first use"

	// ForSecondStep is the proof beside a password.
	ForSecondStep Purpose = "second step"
	// ForStepUp is the proof that is asked for again, within a session.
	ForStepUp Purpose = "step-up"
	// ForSignIn is the proof that stands alone, by a passkey.
	ForSignIn Purpose = "sign-in"
)

// Holder is a hash of whom a challenge was given to: a session, a half session, or a browser where nobody is known yet.
type Holder [sha256.Size]byte

// OfSession is whoever holds a session.
func OfSession(session id.Session) Holder { return hold("session", session.Bytes()) }

// OfHalf is whoever holds a half session.
func OfHalf(half id.Challenge) Holder { return hold("half", half.Bytes()) }

// OfBrowser is a browser in which nobody is known yet.
func OfBrowser(door string) Holder { return hold("browser", []byte(door)) }

func hold(kind string, what []byte) Holder {
	return sha256.Sum256(append([]byte(kind+":"), what...))
}

// ceremonyRow is a challenge that was given to a browser.
type ceremonyRow struct {
	Challenge  []byte `gorm:"primaryKey"`
	Purpose    string
	Holder     []byte
	UserHandle []byte // of a person who has none before this key
	CreatedAt  db.Time
	ExpiresAt  db.Time
	UsedAt     db.Time
}

// TableName names the table.
func (ceremonyRow) TableName() string { return ceremoniesTable }

// ask keeps what a browser is about to be asked, and returns it.
func (p *Keyring) ask(
	ctx context.Context, what Purpose, of Holder, handle []byte, asked webauthn.Asked,
) ([]byte, error) {
	err := p.gate.Bookkeep(ctx, ceremoniesTable, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		err = tx.Create(&ceremonyRow{
			Challenge: asked.Challenge, Purpose: string(what), Holder: of[:], UserHandle: handle,
			CreatedAt: db.At(now), ExpiresAt: db.At(now.Add(ceremonyLife)),
		}).Error
		if err != nil {
			return fmt.Errorf("keep challenge: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return asked.Options, nil
}

// errSpent says that a challenge is not there any more, or never was for this purpose and holder.
var errSpent = errors.New("identity: the challenge is spent")

// spend uses a challenge up, whatever becomes of the answer: of any number of parallel answers to it one goes on (S9).
func (p *Keyring) spend(ctx context.Context, what Purpose, of Holder, challenge []byte) (ceremonyRow, error) {
	var row ceremonyRow
	spent := false
	err := p.gate.Bookkeep(ctx, ceremoniesTable, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		res := tx.Model(&ceremonyRow{}).Where(
			"challenge = ? AND purpose = ? AND holder = ? AND used_at IS NULL AND expires_at > ?",
			challenge, string(what), of[:], db.At(now)).Update("used_at", db.At(now))
		if res.Error != nil {
			return fmt.Errorf("use challenge: %w", res.Error)
		}
		if spent = res.RowsAffected == 1; !spent {
			return nil
		}
		if err := tx.Where("challenge = ?", challenge).Take(&row).Error; err != nil {
			return fmt.Errorf("use challenge: %w", err)
		}
		return nil
	})
	if err != nil {
		return ceremonyRow{}, err
	}
	if !spent {
		return ceremonyRow{}, errSpent
	}
	return row, nil
}

// PruneCeremonies removes challenges that nobody can answer any more.
func (p *Keyring) PruneCeremonies(ctx context.Context) error {
	return p.gate.Bookkeep(ctx, ceremoniesTable, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		err = tx.Where("expires_at < ?", db.At(now)).Delete(&ceremonyRow{}).Error
		if err != nil {
			return fmt.Errorf("prune challenges: %w", err)
		}
		return nil
	})
}

// Unfit is the answer to whoever shows a key that does not fit. Why is for nobody to know who tries.
func Unfit(err error) error {
	switch {
	case errors.Is(err, errSpent):
		return fault.InvalidField(keyField, "That took longer than five minutes, or was meant for another page. Try again.")
	case errors.Is(err, webauthn.ErrRefused):
		answer := fault.InvalidField(keyField, "This key’s answer doesn’t fit. Try again, or use something else.")
		if unknown, ok := UnknownKey(err); ok {
			return &UnknownKeyError{Party: unknown.Party, Key: unknown.Key, cause: answer}
		}
		return answer
	}
	return err
}

func noParty() error {
	return fault.Conflict("Security keys and passkeys need a portal that is reached under a name.")
}
