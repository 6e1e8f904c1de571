package identity

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
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
	ConfirmedAt db.Time
	LastStep    int64
	AddedAt     db.Time
	LastUsedAt  db.Time

	// Of security keys and passkeys.
	CredentialIndex secretbox.Index
	SignCount       int64
	UserVerified    bool
	BackupEligible  bool
	BackedUp        bool
	SuspectAt       db.Time
}

// TableName names the table.
func (factorRow) TableName() string { return "factors" }

func factorPlace(column string, factor id.Factor) secretbox.Place {
	return secretbox.Place{Table: "factors", Column: column, Row: factor.Bytes()}
}

// hasSecondFactor says whether the person of a confined query has a factor that was used at least once.
func hasSecondFactor(q *gorm.DB) (bool, error) {
	var rows []factorRow
	err := q.Select("id").Where("confirmed_at IS NOT NULL").Limit(1).Find(&rows).Error
	if err != nil {
		return false, fmt.Errorf("read factors: %w", err)
	}
	return len(rows) > 0, nil
}

// Factor is one authenticator as its owner sees it.
type Factor struct {
	ID         id.Factor
	Kind       FactorKind
	Name       string
	AddedAt    time.Time
	LastUsedAt time.Time
	Synced     bool // a passkey that its owner’s other devices have as well
	Suspect    bool // a key that may have been copied, and opens nothing any more
}

// FactorKind is the kind of an authenticator.
type FactorKind string

// The kinds of authenticators.
const (
	CodeApp     FactorKind = kindTOTP
	SecurityKey FactorKind = kindKey
	Passkey     FactorKind = kindPasskey
)

// Factors lists the second factors of the one who asks, the oldest first.
func (p *People) Factors(ctx context.Context, who actor.Actor) ([]Factor, error) {
	g, err := p.gate.View(ctx, who, verb.SelfView, id.PersonScope(who.Person))
	if err != nil {
		return nil, err
	}
	var rows []factorRow
	err = g.On(p.reader.With(ctx)).Where("confirmed_at IS NOT NULL").Order("added_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list factors: %w", err)
	}
	out := make([]Factor, 0, len(rows))
	for _, row := range rows {
		name, err := p.box.Open(row.Name, factorPlace("name", row.ID))
		if err != nil {
			return nil, err
		}
		out = append(out, Factor{
			ID: row.ID, Kind: FactorKind(row.Kind), Name: name, AddedAt: row.AddedAt.Time, LastUsedAt: row.LastUsedAt.Time,
			Synced: row.BackedUp, Suspect: !row.SuspectAt.IsZero(),
		})
	}
	return out, nil
}

// useCode accepts a code of one of the person's apps. The statement that accepts it also rules out the step for ever:
// of any number of parallel uses, one finds an older step still there (S6).
func (p *People) useCode(tx *db.Tx, g gate.Grant, code string) error {
	code = cleanCode(code)
	var rows []factorRow
	err := g.On(tx.DB).Where("kind = ? AND confirmed_at IS NOT NULL AND suspect_at IS NULL", kindTOTP).Order("added_at, id").Find(&rows).Error
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
func (p *People) useStep(tx *db.Tx, g gate.Grant, row factorRow, code string, more map[string]any) (bool, error) {
	secret, err := p.box.Open(row.Secret, factorPlace("secret", row.ID))
	if err != nil {
		return false, err
	}
	step, ok := matchTOTP(secret, code, g.Now(), row.LastStep)
	if !ok || !looksLikeCode(code) {
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
func (p *People) StartTOTP(ctx context.Context, who actor.Actor, name string) (Enrolment, error) {
	name, err := factorName(name, "Code app")
	if err != nil {
		return Enrolment{}, err
	}
	if !who.SignedIn() {
		return Enrolment{}, fault.SignIn()
	}
	person, err := byID(p.reader.With(ctx), who.Person)
	if err != nil {
		return Enrolment{}, err
	}
	email, err := p.OpenEmail(person.ID, person.Email)
	if err != nil {
		return Enrolment{}, err
	}
	e := Enrolment{Factor: id.New[id.FactorKind](), Secret: newTOTPSecret()}
	e.URL = totpAddress(p.cfg.Brand, email, e.Secret)
	err = p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := recentlyProved(tx, g); err != nil {
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
func (p *People) addTOTP(
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
	var n int64
	if err := g.On(tx.Model(&factorRow{})).Where("person_id = ?", person).Count(&n).Error; err != nil {
		return fmt.Errorf("add factor: %w", err)
	}
	if n >= mostFactors {
		return fault.Conflict("You have 20 second factors. Remove one before you add another.")
	}
	return nil
}

// factorName is what a factor is called; the standard where its owner said nothing.
func factorName(name, standard string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return standard, nil
	case utf8.RuneCountInString(name) > longestName:
		return "", fault.InvalidField("name", "Use at most 60 characters.")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, misleads):
		return "", fault.InvalidField("name", "This name has characters that cannot be stored.")
	}
	return name, nil
}

// ConfirmTOTP completes the adding of a code app with a code of it, which is used up by this. All other sessions end
// (N5); the one that asks goes on under the token that is returned.
func (p *People) ConfirmTOTP(ctx context.Context, who actor.Actor, factor id.Factor, code string) (string, error) {
	if !who.SignedIn() {
		return "", fault.SignIn()
	}
	var token string
	err := p.counted(ctx, try{who: who, known: who, guessable: true}, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		var row factorRow
		err := g.On(tx.DB).Where("id = ? AND confirmed_at IS NULL AND added_at > ?",
			factor, db.At(g.Now().Add(-enrolmentLife))).Take(&row).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return gate.Entry{}, fault.Conflict("This code app is no longer being added. Begin again.")
		}
		if err != nil {
			return gate.Entry{}, fmt.Errorf("confirm code app: %w", err)
		}
		if err := recentlyProvedWithin(tx, g, enrolmentLife); err != nil {
			return gate.Entry{}, err
		}
		used, err := p.useStep(tx, g, row, cleanCode(code), map[string]any{"confirmed_at": db.At(g.Now())})
		if err != nil {
			return gate.Entry{}, err
		}
		if !used {
			return gate.Entry{}, wrongCode()
		}
		token, err = p.renew(tx, g, provedSecond(who, actor.ByCode))
		if err != nil {
			return gate.Entry{}, err
		}
		return p.factorsChanged(tx, g, row, activity.FactorAdded)
	})
	return token, err
}

// RemoveFactor takes a second factor away. All other sessions end; the one that asks goes on under the token returned.
func (p *People) RemoveFactor(ctx context.Context, who actor.Actor, factor id.Factor) (string, error) {
	if !who.SignedIn() {
		return "", fault.SignIn()
	}
	var token string
	err := p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			var row factorRow
			err := g.On(tx.DB).Where("id = ? AND confirmed_at IS NOT NULL", factor).Take(&row).Error
			if errors.Is(err, gorm.ErrRecordNotFound) {
				return gate.Entry{}, fault.NotFound("remove factor")
			}
			if err != nil {
				return gate.Entry{}, fmt.Errorf("remove factor: %w", err)
			}
			if err := recentlyProved(tx, g); err != nil {
				return gate.Entry{}, err
			}
			if err := g.On(tx.DB).Where("id = ?", factor).Delete(&factorRow{}).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("remove factor: %w", err)
			}
			if token, err = p.renewWithout(tx, g); err != nil {
				return gate.Entry{}, err
			}
			return p.factorsChanged(tx, g, row, activity.FactorRemoved)
		})
	return token, err
}

// renewWithout renews the session after a factor is gone. With the last one gone the password is all that can be asked
// for again, and the session must say so.
func (p *People) renewWithout(tx *db.Tx, g gate.Grant) (string, error) {
	second, err := hasSecondFactor(g.On(tx.DB))
	if err != nil {
		return "", err
	}
	if second {
		return p.renew(tx, g, proved{})
	}
	return p.renew(tx, g, provedLess())
}

// factorsChanged does what follows every change of factors: other sessions end, the person is told by mail, and an entry
// says so.
func (p *People) factorsChanged(
	tx *db.Tx, g gate.Grant, row factorRow, action activity.Action,
) (gate.Entry, error) {
	name, err := p.box.Open(row.Name, factorPlace("name", row.ID))
	if err != nil {
		return gate.Entry{}, err
	}
	if _, err := endSessions(tx, g, g.Who().Person, g.Who().Session); err != nil {
		return gate.Entry{}, err
	}
	kind := AlertFactorAdded
	if action == activity.FactorRemoved {
		kind = AlertFactorRemoved
	}
	if err := p.alert(tx, g, kind, name); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(action, activity.Details{Target: activity.TargetOf("factor", row.ID, name)}), nil
}
