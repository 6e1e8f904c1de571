package overview_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/overview"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// A list that no index leads to looks at so many clients for each page, and each client is on one page. Those that an
// index leads to are found at once, however far down they are.
func TestAListLooksAtSoManyClients(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		v.overview.Small(3, 1000)
		root := v.staff(t, "administrator")
		if err := v.hosting.Suspend(t.Context(), actor.NewSystem("test"), v.account, v.shop, "Overdue."); err != nil {
			t.Fatal(err)
		}
		for i := range 7 { // newer than the bakery, which is where all things stand out
			v.town.account(t, fmt.Sprint("Newer ", i))
		}
		for _, filter := range []overview.ClientFilter{overview.OverdueClients, overview.SuspendedSites} {
			v.found(t, root, overview.ClientQuery{Only: filter}) // the first look is in the log
			ctx, n := db.CountStatements(t.Context())
			page, err := v.overview.Clients(ctx, root, overview.ClientQuery{Only: filter})
			if err != nil || len(page.Rows) != 1 || page.Rows[0].Account.ID != v.account || page.Looked || n.Load() != 1 {
				t.Errorf("%s: %+v in %d statements, %v", filter, page, n.Load(), err)
			}
			page, err = v.overview.Clients(t.Context(), root, overview.ClientQuery{Only: filter, Before: v.account})
			if err != nil || len(page.Rows) != 0 {
				t.Errorf("%s: behind it are %d, %v", filter, len(page.Rows), err)
			}
		}
		var names []string
		pages, before := 0, id.Account{}
		for ; pages < 9; pages++ {
			ctx, n := db.CountStatements(t.Context())
			page, err := v.overview.Clients(ctx, root, overview.ClientQuery{Only: overview.NoSecondFactor, Before: before})
			if err != nil || n.Load() > 2 || page.Looked == page.Next.IsZero() {
				t.Fatalf("%+v in %d statements, %v", page, n.Load(), err)
			}
			for _, row := range page.Rows {
				names = append(names, row.Account.Name)
			}
			if before = page.Next; before.IsZero() {
				break
			}
		}
		if !slices.Equal(names, []string{"Café Copperfield", "Northwind Bakery Ltd"}) || pages != 2 { // nine clients
			t.Errorf("%q on %d pages", names, pages+1)
		}
		list, _ := v.found(t, root, overview.ClientQuery{Only: overview.NoSecondFactor, Search: "northwind"})
		if !slices.Equal(list, names[1:]) {
			t.Errorf("a search in the list finds %q", list)
		}
	})
}

// With many clients, figures are counted once a minute for all departments. Nobody sees more by that.
func TestFiguresOfManyClientsAreKept(t *testing.T) { // A2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		v.overview.Small(1000, 1)
		tom, bea := v.staff(t, "technical"), v.staff(t, "billing")
		look := func() { // the first look of each half hour is in the log
			for _, who := range []actor.Actor{tom, bea} {
				v.found(t, v.again(t, who), overview.ClientQuery{})
			}
		}
		look()
		see := func(who actor.Actor, statements int64, clients int) overview.Figures {
			t.Helper()
			ctx, n := db.CountStatements(t.Context())
			f, err := v.overview.Figures(ctx, v.again(t, who))
			if err != nil || n.Load() != statements || f.Clients != clients {
				t.Errorf("%d clients in %d statements, %v", f.Clients, n.Load(), err)
			}
			return f
		}
		see(tom, 1, 2) // nobody knows yet that they are many
		if f := see(tom, 1, 2); f.At.IsZero() || f.Overdue != nil || f.Services == nil {
			t.Errorf("technical staff see %+v", f)
		}
		v.town.account(t, "Tin & Sons")
		if f := see(bea, 0, 2); f.At.IsZero() || f.Overdue == nil || f.Overdue.Invoices == 0 || f.Services != nil {
			t.Errorf("billing sees %+v", f)
		}
		w.Offset.Advance(2 * time.Minute)
		look()
		see(bea, 1, 3)
		see(tom, 0, 3)
	})
}
