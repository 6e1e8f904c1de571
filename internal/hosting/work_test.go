package hosting_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit"
	server "gatehouse/internal/testkit/whm"
)

func (v *harbour) order(t *testing.T, domain string) id.Service {
	t.Helper()
	service, err := v.hosting.CreateService(t.Context(), actor.NewSystem("test"), v.account, hosting.NewService{
		Server: v.swift, Plan: "Business Hosting 20", PanelPlan: "business", Domain: domain, Provision: true,
		Price: money.New(7900, money.GBP), Period: hosting.Monthly,
	})
	if err != nil {
		t.Fatal(err)
	}
	return service
}

// follow lets the job come round, with the waits between failed tries.
func (v *harbour) follow(t *testing.T, times int) {
	t.Helper()
	for range times {
		if err := v.hosting.FollowUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		v.Offset.Advance(time.Hour)
	}
}

func (v *harbour) state(t *testing.T, service id.Service) (hosting.State, hosting.Work) {
	t.Helper()
	s, work, err := v.hosting.ClientService(t.Context(), actor.NewSystem("test"), v.account, service)
	if err != nil {
		t.Fatal(err)
	}
	return s.State, work
}

// last is the newest entry of an action; the zero one where there is none.
func (v *harbour) last(t *testing.T, action activity.Action) activity.Entry {
	t.Helper()
	for _, e := range v.log(t) {
		if e.Action == action {
			return e
		}
	}
	return activity.Entry{}
}

// R8: a service that was ordered runs once its server has the account, and not before.
func TestAServiceIsSetUpByItsServer(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		service := v.order(t, "fresh.example")
		if state, work := v.state(t, service); state != hosting.Pending || work.Asked.IsZero() {
			t.Errorf("before: %s, %+v", state, work)
		}
		v.follow(t, 1)
		if state, work := v.state(t, service); state != hosting.Active || !work.Asked.IsZero() {
			t.Errorf("after: %s, %+v", state, work)
		}
		if e := v.last(t, activity.ServiceReady); e.Service != service {
			t.Errorf("the log reads %+v", e)
		}
		if v.whm.Made() != 1 {
			t.Errorf("%d accounts were made", v.whm.Made())
		}
	})
}

// R8: whatever the server does between, one order comes to one account: it makes it and breaks off, it lies, it is
// gone.
func TestATryThatBrokeOffMakesNoSecondAccount(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		service := v.order(t, "fresh.example")
		for _, way := range []server.Way{server.Forgetful, server.Garbage, server.Broken} {
			v.whm.Behave(way)
			v.follow(t, 1)
			if state, work := v.state(t, service); state != hosting.Pending || work.Failed || work.Trouble == "" {
				t.Errorf("way %d: %s, %+v", way, state, work)
			}
		}
		v.whm.Behave(server.Working)
		v.follow(t, 1)
		if state, _ := v.state(t, service); state != hosting.Active || v.whm.Made() != 1 {
			t.Errorf("%s, %d accounts were made", state, v.whm.Made())
		}
	})
}

// A failure that lasts is seen, is in the log, and is tried again when somebody says so; nothing runs by halves.
func TestAFailureThatLastsWaitsForSomebody(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		v.whm.Put(server.Account{User: "other1", Domain: "fresh.example", Plan: "business"})
		service := v.order(t, "fresh.example")
		v.follow(t, 6)
		state, work := v.state(t, service)
		if state != hosting.Pending || !work.Failed || !strings.Contains(work.Trouble, "already") {
			t.Errorf("%s, %+v", state, work)
		}
		if e := v.last(t, activity.ServiceStuck); e.Outcome != activity.Failed || e.Service != service {
			t.Errorf("the log reads %+v", e)
		}
		if a, _ := v.whm.Account("other1"); a.Suspended || a.Plan != "business" {
			t.Errorf("the account of somebody else is %+v", a)
		}
		if _, err := v.hosting.OpenPanel(t.Context(), v.owner, v.account, service); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("its panel: %v", err)
		}
		for name, who := range map[string]actor.Actor{"owner": v.owner, "billing": v.billing} {
			if err := v.hosting.Retry(t.Context(), who, v.account, service, true); err == nil {
				t.Errorf("%s had the server asked again", name)
			}
		}
		if err := v.hosting.Retry(t.Context(), actor.NewSystem("test"), v.account, service, true); err != nil {
			t.Fatal(err)
		}
		if _, work := v.state(t, service); work.Failed || work.Tries != 0 {
			t.Errorf("after the wish to try again: %+v", work)
		}
	})
}

// What staff do to a service its server does too; the last word counts.
func TestAServerFollowsOurRecord(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		who := actor.NewSystem("test")
		if err := v.hosting.Suspend(t.Context(), who, v.account, v.blog, "Overdue."); err != nil {
			t.Fatal(err)
		}
		v.follow(t, 1)
		if a, _ := v.whm.Account("blog1"); !a.Suspended || a.Reason != "Overdue." {
			t.Errorf("suspended: %+v", a)
		}
		if err := v.hosting.Restore(t.Context(), who, v.account, v.blog); err != nil {
			t.Fatal(err)
		}
		if err := v.hosting.Suspend(t.Context(), who, v.account, v.blog, "Again."); err != nil {
			t.Fatal(err)
		}
		if err := v.hosting.Restore(t.Context(), who, v.account, v.blog); err != nil {
			t.Fatal(err)
		}
		v.follow(t, 1)
		if a, _ := v.whm.Account("blog1"); a.Suspended {
			t.Errorf("restored: %+v", a)
		}
		if err := v.hosting.End(t.Context(), who, v.account, v.forum); err != nil {
			t.Fatal(err)
		}
		v.follow(t, 1)
		if _, there := v.whm.Account("forum1"); there {
			t.Error("a service that has ended is still on its server")
		}
	})
}

// N7: who signs out, or loses the access, has nothing open in a panel that can end it; what cannot be ended is said.
func TestWhatIsOpenEndsWithTheAccess(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		for _, who := range []actor.Actor{v.blogger, v.tech} {
			v.session(t, who, false)
			if _, err := v.hosting.OpenPanel(t.Context(), who, v.account, v.blog); err != nil {
				t.Fatal(err)
			}
		}
		v.closeUp(t)
		if len(v.whm.Team("blog1")) != 1 {
			t.Fatalf("what goes on was ended: %v", v.whm.Team("blog1"))
		}
		v.take(t, v.blogger)
		v.take(t, v.tech)
		v.closeUp(t)
		v.closeUp(t)
		if team := v.whm.Team("blog1"); len(team) != 0 {
			t.Errorf("after the access was lost the team is %v", team)
		}
		ended, lasts := 0, 0
		for _, e := range v.log(t) {
			switch {
			case e.Action == activity.PanelClosed && e.Outcome == activity.Success:
				ended++
			case e.Action == activity.PanelClosed:
				lasts++
			}
		}
		if ended != 1 || lasts != 1 {
			t.Errorf("the log says %d times that it was ended, %d times that it cannot be", ended, lasts)
		}
	})
}

// N7: signing out ends it too, and not while the same person has it open from another browser.
func TestWhatIsOpenEndsWithTheSignIn(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		other := v.signIn(t, v.blogger.Person, v.blogger.Membership)
		for _, who := range []actor.Actor{v.blogger, other} {
			v.session(t, who, false)
			if _, err := v.hosting.OpenPanel(t.Context(), who, v.account, v.blog); err != nil {
				t.Fatal(err)
			}
		}
		v.signOut(t, v.blogger)
		v.closeUp(t)
		if len(v.whm.Team("blog1")) != 1 {
			t.Error("it was ended under the other browser")
		}
		v.signOut(t, other)
		v.closeUp(t)
		if len(v.whm.Team("blog1")) != 0 {
			t.Error("it outlives the sign-in")
		}
	})
}

// N7: it is the same on the demo's panel: asked to end what is open once somebody signs out, and once somebody loses
// the role, and not before.
func TestWhatIsOpenOnTheDemosPanelEnds(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		for _, who := range []actor.Actor{v.developer, v.tech} {
			v.session(t, who, false)
			if _, err := v.panel.Redeem(t.Context(), who, v.link(t, who, v.shop)); err != nil {
				t.Fatal(err)
			}
		}
		for _, step := range []struct {
			what string
			do   func()
			want int
		}{
			{"nothing has happened", func() {}, 0},
			{"the developer signed out", func() { v.signOut(t, v.developer) }, 1},
			{"the technician lost the role", func() { v.take(t, v.tech) }, 2},
			{"the job came again", func() {}, 2},
		} {
			step.do()
			v.closeUp(t)
			if got := v.panel.Ended(); got != step.want {
				t.Errorf("%s: the panel was asked to end %d, not %d", step.what, got, step.want)
			}
		}
		if e := v.last(t, activity.PanelClosed); e.Outcome != activity.Success || e.Service != v.shop {
			t.Errorf("the log reads %+v", e)
		}
	})
}
