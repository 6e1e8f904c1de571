package accounts_test

import (
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/testkit"
)

func TestSeats(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		shell, ctx := actor.NewShell("root"), t.Context()
		create := func(email, department string) id.Person {
			t.Helper()
			made, err := h.accounts.CreateStaff(ctx, shell, persons.NewPerson{
				Email: email, Name: "Person " + email, Password: passphrase,
			}, department)
			if err != nil {
				t.Fatal(err)
			}
			return made.Person
		}
		_, err := h.accounts.CreateStaff(ctx, shell, persons.NewPerson{
			Email: "x@harbour.example", Name: "X", Password: passphrase,
		}, "operator")
		fieldIs(t, "an internal name", err, "department") // A8
		root, sam := create("root@harbour.example", "administrator"), create("sam@harbour.example", "support")
		seat := func(email string) actor.Actor { return factored(h.as(t, email, id.Account{})) }
		if who := h.as(t, "root@harbour.example", id.Account{}); who.Kind != actor.Staff ||
			who.Seat.Department != "administrator" {
			t.Errorf("%+v", who.Details)
		}
		_, err = h.accounts.Create(ctx, h.as(t, "root@harbour.example", id.Account{}),
			accounts.NewAccount{Name: "Northwind", Currency: "GBP", OwnerEmail: olivia})
		kindIs(t, "staff without a second factor", err, fault.KindDenied) // S12
		account, err := h.accounts.Create(ctx, seat("root@harbour.example"),
			accounts.NewAccount{Name: "Northwind", Currency: "GBP", OwnerEmail: olivia})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.accounts.Create(ctx, seat("sam@harbour.example"),
			accounts.NewAccount{Name: "Northwind", Currency: "GBP", OwnerEmail: olivia})
		kindIs(t, "support makes an account", err, fault.KindDenied)
		said := seat("root@harbour.example")
		kindIs(t, "without a reason", h.accounts.InviteOwner(ctx, said, account, oscar), fault.KindUnsaid)
		said.Looks = w.Looks(t)
		if err := h.accounts.InviteOwner(ctx, said, account, oscar); err != nil {
			t.Fatal(err)
		}
		h.accept(t, oscar)
		_, err = h.accounts.Create(ctx, shell, accounts.NewAccount{Currency: "XXX", OwnerEmail: "nobody"})
		if f, ok := fault.As(err); !ok || len(f.Fields) != 3 {
			t.Errorf("three wrong fields: %v", err)
		}
		clients, next, err := h.accounts.Clients(ctx, seat("sam@harbour.example"), id.Account{})
		if err != nil || len(clients) != 1 || clients[0].Name != "Northwind" || !next.IsZero() {
			t.Errorf("clients: %+v, %v", clients, err)
		}
		own := h.accounts.GrantSeat(ctx, seat("root@harbour.example"), root, "support")
		kindIs(t, "own seat", own, fault.KindDenied) // A3
		kindIs(t, "by support", h.accounts.GrantSeat(ctx, seat("sam@harbour.example"), root, "support"), fault.KindDenied)
		earlier := seat("sam@harbour.example")
		alone := h.accounts.GrantSeat(ctx, seat("root@harbour.example"), sam, "billing")
		kindIs(t, "an administrator alone", alone, fault.KindDenied) // A10
		if err := h.accounts.GrantSeat(ctx, shell, sam, "billing"); err != nil {
			t.Fatal(err)
		}
		kindIs(t, "the same again", h.accounts.GrantSeat(ctx, shell, sam, "billing"), fault.KindConflict)
		if err := h.accounts.EndSeat(ctx, shell, sam); err != nil {
			t.Fatal(err)
		}
		_, err = h.accounts.Create(ctx, earlier, accounts.NewAccount{Name: "X", Currency: "GBP", OwnerEmail: olivia})
		kindIs(t, "a request from before the end of the seat", err, fault.KindDenied) // A6
		if who := h.as(t, "sam@harbour.example", id.Account{}); who.Kind != actor.Person || who.Seat.Department != "" {
			t.Errorf("%+v", who.Details)
		}
		var log []activity.Action
		for _, e := range h.entries(t, id.PersonScope(sam)) {
			log = append(log, e.Action)
		}
		if len(log) < 3 || log[0] != activity.SignedIn && log[0] != activity.SeatEnded {
			t.Errorf("the person's own log says %v", log)
		}
	})
}

// factored is the actor as if a second factor had just been used.
func factored(who actor.Actor) actor.Actor {
	d := who.Details
	d.FactorAt, d.Factor = d.Now, actor.With(actor.ByPassword, actor.ByKey)
	return actor.Enter(d)
}
