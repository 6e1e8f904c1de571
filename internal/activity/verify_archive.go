package activity

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// segmentRow is a segment as its table keeps it, with how many entries the gaps say that it took.
type segmentRow struct {
	chain  []byte
	kind   *string
	number int64
	file   string
	digest []byte
	wants  int64
	taken  int64
}

// archive looks at what was archived: each segment has the gaps that it left, and its file is as it was written.
func (v *verifier) archive(ctx context.Context) error {
	chain, number := db.Blob{}, int64(0)
	for {
		where, args := "(s.chain > ? OR s.chain = ? AND s.number > ?)", []any{chain, chain, number}
		if !v.check.Chain.IsZero() {
			where, args = "s.chain = ? AND s.number > ?", []any{v.check.Chain, number}
		}
		rows, err := readRows(ctx, v.log, "SELECT s.chain, h.kind, s.number, s.file, s.digest, s.entries, "+
			"(SELECT COALESCE(SUM(g.last_seq - g.first_seq + 1), 0) FROM archive_gaps g WHERE g.chain = s.chain "+
			"AND g.number = s.number AND g.first_seq BETWEEN s.first_seq AND s.last_seq) FROM archive_segments s "+
			"LEFT JOIN heads h ON h.chain = s.chain WHERE "+where+" ORDER BY s.chain, s.number LIMIT ?",
			append(args, verifyHeads), func(s *segmentRow) []any {
				return []any{&s.chain, &s.kind, &s.number, &s.file, &s.digest, &s.wants, &s.taken}
			})
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			if err := v.segment(&rows[i]); err != nil {
				return err
			}
			v.report.Segments++
			v.progress()
		}
		last := &rows[len(rows)-1]
		chain, number = last.chain, last.number
	}
}

// gaps finds what is said to be archived and never was: nobody may prepare a cut by hand.
func (v *verifier) gaps(ctx context.Context) error {
	type ofChain struct {
		gap
		chain []byte
		kind  *string
	}
	chain, first := db.Blob{}, int64(math.MinInt64)
	for {
		where, args := "(g.chain > ? OR g.chain = ? AND g.first_seq > ?)", []any{chain, chain, first}
		if !v.check.Chain.IsZero() {
			where, args = "g.chain = ? AND g.first_seq > ?", []any{v.check.Chain, first}
		}
		rows, err := readRows(ctx, v.log, "SELECT g.first_seq, g.last_seq, g.hash_before, g.hash_after, g.number, g.mac, "+
			"s.digest, g.chain, h.kind FROM archive_gaps g LEFT JOIN archive_segments s ON s.chain = g.chain "+
			"AND s.number = g.number LEFT JOIN heads h ON h.chain = g.chain WHERE "+where+
			" ORDER BY g.chain, g.first_seq LIMIT ?", append(args, verifyEntries), func(g *ofChain) []any {
			return append(gapTargets(&g.gap), &g.chain, &g.kind)
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			g := &rows[i]
			scope := id.Scope{}
			if g.kind != nil {
				scope, _ = id.ScopeOf(id.ScopeKind(*g.kind), g.chain)
			}
			if !v.log.vouchedGap(scope, &g.gap) {
				v.found(scope, g.first, "The database says that entries %d to %d were archived, which Gatehouse did not write.",
					g.first, g.last)
			}
		}
		last := &rows[len(rows)-1]
		chain, first = last.chain, last.first
	}
}

func (v *verifier) segment(s *segmentRow) error {
	kind := ""
	if s.kind != nil {
		kind = *s.kind
	}
	scope, ok := id.ScopeOf(id.ScopeKind(kind), s.chain)
	if !ok {
		v.found(id.Scope{}, 0, "The archive has a segment of a log that is not there, with the key %x.", s.chain)
		return nil
	}
	if s.wants != s.taken {
		v.found(scope, 0, "Segment %d of the archive has %d entries; the log lacks %d of them.", s.number, s.wants, s.taken)
		return nil
	}
	if v.check.Archive == "" {
		return nil
	}
	digest, err := fileDigest(filepath.Join(v.check.Archive, filepath.FromSlash(s.file)))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.found(scope, 0, "Segment %d of the archive (%s) is not in %s.", s.number, s.file, v.check.Archive)
	case err != nil:
		return err
	case string(digest) != string(s.digest):
		v.found(scope, 0, "Segment %d of the archive (%s) is not as it was written.", s.number, s.file)
	}
	return nil
}

func fileDigest(path string) (_ []byte, err error) {
	file, err := os.Open(path) //nolint:gosec // below the operator's own folder
	if err != nil {
		return nil, err // the caller knows what it looks for
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return nil, fmt.Errorf("read the archive: %w", err)
	}
	return sum.Sum(nil), nil
}

// archivedMeanwhile verifies a chain anew where something bad was found in it while entries of it were archived: what
// was read before that and what was read since do not fit together.
func (w *walk) archivedMeanwhile(ctx context.Context) error {
	segments, err := w.log.Archived(ctx, w.chain)
	if err != nil || segments == w.segments {
		return err
	}
	anew := &verifier{log: w.log, check: Check{Chain: w.chain}, bad: map[id.Scope]bool{}, known: map[id.Scope]bool{}}
	if err := anew.chains(ctx); err != nil {
		return err
	}
	w.redone = true
	delete(w.bad, w.chain)
	r := w.before
	r.Entries, r.Erased, r.Archived = r.Entries+anew.report.Entries, r.Erased+anew.report.Erased,
		r.Archived+anew.report.Archived
	w.report = r
	for _, p := range anew.report.Problems {
		w.found(p.Chain, p.Seq, "%s", p.What)
	}
	return nil
}
