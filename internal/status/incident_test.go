package status_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/status"
	"gatehouse/internal/testkit"
)

func system() actor.Actor { return actor.NewSystem("test") }

func broken(components ...id.Component) status.NewIncident {
	return status.NewIncident{
		Sort: status.Fault, Title: "Mail on dunlin arrives late", Impact: status.Slow, Components: components,
		Who: "Customers with mailboxes on dunlin.", Todo: "Nothing.", Text: "We are looking into late mail.",
	}
}

func TestAnIncidentIsOpenedUpdatedAndOver(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newWatch(t, w, status.Config{})
		var told []status.Told
		w.Outbox.Handle(status.Tell, func(_ context.Context, d outbox.Delivery) error {
			var m status.Told
			err := d.Decode(&m)
			told = append(told, m)
			return err
		})
		dunlin := v.add(t, status.NewComponent{Name: "dunlin", Kind: status.None})
		other := v.add(t, status.NewComponent{Name: "curlew", Kind: status.None})
		n := broken(dunlin)
		n.Key = id.New[id.IncidentKind]()
		for range 2 { // a form that is sent twice
			if got, err := v.status.Open(t.Context(), system(), n); err != nil || got != n.Key {
				t.Fatalf("%s, %v", got, err)
			}
		}
		if p := v.part(t, dunlin); p.State != status.Slow || v.part(t, other).State != status.Up {
			t.Errorf("dunlin is %q, curlew %q", p.State, v.part(t, other).State)
		}
		if b := v.board(t); len(b.Going()) != 1 || b.Worst() != status.Slow || len(b.Past()) != 0 {
			t.Errorf("the page shows %+v", b.Incidents)
		}
		v.Offset.Advance(time.Hour)
		say := func(p status.Phase, text string) error {
			return v.status.Say(t.Context(), system(), n.Key, p, text)
		}
		if err := say(status.Found, "A disk answers slowly."); err != nil {
			t.Fatal(err)
		}
		v.Offset.Advance(time.Hour)
		if err := say(status.Over, "The disk was replaced."); err != nil {
			t.Fatal(err)
		}
		b := v.board(t)
		i, ok := b.Incident(n.Key)
		if !ok || len(b.Going()) != 0 || len(b.Past()) != 1 || b.Worst() != status.Up || len(i.Updates) != 3 ||
			i.Updates[0].Text != "The disk was replaced." || i.Phase != status.Over ||
			i.Over.Sub(i.Starts).Round(time.Minute) != 2*time.Hour || i.Touched[0].Name != "dunlin" {
			t.Errorf("it reads %+v", i)
		}
		if err := say(status.Found, "Again."); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("news of what is over: %v", err)
		}
		if _, err := w.Outbox.Deliver(t.Context()); err != nil || len(told) != 3 ||
			!slices.Equal(told[0].Parts, []string{"dunlin"}) {
			t.Errorf("told %+v, %v", told, err)
		}
		for action, want := range map[activity.Action]int{
			activity.IncidentOpened: 1, activity.IncidentUpdated: 1, activity.IncidentOver: 1,
		} {
			if got := len(v.log(t, action)); got != want {
				t.Errorf("%d entries of %s, want %d", got, action, want)
			}
		}
	})
}

func TestPlannedWorkStartsAndEndsByTheClock(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newWatch(t, w, status.Config{})
		curlew := v.add(t, status.NewComponent{Name: "curlew", Kind: status.None})
		now := w.Now(t)
		n := status.NewIncident{
			Sort: status.Maintenance, Title: "curlew restarts", Impact: status.Down, Text: "A security update.",
			Components: []id.Component{curlew}, Starts: now.Add(time.Hour), Ends: now.Add(2 * time.Hour),
		}
		work, err := v.status.Open(t.Context(), system(), n)
		if err != nil {
			t.Fatal(err)
		}
		late := n
		late.Starts, late.Title = n.Ends, "curlew restarts again"
		late.Ends = late.Starts.Add(time.Hour)
		dropped, err := v.status.Open(t.Context(), system(), late)
		if err != nil {
			t.Fatal(err)
		}
		if b := v.board(t); len(b.Ahead()) != 2 || b.Ahead()[0].ID != work || v.part(t, curlew).State != status.Up {
			t.Errorf("ahead is %+v", b.Ahead())
		}
		if err := v.status.Say(t.Context(), system(), dropped, status.Dropped, "Once is enough."); err != nil {
			t.Fatal(err)
		}
		v.Offset.Advance(90 * time.Minute)
		if b := v.board(t); len(b.Going()) != 1 || len(b.Ahead()) != 0 || v.part(t, curlew).State != status.Working {
			t.Errorf("going on is %+v", b.Going())
		}
		err = v.status.Say(t.Context(), system(), work, status.Dropped, "Not now.")
		if fault.KindOf(err) != fault.KindConflict {
			t.Errorf("work that has begun was dropped: %v", err)
		}
		v.Offset.Advance(time.Hour)
		if b := v.board(t); len(b.Going()) != 0 || len(b.Past()) != 1 || v.part(t, curlew).State != status.Up {
			t.Errorf("past is %+v", b.Past())
		}
	})
}

func TestWhoPublishes(t *testing.T) { // A1
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newWatch(t, w, status.Config{})
		tern := v.add(t, status.NewComponent{Name: "tern", Kind: status.None})
		nobody := actor.Enter(actor.Details{
			Kind: actor.Person, Person: id.New[id.PersonKind](), Session: id.New[id.SessionKind](), Now: w.Now(t),
		})
		incident, err := v.status.Open(t.Context(), system(), broken(tern))
		if err != nil {
			t.Fatal(err)
		}
		for name, try := range map[string]func() error{
			"open": func() error { _, err := v.status.Open(t.Context(), nobody, broken(tern)); return err },
			"say":  func() error { return v.status.Say(t.Context(), nobody, incident, status.Over, "Over.") },
			"add": func() error {
				_, err := v.status.AddComponent(t.Context(), nobody, status.NewComponent{Name: "x", Kind: status.None})
				return err
			},
			"retire": func() error { return v.status.Retire(t.Context(), nobody, tern) },
			"list":   func() error { _, err := v.status.Components(t.Context(), nobody); return err },
		} {
			if err := try(); fault.KindOf(err) != fault.KindDenied {
				t.Errorf("somebody who is no staff may %s: %v", name, err)
			}
		}
		if b := v.board(t); len(b.Incidents) != 1 || len(b.Parts) != 1 || len(b.Going()) != 1 {
			t.Errorf("the page changed: %+v", b)
		}
	})
}

func TestBadFormsAreNamedByField(t *testing.T) {
	t.Parallel()
	v := newWatch(t, testkit.NewSQLite(t), status.Config{})
	tern := v.add(t, status.NewComponent{Name: "tern", Kind: status.None})
	wants := func(name, field string, err error) {
		t.Helper()
		if f, ok := fault.As(err); !ok || f.Kind != fault.KindInvalid || f.Fields[0].Name != field {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		field string
		n     status.NewComponent
	}{
		"no name":      {"name", status.NewComponent{Kind: status.None}},
		"same name":    {"name", status.NewComponent{Name: "tern", Kind: status.None}},
		"odd name":     {"name", status.NewComponent{Name: "a\u202eb", Kind: status.None}},
		"no kind":      {"address", status.NewComponent{Name: "x"}},
		"user":         {"address", status.NewComponent{Name: "x", Kind: status.HTTP, Address: "https://a@b.example/"}},
		"file":         {"address", status.NewComponent{Name: "x", Kind: status.HTTP, Address: "file:///etc/passwd"}},
		"no port":      {"address", status.NewComponent{Name: "x", Kind: status.TCP, Address: "tern.example"}},
		"port 0":       {"address", status.NewComponent{Name: "x", Kind: status.TLS, Address: "tern.example:0"}},
		"one label":    {"address", status.NewComponent{Name: "x", Kind: status.TCP, Address: "localhost:22"}},
		"not measured": {"address", status.NewComponent{Name: "x", Kind: status.None, Address: "tern.example:1"}},
	} {
		_, err := v.status.AddComponent(t.Context(), system(), c.n)
		wants(name, c.field, err)
	}
	for field, spoil := range map[string]func(n *status.NewIncident){
		"title":      func(n *status.NewIncident) { n.Title = " " },
		"text":       func(n *status.NewIncident) { n.Text = strings.Repeat("a", 2001) },
		"impact":     func(n *status.NewIncident) { n.Impact = status.Up },
		"components": func(n *status.NewIncident) { n.Components = []id.Component{id.New[id.ComponentKind]()} },
		"starts":     func(n *status.NewIncident) { n.Sort = status.Maintenance },
		"ends": func(n *status.NewIncident) {
			n.Sort, n.Starts, n.Ends = status.Maintenance, v.Now(t), v.Now(t).Add(-time.Hour)
		},
	} {
		n := broken(tern)
		spoil(&n)
		_, err := v.status.Open(t.Context(), system(), n)
		wants("incident", field, err)
	}
	incident, err := v.status.Open(t.Context(), system(), broken(tern))
	if err != nil {
		t.Fatal(err)
	}
	wants("phase of planned work", "phase", v.status.Say(t.Context(), system(), incident, status.Dropped, "No."))
	wants("nothing said", "text", v.status.Say(t.Context(), system(), incident, status.Over, ""))
	err = v.status.Say(t.Context(), system(), id.Incident{}, status.Over, "x")
	if fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("news of nothing: %v", err)
	}
}

func TestAPartThatIsTakenOffIsNotShown(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newWatch(t, w, status.Config{})
		tern := v.add(t, status.NewComponent{Name: "tern", Kind: status.None})
		if _, err := v.status.Open(t.Context(), system(), broken(tern)); err != nil {
			t.Fatal(err)
		}
		if err := v.status.Retire(t.Context(), system(), tern); err != nil {
			t.Fatal(err)
		}
		if err := v.status.Retire(t.Context(), system(), tern); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("twice: %v", err)
		}
		if b := v.board(t); len(b.Parts) != 0 || b.Incidents[0].Touched[0].Name != "tern" {
			t.Errorf("the page shows %+v", b)
		}
		v.add(t, status.NewComponent{Name: "tern", Kind: status.None}) // the name is free again
	})
}

func TestTheLastKnownStateStaysWhenTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newWatch(t, w, status.Config{})
		tern := v.add(t, status.NewComponent{Name: "tern", Kind: status.None})
		before, err := v.status.Board(t.Context())
		if err != nil || before.Stale || len(before.Parts) != 1 {
			t.Fatalf("%+v, %v", before, err)
		}
		if again, err := v.status.Board(t.Context()); err != nil || again != before {
			t.Errorf("the board was read twice, %v", err)
		}
		if _, err := v.status.Open(t.Context(), system(), broken(tern)); err != nil {
			t.Fatal(err)
		}
		if err := w.Reader.Close(); err != nil {
			t.Fatal(err)
		}
		after, err := v.status.Board(t.Context())
		if err != nil || !after.Stale || len(after.Parts) != 1 || !after.At.Equal(before.At) {
			t.Errorf("without a database it shows %+v, %v", after, err)
		}
		fresh := status.New(w.Gate, w.Reader, w.Outbox, status.Config{})
		if _, err := fresh.Board(t.Context()); err == nil {
			t.Error("a node that never knew anything shows something")
		}
	})
}
