package settings

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Field is a setting with what holds for it.
type Field struct {
	Setting

	Value   string
	Source  string    // where the operator decided it; empty: it is decided here
	Set     bool      // decided in the console
	Changed time.Time // zero: never
}

// Shown are the settings of one group with the version that they were read at.
type Shown struct {
	Fields  []Field
	Version int64
}

// Value is what holds for one of them.
func (s Shown) Value(name string) string {
	for _, f := range s.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// Group are the settings of one part, for staff who may see how the provider is set up. An empty key is all parts.
func (s *Settings) Group(ctx context.Context, who actor.Actor, key string) (Shown, error) {
	g, err := s.gate.View(ctx, who, verb.StaffView, id.ProviderScope())
	if err != nil {
		return Shown{}, err
	}
	q := g.On(s.reader.With(ctx))
	head, _, err := db.One[headRow](q.Where("id = 1"))
	if err != nil {
		return Shown{}, fmt.Errorf("read the settings’ version: %w", err)
	}
	rows, err := all(g.On(s.reader.With(ctx)))
	if err != nil {
		return Shown{}, err
	}
	now, out := s.over(rows), Shown{Version: head.Version}
	for _, one := range Catalogue() {
		if key != "" && one.Group != key {
			continue
		}
		f := Field{Setting: one, Value: now[one.Name], Source: s.base.Locked[one.Name]}
		for _, r := range rows {
			if r.Name == one.Name && f.Source == "" {
				f.Set, f.Changed = true, r.ChangedAt.Time
			}
		}
		out.Fields = append(out.Fields, f)
	}
	return out, nil
}

// Change is one change of one setting, as its history tells it.
type Change struct {
	ID            id.SettingChange
	Name, Label   string
	Before, After string // as people read it
	At            time.Time
	By            id.Person // zero: Gatehouse or the command line
	Undone        bool      // it took another back
	Back          bool      // what was before it can be put back: it differs from what holds
	version       int64
}

// HistoryPage is a part of the history, the newest first.
type HistoryPage struct {
	Changes []Change
	More    int64 // the version before which the next part is; zero: this is the last
}

// historyLength is how many versions of settings one page of the history shows.
const historyLength = 50

// History are the changes of one setting, or of all where the name is empty, before a version; zero: the newest.
func (s *Settings) History(ctx context.Context, who actor.Actor, name string, before int64) (HistoryPage, error) {
	g, err := s.gate.View(ctx, who, verb.StaffView, id.ProviderScope())
	if err != nil {
		return HistoryPage{}, err
	}
	q := g.On(s.reader.With(ctx))
	if name != "" {
		q = q.Where("name = ?", name)
	}
	if before > 0 {
		q = q.Where("version < ?", before)
	}
	var rows []changeRow
	if err := q.Order("version DESC, name").Limit(historyLength + 1).Find(&rows).Error; err != nil {
		return HistoryPage{}, fmt.Errorf("read the history of settings: %w", err)
	}
	set, err := all(g.On(s.reader.With(ctx)))
	if err != nil {
		return HistoryPage{}, err
	}
	var out HistoryPage
	if len(rows) > historyLength { // versions are not torn apart, but for one that alone fills a page
		last := rows[historyLength].Version
		whole := slices.DeleteFunc(slices.Clone(rows), func(r changeRow) bool { return r.Version == last })
		if len(whole) > 0 {
			rows = whole
		}
		out.More = rows[len(rows)-1].Version
	}
	now := s.over(set)
	for _, r := range rows {
		one, known := Find(r.Name)
		if !known {
			continue
		}
		out.Changes = append(out.Changes, Change{
			ID: r.ID, Name: r.Name, Label: one.Label, Before: one.shown(s.value(one, r.BeforeValue)),
			After: one.shown(s.value(one, r.AfterValue)), At: r.ChangedAt.Time, By: r.ChangedBy, version: r.Version,
			Undone: !r.Undoes.IsZero(), Back: s.base.Locked[r.Name] == "" && s.value(one, r.BeforeValue) != now[r.Name],
		})
	}
	return out, nil
}
