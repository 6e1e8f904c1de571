// Package panels holds what every adapter of a hosting panel must keep to: the same tests for all of them, so that
// another adapter is one folder with one test that calls Keeps.
package panels

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
)

// Rig is a panel with a server that carries nothing yet.
type Rig struct {
	Panel   hosting.Panel
	Machine hosting.Machine
	// Break makes the server fail in a way; false where this panel cannot.
	Break func(w Way) bool
	// Visit follows a link as a browser does: who came in, and whether with everything. nil: the panel asks the portal
	// who is at the door, and gives no sessions of its own.
	Visit func(link string) (user string, whole, in bool)
}

// Way is how a server fails.
type Way int

// The ways.
const (
	Down Way = iota
	Slow
	Garbled
)

// Login is somebody at the door of a service.
func (r Rig) Login(h hosting.Holding, role hosting.PanelRole) hosting.Login {
	return hosting.Login{
		ID: id.New[id.PanelLoginKind](), Server: r.Machine.Server, Credentials: r.Machine.Credentials, User: h.User,
		Domain: h.Domain, Role: role, Person: id.New[id.PersonKind](), Token: strings.Repeat("t", 43),
		Expires: time.Now().Add(time.Minute), // servers have clocks of their own
	}
}

// Keeps tests an adapter. Each part begins with a new rig.
func Keeps(t *testing.T, set func(t *testing.T) Rig) {
	t.Helper()
	for name, test := range map[string]func(t *testing.T, r Rig){
		"makes one account":          makesOne,
		"changes what is there":      changes,
		"knows what is not there":    knowsNothing,
		"measures":                   measures,
		"takes nobody without a key": shut,
		"fails in known ways":        fails,
		"gives links that lead":      links,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, set(t)) })
	}
}

func (r Rig) create(t *testing.T, user, domain string) hosting.Holding {
	t.Helper()
	n := hosting.NewHolding{User: user, Domain: domain, Plan: "business"}
	if err := r.Panel.Create(t.Context(), r.Machine, n); err != nil {
		t.Fatal(err)
	}
	return hosting.Holding{User: user, Domain: domain, Plan: "business"}
}

func makesOne(t *testing.T, r Rig) {
	made := r.create(t, "northwin1", "northwind.example")
	for _, again := range []hosting.NewHolding{
		{User: "northwin1", Domain: "northwind.example", Plan: "business"},
		{User: "northwin1", Domain: "other.example", Plan: "business"},
		{User: "other1", Domain: "northwind.example", Plan: "business"},
	} {
		if err := r.Panel.Create(t.Context(), r.Machine, again); !errors.Is(err, hosting.ErrTaken) {
			t.Errorf("%+v: %v", again, err)
		}
	}
	list, err := r.Panel.List(t.Context(), r.Machine)
	if err != nil || !slices.Equal(list, []hosting.Holding{made}) {
		t.Errorf("the server carries %+v, %v", list, err)
	}
	for _, by := range [][2]string{{"northwin1", ""}, {"", "northwind.example"}} {
		if h, err := r.Panel.Find(t.Context(), r.Machine, by[0], by[1]); err != nil || h != made {
			t.Errorf("by %q: %+v, %v", by, h, err)
		}
	}
}

func changes(t *testing.T, r Rig) {
	h := r.create(t, "northwin1", "northwind.example")
	other := r.create(t, "copper1", "copperfield.example")
	ctx, p, m := t.Context(), r.Panel, r.Machine
	for _, step := range []struct {
		name string
		do   func() error
		want hosting.Holding
	}{
		{
			"suspend", func() error { return p.Suspend(ctx, m, h.User, "Overdue.") },
			hosting.Holding{Plan: "business", Suspended: true},
		},
		{"restore", func() error { return p.Restore(ctx, m, h.User) }, hosting.Holding{Plan: "business"}},
		{"change the plan", func() error { return p.ChangePlan(ctx, m, h.User, "shop") }, hosting.Holding{Plan: "shop"}},
	} {
		step.want.User, step.want.Domain = h.User, h.Domain
		for range 2 { // what is so already is no error
			if err := step.do(); err != nil {
				t.Errorf("%s: %v", step.name, err)
			}
		}
		if now, err := p.Find(ctx, m, h.User, ""); err != nil || now != step.want {
			t.Errorf("%s: %+v, %v", step.name, now, err)
		}
	}
	for range 2 {
		if err := p.Remove(ctx, m, h.User); err != nil {
			t.Errorf("remove: %v", err)
		}
	}
	if list, err := p.List(ctx, m); err != nil || !slices.Equal(list, []hosting.Holding{other}) {
		t.Errorf("the server carries %+v, %v", list, err)
	}
}

func knowsNothing(t *testing.T, r Rig) {
	ctx, p, m := t.Context(), r.Panel, r.Machine
	for name, do := range map[string]func() error{
		"find a user":     func() error { _, err := p.Find(ctx, m, "nobody", ""); return err },
		"find a domain":   func() error { _, err := p.Find(ctx, m, "", "nobody.example"); return err },
		"measure":         func() error { _, err := p.Measure(ctx, m, "nobody"); return err },
		"suspend":         func() error { return p.Suspend(ctx, m, "nobody", "Overdue.") },
		"restore":         func() error { return p.Restore(ctx, m, "nobody") },
		"change the plan": func() error { return p.ChangePlan(ctx, m, "nobody", "shop") },
	} {
		if err := do(); !errors.Is(err, hosting.ErrNoHolding) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list, err := p.List(ctx, m); err != nil || len(list) != 0 {
		t.Errorf("an empty server carries %+v, %v", list, err)
	}
}

func measures(t *testing.T, r Rig) {
	h := r.create(t, "northwin1", "northwind.example")
	of, err := r.Panel.Measure(t.Context(), r.Machine, h.User)
	if err != nil || of.Disk < 0 || of.DiskLimit < 0 || of.Bandwidth < 0 || of.BandwidthLimit < 0 || of.Mailboxes < 0 {
		t.Errorf("measured %+v, %v", of, err)
	}
	health, err := r.Panel.Look(t.Context(), r.Machine)
	if err != nil || health.Version == "" || health.Load < 0 {
		t.Errorf("the server is %+v, %v", health, err)
	}
}

// each are the calls that a server answers.
func (r Rig) each(ctx context.Context, h hosting.Holding) map[string]func() error {
	p, m := r.Panel, r.Machine
	return map[string]func() error{
		"look":    func() error { _, err := p.Look(ctx, m); return err },
		"list":    func() error { _, err := p.List(ctx, m); return err },
		"find":    func() error { _, err := p.Find(ctx, m, h.User, ""); return err },
		"measure": func() error { _, err := p.Measure(ctx, m, h.User); return err },
		"create": func() error {
			return p.Create(ctx, m, hosting.NewHolding{User: "new1", Domain: "new.example", Plan: "business"})
		},
		"suspend":         func() error { return p.Suspend(ctx, m, h.User, "Overdue.") },
		"restore":         func() error { return p.Restore(ctx, m, h.User) },
		"change the plan": func() error { return p.ChangePlan(ctx, m, h.User, "shop") },
		"remove":          func() error { return p.Remove(ctx, m, h.User) },
	}
}

func shut(t *testing.T, r Rig) {
	h := r.create(t, "northwin1", "northwind.example")
	good := r.Machine
	r.Machine.Credentials = ""
	for name, do := range r.each(t.Context(), h) {
		if err := do(); !errors.Is(err, hosting.ErrShut) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list, err := r.Panel.List(t.Context(), good); err != nil || !slices.Equal(list, []hosting.Holding{h}) {
		t.Errorf("the server carries %+v, %v", list, err)
	}
}

func fails(t *testing.T, r Rig) {
	h := r.create(t, "northwin1", "northwind.example")
	for way, want := range map[Way]error{
		Slow: context.DeadlineExceeded, Garbled: hosting.ErrOdd, Down: hosting.ErrPanelDown,
	} {
		if way == Down || !r.Break(way) {
			continue // a server that is gone does not come back: the last
		}
		r.failsWith(t, h, want)
	}
	if r.Break(Down) {
		r.failsWith(t, h, hosting.ErrPanelDown)
	}
}

func (r Rig) failsWith(t *testing.T, h hosting.Holding, want error) {
	t.Helper()
	patience := 10 * time.Second
	if errors.Is(want, context.DeadlineExceeded) {
		patience = 250 * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	calls := r.each(ctx, h)
	calls["open"] = func() error { _, err := r.Panel.Open(ctx, r.Login(h, hosting.PanelAdmin)); return err }
	if errors.Is(want, hosting.ErrOdd) {
		delete(calls, "open") // what a link must be is tested with the links
	}
	for name, do := range calls {
		err := do()
		if !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
		if err != nil && strings.Contains(err.Error(), r.Machine.Credentials) {
			t.Errorf("%s: the error tells the key", name)
		}
	}
}

func links(t *testing.T, r Rig) {
	h := r.create(t, "northwin1", "northwind.example")
	for _, role := range []hosting.PanelRole{hosting.PanelAdmin, hosting.PanelDeveloper} {
		l := r.Login(h, role)
		link, err := r.Panel.Open(t.Context(), l)
		if err != nil || link == "" || strings.Contains(link, r.Machine.Credentials) {
			t.Fatalf("%s: %q, %v", role, link, err)
		}
		if r.Visit != nil {
			r.leadsOnce(t, link, role)
		}
		if err := r.Panel.EndSessions(t.Context(), l); err != nil && !errors.Is(err, hosting.ErrLasts) {
			t.Errorf("%s: end: %v", role, err)
		}
	}
	nobody := r.Login(hosting.Holding{User: "nobody", Domain: "nobody.example"}, hosting.PanelAdmin)
	if link, err := r.Panel.Open(t.Context(), nobody); r.Visit != nil && !errors.Is(err, hosting.ErrNoHolding) {
		t.Errorf("a service that the panel does not know opens: %q, %v", link, err)
	}
}

// leadsOnce follows a link twice: it lets its role in, and then nobody any more.
func (r Rig) leadsOnce(t *testing.T, link string, role hosting.PanelRole) {
	t.Helper()
	user, whole, in := r.Visit(link)
	if !in || whole != (role == hosting.PanelAdmin) {
		t.Errorf("%s came in as %q, with everything: %v, %v", role, user, whole, in)
	}
	if _, _, again := r.Visit(link); again {
		t.Errorf("%s came in twice", role)
	}
}
