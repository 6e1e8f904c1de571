package orders_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/orders"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }

// shop is a portal with a catalogue: one product that is set up by itself, one by staff.
type shop struct {
	*site.Site
	site.Cast
	orders       *orders.Orders
	auto, byHand id.Product
	backups      id.Option
	told         []orders.Told

	owner, billing, tech actor.Actor
}

func each(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	site.Each(t, func(t *testing.T, of *site.Site, c site.Cast) {
		s := &shop{Site: of, Cast: c}
		s.orders = orders.New(of.Gate, of.Reader, of.Box, of.Outbox, of.Hosting)
		of.Outbox.Handle(orders.Begin, s.orders.Work)
		of.Outbox.Handle(orders.Mail, s.hear)
		for _, kind := range []string{orders.Charge, orders.Sell} {
			of.Outbox.Handle(kind, func(context.Context, outbox.Delivery) error { return nil })
		}
		system := actor.NewSystem("test")
		var err error
		s.auto, err = s.orders.AddProduct(t.Context(), system, orders.NewProduct{
			Name: "Small", PanelPlan: "small", Price: money.New(1000, money.GBP), Period: hosting.Monthly, Server: c.Server,
			Options: []orders.Option{{Name: "Daily backups", Price: money.New(450, money.GBP)}},
		})
		if err == nil {
			s.byHand, err = s.orders.AddProduct(t.Context(), system, orders.NewProduct{
				Name: "Large", Price: money.New(9900, money.GBP), Period: hosting.Yearly,
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		s.owner, s.billing, s.tech = s.as(t, site.Olivia), s.as(t, site.Ben), s.as(t, site.Tess)
		offers, err := s.orders.Offers(t.Context(), s.owner, c.Northwind)
		if err != nil || len(offers) != 2 || len(offers[0].Options) != 1 {
			t.Fatalf("offered are %+v, %v", offers, err)
		}
		s.backups = offers[0].Options[0].ID
		test(t, s)
	})
}

func (s *shop) hear(_ context.Context, d outbox.Delivery) error {
	var m orders.Told
	err := d.Decode(&m)
	s.told = append(s.told, m)
	return err
}

// as is somebody of Northwind, who has just proved who they are.
func (s *shop) as(t *testing.T, email string) actor.Actor {
	t.Helper()
	now := s.Now(t)
	for _, c := range s.Members(t, s.Northwind) {
		if c.Email == email {
			return actor.Enter(actor.Details{
				Kind: actor.Person, Person: c.Person, Name: c.Name, Session: id.New[id.SessionKind](), SignedInAt: now,
				ProvedAt: now, FactorAt: now, Factor: actor.With(actor.ByPassword, actor.ByKey), Now: now,
				Membership: actor.Membership{ID: c.ID, Account: s.Northwind, Role: c.Terms.Role},
			})
		}
	}
	t.Fatalf("%s is not there", email)
	return actor.Actor{}
}

// work delivers what waits, and lets servers follow.
func (s *shop) work(t *testing.T) {
	t.Helper()
	for range 2 {
		if _, err := s.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Hosting.FollowUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func (s *shop) services(t *testing.T) []hosting.Service {
	t.Helper()
	page, err := s.Hosting.Services(t.Context(), s.owner, s.Northwind, id.Service{})
	if err != nil {
		t.Fatal(err)
	}
	return page.Services
}

func (s *shop) state(t *testing.T, request id.Order) orders.State {
	t.Helper()
	r, err := s.orders.Request(t.Context(), s.owner, s.Northwind, request)
	if err != nil {
		t.Fatal(err)
	}
	return r.State
}

func key() id.Order { return id.New[id.OrderKind]() }

// R8: an order that servers can do becomes one service that runs, whoever sends it how often; it has the price that was
// shown, with its options, and the people are told.
func TestAnOrderBecomesOneService(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		before := len(s.services(t))
		w := orders.Wish{Key: key(), Product: s.auto, Options: []id.Option{s.backups}, Domain: "Fresh.Example"}
		if _, err := s.orders.Ask(t.Context(), s.owner, s.Northwind, w); err != nil {
			t.Fatal(err)
		}
		if _, err := s.orders.Ask(t.Context(), s.owner, s.Northwind, w); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("the same again: %v", err)
		}
		s.work(t)
		s.work(t)
		list := s.services(t)
		if len(list) != before+1 {
			t.Fatalf("there are %d services, and were %d", len(list), before)
		}
		made := list[len(list)-1]
		if made.State != hosting.Active || made.Domain != "fresh.example" || made.Price != money.New(1450, money.GBP) ||
			s.state(t, w.Key) != orders.Done {
			t.Errorf("made %+v, the request is %s", made, s.state(t, w.Key))
		}
		if len(s.told) != 2 || s.told[0].State != orders.Working || s.told[1].State != orders.Done {
			t.Errorf("told was %+v", s.told)
		}
	})
}

// What staff set up waits for them: accepted it is set up, declined it is not, with their words.
func TestStaffDecideAboutAnOrder(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		before, system := len(s.services(t)), actor.NewSystem("test")
		no, yes := key(), key()
		for _, k := range []id.Order{no, yes} {
			w := orders.Wish{Key: k, Product: s.byHand, Domain: k.String()[:8] + ".example"}
			if _, err := s.orders.Ask(t.Context(), s.owner, s.Northwind, w); err != nil {
				t.Fatal(err)
			}
		}
		s.work(t)
		waiting, err := s.orders.Waiting(t.Context(), system)
		if err != nil || len(waiting) != 2 || len(s.services(t)) != before {
			t.Errorf("waiting are %+v, %v", waiting, err)
		}
		decide := func(who actor.Actor, request id.Order, d orders.Decision) error {
			return s.orders.Decide(t.Context(), who, s.Northwind, request, d)
		}
		for name, err := range map[string]error{
			"declining without a word":  decide(system, no, orders.Decision{}),
			"accepting without a place": decide(system, yes, orders.Decision{Accept: true}),
		} {
			if fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := decide(s.owner, yes, orders.Decision{Accept: true, Server: s.Server}); err == nil {
			t.Error("an owner accepted their own order")
		}
		if err := decide(system, no, orders.Decision{Answer: "We do not host that."}); err != nil {
			t.Error(err)
		}
		if err := decide(system, yes, orders.Decision{Accept: true, Server: s.Server}); err != nil {
			t.Error(err)
		}
		s.work(t)
		if s.state(t, no) != orders.Declined || s.state(t, yes) != orders.Done || len(s.services(t)) != before+1 {
			t.Errorf("they are %s and %s, of %d services", s.state(t, no), s.state(t, yes), len(s.services(t)))
		}
		if !slices.ContainsFunc(s.told, func(m orders.Told) bool { return m.Answer == "We do not host that." }) {
			t.Errorf("told was %+v", s.told)
		}
	})
}

// Another plan comes with its price.
func TestAPlanIsChanged(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		w := orders.Wish{Key: key(), Product: s.byHand, Service: s.Shop}
		if _, err := s.orders.Ask(t.Context(), s.owner, s.Northwind, w); err != nil {
			t.Fatal(err)
		}
		other := orders.Wish{Key: key(), Product: s.auto, Service: s.Shop}
		if _, err := s.orders.Ask(t.Context(), s.owner, s.Northwind, other); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("two at once: %v", err)
		}
		err := s.orders.Decide(t.Context(), actor.NewSystem("test"), s.Northwind, w.Key, orders.Decision{Accept: true})
		if err != nil {
			t.Fatal(err)
		}
		s.work(t)
		now, err := s.Hosting.Service(t.Context(), s.owner, s.Northwind, s.Shop)
		if err != nil || now.Plan != "Large" || now.Price != money.New(9900, money.GBP) || now.Period != hosting.Yearly {
			t.Errorf("it is %+v, %v", now, err)
		}
	})
}

// A service ends when it would renew, unless that is taken back, or at once.
func TestAServiceIsCancelled(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		ask := func(service id.Service, now bool) id.Order {
			t.Helper()
			k := key()
			_, err := s.orders.AskEnd(t.Context(), s.owner, s.Northwind, orders.End{
				Key: k, Service: service, Now: now, Words: "We move.",
			})
			if err != nil {
				t.Fatal(err)
			}
			return k
		}
		state := func(service id.Service) hosting.State {
			of, err := s.Hosting.Service(t.Context(), s.owner, s.Northwind, service)
			if err != nil {
				t.Fatal(err)
			}
			return of.State
		}
		taken := ask(s.Shop, false)
		if err := s.orders.Withdraw(t.Context(), s.owner, s.Northwind, taken); err != nil {
			t.Error(err)
		}
		planned, atOnce := ask(s.Shop, false), ask(s.Bakery, true)
		s.work(t)
		if state(s.Shop) != hosting.Active || state(s.Bakery) != hosting.Cancelled || s.state(t, atOnce) != orders.Done {
			t.Errorf("they are %s and %s", state(s.Shop), state(s.Bakery))
		}
		s.Offset.Advance(31 * 24 * time.Hour)
		if err := s.orders.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.work(t)
		s.owner = s.as(t, site.Olivia)
		if state(s.Shop) != hosting.Cancelled || s.state(t, planned) != orders.Done || s.state(t, taken) != orders.Withdrawn {
			t.Errorf("after its term it is %s, the requests are %s and %s", state(s.Shop), s.state(t, planned),
				s.state(t, taken))
		}
		page, err := s.Log.Page(t.Context(), id.AccountScope(s.Northwind), activity.Filter{Action: activity.ServiceEnded})
		if err != nil || len(page.Entries) != 2 {
			t.Errorf("%d ends are in the log, %v", len(page.Entries), err)
		}
	})
}

// A1: who may order orders for their own account alone; billing sees nothing of it, and a technical contact asks for no
// end.
func TestWhoMayOrder(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		for name, c := range map[string]struct {
			err  error
			want fault.Kind
		}{
			"billing sees what is offered": {second(s.orders.Offers(t.Context(), s.billing, s.Northwind)), fault.KindDenied},
			"billing sees what was asked":  {second(s.orders.Requests(t.Context(), s.billing, s.Northwind)), fault.KindDenied},
			"technical orders": {second(s.orders.Ask(t.Context(), s.tech, s.Northwind, orders.Wish{
				Key: key(), Product: s.auto, Domain: "x.example",
			})), fault.KindDenied},
			"technical ends": {second(s.orders.AskEnd(t.Context(), s.tech, s.Northwind, orders.End{
				Key: key(), Service: s.Shop, Now: true, Words: "No.",
			})), fault.KindDenied},
			"another account": {second(s.orders.Ask(t.Context(), s.owner, s.Copperfield, orders.Wish{
				Key: key(), Product: s.auto, Domain: "x.example",
			})), fault.KindNotFound},
			"a service of another account": {second(s.orders.AskEnd(t.Context(), s.owner, s.Northwind, orders.End{
				Key: key(), Service: s.Cycles, Now: true, Words: "Theirs.",
			})), fault.KindNotFound},
			"an owner adds a product": {second(s.orders.AddProduct(t.Context(), s.owner, orders.NewProduct{
				Name: "Free", Price: money.New(0, money.GBP), Period: hosting.Monthly,
			})), fault.KindDenied},
			"an owner sees everybody's orders": {second(s.orders.Waiting(t.Context(), s.owner)), fault.KindDenied},
		} {
			if got := fault.KindOf(c.err); got != c.want && !(c.want == fault.KindDenied && got == fault.KindNotFound) {
				t.Errorf("%s: %v", name, c.err)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }
