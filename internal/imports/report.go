package imports

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/sheet"
	"gatehouse/internal/verb"
)

// reportChunk is how many lines a report reads at a time.
const reportChunk = 500

// Report writes what is to be said of the lines of a file as a table, in the memory that some lines need. Its cells
// never begin a formula.
func (i *Imports) Report(ctx context.Context, who actor.Actor, of id.Import, to io.Writer) error {
	if _, err := i.gate.View(ctx, who, verb.ClientsImport, id.ProviderScope()); err != nil {
		return err
	}
	if _, err := i.find(ctx, of); err != nil {
		return err
	}
	table := [][]string{{"line", "number", "state", "column", "what", "what would be right"}}
	for after, more := 0, true; more; {
		rows, next, err := i.remarked(ctx, of, after, reportChunk)
		if err != nil {
			return err
		}
		for _, row := range rows {
			for _, r := range row.Remarks {
				table = append(table, []string{strconv.Itoa(row.Line), row.Key, StateName(row.State), r.Column, r.Wrong, r.Right})
			}
		}
		text, err := sheet.Write(table)
		if err != nil {
			return err // sheet says what it did
		}
		if _, err := to.Write(text); err != nil {
			return fmt.Errorf("write a report: %w", err)
		}
		after, more, table = next, next > 0, nil
	}
	return nil
}

// StateName is what people call the state of a line.
func StateName(state string) string {
	switch state {
	case isNew:
		return "to be made"
	case isSame:
		return "there already"
	case isChanged:
		return "there with other values"
	case isBad:
		return "wrong"
	case isMade:
		return "made"
	case isWaiting:
		return "made, invitation waits"
	case isInvited:
		return "invited"
	case isFailed:
		return "not made"
	}
	return state
}

// Prune forgets the lines of files a month after they were read, unless somebody is still to do something with them,
// and at once those of a file that was never read to its end. What was brought over under which number stays.
func (i *Imports) Prune(ctx context.Context) error {
	now, err := i.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("forget lines: %w", err)
	}
	old := id.Before[id.ImportKind](now.Add(-keepUnused))
	halfRead := id.Before[id.ImportKind](now.Add(-lease * 60))
	return i.gate.Bookkeep(ctx, tableRows, func(tx *db.Tx) error {
		return tx.Where("import_id < ? AND import_id NOT IN (SELECT id FROM imports WHERE id >= ? OR state IN ? "+
			"OR state = ? AND inviting IN ?)", halfRead, old, []State{Running, Stopped}, Done,
			[]Inviting{Later, Sending}).Delete(&lineRow{}).Error
	})
}
