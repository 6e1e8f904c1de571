package app_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/actor"
	"gatehouse/internal/assist"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/orders"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/ownership"
	"gatehouse/internal/support"
	"gatehouse/internal/testkit"
	"gatehouse/internal/web"
)

// object is something of a client's that staff decide about or work on, where a route names it.
type object struct {
	is    string // what it is, for the reader of the golden file
	under string // what the paths of its routes hold: the part, or more of it where others have the same part
	part  string
	id    string
}

// variant is a route with an object in it. what is empty where the route names none.
type variant struct{ what, path string }

// variants are the addresses by which a route is asked: one with ids that are nobody's, and one for each object.
func (h *house) variants(r web.Route, objects []object) []variant {
	list := []variant{{"", h.here.fill(h.here.account, r.Path)}}
	for _, o := range objects {
		if !strings.Contains(r.Path+"/", o.under+"/") {
			continue
		}
		path := regexp.MustCompile(o.part+`(/|$)`).ReplaceAllString(r.Path, o.id+"$1")
		list = append(list, variant{o.is, h.here.fill(h.here.account, path)})
	}
	return list
}

// staffActor is somebody of a department who has said why they look at the client.
func (h *house) staffActor(t *testing.T, department string) actor.Actor {
	t.Helper()
	person, err := h.People.Find(t.Context(), actor.NewShell("root"), department+"@harbour.example")
	h.must(t, err)
	now, err := h.Reader.Now(t.Context())
	h.must(t, err)
	return actor.Enter(actor.Details{
		Kind: actor.Staff, Person: person, Name: "Staff " + department, Seat: actor.Seat{Department: department},
		Factor: actor.ByPasskey, FactorAt: now, ProvedAt: now, Now: now,
		Looks: testkit.LooksAt(now, h.here.account, h.there.account),
	})
}

func (h *house) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// objects leaves in the house one of each thing that departments decide about or work on.
func (h *house) objects(t *testing.T) []object {
	t.Helper()
	owner := h.who(t, "owner@here.example", h.here.account)
	list := []object{
		{"a case about money", ":case", ":case", h.opensCase(t, owner.Person, support.Billing)},
		{"a case about a sign-in", ":case", ":case", h.opensCase(t, owner.Person, support.Security)},
		{"asked by billing", "/approvals/:request", ":request", h.asksForMoney(t)},
		{"an order", "/orders/:request", ":request", h.orders(t, owner)},
		{"another name", "/requests/:change", ":change", h.asksForAName(t, owner)},
		{"a transfer", ":transfer", ":transfer", h.transfers(t)},
		{"somebody’s", ":recovery", ":recovery", h.loses(t, "target@here.example")},
		{"of support", ":emergency", ":emergency", h.emergency(t)},
	}
	return list
}

func (h *house) opensCase(t *testing.T, person id.Person, kind support.Kind) string {
	t.Helper()
	one := id.New[id.CaseKind]()
	h.must(t, h.Support.OpenCase(t.Context(), actor.NewSystem("test"), support.NewCase{
		ID: one, Person: person, Name: "The owner", Kind: kind, Severity: support.Normal, Subject: "A " + string(kind) +
			" case", Text: "Something is wrong.",
	}))
	return one.String()
}

// asksForMoney has somebody of billing write off more than one person may.
func (h *house) asksForMoney(t *testing.T) string {
	t.Helper()
	invoice, key := id.New[id.InvoiceKind](), id.New[id.MoneyRequestKind]()
	_, err := h.Billing.Issue(t.Context(), actor.NewSystem("test"), h.here.account, billing.Draft{
		Key: invoice, About: "A shop", Due: h.now(t).Add(336 * time.Hour), Lines: []billing.Line{{
			Text: "A shop", Quantity: decimal.New(1, 0), Price: money.New(120_000, money.GBP),
		}},
	})
	h.must(t, err)
	moved, err := h.Billing.Make(t.Context(), h.staffActor(t, "billing"), h.here.account, billing.Move{
		Kind: ledger.WriteOff, Key: key, Invoice: invoice, Detail: "The company is dissolved",
	})
	if err != nil || !moved.Waits {
		t.Fatalf("it waits: %v, %v", moved.Waits, err)
	}
	return key.String()
}

func (h *house) orders(t *testing.T, owner actor.Actor) string {
	t.Helper()
	product, err := h.Orders.AddProduct(t.Context(), actor.NewSystem("test"), orders.NewProduct{
		Name: "Harbour Small", Price: money.New(500, money.GBP), Period: hosting.Monthly,
	})
	h.must(t, err)
	one := id.New[id.OrderKind]()
	_, err = h.Orders.Ask(t.Context(), owner, h.here.account, orders.Wish{
		Key: one, Product: product, Domain: "new-shop.example",
	})
	h.must(t, err)
	return one.String()
}

func (h *house) asksForAName(t *testing.T, owner actor.Actor) string {
	t.Helper()
	h.must(t, h.Ownership.Request(t.Context(), owner, h.here.account, ownership.Ask{
		Kind: ownership.LegalName, Name: "Here Again Ltd", Reason: "We were bought",
	}))
	list, err := h.Ownership.Requests(t.Context(), owner, h.here.account)
	h.must(t, err)
	return list[0].ID.String()
}

func (h *house) transfers(t *testing.T) string {
	t.Helper()
	day := h.now(t).AddDate(0, 0, -1).Format(time.DateOnly)
	_, err := h.Bank.Import(t.Context(), h.staffActor(t, "billing"), "Date,Reference,Amount\n"+day+",interest,2.00\n")
	h.must(t, err)
	list, err := h.Bank.Unmatched(t.Context(), h.staffActor(t, "billing"))
	h.must(t, err)
	return list[0].ID.String()
}

func (h *house) loses(t *testing.T, email string) string {
	t.Helper()
	h.must(t, h.Recovery.AskFor(t.Context(), actor.NewShell("root"), email))
	h.deliver(t)
	link := strings.TrimPrefix(h.mailedLink(t, email, "/recovery/"), "/recovery/")
	h.must(t, h.Recovery.Prove(t.Context(), actor.Enter(actor.Details{Kind: actor.Anonymous}), link))
	one, err := h.Recovery.Of(t.Context(), actor.NewShell("root"), email)
	h.must(t, err)
	return one.String()
}

// emergency has somebody of support open another client's invoices.
func (h *house) emergency(t *testing.T) string {
	t.Helper()
	h.must(t, h.Assist.Open(t.Context(), h.staffActor(t, "support"), h.there.account, assist.Alarm{
		Department: "billing", Code: "outage", Text: whyNow,
	}))
	list, _, err := h.Assist.Emergencies(t.Context(), h.staffActor(t, "privacy"), true, id.Look{})
	h.must(t, err)
	return list[0].ID.String()
}
