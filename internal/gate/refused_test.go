package gate_test

import (
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

func TestRefusalsAreRecordedOnceWithACount(t *testing.T) { // L1
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		p := newPlace(t, w, "billing")
		scope := id.AccountScope(p.account)
		for range 5 {
			_, err := w.Gate.View(t.Context(), p.who, verb.ContactsView, scope)
			if fault.KindOf(err) != fault.KindDenied {
				t.Fatalf("got %v", err)
			}
			err = w.Gate.Change(t.Context(), p.who, verb.AccountEdit, scope,
				func(*db.Tx, gate.Grant) (gate.Entry, error) { t.Error("the work ran"); return gate.Entry{}, nil })
			if fault.KindOf(err) != fault.KindDenied {
				t.Fatalf("got %v", err)
			}
		}
		got := entries(t, w, scope)
		if len(got) != 2 || got[0].Action != activity.Refused ||
			got[0].Outcome != activity.RefusedResult || got[0].Count != 1 {
			t.Fatalf("the log reads %+v", got)
		}
		w.Offset.Advance(31 * time.Minute)
		if n, err := w.Gate.Flush(t.Context()); err != nil || n != 2 {
			t.Fatalf("flushed %d, %v", n, err)
		}
		got = entries(t, w, scope)
		if len(got) != 4 || got[0].Count != 4 || got[0].Who.Name != "Olivia Marsh" {
			t.Fatalf("the log reads %+v", got)
		}
		if n, err := w.Gate.Flush(t.Context()); err != nil || n != 0 {
			t.Fatalf("flushed again: %d, %v", n, err)
		}
	})
}

func TestAForeignScopeIsNotFoundAndStaysOutOfItsLog(t *testing.T) { // A1, L7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		p, other := newPlace(t, w, "owner"), newPlace(t, w, "owner")
		for _, foreign := range []id.Scope{id.AccountScope(other.account), id.AccountScope(id.New[id.AccountKind]())} {
			if _, err := w.Gate.View(t.Context(), p.who, verb.InvoicesView, foreign); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("view: %v", err)
			}
			err := w.Gate.Change(t.Context(), p.who, verb.AccountEdit, foreign,
				func(*db.Tx, gate.Grant) (gate.Entry, error) { t.Error("the work ran"); return gate.Entry{}, nil })
			if fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("change: %v", err)
			}
		}
		if got := entries(t, w, id.AccountScope(other.account)); len(got) != 0 {
			t.Errorf("a stranger wrote into the log: %+v", got)
		}
		if got := entries(t, w, id.PersonScope(p.person)); len(got) == 0 {
			t.Error("the asker's own log says nothing")
		}
	})
}

func TestReadingTheLogIsRecordedOnce(t *testing.T) { // L1
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		p := newPlace(t, w, "owner")
		for range 3 {
			_, err := w.Gate.Log(t.Context(), p.who, verb.ActivityView, id.AccountScope(p.account), activity.Filter{})
			if err != nil {
				t.Fatal(err)
			}
		}
		got := entries(t, w, id.AccountScope(p.account))
		if len(got) != 1 || got[0].Action != activity.LogViewed {
			t.Fatalf("the log reads %+v", got)
		}
	})
}

func TestARevokedMembershipDecidesNothingAnyMore(t *testing.T) { // A6
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		p := newPlace(t, w, "owner")
		stale := p.enter("owner") // read before the role was taken away
		err := w.Gate.Change(t.Context(), p.who, verb.AccountEdit, id.AccountScope(p.account),
			func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				membership := g.On(tx.DB).Table("memberships").Where("person_id = ?", p.person)
				return settings(g), membership.Update("role", "billing").Error
			})
		if err != nil {
			t.Fatal(err)
		}
		err = w.Gate.Change(t.Context(), stale, verb.AccountEdit, id.AccountScope(p.account),
			func(*db.Tx, gate.Grant) (gate.Entry, error) { t.Error("the work ran"); return gate.Entry{}, nil })
		if fault.KindOf(err) != fault.KindDenied {
			t.Fatalf("got %v", err)
		}
	})
}
