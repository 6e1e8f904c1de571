package overview_test

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/money"
	"gatehouse/internal/overview"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

const day = 24 * time.Hour

// town is a world with all the rooms that a page is put together from.
type town struct {
	*testkit.World
	people   *identity.People
	accounts *accounts.Accounts
	billing  *billing.Billing
	hosting  *hosting.Hosting
	overview *overview.Overview
	server   id.Server
}

func newTown(t *testing.T, w *testkit.World) *town {
	t.Helper()
	v := &town{World: w}
	v.people = identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{Hasher: passwords.NewQuickHasher()})
	v.accounts = accounts.New(w.Gate, w.Reader, w.Box, w.Access, v.people, w.Outbox)
	v.billing = billing.New(w.Gate, w.Reader, w.Box, v.accounts, w.Outbox)
	v.hosting = hosting.New(w.Gate, w.Reader, w.Box, w.Outbox, demopanel.New(w.Gate, w.Box))
	v.overview = overview.New(w.Gate, w.Reader, w.Box, w.Access, v.people, v.hosting)
	var err error
	v.server, err = v.hosting.CreateServer(t.Context(), actor.NewSystem("test"), hosting.NewServer{
		Name: "tern", Panel: demopanel.Name, Host: "tern.harbour.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (v *town) write(t *testing.T, work gate.Work) {
	t.Helper()
	err := v.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ClientsManage, id.ProviderScope(), work)
	if err != nil {
		t.Fatal(err)
	}
}

func (v *town) seal(t *testing.T, table, column string, row []byte, text string) secretbox.Sealed {
	t.Helper()
	s, err := v.Box.Seal(text, secretbox.Place{Table: table, Column: column, Row: row})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (v *town) account(t *testing.T, name string) id.Account {
	t.Helper()
	account := id.New[id.AccountKind]()
	v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		e, err := v.Gate.Open(tx, g, id.AccountScope(account), name)
		if err != nil {
			return gate.Entry{}, err
		}
		return e, g.On(tx.DB).Exec("INSERT INTO accounts (account_id, name, currency, state, created_at) "+
			"VALUES (?, ?, 'GBP', 'active', ?)", account, v.seal(t, "accounts", "name", account.Bytes(), name),
			db.At(g.Now())).Error
	})
	return account
}

// person makes somebody with an address of that local part.
func (v *town) person(t *testing.T, name, email string) id.Person {
	t.Helper()
	person := id.New[id.PersonKind]()
	v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		e, err := v.Gate.Open(tx, g, id.PersonScope(person), name)
		if err != nil {
			return gate.Entry{}, err
		}
		return e, g.On(tx.DB).Exec("INSERT INTO persons (id, email, email_index, name, state, locale, time_zone, "+
			"created_at) VALUES (?, ?, ?, ?, 'active', 'en-GB', 'Europe/London', 1)", person,
			v.seal(t, "persons", "email", person.Bytes(), email), v.people.EmailIndex(email),
			v.seal(t, "persons", "name", person.Bytes(), name)).Error
	})
	return person
}

// join gives a person a place; with services, limited to them.
func (v *town) join(
	t *testing.T, account id.Account, person id.Person, role string, services ...id.Service,
) actor.Actor {
	t.Helper()
	m := actor.Membership{
		ID: id.New[id.MembershipKind](), Account: account, Role: role, Limited: len(services) > 0, Services: services,
	}
	v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return g.Entry(activity.ContactJoined, activity.Details{}), g.On(tx.DB).Exec(
			"INSERT INTO memberships (id, account_id, person_id, role, services_limited, services, created_at) "+
				"VALUES (?, ?, ?, ?, ?, ?, 1)", m.ID, account, person, role, m.Limited, access.PackServices(services)).Error
	})
	return actor.Enter(actor.Details{
		Kind: actor.Person, Person: person, Name: role, Session: id.New[id.SessionKind](), Membership: m, Now: v.Now(t),
	})
}

// factor gives a person a second factor that is confirmed or not.
func (v *town) factor(t *testing.T, person id.Person, kind string, confirmed bool) {
	t.Helper()
	factor := id.New[id.FactorKind]()
	v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		at := db.Time{}
		if confirmed {
			at = db.At(g.Now())
		}
		var credential any // found by the hash of its id, where it is a key
		if kind != "totp" {
			hash := sha256.Sum256(factor.Bytes())
			credential = hash[:]
		}
		return g.Entry(activity.FactorAdded, activity.Details{}), g.On(tx.DB).Exec(
			"INSERT INTO factors (id, person_id, kind, name, secret, confirmed_at, credential_index, added_at) "+
				"VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
			factor, person, kind, v.seal(t, "factors", "name", factor.Bytes(), "x"),
			v.seal(t, "factors", "secret", factor.Bytes(), "x"), at, credential).Error
	})
}

// staff is somebody of a department.
func (v *town) staff(t *testing.T, department string) actor.Actor {
	t.Helper()
	person := v.person(t, "Sam Doyle", department+"@harbour.example")
	v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return g.Entry(activity.SeatGranted, activity.Details{}), g.On(tx.DB).Exec(
			"INSERT INTO staff_members (person_id, department, created_at) VALUES (?, ?, 1)", person, department).Error
	})
	now := v.Now(t)
	return actor.Enter(actor.Details{
		Kind: actor.Staff, Person: person, Name: "Sam Doyle", Session: id.New[id.SessionKind](), FactorAt: now,
		Factor: actor.With(actor.ByPassword, actor.ByKey), Seat: actor.Seat{Department: department}, Now: now,
		Looks: v.Looks(t),
	})
}

func (v *town) serve(t *testing.T, account id.Account, domain string) id.Service {
	t.Helper()
	service, err := v.hosting.CreateService(t.Context(), actor.NewSystem("test"), account, hosting.NewService{
		Server: v.server, Plan: "Business Hosting 20", Domain: domain, Price: money.New(7900, money.GBP),
		Period: hosting.Monthly, Usage: hosting.Usage{DiskUsed: 8 << 30, DiskLimit: 20 << 30},
	})
	if err != nil {
		t.Fatal(err)
	}
	return service
}

// bill issues an invoice of so many pounds, issued ago, due a fortnight after.
func (v *town) bill(t *testing.T, account id.Account, pounds int64, ago time.Duration) string {
	t.Helper()
	issued := v.Now(t).Add(-ago)
	number, err := v.billing.Issue(t.Context(), actor.NewSystem("test"), account, billing.Draft{
		Key: id.New[id.InvoiceKind](), About: "Hosting", Issued: issued, Due: issued.Add(14 * day),
		Lines: []billing.Line{{
			Text: "Business Hosting 20", Quantity: decimal.NewFromInt(1), Price: money.New(pounds*100, money.GBP),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return number
}
