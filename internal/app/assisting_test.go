package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/assist"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// assisting is somebody of the staff who acts on behalf of the contact of a role.
type assisting struct{ department, role string }

func (a assisting) name() string { return "staff " + a.department + " for " + a.role }

// acts lets somebody of the staff act for a contact of the account, in a session of its own.
func (h *house) acts(t *testing.T, a assisting) (staff, contact id.Person) {
	t.Helper()
	h.Offset.Advance(time.Minute) // a code is good once
	h.signIn(t, a.name(), a.department+"@harbour.example", id.Account{})
	h.say(t, a.name(), h.here.account)
	visit, err := h.Accounts.BySession(t.Context(), h.cookies[a.name()].Value, id.Account{}, accounts.Door{})
	if err != nil {
		t.Fatal(err)
	}
	page, err := h.Accounts.Contacts(t.Context(), actor.NewSystem("test"), h.here.account, id.Membership{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range page.Contacts {
		if c.Email != a.role+"@here.example" {
			continue
		}
		err := h.Assist.Begin(t.Context(), visit.Who, h.here.account, c.ID,
			assist.Reason{Code: activity.GivenAsked, Text: "They rang."})
		if err != nil {
			t.Fatal(err)
		}
		return visit.Who.Person, c.Person
	}
	t.Fatal("there is no such contact")
	return staff, contact
}

// N8: whoever of the staff acts on behalf of a contact is asked every route, and the answers are held against a file:
// whatever is not in it is refused, whatever the contact's role and the department. Whatever the walk leaves in a
// log names both, and nothing has the client as the one who did it.
func TestRoutesWhileAssisting(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		compareAssisting(t, newHouse(t, func(*config.Config) {}), *update)
	})
	t.Run("mariadb", func(t *testing.T) {
		t.Parallel()
		server := testkit.MariaDBDatabase(t)
		compareAssisting(t, newHouse(t, func(cfg *config.Config) {
			cfg.Database.Driver = config.MySQL
			cfg.Database.WriteDSN, cfg.Database.ReadDSN = config.NewSecret(server.Migrate), config.NewSecret(server.Read)
			cfg.Database.MigrateDSN = config.NewSecret(server.Migrate)
		}), false)
	})
}

func compareAssisting(t *testing.T, h *house, write bool) {
	t.Helper()
	columns := []assisting{
		{"support", "owner"}, {"administrator", "owner"}, {"administrator", "billing"}, {"support", "technical"},
	}
	staff, contacts := map[string]id.Person{}, map[id.Person]bool{}
	for _, c := range columns {
		person, of := h.acts(t, c)
		staff[c.name()], contacts[of] = person, true
	}
	before := h.length(t)
	var b strings.Builder
	fmt.Fprintf(&b, "%-6s %-52s %-18s", "", "", "")
	for _, c := range columns {
		fmt.Fprintf(&b, " %-14s", c.department[:7]+"/"+c.role[:min(6, len(c.role))])
	}
	b.WriteString("\n")
	for _, r := range h.routes {
		if r.Path == "/sign-out" { // ends it, whatever the form says
			continue
		}
		text, refused := fmt.Sprintf("%-6s %-52s %-18s", r.Method, r.Path, r.Verb), 0
		for _, c := range columns {
			got := h.ask(c.name(), r, h.here.fill(h.here.account, r.Path), false)
			text += fmt.Sprintf(" %-14s", got)
			if got == "403" {
				refused++
			}
			own, listed := r.Verb.WhileAssisting()
			open := r.Verb == verb.Public || r.Path == "/me/assist/end" || r.Path == "/me/stay"
			inside := strings.HasPrefix(r.Path, "/accounts/:account") && listed && own != "" &&
				(r.Method == http.MethodGet || !r.Verb.Reads())
			if !open && !inside && got != "403" {
				t.Errorf("%s passes by %s %s: %s", c.name(), r.Method, r.Path, got)
			}
		}
		if refused < len(columns) { // what is not in the file is refused to all of them
			b.WriteString(text + "\n")
		}
	}
	compareFile(t, filepath.Join("testdata", "assisting.golden"), b.String(), write)
	h.editsFor(t, columns[0].name())
	h.namesBoth(t, before, contacts)
	if len(staff) != len(columns) {
		t.Error("somebody is missing")
	}
}

func compareFile(t *testing.T, golden, got string, write bool) {
	t.Helper()
	if write {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	wanted := strings.Split(string(want), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(wanted) || line != wanted[i] {
			t.Errorf("line %d is now\n%s\nand not\n%s", i+1, line, wanted[min(i, len(wanted)-1)])
		}
	}
}

// length is how many entries the account's log has.
func (h *house) length(t *testing.T) int64 {
	t.Helper()
	var n int64
	err := h.Reader.With(t.Context()).Raw("SELECT seq FROM heads WHERE chain = ?", h.here.account.Bytes()).Scan(&n).Error
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// editsFor changes the account's address on behalf of the contact.
func (h *house) editsFor(t *testing.T, as string) {
	t.Helper()
	settings := "/accounts/" + h.here.account.String() + "/settings"
	res, body := h.send(as, http.MethodPost, settings, url.Values{
		"csrf": {h.tokens[as]}, "version": {"1"}, "line1": {"2 Quay"}, "city": {"York"}, "postcode": {"YO1 1AA"},
		"country": {"GB"},
	})
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the address was not changed: %d %s", res.StatusCode, body)
	}
}

// namesBoth reads what the walk left in the account's log.
func (h *house) namesBoth(t *testing.T, before int64, contacts map[id.Person]bool) {
	t.Helper()
	page, err := h.Gate.Log(t.Context(), actor.NewSystem("test"), verb.ActivityView, id.AccountScope(h.here.account),
		activity.Filter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[activity.Action]int{}
	for _, e := range page.Entries {
		if e.Seq <= before || e.ActorKind == actor.System {
			continue
		}
		seen[e.Action]++
		if e.ActorKind != actor.Staff || contacts[e.ActorID] || !contacts[e.OnBehalfOf] || e.Who.OnBehalf == "" ||
			e.StaffReason != activity.GivenAsked {
			t.Errorf("%s is by %s %q for %q (%v), given %q", e.Action, e.ActorKind, e.Who.Name, e.Who.OnBehalf,
				contacts[e.OnBehalfOf], e.StaffReason)
		}
	}
	for _, action := range []activity.Action{activity.AccountEdited, activity.DataViewed, activity.Refused} {
		if seen[action] == 0 {
			t.Errorf("the walk left no %s: %v", action, seen)
		}
	}
}

// N8: to the second, and by the database's time, the half hour is over.
func TestAssistanceEndsByTheClock(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(*config.Config) {})
	who := assisting{"administrator", "owner"}
	h.acts(t, who)
	begun, err := h.Reader.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	page, at := "/accounts/"+h.here.account.String()+"/contacts", time.Duration(0)
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{14 * time.Minute, 200}, {28 * time.Minute, 200}, {assist.Time - 5*time.Second, 200}, {assist.Time, 303}} {
		h.Offset.Advance(step.after - at)
		at = step.after
		now, err := h.Reader.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		res, body := h.send(who.name(), http.MethodGet, page, nil)
		if res.StatusCode != step.want {
			t.Errorf("after %s: %d, not %d: %s", now.Sub(begun), res.StatusCode, step.want, body)
		}
	}
}
