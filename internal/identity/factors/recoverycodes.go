package factors

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// The figures of S8. Eighty bits are sixteen letters, which is what people are still willing to type.
const (
	recoveryCodes    = 10 // our own figure
	recoveryBytes    = 10
	recoverySalt     = 16
	recoveryGroup    = 4         // letters between two hyphens
	showCodesFor     = time.Hour // how long a page that shows them may be asked for a file, after they were made
	fewRecoveryCodes = 3         // from here on their owner is told to make new ones
)

// recoveryLetters are those that are not taken for one another, as Douglas Crockford chose them: no i, l, o and u.
const recoveryLetters = "0123456789abcdefghjkmnpqrstvwxyz"

// RecoverySetRow says when somebody’s recovery codes were made, and whether they are kept.
type RecoverySetRow struct {
	PersonID    id.Person `gorm:"primaryKey"`
	Salt        []byte
	MadeAt      db.Time
	ConfirmedAt db.Time
}

// TableName names the table.
func (RecoverySetRow) TableName() string { return "recovery_sets" }

type recoveryCodeRow struct {
	PersonID id.Person       `gorm:"primaryKey"`
	CodeHash secretbox.Index `gorm:"primaryKey"`
	UsedAt   db.Time
}

// TableName names the table.
func (recoveryCodeRow) TableName() string { return "recovery_codes" }

// newRecoveryCode makes a code: "k7qf-2m9x-4h3t-bw8c".
func newRecoveryCode() string {
	raw := make([]byte, recoveryBytes)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program where randomness is missing
	letters := base32.NewEncoding(recoveryLetters).WithPadding(base32.NoPadding).EncodeToString(raw)
	var groups []string
	for group := range slices.Chunk([]byte(letters), recoveryGroup) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, "-")
}

// newRecoveryCodes makes a set of them, and its salt.
func newRecoveryCodes() (salt []byte, codes []string) {
	salt, codes = make([]byte, recoverySalt), make([]string, recoveryCodes)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program where randomness is missing
	for i := range codes {
		codes[i] = newRecoveryCode()
	}
	return salt, codes
}

// cleanRecoveryCode is what people mean who type a code: capitals, spaces and hyphens make no difference, nor do
// letters that look like figures.
func cleanRecoveryCode(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == '-' || r == '–' || r == ' ' || r == '\u00a0' || r == '\t' || r == '.' {
			return -1
		}
		return r
	}, strings.ToLower(text))
	return strings.NewReplacer("o", "0", "i", "1", "l", "1").Replace(text)
}

// looksLikeRecoveryCode says whether a cleaned text can be one at all.
func looksLikeRecoveryCode(code string) bool {
	return len(code) == recoveryBytes*8/5 && strings.Trim(code, recoveryLetters) == ""
}

// recoveryHash is what is kept of a code: keyed, salted and bound to its owner, so that a copy of the database gives
// nothing to try codes on, and the code of one person is none of another's (S8).
func (p *Keyring) recoveryHash(person id.Person, salt []byte, code string) secretbox.Index {
	return p.box.Index("recovery_codes.code_hash",
		person.String()+" "+hex.EncodeToString(salt)+" "+cleanRecoveryCode(code))
}

// RecoveryState says how somebody stands with their recovery codes.
type RecoveryState struct {
	Made      time.Time // zero: there are none
	Confirmed bool      // their owner proved that they are kept
	Left      int
	Total     int
}

// Few says that it is time to make new ones.
func (s RecoveryState) Few() bool { return s.Left <= fewRecoveryCodes }

// Recovery says how the one who asks stands with their recovery codes.
func (p *Keyring) Recovery(ctx context.Context, who actor.Actor) (RecoveryState, error) {
	g, err := p.gate.View(ctx, who, verb.SelfView, id.PersonScope(who.Person))
	if err != nil {
		return RecoveryState{}, err
	}
	var sets []RecoverySetRow
	if err := g.On(p.reader.With(ctx)).Limit(1).Find(&sets).Error; err != nil {
		return RecoveryState{}, fmt.Errorf("read recovery codes: %w", err)
	}
	if len(sets) == 0 {
		return RecoveryState{}, nil
	}
	var codes []recoveryCodeRow
	if err := g.On(p.reader.With(ctx)).Find(&codes).Error; err != nil {
		return RecoveryState{}, fmt.Errorf("read recovery codes: %w", err)
	}
	s := RecoveryState{Made: sets[0].MadeAt.Time, Confirmed: !sets[0].ConfirmedAt.IsZero(), Total: len(codes)}
	for _, c := range codes {
		if c.UsedAt.IsZero() {
			s.Left++
		}
	}
	return s, nil
}

// MakeRecoveryCodes makes ten codes and returns them: nobody sees them again, for only their hashes are kept. Those
// made before are worth nothing from then on. A factor must have been used in the last ten minutes (S16).
func (p *Keyring) MakeRecoveryCodes(ctx context.Context, who actor.Actor) ([]string, error) {
	if !who.SignedIn() {
		return nil, fault.SignIn()
	}
	salt, codes := newRecoveryCodes()
	err := p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			second, err := standInForSomething(tx, g)
			if err != nil {
				return gate.Entry{}, err
			}
			if err := RecentlyProved(tx, g); err != nil {
				return gate.Entry{}, err
			}
			if err := p.storeRecoveryCodes(tx, g, salt, codes); err != nil {
				return gate.Entry{}, err
			}
			if second { // else nothing is different yet
				if err := p.alerts.Tell(tx, g, alerts.CodesRegenerated, ""); err != nil {
					return gate.Entry{}, err
				}
			}
			return g.Entry(activity.RecoveryCodesMade, activity.Details{Target: persons.About(who.Person, who.Name)}), nil
		})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// standInForSomething refuses codes to whoever has no second factor, and none that waits for the codes. It says whether
// one counts already.
func standInForSomething(tx *db.Tx, g gate.Grant) (second bool, err error) {
	second, err = HasSecond(g.On(tx.DB))
	if err != nil || second {
		return second, err
	}
	_, waits, err := waitingHere(g.On(tx.DB), g)
	if err == nil && !waits {
		err = codesForNothing()
	}
	return false, err
}

func (p *Keyring) storeRecoveryCodes(tx *db.Tx, g gate.Grant, salt []byte, codes []string) error {
	if err := dropRecoveryCodes(tx, g); err != nil {
		return err
	}
	set := RecoverySetRow{PersonID: g.Person(), Salt: salt, MadeAt: db.At(g.Now())}
	return p.writeRecoveryCodes(tx, g, set, codes)
}

func (p *Keyring) writeRecoveryCodes(tx *db.Tx, g gate.Grant, set RecoverySetRow, codes []string) error {
	if err := g.On(tx.DB).Create(&set).Error; err != nil {
		return fmt.Errorf("make recovery codes: %w", err)
	}
	rows := make([]recoveryCodeRow, len(codes))
	for i, code := range codes {
		rows[i] = recoveryCodeRow{PersonID: set.PersonID, CodeHash: p.recoveryHash(set.PersonID, set.Salt, code)}
	}
	if err := g.On(tx.DB).Create(&rows).Error; err != nil {
		return fmt.Errorf("make recovery codes: %w", err)
	}
	return nil
}

// dropRecoveryCodes takes the codes of the grant's person away: new ones are made, or there is no second step any more
// that they could stand in for.
func dropRecoveryCodes(tx *db.Tx, g gate.Grant) error {
	if err := g.On(tx.DB).Delete(&recoveryCodeRow{}).Error; err != nil {
		return fmt.Errorf("drop recovery codes: %w", err)
	}
	if err := g.On(tx.DB).Delete(&RecoverySetRow{}).Error; err != nil {
		return fmt.Errorf("drop recovery codes: %w", err)
	}
	return nil
}

// RecoverySet reads the set of the grant's person; false where there is none.
func RecoverySet(tx *db.Tx, g gate.Grant) (RecoverySetRow, bool, error) {
	var sets []RecoverySetRow
	if err := g.On(tx.DB).Limit(1).Find(&sets).Error; err != nil {
		return RecoverySetRow{}, false, fmt.Errorf("read recovery codes: %w", err)
	}
	if len(sets) == 0 {
		return RecoverySetRow{}, false, nil
	}
	return sets[0], true, nil
}

// ConfirmRecoveryCodes proves that the codes are kept: their owner types one back, which does not use it up. A box to
// tick would be ticked by those, too, who kept nothing; one code can be typed or pasted by anybody who did. A first
// factor counts from then on, all other sessions end (N5), and the one that asks goes on under the token returned,
// which is empty where it keeps the one it has.
func (p *Keyring) ConfirmRecoveryCodes(ctx context.Context, who actor.Actor, code string) (string, error) {
	if !who.SignedIn() {
		return "", fault.SignIn()
	}
	if cleanRecoveryCode(code) == "" {
		return "", fault.InvalidField("code", "Type one of the codes, whichever you like.")
	}
	var token string
	err := p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			set, found, err := RecoverySet(tx, g)
			if err != nil {
				return gate.Entry{}, err
			}
			if !found {
				return gate.Entry{}, fault.Conflict("These recovery codes are no longer good. Make new ones.")
			}
			var n int64
			err = g.On(tx.Model(&recoveryCodeRow{})).
				Where("code_hash = ? AND used_at IS NULL", p.recoveryHash(who.Person, set.Salt, code)).Count(&n).Error
			if err != nil {
				return gate.Entry{}, fmt.Errorf("confirm recovery codes: %w", err)
			}
			if n == 0 {
				return gate.Entry{}, fault.InvalidField("code",
					"This is none of the codes. Compare it with your copy, letter by letter.")
			}
			err = g.On(tx.Model(&RecoverySetRow{})).Where("confirmed_at IS NULL").
				Update("confirmed_at", db.At(g.Now())).Error
			if err != nil {
				return gate.Entry{}, fmt.Errorf("confirm recovery codes: %w", err)
			}
			entry := g.Entry(activity.RecoveryCodesKept, activity.Details{Target: persons.About(who.Person, who.Name)})
			var on gate.Entry
			token, on, err = p.turnOn(tx, g)
			return entry.And(on), err
		})
	return token, err
}

// ShownCodes takes the codes back from the page that shows them, for the same page again or for a file. They are good
// for that only while they are all unused, not confirmed, and made within the hour; any other text is refused.
func (p *Keyring) ShownCodes(ctx context.Context, who actor.Actor, text string) ([]string, error) {
	g, err := p.gate.View(ctx, who, verb.SelfManage, id.PersonScope(who.Person))
	if err != nil {
		return nil, err
	}
	gone := fault.Conflict("These recovery codes are no longer shown. Make new ones if you did not keep them.")
	var sets []RecoverySetRow
	err = g.On(p.reader.With(ctx)).Where("confirmed_at IS NULL AND made_at > ?", db.At(g.Now().Add(-showCodesFor))).
		Limit(1).Find(&sets).Error
	if err != nil {
		return nil, fmt.Errorf("read recovery codes: %w", err)
	}
	codes := strings.Fields(text)
	if len(sets) == 0 || len(codes) != recoveryCodes {
		return nil, gone
	}
	hashes := make([]secretbox.Index, len(codes))
	for i, code := range codes {
		if !looksLikeRecoveryCode(cleanRecoveryCode(code)) || len(code) > 2*recoveryBytes {
			return nil, gone
		}
		hashes[i] = p.recoveryHash(who.Person, sets[0].Salt, code)
	}
	var n int64
	err = g.On(p.reader.With(ctx).Model(&recoveryCodeRow{})).
		Where("used_at IS NULL AND code_hash IN ?", hashes).Count(&n).Error
	if err != nil {
		return nil, fmt.Errorf("read recovery codes: %w", err)
	}
	if n != recoveryCodes {
		return nil, gone
	}
	return codes, nil
}
