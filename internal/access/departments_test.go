package access_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

const twoJobs = "department, front-office, Front office, Support and money\n" +
	"p, front-office, clients:view, factor, any\n" +
	"p, front-office, cases:view, factor, billing\n" +
	"p, front-office, billing:refund, recent, any\n"

// A1, A8: a provider makes departments of its own from the permissions of staff; each includes what its rows say and
// nothing else, and is explained as all others are.
func TestDepartmentsOfTheProvidersOwn(t *testing.T) {
	t.Parallel()
	with := files(t)
	with[access.OwnDepartments] = &fstest.MapFile{Data: []byte("# ours\n" + twoJobs)}
	a, err := access.New(with)
	if err != nil {
		t.Fatal(err)
	}
	d, ok := a.Department("front-office")
	if !ok || !d.Own || d.Name != "Front office" || len(a.Departments()) != 6 {
		t.Fatalf("%+v of %d", d, len(a.Departments()))
	}
	holds := []verb.Verb{verb.ClientsView, verb.CasesView, verb.BillingRefund}
	for _, line := range a.Explain(access.Subject{
		Person: id.New[id.PersonKind](), Seat: actor.Seat{Department: "front-office"}, Level: actor.PhishingProof,
		Now: time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC),
	}, id.ProviderScope()) {
		if line.Decision.Allowed != slices.Contains(holds, line.Verb) {
			t.Errorf("%s: %s", line.Verb, line.Sentence())
		}
		if line.Verb == verb.CasesView && !line.Decision.Billing {
			t.Error("all cases, not those about billing")
		}
	}
	if admin, _ := a.Department("administrator"); !access.MayGrant(admin, verb.StaffManage, d) {
		t.Error("an administrator cannot give it")
	}
}

// A3, A8: no file of the provider's own reaches beyond an administrator, takes another's name, or asks for less proof.
func TestDepartmentsThatReachTooFarStopTheStart(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a permission over accounts":   twoJobs + "p, front-office, invoices:pay, session, any\n",
		"an unknown permission":        twoJobs + "p, front-office, clients:eat, factor, any\n",
		"less proof":                   strings.Replace(twoJobs, "refund, recent", "refund, factor", 1),
		"a session alone":              strings.Replace(twoJobs, "clients:view, factor", "clients:view, session", 1),
		"the name of another":          strings.ReplaceAll(twoJobs, "front-office", "support"),
		"a name of Gatehouse itself":   strings.ReplaceAll(twoJobs, "front-office", "operator"),
		"more for another department":  twoJobs + "p, support, billing:refund, recent, any\n",
		"twice":                        twoJobs + twoJobs,
		"nothing in it":                "department, empty, Empty, Nothing\n",
		"a condition of accounts":      strings.Replace(twoJobs, "view, factor, any", "view, factor, own", 1),
		"a row of something else":      twoJobs + "g, root, administrator\n",
		"a key with something in it":   strings.ReplaceAll(twoJobs, "front-office", "front$$office"),
		"a department without a name":  strings.Replace(twoJobs, "Front office", "", 1),
		"a row before its department":  "p, front-office, clients:view, factor, any\n" + twoJobs,
		"a role of accounts beside it": twoJobs + "role, boss, Boss, X\n",
	} {
		with := files(t)
		with[access.OwnDepartments] = &fstest.MapFile{Data: []byte(text)}
		if _, err := access.New(with); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
