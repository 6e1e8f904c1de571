package activity

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// Month numbers the months, in UTC.
func Month(at time.Time) int64 { return int64(at.UTC().Year())*12 + int64(at.UTC().Month()) - 1 }

// Unmailed lists accounts whose log is older than the month that a time is in, and whose end was not mailed in it yet,
// behind one of them.
func (l *Log) Unmailed(ctx context.Context, at time.Time, after id.Scope, limit int) ([]id.Scope, error) {
	from := db.Blob{}
	if !after.IsZero() {
		from = after.Bytes()
	}
	at = at.UTC()
	begin := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
	rows, err := readRows(ctx, l, "SELECT h.chain FROM heads h LEFT JOIN activity_mailings m ON m.chain = h.chain "+
		"AND m.month = ? WHERE h.kind = ? AND h.chain > ? AND m.chain IS NULL AND h.seq > 0 AND "+
		"(SELECT e.recorded_at FROM entries e WHERE e.chain = h.chain ORDER BY e.seq LIMIT 1) < ? "+
		"ORDER BY h.chain LIMIT ?", []any{Month(at), string(id.ScopeAccount), from, begin.UnixMilli(), limit},
		func(key *[]byte) []any { return []any{key} })
	if err != nil {
		return nil, fmt.Errorf("look for logs to mail: %w", err)
	}
	list := make([]id.Scope, 0, len(rows))
	for _, key := range rows {
		if chain, ok := id.ScopeOf(id.ScopeAccount, key); ok {
			list = append(list, chain)
		}
	}
	return list, nil
}

// Mailed writes down that the end of a log was mailed in a month. That it was already is an error of a duplicate.
func (l *Log) Mailed(tx *db.Tx, chain id.Scope, at time.Time) error {
	err := tx.Exec("INSERT INTO activity_mailings (chain, month) VALUES (?, ?)", chain, Month(at)).Error
	if err != nil {
		return fmt.Errorf("mail the end of a log: %w", err)
	}
	return nil
}
