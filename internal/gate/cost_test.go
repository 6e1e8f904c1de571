package gate_test

import (
	"errors"
	"strings"
	"testing"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// Whatever an account changes stands in line behind its head, so each statement in between is one that all others wait
// for: on a server, a journey there and back. There are six, and one more on the first change of a day.
func TestAChangeCostsSixStatements(t *testing.T) { // L2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		p := newPlace(t, w, access.RoleOwner)
		scope := id.AccountScope(p.account)
		change := func(entries int, fails error) []string {
			t.Helper()
			var list []string
			ctx := db.Watch(t.Context(), func(text string, _ []any) { list = append(list, text) })
			err := w.Gate.Change(ctx, p.who, verb.AccountEdit, scope, func(_ *db.Tx, g gate.Grant) (gate.Entry, error) {
				e := settings(g)
				for range entries - 1 {
					e = e.And(settings(g))
				}
				return e, fails
			})
			if !errors.Is(err, fails) {
				t.Fatal(err)
			}
			return list
		}
		broken := errors.New("broken")
		if list := change(1, broken); len(list) != 2 || w.Count(t, "permission_uses", "1 = 1") != 0 {
			t.Errorf("what fails costs %d statements: %q", len(list), list)
		}
		for what, c := range map[string]struct{ entries, want int }{"one entry": {1, 6}, "five entries": {5, 6}} {
			_ = change(1, nil)
			list := change(c.entries, nil)
			if len(list) != c.want {
				t.Errorf("%s: %d statements, want %d:\n%s", what, len(list), c.want, strings.Join(list, "\n"))
			}
		}
		if n := w.Count(t, "permission_uses", "account_id = ?", p.account); n != 1 {
			t.Errorf("%d uses are written down", n)
		}
	})
}

// Of these the server is asked three times: for the head, for the place of whoever acts, and to commit all the rest.
func TestAChangeCostsThreeJourneys(t *testing.T) { // L2
	t.Parallel()
	w := testkit.NewMariaDB(t)
	p := newPlace(t, w, access.RoleOwner)
	writer, n := testkit.Journeys(t, w)
	g := gate.New(writer, w.Reader, w.Access, w.Log, w.Box, w.Logger)
	before := int64(0)
	for range 3 { // the first one opens a connection, and writes down that the permission was used
		before = n.Load()
		err := g.Change(t.Context(), p.who, verb.AccountEdit, id.AccountScope(p.account),
			func(_ *db.Tx, g gate.Grant) (gate.Entry, error) { return settings(g).And(settings(g)), nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := n.Load() - before; got != 3 {
		t.Errorf("%d journeys", got)
	}
	whole(t, w, id.AccountScope(p.account), 6)
}

// The first change of a day writes down that somebody used the permission, whatever failed before it.
func TestAUseIsWrittenWithTheFirstChange(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		p := newPlace(t, w, access.RoleOwner)
		scope, broken := id.AccountScope(p.account), errors.New("broken")
		for _, fails := range []error{broken, nil, nil} {
			err := w.Gate.Change(t.Context(), p.who, verb.AccountEdit, scope,
				func(_ *db.Tx, g gate.Grant) (gate.Entry, error) { return settings(g), fails })
			if !errors.Is(err, fails) {
				t.Fatal(err)
			}
			want := int64(1)
			if fails != nil {
				want = 0
			}
			if n := w.Count(t, "permission_uses", "account_id = ?", p.account); n != want {
				t.Errorf("after %v: %d uses are written down", fails, n)
			}
		}
	})
}

// A chain that does not exist is not locked into being, and keeps nobody from opening it.
func TestWhatDoesNotExistIsNotLocked(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		chain := id.AccountScope(id.New[id.AccountKind]())
		if err := edit(t.Context(), w.Gate, chain, func() {}); err == nil {
			t.Error("an account that does not exist was changed")
		}
		err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
			_, err := w.Log.Lock(tx, chain)
			return err
		})
		if !errors.Is(err, activity.ErrNoChain) {
			t.Errorf("got %v", err)
		}
		if n := w.Count(t, "heads", "chain = ?", chain); n != 0 {
			t.Errorf("%d heads", n)
		}
		testkit.OpenChain(t, w, chain)
		if err := edit(t.Context(), w.Gate, chain, func() {}); err != nil {
			t.Error(err)
		}
		whole(t, w, chain, 1)
	})
}
