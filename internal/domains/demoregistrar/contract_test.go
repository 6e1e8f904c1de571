package demoregistrar_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/internal/domains"
	"gatehouse/internal/domains/demoregistrar"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/registrars"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }

// clock is a time that tests move.
type clock struct{ at time.Time }

func (c *clock) now(context.Context) (time.Time, error) { return c.at, nil }

func TestTheDemosRegistrarKeepsTheContract(t *testing.T) { // N7
	t.Parallel()
	registrars.Keeps(t, func(t *testing.T) registrars.Rig {
		t.Helper()
		c := &clock{at: time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)}
		r := demoregistrar.New(c.now, time.Hour)
		return registrars.Rig{
			Registrar: r, Now: c.at, Settle: func() { c.at = c.at.Add(2 * time.Hour) }, Unknown: "ns1.nowhere.invalid",
			Put: func(domain string, reg domains.Registration) {
				if err := r.Register(domain, reg); err != nil {
					t.Fatal(err)
				}
			},
			Break: func(w registrars.Way) bool {
				r.Behave(map[registrars.Way]demoregistrar.Way{
					registrars.Down: demoregistrar.Down, registrars.Slow: demoregistrar.Slow,
				}[w])
				return true
			},
		}
	})
}

// What the demonstration was told is still so when it starts again; what is to be renewed is, and what is not runs out.
func TestTheDomainsOutliveTheProgram(t *testing.T) {
	t.Parallel()
	file, c := t.TempDir()+"/registrar.json", &clock{at: time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)}
	first, second := demoregistrar.New(c.now, 0), demoregistrar.New(c.now, 0)
	if err := first.Keep(file); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"kept.example", "left.example"} {
		err := first.Register(name, domains.Registration{
			Expires: c.at.AddDate(0, 0, 1), AutoRenew: name == "kept.example",
			Nameservers: []string{"ns1.harbour.example", "ns2.harbour.example"},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := second.Keep(file); err != nil {
		t.Fatal(err)
	}
	for days, want := range map[int]domains.State{2: domains.Expired, 60: domains.Redemption, 90: domains.Gone} {
		c.at = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, days)
		if reg, err := second.Lookup(t.Context(), "left.example"); err != nil || reg.State != want {
			t.Errorf("after %d days: %+v, %v", days, reg, err)
		}
		if reg, err := second.Lookup(t.Context(), "kept.example"); err != nil || reg.State != domains.Active {
			t.Errorf("after %d days: %+v, %v", days, reg, err)
		}
	}
}
