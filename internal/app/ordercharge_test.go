package app_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/orders"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit/site"
)

// counter is a house with a catalogue, and its owner before it.
type counter struct {
	*house
	owner      *site.Visitor
	base       string
	small, big id.Product
}

func (h *house) counter(t *testing.T) *counter {
	t.Helper()
	system := actor.NewSystem("test")
	servers, err := h.Hosting.Servers(t.Context(), system)
	if err != nil || len(servers) == 0 {
		t.Fatalf("%v, %v", servers, err)
	}
	c := &counter{house: h, base: "/accounts/" + h.here.account.String() + "/services"}
	for name, into := range map[string]*id.Product{"Small": &c.small, "Big": &c.big} {
		price := money.New(1000, money.GBP)
		if name == "Big" {
			price = money.New(4000, money.GBP)
		}
		*into, err = h.Orders.AddProduct(t.Context(), system, orders.NewProduct{
			Name: name, PanelPlan: name, Price: price, Period: hosting.Monthly, Server: servers[0].ID,
			Options: []orders.Option{{Name: "Backups", Price: money.New(450, money.GBP)}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	h.deliver(t)
	c.owner = h.visitors().Visit(t).SignIn("owner@here.example")
	return c
}

// settle lets everything happen that waits: messages, servers, messages.
func (c *counter) settle(t *testing.T) {
	t.Helper()
	for range 2 {
		c.deliver(t)
		if err := c.Hosting.FollowUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	c.deliver(t)
}

// again has messages come once more, as they do where a program ended before it could say that it was done.
func (c *counter) again(t *testing.T, kind string, payload any) {
	t.Helper()
	err := c.Writer.Do(t.Context(), func(tx *db.Tx) error {
		return c.Outbox.Enqueue(tx, outbox.Message{
			Kind: kind, Key: id.New[id.RequestKind]().String(), Payload: payload,
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	c.settle(t)
}

// charged are the invoices of a service, and its charge.
func (c *counter) charged(t *testing.T, service id.Service) (charge recurring.Charge, list []billing.Invoice) {
	t.Helper()
	all, err := c.Recurring.Charges(t.Context(), actor.NewSystem("test"), c.here.account)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, one := range all {
		if one.Service == service {
			charge, n = one, n+1
		}
	}
	if n != 1 {
		t.Fatalf("the service has %d charges", n)
	}
	page, err := c.Billing.ClientInvoices(t.Context(), actor.NewSystem("test"), c.here.account, billing.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range page.Invoices {
		in, err := c.Billing.ClientInvoice(t.Context(), actor.NewSystem("test"), c.here.account, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(in.Lines) > 0 && in.Lines[0].Service == service {
			list = append(list, in)
		}
	}
	return charge, list
}

// comesTo is what the form on the page says it comes to today.
func comesTo(t *testing.T, p *site.Page) int64 {
	t.Helper()
	total, _, _ := strings.Cut(p.Doc.Find("input[name=seen]").AttrOr("value", ""), "-")
	minor, err := strconv.ParseInt(total, 10, 64)
	if err != nil {
		t.Fatalf("%s says nothing of what it comes to: %v", p.Path, err)
	}
	return minor
}

// R8: an order becomes one service and one charge, with one invoice of what the form said, however often what it
// leads to is told; another plan costs what its form said; and a service that ends costs nothing more.
func TestWhatIsOrderedIsChargedOnce(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, func(t *testing.T, h *house) {
		c := h.counter(t)
		form := c.base + "/order/" + c.small.String()
		c.owner.Get(form).Is(t, http.StatusOK).Says(t, "£2.00 of it VAT", "£10.00 a month")
		option := c.owner.Page.Doc.Find("input[name=options]").AttrOr("value", "")
		// What was chosen comes to more than what was seen: nothing is ordered yet.
		c.owner.Submit(form, typed("domain", "fresh.example", "options", option)).
			Is(t, http.StatusUnprocessableEntity).Says(t, "It comes to something else now", "£17.40")
		c.owner.Submit(form, typed("domain", "fresh.example", "options", option, "do", "total")).Is(t, http.StatusOK)
		want := comesTo(t, c.owner.Page)
		c.owner.Submit(form, typed("domain", "fresh.example", "options", option)).Is(t, http.StatusOK)
		request := c.request(t, orders.Order)
		c.settle(t)
		service, err := id.FromBytes[id.ServiceKind](request.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		moved := hosting.ServiceMoved{
			Account: h.here.account, Service: service, Name: "fresh.example", From: hosting.Pending, To: hosting.Active,
		}
		c.again(t, orders.Begin, map[string]any{"account": h.here.account, "request": request})
		c.again(t, hosting.MailService, moved)
		c.again(t, orders.Charge, orders.Dealt{
			Account: h.here.account, Service: service, Kind: orders.Order, State: orders.Done,
		})
		charge, made := c.charged(t, service)
		if len(made) != 1 || made[0].Total.Minor() != want || charge.Price != money.New(1450, money.GBP) {
			t.Fatalf("shown was %d, charged is %+v on %d invoices", want, charge, len(made))
		}
		c.owner.Get(c.base+"/requests").Is(t, http.StatusOK).Links("/invoices/" + made[0].ID.String())
		if len(c.owner.Page.Links("/invoices/"+made[0].ID.String())) == 0 {
			t.Error("the request does not lead to its invoice")
		}
		c.upgraded(t, service)
		c.ended(t, service)
		c.again(t, hosting.MailService, moved) // long after its end
		if charge, _ := c.charged(t, service); charge.Ends.IsZero() {
			t.Error("a service that has ended is charged for")
		}
	})
}

// request is the last request of a kind.
func (c *counter) request(t *testing.T, kind orders.Kind) id.Order {
	t.Helper()
	list, err := c.Orders.Waiting(t.Context(), actor.NewSystem("test"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		if r.Kind == kind && r.Account == c.here.account {
			return r.ID
		}
	}
	t.Fatalf("nobody asks for %s: %+v", kind, list)
	return id.Order{}
}

// upgraded gives the service the other plan, on its pages.
func (c *counter) upgraded(t *testing.T, service id.Service) {
	t.Helper()
	form := c.base + "/" + service.String() + "/change/" + c.big.String()
	c.owner.Get(form).Is(t, http.StatusOK).Says(t, "£40.00 a month")
	want := comesTo(t, c.owner.Page)
	c.owner.Submit(form, nil).Is(t, http.StatusOK)
	c.settle(t)
	c.again(t, orders.Charge, orders.Dealt{
		Account: c.here.account, Service: service, Kind: orders.Change, State: orders.Done,
	})
	charge, made := c.charged(t, service)
	if len(made) != 2 || made[0].Total.Minor() != want && made[1].Total.Minor() != want || want != 3060 ||
		charge.Price != money.New(4000, money.GBP) {
		t.Fatalf("shown was %d, charged is %+v on %d invoices", want, charge, len(made))
	}
}

// ended plans the end of a service, takes that back, and ends it at once.
func (c *counter) ended(t *testing.T, service id.Service) {
	t.Helper()
	form := c.base + "/" + service.String() + "/cancel"
	end := func(when string) {
		t.Helper()
		c.owner.Get(form).Is(t, http.StatusOK).Says(t, "You are credited £40.00 and its VAT")
		c.owner.Submit(form, typed("when", when, "reason", "We move.")).Is(t, http.StatusOK)
		c.settle(t)
	}
	end("term")
	charge, made := c.charged(t, service)
	if !charge.Ends.Equal(charge.Next) || len(made) != 2 {
		t.Errorf("planned to end it is %+v", charge)
	}
	c.owner.Get(c.base + "/requests")
	c.owner.Submit(c.owner.Page.Doc.Find("form[action$='/withdraw']").AttrOr("action", ""), nil).Is(t, http.StatusOK)
	c.settle(t)
	if charge, _ := c.charged(t, service); !charge.Ends.IsZero() {
		t.Errorf("taken back it is %+v", charge)
	}
	end("now")
	charge, made = c.charged(t, service)
	var left int64
	for _, in := range made {
		left += in.Total.Minor() - in.Credited.Minor()
	}
	if charge.Ends.IsZero() || left != 0 {
		t.Errorf("ended on the first day it is %+v, and %d is left of its invoices", charge, left)
	}
	page, err := c.Log.Page(t.Context(), id.AccountScope(c.here.account), activity.Filter{Action: activity.ChargeEnded})
	if err != nil || len(page.Entries) != 2 {
		t.Errorf("%d ends of the charge are in the log, %v", len(page.Entries), err)
	}
}
