package exports_test

import (
	"runtime"
	"testing"

	"gatehouse/internal/activity/export"
	"gatehouse/internal/exports"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// gauge is where a file goes that nobody keeps: it takes down how much memory was in use, at its highest.
type gauge struct {
	writes, bytes int
	most          uint64
}

// Write takes a part.
func (g *gauge) Write(part []byte) (int, error) {
	g.bytes += len(part)
	if g.writes++; g.writes%5 == 0 {
		runtime.GC()
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		g.most = max(g.most, now.HeapAlloc)
	}
	return len(part), nil
}

// A file is made with the same memory however long the log is: ten times the entries need no more.
func TestExportsNeedTheSameMemory(t *testing.T) { sameMemory(t, 1_500, 13_500) }

// sameMemory compares the memory for the file of a log with that for the file of the same log when it has got longer.
func sameMemory(t *testing.T, few, more int) {
	t.Helper()
	s, c := open(t, testkit.NewSQLite(t))
	scope := id.AccountScope(c.Copperfield)
	carl := as(t, s, site.Carl, c.Copperfield)
	measure := func(entries int) gauge {
		testkit.Entries(t, s.World, scope, entries)
		taken, err := s.Exports.Ask(t.Context(), carl, scope, exports.Request{Format: export.JSONLines})
		if err != nil {
			t.Fatal(err)
		}
		var g gauge
		if err := s.Exports.Write(t.Context(), taken, &g); err != nil {
			t.Fatal(err)
		}
		return g
	}
	short, long := measure(few), measure(more)
	const slack = 4 << 20
	t.Logf("%d MB in use for a file of %d MB", long.most>>20, long.bytes>>20)
	if long.bytes < 5*short.bytes || long.bytes < 2*slack {
		t.Fatalf("files of %d and %d bytes prove nothing", short.bytes, long.bytes)
	}
	if long.most > short.most+slack {
		t.Errorf("%d bytes in use for a file of %d, %d for one of %d", long.most, long.bytes, short.most, short.bytes)
	}
}
