package activity

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// Aging are the logs, behind one of them, whose oldest entries were recorded before a time.
func (l *Log) Aging(ctx context.Context, after id.Scope, before time.Time, limit int) ([]id.Scope, error) {
	from := db.Blob{}
	if !after.IsZero() {
		from = after.Bytes()
	}
	rows, err := readRows(ctx, l, "SELECT h.chain, h.kind FROM heads h WHERE h.chain > ? AND EXISTS ("+
		"SELECT 1 FROM entries e WHERE e.chain = h.chain AND e.occurred_at < ?) ORDER BY h.chain LIMIT ?",
		[]any{from, db.At(before), limit}, func(r *headRow) []any { return []any{&r.Chain, &r.Kind} })
	if err != nil {
		return nil, fmt.Errorf("look for old entries: %w", err)
	}
	list := make([]id.Scope, 0, len(rows))
	for _, row := range rows {
		if chain, ok := id.ScopeOf(id.ScopeKind(row.Kind), row.Chain); ok {
			list = append(list, chain)
		}
	}
	return list, nil
}

// Archived is how many segments of a log were archived.
func (l *Log) Archived(ctx context.Context, chain id.Scope) (n int64, err error) {
	err = l.reader.With(ctx).Raw("SELECT COALESCE(MAX(number), 0) FROM archive_segments WHERE chain = ?", chain).
		Scan(&n).Error
	if err != nil {
		return 0, fmt.Errorf("look into the archive: %w", err)
	}
	return n, nil
}
