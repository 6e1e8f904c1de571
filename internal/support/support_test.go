package support_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/support"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }

// desk is a world with people and staff.
type desk struct {
	*testkit.World
	people  *identity.People
	support *support.Support
}

func open(w *testkit.World) desk {
	people := identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{
		Brand: "Harbour Hosting", Hasher: passwords.NewQuickHasher(),
	})
	return desk{World: w, people: people, support: support.New(w.Gate, w.Reader, w.Box, people, w.Outbox)}
}

// person makes somebody; with a department, one of the staff.
func (d desk) person(t *testing.T, email, name, department string) actor.Actor {
	t.Helper()
	n, err := d.people.Prepare(t.Context(), persons.NewPerson{
		Email: email, Name: name, Password: "seven wooden ferries sail", Staff: department != "",
	})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ClientsManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			e, err := d.people.CreatePerson(tx, g, n)
			if err != nil || department == "" {
				return e, err
			}
			return e, db.WithScope(tx.DB, "person_id", n.Person().Bytes()).Exec(
				"INSERT INTO staff_members (person_id, department, created_at) VALUES (?, ?, ?)",
				n.Person(), department, db.At(g.Now())).Error
		})
	if err != nil {
		t.Fatal(err)
	}
	now := d.Now(t)
	who := actor.Details{
		Kind: actor.Person, Person: n.Person(), Name: name, Session: id.New[id.SessionKind](), Now: now,
		SignedInAt: now, ProvedAt: now, FactorAt: now, Factor: actor.With(actor.ByPassword, actor.ByKey),
		Address: netip.MustParseAddr("192.0.2.24"),
	}
	if department != "" {
		who.Kind, who.Seat, who.Looks = actor.Staff, actor.Seat{Department: department}, d.Looks(t)
	}
	return actor.Enter(who)
}

func (d desk) open(t *testing.T, who actor.Actor, text string) id.Case {
	t.Helper()
	n := support.NewCase{
		ID: id.New[id.CaseKind](), Person: who.Person, Name: who.Name, Kind: support.Security, Severity: support.Urgent,
		Subject: "“This wasn’t me”: a new device", Text: text,
		Links: []support.Link{{Chain: id.PersonScope(who.Person), Seq: 1}},
	}
	for range 2 { // delivered twice, opened once
		if err := d.support.OpenCase(t.Context(), actor.NewSystem("test"), n); err != nil {
			t.Fatal(err)
		}
	}
	return n.ID
}

func kindIs(t *testing.T, err error, want fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); got != want {
		t.Fatalf("%v is of kind %q, not %q", err, got, want)
	}
}

// A1, A3: a case is read by the person whom it is for and by departments that have the permission, by nobody else.
func TestWhoReadsACase(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		d := open(w)
		olivia, ben := d.person(t, "olivia@a.example", "Olivia Marsh", ""), d.person(t, "ben@a.example", "Ben Okafor", "")
		sam := d.person(t, "sam@harbour.example", "Sam Doyle", "support")
		kay := d.person(t, "kay@harbour.example", "Kay Lund", "billing")
		pat := d.person(t, "pat@harbour.example", "Pat Reed", "privacy")
		c := d.open(t, olivia, "I was asleep.")
		for name, who := range map[string]actor.Actor{"Olivia": olivia} {
			got, err := d.support.MyCase(t.Context(), who, c)
			if err != nil || got.For != "Olivia Marsh" || len(got.Messages) != 1 || got.Messages[0].Body != "I was asleep." ||
				len(got.Links) != 1 || got.Links[0].Seq != 1 || !got.Messages[0].Mine {
				t.Fatalf("%s reads %+v %v", name, got, err)
			}
		}
		_, err := d.support.MyCase(t.Context(), ben, c)
		kindIs(t, err, fault.KindNotFound)
		kindIs(t, d.support.Reply(t.Context(), ben, c, "Let me in"), fault.KindNotFound)
		_, err = d.support.StaffCase(t.Context(), ben, c)
		kindIs(t, err, fault.KindDenied)
		if _, err = d.support.StaffCase(t.Context(), sam, c); err != nil {
			t.Fatal(err)
		}
		_, err = d.support.StaffCase(t.Context(), kay, c) // billing: only what concerns billing
		kindIs(t, err, fault.KindNotFound)
		kindIs(t, d.support.StaffReply(t.Context(), kay, c, "Hello"), fault.KindNotFound)
		page, err := d.support.Cases(t.Context(), kay, support.Filter{})
		if err != nil || len(page.Cases) != 0 {
			t.Fatalf("%+v %v", page, err)
		}
		for _, who := range []actor.Actor{pat, olivia} {
			_, err = d.support.Cases(t.Context(), who, support.Filter{})
			kindIs(t, err, fault.KindDenied)
			kindIs(t, d.support.Take(t.Context(), who, c, 1), fault.KindDenied)
			kindIs(t, d.support.Close(t.Context(), who, c, 1), fault.KindDenied)
		}
		page, err = d.support.Cases(t.Context(), sam, support.Filter{})
		if err != nil || len(page.Cases) != 1 || page.Cases[0].For != "Olivia Marsh" {
			t.Fatalf("%+v %v", page, err)
		}
	})
}

func TestACaseGoesToAndFro(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		d := open(w)
		olivia := d.person(t, "olivia@a.example", "Olivia Marsh", "")
		sam := d.person(t, "sam@h.example", "Sam Doyle", "support")
		rob := d.person(t, "rob@h.example", "Rob Finch", "technical")
		c := d.open(t, olivia, "")
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		state := func(want support.State, owner string, lines int) {
			t.Helper()
			got, err := d.support.MyCase(t.Context(), olivia, c)
			if err != nil || got.State != want || got.OwnedBy != owner || len(got.Messages) != lines {
				t.Fatalf("%+v %v", got, err)
			}
		}
		must(d.support.Take(t.Context(), sam, c, 1))
		kindIs(t, d.support.Take(t.Context(), rob, c, 1), fault.KindConflict) // seen before Sam took it
		kindIs(t, d.support.Take(t.Context(), sam, c, 2), fault.KindConflict)
		state(support.Open, "Sam Doyle", 2)
		kindIs(t, d.support.StaffReply(t.Context(), sam, c, "  "), fault.KindInvalid)
		must(d.support.StaffReply(t.Context(), rob, c, "Have you set a new password?"))
		state(support.Waiting, "Sam Doyle", 3)
		must(d.support.Reply(t.Context(), olivia, c, "Yes."))
		state(support.Open, "Sam Doyle", 4)
		must(d.support.Close(t.Context(), sam, c, 4))
		kindIs(t, d.support.Close(t.Context(), sam, c, 5), fault.KindConflict)
		state(support.Closed, "Sam Doyle", 5)
		must(d.support.Reply(t.Context(), olivia, c, "One more thing."))
		state(support.Open, "Sam Doyle", 6)

		var mails []support.ReplyMail
		w.Outbox.Handle(support.MailReply, func(_ context.Context, m outbox.Delivery) error {
			var r support.ReplyMail
			err := m.Decode(&r)
			mails = append(mails, r)
			return err
		})
		if _, err := w.Outbox.Deliver(t.Context()); err != nil || len(mails) != 2 || !mails[1].Closed {
			t.Errorf("mailed %+v %v", mails, err)
		}
		only := activity.Filter{Category: activity.CategorySupport}
		page, err := w.Log.Page(t.Context(), id.PersonScope(olivia.Person), only)
		if err != nil || len(page.Entries) != 6 || page.Entries[0].ActorID != olivia.Person {
			t.Errorf("%d entries, %v", len(page.Entries), err)
		}
	})
}

// The list walks an index and finds every case once, whatever the filter.
func TestTheListOfCases(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		d := open(w)
		olivia := d.person(t, "olivia@a.example", "Olivia Marsh", "")
		sam := d.person(t, "sam@h.example", "Sam Doyle", "support")
		for i := range 53 {
			c := d.open(t, olivia, "")
			if i < 2 {
				if err := d.support.Take(t.Context(), sam, c, 1); err != nil {
					t.Fatal(err)
				}
			}
		}
		seen := map[id.Case]bool{}
		for f := (support.Filter{State: support.Open}); ; {
			page, err := d.support.Cases(t.Context(), sam, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Cases {
				seen[c.ID] = true
			}
			if f.Before = page.Older; f.Before == "" {
				break
			}
		}
		if len(seen) != 53 {
			t.Errorf("%d cases were listed", len(seen))
		}
		for f, want := range map[support.Filter]int{
			{Mine: true}: 2, {State: support.Closed}: 0, {Before: "nonsense"}: 50, {Before: "1-" + strings.Repeat("z", 9)}: 50,
		} {
			page, err := d.support.Cases(t.Context(), sam, f)
			if err != nil || len(page.Cases) != want {
				t.Errorf("%+v lists %d, %v", f, len(page.Cases), err)
			}
		}
		mine, err := d.support.MyCases(t.Context(), olivia)
		if err != nil || len(mine) != 50 {
			t.Errorf("%d, %v", len(mine), err)
		}
	})
}

// A1: a case that is handed to billing is read there, and from then on by those who see every case; handed back, it is
// billing's no more. Nobody hands on what they do not see, what somebody changed meanwhile, or without a word.
func TestACaseIsHandedOver(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		d := open(w)
		olivia := d.person(t, "olivia@a.example", "Olivia Marsh", "")
		sam := d.person(t, "sam@h.example", "Sam Doyle", "support")
		kay := d.person(t, "kay@h.example", "Kay Lund", "billing")
		pat := d.person(t, "pat@h.example", "Pat Reed", "privacy")
		c := d.open(t, olivia, "")
		over := func(who actor.Actor, to support.Desk, text string, version int64) error {
			return d.support.HandOver(t.Context(), who, c, to, text, version)
		}
		if err := d.support.Take(t.Context(), sam, c, 1); err != nil {
			t.Fatal(err)
		}
		kindIs(t, over(kay, support.BillingDesk, "Mine, please", 2), fault.KindNotFound)
		kindIs(t, over(pat, support.BillingDesk, "For you", 2), fault.KindDenied)
		kindIs(t, over(olivia, support.BillingDesk, "For you", 2), fault.KindDenied)
		kindIs(t, over(sam, support.BillingDesk, " ", 2), fault.KindInvalid)
		kindIs(t, over(sam, support.SupportDesk, "For us", 2), fault.KindConflict)
		kindIs(t, over(sam, "elsewhere", "For them", 2), fault.KindInvalid)
		kindIs(t, over(sam, support.BillingDesk, "For you", 1), fault.KindConflict)
		if err := over(sam, support.BillingDesk, "Is it paid?", 2); err != nil {
			t.Fatal(err)
		}
		for _, who := range []actor.Actor{kay, sam} {
			got, err := d.support.StaffCase(t.Context(), who, c)
			if err != nil || !got.Owner.IsZero() || got.State != support.Open || got.Kind.Desk() != support.BillingDesk ||
				got.Messages[2].Kind != support.Handed || got.Messages[2].Body != "Is it paid?" {
				t.Fatalf("%+v: %v", got, err)
			}
		}
		page, err := d.support.Cases(t.Context(), kay, support.Filter{})
		if err != nil || len(page.Cases) != 1 {
			t.Fatalf("%+v %v", page, err)
		}
		if err := over(kay, support.SupportDesk, "It is.", 3); err != nil {
			t.Fatal(err)
		}
		_, err = d.support.StaffCase(t.Context(), kay, c)
		kindIs(t, err, fault.KindNotFound)
		if mine, err := d.support.MyCase(t.Context(), olivia, c); err != nil || len(mine.Messages) != 4 {
			t.Fatalf("%+v: %v", mine, err)
		}
	})
}
