package gate_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// place is an account with a chain and one member, made without any domain.
type place struct {
	account id.Account
	person  id.Person
	who     actor.Actor
}

func newPlace(t *testing.T, w *testkit.World, role string) place {
	t.Helper()
	p := place{account: id.New[id.AccountKind](), person: id.New[id.PersonKind]()}
	system := actor.NewSystem("test")
	err := w.Gate.Change(t.Context(), system, verb.ClientsManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			e, err := w.Gate.Open(tx, g, id.AccountScope(p.account), "A")
			if err != nil {
				return gate.Entry{}, err
			}
			f, err := w.Gate.Open(tx, g, id.PersonScope(p.person), "P")
			if err != nil {
				return gate.Entry{}, err
			}
			return e.And(f), insertPlace(w, tx, p, role)
		})
	if err != nil {
		t.Fatal(err)
	}
	p.who = p.enter(role)
	return p
}

func (p place) enter(role string) actor.Actor {
	return actor.Enter(actor.Details{
		Kind: actor.Person, Person: p.person, Name: "Olivia Marsh", Session: id.New[id.SessionKind](),
		Membership: actor.Membership{ID: id.New[id.MembershipKind](), Account: p.account, Role: role, RoleName: role},
		Now:        time.Now().UTC(),
	})
}

func insertPlace(w *testkit.World, tx *db.Tx, p place, role string) error {
	now, err := tx.Now()
	if err != nil {
		return err
	}
	q := db.Across(tx.DB, "a test makes rows")
	seal := func(table, column string, row []byte) secretbox.Sealed {
		s, _ := w.Box.Seal("text", secretbox.Place{Table: table, Column: column, Row: row})
		return s
	}
	err = q.Exec("INSERT INTO persons (id, email, email_index, name, state, locale, time_zone, created_at) "+
		"VALUES (?, ?, ?, ?, 'active', 'en-GB', 'Europe/London', ?)", p.person,
		seal("persons", "email", p.person.Bytes()), w.Box.Index("persons.email", p.person.String()),
		seal("persons", "name", p.person.Bytes()), db.At(now)).Error
	if err != nil {
		return err
	}
	err = q.Exec("INSERT INTO accounts (account_id, name, currency, state, created_at) VALUES (?, ?, 'GBP', 'active', ?)",
		p.account, seal("accounts", "name", p.account.Bytes()), db.At(now)).Error
	if err != nil {
		return err
	}
	return q.Exec("INSERT INTO memberships (id, account_id, person_id, role, created_at) VALUES (?, ?, ?, ?, ?)",
		id.New[id.MembershipKind](), p.account, p.person, role, db.At(now)).Error
}

func settings(g gate.Grant) gate.Entry {
	return g.Entry(activity.AccountEdited, activity.Details{
		Target: activity.TargetOf("account", g.Account(), "Northwind"),
	})
}

func entries(t *testing.T, w *testkit.World, chain id.Scope) []activity.Entry {
	t.Helper()
	page, err := w.Log.Page(t.Context(), chain, activity.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return page.Entries
}

func TestAChangeAndItsEntryCommitTogether(t *testing.T) { // L2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		p := newPlace(t, w, "owner")
		err := w.Gate.Change(t.Context(), p.who, verb.AccountEdit, id.AccountScope(p.account),
			func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				return settings(g), db.WithScope(tx.DB, "account_id", p.account.Bytes()).
					Exec("UPDATE memberships SET suspended = 1 WHERE account_id = ?", p.account).Error
			})
		if err != nil {
			t.Fatal(err)
		}
		got := entries(t, w, id.AccountScope(p.account))
		if len(got) != 1 || got[0].Action != activity.AccountEdited || got[0].Who.Name != "Olivia Marsh" ||
			got[0].What.Label != "Northwind" || got[0].GrantedBy != "owner" || got[0].Verb != verb.AccountEdit {
			t.Fatalf("the log reads %+v", got)
		}
		if n := w.Count(t, "memberships", "suspended = 1"); n != 1 {
			t.Fatalf("%d rows changed", n)
		}
	})
}

func TestWhatFailsLeavesNothing(t *testing.T) { // L2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		p := newPlace(t, w, "owner")
		change := func(work gate.Work) error {
			return w.Gate.Change(t.Context(), p.enter("owner"), verb.AccountEdit, id.AccountScope(p.account), work)
		}
		touch := func(tx *db.Tx, g gate.Grant) error {
			return g.On(tx.DB).Table("memberships").Where("person_id = ?", p.person).Update("suspended", true).Error
		}
		for name, work := range map[string]gate.Work{
			"zero entry": func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return gate.Entry{}, touch(tx, g) },
			"own error": func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				return settings(g), errors.Join(touch(tx, g), errors.New("no"))
			},
			"an entry for another account": func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				elsewhere := id.AccountScope(id.New[id.AccountKind]())
				return g.EntryIn(elsewhere, activity.AccountEdited, activity.Details{}), touch(tx, g)
			},
			"the entry's insert fails": func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				if err := touch(tx, g); err != nil {
					return gate.Entry{}, err
				}
				// an entry with this number is there already when gate comes to write it
				err := tx.Exec("INSERT INTO entries (chain, seq, action, category, outcome, actor_kind, writes, occurred_at, "+
					"recorded_at, body, prev_hash, hash, mac) VALUES (?, 1, 'x', 'x', 'x', 'x', 1, 1, 1, ?, ?, ?, ?)",
					p.account, []byte("{}"), make([]byte, 32), make([]byte, 32), make([]byte, 37)).Error
				return settings(g), err
			},
		} {
			if err := change(work); err == nil {
				t.Errorf("%s: committed", name)
			}
			if n := w.Count(t, "memberships", "suspended = 1"); n != 0 {
				t.Errorf("%s: %d rows changed", name, n)
			}
			if got := entries(t, w, id.AccountScope(p.account)); len(got) != 0 {
				t.Errorf("%s: %d entries", name, len(got))
			}
		}
	})
}

func TestNoWayRoundTheGate(t *testing.T) { // A1, L2
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		p, other := newPlace(t, w, "owner"), newPlace(t, w, "owner")
		scope := id.AccountScope(p.account)
		inside := func(work gate.Work) error {
			return w.Gate.Change(t.Context(), p.enter("owner"), verb.AccountEdit, scope, work)
		}
		refused := map[string]struct {
			err  error
			want error
		}{
			"a query that ignores its grant": {inside(func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				return settings(g), tx.Table("memberships").Where("role = ?", "owner").Update("suspended", true).Error
			}), db.ErrUnscoped},
			"raw text that ignores its grant": {inside(func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				return settings(g), tx.Exec("DELETE FROM memberships").Error
			}), db.ErrUnscoped},
			"a condition that is not the grant's": {inside(func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				return settings(g), tx.Table("memberships").Where("account_id = ?", other.account).Update("suspended", true).Error
			}), db.ErrUnscoped},
			"raw text under a grant but for another account": {inside(func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				suspend := "UPDATE memberships SET suspended = 1 WHERE account_id = ?"
				return settings(g), g.On(tx.DB).Exec(suspend, other.account).Error
			}), db.ErrUnscoped},
			"a row of another account": {inside(func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				return settings(g), g.On(tx.DB).Table("memberships").Create(map[string]any{
					"id": id.New[id.MembershipKind](), "account_id": other.account, "person_id": p.person,
					"role": "owner", "created_at": 1,
				}).Error
			}), db.ErrUnscoped},
			"a nested change": {inside(func(_ *db.Tx, g gate.Grant) (gate.Entry, error) {
				return settings(g), w.Gate.Change(t.Context(), g.Who(), verb.AccountEdit, scope,
					func(_ *db.Tx, g gate.Grant) (gate.Entry, error) { return settings(g), nil })
			}), gate.ErrNested},
			"an actor out of thin air": {w.Gate.Change(t.Context(), actor.Actor{Details: p.who.Details}, verb.AccountEdit, scope,
				func(_ *db.Tx, g gate.Grant) (gate.Entry, error) { return settings(g), nil }), gate.ErrNoActor},
			"bookkeeping on a table of things": {w.Gate.Bookkeep(t.Context(), "accounts",
				func(*db.Tx) error { return nil }), gate.ErrNotShort},
			"bookkeeping that writes elsewhere": {w.Gate.Bookkeep(t.Context(), "tallies", func(tx *db.Tx) error {
				return tx.Exec("UPDATE heads SET locks = 0 WHERE locks < 0").Error
			}), db.ErrOtherTable},
			"reading without a grant": {w.Reader.With(t.Context()).Table("memberships").Where("role = 'owner'").
				Find(&[]map[string]any{}).Error, db.ErrUnscoped},
		}
		for name, c := range refused {
			if !errors.Is(c.err, c.want) {
				t.Errorf("%s: got %v, want %v", name, c.err, c.want)
			}
		}
		if n := w.Count(t, "memberships", "suspended = 1"); n != 0 {
			t.Errorf("%d rows changed", n)
		}
		if err := w.Reader.With(t.Context()).Exec("UPDATE heads SET seq = 0").Error; err == nil {
			t.Error("the reading handle wrote")
		}
	})
}

// L2: what another room adds to a change is committed with it, or not at all, and only where the change holds the log.
func TestAnotherRoomAddsToAChange(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		p := newPlace(t, w, access.RoleOwner)
		scope, own := id.AccountScope(p.account), id.PersonScope(p.person)
		change := func(others []id.Scope, silent bool, fails error) error {
			return w.Gate.ChangeWith(t.Context(), p.who, verb.AccountEdit, scope, others,
				func(_ *db.Tx, g gate.Grant) (gate.Entry, error) {
					g.Also(g.EntryIn(own, activity.SessionEnded, activity.Details{}))
					if silent {
						return gate.Entry{}, nil
					}
					return settings(g), fails
				})
		}
		broken := errors.New("broken")
		if err := change([]id.Scope{own}, false, broken); !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if err := change([]id.Scope{own}, true, nil); !errors.Is(err, gate.ErrNoEntry) {
			t.Errorf("a change that says nothing itself: %v", err)
		}
		if err := change(nil, false, nil); !errors.Is(err, gate.ErrNotHeld) {
			t.Errorf("a log that the change does not hold: %v", err)
		}
		read := func() int {
			page, err := w.Log.Page(t.Context(), own, activity.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			return len(page.Entries)
		}
		if n := read(); n != 0 {
			t.Errorf("%d entries of changes that were not committed", n)
		}
		if err := change([]id.Scope{own}, false, nil); err != nil || read() != 1 {
			t.Errorf("%v, %d entries", err, read())
		}
	})
}

func TestAZeroGrantPanics(t *testing.T) { // A1
	t.Parallel()
	for name, use := range map[string]func(g gate.Grant){
		"Scope":    func(g gate.Grant) { g.Scope() },
		"Account":  func(g gate.Grant) { g.Account() },
		"On":       func(g gate.Grant) { g.On(nil) },
		"Entry":    func(g gate.Grant) { g.Entry(activity.AccountEdited, activity.Details{}) },
		"Services": func(g gate.Grant) { g.Services() },
		"Allows":   func(g gate.Grant) { g.AllowsService(id.Service{}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if text, ok := recover().(string); !ok || !strings.Contains(text, "zero Grant") {
					t.Error("a zero Grant was of use")
				}
			}()
			use(gate.Grant{})
		})
	}
}

func TestSealedColumnsTakeNoClearText(t *testing.T) { // G7, C1
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		p := newPlace(t, w, "owner")
		for name, update := range map[string]func(tx *db.Tx, g gate.Grant) error{
			"Update": func(tx *db.Tx, g gate.Grant) error {
				return g.On(tx.DB).Table("accounts").Update("name", "in clear").Error
			},
			"Updates": func(tx *db.Tx, g gate.Grant) error {
				return g.On(tx.DB).Table("accounts").Updates(map[string]any{"name": "in clear"}).Error
			},
			"bytes": func(tx *db.Tx, g gate.Grant) error {
				return g.On(tx.DB).Table("accounts").Update("name", []byte("in clear")).Error
			},
		} {
			err := w.Gate.Change(t.Context(), p.enter("owner"), verb.AccountEdit, id.AccountScope(p.account),
				func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return settings(g), update(tx, g) })
			if err == nil {
				t.Errorf("%s wrote clear text into a sealed column", name)
			}
		}
	})
}

func TestDecisionCarriesNoAuthority(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	p := newPlace(t, w, "owner")
	d := w.Access.Check(p.who, verb.InvoicesView, id.AccountScope(p.account))
	if !d.Allowed || d.Reason != access.ReasonAllowed {
		t.Fatalf("got %+v", d)
	}
	// Nothing takes a Decision where a Grant is asked for; that this file cannot even say so is the proof.
}

// A1: what is open to everybody is no way to the rows of all accounts.
func TestAnOpenGrantReachesNoRows(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	anybody := actor.Enter(actor.Details{Kind: actor.Anonymous})
	g, err := w.Gate.View(t.Context(), anybody, verb.Public, id.ProviderScope())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("anybody read all memberships")
		}
	}()
	g.On(w.Reader.With(t.Context())).Table("memberships").Find(&[]map[string]any{})
}
