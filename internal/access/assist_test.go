package access_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// assisting is somebody of a department who acts on behalf of a contact of a role.
func assisting(department string, role access.Role) actor.Details {
	account := id.New[id.AccountKind]()
	return actor.Details{
		Kind: actor.Staff, Person: id.New[id.PersonKind](), Seat: actor.Seat{Department: department},
		Factor: actor.With(actor.ByPassword, actor.ByKey), FactorAt: noon(), ProvedAt: noon(), Now: noon(),
		OnBehalfOf: id.New[id.PersonKind](), Membership: placeOf(account, role),
		Assist: actor.Assist{ID: id.New[id.AssistKind](), Account: account, Ends: noon().Add(time.Minute)},
	}
}

// N8: what staff can do while they act for somebody is what the contact can do, and what their department sees, and on
// the list that a reviewer reads; for every department, every role and every permission, over every scope.
func TestAssistanceIsNarrow(t *testing.T) {
	t.Parallel()
	a := open(t)
	for _, department := range a.Departments() {
		for _, role := range allRoles(a, 4) {
			d := assisting(department.Key, role)
			contact := member(role.Key)
			contact.Person, contact.Membership = d.OnBehalfOf, d.Membership
			contact.FactorAt, contact.Factor = noon(), d.Factor
			here := id.AccountScope(d.Assist.Account)
			for _, v := range verb.All() {
				_, acts := department.Term(verb.ClientsAssist)
				own, listed := v.WhileAssisting()
				_, sees := department.Term(own)
				want := v.IsPortal() && acts && listed && sees && a.Check(actor.Enter(contact), v, here).Allowed || v == verb.Public
				scope := here
				if v == verb.Public {
					scope = id.Scope{}
				}
				got := a.Check(actor.Enter(d), v, scope)
				if got.Allowed != want {
					t.Errorf("%s for %s, %s: %s", department.Key, role.Name, v, got.Reason)
				}
				if got.Allowed && got.Own && got.Whose != d.OnBehalfOf {
					t.Errorf("%s for %s, %s: whose own? %+v", department.Key, role.Name, v, got)
				}
				others := []id.Scope{
					{},
					id.ProviderScope(), id.PersonScope(d.Person), id.PersonScope(d.OnBehalfOf),
					id.AccountScope(id.New[id.AccountKind]()),
				}
				for _, scope := range others {
					if v != verb.Public && a.Check(actor.Enter(d), v, scope).Allowed {
						t.Errorf("%s for %s: %s over %v", department.Key, role.Name, v, scope)
					}
				}
			}
		}
	}
}

// N8: nothing that is on the list asks for a factor of the last ten minutes, concerns money or stays with owners.
func TestNothingGraveIsOnTheListOfAssistance(t *testing.T) {
	t.Parallel()
	a := open(t)
	owner, _ := a.Role(access.RoleOwner)
	for _, v := range verb.All() {
		own, listed := v.WhileAssisting()
		if !listed {
			continue
		}
		term, held := owner.Term(v)
		if !held || term.Assurance == access.Recent || v.OwnersOnly() || !own.IsStaff() || !v.IsPortal() {
			t.Errorf("%s is on the list", v)
		}
	}
	never := []verb.Verb{
		verb.InvoicesPay, verb.PaymentMethodsView, verb.PaymentMethodsManage, verb.TaxDetailsManage, verb.ContactsInvite,
		verb.ContactsManage, verb.RolesManage, verb.SecurityManage, verb.AccountTransfer, verb.AccountClose,
		verb.PrivacyExport, verb.PrivacyErase, verb.APITokensManage, verb.ActivityView, verb.ActivityExport,
		verb.ActivityStream, verb.PanelOpen, verb.DomainsManage, verb.ServicesOrder, verb.ServicesCancel,
		verb.SelfManage, verb.SelfView, verb.ReviewsRun, verb.TeamsManage,
	}
	for _, v := range never {
		if _, listed := v.WhileAssisting(); listed {
			t.Errorf("%s is on the list", v)
		}
	}
}

// N8: the second before the end it goes on, at the end it is over; a factor that is no longer fresh ends nothing, a
// seat that is suspended or gone does.
func TestAssistanceHasAnEnd(t *testing.T) {
	t.Parallel()
	a := open(t)
	owner, _ := a.Role(access.RoleOwner)
	for name, test := range map[string]struct {
		change func(d *actor.Details)
		want   access.Reason
	}{
		"goes on":         {func(*actor.Details) {}, access.ReasonAllowed},
		"the last second": {func(d *actor.Details) { d.Now = d.Assist.Ends.Add(-time.Second) }, access.ReasonAllowed},
		"the end":         {func(d *actor.Details) { d.Now = d.Assist.Ends }, access.ReasonAssistOver},
		"a second later":  {func(d *actor.Details) { d.Now = d.Assist.Ends.Add(time.Second) }, access.ReasonAssistOver},
		"an old factor": {func(d *actor.Details) {
			d.FactorAt, d.ProvedAt = noon().Add(-time.Hour), noon().Add(-time.Hour)
		}, access.ReasonAllowed},
		"a code": {func(d *actor.Details) {
			d.Factor = actor.With(actor.ByPassword, actor.ByCode)
		}, access.ReasonNoKey},
		"no seat":        {func(d *actor.Details) { d.Seat = actor.Seat{} }, access.ReasonNoMembership},
		"another seat":   {func(d *actor.Details) { d.Seat.Department = "billing" }, access.ReasonRoleLacks},
		"suspended":      {func(d *actor.Details) { d.Seat.Suspended = true }, access.ReasonSuspended},
		"locked":         {func(d *actor.Details) { d.Secured = true }, access.ReasonSecured},
		"no contact":     {func(d *actor.Details) { d.Membership = actor.Membership{} }, access.ReasonNoMembership},
		"contact's ends": {func(d *actor.Details) { d.Membership.EndsAt = noon() }, access.ReasonEnded},
		"contact's held": {func(d *actor.Details) { d.Membership.Suspended = true }, access.ReasonSuspended},
	} {
		d := assisting("administrator", owner)
		test.change(&d)
		if got := a.Check(actor.Enter(d), verb.AccountView, id.AccountScope(d.Assist.Account)); got.Reason != test.want {
			t.Errorf("%s: %s, not %s", name, got.Reason, test.want)
		}
	}
}

// The list itself, for each department that may act, held against a file that a reviewer reads.
func TestTheListOfAssistance(t *testing.T) {
	t.Parallel()
	a := open(t)
	var b strings.Builder
	b.WriteString("What staff can do on behalf of a contact who holds it, by department. Everything else is refused.\n\n")
	for _, v := range verb.Portal() {
		own, _ := v.WhileAssisting()
		fmt.Fprintf(&b, "%-24s", v)
		for _, d := range a.Departments() {
			mark := "·"
			if slices.Contains(a.AssistTerms(d.Key), v) {
				mark = d.Key
			}
			fmt.Fprintf(&b, " %-13s", mark)
		}
		fmt.Fprintf(&b, " %s\n", own)
	}
	const golden = "testdata/assisting.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(golden); err != nil || string(want) != b.String() {
		t.Errorf("the list is not that of %s: %v\n%s", golden, err, b.String())
	}
}
