package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// whyHere is what everybody of the staff says of the account in which the roles are held.
const whyHere = "The routes of this portal"

// say has somebody of the staff say why they look at a client.
func (h *house) say(t *testing.T, as string, account id.Account) {
	t.Helper()
	at := "/staff/reason/" + account.String()
	form := url.Values{"csrf": {h.tokens[as]}, "code": {"other"}, "why": {whyHere}, "to": {"/staff"}}
	if res, body := h.send(as, http.MethodPost, at, form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s could not say why: %d %s", as, res.StatusCode, body)
	}
}

// TestStaffRoutesByReason asks every route of staff as every department: without having said why, with a reason, with
// another department's data opened in an emergency, and when the time of both is over; and holds the answers against a
// file that a reviewer can read. "why" is asked why. What is refused stands in the client's log, and so does each look,
// with its reason (A2, L1, N8).
func TestStaffRoutesByReason(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		compareReasons(t, newHouse(t, func(*config.Config) {}), *update)
	})
	t.Run("mariadb", func(t *testing.T) {
		t.Parallel()
		server := testkit.MariaDBDatabase(t)
		compareReasons(t, newHouse(t, func(cfg *config.Config) {
			cfg.Database.Driver = config.MySQL
			cfg.Database.WriteDSN, cfg.Database.ReadDSN = config.NewSecret(server.Migrate), config.NewSecret(server.Read)
			cfg.Database.MigrateDSN = config.NewSecret(server.Migrate)
		}), false)
	})
}

// reasonPhases are the states of a reason, in the order in which they come about.
func reasonPhases(t *testing.T, h *house) []func() {
	return []func(){
		func() {},
		func() {
			for _, d := range departments() {
				h.say(t, "staff "+d, h.here.account)
			}
		},
		func() {
			for department, opened := range map[string]string{
				"support": "billing", "billing": "technical", "technical": "billing",
			} {
				h.opens(t, "staff "+department, opened)
			}
		},
		func() { h.endLooks(t) },
	}
}

// whyNow is why some of the staff opened what another department sees.
const whyNow = "The routes are asked in an emergency"

// opens has somebody of the staff open what another department sees of the client.
func (h *house) opens(t *testing.T, as, department string) {
	t.Helper()
	at := "/staff/clients/" + h.here.account.String() + "/emergency"
	form := url.Values{"csrf": {h.tokens[as]}, "department": {department}, "code": {"outage"}, "why": {whyNow}}
	if res, body := h.send(as, http.MethodPost, at, form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s could not open %s: %d %s", as, department, res.StatusCode, body)
	}
}

// endLooks lets the time of all reasons be over.
func (h *house) endLooks(t *testing.T) {
	t.Helper()
	err := h.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ClientsManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			return g.Entry(activity.AccountEdited, activity.Details{}),
				g.On(tx.DB).Exec("UPDATE looks SET started_at = 1, ends_at = 2").Error
		})
	if err != nil {
		t.Fatal(err)
	}
}

func compareReasons(t *testing.T, h *house, write bool) {
	t.Helper()
	answers, objects := map[string][]string{}, h.objects(t)
	for phase, begin := range reasonPhases(t, h) {
		begin()
		before := h.logOf(t)
		for _, r := range h.routes {
			if !strings.HasPrefix(r.Path, "/staff") {
				continue
			}
			for _, of := range h.variants(r, objects) {
				for _, d := range departments() {
					answer, body := h.byReason(t, "staff "+d, r.Method, of)
					key := r.Method + " " + r.Path + of.what + " " + d
					answers[key] = append(answers[key], answer)
					if (phase == 0 || phase == 3) && strings.Contains(r.Path, ":account") && strings.Contains(body, "@here.example") {
						t.Errorf("%s %s shows %s the client’s people without a reason", r.Method, r.Path, d)
					}
				}
			}
		}
		h.judgeLooks(t, phase > 0, h.logOf(t))
		if n := looksOf(h.logOf(t)) - looksOf(before); (phase == 0 || phase == 3) && n != 0 {
			t.Errorf("%d entries of looks that were not shown", n)
		}
	}
	h.judgeReads(t, objects)
	var b strings.Builder
	fmt.Fprintf(&b, "%-6s %-58s without/with/emergency/over, for %s\n", "", "", strings.Join(departments(), ", "))
	for _, r := range h.routes {
		if !strings.HasPrefix(r.Path, "/staff") {
			continue
		}
		for _, of := range h.variants(r, objects) {
			if of.what == "" {
				fmt.Fprintf(&b, "%-6s %-58s", r.Method, r.Path)
			} else {
				fmt.Fprintf(&b, "%-6s %-58s", "", "  "+of.what)
			}
			for _, d := range departments() {
				fmt.Fprintf(&b, " %-15s", strings.Join(answers[r.Method+" "+r.Path+of.what+" "+d], "/"))
			}
			b.WriteString("\n")
		}
	}
	golden := filepath.Join("testdata", "reasons.golden")
	if write {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != b.String() {
		t.Errorf("what staff get by their reason is not what %s says (run with -update and read it): %v\n%s",
			golden, err, b.String())
	}
}

// byReason asks for a route as somebody of the staff, with a form that no form is; about an object, with one that says
// nothing, or shows an object as it never was, so that it gets as far as the object and changes nothing.
func (h *house) byReason(t *testing.T, as, method string, of variant) (answer, body string) {
	t.Helper()
	var form url.Values
	if method == http.MethodPost {
		form = url.Values{"csrf": {h.tokens[as]}}
		switch {
		case of.what == "":
			form.Set("no_form_has_this", "1")
		case strings.HasSuffix(of.path, "/take"), strings.HasSuffix(of.path, "/close"):
			form.Set("version", "999")
		}
	}
	res, body := h.send(as, method, of.path, form)
	if res.StatusCode == http.StatusPreconditionRequired ||
		strings.HasPrefix(res.Header.Get("Location"), "/staff/reason/") {
		return "why", body
	}
	return fmt.Sprint(res.StatusCode), body
}

// logOf are the entries in the client's log that tell what staff saw, or wanted to see.
func (h *house) logOf(t *testing.T) (list []activity.Entry) {
	t.Helper()
	for before := int64(0); ; {
		page, err := h.Log.Page(t.Context(), id.AccountScope(h.here.account), activity.Filter{
			Kind: actor.Staff, Before: before, Limit: 200,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			if e.Action == activity.DataViewed || e.Action == activity.LogViewed || e.Action == activity.Refused {
				list = append(list, e)
			}
		}
		if before = page.Older; before == 0 {
			return list
		}
	}
}

// judgeReads asks for every page, table and paper of a client, each with a reason of its own, and misses the entry of
// what was shown. A look that began before hides none: the time of each is over before the next. The form of an
// emergency shows nothing but the client's name, which stands in the list of clients.
func (h *house) judgeReads(t *testing.T, objects []object) {
	t.Helper()
	shown := 0
	for _, r := range h.routes {
		client, below := strings.CutPrefix(r.Path, "/staff/clients/:account")
		if r.Method != http.MethodGet || !below || client == "/emergency" {
			continue
		}
		for _, of := range h.variants(r, objects) {
			h.endLooks(t)
			h.say(t, "staff administrator", h.here.account)
			before := looksOf(h.logOf(t))
			if answer, _ := h.byReason(t, "staff administrator", r.Method, of); answer != "200" {
				continue
			}
			if shown++; looksOf(h.logOf(t)) == before {
				t.Errorf("%s%s is shown, and the client’s log does not say so", r.Path, of.what)
			}
		}
	}
	if shown == 0 {
		t.Error("no page of a client is shown")
	}
}

func looksOf(list []activity.Entry) (n int) {
	for _, e := range list {
		if e.Action != activity.Refused {
			n++
		}
	}
	return n
}

// judgeLooks holds each look in the client's log against the reason that was given for it.
func (h *house) judgeLooks(t *testing.T, said bool, list []activity.Entry) {
	t.Helper()
	looked, refused := map[string]bool{}, map[string]bool{}
	for _, e := range list {
		if e.Action == activity.Refused {
			refused[e.ActorRole] = true
			continue
		}
		looked[e.ActorRole] = true
		said := e.StaffReason == "other" && e.What.Reason == whyHere ||
			e.StaffReason == activity.GivenEmergency && strings.HasSuffix(e.What.Reason, whyNow)
		if !said || e.TargetKind != gate.TargetLook {
			t.Errorf("%s looked by %s without a reason: %+v", e.ActorRole, e.Verb, e.What)
		}
	}
	for _, d := range departments() {
		if looked[d] != said {
			t.Errorf("%s looked: %v, by the client’s log", d, looked[d])
		}
		if d != "administrator" && !refused[d] { // whose department lets them see everything
			t.Errorf("no refusal of %s is in the client’s log", d)
		}
	}
}
