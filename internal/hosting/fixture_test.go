package hosting_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// town is two accounts with services, and people in the first.
type town struct {
	*testkit.World
	hosting *hosting.Hosting
	panel   *demopanel.Panel
	server  id.Server

	account, foreign         id.Account
	bakery, shop, theirs     id.Service
	owner, billing, tech     actor.Actor
	developer, admin, nobody actor.Actor // developer: of the shop only
}

func newTown(t *testing.T, w *testkit.World) *town {
	t.Helper()
	v := &town{World: w, panel: demopanel.New(w.Gate, w.Box)}
	v.hosting = hosting.New(w.Gate, w.Reader, w.Box, w.Outbox, v.panel)
	v.account, v.foreign = v.open(t), v.open(t)
	var err error
	v.server, err = v.hosting.CreateServer(t.Context(), actor.NewSystem("test"), hosting.NewServer{
		Name: "tern", Panel: demopanel.Name, Host: "tern.harbour.example", Location: "London", Credentials: "server-secret",
	})
	if err != nil {
		t.Fatal(err)
	}
	v.bakery = v.serve(t, v.account, "northwind.example")
	v.shop = v.serve(t, v.account, "shop.northwind.example")
	v.theirs = v.serve(t, v.foreign, "copperfield.example")
	v.owner = v.member(t, "owner")
	v.admin = v.member(t, "administrator")
	v.billing = v.member(t, "billing")
	v.tech = v.member(t, "technical")
	v.developer = v.member(t, "developer", v.shop)
	v.nobody = v.member(t, "developer", id.Service{})
	return v
}

// open makes an account with its chain, without the room that owns it.
func (v *town) open(t *testing.T) id.Account {
	t.Helper()
	account := id.New[id.AccountKind]()
	v.provider(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		e, err := v.Gate.Open(tx, g, id.AccountScope(account), "A")
		if err != nil {
			return gate.Entry{}, err
		}
		return e, g.On(tx.DB).Exec("INSERT INTO accounts (account_id, name, currency, state, created_at) "+
			"VALUES (?, ?, 'GBP', 'active', 1)", account, v.sealed(t, "accounts", "name", account.Bytes())).Error
	})
	return account
}

func (v *town) provider(t *testing.T, work gate.Work) {
	t.Helper()
	err := v.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ClientsManage, id.ProviderScope(), work)
	if err != nil {
		t.Fatal(err)
	}
}

func (v *town) sealed(t *testing.T, table, column string, row []byte) secretbox.Sealed {
	t.Helper()
	s, err := v.Box.Seal("text", secretbox.Place{Table: table, Column: column, Row: row})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (v *town) serve(t *testing.T, account id.Account, domain string) id.Service {
	t.Helper()
	service, err := v.hosting.CreateService(t.Context(), actor.NewSystem("test"), account, hosting.NewService{
		Server: v.server, Plan: "Business Hosting 20", Domain: domain, Price: money.New(7900, money.GBP),
		Period: hosting.Monthly, RenewsAt: v.Now(t).Add(30 * 24 * time.Hour),
		Usage: hosting.Usage{DiskUsed: 8 << 30, DiskLimit: 20 << 30, MeasuredAt: v.Now(t)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return service
}

// member makes a person with a place in the first account; with services, limited to these.
func (v *town) member(t *testing.T, role string, services ...id.Service) actor.Actor {
	t.Helper()
	person, place := id.New[id.PersonKind](), id.New[id.MembershipKind]()
	var packed []byte
	for _, s := range services {
		if !s.IsZero() {
			packed = append(packed, s.Bytes()...)
		}
	}
	v.provider(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		e, err := v.Gate.Open(tx, g, id.PersonScope(person), "P")
		if err != nil {
			return gate.Entry{}, err
		}
		err = g.On(tx.DB).Exec("INSERT INTO persons (id, email, email_index, name, state, locale, time_zone, created_at) "+
			"VALUES (?, ?, ?, ?, 'active', 'en-GB', 'Europe/London', 1)", person,
			v.sealed(t, "persons", "email", person.Bytes()), v.Box.Index("persons.email", person.String()),
			v.sealed(t, "persons", "name", person.Bytes())).Error
		if err != nil {
			return gate.Entry{}, err
		}
		return e, g.On(tx.DB).Exec("INSERT INTO memberships (id, account_id, person_id, role, services_limited, services, "+
			"created_at) VALUES (?, ?, ?, ?, ?, ?, 1)", place, v.account, person, role, len(services) > 0, packed).Error
	})
	m := actor.Membership{ID: place, Account: v.account, Role: role, RoleName: role, Limited: len(services) > 0}
	for _, s := range services {
		if !s.IsZero() {
			m.Services = append(m.Services, s)
		}
	}
	return v.signIn(t, person, m)
}

// signIn is a new session of a person.
func (v *town) signIn(t *testing.T, person id.Person, m actor.Membership) actor.Actor {
	t.Helper()
	return actor.Enter(actor.Details{
		Kind: actor.Person, Person: person, Name: m.Role, Session: id.New[id.SessionKind](), Membership: m, Now: v.Now(t),
	})
}

// log is the account's log, newest first.
func (v *town) log(t *testing.T) []activity.Entry {
	t.Helper()
	page, err := v.Log.Page(t.Context(), id.AccountScope(v.account), activity.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return page.Entries
}

// link opens the panel of a service and returns the token of the link.
func (v *town) link(t *testing.T, who actor.Actor, service id.Service) string {
	t.Helper()
	link, err := v.hosting.OpenPanel(t.Context(), who, v.account, service)
	if err != nil {
		t.Fatal(err)
	}
	token, ok := strings.CutPrefix(link, demopanel.Path+"/")
	if !ok {
		t.Fatalf("the link is %q", link)
	}
	return token
}
