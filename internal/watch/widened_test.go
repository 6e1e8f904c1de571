package watch_test

import (
	"slices"
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/verb"
	"gatehouse/internal/watch"
)

// A role of the account's own is told of when it was given more, by the form that does it, and not when it was made,
// renamed or given less.
func TestARoleThatWasWidened(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		// whoever does it is not told of it themselves: the system stands for another administrator
		who := func() actor.Actor { return actor.NewSystem("test") }
		till := accounts.RoleDraft{
			Key: id.New[id.RoleKind](), Name: "Till", Verbs: []verb.Verb{verb.AccountView, verb.InvoicesView},
		}
		if err := p.Accounts.MakeRole(t.Context(), who(), p.c.Northwind, till); err != nil {
			t.Fatal(err)
		}
		p.expect(t, "a role is made", site.Tess)
		p.told(t, site.Olivia)
		change := func(what, name string, verbs []verb.Verb, want ...watch.Rule) {
			t.Helper()
			till.Version++
			till.Name, till.Verbs = name, verbs
			if err := p.Accounts.ChangeOwnRole(t.Context(), who(), p.c.Northwind, till.Key, till); err != nil {
				t.Fatal(err)
			}
			p.expect(t, what, site.Olivia, want...)
		}
		change("renamed", "Shop", till.Verbs)
		more := append(slices.Clone(till.Verbs), verb.InvoicesPay)
		change("given more", "Shop", more, watch.RoleRaised)
		change("given less", "Shop", more[:2])
		change("given and taken", "Shop", []verb.Verb{verb.AccountView, verb.ServicesView}, watch.RoleRaised)
	})
}
