package activity

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// chainsAtOnce is how many chains are held in memory while their openings are compared with their heads. Where there
// are more, they are compared in several rounds.
const chainsAtOnce = 100_000

// opened compares what the provider's log says was opened with the heads that there are: none may lack the other.
func (v *verifier) opened(ctx context.Context) error {
	var chains int64
	if err := v.log.reader.With(ctx).Raw("SELECT COUNT(*) FROM heads").Scan(&chains).Error; err != nil {
		return err // Verify says what was read
	}
	rounds := min(chains/chainsAtOnce+1, 256)
	for round := range rounds {
		mine := func(chain id.Scope) bool { return int64(chain.Bytes()[15])%rounds == round } // that byte is random
		if err := v.openedRound(ctx, mine); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) openedRound(ctx context.Context, mine func(id.Scope) bool) error {
	openings := map[id.Scope]int64{}
	last, err := v.openings(ctx, 0, func(chain id.Scope, seq int64) {
		if mine(chain) {
			openings[chain] = seq
		}
	})
	if err != nil {
		return err
	}
	unknown := map[id.Scope]bool{}
	err = v.heads(ctx, func(chain id.Scope) {
		if _, ok := openings[chain]; !ok && mine(chain) && chain != id.ProviderScope() {
			unknown[chain] = true
		}
		delete(openings, chain)
	})
	if err != nil {
		return err
	}
	// what was opened in the meantime is no problem
	if _, err := v.openings(ctx, last, func(chain id.Scope, _ int64) { delete(unknown, chain) }); err != nil {
		return err
	}
	for chain, seq := range openings {
		v.found(chain, 0, "The log or its head is missing; entry %d of the provider’s log says that it was opened.", seq)
	}
	for chain := range unknown {
		v.found(chain, 0, "The provider’s log does not say that this log was opened.")
	}
	return nil
}

// openings goes through the entries of the provider's chain that say that a chain was opened.
func (v *verifier) openings(ctx context.Context, after int64, use func(id.Scope, int64)) (int64, error) {
	for {
		rows, err := readRows(ctx, v.log, "SELECT seq, body FROM entries WHERE chain = ? AND action = ? AND seq > ? "+
			"ORDER BY seq LIMIT ?", []any{id.ProviderScope(), string(ChainOpened), after, verifyEntries},
			func(o *opening) []any { return []any{&o.seq, &o.body} })
		if err != nil || len(rows) == 0 {
			return after, err
		}
		for _, row := range rows {
			after = row.seq
			e, _, err := ParseBody(row.body)
			if err != nil {
				continue // reported with its chain
			}
			if chain, ok := ParseScope(e.TargetKind + ":" + e.TargetID); ok {
				use(chain, row.seq)
			}
		}
	}
}

func (v *verifier) heads(ctx context.Context, use func(id.Scope)) error {
	type head struct {
		chain []byte
		kind  string
	}
	after := db.Blob{}
	for {
		rows, err := readRows(ctx, v.log, "SELECT chain, kind FROM heads WHERE chain > ? ORDER BY chain LIMIT ?",
			[]any{after, verifyEntries}, func(h *head) []any { return []any{&h.chain, &h.kind} })
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			if chain, ok := id.ScopeOf(id.ScopeKind(row.kind), row.chain); ok {
				use(chain)
			}
		}
		after = rows[len(rows)-1].chain
	}
}

// notes holds the chains against the signed notes of a folder: what a note vouches for must still be there.
func (v *verifier) notes(ctx context.Context) error {
	if v.check.Notes == "" {
		return nil
	}
	files, err := noteFiles(v.check.Notes)
	if err != nil {
		return err
	}
	var before Note
	for _, file := range files {
		raw, err := os.ReadFile(file.path)
		if err != nil {
			return fmt.Errorf("read a note: %w", err)
		}
		n, err := ParseNote(raw, v.log.box.NoteVerifiers())
		if err != nil {
			v.found(id.Scope{}, 0, "Note %d (%s) is not as it was signed.", file.number, file.path)
			n = Note{Number: file.number, Chains: before.Chains, Hash: noteHash(raw)}
		} else {
			v.noteFits(&before, &n, &file)
		}
		if err := v.noted(ctx, &n); err != nil {
			return err
		}
		before = n
		v.report.Notes++
		v.progress()
	}
	var chains int64
	if err := v.log.reader.With(ctx).Raw("SELECT COUNT(*) FROM heads").Scan(&chains).Error; err != nil {
		return err // Verify says what was read
	}
	if len(files) == 0 {
		return v.noNotes(ctx)
	}
	if chains < before.Chains {
		v.found(id.Scope{}, 0, "There are %d logs; note %d counted %d.", chains, before.Number, before.Chains)
	}
	return nil
}

// noNotes is right only where none was ever signed. What the heads say of that is vouched for.
func (v *verifier) noNotes(ctx context.Context) error {
	var noted int64
	if err := v.log.reader.With(ctx).Raw("SELECT COUNT(*) FROM heads WHERE noted_seq > 0").Scan(&noted).Error; err != nil {
		return err // Verify says what was read
	}
	if noted > 0 {
		v.found(id.Scope{}, 0, "There are no notes in %s, but notes were signed.", v.check.Notes)
	}
	return nil
}

// noteFits compares a note with the one before it in the folder.
func (v *verifier) noteFits(before, n *Note, file *noteFile) {
	switch {
	case n.Number != file.number:
		v.found(id.Scope{}, 0, "Note %d is kept under the number %d.", n.Number, file.number)
	case before.Number == 0:
	case n.Number != before.Number+1:
		v.found(id.Scope{}, 0, "Note %d is missing.", before.Number+1)
	case n.Previous != before.Hash:
		v.found(id.Scope{}, 0, "Note %d follows another note than the one that is kept as note %d.", n.Number, before.Number)
	case n.Chains < before.Chains:
		v.found(id.Scope{}, 0, "Note %d counts %d logs; the one before it counted %d.", n.Number, n.Chains, before.Chains)
	}
}

// notedAtOnce is how many entries that a note lists are looked up in one statement.
const notedAtOnce = 100

// place is where an entry stands, as the database gives it.
type place struct{ chain, seq string }

// noted looks up the entries that a note vouches for.
func (v *verifier) noted(ctx context.Context, n *Note) error {
	for heads := range slices.Chunk(n.Heads, notedAtOnce) {
		hashes, err := v.hashes(ctx, heads)
		if err != nil {
			return err
		}
		for _, h := range heads {
			if !v.check.Chain.IsZero() && v.check.Chain != h.Chain {
				continue
			}
			hash, there := hashes[place{text(h.Chain), text(h.Seq)}]
			if err := v.vouchedFor(ctx, n, h, hash, there); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *verifier) hashes(ctx context.Context, heads []NotedHead) (map[place]string, error) {
	args := make([]any, 0, 2*len(heads))
	for _, h := range heads {
		args = append(args, h.Chain, h.Seq)
	}
	where := strings.TrimSuffix(strings.Repeat("(chain = ? AND seq = ?) OR ", len(heads)), " OR ")
	rows, err := readRows(ctx, v.log, "SELECT chain, seq, hash FROM entries WHERE "+where, args, rowOf(3))
	out := make(map[place]string, len(rows))
	for _, row := range rows {
		out[place{text(row[0]), text(row[1])}] = text(row[2])
	}
	return out, err
}

// archivedAt looks in the archive's gaps for an entry that a note lists and the log has not.
func (v *verifier) archivedAt(ctx context.Context, h NotedHead, there bool) (gap, bool, error) {
	if there {
		return gap{}, false, nil
	}
	return v.log.gapAt(ctx, h.Chain, h.Seq)
}

func (v *verifier) vouchedFor(ctx context.Context, n *Note, h NotedHead, hash string, there bool) error {
	if g, archived, err := v.archivedAt(ctx, h, there); err != nil || archived {
		there, hash = archived && g.last == h.Seq, string(g.after)
		if err != nil || !there {
			return err // what lies within a gap, only the archive's file can show
		}
	}
	if there {
		if hash != string(h.Hash[:]) {
			v.found(h.Chain, h.Seq, "Entry %d, or one before it, is not the one that note %d of %s lists.",
				h.Seq, n.Number, n.At.Format("2 Jan 2006, 15:04"))
		}
		return nil
	}
	var last int64
	err := v.log.reader.With(ctx).Raw("SELECT COALESCE(MAX(seq), 0) FROM entries WHERE chain = ? AND seq < ?",
		h.Chain, h.Seq).Scan(&last).Error
	if err != nil {
		return err // Verify says what was read
	}
	v.found(h.Chain, last+1, "Entry %d is missing: note %d of %s lists the log up to entry %d.",
		last+1, n.Number, n.At.Format("2 Jan 2006, 15:04"), h.Seq)
	return nil
}
