package activity_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/testkit"
)

func TestOldRowsWithTheirOldHeadAreFoundByTheNote(t *testing.T) { // L3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		b := newBooks(t, w)
		k := b.tool(t)
		k.keep("old_head", "heads WHERE chain = ?", b.account) // as it is now, with a MAC that fits
		k.keep("old_counts", "activity_counts WHERE chain = ?", b.account)
		testkit.Entries(t, w, b.account, 4)
		b.sign(t)
		if report := b.verify(t, activity.Check{Notes: b.notes}); !report.OK() || report.Notes != 1 {
			t.Fatalf("before: %+v", report)
		}
		for _, table := range []string{"entries", "entry_personal"} {
			k.run("DELETE FROM "+table+" WHERE chain = ? AND seq > 12", b.account)
		}
		k.run("DELETE FROM heads WHERE chain = ?", b.account)
		k.run("INSERT INTO heads SELECT * FROM old_head")
		k.run("DELETE FROM activity_counts WHERE chain = ?", b.account)
		k.run("INSERT INTO activity_counts SELECT * FROM old_counts")
		if report := b.verify(t, activity.Check{}); !report.OK() {
			t.Fatalf("the database alone cannot tell, but: %+v", report.Problems)
		}
		b.expect(t, activity.Check{Notes: b.notes}, b.account, 13, "Entry 13 is missing: note 1")
		// going on from there gives the chain other entries than those that were noted
		testkit.Entries(t, w, b.account, 6)
		b.sign(t)
		b.expect(t, activity.Check{Notes: b.notes}, b.account, 16, "is not the one that note 1")
		b.expect(t, activity.Check{Notes: b.notes, Chain: b.account}, b.account, 16, "is not the one that note 1")
	})
}

func TestChangedNotesAreFound(t *testing.T) { // L3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		b := newBooks(t, w)
		for range 3 {
			testkit.Entries(t, w, b.account, 1)
			b.sign(t)
		}
		check := activity.Check{Notes: b.notes}
		if report := b.verify(t, check); !report.OK() || report.Notes != 3 {
			t.Fatalf("before: %+v", report)
		}
		path := filepath.Join(b.notes, "note-0000000002.txt")
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		write := func(content string) {
			t.Helper()
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(strings.Replace(string(raw), "chains 3", "chains 2", 1))
		b.expectNote(t, "Note 2 ("+path+") is not as it was signed.")
		third, err := os.ReadFile(filepath.Join(b.notes, "note-0000000003.txt"))
		if err != nil {
			t.Fatal(err)
		}
		write(string(third))
		b.expectNote(t, "Note 3 is kept under the number 2.")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		b.expectNote(t, "Note 2 is missing.")
		write(string(raw))
		if report := b.verify(t, check); !report.OK() {
			t.Errorf("put back: %+v", report.Problems)
		}
		if err := os.RemoveAll(b.notes); err != nil {
			t.Fatal(err)
		}
		b.expectNote(t, "There are no notes in "+b.notes+", but notes were signed.")
	})
}

func (b *books) expectNote(t *testing.T, want string) {
	t.Helper()
	if report := b.verify(t, activity.Check{Notes: b.notes}); !strings.Contains(fmt.Sprint(report.Problems), want) {
		t.Errorf("found %+v, want %q", report.Problems, want)
	}
}
