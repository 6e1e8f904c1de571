package exports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/activity/export"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// Taken is an export that was written down.
type Taken struct {
	Export

	grant  gate.Grant
	filter activity.Filter
	scope  id.Scope
}

// Ask takes a log away: it is written into that log, with what was asked for. Where the log is short, or what its
// filter leaves of it, Write gives the file at once; otherwise a job makes it.
func (x *Exports) Ask(ctx context.Context, who actor.Actor, scope id.Scope, q Request) (Taken, error) {
	if !q.Format.Known() {
		return Taken{}, fault.InvalidField("format", "Choose how the file is to be written.")
	}
	end, err := x.log.End(ctx, scope)
	if errors.Is(err, activity.ErrNoChain) {
		return Taken{}, fault.NotFound("export")
	}
	if err != nil {
		return Taken{}, fmt.Errorf("export: %w", err)
	}
	taken := Taken{scope: scope, Export: Export{
		ID: id.New[id.ExportKind](), Format: q.Format, State: Waiting, Words: q.Words, By: who.Person, UpTo: end.Seq,
	}}
	err = x.gate.Change(ctx, who, right(scope), scope, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		taken.grant, taken.filter, taken.AskedAt = g, q.Filter, g.Now()
		if g.Decision().Own {
			taken.filter.Person, taken.filter.OwnOnly = who.Person, true
		}
		taken.State = Waiting
		few, err := x.log.Few(tx.DB, scope, taken.filter, AtOnce)
		if err != nil {
			return gate.Entry{}, err // activity says what it did
		}
		if few {
			taken.State = Sent
		}
		if err := limit(tx, g); err != nil {
			return gate.Entry{}, err
		}
		if err := x.write(tx, g, &taken); err != nil {
			return gate.Entry{}, fmt.Errorf("export: %w", err)
		}
		return g.Entry(activity.ExportTaken, activity.Details{
			Target: activity.TargetOf("export", taken.ID, label(q.Format, q.Words)),
		}), nil
	})
	return taken, err
}

// limit bounds how many exports of one log are made (SECURITY.md D2).
func limit(tx *db.Tx, g gate.Grant) error {
	var lately int64
	err := g.On(tx.Model(&exportRow{})).Where("created_at > ?", db.At(g.Now().Add(-time.Hour))).Count(&lately).Error
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if lately >= perHour {
		return fault.Limited(time.Hour, fmt.Sprintf("This log was exported %d times in the last hour. Try again later.",
			lately))
	}
	return nil
}

func (x *Exports) write(tx *db.Tx, g gate.Grant, t *Taken) error {
	content, err := json.Marshal(asked{Filter: t.filter, Words: t.Words})
	if err != nil {
		return err // Ask says what it did
	}
	row := exportRow{
		ID: t.ID, AskedBy: t.By, Format: t.Format, State: t.State, UpTo: t.UpTo, CreatedAt: db.At(t.AskedAt),
	}
	row.AccountID, _ = t.scope.Account()
	row.PersonID, _ = t.scope.Person()
	if row.Filter, err = x.box.Seal(string(content), filterPlace(t.ID)); err != nil {
		return err // see above
	}
	return g.On(tx.DB).Create(&row).Error
}

// Write writes the file of an export that is sent at once, entry by entry: it needs the same memory for any length.
func (x *Exports) Write(ctx context.Context, t Taken, to io.Writer) error {
	enc := x.encoder(&t.Export, t.scope, export.State{})
	begin, err := enc.Begin()
	if err == nil {
		_, err = to.Write(begin)
	}
	stretch := activity.Stretch{Filter: t.filter, UpTo: t.UpTo, Limit: atATime}
	for more := err == nil; more; more = err == nil && stretch.After > 0 {
		var lines []byte
		lines, stretch.After, err = x.lines(ctx, t.grant, enc, stretch)
		if err == nil {
			_, err = to.Write(lines)
		}
	}
	if err != nil {
		return fmt.Errorf("write an export: %w", err)
	}
	last, err := enc.End(x.log.Sign)
	if err != nil {
		return err // export says what it did
	}
	if _, err := to.Write(last); err != nil {
		return fmt.Errorf("write an export: %w", err)
	}
	return nil
}

func (x *Exports) encoder(e *Export, scope id.Scope, from export.State) *export.Encoder {
	return export.Resume(e.Format, export.About{
		Provider: x.provider, Log: scope, Made: e.AskedAt, Filter: e.Words, UpTo: e.UpTo, Keys: x.log.Keys(),
	}, from)
}

// lines are those of the next few entries, and where to go on.
func (x *Exports) lines(
	ctx context.Context, g gate.Grant, enc *export.Encoder, s activity.Stretch,
) (lines []byte, next int64, err error) {
	records, next, err := x.gate.Records(ctx, g, s)
	if err != nil {
		return nil, 0, err // gate says what it did
	}
	for i := range records {
		line, err := enc.Entry(&records[i])
		if err != nil {
			return nil, 0, err // export says what it did
		}
		lines = append(lines, line...)
	}
	return lines, next, nil
}
