package activity_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

func calendarOf(t *testing.T, w *testkit.World, chain id.Scope, q activity.CalendarQuery) activity.Calendar {
	t.Helper()
	if q.Now.IsZero() {
		q.Now = time.Now()
	}
	q.From, q.SignIns = q.Now.AddDate(0, 0, -180), q.Now.AddDate(0, 0, -29)
	page, err := w.Log.Page(t.Context(), chain, activity.Filter{Limit: 1, Calendar: &q})
	if err != nil {
		t.Fatal(err)
	}
	return page.Calendar
}

// The counts of a day are written with its entries, and tell sign-ins apart by how strong they were.
func TestDaysAreCountedWithTheEntries(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		chain, ben := id.AccountScope(id.New[id.AccountKind]()), id.New[id.PersonKind]()
		came := func(kind actor.Kind, person id.Person, name, factor string) testkit.Line {
			return testkit.Line{Action: activity.AccountEntered, Who: actor.Details{
				Kind: kind, Person: person, Name: name, Factor: factor, Session: id.New[id.SessionKind](),
			}}
		}
		lines := []testkit.Line{
			came(actor.Person, ben, "Ben", "password"), came(actor.Person, ben, "Ben Okafor", "password"),
			came(actor.Person, id.New[id.PersonKind](), "Tess", "password and code"),
			came(actor.Staff, id.New[id.PersonKind](), "Sam", "password and code"),
		}
		refused := came(actor.Person, ben, "Ben Okafor", "password")
		refused.Action, refused.Details.Outcome = activity.Refused, activity.RefusedResult
		lines = append(lines, refused)
		testkit.Append(t, w, chain, len(lines), func(i int) testkit.Line { return lines[i] })

		cal := calendarOf(t, w, chain, activity.CalendarQuery{})
		if len(cal.Days) != 1 || cal.Days[0].Entries != 5 || cal.Days[0].Refused != 1 || cal.Days[0].ByStaff != 1 ||
			cal.Total != 5 {
			t.Errorf("the calendar says %+v", cal)
		}
		shapes := map[string]string{}
		for _, s := range cal.SignIns {
			shape := strings.Repeat("x", s.Many)
			if s.Strong {
				shape += " strong"
			}
			if s.Staff {
				shape += " staff"
			}
			shapes[s.Name] = shape
		}
		if len(shapes) != 3 || shapes["Ben Okafor"] != "xx" || shapes["Tess"] != "x strong" || shapes["Sam"] != "x staff" {
			t.Errorf("the sign-ins are %v", shapes)
		}

		own := calendarOf(t, w, chain, activity.CalendarQuery{Person: ben}) // L7
		if len(own.Days) != 1 || own.Days[0].Entries != 3 || own.Total != 0 || len(own.SignIns) != 1 {
			t.Errorf("Ben's own calendar says %+v", own)
		}
	})
}

// In a person's own log failed tries count by how many they stand for.
func TestFailedTriesAreCountedByNumber(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		person := id.New[id.PersonKind]()
		chain := id.PersonScope(person)
		testkit.Append(t, w, chain, 1, func(int) testkit.Line {
			return testkit.Line{
				Action: activity.SignInFailed, Who: actor.Details{Kind: actor.Anonymous},
				Details: activity.Details{Outcome: activity.Failed, Count: 7},
			}
		})
		cal := calendarOf(t, w, chain, activity.CalendarQuery{})
		if len(cal.Days) != 1 || cal.Days[0].Failed != 7 || cal.Days[0].Entries != 1 ||
			len(cal.SignIns) != 1 || !cal.SignIns[0].Failed || cal.SignIns[0].Many != 7 || cal.SignIns[0].Person != person {
			t.Errorf("the calendar says %+v", cal)
		}
	})
}

// An older program that runs beside this one writes entries and counts nothing; counting goes on where it stopped, and
// nothing is counted twice (R14).
func TestCountingCatchesUpBehindAnOlderProgram(t *testing.T) { // R14
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		b := newBooks(t, w)
		k := b.tool(t)
		k.run("DELETE FROM activity_counts WHERE chain = ?", b.account)
		k.run("UPDATE heads SET counted_seq = 0 WHERE chain = ?", b.account)
		k.run("UPDATE entry_personal SET address_index = NULL WHERE chain = ?", b.account)
		testkit.Entries(t, w, b.account, 3)
		if cal := calendarOf(t, w, b.account, activity.CalendarQuery{}); len(cal.Days) != 0 {
			t.Errorf("counted before those that came first: %+v", cal)
		}
		if report := b.verify(t, activity.Check{}); !report.OK() {
			t.Errorf("what is not counted yet is no problem: %v", report.Problems)
		}
		if n, err := w.Gate.CountOn(t.Context()); err != nil || n != 15 {
			t.Errorf("counted %d: %v", n, err)
		}
		testkit.Entries(t, w, b.account, 2)
		cal := calendarOf(t, w, b.account, activity.CalendarQuery{})
		entries := 0
		for _, d := range cal.Days {
			entries += d.Entries
		}
		if entries != 17 || cal.Total != 17 {
			t.Errorf("%d entries were counted, of %d", entries, cal.Total)
		}
		if n := w.Count(t, "entry_personal", "field = 'who' AND address_index IS NULL AND chain = (SELECT chain FROM heads "+
			"WHERE seq = 17)"); n != 0 {
			t.Errorf("%d entries cannot be found by their address", n)
		}
		if n, err := w.Gate.CountOn(t.Context()); err != nil || n != 0 {
			t.Errorf("counted %d again: %v", n, err)
		}
		if report := b.verify(t, activity.Check{}); !report.OK() {
			t.Errorf("verify says %v", report.Problems)
		}
	})
}

func TestVerifyHoldsTheCountsAgainstTheEntries(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		b := newBooks(t, w)
		k := b.tool(t)
		for name, change := range map[string]string{
			"fewer":  "UPDATE activity_counts SET entries = entries - 1 WHERE chain = ?",
			"moved":  "UPDATE activity_counts SET day = day - 3 WHERE chain = ?",
			"later":  "UPDATE activity_counts SET q05 = q05 + 1, q06 = q06 - 1 WHERE chain = ? AND mark = ''",
			"gone":   "DELETE FROM activity_counts WHERE chain = ?",
			"marked": "UPDATE activity_counts SET mark = 'staff' WHERE chain = ? AND mark = ''",
		} {
			k.run(change, b.account)
			report := b.verify(t, activity.Check{})
			if len(report.Problems) != 1 || report.Problems[0].Chain != b.account ||
				!strings.Contains(report.Problems[0].What, "daily counts") {
				t.Errorf("%s: verify says %v", name, report.Problems)
			}
			if n, err := w.Gate.Recount(t.Context(), b.account); err != nil || n != 12 {
				t.Errorf("%s: counted %d anew: %v", name, n, err)
			}
			if report := b.verify(t, activity.Check{}); !report.OK() {
				t.Errorf("%s: after counting anew verify says %v", name, report.Problems)
			}
		}
	})
}

// Going on in the middle of a chain comes to the same.
func TestVerifyGoesOnWithTheCounts(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		chain := id.AccountScope(id.New[id.AccountKind]())
		testkit.Entries(t, w, chain, 1_200)
		var half activity.Position
		_, err := w.Log.Verify(t.Context(), activity.Check{Chain: chain, Progress: func(r activity.Report) {
			if half.Seq == 0 {
				half = r.Reached
			}
		}})
		if err != nil || half.Seq == 0 || half.Seq == 1_200 {
			t.Fatalf("verifying stood at %d: %v", half.Seq, err)
		}
		report, err := w.Log.Verify(t.Context(), activity.Check{Chain: chain, From: activity.Report{Reached: half}})
		if err != nil || !report.OK() || report.Entries != 1_200-half.Seq {
			t.Errorf("from %d on: %d entries, %v %v", half.Seq, report.Entries, report.Problems, err)
		}
		lost := half
		lost.Counts++
		report, err = w.Log.Verify(t.Context(), activity.Check{Chain: chain, From: activity.Report{Reached: lost}})
		if err != nil || report.OK() {
			t.Errorf("with other counts before, nothing was found: %v", err)
		}
		err = w.Writer.Do(t.Context(), func(tx *db.Tx) error {
			return tx.Exec("UPDATE activity_counts SET mark = 'staff' WHERE mark = 'strong'").Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if report, err = w.Log.Verify(t.Context(), activity.Check{Chain: chain}); err != nil || report.OK() {
			t.Errorf("other marks were not found: %v", err)
		}
	})
}
