package overview_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/overview"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// office is a bakery with somebody of each department.
type office struct {
	*bakery
	of map[string]actor.Actor
}

func newOffice(t *testing.T, w *testkit.World) *office {
	t.Helper()
	v := &office{bakery: newBakery(t, w), of: map[string]actor.Actor{}}
	for _, d := range []string{"support", "billing", "technical", "privacy", "administrator"} {
		v.of[d] = v.staff(t, d)
	}
	return v
}

// told is a row of the list in short.
func told(r overview.Request) string {
	return strings.Join([]string{string(r.Queue), r.Kind, r.Client, r.By, string(r.Turn)}, "|")
}

// A2, A10: each department is told of the kinds of requests that its permissions reach, oldest first, with no more of a
// client than the list of clients tells, and whoever asked for money is not the one to approve it.
func TestEachDepartmentSeesItsRequests(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newOffice(t, w)
		v.asks(t)
		const client, olivia = "Northwind Bakery Ltd", "Olivia Marsh"
		name, primary := "requests|name|"+client+"|"+olivia+"|", "requests|primary|"+client+"|"+olivia+"|"
		offer := "ownership|offer|" + client + "|" + olivia + "|client"
		own, other := "approvals|refund|"+client+"|Sam Doyle|", "approvals|write-off|"+client+"|Sam Doyle|"
		lost, colleague := "recoveries|recovery|Café Copperfield|Carl Øst|", "recoveries|recovery||Sam Doyle|"
		order := "orders|order|" + client + "||yours" // by a contact whom the list of clients does not name
		working, end := "orders|change|"+client+"||server", "endings|cancel|"+client+"|"+olivia+"|yours"
		emergency, invite := "emergency|emergency|"+client+"|Sam Doyle|", "staff|invite||Sam Doyle|"
		for department, want := range map[string][]string{
			"support":   {lost + "yours", colleague + "department"},
			"billing":   {name + "yours", primary + "yours", offer, own + "person", other + "yours"},
			"technical": {order, working, end},
			"privacy":   {emergency + "yours"},
			"administrator": {
				name + "yours", primary + "yours", offer, own + "yours", other + "person", lost + "yours",
				colleague + "yours", order, working, end, emergency + "yours", invite + "person",
			},
		} {
			if _, err := v.overview.Requests(t.Context(), v.of[department], overview.RequestQuery{}); err != nil {
				t.Fatal(department, err) // the look is recorded the first time
			}
			for _, mine := range []bool{false, true} {
				ctx, n := db.CountStatements(t.Context())
				page, err := v.overview.Requests(ctx, v.of[department], overview.RequestQuery{Mine: mine})
				if err != nil || n.Load() > 1 || page.Next != "" {
					t.Errorf("%s: %d statements, next %q, %v", department, n.Load(), page.Next, err)
				}
				var got []string
				for _, r := range page.Rows {
					got = append(got, told(r))
				}
				wanted := slices.Clone(want)
				if mine {
					wanted = slices.DeleteFunc(wanted, func(s string) bool { return !strings.HasSuffix(s, "|yours") })
				}
				if !slices.Equal(got, wanted) {
					t.Errorf("%s (mine: %v) is told\n%s\nnot\n%s", department, mine, strings.Join(got, "\n"),
						strings.Join(wanted, "\n"))
				}
			}
		}
		v.narrowed(t)
	})
}

// narrowed holds that a kind beyond somebody's permissions is refused by its name, and that a client's people are told
// nothing.
func (v *office) narrowed(t *testing.T) {
	t.Helper()
	seen := map[overview.QueueName][]string{
		overview.AccountRequests: {"billing", "administrator"}, overview.OwnershipOffers: {"billing", "administrator"},
		overview.MoneyApprovals: {"billing", "administrator"}, overview.LostFactors: {"support", "administrator"},
		overview.ServiceOrders: {"technical", "administrator"}, overview.Cancellations: {"technical", "administrator"},
		overview.Emergencies: {"privacy", "administrator"}, overview.StaffApprovals: {"administrator"},
	}
	for kind, sees := range seen {
		for department, who := range v.of {
			page, err := v.overview.Requests(t.Context(), who, overview.RequestQuery{Only: kind})
			if !slices.Contains(sees, department) {
				if fault.KindOf(err) != fault.KindDenied || len(page.Rows) > 0 {
					t.Errorf("%s narrows to %s: %+v, %v", department, kind, page.Rows, err)
				}
				continue
			}
			strange := slices.ContainsFunc(page.Rows, func(r overview.Request) bool { return r.Queue != kind })
			if err != nil || len(page.Rows) == 0 || strange || !slices.Contains(page.Kinds, kind) {
				t.Errorf("%s narrows to %s: %+v, %v", department, kind, page, err)
			}
		}
	}
	_, err := v.overview.Requests(t.Context(), v.of["administrator"], overview.RequestQuery{Only: overview.OpenCases})
	if fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("a kind that is no request: %v", err)
	}
	_, err = v.overview.Requests(t.Context(), v.olivia, overview.RequestQuery{})
	if fault.KindOf(err) != fault.KindDenied {
		t.Errorf("a customer sees what staff are asked: %v", err)
	}
}

// A page begins where the one before ended, over all kinds, also among those that were asked in the same moment.
func TestRequestsArePaged(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newOffice(t, w)
		at, want := v.Now(t).Add(-day), 120
		v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			for i := range want {
				k := id.New[id.CaseKind]()
				v.insert(t, tx, g, "account_requests", "id, account_id, kind, wanted, reason, asked_by, state, created_at",
					k, v.account, "name", v.seal(t, "account_requests", "wanted", k.Bytes(), "x"),
					v.seal(t, "account_requests", "reason", k.Bytes(), "x"), v.olivia.Person, "open",
					db.At(at.Add(time.Duration(i/30)*time.Second)))
			}
			return g.Entry(activity.AccountEdited, activity.Details{}), nil
		})
		seen, after, pages := map[string]bool{}, "", 0
		var last time.Time
		for {
			page, err := v.overview.Requests(t.Context(), v.of["billing"], overview.RequestQuery{After: after})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Rows {
				if seen[r.ID] || r.Since.Before(last) {
					t.Errorf("%s comes twice, or late", r.ID)
				}
				seen[r.ID], last = true, r.Since
			}
			if pages++; page.Next == "" {
				break
			}
			after = page.Next
		}
		if len(seen) != want || pages != 3 {
			t.Errorf("%d of %d, in %d pages", len(seen), want, pages)
		}
	})
}

func (v *office) insert(t *testing.T, tx *db.Tx, g gate.Grant, table, columns string, values ...any) {
	t.Helper()
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")
	err := g.On(tx.DB).Exec(fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, columns, marks), values...).Error
	if err != nil {
		t.Error(table, err)
	}
}

// asks leaves one request of each kind, each a minute after the one before, and of each one that is over.
func (v *office) asks(t *testing.T) {
	t.Helper()
	at := v.Now(t).Add(-day)
	next := func() db.Time {
		at = at.Add(time.Minute)
		return db.At(at)
	}
	v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		sealed := func(table, column string, k id.Case) any { return v.seal(t, table, column, k.Bytes(), "x") }
		for _, kind := range []string{"name", "primary"} {
			for _, state := range []string{"open", "withdrawn"} {
				k, wanted, contact := id.New[id.CaseKind](), any(nil), any(v.ben.Membership.ID)
				if kind == "name" {
					wanted, contact = sealed("account_requests", "wanted", k), nil
				}
				v.insert(t, tx, g, "account_requests",
					"id, account_id, kind, wanted, contact_id, reason, asked_by, state, created_at", k, v.account, kind,
					wanted, contact, sealed("account_requests", "reason", k), v.olivia.Person, state, next())
			}
		}
		for _, ends := range []time.Time{at.Add(7 * day), at} {
			v.insert(t, tx, g, "ownership_offers",
				"id, account_id, offered_by, offered_to, contact_id, state, created_at, expires_at", id.New[id.CaseKind](),
				v.account, v.olivia.Person, v.ben.Person, v.ben.Membership.ID, "open", next(), db.At(ends))
		}
		for kind, by := range map[string]string{"refund": "billing", "write-off": "administrator"} {
			k, asked := id.New[id.CaseKind](), next()
			if kind == "write-off" {
				asked = db.At(at.Add(time.Hour))
			}
			v.insert(t, tx, g, "money_requests",
				"id, account_id, kind, amount_minor, currency, content, state, asked_by, asked_at", k, v.account, kind, 100,
				"GBP", sealed("money_requests", "content", k), "open", v.of[by].Person, asked)
		}
		at = at.Add(2 * time.Hour)
		v.lose(t, tx, g, v.carl.Person, "waiting", next())
		v.lose(t, tx, g, v.of["technical"].Person, "waiting", next())
		v.lose(t, tx, g, v.ben.Person, "cancelled", next())
		v.more(t, tx, g, next)
		return g.Entry(activity.AccountEdited, activity.Details{}), nil
	})
}

func (v *office) lose(t *testing.T, tx *db.Tx, g gate.Grant, person id.Person, state string, at db.Time) {
	t.Helper()
	k, over := id.New[id.CaseKind](), any(nil)
	if state == "cancelled" {
		over = at
	}
	hash := sha256.Sum256(k.Bytes())
	v.insert(t, tx, g, "recoveries", "id, person_id, state, token_hash, asked_at, asked_until, waits_until, settled_at",
		k, person, state, hash[:], at, at, at, over)
}

// more leaves what is asked about services, and of staff.
func (v *office) more(t *testing.T, tx *db.Tx, g gate.Grant, next func() db.Time) {
	t.Helper()
	for _, one := range []struct {
		kind, state string
		by          id.Person
	}{
		{"order", "asked", v.tess.Person},
		{"change", "working", v.tess.Person},
		{"cancel", "asked", v.olivia.Person},
		{"order", "done", v.tess.Person},
		{"cancel", "planned", v.olivia.Person},
	} {
		v.insert(t, tx, g, "service_requests", "id, account_id, person_id, kind, state, asked_at", id.New[id.CaseKind](),
			v.account, one.by, one.kind, one.state, next())
	}
	k, at := id.New[id.CaseKind](), next()
	v.insert(t, tx, g, "looks", "id, account_id, staff_id, department, code, reason, started_at, ends_at", k, v.account,
		v.of["support"].Person, "support", "fault", v.seal(t, "looks", "reason", k.Bytes(), "x"), at,
		db.At(at.Add(time.Hour)))
	v.insert(t, tx, g, "emergencies",
		"id, account_id, staff_id, department, opened, code, reason, started_at, ends_at, state", k, v.account,
		v.of["support"].Person, "support", "billing", "outage", v.seal(t, "emergencies", "reason", k.Bytes(), "x"), at,
		db.At(at.Add(time.Hour)), "open")
	k = id.New[id.CaseKind]()
	index := sha256.Sum256(k.Bytes())
	v.insert(t, tx, g, "staff_requests",
		"id, kind, email, email_index, department, reason, asked_by, asked_at, state", k, "invite",
		v.seal(t, "staff_requests", "email", k.Bytes(), "x"), index[:], "support",
		v.seal(t, "staff_requests", "reason", k.Bytes(), "x"), v.of["administrator"].Person, next(), "waiting")
}
