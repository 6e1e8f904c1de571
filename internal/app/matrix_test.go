package app_test

import (
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/billing"
	"gatehouse/internal/domains"
	"gatehouse/internal/domains/demoregistrar"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
)

var update = flag.Bool("update", false, "write the golden files anew")

// place is an account with something in it for each part of an address.
type place struct {
	account id.Account
	contact id.Membership
	invoice id.Invoice
	service id.Service
	domain  id.Domain
	review  id.Review
	role    id.Role

	colleague id.Person       // of support
	ask       id.StaffRequest // something that an administrator asked for
}

// house is the whole program over a database, with one person for each role and department.
type house struct {
	*app.App
	handler http.Handler
	routes  []web.Route
	here    place // the account in which the roles are held
	there   place // somebody else's
	cookies map[string]*http.Cookie
	tokens  map[string]string
	weights map[string]int // of each page that was asked for, as somebody: bytes over the wire
}

func portalRoles() []string {
	return []string{"owner", "administrator", "billing", "technical", "developer", "support", "auditor"}
}

func departments() []string {
	return []string{"support", "billing", "technical", "privacy", "administrator"}
}

func newHouse(t *testing.T, change func(*config.Config)) *house {
	t.Helper()
	return newHouseLogging(t, slog.New(slog.DiscardHandler), change)
}

func newHouseLogging(t *testing.T, log *slog.Logger, change func(*config.Config)) *house {
	t.Helper()
	cfg, err := config.Demo("localhost:8080", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	change(cfg)
	if _, err := secretbox.Create(cfg.KeysDir, secretbox.Demo()); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Migrate(t.Context(), cfg, log); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	door, err := a.Door(nil)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{
		App: a, routes: door.Routes(), cookies: map[string]*http.Cookie{}, tokens: map[string]string{},
		weights: map[string]int{},
	}
	if h.handler, err = door.Start(); err != nil {
		t.Fatal(err)
	}
	h.populate(t)
	return h
}

func (h *house) populate(t *testing.T) {
	t.Helper()
	server, err := h.Hosting.CreateServer(t.Context(), actor.NewSystem("test"), hosting.NewServer{
		Name: "tern", Panel: "demo", Host: "tern.harbour.example", Location: "London", Credentials: "none",
	})
	if err != nil {
		t.Fatal(err)
	}
	h.here = h.newPlace(t, "Here Ltd", "owner@here.example", server, "here.example")
	h.there = h.newPlace(t, "There Ltd", "owner@there.example", server, "there.example")
	h.invite(t, h.here.account, "target@here.example", accounts.Terms{Role: "support"})
	contacts, err := h.Accounts.Contacts(t.Context(), actor.NewSystem("test"), h.here.account, id.Membership{})
	if err != nil {
		t.Fatal(err)
	}
	h.here.contact = contacts.Contacts[1].ID
	for _, p := range []*place{&h.here, &h.there} {
		if p.review, err = h.Reviews.Start(t.Context(), actor.NewSystem("test"), p.account, id.Review{}); err != nil {
			t.Fatal(err)
		}
	}
	h.signIn(t, "owner", "owner@here.example", h.here.account)
	h.signIn(t, "other", "owner@there.example", h.there.account)
	for _, role := range portalRoles()[1:] {
		terms := accounts.Terms{Role: role}
		if role == "developer" {
			terms.Limited, terms.Services = true, []id.Service{h.here.service}
		}
		h.invite(t, h.here.account, role+"@here.example", terms)
		h.signIn(t, role, role+"@here.example", h.here.account)
	}
	for _, department := range departments() {
		email := department + "@harbour.example"
		made, err := h.Accounts.CreateStaff(t.Context(), actor.NewShell("root"), persons.NewPerson{
			Email: email, Name: "Staff " + department, Password: persons.DemoPassword,
		}, department)
		if err != nil {
			t.Fatal(err)
		}
		h.codeApp(t, made.Person)
		h.signIn(t, "staff "+department, email, id.Account{})
		if department == "support" {
			h.here.colleague = made.Person
		}
	}
	h.here.ask = h.asksForAColleague(t)
}

// now is the house's time, which is the database's.
func (h *house) now(t *testing.T) time.Time {
	t.Helper()
	now, err := h.Reader.Now(t.Context())
	h.must(t, err)
	return now
}

func (h *house) newPlace(t *testing.T, name, owner string, server id.Server, domain string) place {
	t.Helper()
	var p place
	var err error
	p.account, err = h.Accounts.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
		Name: name, Currency: "GBP", OwnerEmail: owner,
		Address: accounts.Address{Line1: "1 Quay", City: "York", Postcode: "YO1 1AA", Country: "GB"},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.accept(t, owner)
	p.service, err = h.Hosting.CreateService(t.Context(), actor.NewSystem("test"), p.account, hosting.NewService{
		Server: server, Plan: "Business Hosting 20", Domain: domain, Price: money.New(7900, money.GBP),
		Period: hosting.Monthly, RenewsAt: h.now(t).Add(720 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	p.domain = id.New[id.DomainKind]()
	err = h.DemoRegistrar.Register(domain, domains.Registration{
		Expires: h.now(t).AddDate(1, 0, 0), Nameservers: []string{"ns1.harbour.example", "ns2.harbour.example"},
	})
	if err == nil {
		err = h.Domains.Add(t.Context(), actor.NewSystem("test"), p.account, domains.Addition{
			Key: p.domain, Name: domain, Registrar: demoregistrar.Name, Service: p.service,
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	p.invoice = id.New[id.InvoiceKind]()
	_, err = h.Billing.Issue(t.Context(), actor.NewSystem("test"), p.account, billing.Draft{
		Key: p.invoice, About: "Hosting", Due: h.now(t).Add(336 * time.Hour), Lines: []billing.Line{{
			Text: "Business Hosting 20", Quantity: decimal.New(1, 0), Price: money.New(7900, money.GBP), Rate: 2000,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	contacts, err := h.Accounts.Contacts(t.Context(), actor.NewSystem("test"), p.account, id.Membership{})
	if err != nil {
		t.Fatal(err)
	}
	p.contact = contacts.Contacts[0].ID
	p.role = id.New[id.RoleKind]()
	err = h.Accounts.MakeRole(t.Context(), actor.NewSystem("test"), p.account, accounts.RoleDraft{
		Key: p.role, Name: "Bookkeeper", Verbs: verb.WithNeeds([]verb.Verb{verb.InvoicesPay}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// fill puts the ids of a place into the parts of a route's path.
func (p place) fill(account id.Account, path string) string {
	for name, value := range map[string]string{
		":account": account.String(), ":contact": p.contact.String(), ":invoice": p.invoice.String(),
		":service": p.service.String(), ":domain": p.domain.String(),
		":entry": "1", ":token": "no-such-token-anywhere-at-all-0000000000000",
		":session": id.New[id.SessionKind]().String(), ":factor": id.New[id.FactorKind]().String(),
		":checkout": id.New[id.CheckoutKind]().String(), ":gateway": "sandbox", ":id": "1",
		":offer": id.New[id.OfferKind]().String(), ":change": id.New[id.ChangeKind]().String(),
		":review": p.review.String(), ":subject": p.contact.String(),
		":export": id.New[id.ExportKind]().String(),
		":note":   id.New[id.CreditNoteKind]().String(),
		":card":   id.New[id.CardKind]().String(), ":setup": id.New[id.CardSetupKind]().String(),
		":link":    id.New[id.PayLinkKind]().String(),
		":request": id.New[id.MoneyRequestKind]().String(), ":transfer": id.New[id.TransferKind]().String(),
		":charge": id.New[id.ChargeKind]().String(),
		":team":   id.New[id.TeamKind]().String(), ":member": id.New[id.MembershipKind]().String(),
		":recovery": id.New[id.RecoveryKind]().String(), ":invitation": id.New[id.InvitationKind]().String(),
		":client": account.String(), ":emergency": id.New[id.LookKind]().String(),
		":pin":       id.New[id.NoteKind]().String(),
		":colleague": p.colleague.String(), ":ask": p.ask.String(), ":department": "support",
		":group": "mail", ":look": "dark", ":mail": "invoice",
		":document": id.New[id.DocumentKind]().String(), ":training": id.New[id.TrainingKind]().String(),
		":role": accounts.Terms{Role: "custom", CustomRole: p.role}.RoleValue(),
	} {
		path = regexp.MustCompile(regexp.QuoteMeta(name)+`(/|$)`).ReplaceAllString(path, value+"$1")
	}
	return path
}

// ask sends a route's request as somebody and says what came of it. Forms carry a field that no form has: whoever may
// use the form is told that it is not one (400), and nothing is changed. The form for a foreign id is empty instead, so
// that it gets as far as the thing itself.
func (h *house) ask(as string, r web.Route, path string, foreign bool) string {
	var form url.Values
	if r.Method == http.MethodPost {
		form = url.Values{"csrf": {h.tokens[as]}}
		if !foreign {
			form.Set("no_form_has_this", "1")
		}
	}
	res, body := h.send(as, r.Method, path, form, "Accept-Encoding", "gzip, deflate, br, zstd")
	h.weigh(as+": "+r.Method+" "+r.Path, res, body)
	if res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/sign-in?") ||
		res.Header.Get("Location") == "/sign-in" && r.Path != "/" && !strings.HasPrefix(r.Path, "/sign-in") {
		return "in"
	}
	return fmt.Sprint(res.StatusCode)
}

func columns() []string {
	list := append(portalRoles(), "other", "nobody")
	for _, d := range departments() {
		list = append(list, "staff "+d)
	}
	return list
}

// TestRoutesByRoles asks every route as everybody and holds the answers against a file that a reviewer can read: which
// permission a route needs, and what each role, a person of another account, nobody, and each department gets. "in" is
// led to sign in; the last column is the owner asking for another account's things under their own (A1 A2 A5 L7).
func TestRoutesByRoles(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t, func(*config.Config) {})
		compareRoutes(t, h, *update)
		h.light(t)
	})
	t.Run("mariadb", func(t *testing.T) {
		t.Parallel()
		server := testkit.MariaDBDatabase(t)
		compareRoutes(t, newHouse(t, func(cfg *config.Config) {
			cfg.Database.Driver = config.MySQL
			cfg.Database.WriteDSN, cfg.Database.ReadDSN = config.NewSecret(server.Migrate), config.NewSecret(server.Read)
			cfg.Database.MigrateDSN = config.NewSecret(server.Migrate)
		}), false)
	})
}

func compareRoutes(t *testing.T, h *house, write bool) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%-6s %-52s %-18s", "", "", "")
	for _, c := range columns() {
		fmt.Fprintf(&b, " %-9s", short(c))
	}
	b.WriteString(" foreign id\n")
	for _, d := range departments() {
		h.say(t, "staff "+d, h.here.account)
	}
	for _, r := range h.routes {
		fmt.Fprintf(&b, "%-6s %-52s %-18s", r.Method, r.Path, r.Verb)
		for _, c := range columns() {
			fmt.Fprintf(&b, " %-9s", h.ask(c, r, h.here.fill(h.here.account, r.Path), false))
		}
		foreign := "-"
		ofAccount := !strings.HasPrefix(r.Path, "/staff")
		if ofAccount && regexp.MustCompile(`:(contact|invoice|service|review|role)`).MatchString(r.Path) {
			foreign = h.ask("owner", r, h.there.fill(h.here.account, r.Path), true)
		}
		b.WriteString(" " + foreign + "\n")
	}
	golden := filepath.Join("testdata", "routes.golden")
	if write {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	wanted := strings.Split(string(want), "\n")
	for i, line := range strings.Split(b.String(), "\n") {
		if i >= len(wanted) || line != wanted[i] {
			t.Errorf("line %d is now\n%s\nand not\n%s", i+1, line, wanted[min(i, len(wanted)-1)])
		}
	}
}

func short(column string) string {
	if department, ok := strings.CutPrefix(column, "staff "); ok {
		return "s." + department[:min(7, len(department))]
	}
	return column[:min(9, len(column))]
}

func operatorOf(name string) actor.Actor { return actor.NewShell(name) }

func noAccount() id.Account { return id.Account{} }
