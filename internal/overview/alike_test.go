package overview_test

import (
	"fmt"
	"slices"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/overview"
	"gatehouse/internal/testkit"
)

// A2: who may be there already is found as tolerantly as a search does, and by nothing that the department may not
// search by.
func TestClientsWhoAreAlikeAreFound(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		root, bea := v.staff(t, "administrator"), v.staff(t, "billing")
		alike := func(who actor.Actor, name, email string) []string {
			t.Helper()
			found, err := v.overview.Alike(t.Context(), who, overview.Probe{Name: name, Email: email})
			if err != nil {
				t.Fatalf("%s, %s: %v", name, email, err)
			}
			var list []string
			for _, one := range found {
				list = append(list, one.Name+" "+one.Why)
			}
			return list
		}
		for _, c := range []struct {
			name, email string
			want        string
		}{
			{"Northwind Bakery Limited", "x@else.example", "Northwind Bakery Ltd has the same name, or a longer one"},
			{"northwind bakry", "x@else.example", "Northwind Bakery Ltd has nearly the same name"},
			{"Bäkery Nörthwind GmbH & Co. KG", "x@else.example", "Northwind Bakery Ltd has the same name, or a longer one"},
			{"Quite Another", "BEN@northwind.example", "Northwind Bakery Ltd has a contact with this address"},
			{"Quite Another", "new@northwind.example", "Northwind Bakery Ltd has to do with northwind.example"},
			{"Quite Another", "x@shop.northwind.example", "Northwind Bakery Ltd has to do with shop.northwind.example"},
		} {
			if got := alike(root, c.name, c.email); !slices.Equal(got, []string{c.want}) {
				t.Errorf("%s, %s: %q", c.name, c.email, got)
			}
		}
		if got := alike(root, "Quite Another", "x@else.example"); got != nil {
			t.Errorf("somebody new is like %q", got)
		}
		if got := alike(bea, "Quite Another", "x@shop.northwind.example"); got != nil { // only a service has it
			t.Errorf("billing is told of a domain: %q", got)
		}
		found, err := v.overview.Alike(t.Context(), root, overview.Probe{Key: v.account, Name: "Northwind Bakery"})
		if err != nil || len(found) != 0 {
			t.Errorf("a client is like itself: %v, %v", found, err)
		}
		for i := range 5 { // a domain that everybody has says nothing
			v.join(t, v.town.account(t, fmt.Sprint("Mailer ", i)), v.person(t, "P", fmt.Sprintf("p%d@mail.example", i)), "owner")
		}
		if got := alike(root, "Quite Another", "new@mail.example"); got != nil {
			t.Errorf("a shared domain: %q", got)
		}
		_, err = v.overview.Alike(t.Context(), actor.Enter(actor.Details{Kind: actor.Anonymous}), overview.Probe{Name: "N"})
		if fault.KindOf(err) != fault.KindSignIn && fault.KindOf(err) != fault.KindDenied {
			t.Errorf("a stranger is told: %v", err)
		}
	})
}
