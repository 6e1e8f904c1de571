package access_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// placeOf is a place in an account with a role, built in or made by the account.
func placeOf(account id.Account, role access.Role) actor.Membership {
	m := actor.Membership{ID: id.New[id.MembershipKind](), Account: account, Role: role.Key, RoleName: role.Name}
	if role.Key == "custom" {
		m.CustomRole, m.RoleVersion, m.Verbs = id.New[id.RoleKind](), 1, role.Verbs
	}
	return m
}

// allRoles are the built-in roles and some that accounts could make: a few that matter, and many at random.
func allRoles(a *access.Access, random int) []access.Role {
	roles := a.Roles()
	own := [][]verb.Verb{
		verb.Portal(),
		{verb.ContactsManage},
		{verb.RolesManage, verb.TicketsReply},
		{verb.InvoicesPay},
		{verb.ContactsManage, verb.ContactsInvite, verb.PanelOpen, verb.ActivityView},
	}
	dice := rand.New(rand.NewPCG(5, 2026))
	for range random {
		own = append(own, slices.DeleteFunc(verb.Portal(), func(verb.Verb) bool { return dice.IntN(3) == 0 }))
	}
	for i, verbs := range own {
		roles = append(roles, a.CustomRole(fmt.Sprintf("Own %d", i), verb.WithNeeds(verbs)))
	}
	return roles
}

// A preview is the contact's own answer, made by the function that enforces, and of that only the looking which the one
// who looks may do as well: for every pair of roles, every permission, every service (A3).
func TestPreviewIsEnforcement(t *testing.T) {
	t.Parallel()
	a := open(t)
	roles := allRoles(a, 4)
	shop, blog, other := id.New[id.ServiceKind](), id.New[id.ServiceKind](), id.New[id.ServiceKind]()
	limits := map[string]func(mine, theirs *actor.Membership){
		"none":              func(_, _ *actor.Membership) {},
		"contact, one":      func(_, m *actor.Membership) { m.Limited, m.Services = true, []id.Service{shop} },
		"contact suspended": func(_, m *actor.Membership) { m.Suspended = true },
		"contact ended":     func(_, m *actor.Membership) { m.EndsAt = noon() },
		"closed":            func(x, m *actor.Membership) { x.Closed, m.Closed = true, true },
		"both limited": func(x, m *actor.Membership) {
			x.Limited, x.Services = true, []id.Service{shop, other}
			m.Limited, m.Services = true, []id.Service{shop, blog}
		},
	}
	account := id.New[id.AccountKind]()
	for _, mine := range roles {
		place := placeOf(account, mine)
		for _, theirs := range roles {
			their := placeOf(account, theirs)
			for name, limit := range limits {
				d, seen := member(mine.Key), their
				d.Membership = place
				limit(&d.Membership, &seen)
				preview := d
				preview.Preview = actor.Preview{
					Person: id.New[id.PersonKind](), Name: "Ben", Membership: seen, Level: actor.SecondFactor,
					Ends: noon().Add(time.Minute),
				}
				contact := d
				contact.Person, contact.Membership, contact.FactorAt = preview.Preview.Person, seen, noon()
				above := !access.MayGrant(mine, verb.ContactsManage, theirs)
				for _, v := range verb.Portal() {
					scope := id.AccountScope(account)
					got, they := a.Check(actor.Enter(preview), v, scope), a.Check(actor.Enter(contact), v, scope)
					own := a.Check(actor.Enter(d), v, scope)
					want := they.Allowed && own.Allowed && v.Reads() && !above && !own.Own
					if got.Allowed != want {
						t.Fatalf("%s as %s (%s), %s: preview %v (%s), contact %v, own %v", mine.Name, theirs.Name, name, v,
							got.Allowed, got.Reason, they.Allowed, own.Allowed)
					}
					if got.Allowed && (got.Own != they.Own || got.Own && got.Whose != contact.Person) {
						t.Fatalf("%s as %s, %s: whose own? %+v", mine.Name, theirs.Name, v, got)
					}
					for _, service := range []id.Service{shop, blog, other} {
						got := a.CheckService(actor.Enter(preview), v, scope, service).Allowed
						both := a.CheckService(actor.Enter(contact), v, scope, service).Allowed &&
							a.CheckService(actor.Enter(d), v, scope, service).Allowed
						if got != (want && both) {
							t.Fatalf("%s as %s (%s), %s over a service: preview %v, both %v", mine.Name, theirs.Name, name, v, got, both)
						}
					}
				}
			}
		}
	}
}

// In a preview nothing but the account is looked at: no personal page of anybody, no other account, no staff's desk.
func TestAPreviewReachesOneAccountOnly(t *testing.T) {
	t.Parallel()
	a := open(t)
	d := member(access.RoleOwner)
	d.Seat = actor.Seat{Department: "administrator"}
	d.Factor = actor.With(actor.ByPassword, actor.ByKey)
	contact := placeOf(d.Membership.Account, access.Role{Key: "billing", Name: "Billing"})
	d.Preview = actor.Preview{
		Person: id.New[id.PersonKind](), Membership: contact, Level: actor.SecondFactor, Ends: noon().Add(time.Minute),
	}
	scopes := []id.Scope{
		{},
		id.PersonScope(d.Person), id.PersonScope(d.Preview.Person), id.ProviderScope(),
		id.AccountScope(id.New[id.AccountKind]()), id.AccountScope(d.Membership.Account),
	}
	for _, scope := range scopes {
		for _, v := range verb.All() {
			got := a.Check(actor.Enter(d), v, scope)
			here := scope == id.AccountScope(d.Membership.Account) && v.IsPortal()
			if got.Allowed && !here && v != verb.Public {
				t.Errorf("%s over %v is allowed in a preview", v, scope)
			}
		}
	}
	d.Preview.Membership.Account = id.New[id.AccountKind]() // a preview of another account shows nothing here
	for _, v := range verb.Portal() {
		if a.Check(actor.Enter(d), v, id.AccountScope(d.Membership.Account)).Allowed {
			t.Errorf("%s is seen here by a preview of another account", v)
		}
	}
	if p := actor.Enter(d); !p.Previewing() || p.AsThemselves().Previewing() {
		t.Error("the preview is not taken off")
	}
}

// A3: whoever may give a role holds all that it includes, on terms as wide, for every pair of roles.
func TestNobodyGrantsAboveTheirOwnWithRolesOfTheirOwn(t *testing.T) {
	t.Parallel()
	a := open(t)
	roles, given := allRoles(a, 40), 0
	for _, g := range roles {
		for _, target := range roles {
			for _, v := range []verb.Verb{verb.ContactsInvite, verb.ContactsManage, verb.RolesManage} {
				if !access.MayGrant(g, v, target) {
					continue
				}
				given++
				if _, holds := g.Term(v); !holds {
					t.Errorf("%s gives %s without %s", g.Name, target.Name, v)
				}
				if target.Key == access.RoleOwner && g.Key != access.RoleOwner {
					t.Errorf("%s makes an owner", g.Name)
				}
				for _, w := range target.Verbs {
					mine, ok := g.Term(w)
					its, _ := target.Term(w)
					if !ok || mine.Condition != access.AnyThing && mine.Condition != its.Condition {
						t.Errorf("%s gives %s, which includes %s on wider terms", g.Name, target.Name, w)
					}
				}
			}
		}
	}
	if given < len(roles) {
		t.Errorf("only %d gifts are allowed", given)
	}
}

// A closed account is looked at and paid for, and otherwise stays as it is, whatever the role.
func TestAClosedAccountStaysAsItIs(t *testing.T) {
	t.Parallel()
	a := open(t)
	for _, role := range allRoles(a, 3) {
		d := member(role.Key)
		d.Membership = placeOf(d.Membership.Account, role)
		for _, v := range verb.Portal() {
			before := check(a, d, v)
			closed := d
			closed.Membership.Closed = true
			after := check(a, closed, v)
			if want := before.Allowed && v.AfterClosing(); after.Allowed != want {
				t.Errorf("%s, %s: %s, %s once it is closed", role.Name, v, before.Reason, after.Reason)
			}
			if before.Allowed && !after.Allowed && after.Reason != access.ReasonClosed {
				t.Errorf("%s, %s: refused because of %s", role.Name, v, after.Reason)
			}
		}
	}
}
