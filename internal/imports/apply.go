package imports

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// errElsewhere says that somebody else works on an import, or that it was stopped.
var errElsewhere = errors.New("imports: somebody else works on it")

// Start has the lines made that are new; a job does it. After a stop it goes on where it stopped, and what failed is
// tried again.
func (i *Imports) Start(ctx context.Context, who actor.Actor, of id.Import) error {
	return i.move(ctx, who, of, activity.ImportStarted, func(tx *db.Tx, row *importRow) error {
		if row.State == Running || row.State == Done && row.Failed == 0 {
			return fault.Conflict("This import runs, or is finished, already.")
		}
		if row.Fresh == 0 {
			return fault.Conflict("There is nothing new in this file.")
		}
		set := map[string]any{
			"state": Running, "trouble": "", "asked_by": who.Person, "factor": who.Factor, "factor_at": db.At(who.FactorAt),
			"finished_at": nil,
		}
		if row.Failed > 0 {
			set["upto"], set["failed"] = 0, 0
			err := tx.Model(&lineRow{}).Where("import_id = ? AND state = ?", of, isFailed).
				Updates(map[string]any{"state": isNew, "remarks": secretbox.Sealed{}}).Error
			if err != nil {
				return fmt.Errorf("try lines again: %w", err)
			}
		}
		return tx.Model(&importRow{}).Where("id = ?", of).Updates(set).Error
	})
}

// Stop ends an import after the lines that are being made. It can be started again.
func (i *Imports) Stop(ctx context.Context, who actor.Actor, of id.Import) error {
	return i.move(ctx, who, of, activity.ImportStopped, func(tx *db.Tx, row *importRow) error {
		if row.State != Running {
			return fault.Conflict("This import does not run.")
		}
		return tx.Model(&importRow{}).Where("id = ?", of).Updates(map[string]any{"state": Stopped}).Error
	})
}

// SendInvitations has the invitations sent that wait, once.
func (i *Imports) SendInvitations(ctx context.Context, who actor.Actor, of id.Import) error {
	return i.move(ctx, who, of, activity.ImportInviting, func(tx *db.Tx, row *importRow) error {
		if row.Inviting != Later || row.State == Running {
			return fault.Conflict("There are no invitations that wait, or the import still runs.")
		}
		return tx.Model(&importRow{}).Where("id = ?", of).Updates(map[string]any{
			"inviting": Sending, "trouble": "", "asked_by": who.Person, "factor": who.Factor, "factor_at": db.At(who.FactorAt),
			"upto": 0,
		}).Error
	})
}

// move changes how far an import is.
func (i *Imports) move(
	ctx context.Context, who actor.Actor, of id.Import, what activity.Action, work func(tx *db.Tx, row *importRow) error,
) error {
	return i.gate.Change(ctx, who, verb.ClientsImport, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, found, err := db.One[importRow](tx.Where("id = ?", of))
			if err != nil {
				return gate.Entry{}, fmt.Errorf("import: %w", err)
			}
			if !found {
				return gate.Entry{}, fault.NotFound("import")
			}
			if err := work(tx, &row); err != nil {
				return gate.Entry{}, err
			}
			one, err := i.open(&row)
			return g.Entry(what, activity.Details{Target: target(&row, one.File)}), err
		})
}

// Work goes on with what is to be made. A job calls it; several nodes may at once.
func (i *Imports) Work(ctx context.Context) error {
	var rows []importRow
	err := i.reader.With(ctx).Where("(state = ? OR inviting = ?) AND asked_by IS NOT NULL", Running, Sending).
		Order("id").Limit(shown).Find(&rows).Error
	if err != nil {
		return fmt.Errorf("look for imports: %w", err)
	}
	for k := range rows {
		if err := i.goOn(ctx, &rows[k], nil); err != nil {
			if ctx.Err() != nil {
				return ctx.Err() //nolint:wrapcheck // it goes on with the next turn
			}
			i.logger.ErrorContext(ctx, "an import did not go on", slog.String("import", rows[k].ID.String()),
				slog.Any("error", err))
		}
	}
	return nil
}

// Run starts an import and makes all of it, for the operator who waits for it at the command line.
func (i *Imports) Run(ctx context.Context, who actor.Actor, of id.Import) error {
	row, err := i.find(ctx, of)
	if err == nil && row.State != Running { // one that was killed goes on
		if err = i.Start(ctx, who, of); err == nil {
			row, err = i.find(ctx, of)
		}
	}
	if err != nil {
		return err
	}
	return i.goOn(ctx, row, &who)
}

// goOn makes what is left of an import, or sends what is left of its invitations: as whoever asked for it, unless the
// operator is at it.
func (i *Imports) goOn(ctx context.Context, row *importRow, operator *actor.Actor) error {
	w := &working{room: i, row: row, holder: make(db.Blob, len(id.Import{}.Bytes()))}
	_, _ = rand.Read(w.holder) // never fails
	err := w.take(ctx)
	if errors.Is(err, errElsewhere) {
		return nil
	}
	if err == nil {
		err = w.all(ctx, operator)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errElsewhere): // it was stopped
		return w.letGo(ctx)
	case ctx.Err() != nil: // another node goes on, or this one later
		return errors.Join(err, w.letGo(context.WithoutCancel(ctx)))
	}
	return errors.Join(err, w.stopped(ctx, err))
}

// working is an import that this process holds.
type working struct {
	room   *Imports
	row    *importRow
	holder db.Blob
	who    func(ctx context.Context) (actor.Actor, error)
	known  known
}

// take holds the import, so that no two work on it: by a conditional UPDATE, which holds on one database as on a
// cluster.
func (w *working) take(ctx context.Context) error {
	return w.hold(ctx, "holder IS NULL OR leased_to <= ?", func(now db.Time) []any { return []any{now} }, nil)
}

// hold extends the lease, and writes more with it.
func (w *working) hold(
	ctx context.Context, condition string, args func(now db.Time) []any, set map[string]any,
) error {
	return w.room.gate.Bookkeep(ctx, tableImports, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		values := map[string]any{"holder": w.holder, "leased_to": db.At(now.Add(lease))}
		maps.Copy(values, set)
		done := tx.Model(&importRow{}).Where("id = ? AND (state = ? OR inviting = ?)", w.row.ID, Running, Sending).
			Where(condition, args(db.At(now))...).Updates(values)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return errElsewhere
		}
		return nil
	})
}

func (w *working) letGo(ctx context.Context) error {
	return w.room.gate.Bookkeep(ctx, tableImports, func(tx *db.Tx) error {
		return tx.Model(&importRow{}).Where("id = ? AND holder = ?", w.row.ID, w.holder).
			Updates(map[string]any{"holder": nil, "leased_to": nil}).Error
	})
}

// all makes or sends everything that is left.
func (w *working) all(ctx context.Context, operator *actor.Actor) error {
	w.asks(operator)
	who, err := w.who(ctx)
	if err != nil {
		return err
	}
	if w.known, err = w.room.whatIsKnown(ctx, who, w.row.Kind); err != nil {
		return err
	}
	if err := w.counted(ctx); err != nil {
		return err
	}
	do, wanted := step(w.make), isNew
	if w.row.State != Running {
		do, wanted = w.invite, isWaiting
	}
	for {
		lines, err := w.next(ctx, wanted)
		if err != nil {
			return err
		}
		if len(lines) == 0 {
			return w.finish(ctx)
		}
		if err := w.batch(ctx, lines, do); err != nil {
			return err
		}
	}
}

func (w *working) next(ctx context.Context, state string) (lines []lineRow, err error) {
	err = w.room.reader.With(ctx).Where("import_id = ? AND state = ? AND n > ?", w.row.ID, state, w.row.Upto).
		Order("n").Limit(batch).Find(&lines).Error
	if err != nil {
		return nil, fmt.Errorf("read the lines of an import: %w", err)
	}
	return lines, nil
}

// task is a line that is about to be made.
type task struct {
	row    *lineRow
	values map[string]string
	key    keyRow
	failed error
	state  string
}

// step does what one line says, and returns what it is then.
type step func(ctx context.Context, who actor.Actor, t *task) (string, error)

// batch does so many lines and writes down what came of them. Should this end in the middle, the lines are done again,
// and make nothing twice: each is made under an id that was written down before.
func (w *working) batch(ctx context.Context, lines []lineRow, do step) error {
	who, err := w.who(ctx)
	if err != nil {
		return err
	}
	tasks := make([]*task, len(lines))
	for k := range lines {
		t := &task{row: &lines[k], values: map[string]string{}}
		err := w.room.openJSON(t.row.Content, linePlace(w.row.ID, t.row.N, "content"), &t.values)
		if err != nil {
			return err
		}
		tasks[k] = t
	}
	if err := w.claim(ctx, tasks); err != nil {
		return err
	}
	for _, t := range tasks {
		if t.failed == nil {
			t.state, t.failed = do(ctx, who, t)
		}
		if t.failed != nil && !ofTheLine(t.failed) {
			return t.failed
		}
	}
	return w.settle(ctx, tasks)
}
