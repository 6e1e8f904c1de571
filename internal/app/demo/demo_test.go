package demo_test

import (
	"log/slog"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/app/demo"
	"gatehouse/internal/identity/persons"
)

// TestTheDemoIsWhatItSays lives through the demo's past, on a machine that stood still for longer than notices of
// payments stay fresh, and looks at what came of it.
func TestTheDemoIsWhatItSays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, err := demo.OpenSlowly(t.Context(), "localhost:8080", dir, slog.New(slog.DiscardHandler), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range cast.Groups() {
		for _, p := range g.People {
			visitor := actor.Enter(actor.Details{Kind: actor.Anonymous})
			out, err := a.People.SignIn(t.Context(), visitor, p.Email, persons.DemoPassword)
			if err != nil {
				t.Errorf("%s cannot sign in: %v", p.Email, err)
			}
			if asked := out.Half != ""; asked != p.CodeApp {
				t.Errorf("%s is asked for a code: %v", p.Email, asked)
			}
		}
	}
	verifyAll(t, a)
	if findings, err := a.Billing.Audit(t.Context()); err != nil || len(findings) > 0 {
		t.Errorf("the ledger: %v %v", findings, err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := demo.Open(t.Context(), "localhost:8080", dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Close() })
	verifyAll(t, again)
}

func verifyAll(t *testing.T, a *app.App) {
	t.Helper()
	r, err := a.Log.Verify(t.Context(), activity.Check{Notes: a.Config.Notes.Dir})
	if err != nil || !r.OK() || r.Entries < 500 || r.Notes == 0 {
		t.Errorf("the log: %+v %v", r, err)
	}
}
