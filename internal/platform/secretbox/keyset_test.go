package secretbox_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"gatehouse/internal/platform/secretbox"
)

// C1: rotation needs no downtime, and old values, tags and notes stay good.
func TestRotationKeepsTheOldReadable(t *testing.T) {
	before, dir := newBox(t)
	at := place("persons", "email", "row-1")
	old := seal(t, before, "olivia", at)
	tag := before.MAC("head", []byte("1"))
	signed, err := note.Sign(&note.Note{Text: "heads\n"}, before.NoteSigner())
	if err != nil {
		t.Fatal(err)
	}
	if err := secretbox.Rotate(dir); err != nil {
		t.Fatal(err)
	}
	after := reopen(t, dir)
	if text, err := after.Open(old, at); err != nil || text != "olivia" {
		t.Fatalf("the old value opens as %q, %v", text, err)
	}
	if !after.VerifyMAC(tag, "head", []byte("1")) {
		t.Error("the old MAC no longer verifies")
	}
	if _, err := note.Open(signed, after.NoteVerifiers()); err != nil {
		t.Errorf("the old note no longer verifies: %v", err)
	}
	if before.Index("persons.email", "olivia") != after.Index("persons.email", "olivia") {
		t.Error("look-ups miss after a rotation")
	}
	fresh := seal(t, after, "olivia", at)
	if !after.NeedsReseal(old) || after.NeedsReseal(fresh) || after.KeyID(old) == after.KeyID(fresh) {
		t.Error("the new key is not the one that seals")
	}
	if keys := after.Keys(); len(keys) != 2 || keys[0].Primary || !keys[1].Primary {
		t.Errorf("keys are %+v", keys)
	}
	if after.NoteSigner().KeyHash() == before.NoteSigner().KeyHash() || len(after.NoteKeys()) != 2 {
		t.Error("the note key did not rotate")
	}
}

// C1: nodes that hold a copy of the file rotate one after the other.
func TestPreparedKeysAreKnownBeforeTheyAreUsed(t *testing.T) {
	first, dir := newBox(t)
	if err := secretbox.Prepare(dir); err != nil {
		t.Fatal(err)
	}
	waiting := reopen(t, dir)
	if waiting.NeedsReseal(seal(t, first, "x", place("t", "c", "r"))) ||
		waiting.NoteSigner().KeyHash() != first.NoteSigner().KeyHash() {
		t.Fatal("a prepared key is in use")
	}
	if secretbox.Prepare(dir) == nil {
		t.Fatal("prepared twice")
	}
	if err := secretbox.Rotate(dir); err != nil {
		t.Fatal(err)
	}
	rotated := reopen(t, dir)
	if len(rotated.Keys()) != 2 {
		t.Fatalf("keys are %+v, want the prepared one used", rotated.Keys())
	}
	text, err := waiting.Open(seal(t, rotated, "olivia", place("t", "c", "r")), place("t", "c", "r"))
	if err != nil || text != "olivia" {
		t.Fatalf("a node that still waits opens it as %q, %v", text, err)
	}
	signed, err := note.Sign(&note.Note{Text: "heads\n"}, rotated.NoteSigner())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open(signed, waiting.NoteVerifiers()); err != nil {
		t.Fatal(err)
	}
}

func TestKeyFileIsTheOwnersAlone(t *testing.T) {
	_, dir := newBox(t)
	path := filepath.Join(dir, secretbox.FileName)
	for _, name := range []string{dir, path} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Fatalf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := secretbox.Create(dir); err == nil {
		t.Fatal("a second Create was accepted")
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Fatal("a second Create changed the keys")
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := secretbox.Open(dir); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Fatalf("a readable key file: %v", err)
	}
}

func TestBrokenKeyFilesAreNamed(t *testing.T) {
	if _, err := secretbox.Open(t.TempDir()); err == nil {
		t.Fatal("no keyset, no error")
	}
	for name, content := range map[string]string{
		"not JSON": "keys", "unknown format": `{"format":2}`, "no keys": `{"format":1}`,
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, secretbox.FileName)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := secretbox.Open(dir); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		if err := secretbox.Rotate(dir); err == nil {
			t.Errorf("%s: rotated", name)
		}
		if left, _ := os.ReadFile(path); string(left) != content {
			t.Errorf("%s: the file became %s", name, left)
		}
	}
}

func TestRotationsDoNotLoseEachOthersKeys(t *testing.T) {
	_, dir := newBox(t)
	if err := os.WriteFile(filepath.Join(dir, secretbox.FileName+".new"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := secretbox.Rotate(dir); err == nil || !strings.Contains(err.Error(), "another rotation") {
		t.Fatalf("rotation beside a running one: %v", err)
	}
}

// C2: production can tell the demo's keys.
func TestDemoKeysSaySo(t *testing.T) {
	dir := t.TempDir()
	made, err := secretbox.Create(dir, secretbox.Demo())
	if err != nil {
		t.Fatal(err)
	}
	if err := secretbox.Rotate(dir); err != nil {
		t.Fatal(err)
	}
	if other, _ := newBox(t); !made.IsDemo() || !reopen(t, dir).IsDemo() || other.IsDemo() {
		t.Fatal("demo keys and real ones look the same")
	}
}
