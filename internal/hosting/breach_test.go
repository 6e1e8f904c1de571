package hosting_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/outbox"
	"gatehouse/internal/testkit"
	server "gatehouse/internal/testkit/whm"
)

// A service that somebody broke into stops at once, here and on its server; its people read what was found and what to
// do, and it runs again only once somebody says what was done against it.
func TestAServiceThatWasBrokenInto(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		who := actor.NewSystem("test")
		var told []hosting.BreachFound
		moved := 0
		v.Outbox.Handle(hosting.MailBreach, func(_ context.Context, d outbox.Delivery) error {
			var m hosting.BreachFound
			err := d.Decode(&m)
			told = append(told, m)
			return err
		})
		v.Outbox.Handle(hosting.MailService, func(context.Context, outbox.Delivery) error { moved++; return nil })
		b := hosting.Breach{Found: "wp-mail.php sends mails.\nSince 3 o’clock.", Todo: "Change the passwords."}
		for name, wrong := range map[string]hosting.Breach{
			"nothing found": {Todo: b.Todo}, "nothing to do": {Found: b.Found},
			"odd characters": {Found: "\x00", Todo: b.Todo},
		} {
			if err := v.hosting.Disable(t.Context(), who, v.account, v.blog, wrong); fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := v.hosting.Disable(t.Context(), v.owner, v.account, v.blog, b); err == nil {
			t.Error("an owner disabled a service")
		}
		if err := v.hosting.Disable(t.Context(), who, v.account, v.blog, b); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Outbox.Deliver(t.Context()); err != nil || len(told) != 1 || told[0].Todo != b.Todo || moved != 0 {
			t.Errorf("told was %+v, and %d times that it moved, %v", told, moved, err)
		}
		v.follow(t, 1)
		if a, _ := v.whm.Account("blog1"); !a.Suspended {
			t.Error("its server lets it run")
		}
		got, found, err := v.hosting.Breach(t.Context(), v.blogger, v.account, v.blog)
		if err != nil || !found || got.Found != b.Found || got.Todo != b.Todo {
			t.Errorf("its developer reads %+v, %v, %v", got, found, err)
		}
		for name, who := range map[string]actor.Actor{"billing": v.billing, "developer of another": v.developer} {
			if got, found, err := v.hosting.Breach(t.Context(), who, v.account, v.blog); err == nil || found {
				t.Errorf("%s reads %+v", name, got)
			}
		}
		v.opensAgain(t, who, b)
	})
}

func (v *harbour) opensAgain(t *testing.T, who actor.Actor, b hosting.Breach) {
	t.Helper()
	if err := v.hosting.Restore(t.Context(), who, v.account, v.blog); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("restored without a word: %v", err)
	}
	if err := v.hosting.Reopen(t.Context(), who, v.account, v.blog, " "); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("opened again without a remedy: %v", err)
	}
	if err := v.hosting.Reopen(t.Context(), v.tech, v.account, v.blog, "Done."); err == nil {
		t.Error("the client opened it again")
	}
	if err := v.hosting.Reopen(t.Context(), who, v.account, v.blog, "New passwords."); err != nil {
		t.Fatal(err)
	}
	if e := v.last(t, activity.ServiceReopened); e.What.Reason != "New passwords." {
		t.Errorf("the log reads %+v", e)
	}
	if err := v.hosting.Reopen(t.Context(), who, v.account, v.blog, "Again."); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("opened twice: %v", err)
	}
	if err := v.hosting.Suspend(t.Context(), who, v.account, v.blog, "Overdue."); err != nil {
		t.Fatal(err)
	}
	if err := v.hosting.Restore(t.Context(), who, v.account, v.blog); err != nil {
		t.Errorf("restored from something else: %v", err)
	}
	if v.OnMySQL {
		return
	}
	for _, text := range everything(t, v.World) {
		if strings.Contains(text, b.Found) {
			t.Error("what was found is in the database in clear")
		}
	}
}

// Usage is counted once a day, by the server; what was transferred on a day is the difference within a calendar month.
func TestUsageIsCountedByTheDay(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		v.whm.Put(server.Account{User: "blog1", Domain: "blog.example", DiskMiB: 14, Transfer: 3000, Boxes: 7})
		if err := v.hosting.MeasureAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		calls := len(v.whm.Calls())
		if err := v.hosting.MeasureAll(t.Context()); err != nil || len(v.whm.Calls()) != calls {
			t.Errorf("counted twice on one day: %v", err)
		}
		days, err := v.hosting.Days(t.Context(), v.owner, v.account, v.blog)
		if err != nil || len(days) != 1 || days[0].Disk != 14<<20 || days[0].Mailboxes != 7 {
			t.Errorf("counted were %+v, %v", days, err)
		}
		s, err := v.hosting.Service(t.Context(), v.owner, v.account, v.blog)
		if err != nil || s.Usage.DiskUsed != 14<<20 || s.Usage.Mailboxes != 7 || s.Usage.MeasuredAt.IsZero() {
			t.Errorf("the service says %+v, %v", s.Usage, err)
		}
		late := v.carry(t, "late1", "late.example")
		last := time.Date(2026, 5, 30, 3, 0, 0, 0, time.UTC)
		for i, month := range []int64{100, 150, 20, 60, 55} { // of the calendar month so far, by the server
			err := v.hosting.KeepUsage(t.Context(), v.account, late, last.AddDate(0, 0, i), hosting.Measure{Bandwidth: month})
			if err != nil {
				t.Fatal(err)
			}
		}
		var moved []int64
		if err := v.Reader.With(t.Context()).Raw("SELECT transfer FROM service_days WHERE service_id = ? ORDER BY day",
			late).Scan(&moved).Error; err == nil {
			t.Error("the table takes statements that are confined to nobody")
		}
		v.Offset.Advance(last.AddDate(0, 0, 5).Sub(v.Now(t)))
		who := v.signIn(t, v.owner.Person, v.owner.Membership)
		days, err = v.hosting.Days(t.Context(), who, v.account, late)
		if err != nil || len(days) != 5 {
			t.Fatalf("counted were %+v, %v", days, err)
		}
		for i, want := range []int64{100, 50, 20, 40, 55} {
			if days[i].Transfer != want {
				t.Errorf("day %d: %d were transferred, want %d", i, days[i].Transfer, want)
			}
		}
		for name, who := range map[string]actor.Actor{"billing": v.billing, "developer of another": v.developer} {
			if days, err := v.hosting.Days(t.Context(), who, v.account, v.blog); err == nil && len(days) > 0 {
				t.Errorf("%s reads %+v", name, days)
			}
		}
		if _, err := v.hosting.Days(t.Context(), v.owner, v.foreign, v.theirs); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("another account: %v", err)
		}
	})
}

// A server that is silent keeps no other back.
func TestASilentServerKeepsNoOtherBack(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		v.whm.Stop()
		at := hosting.Machine{Server: hosting.Server{Host: "tern.harbour.example"}, Credentials: "key"}
		n := hosting.NewHolding{User: "northwind", Domain: "northwind.example", Plan: "business"}
		if err := v.panel.Create(t.Context(), at, n); err != nil {
			t.Fatal(err)
		}
		if err := v.hosting.MeasureAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		if days, err := v.hosting.Days(t.Context(), v.owner, v.account, v.bakery); err != nil || len(days) != 1 {
			t.Errorf("the other server's service was not counted: %+v, %v", days, err)
		}
	})
}
