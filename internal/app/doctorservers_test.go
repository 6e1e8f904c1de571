package app_test

import (
	"database/sql"
	"log/slog"
	"net/netip"
	"strings"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/hosting/whm"
)

// doctor asks each server how it is, and says of those that do not answer what to do (I5).
func TestDoctorLooksAtServers(t *testing.T) { // I5
	cfg := sick(t)
	a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for name, panel := range map[string]string{"swift": whm.Name, "tern": demopanel.Name} {
		_, err := a.Hosting.CreateServer(t.Context(), actor.NewSystem("test"), hosting.NewServer{
			Name: name, Panel: panel, Host: name + ".harbour.example", Location: "London", Credentials: "root:NOBODYSKEY",
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	pool, err := sql.Open("sqlite", cfg.Database.WriteDSN.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	// No form takes such a host; a name that leads there does the same.
	if _, err := pool.ExecContext(t.Context(), "UPDATE servers SET host = 'localhost' WHERE name = 'swift'"); err != nil {
		t.Fatal(err)
	}
	_ = pool.Close()
	says := func(words ...string) {
		t.Helper()
		ok, text := examined(t.Context(), cfg, "servers")
		for _, w := range words {
			if ok || !strings.Contains(text, w) {
				t.Errorf("doctor does not say %q, but %s", w, text)
			}
		}
		if strings.Contains(text, "NOBODYSKEY") {
			t.Errorf("doctor tells the key: %s", text)
		}
	}
	says("Server swift: Its host name leads into a private network", "Server tern answers.")
	cfg.Panel.Networks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	says("Server swift: It takes no connections.", "Server tern answers.")
}
