package main_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// L3: the command says first what it would do, then does it; the file that comes of it is checked offline, and the log
// is whole without it.
func TestOldEntriesAreArchivedByCommand(t *testing.T) {
	t.Parallel()
	run, data := runner(t, build(t)), filepath.Join(t.TempDir(), "data")
	must := func(args ...string) string {
		t.Helper()
		out, exit := run("", append(args, "--data", data)...)
		if exit != 0 {
			t.Fatalf("gatehouse %s: exit %d: %s", strings.Join(args, " "), exit, out)
		}
		return out
	}
	must("keys", "create")
	must("migrate")
	w := testkit.Open(t, db.Config{Dialect: db.SQLite, Path: filepath.Join(data, "gatehouse.db"), Relaxed: true},
		filepath.Join(data, "keys"))
	chain := id.AccountScope(id.New[id.AccountKind]())
	w.Offset.Advance(-2 * 366 * 24 * time.Hour)
	testkit.Entries(t, w, chain, 700)
	says := func(out string, words ...string) {
		t.Helper()
		for _, word := range words {
			if !strings.Contains(out, word) {
				t.Errorf("it does not say %q: %s", word, out)
			}
		}
	}
	says(must("activity", "archive"), "12 months", "To move: ", "--yes")
	says(must("activity", "verify"), "702 entries")
	says(must("activity", "archive", "--yes"), "Moved: ", " of 1 logs, in 1 files")
	says(must("activity", "archive"), "nothing to move")
	says(must("activity", "verify"), "lie in the archive, in 1 files", "Nothing was changed")
	base := filepath.Join(data, "archive", "account-"+chain.Text(), "000001")
	out, exit := run("", "activity", "verify", base+".jsonl.gz", "--note", base+".note.txt", "--key", w.Log.Keys()[0])
	if exit != 0 {
		t.Errorf("the file: exit %d: %s", exit, out)
	}
	says(out, "segment 1 of the archive", "signed with the given key", "The notes vouch for entry")
}
