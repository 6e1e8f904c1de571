package access_test

import (
	"testing"
	"testing/fstest"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/policies"
)

// A8: names that stand for Gatehouse itself open nothing, wherever they come from.
func TestInternalNamesOpenNothing(t *testing.T) {
	t.Parallel()
	a := open(t)
	names := []string{
		"system", "operator", "custom", "webhook", "self", "everybody", "invitation", "",
		"Owner", "owner ", "administrator$$invoices:pay",
		"owner$$invoices:pay$$",
	}
	for _, name := range names {
		for _, v := range verb.All() {
			if d := check(a, member(name), v); d.Allowed {
				t.Errorf("the role %q includes %s over an account", name, v)
			}
			if d := a.Check(actor.Enter(staff(name)), v, id.ProviderScope()); d.Allowed && v != verb.Public {
				t.Errorf("the department %q includes %s", name, v)
			}
		}
		if _, ok := a.Role(name); ok {
			t.Errorf("there is a role %q", name)
		}
		files := files(t)
		files["roles.csv"].Data = append(files["roles.csv"].Data, []byte("role, "+name+", X, Y\n")...)
		if _, err := access.New(files); err == nil {
			t.Errorf("policies with a role %q were taken", name)
		}
	}
}

func files(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range []string{"model.conf", "portal.csv", "staff.csv", "roles.csv"} {
		data, err := policies.Files().ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: data}
	}
	return out
}

func TestPoliciesThatSayNothingKnownAreRefused(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]string{
		"unknown role": "p, wizard, invoices:view, session, any", "unknown verb": "p, owner, invoices:eat, session, any",
		"staff verb": "p, owner, clients:view, session, any", "open verb": "p, owner, public, session, any",
		"unknown assurance": "p, owner2, invoices:view, maybe, any", "twice": "p, owner, invoices:view, session, any",
		"too short": "p, owner, invoices:view", "other kind": "g, owner, invoices:view, session, any",
		"unknown condition": "p, support, invoices:view, session, mostly", "wildcard": "p, *, *, session, any",
	} {
		files := files(t)
		files["portal.csv"].Data = append(files["portal.csv"].Data, []byte(row+"\n")...)
		if _, err := access.New(files); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	for name := range files(t) {
		files := files(t)
		delete(files, name)
		if _, err := access.New(files); err == nil {
			t.Errorf("taken without %s", name)
		}
	}
}
