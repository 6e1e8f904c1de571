package exports

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/activity/export"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Make makes the files that wait, oldest first. A job calls it; several nodes may at once.
func (x *Exports) Make(ctx context.Context) error {
	for after := (exportRow{}); ; {
		row, found, err := db.One[exportRow](db.Across(x.reader.With(ctx), "whoever's file is to be made").
			Where("state = ? AND (created_at > ? OR created_at = ? AND id > ?)", Waiting, after.CreatedAt.UnixMilli(),
				after.CreatedAt.UnixMilli(), after.ID.Bytes()).Order("created_at, id"))
		if err != nil || !found {
			return err // the job's name says what it did
		}
		if err := x.makeOne(ctx, &row); err != nil {
			if ctx.Err() != nil {
				return ctx.Err() //nolint:wrapcheck // it goes on with the next turn
			}
			x.logger.ErrorContext(ctx, "an export was not made", slog.String("export", row.ID.String()),
				slog.Any("error", err))
			if err := x.failed(ctx, &row); err != nil {
				return err
			}
		}
		after = row
	}
}

// making is an export on its way.
type making struct {
	*exportRow
	about Export
	grant gate.Grant
	enc   *export.Encoder
	s     activity.Stretch
	n     int64 // of the next part
}

// makeOne goes on with an export from the last part that was written.
func (x *Exports) makeOne(ctx context.Context, row *exportRow) error {
	m, complete, err := x.resume(ctx, row)
	for err == nil && !complete {
		complete, err = x.part(ctx, m)
	}
	if err != nil {
		return err
	}
	return x.finish(ctx, m)
}

func (x *Exports) resume(ctx context.Context, row *exportRow) (*making, bool, error) {
	about, wanted, err := x.open(row)
	if err != nil {
		return nil, false, err
	}
	v := verb.AccountView
	if row.scope().Kind() == id.ScopePerson {
		v = verb.SelfView
	}
	m := &making{
		exportRow: row, about: about, s: activity.Stretch{Filter: wanted.Filter, UpTo: row.UpTo, Limit: atATime},
	}
	if m.grant, err = x.gate.View(ctx, system(), v, row.scope()); err != nil {
		return nil, false, err
	}
	last, found, err := db.One[partRow](x.reader.With(ctx).Omit("content").
		Where("export_id = ?", row.ID).Order("n DESC"))
	if err != nil {
		return nil, false, fmt.Errorf("go on with an export: %w", err)
	}
	state := export.State{}
	if found {
		m.n, m.s.After = last.N+1, last.AfterSeq
		state = export.State{
			Entries: last.Entries, Last: last.LastSeq, Hash: [32]byte(last.Hash), Sum: [32]byte(last.Sum),
		}
	}
	m.enc = x.encoder(&about, row.scope(), state)
	return m, found && last.Complete, nil
}

// open reads what was asked for.
func (x *Exports) open(row *exportRow) (Export, asked, error) {
	var wanted asked
	text, err := x.box.Open(row.Filter, filterPlace(row.ID))
	if err == nil {
		err = json.Unmarshal([]byte(text), &wanted)
	}
	if err != nil {
		return Export{}, asked{}, fmt.Errorf("read an export: %w", err)
	}
	return Export{
		ID: row.ID, Format: row.Format, State: row.State, Words: wanted.Words, By: row.AskedBy,
		AskedAt: row.CreatedAt.Time, Expires: row.ExpiresAt.Time, Entries: row.Entries, UpTo: row.UpTo,
	}, wanted, nil
}

// part makes the next part and writes it down; true when it is the last.
func (x *Exports) part(ctx context.Context, m *making) (complete bool, err error) {
	var content []byte
	if m.n == 0 {
		if content, err = m.enc.Begin(); err != nil {
			return false, err
		}
	}
	for until := m.enc.State().Entries + partSize; !complete && m.enc.State().Entries < until; {
		lines, next, err := x.lines(ctx, m.grant, m.enc, m.s)
		if err != nil {
			return false, err
		}
		content = append(content, lines...)
		m.s.After, complete = next, next == 0
	}
	if complete {
		last, err := m.enc.End(x.log.Sign)
		if err != nil {
			return false, err
		}
		content = append(content, last...)
	}
	if err := x.keep(ctx, m, content, complete); err != nil {
		return false, err
	}
	m.n++
	return complete, nil
}

// keep writes a part down. Where another node was quicker, the primary key says so.
func (x *Exports) keep(ctx context.Context, m *making, content []byte, complete bool) error {
	var packed bytes.Buffer
	gz := gzip.NewWriter(&packed)
	if _, err := gz.Write(content); err != nil {
		return fmt.Errorf("pack an export: %w", err)
	}
	if err := gz.Close(); err != nil {
		return fmt.Errorf("pack an export: %w", err)
	}
	state := m.enc.State()
	row := partRow{
		ExportID: m.ID, N: m.n, AfterSeq: m.s.After, Entries: state.Entries, LastSeq: state.Last,
		Hash: state.Hash[:], Sum: state.Sum[:], Complete: complete,
	}
	var err error
	if row.Content, err = x.box.Seal(packed.String(), partPlace(m.ID, m.n)); err != nil {
		return fmt.Errorf("seal an export: %w", err)
	}
	return x.gate.Bookkeep(ctx, tableParts, func(tx *db.Tx) error { return tx.Create(&row).Error })
}

func partPlace(of id.Export, n int64) secretbox.Place {
	row := binary.BigEndian.AppendUint64(of.Bytes(), uint64(n)) //nolint:gosec // parts count up from zero
	return secretbox.Place{Table: tableParts, Column: "content", Row: row}
}

// finish says that the file is there, in the log and by mail.
func (x *Exports) finish(ctx context.Context, m *making) error {
	entries := m.enc.State().Entries
	err := x.end(ctx, m.exportRow, func(tx *db.Tx, g gate.Grant) (activity.Details, error) {
		until := g.Now().Add(KeptFor)
		done := x.row(tx, g, m.exportRow).Updates(map[string]any{
			"state": Ready, "entries": entries, "expires_at": db.At(until),
		})
		if done.Error != nil || done.RowsAffected == 0 {
			return activity.Details{}, orOver(done.Error)
		}
		mail := ReadyMail{Export: m.ID, Person: m.AskedBy, Account: m.AccountID, Entries: entries, Until: until}
		return activity.Details{}, x.outbox.Enqueue(tx, outbox.Message{Kind: MailReady, Key: m.ID.String(), Payload: mail})
	})
	x.outbox.Wake()
	return err
}

// orOver is the error, or else that another node was quicker.
func orOver(err error) error {
	if err == nil {
		return fault.Conflict("The export is made already.")
	}
	return err
}

func (x *Exports) row(tx *db.Tx, g gate.Grant, row *exportRow) *gorm.DB {
	return g.On(tx.Model(&exportRow{})).Where("id = ? AND state = ?", row.ID, Waiting)
}

// end writes down what became of an export.
func (x *Exports) end(
	ctx context.Context, row *exportRow, work func(tx *db.Tx, g gate.Grant) (activity.Details, error),
) error {
	about, _, err := x.open(row)
	if err != nil {
		return err
	}
	err = x.gate.Change(ctx, system(), right(row.scope()), row.scope(), func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		d, err := work(tx, g)
		d.Target = activity.TargetOf("export", row.ID, label(about.Format, about.Words))
		return g.Entry(activity.ExportReady, d), err
	})
	if fault.KindOf(err) == fault.KindConflict {
		return nil
	}
	return err
}

// failed counts a try that failed, and gives the export up after a few.
func (x *Exports) failed(ctx context.Context, row *exportRow) error {
	if row.Tries+1 < maxTries {
		return x.gate.Bookkeep(ctx, tableExports, func(tx *db.Tx) error {
			return db.Across(tx.Model(&exportRow{}), "whoever's file was not made").Where("id = ?", row.ID).
				Updates(map[string]any{"tries": row.Tries + 1}).Error
		})
	}
	return x.end(ctx, row, func(tx *db.Tx, g gate.Grant) (activity.Details, error) {
		done := x.row(tx, g, row).Updates(map[string]any{"state": Failed})
		if done.Error != nil || done.RowsAffected == 0 {
			return activity.Details{}, orOver(done.Error)
		}
		return activity.Details{Outcome: activity.Failed, Reason: "It did not work several times in a row."}, nil
	})
}

// Prune takes away the files that are over, and in the end what is remembered of them. A job calls it.
func (x *Exports) Prune(ctx context.Context) error {
	const over = "whoever's file is over"
	now, err := x.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("prune exports: %w", err)
	}
	err = x.gate.Bookkeep(ctx, tableParts, func(tx *db.Tx) error {
		ended := db.Across(tx.Model(&exportRow{}), over).Select("id").
			Where("expires_at < ? OR state = ?", db.At(now), Failed)
		return db.Across(tx.DB, over).Where("export_id IN (?)", ended).Delete(&partRow{}).Error
	})
	if err != nil {
		return fmt.Errorf("prune exports: %w", err)
	}
	err = x.gate.Bookkeep(ctx, tableExports, func(tx *db.Tx) error {
		return db.Across(tx.DB, over).Where("created_at < ? AND state <> ?", db.At(now.Add(-keepRows)), Waiting).
			Delete(&exportRow{}).Error
	})
	if err != nil {
		return fmt.Errorf("prune exports: %w", err)
	}
	return nil
}
