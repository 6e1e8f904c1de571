package factors

import (
	"context"
	"fmt"
	"maps"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/totp"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	kindTOTP      = "totp"
	kindKey       = "key"     // a security key: a second factor
	kindPasskey   = "passkey" // kept by the device with whom it is for: signs in alone, too
	mostFactors   = 20
	enrolmentLife = time.Hour
	longestName   = 60 // of a factor, in code points
)

// factorRow is one authenticator of a person.
type factorRow struct {
	ID          id.Factor `gorm:"primaryKey"`
	PersonID    id.Person
	Kind        string
	Name        secretbox.Sealed
	Secret      secretbox.Sealed
	ConfirmedAt db.Time    // when it counts from
	ProvedAt    db.Time    // of a first factor: when it was used, before the recovery codes were kept
	ProvedIn    id.Session // and in which session
	LastStep    int64
	AddedAt     db.Time
	LastUsedAt  db.Time

	// Of security keys and passkeys.
	CredentialIndex secretbox.Index
	SignCount       int64
	UserVerified    bool
	BackupEligible  bool
	BackedUp        bool
	SuspectAt       db.Time // set: it opens nothing until its owner has looked at it
	CopiedAt        db.Time // set: its counter went back, and it never opens anything again
}

// TableName names the table.
func (factorRow) TableName() string { return "factors" }

func factorPlace(column string, factor id.Factor) secretbox.Place {
	return secretbox.Place{Table: "factors", Column: column, Row: factor.Bytes()}
}

// useCode accepts a code of one of the person's apps. The statement that accepts it also rules out the step for ever:
// of any number of parallel uses, one finds an older step still there (S6).
func (p *Keyring) useCode(tx *db.Tx, g gate.Grant, code string) error {
	code = totp.Clean(code)
	var rows []factorRow
	err := g.On(tx.DB).Where("kind = ? AND confirmed_at IS NOT NULL AND suspect_at IS NULL", kindTOTP).
		Order("added_at, id").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("read factors: %w", err)
	}
	for _, row := range rows {
		used, err := p.useStep(tx, g, row, code, nil)
		if err != nil || used {
			return err
		}
	}
	return wrongCode()
}

// useStep tries a code at one factor, and sets more columns where it is the first use.
func (p *Keyring) useStep(tx *db.Tx, g gate.Grant, row factorRow, code string, more map[string]any) (bool, error) {
	secret, err := p.box.Open(row.Secret, factorPlace("secret", row.ID))
	if err != nil {
		return false, err
	}
	step, ok := totp.Match(secret, code, g.Now(), row.LastStep)
	if !ok || !totp.LooksLike(code) {
		return false, nil
	}
	set := map[string]any{"last_step": step, "last_used_at": db.At(g.Now())}
	maps.Copy(set, more)
	res := g.On(tx.Model(&factorRow{})).Where("id = ? AND last_step < ?", row.ID, step).Updates(set)
	if res.Error != nil {
		return false, fmt.Errorf("use code: %w", res.Error)
	}
	return res.RowsAffected == 1, nil
}

func wrongCode() error {
	return fault.InvalidField("code",
		"This code doesn’t fit. Wait for the next one in your app: each can be used once.")
}

// Enrolment is a code app that is being added. Nothing of it counts until ConfirmTOTP has seen a code of it.
type Enrolment struct {
	Factor id.Factor
	Secret string // base 32, for typing
	URL    string // otpauth address, for a QR code
}

// StartTOTP begins to add a code app under a name. A factor must have been used in the last ten minutes (S16).
func (p *Keyring) StartTOTP(ctx context.Context, who actor.Actor, name string) (Enrolment, error) {
	name, err := factorName(name, "Code app")
	if err != nil {
		return Enrolment{}, err
	}
	if !who.SignedIn() {
		return Enrolment{}, fault.SignIn()
	}
	person, err := persons.ByID(p.reader.With(ctx), who.Person)
	if err != nil {
		return Enrolment{}, err
	}
	email, err := p.persons.OpenEmail(person.ID, person.Email)
	if err != nil {
		return Enrolment{}, err
	}
	e := Enrolment{Factor: id.New[id.FactorKind](), Secret: totp.NewSecret()}
	e.URL = totp.Address(p.cfg.brand(), email, e.Secret)
	err = p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := RecentlyProved(tx, g); err != nil {
				return gate.Entry{}, err
			}
			if err := p.addTOTP(tx, g, who.Person, e, name, false); err != nil {
				return gate.Entry{}, err
			}
			target := activity.TargetOf("factor", e.Factor, name)
			return g.Entry(activity.FactorStarted, activity.Details{Target: target}), nil
		})
	if err != nil {
		return Enrolment{}, err
	}
	return e, nil
}

// addTOTP writes the factor.
func (p *Keyring) addTOTP(
	tx *db.Tx, g gate.Grant, person id.Person, e Enrolment, name string, confirmed bool,
) error {
	if err := makeRoom(tx, g, person); err != nil {
		return err
	}
	row := factorRow{ID: e.Factor, PersonID: person, Kind: kindTOTP, AddedAt: db.At(g.Now())}
	if confirmed {
		row.ConfirmedAt = row.AddedAt
	}
	var err error
	if row.Name, err = p.box.Seal(name, factorPlace("name", row.ID)); err != nil {
		return err
	}
	if row.Secret, err = p.box.Seal(e.Secret, factorPlace("secret", row.ID)); err != nil {
		return err
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return fmt.Errorf("add code app: %w", err)
	}
	return nil
}

// makeRoom takes away what was begun and never used, and refuses more factors than anybody needs.
func makeRoom(tx *db.Tx, g gate.Grant, person id.Person) error {
	if err := g.On(tx.DB).Where("person_id = ? AND confirmed_at IS NULL", person).
		Delete(&factorRow{}).Error; err != nil {
		return fmt.Errorf("add factor: %w", err)
	}
	return hasRoom(tx.DB, g)
}

// hasRoom refuses more factors than anybody needs.
func hasRoom(q *gorm.DB, g gate.Grant) error {
	var n int64
	if err := g.On(q.Model(&factorRow{})).Where("confirmed_at IS NOT NULL").Count(&n).Error; err != nil {
		return fmt.Errorf("add factor: %w", err)
	}
	if n >= mostFactors {
		return fault.Conflict("You have 20 second factors. Remove one before you add another.")
	}
	return nil
}

// ConfirmTOTP completes the adding of a code app with a code of it, which is used up by this. A factor must have been
// used in the last ten minutes (S16). The first factor of all then waits for the recovery codes (Unfinished); any other
// counts at once, and all other sessions end (N5). The session that asks goes on under the token returned.
func (p *Keyring) ConfirmTOTP(ctx context.Context, who actor.Actor, factor id.Factor, code string) (string, error) {
	if !who.SignedIn() {
		return "", fault.SignIn()
	}
	var token string
	err := p.Counted(ctx, Try{Who: who, Known: who, Guessable: true}, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, err := beingAdded(g.On(tx.DB).Where("kind = ?", kindTOTP), g.Now(), factor)
		if fault.KindOf(err) == fault.KindNotFound {
			return gate.Entry{}, fault.Conflict("This code app is no longer being added. Begin again.")
		}
		if err != nil {
			return gate.Entry{}, err
		}
		if err := RecentlyProved(tx, g); err != nil {
			return gate.Entry{}, err
		}
		first, err := usedFirst(tx, g)
		if err != nil {
			return gate.Entry{}, err
		}
		used, err := p.useStep(tx, g, row, totp.Clean(code), first.set)
		if err != nil {
			return gate.Entry{}, err
		}
		if !used {
			return gate.Entry{}, wrongCode()
		}
		var entry gate.Entry
		token, entry, err = p.added(tx, g, row, actor.ByCode, first)
		return entry, err
	})
	return token, err
}
