package identity

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
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
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

// SecondFactor completes a sign-in with a code. The half session and the code's step are both used up by the statement
// that accepts them; the answer to a wrong code keeps the half session until its tries are gone (S6, S7).
func (p *People) SecondFactor(ctx context.Context, who actor.Actor, half, code string) (Outcome, error) {
	if cleanCode(code) == "" {
		return Outcome{}, fault.InvalidField("code", "Enter the six-digit code from your app.")
	}
	open, err := p.openChallenge(ctx, half)
	if err != nil {
		return Outcome{}, err
	}
	person, err := byID(p.reader.With(ctx), open.PersonID)
	if err != nil {
		return Outcome{}, err
	}
	outcome := Outcome{Person: person.ID, Session: id.New[id.SessionKind]()}
	known, err := p.enter(who, person, FactorPasswordCode, outcome.Session)
	if err != nil {
		return Outcome{}, err
	}
	err = p.withCode(ctx, who, known, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if err := unchanged(tx, person); err != nil {
			return gate.Entry{}, err
		}
		if err := p.useCode(tx, g, code); err != nil {
			return gate.Entry{}, err
		}
		used := g.On(tx.Model(&challengeRow{})).
			Where("id = ? AND used_at IS NULL AND expires_at > ?", open.ID, db.At(g.Now())).
			Update("used_at", db.At(g.Now()))
		if used.Error != nil {
			return gate.Entry{}, fmt.Errorf("use second step: %w", used.Error)
		}
		if used.RowsAffected == 0 {
			return gate.Entry{}, startAgain()
		}
		var err error
		if outcome.Token, err = p.begin(tx, g, true, who.Session); err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(activity.SignedIn, activity.Details{Target: aboutPerson(person.ID, known.Name)}), nil
	})
	if err != nil {
		return Outcome{}, err
	}
	return outcome, nil
}

// openChallenge finds the half session of a token and counts this try of it, before the code is looked at.
func (p *People) openChallenge(ctx context.Context, half string) (challengeRow, error) {
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
	row, counted := rows[0], false
	err := p.gate.Bookkeep(ctx, "challenges", func(tx *db.Tx) error {
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

// withCode runs a change that uses a code of the known actor. The try is counted before the code is looked at, under
// the person, so that neither a new sign-in nor another page gives new tries (S7); a wrong code is written down. who is
// as whom the one at the door goes while the code is not proved.
func (p *People) withCode(ctx context.Context, who, known actor.Actor, work gate.Work) error {
	subject := p.codeSubject(known.Person)
	wait, err := p.count(ctx, byCode, subject)
	if err != nil {
		return err
	}
	if wait == 0 {
		err = p.gate.Change(ctx, known, verb.SelfManage, id.PersonScope(known.Person),
			func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				entry, err := work(tx, g)
				if err != nil {
					return gate.Entry{}, err
				}
				return entry, forget(tx, byCode, subject)
			})
		if fault.KindOf(err) != fault.KindInvalid {
			return err
		}
	}
	details := activity.Details{
		Target: aboutPerson(known.Person, known.Name), Outcome: activity.Failed, Reason: "The code did not fit.",
	}
	if wait > 0 {
		details.Outcome, details.Reason = activity.RefusedResult, "There were too many failed tries before."
		err = waitFault(wait)
	}
	if failed := p.gate.Tally(ctx, who, id.PersonScope(known.Person), activity.CodeFailed, details); failed != nil {
		return failed
	}
	return err
}
