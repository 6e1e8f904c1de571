package gate_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// outsiders are what somebody without the server has: the public keys as text.
func outsiders(t *testing.T, w *testkit.World) note.Verifiers {
	t.Helper()
	list := []note.Verifier{}
	for _, key := range w.Box.NoteKeys() {
		v, err := note.NewVerifier(key)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	return note.VerifierList(list...)
}

func TestNotesListWhatMoved(t *testing.T) { // L3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		folder := filepath.Join(t.TempDir(), "notes")
		first, second := id.AccountScope(id.New[id.AccountKind]()), id.PersonScope(id.New[id.PersonKind]())
		testkit.Entries(t, w, first, 3)
		testkit.OpenChain(t, w, second)
		for range 2 {
			if n, err := w.Gate.SignNotes(t.Context(), folder); n != 1 || err != nil {
				t.Fatalf("signed %d, %v", n, err)
			}
			testkit.Entries(t, w, second, 2)
		}
		one, two := readNote(t, w, folder, 1), readNote(t, w, folder, 2)
		if one.Number != 1 || one.Chains != 3 || one.Previous != "" || len(one.Heads) != 2 || one.Heads[0].Chain != first ||
			one.Heads[0].Seq != 3 || one.Heads[1].Chain != id.ProviderScope() {
			t.Errorf("the first note lists %+v", one)
		}
		if two.Previous != one.Hash || len(two.Heads) != 2 || two.Heads[0].Chain != second || two.Heads[0].Seq != 2 {
			t.Errorf("the second note lists %+v", two)
		}
		newest := entries(t, w, id.ProviderScope())[0]
		if newest.Action != activity.NoteSigned || newest.TargetID != two.Hash || newest.What.Label != "2" {
			t.Errorf("the provider's log ends with %+v", newest)
		}
	})
}

func readNote(t *testing.T, w *testkit.World, folder string, number int) activity.Note {
	t.Helper()
	path := filepath.Join(folder, "note-000000000"+string(rune('0'+number))+".txt")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n, err := activity.ParseNote(raw, outsiders(t, w))
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"altered":     strings.Replace(string(raw), "chains ", "chains 1", 1),
		"cut":         string(raw[:len(raw)/2]),
		"signed anew": resigned(t, string(raw)),
		"empty":       "",
	} {
		if _, err := activity.ParseNote([]byte(bad), outsiders(t, w)); !errors.Is(err, activity.ErrNote) {
			t.Errorf("%s: %v", name, err)
		}
	}
	return n
}

// resigned is the text of a note with somebody else's signature.
func resigned(t *testing.T, raw string) string {
	t.Helper()
	other := testkit.NewSQLite(t)
	text, _, _ := strings.Cut(raw, "\n\n")
	signed, err := note.Sign(&note.Note{Text: text + "\n"}, other.Box.NoteSigner())
	if err != nil {
		t.Fatal(err)
	}
	return string(signed)
}

func TestANoteIsNeverOverwritten(t *testing.T) { // L3
	t.Parallel()
	w := testkit.NewSQLite(t)
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "note-0000000001.txt"), 0o700); err != nil {
		t.Fatal(err)
	}
	if n, err := w.Gate.SignNotes(t.Context(), folder); n != 0 || err == nil {
		t.Errorf("signed %d, %v", n, err)
	}
	left, err := filepath.Glob(filepath.Join(folder, ".note-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAnAlteredHeadIsNotVouchedFor(t *testing.T) { // L3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		folder, chain := t.TempDir(), id.AccountScope(id.New[id.AccountKind]())
		testkit.Entries(t, w, chain, 3)
		err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
			return tx.Exec("UPDATE heads SET seq = 2 WHERE chain = ?", chain).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := w.Gate.SignNotes(t.Context(), folder); n != 1 || !errors.Is(err, activity.ErrBrokenHead) ||
			!strings.Contains(err.Error(), chain.String()) {
			t.Errorf("signed %d, %v", n, err)
		}
		if n := readNote(t, w, folder, 1); len(n.Heads) != 1 || n.Heads[0].Chain != id.ProviderScope() {
			t.Errorf("the note lists %+v", n)
		}
	})
}

func TestMoreMovedThanOneNoteHolds(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	folder := t.TempDir()
	const changes, each = 41, 50
	for range changes {
		err := w.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ClientsManage, id.ProviderScope(),
			func(tx *db.Tx, g gate.Grant) (all gate.Entry, err error) {
				for range each {
					scope := id.AccountScope(id.New[id.AccountKind]())
					opened, err := w.Gate.Open(tx, g, scope, "A")
					if err != nil {
						return gate.Entry{}, err
					}
					all = all.And(opened).And(g.EntryIn(scope, activity.AccountCreated, activity.Details{}))
				}
				return all, nil
			})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n, err := w.Gate.SignNotes(t.Context(), folder); n != 2 || err != nil {
		t.Fatalf("signed %d, %v", n, err)
	}
	one, two := readNote(t, w, folder, 1), readNote(t, w, folder, 2)
	if len(one.Heads)+len(two.Heads) != changes*each+1 || len(two.Heads) == 0 {
		t.Errorf("listed %d and %d", len(one.Heads), len(two.Heads))
	}
	if n, err := w.Gate.SignNotes(t.Context(), folder); n != 1 || err != nil {
		t.Fatalf("signed %d, %v", n, err)
	}
	if three := readNote(t, w, folder, 3); len(three.Heads) != 1 {
		t.Errorf("listed %d again", len(three.Heads))
	}
	report, err := w.Log.Verify(t.Context(), activity.Check{Notes: folder})
	if err != nil || !report.OK() || report.Chains != changes*each+1 || report.Notes != 3 {
		t.Errorf("verified %+v, %v", report, err)
	}
}
