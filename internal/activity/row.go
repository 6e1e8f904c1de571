package activity

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// entryRow is an entry as its table keeps it. The columns beside body repeat what is in it, for filters; verify checks
// that they do.
type entryRow struct {
	Chain      db.Blob
	Seq        int64
	Action     string
	Category   string
	Outcome    string
	ActorKind  string
	ActorID    id.Person
	ServiceID  id.Service
	TargetID   []byte
	Writes     bool
	OccurredAt db.Time
	RecordedAt db.Time
	Body       []byte
	PrevHash   []byte
	Hash       []byte
	Mac        []byte // vouches for the hash in its place, so that a chain that was written anew shows from where
}

const entryColumns = "chain, seq, action, category, outcome, actor_kind, actor_id, service_id, target_id, writes, " +
	"occurred_at, recorded_at, body, prev_hash, hash, mac"

func newRow(e *Entry, canonical []byte) entryRow {
	return entryRow{
		Chain: e.Chain.Bytes(), Seq: e.Seq, Action: string(e.Action), Category: string(e.Category),
		Outcome: string(e.Outcome), ActorKind: string(e.ActorKind), ActorID: e.ActorID, ServiceID: e.Service,
		TargetID: targetKey(e.TargetID), Writes: e.Writes, OccurredAt: db.At(e.Occurred), RecordedAt: db.At(e.Recorded),
		Body: canonical, PrevHash: e.PrevHash[:], Hash: e.Hash[:],
	}
}

// values are the row's columns in the order of entryColumns.
func (r entryRow) values() []any {
	return []any{
		r.Chain, r.Seq, r.Action, r.Category, r.Outcome, r.ActorKind, r.ActorID, r.ServiceID, nullable(r.TargetID),
		r.Writes, r.OccurredAt, r.RecordedAt, r.Body, r.PrevHash, r.Hash, r.Mac,
	}
}

// targetKey is the key of a target that has an id of ours.
func targetKey(text string) []byte {
	key, err := id.Parse[id.RequestKind](text) // of whatever kind
	if err != nil {
		return nil
	}
	return key.Bytes()
}

func nullable(b []byte) any {
	if b == nil {
		return nil
	}
	return b
}

// rowsAtOnce is how many rows one statement writes at most. The embedded database keeps statements prepared that are
// not too long; a server is asked seldom.
func rowsAtOnce(d db.Dialect) int {
	if d == db.SQLite {
		return 50
	}
	return 500
}

// insertEntries writes the rows, of a change all in two statements: what it costs at the log is the same for one entry
// and for five.
func insertEntries(tx *db.Tx, rows []entryRow, personal []personalRow) error {
	if len(rows) == 0 {
		return errors.New("activity: nothing to append")
	}
	for part := range slices.Chunk(rows, rowsAtOnce(tx.Dialect())) {
		args := make([]any, 0, 16*len(part))
		for _, r := range part {
			args = append(args, r.values()...)
		}
		err := tx.Later().Exec("INSERT INTO entries ("+entryColumns+") VALUES "+tuples(len(part), 16), args...).Error
		if err != nil {
			return fmt.Errorf("write the entry: %w", err)
		}
	}
	for part := range slices.Chunk(personal, rowsAtOnce(tx.Dialect())) {
		args := make([]any, 0, 5*len(part))
		for _, p := range part {
			args = append(args, p.Chain, p.Seq, p.Field, p.Sealed, p.AddressIndex)
		}
		err := tx.Later().Exec("INSERT INTO entry_personal (chain, seq, field, sealed, address_index) VALUES "+
			tuples(len(part), 5), args...).Error
		if err != nil {
			return fmt.Errorf("write the entry: %w", err)
		}
	}
	return nil
}

func tuples(n, columns int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", columns), ", ") + ")"
	return strings.TrimSuffix(strings.Repeat(one+", ", n), ", ")
}

// readEntry reads a row back, without what it says of people, and returns the digests of that.
func readEntry(body string, prevHash, hash []byte) (Entry, map[string]string, error) {
	e, digests, err := parseQuickly(body)
	if err != nil {
		return Entry{}, nil, err
	}
	if len(prevHash) != 32 || len(hash) != 32 {
		return Entry{}, nil, ErrNotCanonical
	}
	e.PrevHash, e.Hash = [32]byte(prevHash), [32]byte(hash)
	return e, digests, nil
}
