package log_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/archives"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// maintainer is the gate as the user goes through it who may take entries out.
func maintainer(t *testing.T, w *testkit.World) *gate.Gate {
	t.Helper()
	if !w.OnMySQL {
		return w.Gate
	}
	cfg := w.Config
	cfg.Write = w.Server.Maintain
	writer, reader, err := db.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = writer.Close(), reader.Close() })
	return gate.New(writer, reader, w.Access, w.Log, w.Box, w.Logger)
}

// The address of an entry whose time was up says where the entry went, to whoever may read the log and to nobody else.
func TestTheAddressOfAnArchivedEntrySaysWhereItIs(t *testing.T) { // L6, L7
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		scope, log := id.AccountScope(c.Northwind), c.Base()+"/activity"
		page, err := s.Log.Page(t.Context(), scope, activity.Filter{Action: activity.ContactInvited})
		if err != nil || len(page.Entries) == 0 {
			t.Fatalf("nobody was invited: %v", err)
		}
		first := page.Entries[len(page.Entries)-1].Seq
		olivia, ben := s.Visit(t).SignIn(site.Olivia), s.Visit(t).SignIn(site.Ben)
		carl := s.Visit(t).SignIn(site.Carl)
		link := fmt.Sprintf("%s/%d", log, first)
		olivia.Get(link).Is(t, http.StatusOK).Says(t, "Exact time")

		s.Offset.Advance(13 * 31 * 24 * time.Hour)
		folder := t.TempDir()
		attic, err := archives.New(archives.Deps{
			Gate: maintainer(t, s.World), Log: s.Log, Provider: "Harbour Hosting",
			Keeping: activity.Keeping{Months: 12, MoneyYears: 7},
			Folder:  filepath.Join(folder, "archive"), Notes: filepath.Join(folder, "notes"), Now: s.Reader.Now,
		})
		if err != nil {
			t.Fatal(err)
		}
		plan, err := attic.Run(t.Context(), func(archives.Plan) {})
		if err != nil || plan.Entries == 0 {
			t.Fatalf("%+v: %v", plan, err)
		}

		olivia, ben, carl = olivia.In(t).SignIn(site.Olivia), ben.In(t).SignIn(site.Ben), carl.In(t).SignIn(site.Carl)
		olivia.Get(link).Is(t, http.StatusOK).Says(t, fmt.Sprintf("Entry %d is in the archive", first),
			"It was moved there on", "000001.jsonl.gz", "ask Harbour Hosting to hand you this file", "How long entries are kept")
		ben.Get(link).Is(t, http.StatusNotFound) // he sees only what he did himself
		carl.Get(link).Is(t, http.StatusNotFound)
		olivia.Get(fmt.Sprintf("%s/%d", log, 1_000_000)).Is(t, http.StatusNotFound)
	})
}
