package ownership_test

import (
	"slices"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/ownership"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
)

// staff is somebody of a department, with a key used this moment.
func staff(t *testing.T, h *house.House, email, department string) actor.Actor {
	t.Helper()
	made, err := h.Accounts.CreateStaff(t.Context(), actor.NewShell("root"), persons.NewPerson{
		Email: email, Name: "Staff " + department, Password: house.Passphrase,
	}, department)
	if err != nil {
		t.Fatal(err)
	}
	now := h.Now(t)
	return actor.Enter(actor.Details{
		Kind: actor.Staff, Person: made.Person, Name: "Staff " + department, Factor: actor.ByPasskey, FactorAt: now,
		ProvedAt: now, Now: now, Seat: actor.Seat{Department: department}, Looks: h.Looks(t),
	})
}

func rename(reason string) ownership.Ask {
	return ownership.Ask{Kind: ownership.LegalName, Name: "Northwind Bakery Ltd", Reason: reason}
}

// What an account is called changes when staff have approved it, once; the log says it both times.
func TestTheProviderDecidesAboutTheName(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h, account := northwind(t, w)
		ask := func(by string, a ownership.Ask) error {
			return h.Ownership.Request(t.Context(), h.As(t, by, account), account, a)
		}
		house.KindIs(t, "an administrator asks", ask(adam, rename("We are a limited company now")), fault.KindDenied)
		house.FieldIs(t, "without a reason", ask(olivia, rename(" ")), "reason")
		house.FieldIs(t, "without a name", ask(olivia, ownership.Ask{Kind: ownership.LegalName, Reason: "x"}), "name")
		house.FieldIs(t, "nothing known", ask(olivia, ownership.Ask{Kind: "colour", Reason: "x"}), "kind")
		if err := ask(olivia, rename("We are a limited company now")); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "asked twice", ask(olivia, rename("Please")), fault.KindConflict)
		list, err := h.Ownership.Requests(t.Context(), h.As(t, adam, account), account)
		if err != nil || len(list) != 1 || !list[0].Open() || list[0].Now != "Northwind" ||
			list[0].Wanted != "Northwind Bakery Ltd" || list[0].Reason != "We are a limited company now" {
			t.Fatalf("%+v, %v", list, err)
		}
		_, err = h.Ownership.Requests(t.Context(), h.As(t, ben, account), account)
		house.KindIs(t, "a billing contact looks", err, fault.KindDenied)

		support, bea := staff(t, h, "sam@harbour.example", "support"), staff(t, h, "bea@harbour.example", "billing")
		_, err = h.Ownership.ForStaff(t.Context(), support, list[0].ID)
		house.KindIs(t, "support looks", err, fault.KindDenied)
		_, err = h.Ownership.ForStaff(t.Context(), h.As(t, olivia, account), list[0].ID)
		house.KindIs(t, "a client looks", err, fault.KindDenied)
		one, err := h.Ownership.ForStaff(t.Context(), bea, list[0].ID)
		if err != nil || one.Account != account {
			t.Fatalf("%+v, %v", one, err)
		}
		decide := func(who actor.Actor, v ownership.Verdict) error {
			return h.Ownership.Decide(t.Context(), who, one.ID, v)
		}
		house.KindIs(t, "support decides", decide(support, ownership.Verdict{Approve: true}), fault.KindDenied)
		house.FieldIs(t, "declined without a reason", decide(bea, ownership.Verdict{}), "answer")
		if err := decide(bea, ownership.Verdict{Approve: true, Answer: "Checked at Companies House"}); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "decided twice", decide(bea, ownership.Verdict{Answer: "No"}), fault.KindConflict)
		if of, err := h.Accounts.Account(t.Context(), h.As(t, ben, account), account); err != nil ||
			of.Name != "Northwind Bakery Ltd" {
			t.Errorf("called %s, %v", of.Name, err)
		}
		actions := h.Actions(t, id.AccountScope(account))
		for _, want := range []activity.Action{activity.ChangeRequested, activity.ChangeApproved} {
			if !slices.Contains(actions, want) {
				t.Errorf("%s is not in the log", want)
			}
		}
		m := house.Told[ownership.DecisionMail](t, h, ownership.MailDecision)
		if !m.Approved || m.New != "Northwind Bakery Ltd" || m.Answer != "Checked at Companies House" {
			t.Errorf("told %+v", m)
		}
	})
}

// The main contact is the owner who is there the longest until staff approve another one, and again when that one is
// gone.
func TestTheProviderDecidesAboutTheMainContact(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h, account := northwind(t, w)
		speaks := func(email string) {
			t.Helper()
			got, err := h.Ownership.MainContact(t.Context(), h.As(t, olivia, account), account)
			if err != nil || got.Email != email {
				t.Errorf("%s speaks for the account, not %s: %v", got.Email, email, err)
			}
		}
		ask := func(to string) error {
			return h.Ownership.Request(t.Context(), h.As(t, olivia, account), account, ownership.Ask{
				Kind: ownership.Primary, Contact: h.Contact(t, account, to).ID, Reason: "I am away for a year",
			})
		}
		speaks(olivia)
		house.FieldIs(t, "the same", ask(olivia), "contact")
		if err := ask(adam); err != nil {
			t.Fatal(err)
		}
		root := staff(t, h, "root@harbour.example", "administrator")
		queue, err := h.Ownership.Requests(t.Context(), h.As(t, olivia, account), account)
		if err != nil || len(queue) != 1 || queue[0].Now != "Person "+olivia || queue[0].Wanted != "Person "+adam {
			t.Fatalf("%+v, %v", queue, err)
		}
		if err := h.Ownership.Decide(t.Context(), root, queue[0].ID, ownership.Verdict{Answer: "Call us first"}); err != nil {
			t.Fatal(err)
		}
		speaks(olivia)
		if err := ask(adam); err != nil {
			t.Fatal(err)
		}
		list, err := h.Ownership.Requests(t.Context(), h.As(t, olivia, account), account)
		if err != nil || len(list) != 2 || list[1].Answer != "Call us first" {
			t.Fatalf("%+v, %v", list, err)
		}
		if err := h.Ownership.Unrequest(t.Context(), h.As(t, olivia, account), account, list[0].ID); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "withdrawn", h.Ownership.Decide(t.Context(), root, list[0].ID,
			ownership.Verdict{Approve: true}), fault.KindConflict)
		if err := ask(adam); err != nil {
			t.Fatal(err)
		}
		list, err = h.Ownership.Requests(t.Context(), h.As(t, olivia, account), account)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Ownership.Decide(t.Context(), root, list[0].ID, ownership.Verdict{Approve: true}); err != nil {
			t.Fatal(err)
		}
		speaks(adam)
		c := h.Contact(t, account, adam)
		if err := h.Accounts.Remove(t.Context(), h.As(t, olivia, account), account, c.ID); err != nil {
			t.Fatal(err)
		}
		speaks(olivia)
	})
}

// A1: a request of another account does not exist, and nobody of the staff decides about what they asked for.
func TestRequestsOfOthers(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h, account := northwind(t, w)
		other := h.Account(t, "Copperfield", carl)
		if err := h.Ownership.Request(t.Context(), h.As(t, olivia, account), account, rename("New company")); err != nil {
			t.Fatal(err)
		}
		root := staff(t, h, "root@harbour.example", "administrator")
		queue, err := h.Ownership.Requests(t.Context(), h.As(t, olivia, account), account)
		if err != nil || len(queue) != 1 {
			t.Fatalf("%+v, %v", queue, err)
		}
		err = h.Ownership.Unrequest(t.Context(), h.As(t, carl, other), other, queue[0].ID)
		house.KindIs(t, "withdrawn from another account", err, fault.KindNotFound)
		err = h.Ownership.Unrequest(t.Context(), h.As(t, carl, account), account, queue[0].ID)
		house.KindIs(t, "withdrawn by a stranger", err, fault.KindNotFound)
		self := root
		self.Person = h.As(t, olivia, account).Person
		err = h.Accounts.GrantSeat(t.Context(), actor.NewShell("root"), self.Person, "administrator")
		if err != nil {
			t.Fatal(err)
		}
		err = h.Ownership.Decide(t.Context(), self, queue[0].ID, ownership.Verdict{Approve: true})
		house.KindIs(t, "approved by the one who asked", err, fault.KindConflict)
	})
}
