package identity

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// The limits of a half session (S7, our own figures).
const (
	challengeLife  = 5 * time.Minute
	challengeTries = 5
)

// challengeRow is a half session: the password was right, the second step is to come.
type challengeRow struct {
	ID        id.Challenge `gorm:"primaryKey"`
	PersonID  id.Person
	TokenHash []byte
	Tries     int
	CreatedAt db.Time
	ExpiresAt db.Time
	UsedAt    db.Time
}

// TableName names the table.
func (challengeRow) TableName() string { return "challenges" }

// challenge makes the half session of the grant's actor and returns its token.
func challenge(tx *db.Tx, g gate.Grant) (string, error) {
	token, hash := newToken()
	row := challengeRow{
		ID: id.New[id.ChallengeKind](), PersonID: g.Who().Person, TokenHash: hash,
		CreatedAt: db.At(g.Now()), ExpiresAt: db.At(g.Now().Add(challengeLife)),
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return "", fmt.Errorf("begin second step: %w", err)
	}
	return token, nil
}

// SecondFactor completes a sign-in with a proof. The half session and the proof are both used up by the statement that
// accepts them; the answer to a wrong proof keeps the half session until its tries are gone (S6, S7).
func (p *People) SecondFactor(ctx context.Context, who actor.Actor, half string, proof Proof) (Outcome, error) {
	return p.secondFactor(ctx, who, half, proof, false)
}

// SecondFactorRemembering is SecondFactor, after which the browser stands in for the second step for thirty days, where
// nobody forbids it.
func (p *People) SecondFactorRemembering(
	ctx context.Context, who actor.Actor, half string, proof Proof,
) (Outcome, error) {
	return p.secondFactor(ctx, who, half, proof, true)
}

func (p *People) secondFactor(
	ctx context.Context, who actor.Actor, half string, proof Proof, remember bool,
) (Outcome, error) {
	if err := blank(proof); err != nil {
		return Outcome{}, err
	}
	open, err := p.openChallenge(ctx, half)
	if err != nil {
		return Outcome{}, err
	}
	person, err := byID(p.reader.With(ctx), open.PersonID)
	if err != nil {
		return Outcome{}, err
	}
	shown, err := p.prepare(ctx, proof, claim{person: person, purpose: forSecondStep, holder: ofHalf(open.ID)})
	if err != nil {
		return Outcome{}, err
	}
	outcome := Outcome{Person: person.ID, Session: id.New[id.SessionKind]()}
	known, err := p.enter(who, person, actor.With(actor.ByPassword, shown.method), outcome.Session)
	if err != nil {
		return Outcome{}, err
	}
	t := try{who: who, known: known, guessable: shown.guessable}
	err = p.counted(ctx, t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if err := unchanged(tx, person); err != nil {
			return gate.Entry{}, err
		}
		if err := shown.use(tx, g); err != nil {
			return gate.Entry{}, err
		}
		if err := useChallenge(tx, g, open.ID); err != nil {
			return gate.Entry{}, err
		}
		b, err := p.begin(tx, g, opening{second: true, remember: remember, replaced: who.Session})
		if err != nil {
			return gate.Entry{}, err
		}
		outcome.take(b)
		return g.Entry(activity.SignedIn, activity.Details{Target: aboutPerson(person.ID, known.Name)}), nil
	})
	if err != nil {
		return Outcome{}, err
	}
	return outcome, nil
}

// useChallenge uses up a half session, in the change that makes a whole one of it.
func useChallenge(tx *db.Tx, g gate.Grant, half id.Challenge) error {
	used := g.On(tx.Model(&challengeRow{})).
		Where("id = ? AND used_at IS NULL AND expires_at > ?", half, db.At(g.Now())).
		Update("used_at", db.At(g.Now()))
	if used.Error != nil {
		return fmt.Errorf("use second step: %w", used.Error)
	}
	if used.RowsAffected == 0 {
		return startAgain()
	}
	return nil
}

// openChallenge finds the half session of a token and counts this try of it, before the code is looked at.
func (p *People) openChallenge(ctx context.Context, half string) (challengeRow, error) {
	row, err := p.challengeOf(ctx, half)
	if err != nil {
		return challengeRow{}, err
	}
	counted := false
	err = p.gate.Bookkeep(ctx, "challenges", func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		res := db.WithScope(tx.Model(&challengeRow{}), "person_id", row.PersonID.Bytes()).
			Where("id = ? AND used_at IS NULL AND expires_at > ? AND tries < ?", row.ID, db.At(now), challengeTries).
			Update("tries", gorm.Expr("tries + 1"))
		if res.Error != nil {
			return fmt.Errorf("count second step: %w", res.Error)
		}
		counted = res.RowsAffected == 1
		return nil
	})
	if err != nil {
		return challengeRow{}, err
	}
	if !counted {
		return challengeRow{}, startAgain()
	}
	return row, nil
}

// challengeOf finds the half session of a token, be it still good or not.
func (p *People) challengeOf(ctx context.Context, half string) (challengeRow, error) {
	hash, ok := HashToken(half)
	if !ok {
		return challengeRow{}, startAgain()
	}
	var rows []challengeRow
	q := db.Across(p.reader.With(ctx), "whoever holds the half session's token is at the door")
	if err := q.Where("token_hash = ?", hash).Limit(1).Find(&rows).Error; err != nil {
		return challengeRow{}, fmt.Errorf("read second step: %w", err)
	}
	if len(rows) == 0 {
		return challengeRow{}, startAgain()
	}
	return rows[0], nil
}
