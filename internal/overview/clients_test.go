package overview_test

import (
	"fmt"
	"reflect"
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/overview"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

func TestEachDepartmentSeesOfClientsWhatItNeeds(t *testing.T) { // A2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		for department, sees := range map[string]struct{ services, money bool }{
			"support": {true, false}, "billing": {false, true}, "technical": {true, false},
			"administrator": {true, true}, "privacy": {false, false},
		} {
			who := v.staff(t, department)
			page, err := v.overview.Clients(t.Context(), who, overview.ClientQuery{})
			if err != nil || len(page.Rows) != 2 || !page.Next.IsZero() {
				t.Fatalf("%s: %+v, %v", department, page, err)
			}
			ctx, n := db.CountStatements(t.Context()) // what is looked at was recorded the first time
			if _, err := v.overview.Clients(ctx, who, overview.ClientQuery{}); err != nil || n.Load() != 1 {
				t.Errorf("%s: %d statements, %v", department, n.Load(), err)
			}
			carl, olivia := page.Rows[0], page.Rows[1] // the newest first
			if carl.Owner != "Carl Øst" || olivia.Owner != "Olivia Marsh" || olivia.Account.Name != "Northwind Bakery Ltd" {
				t.Errorf("%s sees %+v", department, page.Rows)
			}
			if (olivia.Services != nil) != sees.services || sees.services && *olivia.Services != 2 {
				t.Errorf("%s sees the services %v", department, olivia.Services)
			}
			if (olivia.Overdue != nil) != sees.money || carl.Overdue != nil ||
				sees.money && *olivia.Overdue != money.New(10000, money.GBP) {
				t.Errorf("%s sees overdue %v and %v", department, olivia.Overdue, carl.Overdue)
			}
			client, err := v.overview.Client(t.Context(), who, v.account)
			if err != nil || client.Owner != "Olivia Marsh" || client.People.Count != 5 ||
				client.People.List[1].Email != "ben@northwind.example" || (client.Services != nil) != sees.services ||
				client.Billing != sees.money || (len(client.Invoices) == 2) != sees.money {
				t.Errorf("%s sees the client %+v, %v", department, client, err)
			}
		}
	})
}

func TestEachDepartmentSeesTheFiguresThatItActsOn(t *testing.T) { // A2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		system := actor.NewSystem("test")
		if err := v.hosting.Suspend(t.Context(), system, v.account, v.shop, "Overdue."); err != nil {
			t.Fatal(err)
		}
		for department, sees := range map[string]struct{ money, services, mails bool }{
			"support": {false, true, false}, "billing": {true, false, false}, "technical": {false, true, false},
			"administrator": {true, true, true}, "privacy": {false, false, false},
		} {
			who := v.staff(t, department)
			if _, err := v.overview.Figures(t.Context(), who); err != nil {
				t.Fatal(department, err)
			}
			ctx, n := db.CountStatements(t.Context())
			f, err := v.overview.Figures(ctx, who)
			if err != nil || n.Load() != 1 || f.Clients != 2 {
				t.Errorf("%s: %+v in %d statements, %v", department, f, n.Load(), err)
			}
			overdue := overview.OverdueFigures{Invoices: 1, Amounts: []money.Amount{money.New(10000, money.GBP)}}
			if (f.Overdue != nil) != sees.money || sees.money && !reflect.DeepEqual(*f.Overdue, overdue) {
				t.Errorf("%s sees of money %+v", department, f.Overdue)
			}
			if (f.Services != nil) != sees.services || sees.services && f.Services.Suspended != 1 {
				t.Errorf("%s sees of services %+v", department, f.Services)
			}
			if (f.Unsent != nil) != sees.mails || sees.mails && *f.Unsent != 0 {
				t.Errorf("%s sees of mails %v", department, f.Unsent)
			}
		}
		olivia := v.join(t, v.account, v.person(t, "Olive", "olive@northwind.example"), "owner")
		if _, err := v.overview.Figures(t.Context(), olivia); fault.KindOf(err) != fault.KindDenied {
			t.Errorf("a customer sees the provider's figures: %v", err)
		}
	})
}

func TestALookAtAClientIsInTheClientsLog(t *testing.T) { // L1
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		sam := v.staff(t, "administrator")
		if _, err := v.overview.Client(t.Context(), sam, v.account); err != nil {
			t.Fatal(err)
		}
		ctx, n := db.CountStatements(t.Context())
		client, err := v.overview.Client(ctx, sam, v.account)
		if err != nil || n.Load() != 2 || len(client.Did) == 0 || client.Did[0].ActorID != sam.Person {
			t.Fatalf("%+v, %d statements, %v", client.Did, n.Load(), err)
		}
		if len(client.Invoices) != 2 || client.Invoices[0].Number != v.older || client.Invoices[1].State != "overdue" ||
			client.Invoices[1].Left != money.New(10000, money.GBP) {
			t.Errorf("invoices %+v", client.Invoices)
		}
		page, err := w.Log.Page(t.Context(), id.AccountScope(v.account), activity.Filter{Action: activity.DataViewed})
		if err != nil || len(page.Entries) != 3 { // who has access, services, invoices
			t.Errorf("the client reads %+v, %v", page.Entries, err)
		}
		nobody := id.New[id.AccountKind]()
		if _, err := v.overview.Client(t.Context(), sam, nobody); fault.KindOf(err) != fault.KindUnsaid {
			t.Errorf("no such client, without a reason: %v", err)
		}
		sam.Looks = testkit.LooksAt(w.Now(t), nobody)
		if _, err := v.overview.Client(t.Context(), sam, nobody); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("no such client: %v", err)
		}
	})
}

func TestAnInvitedOwnerIsShownAsInvited(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		account, err := v.accounts.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
			Name: "Pixelworks Studio", Currency: "GBP", OwnerEmail: "priya@pixelworks.example",
		})
		if err != nil {
			t.Fatal(err)
		}
		client, err := v.overview.Client(t.Context(), v.staff(t, "support"), account)
		if err != nil || client.Owner != "" || len(client.Invited) != 1 ||
			client.Invited[0].Email != "priya@pixelworks.example" || client.Invited[0].RoleName != "Owner" {
			t.Errorf("%+v, %v", client, err)
		}
	})
}

func TestClientsComeAPageAtATime(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	v := newTown(t, w)
	for i := range 55 {
		v.account(t, fmt.Sprintf("Client %d", i))
	}
	sam := v.staff(t, "support")
	for _, search := range []string{"", "client"} {
		first, err := v.overview.Clients(t.Context(), sam, overview.ClientQuery{Search: search})
		if err != nil || len(first.Rows) != 50 || first.Rows[0].Account.Name != "Client 54" {
			t.Fatalf("%d rows, %v", len(first.Rows), err)
		}
		second, err := v.overview.Clients(t.Context(), sam, overview.ClientQuery{Search: search, Before: first.Next})
		if err != nil || len(second.Rows) != 5 || !second.Next.IsZero() || second.Rows[4].Account.Name != "Client 0" {
			t.Fatalf("%d rows, %v", len(second.Rows), err)
		}
	}
}
