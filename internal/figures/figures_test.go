package figures_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing/reports"
	"gatehouse/internal/fault"
	"gatehouse/internal/figures"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

const day = 24 * time.Hour

type house struct {
	*testkit.World
	figures *figures.Figures
}

func open(w *testkit.World) *house {
	return &house{w, figures.New(w.Gate, w.Reader, w.Access, reports.New(w.Gate, w.Reader, w.Box), time.UTC)}
}

// fill writes rows under one change.
func (h *house) fill(t *testing.T, rows func(put func(table, columns string, values ...any))) {
	t.Helper()
	err := h.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ClientsManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			rows(func(table, columns string, values ...any) {
				marks := strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")
				text := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, columns, marks)
				if err := g.On(tx.DB).Exec(text, values...).Error; err != nil {
					t.Error(table, err)
				}
			})
			return g.Entry(activity.AccountEdited, activity.Details{}), nil
		})
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) seal(t *testing.T, table, column string, key []byte) secretbox.Sealed {
	t.Helper()
	s, err := h.Box.Seal("x", secretbox.Place{Table: table, Column: column, Row: key})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// contact is one of the people of a client.
type contact struct {
	factors          string // "t": a code app, "k": a key, "d": a key in doubt, "h": one that was never confirmed
	seen             time.Duration
	suspended, ended bool
}

func (h *house) client(t *testing.T, state string, reviewed time.Duration, people ...contact) id.Account {
	t.Helper()
	account, now := id.New[id.AccountKind](), h.Now(t)
	h.fill(t, func(put func(table, columns string, values ...any)) {
		put("accounts", "account_id, name, currency, state, created_at", account,
			h.seal(t, "accounts", "name", account.Bytes()), "GBP", state, 1)
		if reviewed > 0 {
			put("review_schedules", "account_id, every_months, grace_days, last_finished_at", account, 0, 7,
				db.At(now.Add(-reviewed)))
		}
		for _, c := range people {
			h.contact(t, put, account, c, now)
		}
	})
	return account
}

func (h *house) contact(
	t *testing.T, put func(table, columns string, values ...any), account id.Account, c contact, now time.Time,
) {
	t.Helper()
	person := id.New[id.PersonKind]()
	index := sha256.Sum256(person.Bytes())
	put("persons", "id, email, email_index, name, state, locale, time_zone, created_at", person,
		h.seal(t, "persons", "email", person.Bytes()), index[:], h.seal(t, "persons", "name", person.Bytes()), "active",
		"en-GB", "UTC", 1)
	ends := db.Time{}
	if c.ended {
		ends = db.At(now.Add(-time.Hour))
	}
	put("memberships", "id, account_id, person_id, role, suspended, ends_at, created_at, last_seen_at",
		id.New[id.MembershipKind](), account, person, "billing", c.suspended, ends, 1, db.At(now.Add(-c.seen)))
	for _, f := range c.factors {
		key := id.New[id.FactorKind]()
		kind, confirmed, doubt, credential := "key", db.At(now), db.Time{}, any(nil)
		switch f {
		case 't':
			kind = "totp"
		case 'd':
			doubt = db.At(now)
		case 'h':
			confirmed = db.Time{}
		}
		if kind != "totp" {
			hash := sha256.Sum256(key.Bytes())
			credential = hash[:]
		}
		put("factors", "id, person_id, kind, name, secret, confirmed_at, suspect_at, credential_index, added_at", key,
			person, kind, h.seal(t, "factors", "name", key.Bytes()), h.seal(t, "factors", "secret", key.Bytes()), confirmed,
			doubt, credential, 1)
	}
}

func (h *house) count(t *testing.T) {
	t.Helper()
	if err := h.figures.Count(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (h *house) staff(t *testing.T, department string) actor.Actor {
	t.Helper()
	now := h.Now(t)
	return actor.Enter(actor.Details{
		Kind: actor.Staff, Person: id.New[id.PersonKind](), Name: "Sam Doyle", Session: id.New[id.SessionKind](),
		FactorAt: now, Factor: actor.With(actor.ByPassword, actor.ByKey), Seat: actor.Seat{Department: department},
		Now: now, Looks: h.Looks(t),
	})
}

func (h *house) board(t *testing.T) figures.Board {
	t.Helper()
	b, err := h.figures.Board(t.Context(), h.staff(t, "administrator"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Access is well kept where it is at each contact who has access now, and by a factor that counts.
func TestTheHealthOfAccessIsCounted(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.count(t) // nobody is there yet
		h.client(t, "active", 20*day, contact{factors: "tk"}, contact{factors: "k", seen: 91 * day})
		h.client(t, "active", 300*day, contact{factors: "k"}, contact{factors: "t", seen: 89 * day})
		h.client(t, "active", 400*day, contact{factors: "k"}, contact{factors: "dh", seen: 365 * day})
		h.client(t, "active", 0, contact{factors: "k"}, contact{suspended: true, seen: 99 * day}, contact{ended: true})
		h.client(t, "active", 20*day)                   // nobody has come yet
		h.client(t, "closed", 20*day, contact{seen: 0}) // no client any more
		h.count(t)
		got := h.board(t).Health[figures.DaysShown-1]
		got.Date = time.Time{}
		want := figures.Day{
			Counted: true, Accounts: 4, Guarded: 3, Keyed: 2, Reviewed: 2, Contacts: 7, Dormant: 2,
		}
		if got != want {
			t.Errorf("counted %+v, not %+v", got, want)
		}
	})
}

// However often and wherever it is counted, a kind has one row a day; a day without a count is missing, and no zero.
func TestAKindHasOneRowADay(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.client(t, "active", 0, contact{})
		now := h.Now(t)
		noon := time.Date(now.Year(), now.Month(), now.Day(), 12, 0, 0, 0, time.UTC).Sub(now)
		h.Offset.Set(noon - 3*day)
		h.count(t)
		h.Offset.Set(noon - day)
		h.looks(t, account, h.Now(t).Add(-2*day), h.Now(t).Add(-time.Hour), h.Now(t))
		h.sells(t, account, 12000, h.Now(t))
		var nodes sync.WaitGroup
		for range 3 {
			nodes.Go(func() { h.count(t) })
		}
		nodes.Wait()
		for _, kind := range []string{"accounts", "guarded", "keyed", "reviewed", "contacts", "dormant"} {
			if n := h.Count(t, "daily_figures", "kind = ?", kind); n != 2 {
				t.Errorf("%s has %d rows for two days", kind, n)
			}
		}
		h.Offset.Set(noon)
		b := h.board(t)
		if len(b.Sales) != 1 {
			t.Fatalf("sold: %+v", b.Sales)
		}
		last := b.Health[figures.DaysShown-4:]
		if !last[0].Counted || last[1].Counted || !last[2].Counted || last[3].Counted || last[2].Accounts != 1 {
			t.Errorf("the last days are %+v", last)
		}
		total, counted := int64(0), 0
		for _, week := range b.Weeks {
			total, counted = total+week.Looks, counted+week.Counted
		}
		if total != 3 || len(b.Weeks) != figures.WeeksShown || counted < 7*(figures.WeeksShown-1)-1 {
			t.Errorf("%d looks on %d days: %+v", total, counted, b.Weeks)
		}
		sum := int64(0)
		for _, m := range b.Sales[0].Months {
			sum += m.Net.Minor()
		}
		if b.Sales[0].Currency != money.GBP || sum != 12000 {
			t.Errorf("sold: %+v", b.Sales)
		}
	})
}

func (h *house) looks(t *testing.T, account id.Account, at ...time.Time) {
	t.Helper()
	person := id.New[id.PersonKind]()
	h.fill(t, func(put func(table, columns string, values ...any)) {
		index := sha256.Sum256(person.Bytes())
		put("persons", "id, email, email_index, name, state, locale, time_zone, created_at", person,
			h.seal(t, "persons", "email", person.Bytes()), index[:], h.seal(t, "persons", "name", person.Bytes()), "active",
			"en-GB", "UTC", 1)
		for _, begun := range at {
			key := id.New[id.CaseKind]()
			put("looks", "id, account_id, staff_id, department, code, reason, started_at, ends_at", key, account, person,
				"support", "fault", h.seal(t, "looks", "reason", key.Bytes()), db.At(begun), db.At(begun.Add(time.Hour)))
		}
	})
}

func (h *house) sells(t *testing.T, account id.Account, net int64, at time.Time) {
	t.Helper()
	invoice := id.New[id.InvoiceKind]()
	h.fill(t, func(put func(table, columns string, values ...any)) {
		put("invoices", "id, account_id, series, ordinal, state, currency, about, billed_to, issued_at, due_at, net_minor, "+
			"vat_minor, total_minor", invoice, account, "GH", 1, "due", "GBP", h.seal(t, "invoices", "about", invoice.Bytes()),
			h.seal(t, "invoices", "billed_to", invoice.Bytes()), db.At(at), db.At(at), net, 0, net)
		put("vat_totals", "document_id, treatment, rate_bp, account_id, invoice_id, currency, net_minor, vat_minor, tax_at",
			invoice, "zero", 0, account, invoice, "GBP", net, 0, db.At(at))
	})
}

// A2: each department reads what its permissions tell, in one statement at most, and a customer reads nothing.
func TestEachDepartmentReadsItsPartOfTheBoard(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.sells(t, h.client(t, "active", 0, contact{}), 100, h.Now(t))
		h.count(t)
		for department, sees := range map[string]struct{ access, sales bool }{
			"support": {}, "technical": {}, "billing": {sales: true}, "privacy": {access: true},
			"administrator": {access: true, sales: true},
		} {
			who := h.staff(t, department)
			if _, err := h.figures.Board(t.Context(), who); err != nil { // the look is recorded the first time
				t.Fatal(department, err)
			}
			ctx, n := db.CountStatements(t.Context())
			b, err := h.figures.Board(ctx, who)
			if err != nil || n.Load() > 1 || !sees.access && !sees.sales && n.Load() > 0 {
				t.Errorf("%s: %d statements, %v", department, n.Load(), err)
			}
			if (b.Health != nil) != sees.access || (b.Weeks != nil) != sees.access {
				t.Errorf("%s reads of access %+v, %+v", department, b.Health, b.Weeks)
			}
			if b.Sold != sees.sales || (len(b.Sales) > 0) != sees.sales {
				t.Errorf("%s reads of money %+v", department, b.Sales)
			}
		}
		owner := actor.Enter(actor.Details{
			Kind: actor.Person, Person: id.New[id.PersonKind](), Name: "Olivia", Session: id.New[id.SessionKind](),
			Now: h.Now(t),
		})
		b, err := h.figures.Board(t.Context(), owner)
		if fault.KindOf(err) != fault.KindDenied || b.Health != nil || b.Weeks != nil || b.Sold || b.Sales != nil {
			t.Errorf("a customer reads %+v, %v", b, err)
		}
		if n := w.Count(t, "entries", "action = ?", activity.LogViewed); n != 0 {
			t.Errorf("%d looks at a log are recorded, and nobody has read one", n)
		}
	})
}
