package archives

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/activity/export"
	"gatehouse/internal/id"
)

// Of a segment, the entries and the signed note about the last of them.
const (
	entriesEnd = ".jsonl.gz"
	noteEnd    = ".note.txt"
)

// move writes a segment, makes sure of it, and only then takes its entries out of the log. A file that was written
// before, by a run that was stopped, is replaced: the log does not know it yet.
func (a *Archives) move(ctx context.Context, chain id.Scope, list []activity.Record, now time.Time) error {
	number, err := a.Log.Archived(ctx, chain)
	if err != nil {
		return fmt.Errorf("archive %s: %w", chain, err)
	}
	s := activity.Segment{
		Chain: chain, Number: number + 1, First: list[0].Seq, Last: list[len(list)-1].Seq, Entries: int64(len(list)),
		Made: now,
	}
	base := fmt.Sprintf("%s/%06d", strings.ReplaceAll(chain.String(), ":", "-"), s.Number)
	s.File = base + entriesEnd
	note, err := a.Log.SignStatement(activity.Statement{
		At: now, Head: activity.NotedHead{Chain: chain, Seq: s.Last, Hash: list[len(list)-1].Hash},
	})
	if err == nil {
		err = a.put(base+noteEnd, func(to io.Writer) error { _, err := io.WriteString(to, note); return err })
	}
	if err == nil {
		err = a.put(s.File, func(to io.Writer) error { return a.write(to, &s, list) })
	}
	if err == nil {
		s.Digest, err = a.readBack(&s, note)
	}
	if err != nil {
		return fmt.Errorf("archive %s: segment %d: %w", chain, s.Number, err)
	}
	entries := make([]activity.Entry, len(list))
	for i := range list {
		entries[i] = list[i].Entry
	}
	if err := a.Gate.Archived(ctx, s, entries); err != nil {
		return fmt.Errorf("archive %s: segment %d: %w", chain, s.Number, err)
	}
	return nil
}

// write writes the entries as an export has them, compressed.
func (a *Archives) write(to io.Writer, s *activity.Segment, list []activity.Record) error {
	packed := gzip.NewWriter(to)
	enc := export.New(export.JSONLines, export.About{
		Provider: a.Provider, Log: s.Chain, Made: s.Made, UpTo: s.Last, Keys: a.Log.Keys(),
		Filter: fmt.Sprintf("segment %d of the archive: entries whose time was up", s.Number),
	})
	add := func(part []byte, err error) error {
		if err == nil {
			_, err = packed.Write(part)
		}
		return err
	}
	err := add(enc.Begin())
	for i := 0; i < len(list) && err == nil; i++ {
		err = add(enc.Entry(&list[i]))
	}
	if err == nil {
		err = add(enc.End(a.Log.Sign))
	}
	return errors.Join(err, packed.Close())
}

// put writes a file whole or not at all, and waits until the disk has it and its name.
func (a *Archives) put(name string, write func(io.Writer) error) error {
	path := filepath.Join(a.Folder, filepath.FromSlash(name))
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	file, err := os.CreateTemp(folder, ".segment-*") // made readable for its owner alone
	if err != nil {
		return fmt.Errorf("write: %w", err)
	}
	err = write(file)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write: %w", err), os.Remove(file.Name()))
	}
	for _, above := range []string{folder, filepath.Dir(folder)} {
		if err := syncFolder(above); err != nil {
			return err
		}
	}
	return nil
}

func syncFolder(path string) error {
	folder, err := os.Open(path) //nolint:gosec // the operator's own
	if err != nil {
		return fmt.Errorf("write: %w", err)
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// readBack reads a segment from the disk as whoever checks it would, and returns the digest of what is there.
func (a *Archives) readBack(s *activity.Segment, note string) (digest [sha256.Size]byte, err error) {
	file, err := os.Open(filepath.Join(a.Folder, filepath.FromSlash(s.File)))
	if err != nil {
		return digest, fmt.Errorf("read back: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	sum := sha256.New()
	unpacked, err := gzip.NewReader(io.TeeReader(file, sum))
	if err != nil {
		return digest, fmt.Errorf("read back: %w", err)
	}
	v, err := export.Verify(unpacked, export.Proof{Keys: a.Log.Keys(), Notes: [][]byte{[]byte(note)}})
	switch {
	case err != nil:
		return digest, fmt.Errorf("read back: %w", err)
	case v.Bad != nil:
		return digest, fmt.Errorf("read back: %s", v.Bad.What)
	case v.Log != s.Chain || v.Entries != s.Entries || v.First != s.First || v.Last != s.Last || v.Vouched != s.Last:
		return digest, errors.New("read back: the file has other entries")
	}
	if _, err := io.Copy(sum, file); err != nil { // what the unpacking did not need to read
		return digest, fmt.Errorf("read back: %w", err)
	}
	sum.Sum(digest[:0])
	return digest, nil
}
