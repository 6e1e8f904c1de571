package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/support"
	"gatehouse/internal/testkit"
	"gatehouse/internal/web"
)

// What stands in the house, and what no billing person may be sent, in whatever answer.
const (
	serverKey    = "walrus-key-of-the-panel-4711"
	caseSubject  = "Walrus in the mailbox"
	caseWords    = "Walrus words of the client"
	staffWords   = "Walrus words of the staff"
	supportNote  = "Walrus note of support"
	breachFound  = "Walrus shell in the uploads"
	breachAdvice = "Walrus advice after the attack"
)

// most bounds how many pages are looked through by the links of those before.
const most = 900

// TestBillingPeopleAreSentNoSecretsAndNoCases plants keys of servers, links that open panels, and what clients and
// staff wrote about anything but money, and looks for them in every answer that a billing contact and the billing
// department get: each route of their side, each link of the pages that they may open, files, mails and refusals
// included. The provider's side is asked once more in an emergency, which opens what the technical department sees, and
// still no secret (A1, A2, G7).
func TestBillingPeopleAreSentNoSecretsAndNoCases(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		looksForFields(t, newHouse(t, func(*config.Config) {}))
	})
	t.Run("mariadb", func(t *testing.T) {
		t.Parallel()
		server := testkit.MariaDBDatabase(t)
		looksForFields(t, newHouse(t, func(cfg *config.Config) {
			cfg.Database.Driver = config.MySQL
			cfg.Database.WriteDSN, cfg.Database.ReadDSN = config.NewSecret(server.Migrate), config.NewSecret(server.Read)
			cfg.Database.MigrateDSN = config.NewSecret(server.Migrate)
		}))
	})
}

func looksForFields(t *testing.T, h *house) {
	t.Helper()
	objects := h.objects(t)
	planted, hidden := h.plants(t)
	objects = append(objects, planted...)
	for _, d := range departments() {
		h.say(t, "staff "+d, h.here.account)
	}
	h.others(t, objects, hidden)
	for _, who := range []string{"billing", "staff billing"} {
		if n := h.reads(t, who, objects, hidden); n < 40 {
			t.Errorf("%s opened only %d pages", who, n)
		}
	}
	h.mails(t, hidden)
	h.opens(t, "staff billing", "technical")
	opened := map[string]string{}
	for _, secret := range []string{
		"the key of a server", "a link that opens a panel", "a case", "what was said in it", "what staff said in it",
	} {
		opened[secret] = hidden[secret]
	}
	h.reads(t, "staff billing", objects, opened)
}

// plants leaves in the house what is looked for, and says where it is.
func (h *house) plants(t *testing.T) (objects []object, hidden map[string]string) {
	t.Helper()
	server, err := h.Hosting.CreateServer(t.Context(), actor.NewSystem("test"), hosting.NewServer{
		Name: "walrus", Panel: "demo", Host: "walrus.harbour.example", Location: "Leeds", Credentials: serverKey,
	})
	h.must(t, err)
	service := func(domain string) id.Service {
		made, err := h.Hosting.CreateService(t.Context(), actor.NewSystem("test"), h.here.account, hosting.NewService{
			Server: server, Plan: "Business Hosting 20", Domain: domain, Price: money.New(7900, money.GBP),
			Period: hosting.Monthly,
		})
		h.must(t, err)
		return made
	}
	attacked := service("attacked.example")
	h.must(t, h.Hosting.Disable(t.Context(), actor.NewSystem("test"), h.here.account, attacked, hosting.Breach{
		Found: breachFound, Todo: breachAdvice,
	}))
	owner := h.who(t, "owner@here.example", h.here.account)
	one := id.New[id.CaseKind]()
	h.must(t, h.Support.OpenCase(t.Context(), actor.NewSystem("test"), support.NewCase{
		ID: one, Person: owner.Person, Name: "The owner", Kind: support.Security, Severity: support.Normal,
		Subject: caseSubject, Text: caseWords,
	}))
	h.must(t, h.Support.StaffReply(t.Context(), h.staffActor(t, "support"), one, staffWords))
	h.must(t, h.Pinned.Pin(t.Context(), h.staffActor(t, "support"), h.here.account, supportNote, false))
	h.deliver(t)
	objects = []object{
		{"with words", ":case", ":case", one.String()},
		{"on a planted server", ":server", ":server", server.String()},
		{"that was attacked", ":service", ":service", attacked.String()},
	}
	hidden = map[string]string{
		"the key of a server": serverKey, "a link that opens a panel": h.panelLink(t, owner, service("opened.example")),
		"a case": caseSubject, "what was said in it": caseWords, "what staff said in it": staffWords,
		"a note of support": supportNote, "what was found in a breach": breachFound,
		"what is to be done after a breach": breachAdvice,
	}
	return objects, hidden
}

// panelLink is what opens a panel as somebody, once.
func (h *house) panelLink(t *testing.T, owner actor.Actor, service id.Service) string {
	t.Helper()
	link, err := h.Hosting.OpenPanel(t.Context(), owner, h.here.account, service)
	h.must(t, err)
	return link
}

// others holds that what is looked for is there to be found, by those whose work it is.
func (h *house) others(t *testing.T, objects []object, hidden map[string]string) {
	t.Helper()
	found := map[string]bool{}
	for _, as := range []string{"staff support", "staff technical"} {
		for _, r := range h.routes {
			if r.Method != http.MethodGet || !strings.HasPrefix(r.Path, "/staff/c") {
				continue
			}
			for _, of := range h.variants(r, objects) {
				_, body := h.send(as, r.Method, of.path, nil)
				for name, secret := range hidden {
					found[name] = found[name] || strings.Contains(body, secret)
				}
			}
		}
	}
	for name := range hidden {
		secret := name == "the key of a server" || name == "a link that opens a panel" // shown to nobody
		if found[name] == secret {
			t.Errorf("%s: support and technical are shown it: %v", name, found[name])
		}
	}
}

// mails holds that nothing of what is hidden goes to a billing person by mail.
func (h *house) mails(t *testing.T, hidden map[string]string) {
	t.Helper()
	n := 0
	for _, m := range h.Mailbox.List() {
		if !strings.HasPrefix(m.To, "billing@") {
			continue
		}
		n++
		for name, secret := range hidden {
			if strings.Contains(m.Subject+m.Text+m.HTML, secret) {
				t.Errorf("%s is sent %s in the mail “%s”", m.To, name, m.Subject)
			}
		}
	}
	if n == 0 {
		t.Error("billing people got no mail at all")
	}
}

// sideOf are the routes of the side of the counter that somebody stands on. That the other one refuses them stands in
// the golden file of routes.
func (h *house) sideOf(as string) []web.Route {
	other := "/staff"
	if strings.HasPrefix(as, "staff") {
		other = "/accounts"
	}
	return slices.DeleteFunc(slices.Clone(h.routes), func(r web.Route) bool {
		return r.Path == other || strings.HasPrefix(r.Path, other+"/")
	})
}

// reads asks the routes of somebody's side, follows the links of every page, and looks for what is hidden from them. It
// returns how many pages were opened.
func (h *house) reads(t *testing.T, as string, objects []object, hidden map[string]string) (opened int) {
	t.Helper()
	judge := func(what string, res *http.Response, body string) {
		text := body
		for name, values := range res.Header {
			text += "\n" + name + ": " + strings.Join(values, " ")
		}
		for name, secret := range hidden {
			if strings.Contains(text, secret) {
				t.Errorf("%s is sent %s by %s (%d)", as, name, what, res.StatusCode)
			}
		}
	}
	seen, queue := map[string]bool{}, []string{}
	push := func(path string) {
		path, _, _ = strings.Cut(path, "#")
		if !seen[path] && !strings.Contains(path, "sign-out") && !strings.HasPrefix(path, "/demo/") { // everybody's mails
			seen[path], queue = true, append(queue, path)
		}
	}
	for _, r := range h.sideOf(as) {
		for _, of := range h.variants(r, objects) {
			if r.Method == http.MethodGet {
				push(of.path)
				continue
			}
			if strings.HasPrefix(r.Path, "/sign-") || strings.HasPrefix(r.Path, "/me/sessions") {
				continue
			}
			for _, extra := range []string{"no_form_has_this", "version"} {
				if extra == "version" && of.what == "" {
					continue // an empty form may be all that it takes
				}
				form := url.Values{"csrf": {h.tokens[as]}, extra: {"999"}}
				res, body := h.send(as, http.MethodPost, of.path, form)
				judge("POST "+of.path, res, body)
			}
		}
	}
	links := regexp.MustCompile(`(?:href|src)="(/[^"]*)"`)
	for i := 0; i < len(queue) && i < most; i++ {
		res, body := h.send(as, http.MethodGet, queue[i], nil)
		judge("GET "+queue[i], res, body)
		if res.StatusCode != http.StatusOK {
			continue
		}
		opened++
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, m := range links.FindAllStringSubmatch(body, -1) {
			if !strings.Contains(m[1], "?") && !strings.HasPrefix(m[1], "/static") && !strings.HasPrefix(m[1], "/assets") {
				push(m[1])
			}
		}
	}
	t.Logf("%s: %d addresses, %d opened", as, min(len(queue), most), opened)
	return opened
}
