// Package registrars holds what every adapter of a registrar must keep to: the same tests for all of them, so that
// another adapter is one folder with one test that calls Keeps.
package registrars

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/domains"
	"gatehouse/internal/id"
)

// Rig is a registrar that holds nothing yet.
type Rig struct {
	Registrar domains.Registrar
	Now       time.Time
	// Put has the registrar hold a domain so, as if somebody had changed it there.
	Put func(domain string, reg domains.Registration)
	// Settle waits until the registry shows what the registrar took.
	Settle func()
	// Break makes the registrar fail in a way; false where this one cannot.
	Break func(w Way) bool
	// Unknown is a host that the registrar refuses as a name server.
	Unknown string
}

// Way is how a registrar fails.
type Way int

// The ways.
const (
	Down Way = iota
	Slow
)

const domain = "northwind.example"

func before() []string { return []string{"ns1.harbour.example", "ns2.harbour.example"} }
func after() []string {
	return []string{"ns1.elsewhere.example", "ns2.elsewhere.example", "ns3.elsewhere.example"}
}

// Keeps tests an adapter. Each part begins with a new rig.
func Keeps(t *testing.T, set func(t *testing.T) Rig) {
	t.Helper()
	for name, test := range map[string]func(t *testing.T, r Rig){
		"says how a domain stands":         looks,
		"changes name servers whole":       servers,
		"does nothing twice":               twice,
		"notices what changed meanwhile":   meanwhile,
		"refuses what does not exist":      refuses,
		"keeps renewal and lock":           switches,
		"has nothing of others":            foreign,
		"fails in known ways, and in time": fails,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := set(t)
			r.Put(domain, domains.Registration{
				State: domains.Active, Expires: r.Now.AddDate(1, 0, 0), Locked: true, Nameservers: before(),
			})
			test(t, r)
		})
	}
}

func (r Rig) order() domains.Order {
	return domains.Order{Key: id.New[id.DomainChangeKind](), Domain: domain}
}

// has checks what the registrar shows.
func (r Rig) has(t *testing.T, hosts []string, locked, renews bool) {
	t.Helper()
	reg, err := r.Registrar.Lookup(t.Context(), domain)
	shown := slices.Sorted(slices.Values(reg.Nameservers))
	if err != nil || !slices.Equal(shown, hosts) || reg.Locked != locked || reg.AutoRenew != renews {
		t.Errorf("shows %+v, %v", reg, err)
	}
}

func looks(t *testing.T, r Rig) {
	reg, err := r.Registrar.Lookup(t.Context(), domain)
	if err != nil || reg.State != domains.Active || !reg.Expires.Equal(r.Now.AddDate(1, 0, 0)) {
		t.Errorf("shows %+v, %v", reg, err)
	}
	r.has(t, before(), true, false)
	if r.Registrar.Name() == "" {
		t.Error("it has no name")
	}
}

func servers(t *testing.T, r Rig) {
	if err := r.Registrar.SetNameservers(t.Context(), r.order(), before(), after()); err != nil {
		t.Fatal(err)
	}
	r.Settle()
	r.has(t, after(), true, false)
}

func twice(t *testing.T, r Rig) {
	o := r.order()
	for range 2 { // before and after the registry shows it
		for range 2 {
			if err := r.Registrar.SetNameservers(t.Context(), o, before(), after()); err != nil {
				t.Fatal(err)
			}
		}
		r.Settle()
	}
	r.has(t, after(), true, false)
}

func meanwhile(t *testing.T, r Rig) {
	other := []string{"ns1.third.example", "ns2.third.example"}
	r.Put(domain, domains.Registration{
		State: domains.Active, Expires: r.Now.AddDate(1, 0, 0), Nameservers: other,
	})
	err := r.Registrar.SetNameservers(t.Context(), r.order(), before(), after())
	if !errors.Is(err, domains.ErrChanged) {
		t.Errorf("changed what was changed meanwhile: %v", err)
	}
	r.Settle()
	r.has(t, other, false, false)
}

func refuses(t *testing.T, r Rig) {
	wants := []string{"ns1.elsewhere.example", r.Unknown}
	err := r.Registrar.SetNameservers(t.Context(), r.order(), before(), wants)
	if !errors.Is(err, domains.ErrRefused) {
		t.Errorf("took a host that does not exist: %v", err)
	}
	r.Settle()
	r.has(t, before(), true, false)
}

func switches(t *testing.T, r Rig) {
	for _, to := range []bool{true, true, false, false, true} {
		if err := r.Registrar.SetAutoRenew(t.Context(), r.order(), to); err != nil {
			t.Fatal(err)
		}
		if err := r.Registrar.SetLock(t.Context(), r.order(), !to); err != nil {
			t.Fatal(err)
		}
		r.Settle()
		r.has(t, before(), !to, to)
	}
}

func foreign(t *testing.T, r Rig) {
	o := domains.Order{Key: id.New[id.DomainChangeKind](), Domain: "somebody-elses.example"}
	_, err := r.Registrar.Lookup(t.Context(), o.Domain)
	for what, err := range map[string]error{
		"look":    err,
		"servers": r.Registrar.SetNameservers(t.Context(), o, before(), after()),
		"renewal": r.Registrar.SetAutoRenew(t.Context(), o, true),
		"lock":    r.Registrar.SetLock(t.Context(), o, false),
	} {
		if !errors.Is(err, domains.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func fails(t *testing.T, r Rig) {
	const patience = 200 * time.Millisecond
	for _, way := range []Way{Down, Slow} {
		if !r.Break(way) {
			continue
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		began := time.Now()
		_, err := r.Registrar.Lookup(ctx, domain)
		failed := []error{err, r.Registrar.SetLock(ctx, r.order(), false)}
		cancel()
		for _, err := range failed {
			if err == nil || errors.Is(err, domains.ErrNotFound) || errors.Is(err, domains.ErrRefused) {
				t.Errorf("way %d: %v", way, err)
			}
		}
		if took := time.Since(began); took > 10*patience {
			t.Errorf("way %d: it was waited for %s", way, took)
		}
	}
}
