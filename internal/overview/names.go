package overview

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/names"
	"gatehouse/internal/platform/secretbox"
)

const (
	// mostNamed bounds the names that are kept in memory, newest accounts first.
	mostNamed = 200_000
	// mostMatches bounds the accounts that a search by name finds; who gets as many types more of the name.
	mostMatches = 500
	// refreshChunk is how many changed names are read by their ids; when more have changed, all are read.
	refreshChunk = 500
)

// nameIndex keeps the names of accounts and of their owners in memory, folded, so that staff can search a part of
// a name that the database only keeps sealed. It is built by the first search, and each search reads which rows
// have changed.
type nameIndex struct {
	mu   sync.Mutex
	rows map[nameKey]named
}

type nameKey struct {
	account id.Account
	owner   id.Person // zero where there is none yet
}

type named struct {
	version version
	folded  string
}

// version tells whether a name may have changed since it was opened.
type version struct{ account, owner int64 }

func newNameIndex() *nameIndex { return &nameIndex{rows: map[nameKey]named{}} }

const namesSQL = ` FROM accounts a LEFT JOIN memberships m ON m.account_id = a.account_id AND m.role = 'owner'
 LEFT JOIN persons p ON p.id = m.person_id`

// named finds the accounts whose name, or whose owner's name, contains all words of the search.
func (o *Overview) named(ctx context.Context, g gate.Grant, search string) ([]id.Account, error) {
	o.names.mu.Lock()
	defer o.names.mu.Unlock()
	if err := o.refresh(ctx, g); err != nil {
		return nil, err
	}
	words := names.Words(search)
	var found []id.Account
	for key, row := range o.names.rows {
		if names.HasAll(row.folded, words) {
			found = append(found, key.account)
		}
	}
	slices.SortFunc(found, func(a, b id.Account) int { return bytes.Compare(b.Bytes(), a.Bytes()) })
	found = slices.Compact(found)
	return found[:min(len(found), mostMatches)], nil
}

// refresh reads which names have changed, and those names. The index is locked.
func (o *Overview) refresh(ctx context.Context, g gate.Grant) error {
	var now []struct {
		AccountID      id.Account
		OwnerID        id.Person
		AccountVersion number
		OwnerVersion   number
	}
	err := g.On(o.reader.With(ctx)).Raw("SELECT a.account_id, m.person_id AS owner_id, a.version AS account_version, "+
		"p.version AS owner_version"+namesSQL+" ORDER BY a.account_id DESC LIMIT ?", mostNamed).Scan(&now).Error
	if err != nil {
		return fmt.Errorf("search clients: %w", err)
	}
	rows := make(map[nameKey]named, len(now))
	var stale []id.Account
	for _, r := range now {
		key, v := nameKey{r.AccountID, r.OwnerID}, version{int64(r.AccountVersion), int64(r.OwnerVersion)}
		if known, ok := o.names.rows[key]; ok && known.version == v {
			rows[key] = known
			continue
		}
		rows[key] = named{version: v}
		stale = append(stale, r.AccountID)
	}
	if len(stale) > 0 {
		if err := o.rename(ctx, g, rows, stale); err != nil {
			return err
		}
	}
	o.names.rows = rows
	return nil
}

// rename opens the names of accounts that have changed.
func (o *Overview) rename(ctx context.Context, g gate.Grant, rows map[nameKey]named, stale []id.Account) error {
	text, args := "SELECT a.account_id, a.name, m.person_id AS owner_id, p.name AS owner_name"+namesSQL, []any{}
	if len(stale) <= refreshChunk {
		text, args = text+" WHERE a.account_id IN ?", append(args, stale)
	}
	var changed []struct {
		AccountID id.Account
		Name      secretbox.Sealed
		OwnerID   id.Person
		OwnerName secretbox.Sealed
	}
	err := g.On(o.reader.With(ctx)).Raw(text+" ORDER BY a.account_id DESC LIMIT ?", append(args, mostNamed)...).
		Scan(&changed).Error
	if err != nil {
		return fmt.Errorf("search clients: %w", err)
	}
	w := &opener{o: o}
	for _, r := range changed {
		key := nameKey{r.AccountID, r.OwnerID}
		row, ok := rows[key]
		if !ok || row.folded != "" {
			continue
		}
		row.folded = names.Fold(w.accountName(r.AccountID, record{seal1: r.Name}) + "\n" + w.person(r.OwnerID, r.OwnerName))
		rows[key] = row
	}
	maps.DeleteFunc(rows, func(_ nameKey, row named) bool { return row.folded == "" }) // changed between the two reads
	return w.err
}
