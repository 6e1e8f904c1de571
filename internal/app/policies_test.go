package app_test

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/testkit"
)

// A2: nothing of the staff side opens, and nothing is done there, before somebody has read and accepted what holds:
// every route is asked for as every department. Their own sign-in stays open. Afterwards each route answers as it did
// before there were policies.
func TestNothingOpensBeforeThePoliciesAreAccepted(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		shutsBefore(t, newHouse(t, func(*config.Config) {}))
	})
	t.Run("mariadb", func(t *testing.T) {
		t.Parallel()
		server := testkit.MariaDBDatabase(t)
		shutsBefore(t, newHouse(t, func(cfg *config.Config) {
			cfg.Database.Driver = config.MySQL
			cfg.Database.WriteDSN, cfg.Database.ReadDSN = config.NewSecret(server.Migrate), config.NewSecret(server.Read)
			cfg.Database.MigrateDSN = config.NewSecret(server.Migrate)
		}))
	})
}

// consoleAnswers are what every route of staff answers a department.
func consoleAnswers(h *house, as string) map[string]string {
	answers := map[string]string{}
	for _, r := range h.routes {
		if !r.Verb.IsStaff() {
			continue
		}
		var form url.Values
		if r.Method == http.MethodPost {
			form = url.Values{"csrf": {h.tokens[as]}, "no_form_has_this": {"1"}}
		}
		res, body := h.send(as, r.Method, h.here.fill(h.here.account, r.Path), form)
		answers[line(r)] = http.StatusText(res.StatusCode)
		waits := res.StatusCode == http.StatusPreconditionRequired && strings.Contains(body, keptSays)
		if strings.HasPrefix(res.Header.Get("Location"), "/me/policies") || waits {
			answers[line(r)] = "policies"
		}
	}
	return answers
}

func shutsBefore(t *testing.T, h *house) {
	t.Helper()
	before := map[string]map[string]string{}
	for _, d := range departments() {
		h.say(t, "staff "+d, h.here.account)
		before[d] = consoleAnswers(h, "staff "+d)
	}
	if n := len(before["support"]); n < 100 {
		t.Fatalf("only %d routes of staff", n)
	}
	h.publishes(t)
	refused := http.StatusText(http.StatusForbidden)
	for _, d := range departments() {
		as := "staff " + d
		for route, answer := range consoleAnswers(h, as) {
			if answer != "policies" && (answer != refused || before[d][route] != refused) {
				t.Errorf("%s: %s answers %q before anything is accepted, %q without policies", as, route, answer, before[d][route])
			}
		}
		for _, open := range []string{"/me/security", "/me/sessions", "/me/policies"} {
			if res, _ := h.send(as, http.MethodGet, open, nil); res.StatusCode != http.StatusOK {
				t.Errorf("%s: %s is %d", as, open, res.StatusCode)
			}
		}
		h.acceptsAll(t, as)
		if !maps.Equal(consoleAnswers(h, as), before[d]) {
			t.Errorf("%s: once it is accepted, the pages are not as before", as)
		}
	}
	res, _ := h.send("owner", http.MethodGet, "/me/policies", nil)
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("a client sees our policies: %d", res.StatusCode)
	}
	_, table := h.send("staff administrator", http.MethodGet, "/staff/policies/register/csv", nil)
	if n := strings.Count(table, ",acknowledged"); n != 2*len(departments()) || !strings.Contains(table, "Staff support") {
		t.Errorf("the register says %d times that something was accepted:\n%s", n, table)
	}
	if _, file := h.send("staff administrator", http.MethodGet, "/staff/policies/register/pdf", nil); file[:5] != "%PDF-" {
		t.Errorf("the register on paper is %q…", file[:5])
	}
	var n int64
	err := h.Reader.With(t.Context()).Raw("SELECT COUNT(*) FROM entries WHERE chain = ? AND action = ?",
		id.ProviderScope().Bytes(), string(activity.PolicyAcknowledged)).Scan(&n).Error
	if err != nil || n != int64(2*len(departments())) {
		t.Errorf("the provider’s log has %d entries of it: %v", n, err)
	}
}

// acceptsAll reads and accepts what holds, one after the other. Without the tick nothing is accepted.
func (h *house) acceptsAll(t *testing.T, as string) {
	t.Helper()
	for i, read := range []string{"", "yes", "yes"} {
		_, body := h.send(as, http.MethodGet, "/me/policies", nil)
		found := regexp.MustCompile(`action="(/me/policies/[0-9a-z]+)"`).FindStringSubmatch(body)
		if found == nil {
			t.Fatalf("%s has nothing to accept at step %d: %s", as, i, body)
		}
		form := url.Values{"csrf": {h.tokens[as]}}
		if read != "" {
			form.Set("read", read)
		}
		if res, body := h.send(as, http.MethodPost, found[1], form); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", as, res.StatusCode, body)
		}
	}
}
