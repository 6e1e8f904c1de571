package recurring_test

import (
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit"
)

// sums are what all invoices of an account come to.
func (r *rig) sums(t *testing.T, account id.Account) (net, total int64, n int) {
	t.Helper()
	for _, in := range r.invoices(t, account) {
		net, total, n = net+in.Net.Minor(), total+in.Total.Minor(), n+1
	}
	return net, total, n
}

// proven is the owner of an account, who has just proved who they are.
func (r *rig) proven(t *testing.T, account id.Account) actor.Actor {
	t.Helper()
	person, now := id.New[id.PersonKind](), r.Now(t)
	testkit.OpenChain(t, r.World, id.PersonScope(person))
	return actor.Enter(actor.Details{
		Kind: actor.Person, Person: person, Name: "Olivia Hart", Session: id.New[id.SessionKind](), SignedInAt: now,
		ProvedAt: now, FactorAt: now, Factor: actor.With(actor.ByPassword, actor.ByKey), Now: now,
		Membership: actor.Membership{ID: id.New[id.MembershipKind](), Account: account, Role: "owner", RoleName: "Owner"},
	})
}

// agrees shows what something comes to, does it twice, and compares the two to the penny.
func (r *rig) agrees(t *testing.T, what string, account id.Account, o recurring.Ordered) recurring.Quote {
	t.Helper()
	shown, err := r.recurring.Quote(t.Context(), r.proven(t, account), account, o)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	net, total, n := r.sums(t, account)
	for range 2 { // the message comes again
		if err := r.recurring.Follow(t.Context(), account, o); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	net2, total2, n2 := r.sums(t, account)
	if shown.Today.Net.Minor() != net2-net || shown.Today.Total.Minor() != total2-total || n2-n > 1 {
		t.Fatalf("%s: shown %s (%s), charged %d (%d) on %d invoices", what, shown.Today.Net, shown.Today.Total, net2-net,
			total2-total, n2-n)
	}
	charge, _, err := r.recurring.OfService(t.Context(), r.proven(t, account), account, o.Service)
	if err != nil || charge.Price != shown.Price || charge.Period != shown.Period || !charge.Next.Equal(shown.Next) {
		t.Fatalf("%s: shown %+v, it is %+v, %v", what, shown, charge, err)
	}
	return shown
}

// R8: what is shown before an order, or before another plan, is what is charged, to the penny: for each period, on days
// all through the months, up and down, alone and beside a service that renews on another day.
func TestWhatIsShownIsWhatIsCharged(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		now := r.Now(t)
		for i, period := range recurring.Periods() {
			for day := i; day < 62; day += 11 {
				r.at(t, now.Add(time.Duration(day)*24*time.Hour))
				what := fmt.Sprintf("%s, day %d", period, day)
				account := r.client(t, what)
				if day%2 == 0 {
					r.begin(t, account, recurring.Month, r.Now(t), 1+day%31)
				}
				o := recurring.Ordered{
					Service: id.New[id.ServiceKind](), Plan: r.plan, Name: "Business Hosting 20", Detail: "fresh.example",
					Period: period, Price: gbp(3100 + int64(day)),
				}
				first := r.agrees(t, what+", order", account, o)
				if day%2 == 1 && first.Today.Net != o.Price {
					t.Errorf("%s: a whole period is %s", what, first.Today.Net)
				}
				for n, price := range []int64{4999, 2777, 4111, 4999} {
					r.Offset.Advance(time.Duration(3+n*day%11) * 24 * time.Hour)
					if n != 2 { // now and then no run comes in between
						r.work(t)
					}
					o.Price = gbp(price)
					change := r.agrees(t, fmt.Sprintf("%s, to %d", what, price), account, o)
					if again := r.agrees(t, what+", the same again", account, o); !again.Same || change.Same {
						t.Errorf("%s: %+v", what, again)
					}
				}
				o.Period = recurring.Periods()[(i+1)%4]
				r.agrees(t, what+", another period", account, o)
			}
		}
		r.audited(t)
	})
}

// What is paid for a period never comes to more than its price, however often the plan goes up and down within it.
func TestChangesWithinAPeriodComeToItsDays(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account := r.client(t, "Northwind Bakery Ltd")
		o := recurring.Ordered{
			Service: id.New[id.ServiceKind](), Plan: r.plan, Name: "Business Hosting 20", Period: recurring.Month,
			Price: gbp(3100),
		}
		r.agrees(t, "order", account, o) // 10 Jan to 9 Feb, 31 days
		r.on(t, "2027-01-20")
		o.Price = gbp(6200)
		if q := r.agrees(t, "up", account, o); q.Today.Net != gbp(2100) || q.Today.VAT != gbp(420) {
			t.Errorf("21 of 31 days of 31.00 more are %+v", q.Today)
		}
		o.Price = gbp(3100)
		if q := r.agrees(t, "down", account, o); !q.Today.Net.IsZero() {
			t.Errorf("down costs %s", q.Today.Net)
		} else if !q.Lower {
			t.Error("nothing says that what is invoiced ahead is not given back")
		}
		o.Price = gbp(6200)
		if q := r.agrees(t, "up again", account, o); !q.Today.Net.IsZero() {
			t.Errorf("what is paid already costs %s again", q.Today.Net)
		}
	})
}

// A service that ends costs nothing more: at once the unused days are credited as it was shown; at the end of its term
// nothing, though its next period was invoiced already; and whoever takes that back is charged as before.
func TestAnEndCostsWhatTheRuleSays(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account := r.client(t, "Northwind Bakery Ltd")
		order := func() recurring.Ordered {
			o := recurring.Ordered{
				Service: id.New[id.ServiceKind](), Plan: r.plan, Name: "Business Hosting 20", Period: recurring.Month,
				Price: gbp(3100),
			}
			r.agrees(t, "order", account, o)
			return o
		}
		now, term, back := order(), order(), order()
		r.on(t, "2027-02-01")
		r.work(t) // the period from 10 Feb on is invoiced
		ends, err := r.recurring.Term(t.Context(), r.proven(t, account), account, term.Service)
		if err != nil || !ends.Equal(date(t, "2027-02-10")) {
			t.Fatalf("the term ends on %s, %v", ends, err)
		}
		shown, err := r.recurring.Unused(t.Context(), r.proven(t, account), account, now.Service)
		if err != nil || shown != gbp(900+3100) {
			t.Fatalf("unused are %s, %v", shown, err)
		}
		credited := func() (minor int64) {
			for _, in := range r.invoices(t, account) {
				minor += in.Credited.Minor()
			}
			return minor
		}
		twice := func(do func() error) {
			t.Helper()
			for range 2 {
				if err := do(); err != nil {
					t.Fatal(err)
				}
			}
		}
		twice(func() error { return r.recurring.ServiceEnded(t.Context(), account, now.Service) })
		if got := credited(); got != 4000*12/10 {
			t.Errorf("credited are %d with tax", got)
		}
		twice(func() error { return r.recurring.EndAt(t.Context(), account, term.Service, ends) })
		twice(func() error { return r.recurring.EndAt(t.Context(), account, back.Service, ends) })
		if got := credited(); got != (4000+2*3100)*12/10 {
			t.Errorf("credited are %d with tax", got)
		}
		key := id.New[id.ChargeKind]()
		twice(func() error { return r.recurring.GoOn(t.Context(), account, back.Service, key) })
		twice(func() error { return r.recurring.GoOn(t.Context(), account, back.Service, id.New[id.ChargeKind]()) })
		net, _, _ := r.sums(t, account)
		r.on(t, "2027-02-12")
		r.work(t)
		r.on(t, "2027-03-01")
		r.work(t)
		after, _, _ := r.sums(t, account)
		if after-net != 2*3100 { // from 10 Feb and from 10 Mar on, for the one that goes on
			t.Errorf("%d are charged after the ends", after-net)
		}
		r.audited(t)
	})
}

// An end that nothing was invoiced beyond is simply taken back.
func TestAnEarlyEndIsTakenBack(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account := r.client(t, "Northwind Bakery Ltd")
		o := recurring.Ordered{
			Service: id.New[id.ServiceKind](), Plan: r.plan, Name: "Business Hosting 20", Period: recurring.Year,
			Price: gbp(36500),
		}
		r.agrees(t, "order", account, o)
		if err := r.recurring.EndAt(t.Context(), account, o.Service, date(t, "2028-01-10")); err != nil {
			t.Fatal(err)
		}
		if err := r.recurring.GoOn(t.Context(), account, o.Service, id.New[id.ChargeKind]()); err != nil {
			t.Fatal(err)
		}
		charge, _, err := r.recurring.OfService(t.Context(), r.proven(t, account), account, o.Service)
		if err != nil || !charge.Ends.IsZero() || charge.ID.Bytes()[0] != o.Service.Bytes()[0] {
			t.Errorf("it is %+v, %v", charge, err)
		}
	})
}

// A1: what something would cost is for whoever may order it in that account alone.
func TestWhoSeesWhatAnOrderWouldCost(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account, other := r.client(t, "Northwind Bakery Ltd"), r.client(t, "Copperfield Cycles")
		o := recurring.Ordered{Service: id.New[id.ServiceKind](), Plan: r.plan, Period: recurring.Month, Price: gbp(3100)}
		for name, want := range map[string]fault.Kind{"billing": fault.KindDenied, "technical": fault.KindDenied} {
			who := r.person(t, account, name)
			_, err := r.recurring.Quote(t.Context(), who, account, o)
			wantFault(t, err, want)
			_, err = r.recurring.PricesFor(t.Context(), who, account)
			wantFault(t, err, want)
			_, err = r.recurring.Term(t.Context(), who, account, o.Service)
			wantFault(t, err, want)
			_, err = r.recurring.Unused(t.Context(), who, account, o.Service)
			wantFault(t, err, want)
			_, err = r.recurring.Offered(t.Context(), who)
			if fault.KindOf(err) != fault.KindDenied && fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s sees the plans: %v", name, err)
			}
		}
		_, err := r.recurring.Quote(t.Context(), r.proven(t, other), account, o)
		wantFault(t, err, fault.KindNotFound)
		_, err = r.recurring.Invoiced(t.Context(), r.person(t, account, "technical"), account, []id.Service{o.Service})
		wantFault(t, err, fault.KindDenied)
	})
}

// What is in the catalogue is on the list of plans, once, and a client's own price of it goes before the list's.
func TestTheCatalogueIsOnTheList(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account := r.client(t, "Northwind Bakery Ltd")
		o := recurring.Ordered{Plan: id.New[id.PlanKind](), Name: "Shop Hosting", Period: recurring.Month, Price: gbp(4900)}
		for range 2 {
			if err := r.recurring.Sells(t.Context(), o); err != nil {
				t.Fatal(err)
			}
		}
		own := recurring.Price{Period: recurring.Month, Amount: gbp(4500)}
		if err := r.recurring.RepriceFor(t.Context(), system(), account, o.Plan, own); err != nil {
			t.Fatal(err)
		}
		prices, err := r.recurring.PricesFor(t.Context(), r.proven(t, account), account)
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			plan id.Plan
			want money.Amount
		}{
			"Shop Hosting": {o.Plan, gbp(4500)}, "Business Hosting 20": {id.New[id.PlanKind](), gbp(3100)},
		} {
			if got, is := prices.Of(c.plan, name, recurring.Month, money.GBP); !is || got != c.want {
				t.Errorf("%s costs %s, %v", name, got, is)
			}
		}
		if _, is := prices.Of(id.New[id.PlanKind](), "Nothing", recurring.Month, money.GBP); is {
			t.Error("what is not on the list has a price")
		}
		list, err := r.recurring.Offered(t.Context(), system())
		if err != nil || len(list) != 2 {
			t.Errorf("offered are %+v, %v", list, err)
		}
	})
}
