package exports

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// listed is how many past exports a page shows.
const listed = 20

// List shows the exports that were asked for of late, newest first. Who may take away only what they did themselves
// sees only their own.
func (x *Exports) List(ctx context.Context, who actor.Actor, scope id.Scope) ([]Export, error) {
	g, err := x.gate.View(ctx, who, right(scope), scope)
	if err != nil {
		return nil, err
	}
	q := x.reader.With(ctx)
	if g.Decision().Own {
		q = q.Where("asked_by = ?", who.Person)
	}
	var rows []exportRow
	if err := g.On(q).Order("created_at DESC, id DESC").Limit(listed).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list exports: %w", err)
	}
	list := make([]Export, 0, len(rows))
	for i := range rows {
		e, _, err := x.open(&rows[i])
		if err != nil {
			return nil, err
		}
		if e.State == Waiting {
			err := x.reader.With(ctx).Model(&partRow{}).Select("COALESCE(MAX(after_seq), 0)").
				Where("export_id = ?", e.ID).Scan(&e.Done).Error
			if err != nil {
				return nil, fmt.Errorf("list exports: %w", err)
			}
		}
		list = append(list, e)
	}
	return list, nil
}

// File is a file that was made.
type File struct {
	Export
	x *Exports
}

// Fetch finds a file, and writes into the log that it was fetched.
func (x *Exports) Fetch(ctx context.Context, who actor.Actor, scope id.Scope, of id.Export) (File, error) {
	f := File{x: x}
	err := x.gate.Change(ctx, who, right(scope), scope, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, found, err := db.One[exportRow](g.On(tx.DB).Where("id = ?", of))
		if err != nil {
			return gate.Entry{}, fmt.Errorf("fetch an export: %w", err)
		}
		if !found || g.Decision().Own && row.AskedBy != who.Person || row.State == Sent {
			return gate.Entry{}, fault.NotFound("export")
		}
		if row.State != Ready || !row.ExpiresAt.After(g.Now()) {
			return gate.Entry{}, fault.Conflict("This file is not there, or not any more. Export the log again.")
		}
		if f.Export, _, err = x.open(&row); err != nil {
			return gate.Entry{}, err
		}
		return g.Often(activity.ExportFetched, activity.Details{
			Target: activity.TargetOf("export", of, label(f.Format, f.Words)),
		}), nil
	})
	return f, err
}

// WriteTo writes the file, part by part.
func (f File) WriteTo(ctx context.Context, to io.Writer) error {
	for n := int64(0); ; n++ {
		row, found, err := db.One[partRow](f.x.reader.With(ctx).Where("export_id = ? AND n = ?", f.ID, n))
		if err != nil || !found {
			return fmt.Errorf("read an export: part %d: %w", n, orMissing(err))
		}
		packed, err := f.x.box.Open(row.Content, partPlace(f.ID, n))
		if err != nil {
			return fmt.Errorf("read an export: %w", err)
		}
		content, err := gzip.NewReader(bytes.NewReader([]byte(packed)))
		if err != nil {
			return fmt.Errorf("read an export: %w", err)
		}
		if _, err := io.Copy(to, content); err != nil { //nolint:gosec // we packed it
			return fmt.Errorf("read an export: %w", err)
		}
		if row.Complete {
			return nil
		}
	}
}

func orMissing(err error) error {
	if err == nil {
		return io.ErrUnexpectedEOF
	}
	return err
}
