//go:build e2e

package e2e_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/secretbox"
)

// openHouse opens a portal that is no demo: staff need security keys there.
func (s *stage) openHouse(t *testing.T) *stage {
	t.Helper()
	house := serve(t, func(address string, logger *slog.Logger) (*app.App, error) {
		cfg, err := config.Load("", []string{
			"GATEHOUSE_DATA_DIR=" + t.TempDir(), "GATEHOUSE_LISTEN=" + address, "GATEHOUSE_PUBLIC_URL=http://" + address,
			"GATEHOUSE_MAIL_HOST=localhost", "GATEHOUSE_MAIL_TLS=none", "GATEHOUSE_PROVIDER_NAME=Harbour Hosting",
		})
		if err != nil {
			return nil, err
		}
		if _, err := secretbox.Create(cfg.KeysDir); err != nil {
			return nil, err
		}
		if _, err := app.Migrate(t.Context(), cfg, logger); err != nil {
			return nil, err
		}
		return app.Open(t.Context(), cfg, logger)
	})
	house.browser = s.browser
	return house
}

// newOnTheStaff signs in for the first time: nothing is open before the start link was shown and a key was added (S12).
func (s *stage) newOnTheStaff(t *testing.T, a *atlas) {
	t.Helper()
	house := s.openHouse(t)
	made, err := house.Accounts.CreateStaff(t.Context(), actor.NewShell("operator"), persons.NewPerson{
		Email: root, Name: "Robin Hale", Password: newPassphrase,
	}, "administrator")
	if err != nil {
		t.Fatal(err)
	}
	b := house.open(t)
	b.plugIn(false)
	b.visit("/sign-in").fill("email", root).fill("password", newPassphrase)
	a.then(b, "Sign in")
	if b.path() != "/me/start" {
		t.Errorf("whoever is new on the staff is led to %s", b.path())
	}
	b.fill("token", "no link").leads(http.StatusUnprocessableEntity, b.click(control("Add my key")))
	a.look(b)
	a.goes(b, "/me/start/"+made.Start.Token)
	a.then(b, "Add my key")
	b.fill("name", "Brass key").press("Go on").press("Use “Brass key” now")
	if !strings.HasPrefix(b.path(), "/me/security/recovery-codes") {
		t.Errorf("the first key leads to %s", b.path())
	}
	a.look(b)
	b.keepCodes().says("Your second step is on")
	a.goes(b, "/staff")
	b.silent()
}
