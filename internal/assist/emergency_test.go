package assist_test

import (
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/assist"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
	"gatehouse/internal/verb"
)

const (
	dana = "dana@harbour.example" // privacy officer
	root = "root@harbour.example" // administrator
)

// colleague is somebody else of the staff, who has just used their key.
func (d *desk) colleague(t *testing.T, email, department string) actor.Actor {
	t.Helper()
	p, err := d.Accounts.CreateStaff(t.Context(), actor.NewShell("root"), persons.NewPerson{
		Email: email, Name: "Colleague " + department, Password: house.Passphrase,
	}, department)
	if err != nil {
		t.Fatal(err)
	}
	return d.again(t, actor.Details{
		Kind: actor.Staff, Person: p.Person, Name: "Colleague " + department, Seat: actor.Seat{Department: department},
	})
}

// again is a colleague at this moment, with a key that they used just now.
func (d *desk) again(t *testing.T, who actor.Details) actor.Actor {
	t.Helper()
	now := d.Now(t)
	who.Factor, who.FactorAt, who.ProvedAt, who.Now = actor.ByPasskey, now, now, now
	return actor.Enter(who)
}

func alarm(department string) assist.Alarm {
	return assist.Alarm{Department: department, Code: activity.EmergencyOutage, Text: "The shop is down and nobody is in."}
}

func (d *desk) exec(t *testing.T, text string) {
	t.Helper()
	err := d.Writer.Do(t.Context(), func(tx *db.Tx) error {
		return db.Across(tx.DB, "a test changes what is there").Exec(text).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// sees says whether somebody may look by a permission.
func (d *desk) sees(t *testing.T, who actor.Actor, v verb.Verb, account id.Account) bool {
	t.Helper()
	_, err := d.Gate.View(t.Context(), who, v, id.AccountScope(account))
	if f, ok := fault.As(err); err != nil && !ok {
		t.Fatal(err)
	} else if ok && f.Kind != fault.KindDenied && f.Kind != fault.KindUnsaid {
		t.Fatalf("%s: %v", v, err)
	}
	return err == nil
}

func (d *desk) denied(t *testing.T, what string, err error) {
	t.Helper()
	if f, ok := fault.As(err); !ok || f.Kind != fault.KindDenied {
		t.Errorf("%s: %v", what, err)
	}
}

// A1, N8, L1: what another department sees opens after a second reason: for that client, in that session, for half an
// hour, for reading alone, and never what the policies keep closed. The client's log has it, and each look by it.
func TestAnEmergencyOpensAnothersReading(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		d := open(t, w)
		officer := d.colleague(t, dana, "privacy")
		token := d.session(t)
		sam := d.by(t, token, id.Account{})
		if d.sees(t, sam, verb.BillingView, d.northwind) {
			t.Fatal("support sees invoices")
		}
		for _, closed := range []string{"privacy", "administrator", "support", "nobody", ""} {
			err := d.assist.Open(t.Context(), sam, d.northwind, alarm(closed))
			if f, ok := fault.As(err); !ok || f.Kind != fault.KindInvalid {
				t.Errorf("%q could be opened: %v", closed, err)
			}
		}
		for _, bad := range []assist.Alarm{{Department: "billing"}, {Department: "billing", Code: "law", Text: "Now"}} {
			if f, ok := fault.As(d.assist.Open(t.Context(), sam, d.northwind, bad)); !ok || f.Kind != fault.KindInvalid {
				t.Errorf("%+v was a reason", bad)
			}
		}
		d.denied(t, "who judges opens nothing", d.assist.Open(t.Context(), officer, d.northwind, alarm("billing")))
		if err := d.assist.Open(t.Context(), sam, d.northwind, alarm("billing")); err != nil {
			t.Fatal(err)
		}
		sam = d.by(t, token, id.Account{})
		if !d.sees(t, sam, verb.BillingView, d.northwind) {
			t.Fatal("nothing was opened")
		}
		other := d.Account(t, "Copperfield Cycles", "carl@copperfield.example")
		for what, saw := range map[string]bool{
			"another client": d.sees(t, sam, verb.BillingView, other),
			"the log":        d.sees(t, sam, verb.AuditView, d.northwind),
			"the provider":   d.Access.Check(sam, verb.BillingView, id.ProviderScope()).Allowed,
			"another session": d.sees(
				t, d.by(t, d.session(t), id.Account{}), verb.BillingView, d.northwind),
			"changing": d.Access.Check(sam, verb.BillingManage, id.AccountScope(d.northwind)).Allowed,
		} {
			if saw {
				t.Errorf("%s was opened too", what)
			}
		}
		err := d.Gate.Change(t.Context(), sam, verb.BillingView, id.AccountScope(d.northwind),
			func(_ *db.Tx, g gate.Grant) (gate.Entry, error) {
				return g.Entry(activity.AccountEdited, activity.Details{}), nil
			})
		d.denied(t, "a change by what only reads", err)
		conflict := d.assist.Open(t.Context(), sam, d.northwind, alarm("billing"))
		if f, ok := fault.As(conflict); !ok || f.Kind != fault.KindConflict {
			t.Errorf("it opened twice: %v", conflict)
		}
		d.looksLike(t)
		d.Offset.Advance(actor.LookTime)
		d.fresh(t)
		d.exec(t, "UPDATE looks SET started_at = 1, ends_at = 2 WHERE opened IS NOT NULL")
		if sam = d.by(t, token, id.Account{}); d.sees(t, sam, verb.BillingView, d.northwind) {
			t.Error("it stays open after its time")
		}
	})
}

// looksLike holds what the client reads against what was done.
func (d *desk) looksLike(t *testing.T) {
	t.Helper()
	page, err := d.Log.Page(t.Context(), id.AccountScope(d.northwind), activity.Filter{Kind: actor.Staff, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var looked, opened int
	for _, e := range page.Entries {
		switch {
		case e.Action == activity.EmergencyOpened:
			opened++
		case e.Action == activity.DataViewed && e.Verb == verb.BillingView:
			looked++
			if e.StaffReason != activity.GivenEmergency || e.TargetKind != gate.TargetLook || e.TargetID == "" {
				t.Errorf("a look in an emergency is %+v", e)
			}
		}
	}
	if opened != 1 || looked != 1 {
		t.Errorf("%d openings and %d looks are in the client’s log", opened, looked)
	}
	list, _, err := d.assist.Looks(t.Context(), d.As(t, olivia, d.northwind), d.northwind, id.Look{})
	if err != nil || len(list) == 0 {
		t.Fatal(err)
	}
	var marked int
	for _, l := range list {
		if l.Opened == "billing" {
			marked++
			if len(l.Saw) != 1 || l.Saw[0] != verb.BillingView || l.Staff != "Sam Doyle" {
				t.Errorf("the client reads %+v", l)
			}
		}
	}
	if marked != 1 {
		t.Errorf("%d looks are marked as an emergency", marked)
	}
}

// A10: somebody else judges an emergency, once, with a finding; never the one who opened it, wherever they sit now.
// Those who judge are told at once and reminded each day.
func TestSomebodyElseJudgesAnEmergency(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		d := open(t, w)
		officer, admin := d.colleague(t, dana, "privacy"), d.colleague(t, root, "administrator")
		token := d.session(t)
		sam := d.by(t, token, id.Account{})
		if err := d.assist.Open(t.Context(), sam, d.northwind, alarm("billing")); err != nil {
			t.Fatal(err)
		}
		if n := d.Count(t, "outbox", "kind = ?", assist.MailEmergency); n != 2 {
			t.Errorf("%d mails are on their way", n)
		}
		_, _, err := d.assist.Emergencies(t.Context(), sam, true, id.Look{})
		d.denied(t, "who does not judge reads the list", err)
		list, _, err := d.assist.Emergencies(t.Context(), officer, true, id.Look{})
		if err != nil || len(list) != 1 || list[0].Client != "Northwind Bakery Ltd" || !list[0].Waits() {
			t.Fatalf("%+v %v", list, err)
		}
		which, why := list[0].ID, "The shop was down indeed."
		d.denied(t, "who does not judge", d.assist.Judge(t.Context(), sam, which, assist.Needed, why))
		d.exec(t, "UPDATE staff_members SET department = 'administrator' WHERE department = 'support'")
		promoted := sam.Details
		promoted.Seat.Department = "administrator"
		d.denied(t, "one’s own", d.assist.Judge(t.Context(), d.again(t, promoted), which, assist.Needed, why))
		for range 2 {
			d.Offset.Advance(25 * time.Hour)
			for range 2 {
				if err := d.assist.RemindOfEmergencies(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		if n := d.Count(t, "outbox", "kind = ?", assist.MailEmergency); n != 6 {
			t.Errorf("%d mails after two reminders", n)
		}
		for _, bad := range []struct{ finding, text string }{{"", why}, {"needed", "Yes"}} {
			err := d.assist.Judge(t.Context(), d.again(t, officer.Details), which, assist.Finding(bad.finding), bad.text)
			if f, ok := fault.As(err); !ok || f.Kind != fault.KindInvalid {
				t.Errorf("%+v was a finding: %v", bad, err)
			}
		}
		first := d.assist.Judge(t.Context(), d.again(t, officer.Details), which, assist.Unneeded, why)
		second := d.assist.Judge(t.Context(), d.again(t, admin.Details), which, assist.Misused, why)
		if f, ok := fault.As(second); first != nil || !ok || f.Kind != fault.KindConflict {
			t.Errorf("judged twice: %v, %v", first, second)
		}
		e, err := d.assist.Emergency(t.Context(), d.again(t, admin.Details), which)
		if err != nil || e.Waits() || e.Finding != assist.Unneeded || e.Found != why || e.Decider != "Colleague privacy" {
			t.Errorf("%+v %v", e, err)
		}
		if n := d.entries(t, activity.EmergencyClosed); n != 1 {
			t.Errorf("%d judgements in the client’s log", n)
		}
	})
}

// N8: judging an emergency ends what still runs of it.
func TestJudgingEndsAnEmergency(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		d := open(t, w)
		officer := d.colleague(t, dana, "privacy")
		token := d.session(t)
		if err := d.assist.Open(t.Context(), d.by(t, token, id.Account{}), d.northwind, alarm("billing")); err != nil {
			t.Fatal(err)
		}
		d.Offset.Advance(time.Minute)
		list, _, err := d.assist.Emergencies(t.Context(), d.again(t, officer.Details), true, id.Look{})
		if err != nil || len(list) != 1 {
			t.Fatal(err)
		}
		err = d.assist.Judge(t.Context(), d.again(t, officer.Details), list[0].ID, assist.Misused, "Stopped at once by me.")
		if err != nil {
			t.Fatal(err)
		}
		d.Offset.Advance(time.Second)
		if d.sees(t, d.by(t, token, id.Account{}), verb.BillingView, d.northwind) {
			t.Error("it stays open after it was judged")
		}
	})
}
