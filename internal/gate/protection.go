package gate

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/platform/db"
)

// errUndo ends a probe: whatever it did is rolled back.
var errUndo = errors.New("gate: a probe is over")

// onlyAdded are the tables that are only ever added to, each with one of its columns.
func onlyAdded() []struct{ table, column string } {
	return []struct{ table, column string }{
		{"entries", "seq"}, {"ledger_entries", "line"}, {"archive_segments", "number"}, {"archive_gaps", "number"},
	}
}

// Protection says in sentences what the database would let the program's own user do to the log and to the books, and
// should not. On MariaDB the user must hold no UPDATE, DELETE or DROP on either; on SQLite there are no users, and the
// triggers are what there is.
func (g *Gate) Protection(ctx context.Context) ([]string, error) {
	if g.writer.Dialect() == db.SQLite {
		return nil, nil
	}
	var list []string
	for _, of := range onlyAdded() {
		for word, probe := range map[string]string{
			"UPDATE": "UPDATE " + of.table + " SET " + of.column + " = " + of.column + " WHERE 1 = 0",
			"DELETE": "DELETE FROM " + of.table + " WHERE 1 = 0",
		} {
			if g.may(ctx, probe) {
				list = append(list, "The program's database user may run "+word+" on "+of.table+". "+
					"Give it UPDATE and DELETE on the other tables only.")
			}
		}
	}
	var drops int64
	err := g.writer.Do(ctx, func(tx *db.Tx) error {
		return tx.Raw("SELECT (SELECT COUNT(*) FROM information_schema.schema_privileges WHERE privilege_type = 'DROP' " +
			"AND table_schema = DATABASE()) + (SELECT COUNT(*) FROM information_schema.user_privileges " +
			"WHERE privilege_type = 'DROP')").Scan(&drops).Error
	})
	if err != nil {
		return nil, fmt.Errorf("look at privileges: %w", err)
	}
	if drops > 0 {
		list = append(list, "The program's database user may DROP, and with that TRUNCATE, which passes the triggers. "+
			"Take DROP away from it.")
	}
	return list, nil
}

// may says whether the program's user is allowed a statement. It changes nothing: no row fits, and it is rolled back.
func (g *Gate) may(ctx context.Context, probe string) bool {
	err := g.writer.Do(ctx, func(tx *db.Tx) error {
		if err := db.Across(tx.DB, "a probe that fits no row").Exec(probe).Error; err != nil {
			return err
		}
		return errUndo
	})
	return errors.Is(err, errUndo)
}

// Maintains says in sentences what the user who moves old entries into the archive lacks, and what they may that they
// should not. It is asked of a gate that this user goes through; on SQLite there are no users.
func (g *Gate) Maintains(ctx context.Context) []string {
	if g.writer.Dialect() == db.SQLite {
		return nil
	}
	var list []string
	for _, p := range []struct {
		right, table, column string
		needed               bool
	}{
		{"DELETE", "entries", "", true},
		{"DELETE", "entry_personal", "", true},
		{"DELETE", "activity_counts", "", true},
		{"UPDATE", "activity_counts", "entries", true},
		{"UPDATE", "heads", "locks", true},
		{"UPDATE", "entries", "seq", false},
		{"DELETE", "heads", "", false},
		{"DELETE", "archive_gaps", "", false},
	} {
		probe := p.right + " FROM " + p.table + " WHERE 1 = 0"
		if p.column != "" {
			probe = p.right + " " + p.table + " SET " + p.column + " = " + p.column + " WHERE 1 = 0"
		}
		switch may := g.may(ctx, probe); {
		case p.needed && !may:
			list = append(list, "The user who maintains the log lacks "+p.right+" on "+p.table+", and can archive nothing.")
		case !p.needed && may:
			list = append(list, "The user who maintains the log may run "+p.right+" on "+p.table+". Take that away from it.")
		}
	}
	return list
}
