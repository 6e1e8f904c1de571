package sessions

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/platform/db"
)

// The limits of a half session (S7, our own figures).
const (
	halfLife  = 5 * time.Minute
	halfTries = 5
)

// Half is a half session: the password was right, the second step is to come.
type Half struct {
	ID        id.Challenge `gorm:"primaryKey"`
	PersonID  id.Person
	TokenHash []byte
	Tries     int
	CreatedAt db.Time
	ExpiresAt db.Time
	UsedAt    db.Time
}

// TableName names the table.
func (Half) TableName() string { return "challenges" }

// MakeHalf makes the half session of the grant's actor and returns its token.
func MakeHalf(tx *db.Tx, g gate.Grant) (string, error) {
	token, hash := tokens.New()
	row := Half{
		ID: id.New[id.ChallengeKind](), PersonID: g.Who().Person, TokenHash: hash,
		CreatedAt: db.At(g.Now()), ExpiresAt: db.At(g.Now().Add(halfLife)),
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return "", fmt.Errorf("begin second step: %w", err)
	}
	return token, nil
}

// UseHalf uses up a half session, in the change that makes a whole one of it.
func UseHalf(tx *db.Tx, g gate.Grant, half id.Challenge) error {
	used := g.On(tx.Model(&Half{})).
		Where("id = ? AND used_at IS NULL AND expires_at > ?", half, db.At(g.Now())).
		Update("used_at", db.At(g.Now()))
	if used.Error != nil {
		return fmt.Errorf("use second step: %w", used.Error)
	}
	if used.RowsAffected == 0 {
		return persons.StartAgain()
	}
	return nil
}

// TryHalf finds the half session of a token and counts this try of it, before the code is looked at.
func (p *Register) TryHalf(ctx context.Context, half string) (Half, error) {
	row, err := p.halfOf(ctx, half)
	if err != nil {
		return Half{}, err
	}
	counted := false
	err = p.gate.Bookkeep(ctx, "challenges", func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		res := db.WithScope(tx.Model(&Half{}), "person_id", row.PersonID.Bytes()).
			Where("id = ? AND used_at IS NULL AND expires_at > ? AND tries < ?", row.ID, db.At(now), halfTries).
			Update("tries", gorm.Expr("tries + 1"))
		if res.Error != nil {
			return fmt.Errorf("count second step: %w", res.Error)
		}
		counted = res.RowsAffected == 1
		return nil
	})
	if err != nil {
		return Half{}, err
	}
	if !counted {
		return Half{}, persons.StartAgain()
	}
	return row, nil
}

// halfOf finds the half session of a token, be it still good or not.
func (p *Register) halfOf(ctx context.Context, half string) (Half, error) {
	hash, ok := tokens.Hash(half)
	if !ok {
		return Half{}, persons.StartAgain()
	}
	var rows []Half
	q := db.Across(p.reader.With(ctx), "whoever holds the half session's token is at the door")
	if err := q.Where("token_hash = ?", hash).Limit(1).Find(&rows).Error; err != nil {
		return Half{}, fmt.Errorf("read second step: %w", err)
	}
	if len(rows) == 0 {
		return Half{}, persons.StartAgain()
	}
	return rows[0], nil
}

// GoodHalf finds a half session that can still be completed.
func (p *Register) GoodHalf(ctx context.Context, half string) (Half, error) {
	row, err := p.halfOf(ctx, half)
	if err != nil {
		return Half{}, err
	}
	now, err := p.reader.Now(ctx)
	if err != nil {
		return Half{}, fmt.Errorf("read second step: %w", err)
	}
	if !row.UsedAt.IsZero() || !now.Before(row.ExpiresAt.Time) || row.Tries >= halfTries {
		return Half{}, persons.StartAgain()
	}
	return row, nil
}
