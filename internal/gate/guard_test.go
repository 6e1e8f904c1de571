package gate_test

import (
	"errors"
	"testing"

	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// A1: a statement that names the scope's column and carries its value, but is not confined by it, is refused.
func TestAConditionThatConfinesNothing(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		p, other := newPlace(t, w, "owner"), newPlace(t, w, "owner")
		account := p.account.Bytes()
		grant := func() gate.Grant {
			g, err := w.Gate.View(t.Context(), p.who, verb.AccountView, id.AccountScope(p.account))
			if err != nil {
				t.Fatal(err)
			}
			return g
		}()
		for name, text := range map[string]string{
			"or anything":              "SELECT role FROM memberships WHERE account_id = ? OR 1 = 1",
			"or anything, in brackets": "SELECT role FROM memberships WHERE (account_id = ? OR role <> '')",
			"or, over a line":          "SELECT role FROM memberships WHERE account_id = ?\nOR\n1 = 1",
			"brackets, or anything":    "SELECT role FROM memberships WHERE (account_id = ? AND role <> '') OR 1 = 1",
			"the other arm": "SELECT role FROM memberships WHERE account_id = ? " +
				"UNION ALL SELECT currency FROM accounts",
			"a sub-query beside": "SELECT (SELECT MAX(currency) FROM accounts) FROM memberships WHERE account_id = ?",
			"a common table": "WITH a AS (SELECT currency FROM accounts) SELECT currency FROM a, memberships " +
				"WHERE account_id = ?",
			"the name in a text":    "SELECT role FROM memberships WHERE 'account_id' <> ?",
			"the name in a comment": "SELECT role FROM memberships WHERE role <> ? /* account_id */",
			"capitals":              "SELECT ROLE FROM MEMBERSHIPS WHERE 1 = 1 OR ROLE = ?",
			"a second statement":    "SELECT role FROM memberships WHERE account_id = ?; SELECT 1",
		} {
			var rows []string
			err := grant.On(w.Reader.With(t.Context())).Raw(text, account).Scan(&rows).Error
			if !errors.Is(err, db.ErrUnscoped) && !(w.OnMySQL && name == "capitals") { // no such table there
				t.Errorf("%s: %d rows, %v", name, len(rows), err)
			}
			err = db.EachRow(db.Verbatim(grant.On(w.Reader.With(t.Context())), text, account),
				func(role *string) []any { return []any{role} }, func(role string) { rows = append(rows, role) })
			if !errors.Is(err, db.ErrUnscoped) && !(w.OnMySQL && name == "capitals") || len(rows) > 0 {
				t.Errorf("%s, verbatim: %d rows, %v", name, len(rows), err)
			}
		}
		for name, text := range map[string]string{
			"nested":     "SELECT role FROM memberships WHERE account_id = ? AND (role = 'a' OR role <> '')",
			"in a table": "SELECT * FROM (SELECT role FROM memberships WHERE account_id = ?) x WHERE role = 'a' OR role <> ''",
			"correlated": "SELECT (SELECT COUNT(*) FROM invoices i WHERE i.account_id = m.account_id) FROM memberships m " +
				"WHERE m.account_id = ?",
		} {
			var rows []string
			if err := grant.On(w.Reader.With(t.Context())).Raw(text, account).Scan(&rows).Error; err != nil || len(rows) != 1 {
				t.Errorf("%s: %d rows, %v", name, len(rows), err)
			}
		}
		err := w.Gate.Bookkeep(t.Context(), "tallies", func(tx *db.Tx) error {
			return tx.Exec("WITH h AS (SELECT 1) DELETE FROM heads WHERE chain = ?", other.account).Error
		})
		if !errors.Is(err, db.ErrOtherTable) {
			t.Errorf("a write behind a common table: %v", err)
		}
	})
}
