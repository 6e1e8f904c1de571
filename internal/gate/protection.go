package gate

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/platform/db"
)

// errUndo ends a probe: whatever it did is rolled back.
var errUndo = errors.New("gate: a probe is over")

// Protection says in sentences what the database would let the program's own user do to the log, and should not. On
// MariaDB the user must hold no UPDATE, DELETE or DROP on entries; on SQLite there are no users, and the triggers are
// what there is.
func (g *Gate) Protection(ctx context.Context) ([]string, error) {
	list := []string{}
	triggers, err := g.triggers(ctx)
	if err != nil {
		return nil, err
	}
	if triggers < 2 {
		list = append(list, "The triggers that refuse changes to entries are missing. Restore them as the migration user: "+
			"`gatehouse migrate` made them in 0001_activity.")
	}
	if g.writer.Dialect() == db.SQLite {
		return list, nil
	}
	for _, probe := range []string{
		"UPDATE entries SET seq = seq WHERE 1 = 0", "DELETE FROM entries WHERE 1 = 0",
	} {
		if g.may(ctx, probe) {
			list = append(list, "The program's database user may run "+probe[:6]+" on entries. "+
				"Give it UPDATE and DELETE on the other tables only.")
		}
	}
	var drops int64
	err = g.writer.Do(ctx, func(tx *db.Tx) error {
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
		if err := tx.Exec(probe).Error; err != nil {
			return err
		}
		return errUndo
	})
	return errors.Is(err, errUndo)
}

func (g *Gate) triggers(ctx context.Context) (int64, error) {
	text := "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entries'"
	if g.writer.Dialect() == db.MySQL { // only who may make triggers sees them there
		text = "SELECT 2"
	}
	var n int64
	if err := g.reader.With(ctx).Raw(text).Scan(&n).Error; err != nil {
		return 0, fmt.Errorf("look for triggers: %w", err)
	}
	return n, nil
}
