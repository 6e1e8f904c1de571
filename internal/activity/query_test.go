package activity_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// seqs are the numbers of a page's entries.
func seqs(page activity.Page) []int64 {
	out := []int64{}
	for _, e := range page.Entries {
		out = append(out, e.Seq)
	}
	return out
}

// read reads a page and counts the statements it takes.
func read(t *testing.T, w *testkit.World, chain id.Scope, f activity.Filter) activity.Page {
	t.Helper()
	ctx, n := db.CountStatements(t.Context())
	page, err := w.Log.Page(ctx, chain, f)
	if err != nil {
		t.Fatal(err)
	}
	if n.Load() != 1 {
		t.Errorf("%+v took %d statements", f, n.Load())
	}
	return page
}

func TestPagesFollowEachOther(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		chain := id.AccountScope(id.New[id.AccountKind]())
		testkit.Entries(t, w, chain, 25)
		testkit.Entries(t, w, id.AccountScope(id.New[id.AccountKind]()), 25)
		var seen []int64
		f := activity.Filter{Limit: 10}
		for {
			page := read(t, w, chain, f)
			seen = append(seen, seqs(page)...)
			if page.Newer != (f.Before > 0) || page.Looked != 0 {
				t.Errorf("%+v: %+v", f, page)
			}
			if f.Before = page.Older; f.Before == 0 {
				break
			}
		}
		newestFirst := slices.IsSortedFunc(seen, func(a, b int64) int { return int(b - a) })
		if len(seen) != 25 || seen[0] != 25 || seen[24] != 1 || !newestFirst {
			t.Errorf("read %v", seen)
		}
		for after, want := range map[int64][]int64{
			5: {15, 14, 13, 12, 11, 10, 9, 8, 7, 6}, 20: {25, 24, 23, 22, 21}, 25: {},
		} {
			page := read(t, w, chain, activity.Filter{After: after, Limit: 10})
			if !slices.Equal(seqs(page), want) || page.Newer != (after == 5) || len(want) > 0 && page.Older != after+1 {
				t.Errorf("after %d: %v, %+v", after, seqs(page), page.Older)
			}
		}
	})
}

func TestEveryFilterFilters(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		chain := id.AccountScope(id.New[id.AccountKind]())
		ben, service := id.New[id.PersonKind](), id.New[id.ServiceKind]()
		testkit.Entries(t, w, chain, 10)
		w.Offset.Advance(time.Hour)
		middle := w.Now(t).Add(-time.Minute)
		testkit.Append(t, w, chain, 3, func(i int) testkit.Line {
			l := testkit.Line{
				Who: actor.Details{Kind: actor.Person, Person: ben, Name: "Ben Okafor"}, Action: activity.MailSent,
				Details: activity.Details{Service: service},
			}
			if i == 1 {
				l.Action, l.Details.Outcome = activity.PanelFailed, activity.Failed
			}
			return l
		})
		w.Offset.Advance(time.Hour)
		late := w.Now(t).Add(-time.Minute)
		testkit.Entries(t, w, chain, 10)
		for name, test := range map[string]struct {
			filter activity.Filter
			want   []int64
		}{
			"person":          {activity.Filter{Person: ben}, []int64{13, 12, 11}},
			"service":         {activity.Filter{Service: service}, []int64{13, 12, 11}},
			"action":          {activity.Filter{Action: activity.MailSent}, []int64{13, 11}},
			"category":        {activity.Filter{Category: activity.CategoryMail}, []int64{13, 11}},
			"outcome":         {activity.Filter{Outcome: activity.Failed}, []int64{12}},
			"from":            {activity.Filter{From: middle, Before: 15}, []int64{14, 13, 12, 11}},
			"to":              {activity.Filter{To: middle, After: 8}, []int64{10, 9}},
			"period":          {activity.Filter{From: middle, To: late}, []int64{13, 12, 11}},
			"before all":      {activity.Filter{To: middle.Add(-24 * time.Hour)}, []int64{}},
			"after all":       {activity.Filter{From: late.Add(24 * time.Hour)}, []int64{}},
			"person, outcome": {activity.Filter{Person: ben, Outcome: activity.Failed}, []int64{12}},
			"person, period":  {activity.Filter{Person: ben, From: middle, To: late}, []int64{13, 12, 11}},
			"four at once": {
				activity.Filter{Person: ben, Service: service, Action: activity.MailSent, From: middle}, []int64{13, 11},
			},
			"none fits both":   {activity.Filter{Person: ben, Outcome: activity.RefusedResult}, []int64{}},
			"person, newer":    {activity.Filter{Person: ben, After: 11}, []int64{13, 12}},
			"two, newer":       {activity.Filter{Person: ben, Action: activity.MailSent, After: 11}, []int64{13}},
			"two, older":       {activity.Filter{Person: ben, Action: activity.MailSent, Before: 13}, []int64{11}},
			"nobody's service": {activity.Filter{Service: id.New[id.ServiceKind]()}, []int64{}},
		} {
			page := read(t, w, chain, test.filter)
			if got := seqs(page); !slices.Equal(got, test.want) || page.Looked != 0 {
				t.Errorf("%s: got %v, want %v (looked %d)", name, got, test.want, page.Looked)
			}
		}
	})
}

func TestSeveralFiltersLookABoundedWay(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		chain := id.AccountScope(id.New[id.AccountKind]())
		ben := id.New[id.PersonKind]()
		const most = activity.ExamineMost
		testkit.Append(t, w, chain, most+10, func(i int) testkit.Line {
			l := testkit.Line{Who: actor.Details{Kind: actor.Person, Person: ben}, Action: activity.SignedIn}
			switch i + 1 {
			case 5, 10: // 10 is the first one beyond what is looked at from the newest
				l.Details.Outcome = activity.Failed
			case 11:
				l.Details.Outcome = activity.RefusedResult
			}
			return l
		})
		f := activity.Filter{Person: ben, Outcome: activity.Failed}
		for _, step := range []struct {
			outcome       activity.Outcome
			before, after int64
			want          []int64
			looked        int64
		}{
			{activity.Failed, 0, 0, nil, 11},
			{activity.Failed, 11, 0, []int64{10, 5}, 0},
			{activity.Failed, 0, 5, []int64{10}, most + 5},
			{activity.Failed, 0, most + 5, nil, 0},
			{activity.Failed, 0, 9, []int64{10}, most + 9},
			{activity.Failed, 0, 10, nil, 0},
			{activity.RefusedResult, 0, 0, []int64{11}, 11},
			{activity.RefusedResult, 11, 0, nil, 0},
			{activity.RefusedResult, 0, 11, nil, 0},
		} {
			f.Outcome, f.Before, f.After = step.outcome, step.before, step.after
			page := read(t, w, chain, f)
			if !slices.Equal(seqs(page), step.want) || page.Looked != step.looked {
				t.Errorf("%+v: %v, looked as far as %d", step, seqs(page), page.Looked)
			}
		}
		page := read(t, w, chain, activity.Filter{Person: ben, Outcome: activity.Success})
		if page.Older == 0 || page.Looked != 0 {
			t.Errorf("many: %d, looked down to %d", page.Older, page.Looked)
		}
	})
}

// plan is how the database goes about a statement.
func plan(t *testing.T, w *testkit.World, text string, args []any) string {
	t.Helper()
	explain := "EXPLAIN QUERY PLAN "
	if w.OnMySQL {
		explain = "EXPLAIN "
	}
	var rows []map[string]any
	if err := w.Reader.With(t.Context()).Raw(explain+text, args...).Scan(&rows).Error; err != nil {
		t.Fatal(err)
	}
	out := ""
	for _, row := range rows {
		if w.OnMySQL {
			out += fmt.Sprintf("%v %v %s\n", row["type"], row["key"], row["Extra"])
		} else {
			out += fmt.Sprintf("%v\n", row["detail"])
		}
	}
	return out
}

func TestEveryFilterHasItsIndex(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		chain := id.AccountScope(id.New[id.AccountKind]())
		testkit.Entries(t, w, chain, 2_000)
		dialect := w.Reader.Dialect()
		primary := map[db.Dialect]string{db.SQLite: "PRIMARY KEY (chain=?", db.MySQL: "PRIMARY"}[dialect]
		person, now := id.New[id.PersonKind](), time.Now()
		for index, f := range map[string]activity.Filter{
			primary:            {},
			"entries_actor":    {Person: person},
			"entries_service":  {Service: id.New[id.ServiceKind]()},
			"entries_action":   {Action: activity.InvoicePaid},
			"entries_category": {Category: activity.CategoryMail},
			"entries_outcome":  {Outcome: activity.Failed},
			"entries_kind":     {Kind: actor.Staff},
			"entries_target":   {Target: person.String()},
			"entries_occurred": {From: now, To: now},
			"entries_writes":   {Mode: activity.Writing},
			"entries_changes":  {Category: activity.CategoryAccess, Mode: activity.Writing},
			"_address":         {Address: "203.0.113.24"},
		} {
			for _, before := range []int64{0, 1_000} {
				f.Before = before
				text, args := w.Log.PageSQL(chain, f)
				got := plan(t, w, text, args)
				if strings.Contains(text, strconv.Itoa(activity.ExamineMost)) {
					t.Errorf("%s looks at more than it shows: %s", index, text)
				}
				if !strings.Contains(got, index) || strings.Contains(got, "SCAN entries") || strings.Contains(got, "ALL <nil>\n") {
					t.Errorf("%s is not how this goes:\n%s", index, got)
				}
			}
		}
		// a period long ago must not be looked for from the newest entry
		w.Offset.Advance(24 * time.Hour)
		testkit.Entries(t, w, chain, 2_000)
		text, args := w.Log.PageSQL(chain, activity.Filter{From: now.Add(-time.Hour), To: now.Add(time.Hour)})
		want := map[db.Dialect]string{db.SQLite: "(chain=? AND seq>? AND seq<?)", db.MySQL: "range PRIMARY"}[dialect]
		if got := plan(t, w, text, args); !strings.Contains(got, want) {
			t.Errorf("a period is looked for like this:\n%s", got)
		}
	})
}

// wandering are the steps of a plan that go through entries without saying where in the chain: SQLite names what bounds
// a step in brackets, an index of the outcome or the rows that a step before gave.
func wandering(plan string) []string {
	var out []string
	for step := range strings.Lines(plan) {
		if !strings.Contains(step, " e ") && !strings.Contains(step, " entries ") && !strings.Contains(step, " t ") {
			continue
		}
		if strings.HasPrefix(step, "SCAN ") || strings.Contains(step, "(chain=?)") {
			out = append(out, step)
		}
	}
	return out
}

func TestNoQuickViewGoesThroughTheLog(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		chain := id.AccountScope(id.New[id.AccountKind]())
		testkit.Entries(t, w, chain, 2_000)
		for name, f := range map[string]activity.Filter{
			"failed and refused":      {Unsuccessful: true},
			"refused":                 {Outcome: activity.RefusedResult},
			"sign-ins":                {Category: activity.CategorySignIn},
			"staff":                   {Kind: actor.Staff},
			"looks":                   {Mode: activity.Reading},
			"changes":                 {Mode: activity.Writing},
			"access changes":          {Category: activity.CategoryAccess, Mode: activity.Writing},
			"failed of one person":    {Unsuccessful: true, Person: id.New[id.PersonKind]()},
			"failed sign-ins":         {Unsuccessful: true, Category: activity.CategorySignIn},
			"failed, an address":      {Unsuccessful: true, Address: "203.0.113.24"},
			"failed, the oldest":      {Unsuccessful: true, Oldest: true},
			"failed, newer than some": {Unsuccessful: true, After: 900},
		} {
			for _, before := range []int64{0, 1_000} {
				if f.After > 0 && before > 0 {
					continue
				}
				f.Before = before
				text, args := w.Log.PageSQL(chain, f)
				got := plan(t, w, text, args)
				if w.OnMySQL {
					// each entry by its key, and no index from end to end
					if strings.Contains("\n"+got, "\nref PRIMARY") || strings.Contains("\n"+got, "\nindex ") {
						t.Errorf("%s goes through the log:\n%s", name, got)
					}
				} else if steps := wandering(got); len(steps) > 0 {
					t.Errorf("%s, before %d, goes through the log: %q\n%s", name, before, steps, got)
				}
				if f.Unsuccessful && f.Person.IsZero() && f.Category == "" && f.Address == "" &&
					!strings.Contains(got, "entries_outcome") {
					t.Errorf("%s does not go along its index:\n%s", name, got)
				}
			}
		}
	})
}

func TestOneEntryByItsNumber(t *testing.T) { // L7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		chain, other := id.AccountScope(id.New[id.AccountKind]()), id.AccountScope(id.New[id.AccountKind]())
		testkit.Entries(t, w, chain, 5)
		testkit.Entries(t, w, other, 9)
		e, ok, err := w.Log.Entry(t.Context(), chain, 3)
		if err != nil || !ok || e.Seq != 3 || e.Chain != chain || e.Who.Name == "" {
			t.Errorf("got %+v, %v, %v", e, ok, err)
		}
		if e, ok, err := w.Log.Entry(t.Context(), chain, 9); ok || err != nil {
			t.Errorf("another account's entry: %+v, %v", e, err)
		}
	})
}
