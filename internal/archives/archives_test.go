package archives_test

import (
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/activity/export"
	"gatehouse/internal/archives"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// attic is a world with an archive, worked by the user who may.
type attic struct {
	*testkit.World
	*archives.Archives
	chain id.Scope
}

func keeping() activity.Keeping { return activity.Keeping{Months: 12, MoneyYears: 7} }

// newAttic makes a world with the log of an account, of which a quarter is about money.
func newAttic(t *testing.T, w *testkit.World, entries int) *attic {
	t.Helper()
	a := &attic{World: w, chain: id.AccountScope(id.New[id.AccountKind]())}
	testkit.Entries(t, w, a.chain, entries)
	a.Archives = a.by(t, a.maintainer(t))
	return a
}

// maintainer is the gate as the user goes through it who may delete entries.
func (a *attic) maintainer(t *testing.T) *gate.Gate {
	t.Helper()
	if !a.OnMySQL {
		return a.Gate
	}
	cfg := a.Config
	cfg.Write = a.Server.Maintain
	w, r, err := db.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = w.Close(), r.Close() })
	return gate.New(w, r, a.Access, a.Log, a.Box, a.Logger)
}

func (a *attic) by(t *testing.T, g *gate.Gate) *archives.Archives {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "archive")
	if a.Archives != nil {
		folder = a.Folder
	}
	made, err := archives.New(archives.Deps{
		Gate: g, Log: a.Log, Keeping: keeping(), Folder: folder, Notes: filepath.Join(t.TempDir(), "notes"),
		Provider: "Harbour Hosting", Now: a.Reader.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (a *attic) run(t *testing.T) archives.Plan {
	t.Helper()
	done, err := a.Run(t.Context(), func(archives.Plan) {})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func (a *attic) verify(t *testing.T) activity.Report {
	t.Helper()
	r, err := a.Log.Verify(t.Context(), activity.Check{Archive: a.Folder, Notes: a.Notes})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// years lets time go by.
func (a *attic) years(n float64) { a.Offset.Advance(time.Duration(n * 366 * 24 * float64(time.Hour))) }

func (a *attic) all(t *testing.T) []activity.Record {
	t.Helper()
	var list []activity.Record
	for after := int64(0); ; {
		part, next, err := a.Gate.Old(t.Context(), a.chain, after)
		if err != nil {
			t.Fatal(err)
		}
		if list = append(list, part...); next == 0 {
			return list
		}
		after = next
	}
}

// What is over goes, by category; what the law asks for stays; the chain is whole without it, and the file by itself.
func TestWhatIsOverGoesIntoTheArchive(t *testing.T) { // L3, L6
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		a := newAttic(t, w, 600)
		if _, err := w.Gate.SignNotes(t.Context(), a.Notes); err != nil {
			t.Fatal(err)
		}
		money := 0
		for _, r := range a.all(t) {
			if r.Retention == activity.Money {
				money++
			}
		}
		if plan, err := a.Survey(t.Context()); err != nil || plan.Entries != 0 {
			t.Fatalf("young: %+v, %v", plan, err)
		}
		a.years(1.2)
		testkit.Entries(t, w, a.chain, 10)
		plan, err := a.Survey(t.Context())
		if err != nil || plan.Entries != int64(600-money+1) || plan.Logs != 2 || money < 50 {
			t.Fatalf("planned: %+v, %v with %d about money", plan, err, money)
		}
		if r := a.verify(t); !r.OK() || r.Archived != 0 {
			t.Fatalf("the survey changed something: %+v", r)
		}
		// of the provider's own log goes that a note was signed
		if done := a.run(t); done.Entries != plan.Entries || done.Segments != 2 {
			t.Errorf("moved: %+v", done)
		}
		left := a.all(t)
		if len(left) != money+10+1 || left[len(left)-1].Action != activity.LogArchived {
			t.Errorf("%d entries are left, the last is %s", len(left), left[len(left)-1].Action)
		}
		if r := a.verify(t); !r.OK() || r.Archived != plan.Entries || r.Segments != 2 {
			t.Errorf("afterwards: %+v", r)
		}
		if done := a.run(t); done.Entries != 0 {
			t.Errorf("moved again: %+v", done)
		}
		a.segmentIsWhole(t, plan.Entries-1)
		a.years(8)
		testkit.Entries(t, w, a.chain, 3)
		a.run(t)
		if r := a.verify(t); !r.OK() || r.Segments < 3 {
			t.Errorf("years later: %+v", r)
		}
		for _, r := range a.all(t) {
			if r.Seq <= 600 {
				t.Errorf("entry %d (%s) is still there", r.Seq, r.Action)
			}
		}
	})
}

// segmentIsWhole checks a segment as somebody with nothing but the file, the note beside it and the key.
func (a *attic) segmentIsWhole(t *testing.T, entries int64) {
	t.Helper()
	base := filepath.Join(a.Folder, "account-"+a.chain.Text(), "000001")
	file, err := os.Open(base + ".jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	note, err := os.ReadFile(base + ".note.txt")
	if err != nil {
		t.Fatal(err)
	}
	content, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	v, err := export.Verify(content, export.Proof{Keys: a.Log.Keys(), Notes: [][]byte{note}})
	if err != nil || v.Bad != nil || v.Entries != entries || v.Vouched != v.Last || v.Log != a.chain {
		t.Errorf("the segment: %+v, %v", v, err)
	}
	if info, err := file.Stat(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("it may be read by others: %v, %v", info.Mode(), err)
	}
}

// A few entries wait for more, but not for long.
func TestAFewEntriesWaitForMore(t *testing.T) {
	t.Parallel()
	a := newAttic(t, testkit.NewSQLite(t), 20)
	a.Offset.Advance(370 * 24 * time.Hour)
	if plan, err := a.Survey(t.Context()); err != nil || plan.Entries != 0 {
		t.Errorf("at once: %+v, %v", plan, err)
	}
	a.Offset.Advance(32 * 24 * time.Hour)
	if done := a.run(t); done.Entries == 0 {
		t.Errorf("a month later: %+v", done)
	}
}

// Stopped between two files, or between a file and the log, it goes on later, and the log lacks nothing meanwhile.
func TestArchivingGoesOnWhereItWasStopped(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		a := newAttic(t, w, 7_000)
		a.years(2)
		ctx, cancel := context.WithCancel(t.Context())
		first, err := a.Run(ctx, func(archives.Plan) { cancel() })
		if err == nil || first.Segments != 1 || first.Entries != 5_000 {
			t.Fatalf("stopped at %+v, %v", first, err)
		}
		if r := a.verify(t); !r.OK() || r.Archived != 5_000 {
			t.Errorf("on the way: %+v", r)
		}
		// a file that the log does not know: it was written, and then the power went
		half := filepath.Join(a.Folder, "account-"+a.chain.Text(), "000002.jsonl.gz")
		if err := os.WriteFile(half, []byte("half of it"), 0o600); err != nil {
			t.Fatal(err)
		}
		second := a.run(t)
		if second.Segments != 1 || second.Entries == 0 {
			t.Errorf("then %+v", second)
		}
		if r := a.verify(t); !r.OK() || r.Archived != first.Entries+second.Entries || r.Segments != 2 {
			t.Errorf("in the end: %+v", r)
		}
	})
}

// What the law asks for cannot be set aside: not by the settings, not by what an entry says of itself.
func TestTheLegalMinimumHolds(t *testing.T) { // L6
	t.Parallel()
	for _, k := range []activity.Keeping{{Months: 2, MoneyYears: 7}, {Months: 12, MoneyYears: 5}, {}} {
		if _, err := archives.New(archives.Deps{Keeping: k}); err == nil {
			t.Errorf("%+v was accepted", k)
		}
	}
	now := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		action activity.Action
		class  activity.Retention
		years  int
		over   bool
	}{
		{activity.SignedIn, activity.Standard, 2, true},
		{activity.SignedIn, activity.Standard, 0, false},
		{activity.InvoicePaid, activity.Money, 6, false},
		{activity.InvoicePaid, activity.Money, 8, true},
		{activity.InvoicePaid, activity.Standard, 2, false}, // written by a program that knew no better
		{activity.SignedIn, activity.Money, 2, false},
		{activity.ChainOpened, activity.Standard, 99, false},
		{activity.LogArchived, activity.Lasting, 99, false},
		{"of.a.later.program", "eternal", 99, false},
	} {
		e := activity.Entry{Action: test.action, Retention: test.class, Recorded: now.AddDate(-test.years, 0, -1)}
		if got := keeping().Over(&e, now); got != test.over {
			t.Errorf("%s (%s) after %d years: over %v", test.action, test.class, test.years, got)
		}
	}
}

// A log that was tampered with is evidence: nothing of it goes, and the others do not wait for it.
func TestNothingGoesOfALogThatWasAltered(t *testing.T) { // L3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		a := newAttic(t, w, 40)
		other := id.AccountScope(id.New[id.AccountKind]())
		testkit.Entries(t, w, other, 40)
		a.years(2)
		k := a.tool(t)
		k.run("DROP TRIGGER entries_never_change")
		k.run("UPDATE entries SET outcome = 'failed' WHERE chain = ? AND seq = 4", a.chain)
		done, err := a.Run(t.Context(), func(archives.Plan) {})
		if !errors.Is(err, archives.ErrAltered) || done.Logs != 1 {
			t.Errorf("got %+v, %v", done, err)
		}
		if n := len(a.all(t)); n != 40 {
			t.Errorf("%d entries are left", n)
		}
	})
}
