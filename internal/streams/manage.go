package streams

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Wanted is a new stream, as somebody asks for it.
type Wanted struct {
	ID            id.Stream // the same id adds the same stream once
	Name, Address string
	FromBeginning bool // all that is in the log already, too
}

// Add has an account's log sent somewhere from now on, and returns the key that signs what goes to a webhook: it is
// shown this once.
func (s *Streams) Add(ctx context.Context, who actor.Actor, account id.Account, w Wanted) (key string, err error) {
	name, to, err := checked(w.Name, w.Address)
	if err != nil {
		return "", err
	}
	row, err := s.newRow(w.ID, account, name, w.Address, to.kind)
	if err != nil {
		return "", err
	}
	if to.kind == Webhook {
		key = newKey()
		if row.Secret, err = s.box.Seal(key, place("secret", row.ID)); err != nil {
			return "", err
		}
	}
	err = s.gate.Change(ctx, who, verb.ActivityStream, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			var there int64
			if err := g.On(tx.Model(&streamRow{})).Count(&there).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("add stream: %w", err)
			}
			if there >= Most {
				return gate.Entry{}, fault.Conflict("An account has at most 5 streams. Remove one that is not needed any more.")
			}
			from := int64(0)
			if !w.FromBeginning {
				if from, err = s.gate.End(tx, g.Scope()); err != nil {
					return gate.Entry{}, err
				}
			}
			return s.create(tx, g, row, name, from)
		})
	if db.IsDuplicate(err) {
		return "", fault.Conflict("This stream was added already.")
	}
	return key, err
}

func (s *Streams) newRow(
	stream id.Stream, account id.Account, name, address string, kind Kind,
) (streamRow, error) {
	row := streamRow{ID: stream, AccountID: account, Kind: kind}
	var err error
	if row.Name, err = s.box.Seal(name, place("name", stream)); err != nil {
		return row, err
	}
	row.Address, err = s.box.Seal(address, place("address", stream))
	return row, err
}

// create writes a stream down, with its state and with its cursor in the log of the grant.
func (*Streams) create(tx *db.Tx, g gate.Grant, row streamRow, name string, from int64) (gate.Entry, error) {
	row.CreatedAt = db.At(g.Now())
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("add stream: %w", err)
	}
	if err := tx.Create(&stateRow{StreamID: row.ID, DueAt: db.At(g.Now())}).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("add stream: %w", err)
	}
	cursor := cursorRow{StreamID: row.ID, Chain: g.Scope().Bytes(), Seq: from}
	if err := tx.Create(&cursor).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("add stream: %w", err)
	}
	return g.Entry(activity.StreamCreated, activity.Details{
		Target:  activity.TargetOf("stream", row.ID, name),
		Changes: []activity.Change{{Field: "kind", New: string(row.Kind)}, {Field: "address", Redacted: true}},
	}), nil
}

// newKey is 256 bits as text.
func newKey() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: the program ends first
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Rotate makes a new key, which is shown this once. The one before signs beside it for a day, so that the receiver can
// be told in peace.
func (s *Streams) Rotate(ctx context.Context, who actor.Actor, account id.Account, stream id.Stream) (string, error) {
	key := newKey()
	sealed, err := s.box.Seal(key, place("secret", stream))
	if err != nil {
		return "", err
	}
	err = s.change(ctx, who, account, stream, activity.StreamRotated,
		func(tx *db.Tx, g gate.Grant, row streamRow) error {
			if row.Kind != Webhook {
				return fault.Conflict("Only what goes to a webhook is signed.")
			}
			before, err := s.box.Open(row.Secret, place("secret", stream))
			if err != nil {
				return err
			}
			old, err := s.box.Seal(before, place("old_secret", stream))
			if err != nil {
				return err
			}
			return set(tx, g, stream, "1 = 1", map[string]any{
				"secret": sealed, "old_secret": old, "old_until": db.At(g.Now().Add(oldKeyFor)),
			}, "")
		})
	return key, err
}

// Pause stops a stream for a while. What happens meanwhile is delivered when it is resumed.
func (s *Streams) Pause(ctx context.Context, who actor.Actor, account id.Account, stream id.Stream) error {
	return s.change(ctx, who, account, stream, activity.StreamPaused,
		func(tx *db.Tx, g gate.Grant, _ streamRow) error {
			return set(tx, g, stream, "paused_at IS NULL", map[string]any{"paused_at": db.At(g.Now())}, "It is paused already.")
		})
}

// Resume lets a stream go on where it stopped, at once.
func (s *Streams) Resume(ctx context.Context, who actor.Actor, account id.Account, stream id.Stream) error {
	return s.change(ctx, who, account, stream, activity.StreamResumed,
		func(tx *db.Tx, g gate.Grant, _ streamRow) error {
			err := set(tx, g, stream, "paused_at IS NOT NULL", map[string]any{"paused_at": db.Time{}}, "It runs already.")
			if err != nil {
				return err
			}
			return tx.Model(&stateRow{}).Where("stream_id = ?", stream).Update("due_at", db.At(g.Now())).Error
		})
}

// Delete ends a stream.
func (s *Streams) Delete(ctx context.Context, who actor.Actor, account id.Account, stream id.Stream) error {
	return s.change(ctx, who, account, stream, activity.StreamDeleted,
		func(tx *db.Tx, g gate.Grant, _ streamRow) error {
			for _, of := range []any{&cursorRow{}, &stateRow{}} {
				if err := tx.Where("stream_id = ?", stream).Delete(of).Error; err != nil {
					return fmt.Errorf("delete stream: %w", err)
				}
			}
			if err := g.On(tx.DB).Where("id = ?", stream).Delete(&streamRow{}).Error; err != nil {
				return fmt.Errorf("delete stream: %w", err)
			}
			return nil
		})
}

// Test sends the entry that says so to the receiver, and returns what came of it. The stream brings that entry again.
func (s *Streams) Test(ctx context.Context, who actor.Actor, account id.Account, stream id.Stream) (Trouble, error) {
	var at time.Time
	var row streamRow
	before := int64(0)
	err := s.change(ctx, who, account, stream, activity.StreamTested,
		func(tx *db.Tx, g gate.Grant, found streamRow) error {
			row, at = found, g.Now()
			var err error
			if before, err = s.gate.End(tx, g.Scope()); err != nil {
				return err
			}
			ago := db.At(at.Add(-betweenTests))
			res := g.On(tx.Model(&streamRow{})).Where("id = ? AND (tested_at IS NULL OR tested_at <= ?)", stream, ago).
				Update("tested_at", db.At(at))
			if res.Error == nil && res.RowsAffected == 0 {
				return fault.Limited(betweenTests, "Wait ten seconds between two tests.")
			}
			return res.Error
		})
	if err != nil {
		return NoTrouble, err
	}
	entries, err := s.gate.Follow(ctx, actor.NewSystem("stream"), row.scope(), before, 1)
	if err != nil {
		return NoTrouble, err
	}
	out, err := s.outlet(&row, at)
	if err != nil {
		return NoTrouble, err
	}
	return troubleOf(out.send(ctx, entries)), nil
}

// change does something to a stream of an account, which is there.
func (s *Streams) change(
	ctx context.Context, who actor.Actor, account id.Account, stream id.Stream, action activity.Action,
	work func(tx *db.Tx, g gate.Grant, row streamRow) error,
) error {
	return s.gate.Change(ctx, who, verb.ActivityStream, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, found, err := db.One[streamRow](g.On(tx.DB).Where("id = ?", stream))
			if err != nil {
				return gate.Entry{}, fmt.Errorf("change stream: %w", err)
			}
			if !found {
				return gate.Entry{}, fault.NotFound("change stream")
			}
			name, err := s.box.Open(row.Name, place("name", stream))
			if err != nil {
				return gate.Entry{}, err
			}
			if err := work(tx, g, row); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(action, activity.Details{Target: activity.TargetOf("stream", stream, name)}), nil
		})
}

// set changes columns of a stream where a condition holds, and is otherwise a conflict.
func set(tx *db.Tx, g gate.Grant, stream id.Stream, where string, columns map[string]any, otherwise string) error {
	res := g.On(tx.Model(&streamRow{})).Where("id = ?", stream).Where(where).Updates(columns)
	if res.Error != nil {
		return fmt.Errorf("change stream: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return fault.Conflict(otherwise)
	}
	return nil
}

// opened is a sealed field, or nothing where there is none.
func (s *Streams) opened(column string, of id.Stream, sealed secretbox.Sealed) (string, error) {
	if sealed.IsZero() {
		return "", nil
	}
	return s.box.Open(sealed, place(column, of))
}
