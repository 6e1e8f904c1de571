package exports_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/activity/export"
	"gatehouse/internal/actor"
	"gatehouse/internal/exports"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// as is somebody who has just signed in and is in an account.
func as(t *testing.T, s *site.Site, email string, account id.Account) actor.Actor {
	t.Helper()
	door := accounts.Door{Address: netip.MustParseAddr("192.0.2.24"), Device: "Firefox on Linux", RequestID: "01test"}
	who, err := s.Accounts.BySession(t.Context(), "", id.Account{}, door)
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.People.SignIn(t.Context(), who.Who, email, site.Passphrase)
	if err != nil {
		t.Fatal(err)
	}
	visit, err := s.Accounts.BySession(t.Context(), out.Token, account, door)
	if err != nil {
		t.Fatal(err)
	}
	return visit.Who
}

func open(t *testing.T, w *testkit.World) (*site.Site, site.Cast) {
	t.Helper()
	s := site.Open(t, w)
	return s, s.Cast(t)
}

func proof(s *site.Site) export.Proof { return export.Proof{Keys: s.Log.Keys()} }

// L7, F3, L1: a short log comes at once and whole, to whoever may take it away; that they did is in it, with what they
// asked for. Nobody else gets anything.
func TestAShortLogComesAtOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s, c := open(t, w)
		scope := id.AccountScope(c.Copperfield)
		carl := as(t, s, site.Carl, c.Copperfield)
		taken, err := s.Exports.Ask(t.Context(), carl, scope, exports.Request{Format: export.JSONLines})
		if err != nil || taken.State != exports.Sent {
			t.Fatalf("%s, %v", taken.State, err)
		}
		var file bytes.Buffer
		if err := s.Exports.Write(t.Context(), taken, &file); err != nil {
			t.Fatal(err)
		}
		v, err := export.Verify(&file, proof(s))
		if err != nil || v.Bad != nil || v.Entries != taken.UpTo || v.Log != scope || !v.Whole() {
			t.Fatalf("%v %+v %+v", err, v, v.Bad)
		}
		_, err = s.Exports.Ask(t.Context(), carl, scope, exports.Request{
			Format: export.CSV, Filter: activity.Filter{Action: activity.InvoiceIssued}, Words: "Action: Invoice issued",
		})
		if err != nil {
			t.Fatal(err)
		}
		page, err := s.Log.Page(t.Context(), scope, activity.Filter{Action: activity.ExportTaken})
		if err != nil || len(page.Entries) != 2 || page.Entries[0].What.Label != "CSV, Action: Invoice issued" ||
			page.Entries[0].Who.Name != "Carl Copperfield" {
			t.Errorf("the log says %+v, %v", page.Entries, err)
		}
		for name, mallory := range map[string]actor.Actor{
			"another account's owner": as(t, s, site.Olivia, c.Northwind), "who is nowhere": as(t, s, site.Olivia, id.Account{}),
		} {
			if _, err := s.Exports.Ask(t.Context(), mallory, scope, exports.Request{Format: export.CSV}); err == nil {
				t.Errorf("%s takes the log away", name)
			}
			if list, err := s.Exports.List(t.Context(), mallory, scope); err == nil {
				t.Errorf("%s sees %d exports", name, len(list))
			}
		}
		north := id.AccountScope(c.Northwind)
		_, err = s.Exports.Ask(t.Context(), as(t, s, site.Ben, c.Northwind), north, exports.Request{Format: export.CSV})
		if fault.KindOf(err) != fault.KindDenied {
			t.Errorf("whoever may not export gets %v", err)
		}
		_, err = s.Exports.Ask(t.Context(), carl, id.PersonScope(carl.Person), exports.Request{Format: export.OCSF})
		if err != nil {
			t.Errorf("one's own log: %v", err)
		}
		if _, err = s.Exports.Ask(t.Context(), carl, id.PersonScope(id.New[id.PersonKind]()),
			exports.Request{Format: export.CSV}); err == nil {
			t.Error("somebody else's own log is taken away")
		}
	})
}

// D2: a log is exported so often in an hour.
func TestExportsAreLimited(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s, c := open(t, w)
		carl, scope := as(t, s, site.Carl, c.Copperfield), id.AccountScope(c.Copperfield)
		for i := range 11 {
			_, err := s.Exports.Ask(t.Context(), carl, scope, exports.Request{Format: export.CSV})
			if limited := fault.KindOf(err) == fault.KindLimited; limited != (i == 10) {
				t.Fatalf("export %d: %v", i+1, err)
			}
		}
		if _, err := s.Exports.Ask(t.Context(), carl, scope, exports.Request{Format: "pdf"}); fault.KindOf(err) !=
			fault.KindInvalid {
			t.Errorf("a form that there is not: %v", err)
		}
	})
}

// A filter that leaves little of a long log has its file at once; one that leaves it long does not.
func TestAShortPartOfALongLogComesAtOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s, c := open(t, w)
		scope := id.AccountScope(c.Copperfield)
		testkit.Entries(t, w, scope, exports.AtOnce)
		carl := as(t, s, site.Carl, c.Copperfield)
		for words, f := range map[exports.State]activity.Filter{
			exports.Sent:    {Action: activity.ContactJoined, Outcome: activity.Success},
			exports.Waiting: {From: time.Unix(1, 0)},
		} {
			ask := exports.Request{Format: export.CSV, Filter: f, Words: "a part"}
			part, err := s.Exports.Ask(t.Context(), carl, scope, ask)
			if err != nil || part.State != words {
				t.Errorf("a part is %s, not %s: %v", part.State, words, err)
			}
			if words == exports.Sent {
				var file bytes.Buffer
				err := s.Exports.Write(t.Context(), part, &file)
				if err != nil || !strings.Contains(file.String(), "contact.joined") {
					t.Errorf("the part is %q, %v", file.String(), err)
				}
			}
		}
	})
}

// R1, G7: a long one is made by a job, in parts, and goes on after a crash where it was; it is whole, is fetched by
// whoever may, is sealed as long as it lies there, and goes when its time is over.
func TestALongLogIsMadeInParts(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s, c := open(t, w)
		scope := id.AccountScope(c.Copperfield)
		testkit.Entries(t, w, scope, exports.AtOnce)
		carl := as(t, s, site.Carl, c.Copperfield)
		taken, err := s.Exports.Ask(t.Context(), carl, scope, exports.Request{Format: export.JSONLines})
		if err != nil || taken.State != exports.Waiting {
			t.Fatalf("%s, %v", taken.State, err)
		}
		crash(t, s, 2)
		list, err := s.Exports.List(t.Context(), carl, scope)
		if err != nil || len(list) != 1 || list[0].Done == 0 || list[0].Done >= list[0].UpTo {
			t.Fatalf("after the crash: %+v, %v", list, err)
		}
		if _, err := s.Exports.Fetch(t.Context(), carl, scope, taken.ID); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("half a file is fetched: %v", err)
		}
		for range 2 { // a second turn has nothing to do
			if err := s.Exports.Make(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		atRest(t, w, "Carl Copperfield", "Person 3", "203.0.113.")
		var file bytes.Buffer
		got, err := s.Exports.Fetch(t.Context(), carl, scope, taken.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := got.WriteTo(t.Context(), &file); err != nil {
			t.Fatal(err)
		}
		v, err := export.Verify(&file, proof(s))
		if err != nil || v.Bad != nil || v.Entries != taken.UpTo || v.Signed == "" {
			t.Errorf("%v %+v %+v", err, v, v.Bad)
		}
		for _, mallory := range []actor.Actor{as(t, s, site.Olivia, c.Northwind), as(t, s, site.Olivia, id.Account{})} {
			if _, err := s.Exports.Fetch(t.Context(), mallory, scope, taken.ID); err == nil {
				t.Error("a stranger fetches the file")
			}
			if _, err := s.Exports.Fetch(t.Context(), mallory, id.AccountScope(c.Northwind), taken.ID); err == nil {
				t.Error("a stranger fetches the file under their own account")
			}
		}
		if n := w.Count(t, "entries", "action = ?", string(activity.ExportReady)); n != 1 {
			t.Errorf("%d entries say that it is ready", n)
		}
		s.Offset.Advance(exports.KeptFor + time.Minute)
		if err := s.Exports.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := w.Count(t, "activity_export_parts", "1 = 1"); n != 0 {
			t.Errorf("%d parts are kept", n)
		}
		carl = as(t, s, site.Carl, c.Copperfield)
		if _, err := s.Exports.Fetch(t.Context(), carl, scope, taken.ID); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("what is over is fetched: %v", err)
		}
	})
}

// packed is how whatever the job packs begins (RFC 1952 §2.3: the magic, the method, no flags, no time). All eight
// bytes of it: three of them stand by chance in one sealed file of eighty.
const packed = "\x1f\x8b\x08\x00\x00\x00\x00\x00"

// atRest looks into the parts of a file as the database keeps them, behind the program's back: nothing personal can be
// read there, packed or not (G7, L5).
func atRest(t *testing.T, w *testkit.World, personal ...string) {
	t.Helper()
	var parts [][]byte
	q := db.Across(w.Reader.With(t.Context()), "a test looks at what is kept")
	if err := q.Raw("SELECT content FROM activity_export_parts").Scan(&parts).Error; err != nil || len(parts) < 3 {
		t.Fatalf("%d parts are kept: %v", len(parts), err)
	}
	for _, part := range parts {
		for _, text := range append(personal, packed) {
			if bytes.Contains(part, []byte(text)) {
				t.Errorf("%q stands in a part of %d bytes", text, len(part))
			}
		}
	}
}

// crash lets the job make some parts and dies within the next.
func crash(t *testing.T, s *site.Site, parts int) {
	t.Helper()
	ctx, die := context.WithCancel(t.Context())
	defer die()
	made := 0
	ctx = db.Watch(ctx, func(text string, _ []any) {
		if strings.Contains(text, "INSERT INTO `activity_export_parts`") {
			if made++; made > parts {
				die()
			}
		}
	})
	if err := s.Exports.Make(ctx); err == nil {
		t.Fatal("it did not die")
	}
}

// L5: a filter leaves what it names, whichever way the file is made: at once, or by a job that dies on the way.
func TestAFilterHoldsInTheFile(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s, c := open(t, w)
		scope := id.AccountScope(c.Copperfield)
		carl := as(t, s, site.Carl, c.Copperfield)
		ask := exports.Request{
			Format: export.CSV, Filter: activity.Filter{Action: activity.InvoicePaid}, Words: "Action: Invoice paid",
		}
		testkit.Entries(t, w, scope, 400)
		taken, err := s.Exports.Ask(t.Context(), carl, scope, ask)
		if err != nil || taken.State != exports.Sent {
			t.Fatalf("%s, %v", taken.State, err)
		}
		var file bytes.Buffer
		if err := s.Exports.Write(t.Context(), taken, &file); err != nil {
			t.Fatal(err)
		}
		onlyPaid(t, s, scope, &file)

		testkit.Entries(t, w, scope, 500)
		testkit.Append(t, w, scope, exports.AtOnce, func(int) testkit.Line {
			return testkit.Line{Who: actor.Details{Kind: actor.System, Name: "test"}, Action: activity.InvoicePaid}
		})
		if taken, err = s.Exports.Ask(t.Context(), carl, scope, ask); err != nil || taken.State != exports.Waiting {
			t.Fatalf("%s, %v", taken.State, err)
		}
		crash(t, s, 2)
		if err := s.Exports.Make(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := s.Exports.Fetch(t.Context(), carl, scope, taken.ID)
		if err != nil {
			t.Fatal(err)
		}
		file.Reset()
		if err := got.WriteTo(t.Context(), &file); err != nil {
			t.Fatal(err)
		}
		onlyPaid(t, s, scope, &file)
	})
}

// onlyPaid holds a file against what the log has of invoices that were paid.
func onlyPaid(t *testing.T, s *site.Site, scope id.Scope, file *bytes.Buffer) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file.Bytes(), []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := paid(t, s, scope)
	if len(rows)-1 != want || want == 0 {
		t.Errorf("the file has %d entries, the log %d", len(rows)-1, want)
	}
	for _, row := range rows[1:] {
		if row[12] != string(activity.InvoicePaid) {
			t.Fatalf("among them is %v", row)
		}
	}
}

func paid(t *testing.T, s *site.Site, scope id.Scope) int {
	t.Helper()
	return int(s.Count(t, "entries", "chain = ? AND action = ?", scope.Bytes(), string(activity.InvoicePaid)))
}
