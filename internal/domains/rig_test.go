package domains_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/domains"
	"gatehouse/internal/domains/demoregistrar"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }

// spread is how long the registry takes to show what its registrar took.
const spread = time.Hour

// rig is an account with domains and people, and somebody else's account with one.
type rig struct {
	*testkit.World
	domains   *domains.Domains
	registrar *demoregistrar.Registrar

	account, foreign          id.Account
	site, shop                id.Service
	bakery, shopping, parked  id.Domain // parked belongs to no service
	theirs                    id.Domain
	owner, tech, billing, dev actor.Actor // dev: of the shop only

	mu   sync.Mutex
	told []domains.Told
	said []domains.Reminder
}

func each(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) { test(t, newRig(t, w)) })
}

func newRig(t *testing.T, w *testkit.World) *rig {
	t.Helper()
	r := &rig{World: w, registrar: demoregistrar.New(w.Reader.Now, spread)}
	r.domains = domains.New(w.Gate, w.Reader, w.Box, w.Outbox, r.registrar)
	w.Outbox.Handle(domains.Carry, r.domains.Work)
	w.Outbox.Handle(domains.Mail, func(_ context.Context, d outbox.Delivery) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.told = append(r.told, domains.Told{})
		return d.Decode(&r.told[len(r.told)-1])
	})
	w.Outbox.Handle(domains.MailRemind, func(_ context.Context, d outbox.Delivery) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.said = append(r.said, domains.Reminder{})
		return d.Decode(&r.said[len(r.said)-1])
	})
	w.Outbox.Handle(hosting.MailService, func(context.Context, outbox.Delivery) error { return nil })
	r.account, r.foreign = r.open(t), r.open(t)
	r.serve(t)
	year := r.Now(t).AddDate(1, 0, 0)
	r.bakery = r.add(t, r.account, "northwind.example", r.site, domains.Registration{Expires: year, Locked: true})
	r.shopping = r.add(t, r.account, "shop.example", r.shop, domains.Registration{Expires: year.AddDate(0, -1, 0)})
	r.parked = r.add(t, r.account, "parked.example", id.Service{}, domains.Registration{Expires: year.AddDate(0, -2, 0)})
	r.theirs = r.add(t, r.foreign, "copperfield.example", id.Service{}, domains.Registration{Expires: year})
	r.owner, r.tech, r.billing = r.member(t, "owner"), r.member(t, "technical"), r.member(t, "billing")
	r.dev = r.member(t, "developer", r.shop)
	return r
}

func (r *rig) serve(t *testing.T) {
	t.Helper()
	rooms := hosting.New(r.Gate, r.Reader, r.Box, r.Outbox, demopanel.New(r.Gate, r.Box))
	server, err := rooms.CreateServer(t.Context(), actor.NewSystem("test"), hosting.NewServer{
		Name: "tern", Panel: demopanel.Name, Host: "tern.harbour.example", Location: "London", Credentials: "server-secret",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*id.Service{&r.site, &r.shop} {
		*s, err = rooms.CreateService(t.Context(), actor.NewSystem("test"), r.account, hosting.NewService{
			Server: server, Plan: "Business", Price: money.New(7900, money.GBP), Period: hosting.Monthly,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func harbour() []string { return []string{"ns1.harbour.example", "ns2.harbour.example"} }

// add has the registrar hold a domain, and puts it into an account.
func (r *rig) add(
	t *testing.T, account id.Account, name string, service id.Service, reg domains.Registration,
) id.Domain {
	t.Helper()
	r.elsewhere(t, name, reg)
	n := domains.Addition{
		Key: id.New[id.DomainKind](), Name: name, Registrar: demoregistrar.Name, Service: service,
	}
	if err := r.domains.Add(t.Context(), actor.NewSystem("test"), account, n); err != nil {
		t.Fatal(err)
	}
	return n.Key
}

// elsewhere has a domain be so at the registrar, as if somebody had changed it there.
func (r *rig) elsewhere(t *testing.T, name string, reg domains.Registration) {
	t.Helper()
	if reg.Nameservers == nil {
		reg.Nameservers = harbour()
	}
	if err := r.registrar.Register(name, reg); err != nil {
		t.Fatal(err)
	}
}

// open makes an account with its chain, without the room that owns it.
func (r *rig) open(t *testing.T) id.Account {
	t.Helper()
	account := id.New[id.AccountKind]()
	r.provider(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		e, err := r.Gate.Open(tx, g, id.AccountScope(account), "A")
		if err != nil {
			return gate.Entry{}, err
		}
		return e, g.On(tx.DB).Exec("INSERT INTO accounts (account_id, name, currency, state, created_at) "+
			"VALUES (?, ?, 'GBP', 'active', 1)", account, r.sealed(t, "accounts", "name", account.Bytes())).Error
	})
	return account
}

func (r *rig) provider(t *testing.T, work gate.Work) {
	t.Helper()
	err := r.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ClientsManage, id.ProviderScope(), work)
	if err != nil {
		t.Fatal(err)
	}
}

func (r *rig) sealed(t *testing.T, table, column string, row []byte) secretbox.Sealed {
	t.Helper()
	s, err := r.Box.Seal("text", secretbox.Place{Table: table, Column: column, Row: row})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// member makes a person with a place in the account; with services, limited to these. They just proved who they are.
func (r *rig) member(t *testing.T, role string, services ...id.Service) actor.Actor {
	t.Helper()
	person, place := id.New[id.PersonKind](), id.New[id.MembershipKind]()
	var packed []byte
	for _, s := range services {
		packed = append(packed, s.Bytes()...)
	}
	r.provider(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		e, err := r.Gate.Open(tx, g, id.PersonScope(person), "P")
		if err != nil {
			return gate.Entry{}, err
		}
		err = g.On(tx.DB).Exec("INSERT INTO persons (id, email, email_index, name, state, locale, time_zone, created_at) "+
			"VALUES (?, ?, ?, ?, 'active', 'en-GB', 'Europe/London', 1)", person,
			r.sealed(t, "persons", "email", person.Bytes()), r.Box.Index("persons.email", person.String()),
			r.sealed(t, "persons", "name", person.Bytes())).Error
		if err != nil {
			return gate.Entry{}, err
		}
		return e, g.On(tx.DB).Exec("INSERT INTO memberships (id, account_id, person_id, role, services_limited, services, "+
			"created_at) VALUES (?, ?, ?, ?, ?, ?, 1)", place, r.account, person, role, len(services) > 0, packed).Error
	})
	m := actor.Membership{
		ID: place, Account: r.account, Role: role, RoleName: role, Limited: len(services) > 0, Services: services,
	}
	return actor.Enter(actor.Details{
		Kind: actor.Person, Person: person, Name: role, Session: id.New[id.SessionKind](), Membership: m, Now: r.Now(t),
		FactorAt: r.Now(t), Factor: actor.With(actor.ByPassword, actor.ByCode),
	})
}

// wish is one for a domain as it stands.
func (r *rig) wish(t *testing.T, domain id.Domain, w domains.Wish) domains.Wish {
	t.Helper()
	one, _, err := r.domains.Domain(t.Context(), r.owner, r.account, domain)
	if err != nil {
		t.Fatal(err)
	}
	w.Key, w.Version = id.New[id.DomainChangeKind](), one.Version
	return w
}

func elsewhere() []string { return []string{"ns1.elsewhere.example", "", " NS2.elsewhere.example. "} }

func newServers() domains.Wish { return domains.Wish{Kind: domains.Nameservers, Hosts: elsewhere()} }

// deliver has the outbox do what waits.
func (r *rig) deliver(t *testing.T) {
	t.Helper()
	if _, err := r.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// later moves the clock on.
func (r *rig) later(d time.Duration) { r.Offset.Advance(d) }

// reads reads a domain as its owner, with the last change.
func (r *rig) reads(t *testing.T, domain id.Domain) (domains.Domain, domains.Change) {
	t.Helper()
	one, changes, err := r.domains.Domain(t.Context(), r.owner, r.account, domain)
	if err != nil {
		t.Fatal(err)
	}
	if len(changes) == 0 {
		return one, domains.Change{}
	}
	return one, changes[0]
}

// logged counts the entries of an action in the account's log.
func (r *rig) logged(t *testing.T, a activity.Action) (n int) {
	t.Helper()
	page, err := r.Log.Page(t.Context(), id.AccountScope(r.account), activity.Filter{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Entries {
		if e.Action == a {
			n++
		}
	}
	return n
}

// events are what people were told of.
func (r *rig) events() (list []domains.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.told {
		list = append(list, m.Event)
	}
	return list
}

func system() actor.Actor { return actor.NewSystem("test") }

// refused says whether somebody was refused: staff's permissions are nothing that a customer could ask for.
func refused(err error) bool {
	return fault.KindOf(err) == fault.KindDenied || fault.KindOf(err) == fault.KindNotFound
}

// proved is somebody who proved just now who they are.
func (r *rig) proved(t *testing.T, who actor.Actor) actor.Actor {
	t.Helper()
	d := who.Details
	d.FactorAt, d.Now = r.Now(t), r.Now(t)
	return actor.Enter(d)
}
