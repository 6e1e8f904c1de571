package app_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/conduct"
)

// A2: doctor says which policies staff have to accept do not hold yet, whoever thinks that they do.
func TestDoctorMissesPolicies(t *testing.T) {
	t.Parallel()
	cfg := sick(t)
	says := func(want bool, words ...string) {
		t.Helper()
		ok, text := examined(t.Context(), cfg, "staff")
		for _, w := range words {
			if ok != want || !strings.Contains(text, w) {
				t.Errorf("doctor does not say %q, but %v: %s", w, ok, text)
			}
		}
	}
	publish := func(k conduct.Kind, from time.Time) {
		t.Helper()
		a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Close() }()
		draft := conduct.Draft{Kind: k, Title: "How we work", Body: "Keep your key.", Effective: from}
		if err := a.Conduct.Publish(t.Context(), actor.NewSystem("test"), draft); err != nil {
			t.Fatal(err)
		}
	}
	says(false, "security policy", "privacy policy", "Publish")
	publish(conduct.Security, time.Time{})
	says(false, "No version of the privacy policy holds")
	publish(conduct.Privacy, time.Time{})
	says(true, "accept the policies")
	cfg = sick(t)
	publish(conduct.Security, time.Now().AddDate(0, 0, 20)) // not yet
	publish(conduct.Privacy, time.Time{})
	says(false, "No version of the security policy holds")
}
