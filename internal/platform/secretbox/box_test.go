package secretbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/internal/platform/secretbox"
)

func newBox(t testing.TB) (*secretbox.Box, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	box, err := secretbox.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	return box, dir
}

func reopen(t *testing.T, dir string) *secretbox.Box {
	t.Helper()
	box, err := secretbox.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func place(table, column, row string) secretbox.Place {
	return secretbox.Place{Table: table, Column: column, Row: []byte(row)}
}

func seal(t testing.TB, box *secretbox.Box, text string, at secretbox.Place) secretbox.Sealed {
	t.Helper()
	sealed, err := box.Seal(text, at)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func stored(t *testing.T, sealed secretbox.Sealed) []byte {
	t.Helper()
	value, err := sealed.Value()
	if err != nil {
		t.Fatal(err)
	}
	return value.([]byte)
}

func scanned(t *testing.T, raw []byte) secretbox.Sealed {
	t.Helper()
	var sealed secretbox.Sealed
	if err := sealed.Scan(raw); err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestTextComesBackFromItsOwnPlace(t *testing.T) {
	box, dir := newBox(t)
	at := place("persons", "name", "row-1")
	for _, text := range []string{"", "Olivia Grant", strings.Repeat("é€", 5000), "\x00gs\x01"} {
		raw := stored(t, seal(t, box, text, at))
		if !bytes.HasPrefix(raw, []byte(secretbox.Magic)) || len(raw) != len(text)+secretbox.Overhead {
			t.Fatalf("%d bytes became %d, want %d more", len(text), len(raw), secretbox.Overhead)
		}
		if len(text) > 8 && bytes.Contains(raw, []byte(text[:8])) {
			t.Fatal("the text shows in what is stored")
		}
		got, err := reopen(t, dir).Open(scanned(t, raw), at)
		if err != nil || got != text {
			t.Fatalf("opened as %q, %v", got, err)
		}
	}
}

// C1: a ciphertext opens only in the row, column and table it was made for.
func TestSwappedCiphertextIsRefused(t *testing.T) {
	box, _ := newBox(t)
	sealed := seal(t, box, "olivia@northwind.example", place("persons", "email", "row-1"))
	for name, at := range map[string]secretbox.Place{
		"another row":         place("persons", "email", "row-2"),
		"another column":      place("persons", "name", "row-1"),
		"another table":       place("clients", "email", "row-1"),
		"parts that run over": place("personse", "mail", "row-1"),
	} {
		if text, err := box.Open(sealed, at); err == nil {
			t.Errorf("%s opened it as %q", name, text)
		}
	}
	for name, at := range map[string]secretbox.Place{
		"no table": place("", "email", "r"), "no column": place("t", "", "r"), "no row": place("t", "email", ""),
	} {
		if _, err := box.Seal("x", at); err == nil {
			t.Errorf("a place with %s was accepted", name)
		}
	}
}

// C1: no bit of a stored value can be changed.
func TestAlteredCiphertextIsRefused(t *testing.T) {
	box, _ := newBox(t)
	at := place("persons", "email", "row-1")
	raw := stored(t, seal(t, box, "olivia", at))
	for i := range raw {
		flipped := bytes.Clone(raw)
		flipped[i] ^= 1
		var sealed secretbox.Sealed
		if sealed.Scan(flipped) != nil {
			continue
		}
		if _, err := box.Open(sealed, at); err == nil {
			t.Fatalf("opened with byte %d changed", i)
		}
	}
	stranger, _ := newBox(t)
	if _, err := stranger.Open(scanned(t, raw), at); err == nil {
		t.Fatal("another keyset opened it")
	}
}

func TestScanRefusesWhatNoBoxMade(t *testing.T) {
	for name, src := range map[string]any{
		"text":            "olivia@northwind.example",
		"bytes":           []byte("olivia@northwind.example and more bytes than the overhead"),
		"empty":           []byte{},
		"magic alone":     []byte(secretbox.Magic),
		"number":          int64(7),
		"magic as string": secretbox.Magic + strings.Repeat("x", 60),
	} {
		var sealed secretbox.Sealed
		err := sealed.Scan(src)
		if err == nil {
			t.Errorf("%s was taken for a sealed value", name)
		} else if strings.Contains(err.Error(), "olivia") {
			t.Errorf("the error repeats the clear text: %v", err)
		}
		var index secretbox.Index
		if index.Scan(src) == nil {
			t.Errorf("%s was taken for a blind index", name)
		}
	}
}

func TestZeroIsNull(t *testing.T) {
	box, _ := newBox(t)
	var sealed secretbox.Sealed
	if err := sealed.Scan(nil); err != nil || !sealed.IsZero() {
		t.Fatalf("NULL scans as %v, %v", sealed.IsZero(), err)
	}
	if value, err := sealed.Value(); value != nil || err != nil {
		t.Fatalf("the zero Sealed is stored as %v, %v", value, err)
	}
	if text, err := box.Open(sealed, place("persons", "email", "row-1")); text != "" || err != nil {
		t.Fatalf("NULL opens as %q, %v", text, err)
	}
	if box.NeedsReseal(sealed) || box.KeyID(sealed) != 0 {
		t.Fatal("NULL needs a key")
	}
	var index secretbox.Index
	if err := index.Scan(nil); err != nil || !index.IsZero() {
		t.Fatalf("NULL index scans as %v, %v", index.IsZero(), err)
	}
	if value, err := index.Value(); value != nil || err != nil {
		t.Fatalf("the zero Index is stored as %v, %v", value, err)
	}
}

// G7: nothing that prints values prints these.
func TestSealedNeverShows(t *testing.T) {
	box, _ := newBox(t)
	sealed := seal(t, box, "olivia", place("persons", "email", "row-1"))
	index := box.Index("persons.email", "olivia")
	marshalled, err := json.Marshal(map[string]any{"s": sealed, "p": &sealed, "i": index})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"i":"[sealed]","p":"[sealed]","s":"[sealed]"}`; string(marshalled) != want {
		t.Errorf("JSON is %s", marshalled)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).
		Info("x", "s", sealed, "p", &sealed, "i", index, "row", struct{ S any }{sealed})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&log, verb+verb+verb, sealed, &sealed, index)
	}
	raw := stored(t, sealed)
	for name, piece := range map[string]string{
		"hex": fmt.Sprintf("%x", raw[9:13]), "decimal": fmt.Sprintf("%d %d", raw[9], raw[10]),
		"raw": string(raw[9:17]), "index hex": fmt.Sprintf("%x", index[:4]),
		"index decimal": fmt.Sprintf("%d %d %d", index[0], index[1], index[2]),
	} {
		if strings.Contains(log.String(), piece) {
			t.Errorf("printed as %s: %s", name, log.String())
		}
	}
}

func TestIndexesAreEqualOnlyWithinAColumn(t *testing.T) {
	box, dir := newBox(t)
	index := box.Index("persons.email", "olivia@northwind.example")
	if index != reopen(t, dir).Index("persons.email", "olivia@northwind.example") {
		t.Fatal("the same value has two indexes")
	}
	stranger, _ := newBox(t)
	for name, other := range map[string]secretbox.Index{
		"another column":      box.Index("accounts.email", "olivia@northwind.example"),
		"another value":       box.Index("persons.email", "ben@northwind.example"),
		"another case":        box.Index("persons.email", "Olivia@northwind.example"),
		"parts that run over": box.Index("persons.emailo", "livia@northwind.example"),
		"another key":         stranger.Index("persons.email", "olivia@northwind.example"),
	} {
		if other == index {
			t.Errorf("%s has the same index", name)
		}
	}
	if !box.Index("persons.email", "").IsZero() {
		t.Error("an absent value can be looked up")
	}
}

func TestMACVouchesForOnePurposeAndTheseParts(t *testing.T) {
	box, _ := newBox(t)
	tag := box.MAC("activity head", []byte("chain"), []byte("7"))
	if len(tag) != secretbox.MACSize || !box.VerifyMAC(tag, "activity head", []byte("chain"), []byte("7")) {
		t.Fatalf("its own MAC of %d bytes is refused", len(tag))
	}
	stranger, _ := newBox(t)
	if box.VerifyMAC(tag, "session", []byte("chain"), []byte("7")) ||
		box.VerifyMAC(tag, "activity head", []byte("chain7")) ||
		box.VerifyMAC(tag, "activity head", []byte("chain"), []byte("8")) ||
		box.VerifyMAC(nil, "activity head") ||
		stranger.VerifyMAC(tag, "activity head", []byte("chain"), []byte("7")) {
		t.Fatal("a MAC verifies for what it was not made for")
	}
}

func BenchmarkSeal(b *testing.B) {
	box, _ := newBox(b)
	at := place("persons", "email", "0123456789abcdef")
	b.ReportAllocs()
	for b.Loop() {
		seal(b, box, "olivia@northwind.example", at)
	}
}

func BenchmarkOpen(b *testing.B) {
	box, _ := newBox(b)
	at := place("persons", "email", "0123456789abcdef")
	sealed := seal(b, box, "olivia@northwind.example", at)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := box.Open(sealed, at); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	box, _ := newBox(b)
	b.ReportAllocs()
	for b.Loop() {
		box.Index("persons.email", "olivia@northwind.example")
	}
}

func BenchmarkMAC(b *testing.B) {
	box, _ := newBox(b)
	b.ReportAllocs()
	for b.Loop() {
		box.MAC("activity head", []byte("0123456789abcdef"))
	}
}
