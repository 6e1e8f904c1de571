package app_test

import (
	"context"
	"database/sql"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/internal/app"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
)

// examined is what doctor says of an area.
func examined(ctx context.Context, cfg *config.Config, area string) (ok bool, text string) {
	ok = true
	for _, f := range app.Examine(ctx, cfg, slog.New(slog.DiscardHandler)) {
		if f.Area == area {
			ok, text = ok && f.OK, text+f.Text+"\n"
		}
	}
	return ok, text
}

func sick(t *testing.T) *config.Config {
	t.Helper()
	cfg, err := config.Demo("localhost:8080", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := secretbox.Create(cfg.KeysDir, secretbox.Demo()); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Migrate(t.Context(), cfg, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// L3: doctor misses a trigger that somebody dropped.
func TestDoctorLooksForTriggers(t *testing.T) { // L3
	cfg := sick(t)
	if ok, text := examined(t.Context(), cfg, "triggers"); !ok {
		t.Fatal(text)
	}
	pool, err := sql.Open("sqlite", cfg.Database.WriteDSN.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pool.ExecContext(t.Context(), "DROP TRIGGER ledger_entries_never_go"); err != nil {
		t.Fatal(err)
	}
	_ = pool.Close()
	if ok, text := examined(t.Context(), cfg, "triggers"); ok || !strings.Contains(text, "ledger_entries_never_go") {
		t.Errorf("a dropped trigger is not missed: %s", text)
	}
}

// Notes beside the database alone protect nobody; a copy elsewhere does.
func TestDoctorLooksAtNotes(t *testing.T) { // L3
	cfg := sick(t)
	cfg.Demo = false
	if ok, text := examined(t.Context(), cfg, "notes"); text != "" && ok {
		t.Errorf("notes beside the database: %s", text)
	}
	cfg.Demo = true
	if ok, text := examined(t.Context(), cfg, "notes"); !ok {
		t.Error(text)
	}
	cfg.Notes.Webhook = &url.URL{Scheme: "https", Host: "notes.example"}
	if ok, text := examined(t.Context(), cfg, "notes"); !ok || !strings.Contains(text, "copies elsewhere") {
		t.Error(text)
	}
	cfg.Notes.Dir = filepath.Join("/proc", "nowhere")
	if ok, text := examined(t.Context(), cfg, "notes"); ok {
		t.Error(text)
	}
}

// On MariaDB the users of the manual are found well, one who may do too much is not, and the triggers are seen through
// the user that owns the schema alone.
func TestProtectionOnMariaDB(t *testing.T) { // L3
	w := testkit.NewMariaDB(t)
	if weak, err := w.Gate.Protection(t.Context()); err != nil || len(weak) != 0 {
		t.Errorf("the users of the manual: %q, %v", weak, err)
	}
	names, known, err := db.Triggers(t.Context(), w.Config)
	if err != nil || !known || !strings.Contains(strings.Join(names, " "), "ledger_entries_never_go") {
		t.Errorf("%q, %v, %v", names, known, err)
	}
	blind := w.Config
	blind.Migrate = ""
	if _, known, err := db.Triggers(t.Context(), blind); known || err != nil {
		t.Errorf("seen without a user who can see them: %v", err)
	}
	strong := w.Config
	strong.Write = w.Server.Migrate
	other := testkit.Open(t, strong, w.KeyDir)
	weak, err := other.Gate.Protection(t.Context())
	all := strings.Join(weak, " ")
	if err != nil || !strings.Contains(all, "UPDATE on ledger_entries") || !strings.Contains(all, "DELETE on entries") ||
		!strings.Contains(all, "DROP") {
		t.Errorf("the owner of the schema: %q, %v", weak, err)
	}
}

// The user of the manual who maintains the log may do just that; others lack something, or may too much.
func TestMaintainerOnMariaDB(t *testing.T) { // L3
	w := testkit.NewMariaDB(t)
	by := func(dsn string) string {
		cfg := w.Config
		cfg.Write = dsn
		return strings.Join(testkit.Open(t, cfg, w.KeyDir).Gate.Maintains(t.Context()), " ")
	}
	if wrong := by(w.Server.Maintain); wrong != "" {
		t.Errorf("the user of the manual: %s", wrong)
	}
	if wrong := by(w.Server.Write); !strings.Contains(wrong, "lacks DELETE on entries") {
		t.Errorf("the portal's user: %s", wrong)
	}
	if wrong := by(w.Server.Migrate); !strings.Contains(wrong, "may run UPDATE on entries") ||
		!strings.Contains(wrong, "may run DELETE on heads") {
		t.Errorf("the owner of the schema: %s", wrong)
	}
}

// Keys of another database are named as what they are.
func TestDoctorMissesTheRightKeys(t *testing.T) {
	cfg := sick(t)
	if ok, text := examined(t.Context(), cfg, "keys"); !ok {
		t.Fatal(text)
	}
	other := filepath.Join(t.TempDir(), "keys")
	if _, err := secretbox.Create(other, secretbox.Demo()); err != nil {
		t.Fatal(err)
	}
	cfg.KeysDir = other
	if ok, text := examined(t.Context(), cfg, "keys"); ok || !strings.Contains(text, "not those") {
		t.Errorf("keys of another database: %s", text)
	}
}
