package activity_test

import (
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// cameIn adds an entry of somebody who came into an account at a moment.
func cameIn(t *testing.T, w *testkit.World, chain id.Scope, person id.Person, name string, at time.Time) {
	t.Helper()
	err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
		head, err := w.Log.Lock(tx, chain)
		if err != nil {
			return err
		}
		e, ok := activity.Draft(chain, at, actor.Enter(actor.Details{
			Kind: actor.Person, Person: person, Name: name, Factor: "password and code",
		}), activity.AccountEntered, activity.Details{})
		if !ok {
			t.Error("no entry")
		}
		return w.Log.Append(tx, []*activity.Head{head}, []activity.Entry{e})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Days that are over are read once in a while only, and what is kept of them is never more than what a log may show.
func TestDaysThatAreOverAreKept(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		chain, ben, priya := id.AccountScope(id.New[id.AccountKind]()), id.New[id.PersonKind](), id.New[id.PersonKind]()
		testkit.OpenChain(t, w, chain)
		now := time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)
		old := now.AddDate(0, 0, -10)
		cameIn(t, w, chain, ben, "Ben", old)
		cameIn(t, w, chain, priya, "Priya", old)
		look := func(now time.Time) activity.Calendar {
			t.Helper()
			return calendarOf(t, w, chain, activity.CalendarQuery{Zone: time.UTC, Now: now})
		}
		is := func(c activity.Calendar, days int, names ...string) {
			t.Helper()
			seen := map[string]bool{}
			for _, s := range c.SignIns {
				seen[s.Name] = true
			}
			for _, name := range names {
				if !seen[name] {
					t.Errorf("%s did not come in: %v", name, c.SignIns)
				}
			}
			if len(c.Days) != days || len(seen) != len(names) {
				t.Errorf("%d days, people %v", len(c.Days), seen)
			}
		}
		is(look(now), 1, "Ben", "Priya")
		t.Run("what comes today is there at once", func(t *testing.T) {
			cameIn(t, w, chain, ben, "Benjamin", now)
			is(look(now), 2, "Benjamin", "Priya")
		})
		t.Run("one that says the same is the same edition", func(t *testing.T) {
			first, again := look(now), look(now.Add(time.Minute))
			if first.Edition == 0 || again.Edition != first.Edition {
				t.Errorf("edition %d, then %d", first.Edition, again.Edition)
			}
			if cameIn(t, w, chain, ben, "Benjamin", now); look(now).Edition == first.Edition {
				t.Error("another day is the same edition")
			}
		})
		t.Run("so is what is written of a day that is over", func(t *testing.T) {
			cameIn(t, w, chain, priya, "Priya", old.AddDate(0, 0, 1))
			is(look(now), 3, "Benjamin", "Priya")
		})
		exec := func(text string, args ...any) {
			t.Helper()
			if err := w.Writer.Do(t.Context(), func(tx *db.Tx) error { return tx.Exec(text, args...).Error }); err != nil {
				t.Fatal(err)
			}
		}
		t.Run("a name that was erased is not kept", func(t *testing.T) {
			before := look(now)
			exec("DELETE FROM entry_personal WHERE chain = ? AND seq IN (2, 5)", chain)
			after := look(now)
			if is(after, 3, "Benjamin", ""); after.Edition == before.Edition {
				t.Error("it is the same edition")
			}
		})
		t.Run("the rest is, for some minutes", func(t *testing.T) {
			exec("DELETE FROM activity_counts WHERE chain = ? AND day < ?", chain, now.Unix()/86400-1)
			is(look(now.Add(9*time.Minute)), 3, "Benjamin", "")
			is(look(now.Add(10*time.Minute)), 1, "Benjamin")
		})
	})
}
