package imports_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/imports"
	"gatehouse/internal/testkit"
)

// house is a provider with an administrator and a server, and no clients.
type house struct {
	*testkit.World
	rooms   *accounts.Accounts
	billing *billing.Billing
	hosting *hosting.Hosting
	imports *imports.Imports
	root    actor.Actor
}

// roomsOf puts the rooms together over a database.
func roomsOf(w *testkit.World) *house {
	people := identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{Hasher: passwords.NewQuickHasher()})
	h := &house{World: w, rooms: accounts.New(w.Gate, w.Reader, w.Box, w.Access, people, w.Outbox)}
	h.billing = billing.New(w.Gate, w.Reader, w.Box, h.rooms, w.Outbox)
	h.hosting = hosting.New(w.Gate, w.Reader, w.Box, w.Outbox, demopanel.New(w.Gate, w.Box))
	h.imports = imports.New(w.Gate, w.Reader, w.Box, h.rooms, h.billing, h.hosting, w.Logger)
	return h
}

func newHouse(t *testing.T, w *testkit.World) *house {
	t.Helper()
	h := roomsOf(w)
	h.root = h.staff(t, "root", "administrator")
	_, err := h.hosting.CreateServer(t.Context(), actor.NewShell("root"), hosting.NewServer{
		Name: "tern", Panel: hosting.NoPanel, Host: "tern.harbour.example", Location: "London",
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) { test(t, newHouse(t, w)) })
}

// staff is somebody of a department who has just used their key.
func (h *house) staff(t *testing.T, name, department string) actor.Actor {
	t.Helper()
	made, err := h.rooms.CreateStaff(t.Context(), actor.NewShell("root"), persons.NewPerson{
		Email: name + "@harbour.example", Name: name, Password: "four quiet harbour mornings",
	}, department)
	if err != nil {
		t.Fatal(err)
	}
	now := h.Now(t)
	return actor.Enter(actor.Details{
		Kind: actor.Staff, Person: made.Person, Name: name, Factor: actor.With(actor.ByPassword, actor.ByKey),
		FactorAt: now, ProvedAt: now, Now: now, Address: netip.MustParseAddr("192.0.2.1"),
		Seat: actor.Seat{Department: department},
	})
}

// look has a file looked through.
func (h *house) look(t *testing.T, k imports.Kind, invite bool, text string) imports.Import {
	t.Helper()
	of, err := h.imports.Look(t.Context(), h.root, imports.Request{
		Kind: k, Source: "WHMCS", File: string(k) + ".csv", Invite: invite, Body: strings.NewReader(text),
	})
	if err != nil {
		t.Fatal(err)
	}
	return h.get(t, of)
}

func (h *house) get(t *testing.T, of id.Import) imports.Import {
	t.Helper()
	one, _, _, err := h.imports.Get(t.Context(), h.root, of, 0)
	if err != nil {
		t.Fatal(err)
	}
	return one
}

// bring has a file looked through and made, by the job.
func (h *house) bring(t *testing.T, k imports.Kind, invite bool, text string) imports.Import {
	t.Helper()
	one := h.look(t, k, invite, text)
	if err := h.imports.Start(t.Context(), h.root, one.ID); err != nil {
		t.Fatal(err)
	}
	h.work(t)
	return h.get(t, one.ID)
}

func (h *house) work(t *testing.T) {
	t.Helper()
	if err := h.imports.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// theClients are n lines of clients.
func theClients(n int) string {
	var b strings.Builder
	b.WriteString("client_id,name,owner_email,currency,line1,city,postcode,country\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,Orchard %d Ltd,owner%d@orchard.example,GBP,%d Mill Lane,Whitby,YO21 %dAA,GB\n",
			i+1, i+1, i+1, i+1, i+1)
	}
	return b.String()
}

const theContacts = "contact_id;client_id;email;role\n" +
	"7;1;ben@orchard.example;billing\n8;2;tess@orchard.example;technical\n"

const theServices = "service_id,client_id,plan,server,domain,account_name,price,currency,period,renews_on\n" +
	"90,1,Business Hosting 20,Tern,orchard1.example,orchard1,79.00,GBP,month,2027-01-31\n"

func theInvoices(due time.Time) string {
	return "invoice_number,client_id,issued_on,due_on,open_amount,currency,about\n" +
		"INV-77,1," + due.AddDate(0, 0, -14).Format(time.DateOnly) + "," + due.Format(time.DateOnly) + ",94.80,GBP,Hosting\n"
}
