package alerts

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// code points of what somebody adds to a report

// Alerted is the event that a mailed link is about, for whoever holds the link. It says nothing of the person.
type Alerted struct {
	Kind Kind
	At   time.Time
	Used bool // it was reported already
}

// Alerted reads what a link is about. Looking uses nothing up. A link that nobody was given, or that is older than
// a week, is not found.
func (p *Alerts) Alerted(ctx context.Context, token string) (Alerted, error) {
	row, err := p.OpenAlert(ctx, token)
	if err != nil {
		return Alerted{}, err
	}
	return Alerted{Kind: row.Kind, At: row.CreatedAt.Time, Used: !row.UsedAt.IsZero()}, nil
}

// OpenAlert finds the alert of a mailed link. One that nobody was given, or that is older than a week, is not found.
func (p *Alerts) OpenAlert(ctx context.Context, token string) (Row, error) {
	hash, ok := tokens.Hash(token)
	if !ok {
		return Row{}, fault.NotFound("read alert")
	}
	row, found, err := db.One[Row](db.Across(p.reader.With(ctx), "whoever holds the link is at the door").
		Where("token_hash = ?", hash))
	if err != nil {
		return Row{}, fmt.Errorf("read alert: %w", err)
	}
	now, err := p.reader.Now(ctx)
	if err != nil {
		return Row{}, fmt.Errorf("read alert: %w", err)
	}
	if !found || !now.Before(row.ExpiresAt.Time) {
		return Row{}, fault.NotFound("read alert")
	}
	return row, nil
}

// EmailBefore is the address that the person had when something happened, where it was changed since.
func (p *Alerts) EmailBefore(
	tx *db.Tx, g gate.Grant, since time.Time, now secretbox.Index,
) (string, bool, error) {
	row, found, err := db.One[Row](g.On(tx.DB).
		Where("kind = ? AND created_at >= ?", EmailChanged, db.At(since)).Order("created_at, id"))
	if err != nil {
		return "", false, fmt.Errorf("read changes of address: %w", err)
	}
	if !found {
		return "", false, nil
	}
	email, err := p.box.Open(row.About, alertPlace(row.ID))
	if err != nil || email == "" || p.persons.EmailIndex(email) == now {
		return "", false, err
	}
	return email, true, nil
}
