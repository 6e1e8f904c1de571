package hosting_test

import (
	"slices"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

func names(services []hosting.Service) []string {
	var out []string
	for _, s := range services {
		out = append(out, s.Domain)
	}
	return out
}

func TestEachSeesTheServicesThatTheyMay(t *testing.T) { // A1, N7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		both := []string{"northwind.example", "shop.northwind.example"}
		for name, c := range map[string]struct {
			who     actor.Actor
			want    []string
			limited bool
		}{
			"owner":               {v.owner, both, false},
			"technical":           {v.tech, both, false},
			"limited developer":   {v.developer, []string{"shop.northwind.example"}, true},
			"developer of nought": {v.nobody, nil, true},
		} {
			ctx, n := db.CountStatements(t.Context())
			page, err := v.hosting.Services(ctx, c.who, v.account, id.Service{})
			if err != nil || !slices.Equal(names(page.Services), c.want) || page.Limited != c.limited {
				t.Errorf("%s sees %v, limited %v, %v", name, names(page.Services), page.Limited, err)
			}
			if n.Load() > 1 {
				t.Errorf("%s: %d statements", name, n.Load())
			}
			counts, err := v.hosting.Counts(t.Context(), c.who, v.account)
			if err != nil || counts != (hosting.Counts{Active: len(c.want)}) {
				t.Errorf("%s counts %+v, %v", name, counts, err)
			}
		}
		_, err := v.hosting.Services(t.Context(), v.billing, v.account, id.Service{})
		if f, ok := fault.As(err); !ok || f.Kind != fault.KindDenied || f.Denial.Verb != "services:view" {
			t.Errorf("billing: %v", err)
		}
		_, err = v.hosting.Services(t.Context(), v.owner, v.foreign, id.Service{})
		if fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("another account: %v", err)
		}
	})
}

func TestAServiceIsReadWhole(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		s, err := v.hosting.Service(t.Context(), v.owner, v.account, v.bakery)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name() != "northwind.example" || s.Server.Name != "tern" || s.Server.Location != "London" || !s.HasPanel ||
			s.Price != money.New(7900, money.GBP) || s.Period != hosting.Monthly || s.Usage.DiskLimit != 20<<30 ||
			s.State != hosting.Active || s.Version != 1 || s.RenewsAt.IsZero() || s.Usage.MeasuredAt.IsZero() {
			t.Errorf("read %+v", s)
		}
	})
}

func TestAForeignServiceIsNotFoundAndAnOtherOneRefused(t *testing.T) { // A1, N7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		for name, c := range map[string]struct {
			who     actor.Actor
			account id.Account
			service id.Service
			want    fault.Kind
		}{
			"foreign under own account":   {v.owner, v.account, v.theirs, fault.KindNotFound},
			"foreign, limited":            {v.developer, v.account, v.theirs, fault.KindNotFound},
			"foreign account and service": {v.owner, v.foreign, v.theirs, fault.KindNotFound},
			"own under a foreign account": {v.owner, v.foreign, v.bakery, fault.KindNotFound},
			"none at all":                 {v.owner, v.account, id.New[id.ServiceKind](), fault.KindNotFound},
			"zero":                        {v.owner, v.account, id.Service{}, fault.KindNotFound},
			"not among the chosen":        {v.developer, v.account, v.bakery, fault.KindDenied},
			"nothing chosen":              {v.nobody, v.account, v.shop, fault.KindDenied},
			"billing":                     {v.billing, v.account, v.bakery, fault.KindDenied},
		} {
			if _, err := v.hosting.Service(t.Context(), c.who, c.account, c.service); fault.KindOf(err) != c.want {
				t.Errorf("see %s: %v", name, err)
			}
			if _, err := v.hosting.Door(t.Context(), c.who, c.account, c.service); fault.KindOf(err) != c.want {
				t.Errorf("door of %s: %v", name, err)
			}
			if _, err := v.hosting.OpenPanel(t.Context(), c.who, c.account, c.service); fault.KindOf(err) != c.want {
				t.Errorf("open %s: %v", name, err)
			}
		}
		if n := w.Count(t, "panel_logins", "1 = 1"); n != 0 {
			t.Errorf("%d logins were written", n)
		}
		found := slices.ContainsFunc(v.log(t), func(e activity.Entry) bool {
			return e.Action == activity.Refused && e.ActorID == v.developer.Person && e.Verb == "panel:open" &&
				e.What.Reason == "The access is limited to other services." &&
				e.TargetID == v.bakery.String() && e.What.Label == "northwind.example" && e.Service == v.bakery
		})
		if !found {
			t.Errorf("the log reads %+v", v.log(t))
		}
		page, err := w.Log.Page(t.Context(), id.AccountScope(v.foreign), activity.Filter{Person: v.owner.Person})
		if err != nil || len(page.Entries) != 0 {
			t.Errorf("a stranger wrote into the other account's log: %+v, %v", page.Entries, err)
		}
	})
}

func TestServicesComeAPageAtATime(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		for range 60 {
			v.serve(t, v.account, "more.example")
		}
		ctx, n := db.CountStatements(t.Context())
		first, err := v.hosting.Services(ctx, v.owner, v.account, id.Service{})
		if err != nil || len(first.Services) != 50 || first.Next.IsZero() || n.Load() != 1 {
			t.Fatalf("%d services, %d statements, %v", len(first.Services), n.Load(), err)
		}
		second, err := v.hosting.Services(t.Context(), v.owner, v.account, first.Next)
		if err != nil || len(second.Services) != 12 || !second.Next.IsZero() {
			t.Fatalf("%d services, %v", len(second.Services), err)
		}
		if second.Services[0].ID == first.Services[49].ID {
			t.Error("a service stands on both pages")
		}
	})
}

func TestBadInputIsNamedByField(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	v := newTown(t, w)
	good := hosting.NewService{Server: v.server, Plan: "P", Price: money.New(1, money.GBP), Period: hosting.Monthly}
	for field, spoil := range map[string]func(n *hosting.NewService){
		"server": func(n *hosting.NewService) { n.Server = id.New[id.ServerKind]() },
		"plan":   func(n *hosting.NewService) { n.Plan = "\x00" },
		"domain": func(n *hosting.NewService) { n.Domain = "not a domain" },
		"price":  func(n *hosting.NewService) { n.Price = money.New(-1, money.GBP) },
		"period": func(n *hosting.NewService) { n.Period = "week" },
	} {
		n := good
		spoil(&n)
		_, err := v.hosting.CreateService(t.Context(), actor.NewSystem("test"), v.account, n)
		if f, ok := fault.As(err); !ok || f.Kind != fault.KindInvalid || f.Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	server := hosting.NewServer{Name: "dunlin", Panel: "demo", Host: "dunlin.harbour.example"}
	for field, spoil := range map[string]func(n *hosting.NewServer){
		"name":    func(n *hosting.NewServer) { n.Name = "" },
		"panel":   func(n *hosting.NewServer) { n.Panel = "plesk" },
		"host":    func(n *hosting.NewServer) { n.Host = "169.254.169.254" }, // I5
		"address": func(n *hosting.NewServer) { n.Address = "here" },
	} {
		n := server
		spoil(&n)
		_, err := v.hosting.CreateServer(t.Context(), actor.NewSystem("test"), n)
		if f, ok := fault.As(err); !ok || f.Kind != fault.KindInvalid || f.Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	server.Name = "tern"
	_, err := v.hosting.CreateServer(t.Context(), actor.NewSystem("test"), server)
	if fault.KindOf(err) != fault.KindConflict {
		t.Errorf("two servers of one name: %v", err)
	}
}

func TestDomainsHaveOneForm(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Northwind.Example.": "northwind.example", " a.example ": "a.example", "bücher.example": "xn--bcher-kva.example",
		"localhost": "", "10.0.0.1": "", "a..example": "", "a_b.example": "", "a.example/x": "", "": "", "-a.example": "",
	} {
		if got, err := hosting.ParseDomain(text); got != want || (err == nil) != (want != "") {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	}
}
