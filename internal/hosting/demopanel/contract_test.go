package demopanel_test

import (
	"testing"

	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/panels"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }

func rig(t *testing.T, p *demopanel.Panel) panels.Rig {
	t.Helper()
	return panels.Rig{
		Panel: p,
		Machine: hosting.Machine{
			Server: hosting.Server{Name: "tern", Panel: demopanel.Name, Host: "tern.example.com"}, Credentials: "canary-key",
		},
		Break: func(w panels.Way) bool {
			p.Behave(map[panels.Way]demopanel.Way{
				panels.Down: demopanel.Down, panels.Slow: demopanel.Slow, panels.Garbled: demopanel.Garbled,
			}[w])
			return true
		},
	}
}

func TestTheDemosPanelKeepsTheContract(t *testing.T) { // N7
	t.Parallel()
	panels.Keeps(t, func(t *testing.T) panels.Rig { t.Helper(); return rig(t, demopanel.New(nil, nil)) })
}

// What the demonstration was told is still so when it starts again.
func TestTheAccountsOutliveTheProgram(t *testing.T) {
	t.Parallel()
	file := t.TempDir() + "/panel.json"
	first, second := demopanel.New(nil, nil), demopanel.New(nil, nil)
	r := rig(t, first)
	if err := first.Keep(file); err != nil {
		t.Fatal(err)
	}
	n := hosting.NewHolding{User: "northwin1", Domain: "northwind.example", Plan: "business"}
	if err := first.Create(t.Context(), r.Machine, n); err != nil {
		t.Fatal(err)
	}
	if err := second.Keep(file); err != nil {
		t.Fatal(err)
	}
	if h, err := second.Find(t.Context(), r.Machine, n.User, ""); err != nil || h.Domain != n.Domain {
		t.Errorf("found %+v, %v", h, err)
	}
}
