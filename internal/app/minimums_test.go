package app_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/money"
	"gatehouse/internal/overview"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/settings"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

const (
	boss  = "administrator@harbour.example"
	petra = "petra@kettles.example" // an owner without a second step
	olaf  = "olaf@kettles.example"  // an administrator of the account, with one
)

// pair is the program twice over one database, as on two nodes.
type pair struct {
	one, two *house
	doors    [2]*site.Site
	account  id.Account
}

func eachPair(t *testing.T, test func(t *testing.T, p *pair)) {
	t.Helper()
	t.Parallel()
	for name, place := range map[string]func(*testing.T, *config.Config){
		"sqlite": func(*testing.T, *config.Config) {}, "mariadb": onMariaDB,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newPair(t, place))
		})
	}
}

func newPair(t *testing.T, place func(*testing.T, *config.Config)) *pair {
	t.Helper()
	cfg, err := config.Demo("localhost:8080", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	place(t, cfg)
	if _, err := secretbox.Create(cfg.KeysDir, secretbox.Demo()); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Migrate(t.Context(), cfg, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	p := &pair{}
	for i, h := range []**house{&p.one, &p.two} {
		a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = a.Close() })
		*h = &house{App: a, cookies: map[string]*http.Cookie{}, tokens: map[string]string{}}
		if (*h).handler, err = a.Handler(nil); err != nil {
			t.Fatal(err)
		}
		p.doors[i] = site.Around(&testkit.World{Reader: a.Reader, Offset: a.Offset}, (*h).handler,
			"http://localhost:8080", persons.DemoPassword)
		p.doors[i].Knows(boss, persons.DemoSecret)
		p.doors[i].Knows(olaf, persons.DemoSecret)
	}
	p.move(t)
	return p
}

// move brings an administrator in, and a client with two people.
func (p *pair) move(t *testing.T) {
	t.Helper()
	h := p.one
	made, err := h.Accounts.CreateStaff(t.Context(), actor.NewShell("root"), persons.NewPerson{
		Email: boss, Name: "Robin Hale", Password: persons.DemoPassword,
	}, "administrator")
	if err != nil {
		t.Fatal(err)
	}
	h.codeApp(t, made.Person)
	p.account = h.client(t, "Kettles Ltd", petra)
	h.invite(t, p.account, olaf, accounts.Terms{Role: "administrator"})
}

// client makes an account whose owner has accepted, and has nothing but a password.
func (h *house) client(t *testing.T, name, owner string) id.Account {
	t.Helper()
	account, err := h.Accounts.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
		Name: name, Currency: "GBP", OwnerEmail: owner,
		Address: accounts.Address{Line1: "1 Quay", City: "York", Postcode: "YO1 1AA", Country: "GB"},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.join(t, owner)
	return account
}

// later lets time pass on both nodes.
func (p *pair) later(d time.Duration) {
	p.one.Offset.Advance(d)
	p.two.Offset.Set(p.one.Offset.Get())
}

// settle has the other node look, as it does every two seconds.
func (p *pair) settle(t *testing.T) {
	t.Helper()
	if err := p.two.Settings.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// decides has the administrator change settings on their page, on the first node.
func (p *pair) decides(t *testing.T, root *site.Visitor, group string, pairs ...string) {
	t.Helper()
	path := "/staff/settings/" + group
	root.Get(path).Is(t, http.StatusOK)
	root.Submit(path, site.Form(pairs...)).Is(t, http.StatusOK)
	for i := 0; i < len(pairs); i += 2 {
		field := root.Get(path).Doc.Find(`[name="` + pairs[i] + `"]`)
		if chosen := field.Filter("[checked]"); chosen.Length() > 0 {
			field = chosen
		}
		if got := field.AttrOr("value", ""); got != pairs[i+1] {
			t.Fatalf("%s is %q, not %q", pairs[i], got, pairs[i+1])
		}
	}
}

// N2, N3: a second step that the provider asks of everybody is asked of whoever is signed in without one at their next
// request, on the node where it was decided and, once it looked, on the other. Whoever signed in with one goes on.
func TestASecondStepForEverybodyIsAskedForAtOnce(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		root := p.doors[0].Visit(t).SignIn(boss)
		base := "/accounts/" + p.account.String()
		var low, high [2]*site.Visitor
		for i, door := range p.doors {
			low[i], high[i] = door.Visit(t).SignIn(petra), door.Visit(t).SignIn(olaf)
			low[i].Get(base+"/contacts").Is(t, http.StatusOK)
			p.later(time.Minute) // a code counts once
		}
		p.decides(t, root, "minimums", "sign_in-clients_factor", settings.FactorAny)
		refused := func(i int) {
			t.Helper()
			low[i].Get(base+"/contacts").Is(t, http.StatusForbidden).Says(t, "second")
			low[i].Get(base+"/invoices").Is(t, http.StatusForbidden)
			high[i].Get(base+"/contacts").Is(t, http.StatusOK)
		}
		refused(0)
		low[1].Get(base+"/contacts").Is(t, http.StatusOK) // it has not looked yet
		p.settle(t)
		refused(1)
		low[0].Get("/me/security").Is(t, http.StatusOK) // where it is set up
		late := p.doors[1].Visit(t).SignIn(petra)
		late.Get(base+"/contacts").Is(t, http.StatusForbidden)

		p.decides(t, root, "minimums", "sign_in-clients_factor", settings.FactorKey)
		high[0].Get(base+"/contacts").Is(t, http.StatusForbidden).Says(t, "key")
		p.decides(t, root, "minimums", "sign_in-clients_factor", settings.FactorNone)
		low[0].Get(base+"/contacts").Is(t, http.StatusOK)
		low[1].Get(base+"/contacts").Is(t, http.StatusForbidden)
		p.settle(t)
		low[1].Get(base+"/contacts").Is(t, http.StatusOK)
	})
}

// N3: shorter times end what is older, at the next request and on both nodes. Sessions that were used within them go
// on.
func TestShorterTimesEndSessionsThatAreOlder(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		old := [2]*site.Visitor{p.doors[0].Visit(t).SignIn(petra), p.doors[1].Visit(t).SignIn(petra)}
		p.later(12 * time.Minute)
		root := p.doors[0].Visit(t).SignIn(boss)
		fresh := p.doors[0].Visit(t).SignIn(petra)
		p.decides(t, root, "minimums", "sign_in-clients_idle", "10")
		in := func(v *site.Visitor, want bool) {
			t.Helper()
			if page := v.Get("/me/sessions"); (page.Path == "/me/sessions") != want {
				t.Errorf("it led to %s", page.Path)
			}
		}
		in(old[0], false)
		in(fresh, true)
		p.settle(t)
		in(old[1], false)

		steady := [2]*site.Visitor{p.doors[0].Visit(t).SignIn(petra), p.doors[1].Visit(t).SignIn(petra)}
		for range 4 { // never idle
			p.later(9 * time.Minute)
			in(steady[0], true)
			in(steady[1], true)
			root.Get("/staff")
		}
		root = p.doors[0].Visit(t).SignIn(boss)
		p.decides(t, root, "minimums", "sign_in-clients_absolute", "30")
		in(steady[0], false)
		p.settle(t)
		in(steady[1], false)
		root.Get("/staff").Is(t, http.StatusOK)
		p.decides(t, root, "minimums", "sign_in-staff_idle", "5")
		p.later(6 * time.Minute)
		if page := root.Get("/staff"); page.Path == "/staff" {
			t.Error("a session of staff outlived its time")
		}
	})
}

// P8: the prefix holds for the next number on each node that looked, in a series without gaps of its own; numbers that
// were given stay, and staff find all of them.
func TestAPrefixBeginsASeriesOfItsOwn(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		root := p.doors[0].Visit(t).SignIn(boss)
		year := p.one.issues(t, p.account, "", "x")[:4]
		p.decides(t, root, "tax", "tax-invoice_prefix", "HH")
		p.one.issues(t, p.account, "HH-"+year+"-0001", "a")
		p.settle(t)
		p.two.issues(t, p.account, "HH-"+year+"-0002", "b")
		p.one.issues(t, p.account, "HH-"+year+"-0003", "c")
		p.decides(t, root, "tax", "tax-invoice_prefix", "")
		p.one.issues(t, p.account, year+"-0002", "d")

		other := p.one.client(t, "Tin & Sons", "tin@tin.example")
		p.one.issues(t, other, year+"-0003", "e")
		p.decides(t, root, "tax", "tax-invoice_prefix", "HH")
		p.one.issues(t, other, "HH-"+year+"-0004", "f")
		system := actor.NewSystem("test")
		for search, want := range map[string]id.Account{
			"HH-" + year + "-0001": p.account, "hh-" + year + "-0004": other, "HH " + year + " 0003": p.account,
			"HH" + year + "0004": other, "HH-" + year + "-0005": {}, "XX-" + year + "-0001": {},
			"CN-" + year + "-0001": {},
		} {
			page, err := p.one.Overview.Clients(t.Context(), system, overview.ClientQuery{Search: search})
			if err != nil {
				t.Fatal(err)
			}
			var got id.Account
			if len(page.Rows) == 1 {
				got = page.Rows[0].Account.ID
			}
			if got != want || len(page.Rows) > 1 {
				t.Errorf("%s finds %d clients, not %s", search, len(page.Rows), want)
			}
		}
		// Two invoices: of the series without a prefix, and of that with one.
		page, err := p.one.Overview.Clients(t.Context(), system, overview.ClientQuery{Search: year + "-0003"})
		if err != nil || len(page.Rows) != 2 {
			t.Errorf("a number without its prefix finds %d clients, %v", len(page.Rows), err)
		}
		root.Get("/staff/clients?q=HH-"+year+"-0004").Is(t, http.StatusOK).Says(t, "Tin & Sons").Silent(t, "Kettles Ltd")
	})
}

// issues issues an invoice, and says which number it should have; empty: whichever.
func (h *house) issues(t *testing.T, account id.Account, want, about string) string {
	t.Helper()
	number, err := h.Billing.Issue(t.Context(), actor.NewSystem("test"), account, billing.Draft{
		Key: id.New[id.InvoiceKind](), About: about, Due: h.now(t).Add(336 * time.Hour), Lines: []billing.Line{{
			Text: fmt.Sprint("Hosting ", about), Quantity: decimal.New(1, 0), Price: money.New(7900, money.GBP), Rate: 2000,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if want != "" && number != want {
		t.Errorf("it has the number %s, not %s", number, want)
	}
	return number
}
