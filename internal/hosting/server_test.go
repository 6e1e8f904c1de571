package hosting_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	server "gatehouse/internal/testkit/whm"
)

// session writes the sign-in of somebody who is at work.
func (v *harbour) session(t *testing.T, who actor.Actor, over bool) {
	t.Helper()
	now := db.At(v.Now(t))
	var ended any
	if over {
		ended = now
	}
	err := v.Writer.Do(t.Context(), func(tx *db.Tx) error {
		q := db.Across(tx.DB, "a test signs somebody in")
		if err := q.Exec("DELETE FROM sessions WHERE id = ?", who.Session).Error; err != nil {
			return err
		}
		return q.Exec("INSERT INTO sessions (id, person_id, token_hash, created_at, seen_at, proved_at, factor, ended_at) "+
			"VALUES (?, ?, ?, ?, ?, ?, 'password', ?)", who.Session, who.Person,
			append(who.Session.Bytes(), who.Session.Bytes()...), now, now, now, ended).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (v *harbour) signOut(t *testing.T, who actor.Actor) { t.Helper(); v.session(t, who, true) }

func (v *harbour) closeUp(t *testing.T) {
	t.Helper()
	if err := v.hosting.CloseUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// take takes somebody's place in the first account away.
func (v *harbour) take(t *testing.T, who actor.Actor) {
	t.Helper()
	v.provider(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return g.Entry(activity.ContactRemoved, activity.Details{}),
			g.On(tx.DB).Exec("DELETE FROM memberships WHERE person_id = ?", who.Person).Error
	})
}

// A server that is tested says how it is, or what is wrong; both are in the log, and the key in neither.
func TestAServerIsTested(t *testing.T) { // G7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		who := actor.NewSystem("test")
		s, err := v.hosting.TestServer(t.Context(), who, v.swift)
		if err != nil || s.Trouble != "" || s.Software != "11.136.0.4" || s.Load != 0.42 || s.Accounts != 2 ||
			s.Services != 2 {
			t.Errorf("it is %+v, %v", s, err)
		}
		v.whm.Behave(server.Broken)
		s, err = v.hosting.TestServer(t.Context(), who, v.swift)
		if err != nil || !strings.Contains(s.Trouble, "could not be understood") {
			t.Errorf("it is %+v, %v", s, err)
		}
		change := hosting.ServerChange{Host: swiftHost, Credentials: "root:WRONG", Capacity: 300, Version: s.Version}
		if err := v.hosting.EditServer(t.Context(), who, v.swift, change); err != nil {
			t.Fatal(err)
		}
		if err := v.hosting.EditServer(t.Context(), who, v.swift, change); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a stale form: %v", err)
		}
		v.whm.Behave(server.Working)
		s, err = v.hosting.TestServer(t.Context(), who, v.swift)
		if err != nil || !strings.Contains(s.Trouble, "does not take the key") || s.Capacity != 300 {
			t.Errorf("with a wrong key it is %+v, %v", s, err)
		}
		for name, who := range map[string]actor.Actor{"owner": v.owner, "billing": v.billing} {
			if _, err := v.hosting.TestServer(t.Context(), who, v.swift); err == nil {
				t.Errorf("%s tested a server", name)
			}
			if err := v.hosting.EditServer(t.Context(), who, v.swift, change); err == nil {
				t.Errorf("%s changed a server", name)
			}
			if _, err := v.hosting.Compare(t.Context(), who, v.swift); err == nil {
				t.Errorf("%s saw what a server carries", name)
			}
		}
		if err := v.hosting.LookAround(t.Context()); err != nil {
			t.Error(err)
		}
		v.whm.Behave(server.Slow)
		began := time.Now()
		found, err := v.hosting.Conditions(t.Context())
		if err != nil || len(found) != 2 || found[0].Server != "swift" || found[0].Trouble == "" ||
			found[1] != (hosting.Condition{Server: "tern"}) || time.Since(began) > 15*time.Second {
			t.Errorf("they are %+v after %s, %v", found, time.Since(began), err)
		}
	})
}

// Accounts are held against our record, and nothing changes by looking.
func TestAccountsAreCompared(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		who := actor.NewSystem("test")
		v.whm.Put(server.Account{User: "blog1", Domain: "blog.example", Plan: "business", Suspended: true})
		v.whm.Put(server.Account{User: "foreign1", Domain: "xn--mller-kva.example"})
		gone := v.carry(t, "gone1", "gone.example")
		if err := v.hosting.Retry(t.Context(), who, v.account, gone, false); err != nil {
			t.Fatal(err)
		}
		v.whm.Forget("gone1")
		before := len(v.whm.Calls())
		c, err := v.hosting.Compare(t.Context(), who, v.swift)
		if err != nil || c.Same != 1 || len(c.Differ) != 1 || c.Differ[0].Service != v.blog || len(c.Missing) != 1 ||
			c.Missing[0].Service != gone || len(c.Foreign) != 1 || c.Foreign[0].User != "foreign1" ||
			c.Foreign[0].Name != "müller.example" {
			t.Errorf("compared: %+v, %v", c, err)
		}
		for _, call := range v.whm.Calls()[before:] {
			if call != "listaccts" {
				t.Errorf("looking called %s", call)
			}
		}
		v.follow(t, 6) // nobody allowed that an account is made
		if _, work := v.state(t, gone); !work.Failed || v.whm.Made() != 0 {
			t.Errorf("%+v, %d accounts were made", work, v.whm.Made())
		}
		if err := v.hosting.Retry(t.Context(), who, v.account, gone, true); err != nil {
			t.Fatal(err)
		}
		v.follow(t, 1)
		if _, there := v.whm.Account("gone1"); !there {
			t.Error("it was not made anew")
		}
	})
}

// Somebody who keeps no servers sees none.
func TestServersAreForThoseWhoKeepThem(t *testing.T) { // A2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		if _, err := v.hosting.Standings(t.Context(), v.owner); err == nil {
			t.Error("an owner saw the servers")
		}
		if _, err := v.hosting.Standing(t.Context(), actor.NewSystem("test"), id.New[id.ServerKind]()); fault.KindOf(err) !=
			fault.KindNotFound {
			t.Errorf("none at all: %v", err)
		}
	})
}
