package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/policies"
)

func noon() time.Time { return time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC) }

func open(t *testing.T) *access.Access {
	t.Helper()
	a, err := access.New(policies.Files())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// member is a person of that role who confirmed with a second factor a minute ago.
func member(role string) actor.Details {
	return actor.Details{
		Kind: actor.Person, Person: id.New[id.PersonKind](), Now: noon(), SignedInAt: noon().Add(-time.Hour),
		FactorAt: noon().Add(-time.Minute), ProvedAt: noon().Add(-time.Minute), Factor: "password and code",
		Membership: actor.Membership{
			ID: id.New[id.MembershipKind](), Account: id.New[id.AccountKind](), Role: role,
		},
	}
}

func staff(department string) actor.Details {
	d := member("")
	d.Kind, d.Membership, d.Seat = actor.Staff, actor.Membership{}, actor.Seat{Department: department}
	d.Factor = actor.With(actor.ByPassword, actor.ByKey)
	return d
}

func check(a *access.Access, d actor.Details, v verb.Verb) access.Decision {
	return a.Check(actor.Enter(d), v, id.AccountScope(d.Membership.Account))
}

// A3: for all pairs of roles, nobody grants or acts on what is above their own.
func TestNobodyGrantsAboveTheirOwn(t *testing.T) {
	t.Parallel()
	a := open(t)
	allowed := map[string]bool{}
	try := func(g, target access.Role, v verb.Verb) {
		if !access.MayGrant(g, v, target) {
			return
		}
		allowed[g.Key+" gives "+target.Key] = true
		beyond := slices.DeleteFunc(slices.Clone(target.Verbs), func(w verb.Verb) bool { return slices.Contains(g.Verbs, w) })
		if len(beyond) > 0 {
			t.Errorf("%s may give %s, which includes %v that they do not hold", g.Key, target.Key, beyond)
		}
	}
	for _, g := range a.Roles() {
		for _, target := range a.Roles() {
			try(g, target, verb.ContactsInvite)
			try(g, target, verb.ContactsManage)
		}
	}
	for _, target := range a.Roles() {
		if !allowed["owner gives "+target.Key] {
			t.Errorf("an owner cannot give the role %s", target.Key)
		}
		if allowed["administrator gives "+target.Key] != (target.Key != access.RoleOwner) {
			t.Errorf("administrator gives %s: %v", target.Key, allowed["administrator gives "+target.Key])
		}
	}
	if want := 2*len(a.Roles()) - 1; len(allowed) != want {
		t.Errorf("%d pairs of roles are allowed, %d expected: %v", len(allowed), want, allowed)
	}
}

func TestCustomRolesDoNotReachAboveThemselves(t *testing.T) {
	t.Parallel()
	a := open(t)
	everything := a.CustomRole("Everything", verb.All())
	owner, _ := a.Role(access.RoleOwner)
	if access.MayGrant(everything, verb.ContactsManage, owner) {
		t.Error("a custom role reached an owner")
	}
	for _, v := range everything.Verbs {
		if !v.IsPortal() {
			t.Errorf("a custom role holds %s", v)
		}
		mine, _ := everything.Term(v)
		if its, _ := owner.Term(v); mine.Assurance != its.Assurance {
			t.Errorf("%s asks for %s in a custom role, %s of an owner", v, mine.Assurance, its.Assurance)
		}
	}
	if access.MayGrant(owner, verb.ContactsManage, access.Role{}) ||
		access.MayGrant(owner, verb.ContactsManage, a.CustomRole("Nothing", nil)) {
		t.Error("a role of nothing was granted")
	}
}

func TestCacheAnswersOnlyForItsOwnQuestion(t *testing.T) {
	t.Parallel()
	a := open(t)
	for range 2 { // the second round is answered from the cache
		if !check(a, member("billing"), verb.InvoicesPay).Allowed {
			t.Fatal("billing cannot pay")
		}
		for _, role := range []string{"billing$$invoices:pay", "bill", "billing$$"} {
			for _, v := range []verb.Verb{verb.InvoicesPay, "invoices:pay$$", "ing$$invoices:pay", "$$invoices:pay"} {
				if check(a, member(role), v).Allowed {
					t.Errorf("%q was answered for %q", role, v)
				}
			}
		}
	}
}

func TestDefaultIsDenied(t *testing.T) {
	t.Parallel()
	a := open(t)
	d := member(access.RoleOwner)
	stranger := id.PersonScope(id.New[id.PersonKind]())
	webhook := actor.NewWebhook("sandbox", d.Address)
	mine := id.AccountScope(d.Membership.Account)
	other := id.AccountScope(id.New[id.AccountKind]())
	with := func(change func(*actor.Details)) actor.Actor { e := d; change(&e); return actor.Enter(e) }
	same := actor.Enter(d)
	for name, c := range map[string]struct {
		who   actor.Actor
		verb  verb.Verb
		scope id.Scope
		want  access.Reason
		fault fault.Kind
	}{
		"owner":                       {same, verb.AccountEdit, mine, access.ReasonAllowed, ""},
		"zero actor":                  {actor.Actor{}, verb.AccountEdit, mine, access.ReasonSignedOut, fault.KindSignIn},
		"unknown verb":                {same, "invoices:eat", mine, access.ReasonUnknownVerb, fault.KindDenied},
		"another account":             {same, verb.AccountEdit, other, access.ReasonNoMembership, fault.KindNotFound}, // A1
		"no scope":                    {same, verb.AccountEdit, id.Scope{}, access.ReasonScope, fault.KindDenied},
		"portal verb at the provider": {same, verb.AccountEdit, id.ProviderScope(), access.ReasonScope, fault.KindDenied},
		"staff verb":                  {same, verb.ClientsView, mine, access.ReasonNoMembership, fault.KindNotFound},
		"staff verb at the provider":  {same, verb.ClientsView, id.ProviderScope(), access.ReasonNoSeat, fault.KindDenied},
		"own sign-ins":                {same, verb.SelfView, id.PersonScope(d.Person), access.ReasonAllowed, ""},
		"another's sign-ins":          {same, verb.SelfView, stranger, access.ReasonOtherPerson, fault.KindNotFound},
		"open page":                   {same, verb.Public, id.Scope{}, access.ReasonAllowed, ""},
		"open page as a way in":       {same, verb.Public, mine, access.ReasonScope, fault.KindDenied},
		"invited, to join": {
			with(func(e *actor.Details) { e.Invited = d.Membership.Account }), verb.SignedIn, mine,
			access.ReasonAllowed, "",
		},
		"invited elsewhere": {
			with(func(e *actor.Details) { e.Invited = id.New[id.AccountKind]() }), verb.SignedIn, mine,
			access.ReasonScope, fault.KindDenied,
		},
		"signed-in as a way in": {same, verb.SignedIn, mine, access.ReasonScope, fault.KindDenied},
		"suspended": {
			with(func(e *actor.Details) { e.Membership.Suspended = true }), verb.AccountView, mine,
			access.ReasonSuspended, fault.KindDenied,
		},
		"ended this moment": {
			with(func(e *actor.Details) { e.Membership.EndsAt = noon() }), verb.AccountView, mine,
			access.ReasonEnded, fault.KindDenied,
		},
		"ends in a millisecond": {
			with(func(e *actor.Details) { e.Membership.EndsAt = noon().Add(time.Millisecond) }),
			verb.AccountView, mine, access.ReasonAllowed, "",
		},
		"anonymous": {
			with(func(e *actor.Details) { e.Kind = actor.Anonymous }), verb.AccountView, mine,
			access.ReasonSignedOut, fault.KindSignIn,
		},
		"token": {
			with(func(e *actor.Details) { e.Kind = actor.Token }), verb.AccountView, mine,
			access.ReasonNotForKind, fault.KindDenied,
		},
		"unknown kind": {
			with(func(e *actor.Details) { e.Kind = "wizard" }), verb.AccountView, mine,
			access.ReasonNotForKind, fault.KindDenied,
		},
		"person without an id": {
			with(func(e *actor.Details) { e.Person = id.Person{} }), verb.AccountView, mine,
			access.ReasonSignedOut, fault.KindSignIn,
		},
		"webhook pays":       {webhook, verb.InvoicesPay, mine, access.ReasonAllowed, ""},
		"webhook sees":       {webhook, verb.InvoicesView, mine, access.ReasonNotForKind, fault.KindDenied},
		"webhook elsewhere":  {webhook, verb.InvoicesPay, id.ProviderScope(), access.ReasonNotForKind, fault.KindDenied},
		"operator":           {actor.NewShell("root"), verb.StaffManage, id.ProviderScope(), access.ReasonAllowed, ""},
		"operator as client": {actor.NewShell("root"), verb.AccountEdit, mine, access.ReasonNotForKind, fault.KindDenied},
		"job":                {actor.NewSystem("dunning"), verb.AccountEdit, mine, access.ReasonAllowed, ""},
		"job, unknown verb":  {actor.NewSystem("dunning"), "invoices:eat", mine, access.ReasonUnknownVerb, fault.KindDenied},
	} {
		got := a.Check(c.who, c.verb, c.scope)
		if got.Reason != c.want || got.Allowed != (c.want == access.ReasonAllowed) {
			t.Errorf("%s: %v, %s; want %s", name, got.Allowed, got.Reason, c.want)
		}
		if kind := fault.KindOf(got.Fault("test")); kind != c.fault {
			t.Errorf("%s: fault %q, want %q", name, kind, c.fault)
		}
		if got.Sentence() == "" {
			t.Errorf("%s: no sentence", name)
		}
	}
}

func TestAssurance(t *testing.T) {
	t.Parallel()
	a := open(t)
	twice := actor.With(actor.ByPassword, actor.ByCode)
	leftOut := actor.With(actor.ByPassword, actor.ByRemembered)
	ago := func(d time.Duration) time.Time { return noon().Add(-d) }
	for name, c := range map[string]struct {
		factor   string
		factorAt time.Time
		provedAt time.Time
		want     access.Reason
	}{
		"just now":                         {twice, ago(0), ago(0), access.ReasonAllowed},
		"ten minutes ago":                  {twice, ago(10 * time.Minute), ago(time.Hour), access.ReasonAllowed},
		"a second longer":                  {twice, ago(10*time.Minute + time.Second), ago(0), access.ReasonStale},
		"has no second factor":             {"password", time.Time{}, ago(time.Minute), access.ReasonAllowed},
		"has none, an hour ago":            {"password", time.Time{}, ago(time.Hour), access.ReasonStale},
		"has one, left out on this device": {leftOut, time.Time{}, ago(0), access.ReasonStale},
	} {
		d := member(access.RoleOwner)
		d.Factor, d.FactorAt, d.ProvedAt = c.factor, c.factorAt, c.provedAt
		if got := check(a, d, verb.SecurityManage); got.Reason != c.want {
			t.Errorf("%s: %s, want %s", name, got.Reason, c.want)
		}
	}
}

func TestServices(t *testing.T) {
	t.Parallel()
	a := open(t)
	shop, other := id.New[id.ServiceKind](), id.New[id.ServiceKind]()
	d := member("developer")
	scope := id.AccountScope(d.Membership.Account)
	if got := a.CheckService(actor.Enter(d), verb.PanelOpen, scope, shop); got.Reason != access.ReasonService {
		t.Errorf("a developer with no services chosen: %s", got.Reason)
	}
	d.Membership.Limited, d.Membership.Services = true, []id.Service{shop}
	if !a.CheckService(actor.Enter(d), verb.PanelOpen, scope, shop).Allowed {
		t.Error("the chosen service was refused")
	}
	if got := a.CheckService(actor.Enter(d), verb.PanelOpen, scope, other); got.Reason != access.ReasonService {
		t.Errorf("another service: %s", got.Reason)
	}
	d.Membership.Role = "technical"
	if got := a.CheckService(actor.Enter(d), verb.PanelOpen, scope, other); got.Reason != access.ReasonService {
		t.Errorf("a technical contact limited to one service, another: %s", got.Reason)
	}
	d.Membership.Limited, d.Membership.Services = false, nil
	if !a.CheckService(actor.Enter(d), verb.PanelOpen, scope, other).Allowed {
		t.Error("a technical contact without limit was refused")
	}
}

func TestCustomRoleFollowsItsVersion(t *testing.T) {
	t.Parallel()
	a := open(t)
	d := member("custom")
	d.Membership.CustomRole, d.Membership.RoleVersion = id.New[id.RoleKind](), 1
	d.Membership.RoleName, d.Membership.Verbs = "Web shop helper", []verb.Verb{verb.PanelOpen, verb.ClientsView}
	if got := check(a, d, verb.PanelOpen); !got.Allowed || got.RoleName != "Web shop helper" {
		t.Errorf("%v %q", got.Allowed, got.RoleName)
	}
	if check(a, d, verb.ClientsView).Allowed || check(a, d, verb.InvoicesPay).Allowed {
		t.Error("the custom role includes what it must not")
	}
	d.Membership.RoleVersion, d.Membership.Verbs = 2, []verb.Verb{verb.InvoicesPay}
	if check(a, d, verb.PanelOpen).Allowed || !check(a, d, verb.InvoicesPay).Allowed {
		t.Error("the changed role was answered for by its former self")
	}
	d.Membership.Verbs = []verb.Verb{verb.PanelOpen} // put back from a backup under the same version
	if !check(a, d, verb.PanelOpen).Allowed || check(a, d, verb.InvoicesPay).Allowed {
		t.Error("the shelved role was not compared with what the database says")
	}
	for range 2000 { // more roles than the shelf holds
		d.Membership.CustomRole = id.New[id.RoleKind]()
		if !check(a, d, verb.PanelOpen).Allowed {
			t.Fatal("a custom role fell off the shelf and was not made again")
		}
	}
	d.Membership.CustomRole = id.Role{}
	if check(a, d, verb.PanelOpen).Allowed {
		t.Error("a custom role without an id was allowed")
	}
}

func TestExplainSaysWhatIsEnforced(t *testing.T) {
	t.Parallel()
	a := open(t)
	d := member("developer")
	d.Membership.Limited, d.Membership.Services = true, []id.Service{id.New[id.ServiceKind]()}
	scope := id.AccountScope(d.Membership.Account)
	lines := a.Explain(access.Subject{
		Person: d.Person, Membership: d.Membership, Level: actor.SecondFactor, Now: noon(),
	}, scope)
	held := 0
	for _, line := range lines {
		enforced := a.Check(actor.Enter(d), line.Verb, scope)
		if line.Decision.Allowed != enforced.Allowed || line.Decision.Reason != enforced.Reason {
			t.Errorf("%s: explained %s, enforced %s", line.Verb, line.Decision.Reason, enforced.Reason)
		}
		if line.Decision.Allowed {
			held++
			if !strings.HasPrefix(line.Row, "portal.csv:") || !strings.Contains(line.Row, string(line.Verb)) {
				t.Errorf("%s: the row is %q", line.Verb, line.Row)
			}
		}
	}
	if held != 10 || len(lines) != 36 {
		t.Errorf("a developer can do %d of %d things, not 10 of 36", held, len(lines))
	}
}

// In a few words a decision says as much as it does in a sentence.
func TestADecisionInAFewWords(t *testing.T) {
	t.Parallel()
	one := []id.Service{id.New[id.ServiceKind]()}
	for want, d := range map[string]access.Decision{
		"From Billing":                {Reason: access.ReasonAllowed, RoleName: "Billing"},
		"Not in Billing":              {Reason: access.ReasonRoleLacks, RoleName: "Billing"},
		"Only of one’s own actions":   {Reason: access.ReasonAllowed, RoleName: "Billing", Own: true},
		"Only about billing":          {Reason: access.ReasonAllowed, RoleName: "Billing", Billing: true},
		"Only for one chosen service": {Reason: access.ReasonAllowed, RoleName: "Developer", Limited: true, Services: one},
		"Except over owners, after using a factor again": {
			Reason: access.ReasonAllowed, RoleName: "Administrator", NotOwners: true, Assurance: access.Recent,
		},
		"Everybody can.": {Reason: access.ReasonAllowed, Role: "everybody"},
		"The access to this account is suspended.": {Reason: access.ReasonSuspended, RoleName: "Billing"},
	} {
		if got := d.Brief(); got != want {
			t.Errorf("%+v in a few words is %q, not %q", d, got, want)
		}
	}
}
