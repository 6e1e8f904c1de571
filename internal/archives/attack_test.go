package archives_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the attacker's own way in

	"gatehouse/internal/activity"
	"gatehouse/internal/archives"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// tool is a database tool behind the program's back.
type tool struct {
	*sql.DB
	t *testing.T
}

func (a *attic) as(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	driver := "mysql"
	if !a.OnMySQL {
		driver, dsn = "sqlite", a.Config.Path
	}
	pool, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

// tool is in the hands of the schema's owner.
func (a *attic) tool(t *testing.T) tool { return tool{a.as(t, a.Server.Migrate), t} }

func (k tool) run(text string, args ...any) {
	k.t.Helper()
	if _, err := k.ExecContext(k.t.Context(), text, args...); err != nil {
		k.t.Fatalf("%s: %v", text, err)
	}
}

// free takes the triggers away, as only the schema's owner can.
func (a *attic) free(k tool) {
	names := []string{
		"entries_never_go", "archive_gaps_never_go", "archive_gaps_never_change", "archive_segments_never_go",
		"archive_segments_never_change",
	}
	if !a.OnMySQL {
		names = append(names, "archive_gaps_never_replaced", "archive_segments_never_replaced", "entries_never_replaced")
	}
	for _, name := range names {
		k.run("DROP TRIGGER " + name)
	}
}

type attack struct {
	name string
	do   func(t *testing.T, a *attic, k tool)
	says string
}

// gapColumns are those of a gap but for its log.
const gapColumns = "first_seq, last_seq, hash_before, hash_after, number, mac"

func attacks() []attack {
	cut := func(_ *testing.T, a *attic, k tool) {
		k.run("DELETE FROM entries WHERE chain = ? AND seq BETWEEN 601 AND 605", a.chain)
		k.run("DELETE FROM entry_personal WHERE chain = ? AND seq BETWEEN 601 AND 605", a.chain)
	}
	return []attack{
		{"a cut without a note", cut, "Entry 601 is missing"},
		{"a cut with a note that was made up", func(t *testing.T, a *attic, k tool) {
			cut(t, a, k)
			k.run("INSERT INTO archive_gaps (chain, "+gapColumns+") SELECT chain, 601, 605, (SELECT hash_after FROM "+
				"(SELECT * FROM archive_gaps) x WHERE x.chain = g.chain ORDER BY first_seq DESC LIMIT 1), "+
				"(SELECT prev_hash FROM entries e WHERE e.chain = g.chain AND e.seq = 606), number, mac "+
				"FROM archive_gaps g WHERE g.chain = ? AND g.first_seq = 1", a.chain)
		}, "not what Gatehouse wrote"},
		{"a gap that was widened", func(_ *testing.T, a *attic, k tool) {
			k.run("DELETE FROM entries WHERE chain = ? AND seq = 2", a.chain)
			k.run("DELETE FROM entry_personal WHERE chain = ? AND seq = 2", a.chain)
			k.run("UPDATE archive_gaps SET last_seq = 2, hash_after = (SELECT hash_before FROM (SELECT * FROM archive_gaps) x "+
				"WHERE x.chain = archive_gaps.chain AND x.first_seq = 3) WHERE chain = ? AND first_seq = 1", a.chain)
		}, "not what Gatehouse wrote"},
		{"the note of a gap is gone", func(_ *testing.T, a *attic, k tool) {
			k.run("DELETE FROM archive_gaps WHERE chain = ? AND first_seq = 1", a.chain)
		}, "Entry 1 is missing"},
		{"another file is named", func(_ *testing.T, a *attic, k tool) {
			k.run("UPDATE archive_segments SET digest = ? WHERE chain = ?", make([]byte, 32), a.chain)
		}, "not what Gatehouse wrote"},
		{"the segment is gone", func(_ *testing.T, a *attic, k tool) {
			k.run("DELETE FROM archive_segments WHERE chain = ?", a.chain)
		}, "not what Gatehouse wrote"},
		{"a segment that took nothing", func(_ *testing.T, a *attic, k tool) {
			k.run("INSERT INTO archive_segments SELECT chain, 2, first_seq, last_seq, entries, file, digest, made_at "+
				"FROM archive_segments WHERE chain = ?", a.chain)
		}, "the log lacks 0 of them"},
		{"a file was altered", func(t *testing.T, a *attic, _ tool) {
			name := a.file()
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			raw[len(raw)/2]++
			if err := os.WriteFile(name, raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "is not as it was written"},
		{"a file is gone", func(t *testing.T, a *attic, _ tool) {
			if err := os.Remove(a.file()); err != nil {
				t.Fatal(err)
			}
		}, "is not in "},
	}
}

func (a *attic) file() string {
	return filepath.Join(a.Folder, "account-"+a.chain.Text(), "000001.jsonl.gz")
}

func TestEachAttackOnTheArchiveIsFound(t *testing.T) { // L3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		for i, x := range attacks() {
			a := newAttic(t, w, 600)
			a.years(1.2)
			testkit.Entries(t, w, a.chain, 10)
			// the logs of the attacks before this one are left alone
			if done, err := a.Run(t.Context(), func(archives.Plan) {}); done.Entries == 0 || (err == nil) != (i == 0) {
				t.Fatalf("%s: moved %+v, %v", x.name, done, err)
			}
			k := a.tool(t)
			if i == 0 {
				a.free(k)
			}
			x.do(t, a, k)
			r, err := w.Log.Verify(t.Context(), activity.Check{Chain: a.chain, Archive: a.Folder})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Problems) != 1 || !strings.Contains(r.Problems[0].What, x.says) {
				t.Errorf("%s: found %+v", x.name, r.Problems)
			}
		}
	})
}

// A cut of one log cannot be shown as that of another: with the same numbers, in the same place.
func TestTheCutOfAnotherLogIsNone(t *testing.T) { // L3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		a := newAttic(t, w, 600)
		victim := id.AccountScope(id.New[id.AccountKind]())
		a.years(1.2)
		a.run(t)
		testkit.Entries(t, w, victim, 600)
		k := a.tool(t)
		a.free(k)
		for _, table := range []string{"entries", "entry_personal"} {
			k.run("DELETE FROM "+table+" WHERE chain = ? AND seq = 1", victim)
		}
		k.run("INSERT INTO archive_segments SELECT ?, number, first_seq, last_seq, entries, file, digest, made_at "+
			"FROM archive_segments WHERE chain = ?", victim, a.chain)
		k.run("INSERT INTO archive_gaps SELECT ?, "+gapColumns+" FROM archive_gaps WHERE chain = ?", victim, a.chain)
		r, err := w.Log.Verify(t.Context(), activity.Check{Chain: victim})
		if err != nil || len(r.Problems) != 1 || r.Problems[0].Seq != 1 {
			t.Errorf("found %+v, %v", r.Problems, err)
		}
	})
}

// The portal's own user takes nothing out of the log: neither by hand, nor by the archive's own way, nor with a note of
// its own. The one who may, may nothing else.
func TestThePortalTakesNothingOut(t *testing.T) { // L3
	t.Parallel()
	w := testkit.NewMariaDB(t)
	a := newAttic(t, w, 40)
	a.years(2)
	if done, err := a.by(t, w.Gate).Run(t.Context(), func(archives.Plan) {}); err == nil || done.Entries != 0 {
		t.Errorf("the portal moved %+v, %v", done, err)
	}
	portal := a.as(t, w.Server.Write)
	_, err := portal.ExecContext(t.Context(), "INSERT INTO archive_gaps (chain, "+gapColumns+
		") VALUES (?, 1, 39, ?, ?, 1, '')", a.chain.Bytes(), make([]byte, 32), make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	maintainer := a.as(t, w.Server.Maintain)
	for _, try := range []struct {
		by   *sql.DB
		text string
	}{
		{portal, "DELETE FROM entries WHERE seq = 5"},
		{portal, "UPDATE archive_gaps SET last_seq = 40"},
		{portal, "DELETE FROM archive_gaps"},
		{portal, "DELETE FROM archive_segments"},
		{maintainer, "DELETE FROM entries WHERE seq = 40"}, // of which nothing says that it lies in the archive
		{maintainer, "UPDATE entries SET outcome = 'failed'"},
		{maintainer, "DELETE FROM heads"},
		{maintainer, "DELETE FROM archive_gaps"},
		{maintainer, "TRUNCATE entries"},
		{maintainer, "DROP TRIGGER entries_never_go"},
		{maintainer, "UPDATE persons SET email_verified_at = 1"},
	} {
		if _, err := try.by.ExecContext(t.Context(), try.text); err == nil {
			t.Errorf("could %s", try.text)
		}
	}
	if n := len(a.all(t)); n != 40 {
		t.Errorf("%d entries are left", n)
	}
	r := a.verify(t)
	if len(r.Problems) != 1 || r.Problems[0].Chain != a.chain || !strings.Contains(r.Problems[0].What, "did not write") {
		t.Errorf("found %+v", r.Problems)
	}
}

// Verifying goes on beside the archive: neither takes the other for an attack.
func TestVerifyBesideTheArchive(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		a := newAttic(t, w, 3_000)
		a.years(2)
		done := make(chan error)
		go func() {
			_, err := a.Run(t.Context(), func(archives.Plan) {})
			done <- err
		}()
		for running := true; running; {
			select {
			case err := <-done:
				if running = false; err != nil {
					t.Error(err)
				}
			default:
			}
			if r := a.verify(t); !r.OK() {
				t.Errorf("found %+v", r.Problems)
			}
		}
		if r := a.verify(t); !r.OK() || r.Archived == 0 {
			t.Errorf("in the end %+v", r)
		}
	})
}
