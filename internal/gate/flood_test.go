package gate_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// failedFrom counts a failed sign-in from an address.
func failedFrom(t *testing.T, w *testkit.World, address string) {
	t.Helper()
	who := actor.Enter(actor.Details{
		Kind: actor.Anonymous, Address: netip.MustParseAddr(address), Device: "Firefox on Linux",
	})
	err := w.Gate.Tally(t.Context(), who, id.ProviderScope(), activity.SignInFailed, activity.Details{
		Target: activity.Target{Kind: "person", Label: "an address that nobody has"}, Outcome: activity.Failed,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// failures are the entries that tell of failed sign-ins.
func failures(t *testing.T, w *testkit.World) (list []activity.Entry) {
	t.Helper()
	page, err := w.Log.Page(t.Context(), id.ProviderScope(), activity.Filter{Action: activity.SignInFailed, Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	return page.Entries
}

func flush(t *testing.T, w *testkit.World) {
	t.Helper()
	if _, err := w.Gate.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// L1: whoever holds a network of the sixth version of the protocol has more addresses in it than a log has room for.
func TestOneNetworkFillsNoLog(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		for i := range 20 {
			failedFrom(t, w, fmt.Sprintf("2001:db8:1:2::%x", i+1))
		}
		failedFrom(t, w, "2001:db8:1:3::1")
		failedFrom(t, w, "192.0.2.24")
		failedFrom(t, w, "192.0.2.25")
		w.Offset.Advance(2 * time.Minute)
		flush(t, w)
		list, times := failures(t, w), 0
		for _, e := range list {
			times += e.Count
		}
		if len(list) != 4 || times != 23 {
			t.Errorf("%d entries about %d tries", len(list), times)
		}
	})
}

// L1: what cannot be chained keeps nothing else from being chained, however much of it there is, and goes away.
func TestNothingStopsTheTallies(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	person, now := newPlace(t, w, "owner").person, w.Now(t)
	staff := actor.Details{
		Kind: actor.Staff, Person: person, Name: "Sam Doyle", Session: id.New[id.SessionKind](), FactorAt: now, Now: now,
		Factor: actor.With(actor.ByPassword, actor.ByKey), Seat: actor.Seat{Department: "support"},
	}
	const many = 510 // more than one batch
	for range many {
		nowhere := id.New[id.AccountKind]()
		staff.Looks = testkit.LooksAt(now, nowhere)
		_, err := w.Gate.View(t.Context(), actor.Enter(staff), verb.ClientsView, id.AccountScope(nowhere))
		if fault.KindOf(err) != fault.KindNotFound {
			t.Fatalf("got %v", err)
		}
	}
	w.Offset.Advance(time.Hour)
	for i := range many {
		failedFrom(t, w, fmt.Sprintf("10.0.%d.%d", i/250, i%250))
	}
	w.Offset.Advance(2 * time.Minute)
	flush(t, w)
	if n := w.Count(t, "tallies", "written < tally"); n != 0 {
		t.Errorf("%d tallies were left", n)
	}
	if len(failures(t, w)) != 200 {
		t.Error("the failed sign-ins are not in the log")
	}
}
