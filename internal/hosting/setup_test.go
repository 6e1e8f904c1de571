package hosting_test

import (
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit"
)

func TestStaffSetServicesUpByTheirOwnRight(t *testing.T) { // A2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		staff := func(department string) actor.Actor {
			person := v.member(t, "billing").Person
			v.provider(t, seat(person, department))
			now := v.Now(t)
			return actor.Enter(actor.Details{
				Kind: actor.Staff, Person: person, Name: "Tom", Session: id.New[id.SessionKind](), FactorAt: now,
				Factor: actor.With(actor.ByPassword, actor.ByKey), Seat: actor.Seat{Department: department}, Now: now,
				Looks: v.Looks(t),
			})
		}
		tom, bea := staff("technical"), staff("billing")
		good := hosting.NewService{
			Server: v.server, Plan: "Mail Plus", Price: money.New(900, money.GBP), Period: hosting.Yearly,
		}
		service, err := v.hosting.CreateService(t.Context(), tom, v.account, good)
		if err != nil {
			t.Fatal(err)
		}
		e := v.log(t)[0]
		if e.Action != activity.ServiceCreated || e.What.Label != "Mail Plus" || e.GrantedBy != "technical" {
			t.Errorf("the log reads %+v", e)
		}
		for name, act := range map[string]func(who actor.Actor) error{
			"create service": func(who actor.Actor) error {
				_, err := v.hosting.CreateService(t.Context(), who, v.account, good)
				return err
			},
			"suspend": func(who actor.Actor) error { return v.hosting.Suspend(t.Context(), who, v.account, service, "No.") },
			"servers": func(who actor.Actor) error { _, err := v.hosting.Servers(t.Context(), who); return err },
			"list": func(who actor.Actor) error {
				_, err := v.hosting.ClientServices(t.Context(), who, v.account, id.Service{})
				return err
			},
		} {
			if err := act(bea); fault.KindOf(err) != fault.KindDenied {
				t.Errorf("%s by staff of another department: %v", name, err)
			}
			if err := act(v.owner); fault.KindOf(err) != fault.KindDenied && fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s by a customer: %v", name, err)
			}
			if err := act(tom); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		servers, err := v.hosting.Servers(t.Context(), tom)
		if err != nil || len(servers) != 1 || servers[0].Host != "tern.harbour.example" {
			t.Errorf("servers %+v, %v", servers, err)
		}
	})
}

func TestAServiceThatEndedStaysToBeSeen(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		err := v.hosting.End(t.Context(), v.owner, v.account, v.bakery)
		if fault.KindOf(err) != fault.KindDenied && fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a customer ended a service: %v", err)
		}
		if err := v.hosting.End(t.Context(), actor.NewSystem("test"), v.account, v.bakery); err != nil {
			t.Fatal(err)
		}
		s, err := v.hosting.Service(t.Context(), v.owner, v.account, v.bakery)
		if err != nil || s.State != hosting.Cancelled || v.log(t)[0].Action != activity.ServiceEnded {
			t.Errorf("read %+v, %v", s, err)
		}
		if _, err := v.hosting.OpenPanel(t.Context(), v.owner, v.account, v.bakery); err == nil {
			t.Error("the panel of an ended service opened")
		}
		err = v.hosting.End(t.Context(), actor.NewSystem("test"), v.account, v.bakery)
		if fault.KindOf(err) != fault.KindConflict {
			t.Errorf("ended twice: %v", err)
		}
	})
}

func TestAServiceThatIsBeingSetUpRunsWhenItIsReady(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		system := actor.NewSystem("test")
		one, err := v.hosting.CreateService(t.Context(), system, v.account, hosting.NewService{
			Server: v.server, Plan: "Client Site", Domain: "lantern.example", Price: money.New(1900, money.GBP),
			Period: hosting.Monthly, Pending: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		s, err := v.hosting.Service(t.Context(), v.owner, v.account, one)
		if err != nil || s.State != hosting.Pending {
			t.Errorf("read %+v, %v", s, err)
		}
		c, err := v.hosting.Counts(t.Context(), v.owner, v.account)
		if err != nil || c != (hosting.Counts{Pending: 1, Active: 2}) {
			t.Errorf("counted %+v, %v", c, err)
		}
		if _, err := v.hosting.OpenPanel(t.Context(), v.owner, v.account, one); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("opened the panel of what is being set up: %v", err)
		}
		err = v.hosting.Ready(t.Context(), v.owner, v.account, one)
		if fault.KindOf(err) != fault.KindDenied && fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a customer said that it is ready: %v", err)
		}
		if err := v.hosting.Ready(t.Context(), system, v.account, v.theirs); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a foreign one became ready: %v", err)
		}
		if err := v.hosting.Ready(t.Context(), system, v.account, one); err != nil {
			t.Fatal(err)
		}
		s, err = v.hosting.Service(t.Context(), v.owner, v.account, one)
		if err != nil || s.State != hosting.Active || v.log(t)[0].Action != activity.ServiceReady {
			t.Errorf("read %+v, %v", s, err)
		}
		if err := v.hosting.Ready(t.Context(), system, v.account, one); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("ready twice: %v", err)
		}
		if _, err := v.hosting.OpenPanel(t.Context(), v.owner, v.account, one); err != nil {
			t.Errorf("the panel of what is ready: %v", err)
		}
	})
}

func TestASuspendedServiceSaysWhyAndComesBack(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		system := actor.NewSystem("overdue")
		if err := v.hosting.Restore(t.Context(), system, v.account, v.bakery); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("restored what runs: %v", err)
		}
		if err := v.hosting.Suspend(t.Context(), system, v.account, v.bakery, " "); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("suspended without a reason: %v", err)
		}
		if err := v.hosting.Suspend(t.Context(), system, v.account, v.theirs, "x"); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("suspended a foreign one: %v", err)
		}
		const why = "Invoice 2026-0398 is overdue."
		if err := v.hosting.Suspend(t.Context(), system, v.account, v.bakery, why); err != nil {
			t.Fatal(err)
		}
		s, err := v.hosting.Service(t.Context(), v.owner, v.account, v.bakery)
		if err != nil || s.State != hosting.Suspended || s.StateReason != why || s.Version != 2 {
			t.Errorf("read %+v, %v", s, err)
		}
		c, err := v.hosting.Counts(t.Context(), v.owner, v.account)
		if err != nil || c != (hosting.Counts{Active: 1, Suspended: 1}) {
			t.Errorf("counted %+v, %v", c, err)
		}
		if err := v.hosting.Suspend(t.Context(), system, v.account, v.bakery, why); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("suspended twice: %v", err)
		}
		if err := v.hosting.Restore(t.Context(), system, v.account, v.bakery); err != nil {
			t.Fatal(err)
		}
		s, err = v.hosting.Service(t.Context(), v.owner, v.account, v.bakery)
		if err != nil || s.State != hosting.Active || s.StateReason != "" {
			t.Errorf("read %+v, %v", s, err)
		}
	})
}
