package imports

import (
	"context"
	"fmt"

	"gatehouse/internal/fault"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// ofTheLine says whether a failure is one of the line, after which the next can be made.
func ofTheLine(err error) bool {
	switch fault.KindOf(err) { //nolint:exhaustive // all others end the import
	case fault.KindInvalid, fault.KindConflict, fault.KindNotFound, fault.KindLimited:
		return true
	}
	return false
}

// remarks are those of a line that could not be made.
func (w *working) remarks(t *task) (secretbox.Sealed, error) {
	c := checking{known: w.known, kind: w.row.Kind}
	c.take(t.failed, map[string]string{"tax-id": "vat_number"})
	if f, ok := fault.As(t.failed); ok && len(f.Fields) == 0 && f.Message != "" {
		c.found = []Remark{{Wrong: f.Message}}
	}
	return w.room.sealJSON(saying{t.values[w.row.Kind.key()], c.found}, linePlace(w.row.ID, t.row.N, "remarks"))
}

// settle writes down what came of lines: what is there, then the lines, then how far the import is, and that it is
// still held. After an end in between, the lines are done again and find what they make.
func (w *working) settle(ctx context.Context, tasks []*task) error {
	var there []secretbox.Index
	by := map[string][]int{}
	failed := map[int]secretbox.Sealed{}
	for _, t := range tasks {
		if t.failed != nil {
			var err error
			if failed[t.row.N], err = w.remarks(t); err != nil {
				return err
			}
			continue
		}
		there, by[t.state] = append(there, t.row.KeyIndex), append(by[t.state], t.row.N)
	}
	if err := w.made(ctx, there); err != nil {
		return err
	}
	err := w.room.gate.Bookkeep(ctx, tableRows, func(tx *db.Tx) error { return w.mark(tx, by, failed) })
	if err != nil {
		return err
	}
	w.row.Upto = tasks[len(tasks)-1].row.N
	w.row.Made += len(by[isMade]) + len(by[isWaiting])
	w.row.Failed += len(failed)
	w.row.Invited += len(by[isInvited])
	return w.hold(ctx, "holder = ?", func(db.Time) []any { return []any{w.holder} }, map[string]any{
		"upto": w.row.Upto, "made": w.row.Made, "failed": w.row.Failed, "invited": w.row.Invited,
	})
}

// mark writes what lines are now.
func (w *working) mark(tx *db.Tx, by map[string][]int, failed map[int]secretbox.Sealed) error {
	for state, list := range by {
		err := tx.Model(&lineRow{}).Where("import_id = ? AND n IN ?", w.row.ID, list).
			Updates(map[string]any{"state": state}).Error
		if err != nil {
			return err // Bookkeep says what it did
		}
	}
	for n, remarks := range failed {
		set := map[string]any{"remarks": remarks}
		if w.row.State == Running {
			set["state"] = isFailed
		}
		err := tx.Model(&lineRow{}).Where("import_id = ? AND n = ?", w.row.ID, n).Updates(set).Error
		if err != nil {
			return err // see above
		}
	}
	return nil
}

// counted reads how far the lines are: what was written down of it may be older, after an end in between.
func (w *working) counted(ctx context.Context) error {
	var rows []struct {
		State string
		Rows  int
	}
	err := w.room.reader.With(ctx).Model(&lineRow{}).Where("import_id = ?", w.row.ID).Group("state").
		Select("state, COUNT(*) AS `rows`").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("count the lines of an import: %w", err)
	}
	is := map[string]int{}
	for _, r := range rows {
		is[r.State] = r.Rows
	}
	w.row.Made, w.row.Invited = is[isMade]+is[isWaiting]+is[isInvited], is[isInvited]
	if w.row.Failed = is[isFailed]; w.row.State == Running {
		w.row.Upto = 0 // lines before it that are not made were not settled
	}
	return nil
}
