package overview_test

import (
	"maps"
	"slices"
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

// street is a town in which each filter of the list has clients that belong in it, and such that nearly do.
type street struct {
	*town
	named map[string]id.Account
}

// newStreet opens its clients 460 days ago but for two: one came 31 days ago, one 29.
func newStreet(t *testing.T, w *testkit.World) *street {
	t.Helper()
	v := &street{town: newTown(t, w), named: map[string]id.Account{}}
	open := func(names ...string) {
		for _, name := range names {
			v.named[name] = v.account(t, name+" Trading")
		}
	}
	open("Late", "Prompt", "Declined", "Asked", "Long declined", "Card paid", "Bare", "Begun", "Guarded", "Left",
		"Suspended", "Running", "Lapsed", "Never", "Reviewed", "Closed", "Keyed", "Dormant", "Awake",
		"Debit failed", "Debit returned", "Debit failed long ago", "Debit paid",
		"Refund asked", "Refund just asked", "Refund pending", "Refund lately pending", "Refund arrived")
	w.Offset.Advance(429 * day)
	open("Settled in")
	w.Offset.Advance(2 * day)
	open("Newcomer")
	w.Offset.Advance(29 * day)
	v.money(t)
	v.faces(t)
	v.sites(t)
	v.reviewed(t)
	return v
}

func (v *street) money(t *testing.T) {
	t.Helper()
	v.bill(t, v.named["Late"], 100, 15*day)
	v.bill(t, v.named["Prompt"], 100, 13*day)
	for name, of := range map[string]struct {
		state string
		ago   time.Duration
	}{
		"Declined": {"declined", 6 * day}, "Asked": {"action", 0}, "Long declined": {"declined", 8 * day},
		"Card paid": {"paid", 0},
	} {
		v.bill(t, v.named[name], 50, day)
		v.charged(t, v.named[name], of.state, of.ago)
	}
	for name, of := range map[string]struct {
		state string
		ago   time.Duration
	}{
		"Debit failed": {"failed", 6 * day}, "Debit returned": {"returned", 0},
		"Debit failed long ago": {"failed", 8 * day}, "Debit paid": {"paid", 0},
	} {
		v.bill(t, v.named[name], 50, day)
		v.debited(t, v.named[name], of.state, of.ago)
	}
	for name, of := range map[string]struct {
		state string
		ago   time.Duration
	}{
		"Refund asked": {"asked", 2 * time.Hour}, "Refund just asked": {"asked", 30 * time.Minute},
		"Refund pending": {"pending", 8 * day}, "Refund lately pending": {"pending", 6 * day},
		"Refund arrived": {"arrived", 9 * day},
	} {
		v.bill(t, v.named[name], 50, day)
		v.refunded(t, v.named[name], of.state, of.ago)
	}
}

// refunded leaves a refund of what the client paid, asked for so long ago.
func (v *street) refunded(t *testing.T, account id.Account, state string, ago time.Duration) {
	t.Helper()
	key, done, at := id.New[id.AdjustmentKind](), any(nil), db.At(v.Now(t).Add(-ago))
	if state == "arrived" {
		done = at
	}
	v.run(t, "INSERT INTO checkouts (id, account_id, invoice_id, gateway, merchant, amount_minor, currency, state, "+
		"started_by, created_at, expires_at) SELECT ?, account_id, id, 'sandbox', 'm', 5000, 'GBP', 'open', ?, 1, 1 "+
		"FROM invoices WHERE account_id = ?", key, v.seal(t, "checkouts", "started_by", key.Bytes(), "x"), account)
	v.run(t, "INSERT INTO payments (id, account_id, invoice_id, gateway, reference, amount_minor, currency, received_at) "+
		"SELECT ?, account_id, id, 'sandbox', ?, 5000, 'GBP', 1 FROM invoices WHERE account_id = ?",
		key, key.String(), account)
	v.run(t, "INSERT INTO adjustments (id, account_id, kind, amount_minor, currency, made_at) "+
		"VALUES (?, ?, 'refund', 5000, 'GBP', 1)", key, account)
	v.run(t, "INSERT INTO refunds (id, account_id, payment_id, invoice_id, checkout_id, gateway, merchant, paid_ref, "+
		"amount_minor, currency, state, refund_ref, reason, asked_at, done_at) SELECT ?, account_id, ?, id, ?, 'sandbox', "+
		"'m', 'p', 5000, 'GBP', ?, '', '', ?, ? FROM invoices WHERE account_id = ?", key, key, key, state, at, done, account)
}

// debited leaves an attempt to collect the client's invoice by a mandate, so long ago.
func (v *street) debited(t *testing.T, account id.Account, state string, ago time.Duration) {
	t.Helper()
	mandate := id.New[id.CaseKind]()
	v.run(t, "INSERT INTO mandates (id, account_id, gateway, merchant, customer_ref, method_ref, mandate_ref, detail, "+
		"state, added_at) VALUES (?, ?, 'sandbox', 'm', 'c', 'p', ?, ?, 'active', 1)", mandate, account,
		mandate.String(), v.seal(t, "mandates", "detail", mandate.Bytes(), "x"))
	v.run(t, "INSERT INTO debit_collections (id, account_id, invoice_id, mandate_id, attempt, failures, amount_minor, "+
		"currency, state, announced_at, collect_on, reference, reason, again, done_at) "+
		"SELECT ?, account_id, id, ?, 1, 0, 5000, 'GBP', ?, 1, 1, 'r', 'x', 0, ? FROM invoices WHERE account_id = ?",
		id.New[id.CheckoutKind](), mandate, state, db.At(v.Now(t).Add(-ago)), account)
}

// charged leaves an attempt to take the client's invoice from a card, so long ago.
func (v *street) charged(t *testing.T, account id.Account, state string, ago time.Duration) {
	t.Helper()
	card, done := id.New[id.CaseKind](), db.At(v.Now(t).Add(-ago))
	v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		err := g.On(tx.DB).Exec("INSERT INTO cards (id, account_id, gateway, merchant, customer_ref, method_ref, detail, "+
			"added_at) VALUES (?, ?, 'sandbox', 'm', 'c', ?, ?, 1)", card, account, card.String(),
			v.seal(t, "cards", "detail", card.Bytes(), "x")).Error
		if err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(activity.AccountEdited, activity.Details{}), g.On(tx.DB).Exec("INSERT INTO card_charges "+
			"(id, account_id, invoice_id, card_id, attempt, state, created_at, done_at) "+
			"SELECT ?, account_id, id, ?, 1, ?, 1, ? FROM invoices WHERE account_id = ?",
			id.New[id.CheckoutKind](), card, state, done, account).Error
	})
}

func (v *street) faces(t *testing.T) {
	t.Helper()
	for i, of := range []struct {
		name, factor string
		confirmed    bool
		seen         time.Duration
	}{
		{"Bare", "", false, 0},
		{"Begun", "totp", false, 0},
		{"Guarded", "totp", true, 0},
		{"Left", "", false, 91 * day},
		{"Keyed", "passkey", true, 0},
		{"Dormant", "passkey", true, 91 * day},
		{"Awake", "passkey", true, 89 * day},
	} {
		person := v.person(t, "Petra Novak", string(rune('a'+i))+"@trading.example")
		v.join(t, v.named[of.name], person, "owner")
		if of.factor != "" {
			v.factor(t, person, of.factor, of.confirmed)
		}
		v.run(t, "UPDATE memberships SET last_seen_at = ? WHERE account_id = ?", db.At(v.Now(t).Add(-of.seen)),
			v.named[of.name])
	}
	v.run(t, "UPDATE memberships SET suspended = 1 WHERE account_id = ?", v.named["Left"])
}

func (v *street) sites(t *testing.T) {
	t.Helper()
	for _, name := range []string{"Suspended", "Running"} {
		service := v.serve(t, v.named[name], "a"+v.named[name].String()[:8]+".example")
		if name == "Running" {
			continue
		}
		err := v.hosting.Suspend(t.Context(), actor.NewSystem("test"), v.named[name], service, "Overdue.")
		if err != nil {
			t.Fatal(err)
		}
	}
}

// reviewed has all but two go through who has access, in the last year; of one, it is longer ago.
func (v *street) reviewed(t *testing.T) {
	t.Helper()
	v.run(t, "UPDATE accounts SET state = 'closed' WHERE account_id = ?", v.named["Closed"])
	for name, account := range v.named {
		finished := v.Now(t).Add(-360 * day)
		switch name {
		case "Never", "Closed", "Newcomer", "Settled in": // of these, a review was due of one
			continue
		case "Lapsed":
			finished = v.Now(t).Add(-370 * day)
		}
		v.run(t, "INSERT INTO review_schedules (account_id, every_months, grace_days, last_finished_at) "+
			"VALUES (?, 0, 14, ?)", account, db.At(finished))
	}
}

func (v *street) run(t *testing.T, statement string, args ...any) {
	t.Helper()
	v.write(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return g.Entry(activity.AccountEdited, activity.Details{}), g.On(tx.DB).Exec(statement, args...).Error
	})
}

// A2: each filter of the list finds the clients that belong in it and nobody else, by itself and together with a
// search, for the departments whose permissions reach what it tells. Others are refused, and the refusal is recorded.
func TestEachFilterFindsItsClients(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newStreet(t, w)
		every := []string{"support", "billing", "technical", "privacy", "administrator"}
		staff := map[string]actor.Actor{}
		for _, department := range every {
			staff[department] = v.staff(t, department)
		}
		filters := map[overview.ClientFilter]struct{ finds, sees []string }{
			overview.AllClients:     {slices.Collect(maps.Keys(v.named)), every},
			overview.NoKey:          {[]string{"Bare", "Begun", "Guarded"}, every},
			overview.DormantPeople:  {[]string{"Dormant"}, every},
			overview.OverdueClients: {[]string{"Late"}, []string{"billing", "administrator"}},
			overview.FailedPayments: {
				[]string{"Asked", "Declined", "Debit failed", "Debit returned"}, []string{"billing", "administrator"},
			},
			overview.SlowRefunded:   {[]string{"Refund asked", "Refund pending"}, []string{"billing", "administrator"}},
			overview.NoSecondFactor: {[]string{"Bare", "Begun"}, every},
			overview.NotReviewed:    {[]string{"Lapsed", "Never"}, every},
			overview.SuspendedSites: {[]string{"Suspended"}, []string{"support", "technical", "administrator"}},
			overview.NewClients:     {[]string{"Newcomer"}, every},
		}
		for _, filter := range overview.ClientFilters(true, true) {
			of, ok := filters[filter]
			if !ok {
				t.Errorf("nobody says whom %q finds", filter)
			}
			for i := range of.finds {
				of.finds[i] += " Trading"
			}
			slices.Sort(of.finds)
			for department, who := range staff {
				for _, search := range []string{"", "trading"} {
					page, err := v.overview.Clients(t.Context(), who, overview.ClientQuery{Only: filter, Search: search})
					if !slices.Contains(of.sees, department) {
						if fault.KindOf(err) != fault.KindDenied || len(page.Rows) > 0 {
							t.Errorf("%s lists %q: %+v, %v", department, filter, page.Rows, err)
						}
						continue
					}
					var names []string
					for _, row := range page.Rows {
						names = append(names, row.Account.Name)
					}
					if slices.Sort(names); err != nil || !slices.Equal(names, of.finds) {
						t.Errorf("%s is shown of %q (searching %q): %q, %v", department, filter, search, names, err)
					}
				}
			}
		}
		queues, err := v.overview.Queues(t.Context(), staff["billing"])
		at := slices.IndexFunc(queues, func(q overview.Queue) bool { return q.Name == overview.SlowRefunds })
		if err != nil || at < 0 || queues[at].Count != 2 || v.Now(t).Sub(queues[at].Since).Round(day) != 8*day {
			t.Errorf("billing has to look after %+v, %v", queues, err)
		}
		page, err := w.Log.Page(t.Context(), id.ProviderScope(), activity.Filter{Action: activity.Refused, Limit: 100})
		refused := map[id.Person]bool{}
		for _, e := range page.Entries {
			refused[e.ActorID] = true
		}
		for department, who := range staff {
			if err != nil || refused[who.Person] == (department == "administrator") {
				t.Errorf("%s: refusals in the log: %v, %v", department, refused[who.Person], err)
			}
		}
	})
}
