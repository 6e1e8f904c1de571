package imports

import (
	"context"
	"fmt"

	"gatehouse/internal/platform/secretbox"
)

// compare finds what was brought over before, whose it is, and who is there already.
func (l *looking) compare(ctx context.Context) error {
	wanted := []secretbox.Index{}
	for _, one := range l.rows {
		if !one.key.IsZero() {
			wanted = append(wanted, one.key)
		}
		if of := one.values["client_id"]; of != "" && l.Kind != Clients {
			wanted = append(wanted, l.room.keyOf(Clients, l.Source, of))
		}
	}
	there, err := l.room.keysOf(ctx, wanted)
	if err != nil {
		return err
	}
	for _, one := range l.rows {
		if err := l.settle(one, there); err != nil {
			return err
		}
	}
	return l.contacted(ctx)
}

func (l *looking) settle(one *looked, there map[secretbox.Index]keyRow) error {
	if of := one.values["client_id"]; of != "" && l.Kind != Clients {
		if _, ok := there[l.room.keyOf(Clients, l.Source, of)]; !ok {
			one.wrong("client_id", "no client of this number was brought over from "+l.Source,
				"import the file of clients first")
		}
	}
	was, ok := there[one.key]
	if !ok || bad(one.remarks) {
		return nil
	}
	now, err := l.room.printOf(one.values)
	if err != nil {
		return err
	}
	if one.remarks = nil; was.Print == now {
		one.state = isSame
		return nil
	}
	one.state = isChanged
	one.warn("", "this was brought over before with other values: nothing is overwritten. "+
		"Change it by hand where it must change")
	return nil
}

// contacted warns of owners who are contacts of clients already.
func (l *looking) contacted(ctx context.Context) error {
	if l.Kind != Clients {
		return nil
	}
	var emails []string
	for _, one := range l.rows {
		if one.state == isNew {
			emails = append(emails, one.values["owner_email"])
		}
	}
	there, err := l.room.accounts.Contacted(ctx, l.who, emails)
	if err != nil {
		return err
	}
	for _, one := range l.rows {
		if one.state == isNew && there[one.values["owner_email"]] {
			one.warn("owner_email", "a contact of another client has this address: the client may be there already")
		}
	}
	return nil
}

// keysOf are those of these that were brought over.
func (i *Imports) keysOf(ctx context.Context, wanted []secretbox.Index) (map[secretbox.Index]keyRow, error) {
	there := map[secretbox.Index]keyRow{}
	if len(wanted) == 0 {
		return there, nil
	}
	var rows []keyRow
	err := i.reader.With(ctx).Where("key_index IN ? AND made_at IS NOT NULL", wanted).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("look for what was brought over: %w", err)
	}
	for _, row := range rows {
		there[row.KeyIndex] = row
	}
	return there, nil
}
