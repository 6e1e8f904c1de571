package overview_test

import (
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/overview"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// bakery is an account with something of everything.
type bakery struct {
	*town
	account                       id.Account
	site, shop                    id.Service
	olivia, ben, tess, priya, ada actor.Actor // owner, billing, technical, developer of the shop, auditor
	oldest, older                 string      // numbers of invoices
	foreign                       id.Account
	foreignSite                   id.Service
	carl                          actor.Actor // owner of the foreign account
}

func newBakery(t *testing.T, w *testkit.World) *bakery {
	t.Helper()
	v := &bakery{town: newTown(t, w)}
	v.account = v.town.account(t, "Northwind Bakery Ltd")
	v.site, v.shop = v.serve(t, v.account, "northwind.example"), v.serve(t, v.account, "shop.northwind.example")
	v.olivia = v.join(t, v.account, v.person(t, "Olivia Marsh", "olivia@northwind.example"), "owner")
	v.ben = v.join(t, v.account, v.person(t, "Ben Okafor", "ben@northwind.example"), "billing")
	v.tess = v.join(t, v.account, v.person(t, "Tess Lindqvist", "tess@northwind.example"), "technical")
	v.priya = v.join(t, v.account, v.person(t, "Priya Shah", "priya@pixelworks.example"), "developer", v.shop)
	v.ada = v.join(t, v.account, v.person(t, "Ada Whitlock", "ada@audit.example"), "auditor")
	v.factor(t, v.olivia.Person, "totp", true)
	v.factor(t, v.olivia.Person, "passkey", true)
	v.factor(t, v.tess.Person, "totp", true)
	v.factor(t, v.ben.Person, "totp", false) // begun, and not confirmed
	v.oldest, v.older = v.bill(t, v.account, 100, 30*day), v.bill(t, v.account, 50, day)
	v.foreign = v.town.account(t, "Café Copperfield")
	v.carl = v.join(t, v.foreign, v.person(t, "Carl Øst", "carl@copperfield.example"), "owner")
	v.foreignSite = v.serve(t, v.foreign, "copperfield.example")
	v.leave(t, "ends_at = 1", "suspended = 1")
	return v
}

// leave adds people whose access is over, in each of the ways.
func (v *bakery) leave(t *testing.T, ways ...string) {
	t.Helper()
	for _, way := range ways {
		person := v.person(t, "Gone", way+"@northwind.example")
		v.join(t, v.account, person, "technical")
		v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			return g.Entry(activity.ContactRemoved, activity.Details{}),
				g.On(tx.DB).Exec("UPDATE memberships SET "+way+" WHERE person_id = ?", person).Error
		})
	}
}

func TestAnOwnersFirstPageHasEverything(t *testing.T) { // A1
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		if err := v.hosting.Suspend(t.Context(), actor.NewSystem("test"), v.account, v.shop, "Overdue."); err != nil {
			t.Fatal(err)
		}
		if _, err := v.overview.Home(t.Context(), v.olivia, v.account); err != nil {
			t.Fatal(err)
		}
		ctx, n := db.CountStatements(t.Context())
		home, err := v.overview.Home(ctx, v.olivia, v.account)
		if err != nil || n.Load() != 2 { // the page, and the log
			t.Fatalf("%d statements, %v", n.Load(), err)
		}
		account, err := v.accounts.Account(t.Context(), v.olivia, v.account)
		if err != nil || home.Account.Name != account.Name || !home.Account.Since.Equal(account.CreatedAt) ||
			home.Account.Currency != money.GBP || home.Account.Closed || account.Name != "Northwind Bakery Ltd" {
			t.Errorf("account %+v, %v", home.Account, err)
		}
		v.sameDue(t, home.Due)
		s := home.Services
		if s == nil || s.Count != 2 || s.Suspended != 1 || s.Limited || s.List[0].ID != v.shop ||
			s.List[0].State != hosting.Suspended || s.List[1].Name != "northwind.example" || s.List[1].Server != "tern" ||
			s.List[1].Usage.DiskLimit != 20<<30 || !s.List[1].HasPanel {
			t.Errorf("services %+v", s)
		}
		p := home.People
		if p == nil || p.Count != 5 || p.Protected != 2 || len(p.List) != 5 {
			t.Fatalf("people %+v", p)
		}
		for i, want := range []overview.Person{
			{Name: "Olivia Marsh", RoleName: "Owner", Factor: overview.FactorKey, You: true},
			{Name: "Ben Okafor", RoleName: "Billing", Factor: overview.FactorPassword},
			{Name: "Tess Lindqvist", RoleName: "Technical", Factor: overview.FactorCode},
			{Name: "Priya Shah", RoleName: "Developer", Factor: overview.FactorPassword, Limited: true, Services: 1},
			{Name: "Ada Whitlock", RoleName: "Auditor", Factor: overview.FactorPassword},
		} {
			got := p.List[i]
			if got.Name != want.Name || got.RoleName != want.RoleName || got.Factor != want.Factor || got.You != want.You ||
				got.Limited != want.Limited || got.Services != want.Services || got.Email != "" {
				t.Errorf("person %d is %+v", i, got)
			}
		}
		if len(home.Activity) == 0 {
			t.Error("no activity")
		}
	})
}

// sameDue says that the page and billing agree about what is due.
func (v *bakery) sameDue(t *testing.T, got *overview.Due) {
	t.Helper()
	want, err := v.billing.Due(t.Context(), v.olivia, v.account)
	if err != nil {
		t.Fatal(err)
	}
	if got == nil || got.Count != want.Count || got.Left != want.Left || got.Overdue != want.Overdue ||
		got.OverdueCount != want.OverdueCount || got.Oldest.ID != want.Oldest.ID ||
		got.Oldest.Number != want.Oldest.Number || got.Oldest.State != want.Oldest.State ||
		!got.Oldest.Due.Equal(want.Oldest.Due) {
		t.Errorf("due %+v, billing says %+v", got, want)
	}
	if got.Count != 2 || got.OverdueCount != 1 || got.Oldest.Number != v.oldest ||
		got.Oldest.State != billing.StateOverdue {
		t.Errorf("due %+v", got)
	}
}

func TestPartsThatARoleLacksAreAbsentAndNoRefusal(t *testing.T) { // A1
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		for name, c := range map[string]struct {
			who                   actor.Actor
			due, services, people bool
			list                  int
		}{
			"billing":   {v.ben, true, false, false, 0},
			"technical": {v.tess, false, true, false, 2},
			"developer": {v.priya, false, true, false, 1},
			"auditor":   {v.ada, true, true, true, 2},
		} {
			home, err := v.overview.Home(t.Context(), c.who, v.account)
			if err != nil || (home.Due != nil) != c.due || (home.Services != nil) != c.services ||
				(home.People != nil) != c.people || home.Account.Name == "" {
				t.Errorf("%s sees %+v, %v", name, home, err)
				continue
			}
			if c.services && len(home.Services.List) != c.list {
				t.Errorf("%s sees the services %+v", name, home.Services)
			}
		}
		home, err := v.overview.Home(t.Context(), v.priya, v.account)
		if err != nil || home.Services.List[0].ID != v.shop || !home.Services.Limited || home.Services.Count != 1 {
			t.Errorf("a limited developer sees %+v, %v", home.Services, err)
		}
		page, err := w.Log.Page(t.Context(), id.AccountScope(v.account), activity.Filter{Action: activity.Refused})
		if err != nil || len(page.Entries) != 0 {
			t.Errorf("refused: %+v, %v", page.Entries, err)
		}
	})
}

func TestNothingOfAnotherAccountIsOnThePage(t *testing.T) { // A1
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		home, err := v.overview.Home(t.Context(), v.carl, v.foreign)
		if err != nil || home.Due.Count != 0 || home.Services.Count != 1 || home.Services.List[0].ID != v.foreignSite ||
			home.People.Count != 1 || home.People.List[0].Name != "Carl Øst" {
			t.Errorf("%+v, %v", home, err)
		}
		if _, err := v.overview.Home(t.Context(), v.carl, v.account); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a foreign account: %v", err)
		}
		if b, err := v.overview.Badges(t.Context(), v.carl, v.account); err != nil || b != (overview.Badges{}) {
			t.Errorf("foreign badges: %+v, %v", b, err)
		}
		if _, err := v.overview.Client(t.Context(), v.olivia, v.account); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("staff's view for a customer: %v", err)
		}
		_, err = v.overview.Clients(t.Context(), v.olivia, overview.ClientQuery{})
		if fault.KindOf(err) != fault.KindDenied {
			t.Errorf("staff's list for a customer: %v", err)
		}
	})
}

func TestBadgesAreOneStatementOrNone(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		for name, c := range map[string]struct {
			who  actor.Actor
			want overview.Badges
			cost int64
		}{
			"owner":     {v.olivia, overview.Badges{Due: 2, Overdue: 1}, 1},
			"billing":   {v.ben, overview.Badges{Due: 2, Overdue: 1}, 1},
			"technical": {v.tess, overview.Badges{}, 0},
		} {
			ctx, n := db.CountStatements(t.Context())
			got, err := v.overview.Badges(ctx, c.who, v.account)
			if err != nil || got != c.want || n.Load() != c.cost {
				t.Errorf("%s: %+v, %d statements, %v", name, got, n.Load(), err)
			}
		}
	})
}

func TestWhoMayOpenAPanelAndWhy(t *testing.T) { // N7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		if _, err := v.hosting.OpenPanel(t.Context(), v.tess, v.account, v.site); err != nil {
			t.Fatal(err)
		}
		ctx, n := db.CountStatements(t.Context())
		people, err := v.overview.PanelPeople(ctx, v.olivia, v.account, v.site)
		if err != nil || n.Load() != 1 || len(people) != 5 {
			t.Fatalf("%+v, %d statements, %v", people, n.Load(), err)
		}
		for i, want := range []struct {
			may    bool
			why    string
			opened bool
		}{
			{true, "The role Owner includes it.", false},
			{false, "The role Billing does not include it.", false},
			{true, "The role Technical includes it.", true},
			{false, "The access is limited to other services.", false},
			{false, "The role Auditor does not include it.", false},
		} {
			got := people[i]
			if got.May != want.may || got.Why != want.why || got.LastOpened.IsZero() == want.opened {
				t.Errorf("%s: %v, %q, %v", got.Person.Name, got.May, got.Why, got.LastOpened)
			}
		}
		shop, err := v.overview.PanelPeople(t.Context(), v.olivia, v.account, v.shop)
		if err != nil || !shop[3].May || shop[3].Why != "The role Developer includes it, for one chosen service." {
			t.Errorf("the shop: %+v, %v", shop, err)
		}
		if people, err := v.overview.PanelPeople(t.Context(), v.tess, v.account, v.site); err != nil || people != nil {
			t.Errorf("without the right to see who has access: %+v, %v", people, err)
		}
	})
}
