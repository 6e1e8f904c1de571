package domains_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/domains"
	"gatehouse/internal/domains/demoregistrar"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }

// held puts a domain that the registrar has into Northwind's account, and gives the address of its page.
func held(t *testing.T, s *site.Site, c site.Cast, name string, service id.Service, days int) string {
	t.Helper()
	err := s.Registrar.Register(name, domains.Registration{
		Expires: s.Now(t).AddDate(0, 0, days), Locked: true,
		Nameservers: []string{"ns1.harbour.example", "ns2.harbour.example"},
	})
	key := id.New[id.DomainKind]()
	if err == nil {
		err = s.Domains.Add(t.Context(), actor.NewSystem("test"), c.Northwind, domains.Addition{
			Key: key, Name: name, Registrar: demoregistrar.Name, Service: service,
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return c.Base() + "/domains/" + key.String()
}

// Somebody technical changes name servers: what is wrong stands beside its field, what was typed stays, what will
// happen is said before it does, and each step is shown. Whoever pays is refused, and whoever looks after one service
// sees its domain alone (A2, A5).
func TestNameServersAreChangedOnThePages(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		bakery := held(t, s, c, "northwind.example", c.Bakery, 200)
		shop := held(t, s, c, "shop.example", c.Shop, 20)
		tess, list := s.Visit(t).SignIn(site.Tess), c.Base()+"/domains"
		tess.Get(list).Is(t, http.StatusOK).Says(t, "northwind.example", "Registered", "shop.example", "Runs out soon")
		tess.Get(bakery).Is(t, http.StatusOK).Says(t, "ns1.harbour.example", "Nobody can move it to another registrar.")
		tess.Get(bakery+"/nameservers").Is(t, http.StatusOK)
		action := bakery + "/nameservers"
		wrong := tess.Submit(action, url.Values{
			"host-0-name": {"ns1.new.example"}, "host-1-name": {"no host"}, "host-2-name": {"NS1.new.example"},
		})
		wrong.Is(t, http.StatusUnprocessableEntity).Says(t, "Enter the name of a host", "as number 1")
		if wrong.Value("host-1-name") != "no host" || wrong.Doc.Find("#host-2-name[aria-invalid=true]").Length() != 1 {
			t.Error("what was typed is gone, or nothing stands beside the field")
		}
		tess.Submit(action, url.Values{"host-1-name": {"ns2.northwind.example"}, "host-2-name": {""}}).
			Is(t, http.StatusOK).Says(t, "New: ns1.new.example, ns2.northwind.example", "glue", "is mailed at once")
		if s.Registrar.Done() != 0 || s.Count(t, "domain_changes", "1 = 1") != 0 {
			t.Error("something was changed before anybody was sure")
		}
		tess.Submit(action, nil).Is(t, http.StatusOK).Says(t, "Being changed", "On its way to the registrar")
		deliver(t, s)
		tess.Get(bakery).Says(t, "The registrar has taken it.")
		s.Offset.Advance(2 * time.Hour)
		if err := s.Domains.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		tess = s.Visit(t).SignIn(site.Tess)
		tess.Get(bakery).Says(t, "Registered", "ns2.northwind.example", "Done").Silent(t, "Being changed")

		ben := s.Visit(t).SignIn(site.Ben)
		if ben.Get(c.Base()).Doc.Find("nav a[href$='/domains']").Length() != 0 {
			t.Error("the way to domains is shown to whoever may not go there")
		}
		for _, path := range []string{list, bakery, action, bakery + "/lock", bakery + "/renewal"} {
			ben.Get(path).Is(t, http.StatusForbidden)
		}
		ben.Post(action, url.Values{"sure": {"yes"}}).Is(t, http.StatusForbidden)
		priya := s.Visit(t).SignIn(site.Priya)
		priya.Get(list).Is(t, http.StatusOK).Says(t, "shop.example").Silent(t, "northwind.example")
		priya.Get(shop).Is(t, http.StatusOK).Silent(t, "Change name servers", "Unlock")
		for _, path := range []string{bakery, shop + "/nameservers"} {
			priya.Get(path).Is(t, http.StatusForbidden)
		}
		s.Visit(t).SignIn(site.Carl).Get(bakery).Is(t, http.StatusNotFound)
	})
}

func deliver(t *testing.T, s *site.Site) {
	t.Helper()
	if _, err := s.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// A change asks for a fresh proof, and goes on with what was typed (A7).
func TestAChangeAsksWhoItIs(t *testing.T) {
	t.Parallel()
	s, c := site.OpenPortal(t, testkit.NewSQLite(t))
	bakery := held(t, s, c, "northwind.example", c.Bakery, 200)
	tess := s.Visit(t).SignIn(site.Tess)
	tess.Get(bakery+"/lock").Is(t, http.StatusOK).Says(t, "Unlock northwind.example")
	s.Offset.Advance(11 * time.Minute)
	tess.Submit(bakery+"/lock", nil).Says(t, "Confirm it’s you")
	if s.Count(t, "domain_changes", "1 = 1") != 0 {
		t.Error("it was changed by an old proof")
	}
	tess.Submit("/me/confirm", url.Values{"proof": {tess.Code(site.Tess)}}).Is(t, http.StatusOK).Says(t, "Lock: off")
}

// What failed says why and can be tried again; a domain that ran out says so; an account without any says what would
// be there; and the first page says which domain runs out.
func TestEachStateOfADomainIsTold(t *testing.T) {
	t.Parallel()
	s, c := site.OpenPortal(t, testkit.NewSQLite(t))
	olivia := s.Visit(t).SignIn(site.Olivia)
	olivia.Get(c.Base()+"/domains").Is(t, http.StatusOK).Says(t, "No domains yet")
	soon := held(t, s, c, "soon.example", c.Bakery, 12)
	olivia.Get(c.Base()).Says(t, "soon.example runs out in 12 days.")
	over := held(t, s, c, "over.example", id.Service{}, -3)
	olivia.Get(over).Says(t, "Expired", "It can still be renewed").Silent(t, "Change name servers")
	olivia.Get(held(t, s, c, "longer.example", id.Service{}, -50)).Says(t, "for more than a renewal")
	olivia.Get(held(t, s, c, "gone.example", id.Service{}, -90)).Says(t, "This domain is gone.")
	olivia.Get(c.Base()+"/services/"+c.Bakery.String()).Says(t, "Registered names", "soon.example")

	olivia.Get(soon + "/nameservers")
	olivia.Submit(soon+"/nameservers", url.Values{"host-0-name": {"ns1.nowhere.invalid"}}).Says(t, "New: ")
	olivia.Submit(soon+"/nameservers", nil).Is(t, http.StatusOK)
	deliver(t, s)
	olivia.Get(soon).Says(t, "The last change was not made.", "does not know ns1.nowhere.invalid as a name server")
	olivia.Submit(soon+"/retry", nil).Is(t, http.StatusOK).Says(t, "Being changed")
}
