package app_test

import (
	"log/slog"
	"strings"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// S3: with the keys of a demo passwords are hashed quickly, with a provider's in earnest.
func TestOnlyADemoHashesQuickly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options []secretbox.Option
		cost    string
	}{
		"demo":     {[]secretbox.Option{secretbox.Demo()}, "$m=8,t=1,p=1$"},
		"provider": {nil, "$m=19456,t=2,p=1$"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, err := config.Demo("localhost:8080", t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := secretbox.Create(cfg.KeysDir, c.options...); err != nil {
				t.Fatal(err)
			}
			quiet := slog.New(slog.DiscardHandler)
			if _, err := app.Migrate(t.Context(), cfg, quiet); err != nil {
				t.Fatal(err)
			}
			a, err := app.Open(t.Context(), cfg, quiet)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = a.Close() })
			if got := hashOfANewPerson(t, a); !strings.Contains(got, c.cost) {
				t.Errorf("%s is not one of %s", got, c.cost)
			}
		})
	}
}

// hashOfANewPerson is what is kept of somebody's password.
func hashOfANewPerson(t *testing.T, a *app.App) string {
	t.Helper()
	n, err := a.People.Prepare(t.Context(), persons.NewPerson{
		Email: "new@northwind.example", Name: "New", Password: "nine wooden ferries left",
	})
	if err != nil {
		t.Fatal(err)
	}
	err = a.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ClientsManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return a.People.CreatePerson(tx, g, n) })
	if err != nil {
		t.Fatal(err)
	}
	var row struct{ PasswordHash secretbox.Sealed }
	rows := db.Across(a.Reader.With(t.Context()), "a test looks at a hash")
	if err := rows.Raw("SELECT password_hash FROM persons WHERE id = ?", n.Person()).Scan(&row).Error; err != nil {
		t.Fatal(err)
	}
	place := secretbox.Place{Table: "persons", Column: "password_hash", Row: n.Person().Bytes()}
	hash, err := a.Box.Open(row.PasswordHash, place)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}
