package hosting_test

import (
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// Accounts are found by the servers that their services are on, each once, a page at a time; by nobody but those who
// publish incidents.
func TestAccountsAreFoundByTheirServers(t *testing.T) { // A1
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		who := actor.NewSystem("test")
		empty, err := v.hosting.CreateServer(t.Context(), who, hosting.NewServer{
			Name: "gannet", Panel: hosting.NoPanel, Host: "gannet.harbour.example",
		})
		if err != nil {
			t.Fatal(err)
		}
		found := map[id.Account]int{}
		var after id.Account
		for range 3 {
			page, err := v.hosting.AccountsOn(t.Context(), who, []id.Server{v.server, empty}, after, 1)
			if err != nil || len(page) > 1 {
				t.Fatalf("%v, %v", page, err)
			}
			for _, account := range page {
				found[account]++
				after = account
			}
		}
		if len(found) != 2 || found[v.account] != 1 || found[v.foreign] != 1 {
			t.Errorf("found %v", found)
		}
		for name, c := range map[string]struct {
			servers []id.Server
			want    int
		}{"both": {[]id.Server{v.server, empty}, 2}, "an empty one": {[]id.Server{empty}, 0}, "none": {nil, 0}} {
			if n, err := v.hosting.CountOn(t.Context(), who, c.servers); err != nil || n != c.want {
				t.Errorf("%s: %d, %v", name, n, err)
			}
		}
		if _, err := v.hosting.CountOn(t.Context(), v.owner, []id.Server{v.server}); fault.KindOf(err) != fault.KindDenied {
			t.Errorf("an owner counts: %v", err)
		}
		_, err = v.hosting.AccountsOn(t.Context(), v.owner, []id.Server{v.server}, id.Account{}, 10)
		if fault.KindOf(err) != fault.KindDenied {
			t.Errorf("an owner lists: %v", err)
		}
	})
}
