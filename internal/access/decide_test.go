package access_test

import (
	"path/filepath"
	"testing"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
	"gatehouse/migrations"
)

// onBoth runs a test on a migrated database of each dialect.
func onBoth(t *testing.T, test func(t *testing.T, w *db.Writer)) {
	t.Helper()
	open := func(t *testing.T, cfg db.Config) *db.Writer {
		t.Helper()
		if _, err := db.Migrate(t.Context(), cfg, migrations.Files()); err != nil {
			t.Fatal(err)
		}
		w, r, err := db.Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _, _ = w.Close(), r.Close() })
		return w
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, open(t, db.Config{Dialect: db.SQLite, Path: filepath.Join(t.TempDir(), "test.db"), Relaxed: true}))
	})
	t.Run("mariadb", func(t *testing.T) {
		t.Parallel()
		d := testkit.MariaDBDatabase(t)
		test(t, open(t, db.Config{Dialect: db.MySQL, Write: d.Migrate}))
	})
}

// A6: what changed since the request began decides, not what was read with it.
func TestDecideReadsTheRowsOfTheTransaction(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *db.Writer) {
		t.Helper()
		a := open(t)
		d := member(access.RoleOwner)
		d.Seat, d.Factor = actor.Seat{Department: "administrator"}, actor.With(actor.ByPassword, actor.ByKey)
		account, scope := d.Membership.Account, id.AccountScope(d.Membership.Account)
		d.Looks = []actor.Look{{Account: account, Ends: d.Now.Add(actor.LookTime)}}
		decide := func(v verb.Verb, over id.Scope, now time.Time) (got access.Decision) {
			t.Helper()
			err := w.Do(t.Context(), func(tx *db.Tx) (err error) {
				got, err = a.Decide(t.Context(), tx.DB, now, actor.Enter(d), v, over)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		expect := func(what string, got access.Decision, want access.Reason) {
			t.Helper()
			if got.Reason != want {
				t.Errorf("%s: %s, want %s", what, got.Reason, want)
			}
		}
		exec := func(text string, args ...any) {
			t.Helper()
			if err := w.Do(t.Context(), func(tx *db.Tx) error { return across(tx).Exec(text, args...).Error }); err != nil {
				t.Fatal(err)
			}
		}
		expect("no row", decide(verb.InvoicesPay, scope, noon()), access.ReasonNoMembership)
		expect("no seat", decide(verb.ClientsView, id.ProviderScope(), noon()), access.ReasonNoSeat)

		exec(`INSERT INTO persons (id, state, locale, time_zone, created_at) VALUES (?, 'erased', 'en', 'UTC', 0)`, d.Person)
		exec(`INSERT INTO accounts (account_id, currency, state, created_at) VALUES (?, 'GBP', 'active', 0)`, account)
		exec(`INSERT INTO memberships (id, account_id, person_id, role, created_at) VALUES (?, ?, ?, 'billing', 0)`,
			d.Membership.ID, account, d.Person)
		exec(`INSERT INTO staff_members (person_id, department, created_at) VALUES (?, 'support', 0)`, d.Person)

		expect("billing pays", decide(verb.InvoicesPay, scope, noon()), access.ReasonAllowed)
		expect("billing edits", decide(verb.AccountEdit, scope, noon()), access.ReasonRoleLacks)
		expect("support sees clients", decide(verb.ClientsView, scope, noon()), access.ReasonAllowed)
		expect("support manages staff", decide(verb.StaffManage, id.ProviderScope(), noon()), access.ReasonRoleLacks)
		other := id.AccountScope(id.New[id.AccountKind]())
		expect("another account", decide(verb.InvoicesPay, other, noon()), access.ReasonNoMembership)

		shop := id.New[id.ServiceKind]()
		exec(`UPDATE memberships SET role = 'developer', services_limited = 1, services = ?, ends_at = ? WHERE id = ?`,
			access.PackServices([]id.Service{shop}), noon().UnixMilli(), d.Membership.ID)
		got := decide(verb.PanelOpen, scope, noon().Add(-time.Millisecond))
		expect("before the end", got, access.ReasonAllowed)
		if !got.Limited || len(got.Services) != 1 || got.Services[0] != shop {
			t.Errorf("limited %v to %v", got.Limited, got.Services)
		}
		expect("at the end", decide(verb.PanelOpen, scope, noon()), access.ReasonEnded)

		custom := id.New[id.RoleKind]()
		exec(`INSERT INTO custom_roles (id, account_id, name, verbs, created_at) VALUES (?, ?, ?, ?, 0)`, custom, account,
			[]byte("\x00gs\x01 sealed"), access.PackVerbs([]verb.Verb{verb.ContactsView, verb.ClientsManage}))
		exec(`UPDATE memberships SET role = 'custom', custom_role_id = ?, ends_at = NULL WHERE id = ?`,
			custom, d.Membership.ID)
		expect("the account's own role", decide(verb.ContactsView, scope, noon()), access.ReasonAllowed)
		expect("beyond it", decide(verb.PanelOpen, scope, noon()), access.ReasonRoleLacks)
		exec(`UPDATE custom_roles SET verbs = '', version = version + 1 WHERE id = ?`, custom)
		expect("emptied", decide(verb.ContactsView, scope, noon()), access.ReasonRoleLacks)

		exec(`INSERT INTO account_rules (account_id, level, binds_from, set_at) VALUES (?, 3, ?, 0)`, account,
			noon().UnixMilli())
		exec(`UPDATE custom_roles SET verbs = 'contacts:view', version = version + 1 WHERE id = ?`, custom)
		// S12: the rule that is set in the meantime
		d.Factor, d.Seat = actor.With(actor.ByPassword, actor.ByCode), actor.Seat{}
		expect("before the rule binds", decide(verb.ContactsView, scope, noon().Add(-time.Millisecond)), access.ReasonAllowed)
		expect("when the rule binds", decide(verb.ContactsView, scope, noon()), access.ReasonNoKey)
		d.Factor = actor.With(actor.ByPassword, actor.ByKey)

		exec(`UPDATE memberships SET suspended = 1 WHERE id = ?`, d.Membership.ID)
		exec(`UPDATE staff_members SET suspended = 1 WHERE person_id = ?`, d.Person)
		expect("suspended", decide(verb.ContactsView, scope, noon()), access.ReasonSuspended)
		expect("suspended seat", decide(verb.ClientsView, id.ProviderScope(), noon()), access.ReasonSuspended)
	})
}

func across(tx *db.Tx) *gorm.DB { return db.Across(tx.DB, "a test sets the scene") }
