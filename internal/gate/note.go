package gate

import (
	"context"
	"fmt"
	"strconv"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// noteBatch is how many heads are marked in one transaction: each is locked until it ends.
const noteBatch = 100

// NoteCopy leaves a message about a note that was signed.
type NoteCopy func(tx *db.Tx, n activity.Note) error

// SignNotes signs the ends of all logs that moved since the last time, keeps that in a folder outside the database, and
// returns how many notes it took. A job calls it every hour. Where a head was tampered with, the others are signed and
// the error names it. Each copy is called in the transaction that says so in the log, to leave a message for whoever
// else keeps the notes.
func (g *Gate) SignNotes(ctx context.Context, folder string, copies ...NoteCopy) (int, error) {
	var broken error
	beyond := id.Scope{}
	for signed := 1; ; signed++ {
		note, err := g.log.WriteNote(ctx, folder, beyond)
		if err != nil {
			return signed - 1, fmt.Errorf("sign notes: %w", err)
		}
		if err := g.noted(ctx, note, copies); err != nil {
			return signed - 1, fmt.Errorf("sign notes: %w", err)
		}
		if len(note.Broken) > 0 {
			broken = fmt.Errorf("sign notes: %w: %s", activity.ErrBrokenHead, note.Broken[0])
		}
		if !note.More || len(note.Heads) == 0 {
			return signed, broken
		}
		beyond = note.Heads[len(note.Heads)-1].Chain
	}
}

// noted marks the heads, in the order in which all take them, and says in the provider's log that a note was signed.
func (g *Gate) noted(ctx context.Context, note activity.Note, copies []NoteCopy) error {
	for from := 0; from < len(note.Heads); from += noteBatch {
		err := g.writer.Do(ctx, func(tx *db.Tx) error { return g.log.Noted(tx, note, from, from+noteBatch) })
		if err != nil {
			return err
		}
	}
	return g.writer.Do(ctx, func(tx *db.Tx) error {
		head, err := g.log.Lock(tx, id.ProviderScope())
		if err != nil {
			return err
		}
		now, err := tx.Now()
		if err != nil {
			return err
		}
		target := activity.Target{Kind: "note", ID: note.Hash, Label: strconv.FormatInt(note.Number, 10)}
		e, _ := activity.Draft(id.ProviderScope(), now, actor.NewSystem("signed notes"), activity.NoteSigned,
			activity.Details{Target: target})
		for _, leave := range copies {
			if err := leave(tx, note); err != nil {
				return err
			}
		}
		return g.log.Append(tx, []*activity.Head{head}, []activity.Entry{e})
	})
}
