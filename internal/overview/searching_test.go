package overview_test

import (
	"slices"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/overview"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/names"
	"gatehouse/internal/testkit"
)

// found are the clients that a query finds, and whether they fit but for a typing error.
func (v *town) found(t *testing.T, who actor.Actor, query overview.ClientQuery) ([]string, bool) {
	t.Helper()
	page, err := v.overview.Clients(t.Context(), who, query)
	if err != nil {
		t.Fatalf("%+v: %v", query, err)
	}
	var list []string
	for _, row := range page.Rows {
		list = append(list, row.Account.Name)
	}
	return list, page.Near
}

func (v *town) search(t *testing.T, who actor.Actor, words string) []string {
	t.Helper()
	list, _ := v.found(t, who, overview.ClientQuery{Search: words})
	return list
}

func TestClientsAreFoundByWhatStaffKnowOfThem(t *testing.T) { // A2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		v.readdress(t, v.account, "14 Mill Lane", "Whitby")
		tom, bea, root := v.staff(t, "technical"), v.staff(t, "billing"), v.staff(t, "administrator")
		northwind, cafe := []string{"Northwind Bakery Ltd"}, []string{"Café Copperfield"}
		for search, want := range map[string][]string{
			"northwind": northwind, "BAKERY north": northwind, "cafe": cafe, "øst": cafe, "marsh olivia": northwind,
			"ben@northwind.example": northwind, "BEN@Northwind.example": northwind, "Okafor": northwind,
			"shop.northwind.example": northwind, "copperfield.example": cafe, "nobody": nil, "%": nil,
			"  ": {cafe[0], northwind[0]}, v.older: northwind, "mill lane whitby": northwind,
		} {
			if got := v.search(t, root, search); !slices.Equal(got, want) {
				t.Errorf("%q found %q", search, got)
			}
		}
		for search, want := range map[string][]string{
			"nortwind": northwind, "nrothwind bakeyr": northwind, "coperfield": cafe, "olivai": northwind,
			"shop.nortwind.example": northwind, "ben@nortwind.example": northwind,
		} {
			got, near := v.found(t, root, overview.ClientQuery{Search: search})
			if !slices.Equal(got, want) || !near {
				t.Errorf("%q found %q, as near: %v", search, got, near)
			}
		}
		for who, hidden := range map[*actor.Actor][]string{
			&bea: {"shop.northwind.example", "shop.nortwind.example", "blog.northwind.example"},
			&tom: {v.older, "mill lane", "whitby"},
		} {
			for _, search := range hidden {
				if got := v.search(t, *who, search); got != nil {
					t.Errorf("%s found a client by what it may not see, %q: %q", who.Seat.Department, search, got)
				}
			}
		}
		if got := v.search(t, bea, "whitby"); !slices.Equal(got, northwind) {
			t.Errorf("billing does not find a client by its address: %q", got)
		}
	})
}

// again is somebody of staff as they ask now.
func (v *town) again(t *testing.T, who actor.Actor) actor.Actor {
	t.Helper()
	now := v.Now(t)
	return actor.Enter(actor.Details{
		Kind: actor.Staff, Person: who.Person, Name: who.Name, Session: who.Session, FactorAt: now, Factor: who.Factor,
		Seat: who.Seat, Now: now, Looks: v.Looks(t),
	})
}

// readdress gives an account another address, as its people would.
func (v *town) readdress(t *testing.T, account id.Account, line, city string) {
	t.Helper()
	key := account.Bytes()
	v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if err := names.Accounts.Changed(tx.DB); err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(activity.AccountEdited, activity.Details{}), g.On(tx.DB).Exec(
			"UPDATE accounts SET line1 = ?, city = ?, version = version + 1 WHERE account_id = ?",
			v.seal(t, "accounts", "line1", key, line), v.seal(t, "accounts", "city", key, city), key).Error
	})
}

// What was written a moment ago, on this node or another, is found; what is no more is not, at the latest after a
// while.
// A client is found by a domain beyond ASCII as people write it and as it is kept, with a typing error too.
func TestClientsAreFoundByEitherFormOfADomain(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		v.serve(t, v.account, "münchner-brot.example")
		root := v.staff(t, "administrator")
		for search, near := range map[string]bool{
			"münchner-brot.example": false, "MÜNCHNER": false, "xn--mnchner-brot-dlb.example": false, "munchner": false,
			"münchnr-brot.example": true, "xn--mnchenr-brot-dlb.example": true, "munchnre": true,
		} {
			got, isNear := v.found(t, root, overview.ClientQuery{Search: search})
			if !slices.Equal(got, []string{"Northwind Bakery Ltd"}) || isNear != near {
				t.Errorf("%q found %q, as near: %v", search, got, isNear)
			}
		}
	})
}

func TestASearchOfClientsIsNotStale(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		tom := v.staff(t, "technical")
		if got := v.search(t, tom, "northwind"); len(got) != 1 {
			t.Fatalf("found %q", got)
		}
		ctx, n := db.CountStatements(t.Context())
		if _, err := v.overview.Clients(ctx, tom, overview.ClientQuery{Search: "northwind"}); err != nil || n.Load() != 2 {
			t.Errorf("%d statements, %v", n.Load(), err)
		}
		tin := v.town.account(t, "Tin & Sons")
		if got := v.search(t, tom, "tin"); !slices.Equal(got, []string{"Tin & Sons"}) {
			t.Errorf("a new client: %q", got)
		}
		v.join(t, tin, v.person(t, "Petra Novak", "petra@novak.example"), "owner")
		if got := v.search(t, tom, "novak"); !slices.Equal(got, []string{"Tin & Sons"}) {
			t.Errorf("a new contact: %q", got)
		}
		v.serve(t, tin, "kettles.example")
		if got := v.search(t, tom, "ketles.example"); !slices.Equal(got, []string{"Tin & Sons"}) {
			t.Errorf("a new service: %q", got)
		}
		v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := names.Accounts.Changed(tx.DB); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.AccountEdited, activity.Details{}), g.On(tx.DB).Exec(
				"UPDATE accounts SET name = ?, version = version + 1 WHERE account_id = ?",
				v.seal(t, "accounts", "name", tin.Bytes(), "Pewter & Sons"), tin).Error
		})
		if got := v.search(t, tom, "tin sons"); got != nil {
			t.Errorf("found by the old name: %q", got)
		}
		if got := v.search(t, tom, "pewter"); len(got) != 1 {
			t.Errorf("not found by the new name: %q", got)
		}
		v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			return g.Entry(activity.ContactRemoved, activity.Details{}), g.On(tx.DB).Exec(
				"DELETE FROM memberships WHERE account_id = ?", tin).Error
		})
		w.Offset.Advance(11 * time.Minute)
		tom = v.again(t, tom)
		if got := v.search(t, tom, "novak"); got != nil {
			t.Errorf("found by somebody who has left: %q", got)
		}
		if clients, words, size := v.overview.SearchSize(); clients != 3 || words < 10 || size == 0 {
			t.Errorf("in memory: %d clients, %d words, %d bytes", clients, words, size)
		}
	})
}

func TestListsOfClientsAreFiltered(t *testing.T) { // A2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		root := v.staff(t, "administrator")
		if err := v.hosting.Suspend(t.Context(), actor.NewSystem("test"), v.account, v.shop, "Overdue."); err != nil {
			t.Fatal(err)
		}
		for filter, want := range map[overview.ClientFilter][]string{
			overview.OverdueClients: {"Northwind Bakery Ltd"}, overview.SuspendedSites: {"Northwind Bakery Ltd"},
			overview.NewClients: {"Café Copperfield", "Northwind Bakery Ltd"}, overview.NotReviewed: nil,
			overview.AllClients: {"Café Copperfield", "Northwind Bakery Ltd"},
		} {
			if got, _ := v.found(t, root, overview.ClientQuery{Only: filter}); !slices.Equal(got, want) {
				t.Errorf("%q: %q", filter, got)
			}
			if got, _ := v.found(t, root, overview.ClientQuery{Only: filter, Search: "copperfield"}); len(got) > 1 {
				t.Errorf("%q of those found: %q", filter, got)
			}
		}
		tin := v.town.account(t, "Tin & Sons")
		petra := v.person(t, "Petra Novak", "petra@tin.example")
		v.join(t, tin, petra, "owner")
		has := func(filter overview.ClientFilter) bool {
			got, _ := v.found(t, root, overview.ClientQuery{Only: filter})
			return slices.Contains(got, "Tin & Sons")
		}
		if !has(overview.NoSecondFactor) {
			t.Error("a client without a second factor is not listed")
		}
		v.factor(t, petra, "totp", false)
		if !has(overview.NoSecondFactor) {
			t.Error("a factor that was never used counts")
		}
		v.factor(t, petra, "totp", true)
		if has(overview.NoSecondFactor) {
			t.Error("a client is listed whose only contact has a second factor")
		}
		w.Offset.Advance(370 * 24 * time.Hour)
		root = v.again(t, root)
		if has(overview.NewClients) || !has(overview.NotReviewed) {
			t.Error("after a year a client is new, or was reviewed")
		}
		bea, tom := v.staff(t, "billing"), v.staff(t, "technical")
		_, err := v.overview.Clients(t.Context(), bea, overview.ClientQuery{Only: overview.SuspendedSites})
		if fault.KindOf(err) != fault.KindDenied {
			t.Errorf("billing lists suspended services: %v", err)
		}
		_, err = v.overview.Clients(t.Context(), tom, overview.ClientQuery{Only: overview.OverdueClients})
		if fault.KindOf(err) != fault.KindDenied {
			t.Errorf("technical staff list who owes money: %v", err)
		}
		_, err = v.overview.Clients(t.Context(), root, overview.ClientQuery{Only: "all"})
		if fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a filter that there is not: %v", err)
		}
		if got := overview.ClientFilters(false, true); slices.Contains(got, overview.SuspendedSites) ||
			!slices.Contains(got, overview.OverdueClients) {
			t.Errorf("billing is offered %q", got)
		}
	})
}
