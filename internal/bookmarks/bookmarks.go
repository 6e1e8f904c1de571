// Package bookmarks keeps the views of a log that somebody saved: the filters of its address, under a name of theirs.
// Whoever saved one sees it, and nobody else; what it shows is read anew each time, as far as its reader may.
package bookmarks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	table = "log_bookmarks"

	// Most is how many views of one log somebody keeps.
	Most        = 30
	longestName = 60
	longestView = 1_000
)

// Bookmark is a saved view.
type Bookmark struct {
	ID   id.Bookmark
	Name string
	View string // the query of the log's address
}

type row struct {
	ID        id.Bookmark `gorm:"primaryKey"`
	PersonID  id.Person
	Chain     db.Blob // of the log
	Name      secretbox.Sealed
	View      secretbox.Sealed
	CreatedAt db.Time
}

// TableName names the table.
func (row) TableName() string { return table }

func place(of id.Bookmark, column string) secretbox.Place {
	return secretbox.Place{Table: table, Column: column, Row: of.Bytes()}
}

// Bookmarks is the room. It is safe for concurrent use.
type Bookmarks struct {
	gate   *gate.Gate
	reader *db.Reader
	box    *secretbox.Box
}

// New makes the room.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box) *Bookmarks {
	return &Bookmarks{gate: g, reader: reader, box: box}
}

// Of are the views of a log that the one who asks saved, by name.
func (b *Bookmarks) Of(ctx context.Context, who actor.Actor, log id.Scope) ([]Bookmark, error) {
	g, err := b.gate.View(ctx, who, verb.SelfView, id.PersonScope(who.Person))
	if err != nil {
		return nil, err
	}
	return b.read(b.reader.With(ctx), g, log)
}

func (b *Bookmarks) read(q *gorm.DB, g gate.Grant, log id.Scope) ([]Bookmark, error) {
	var rows []row
	if err := g.On(q).Where("chain = ?", log).Limit(Most).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read saved views: %w", err)
	}
	list := make([]Bookmark, 0, len(rows))
	for _, r := range rows {
		one := Bookmark{ID: r.ID}
		var err error
		if one.Name, err = b.box.Open(r.Name, place(r.ID, "name")); err != nil {
			return nil, err
		}
		if one.View, err = b.box.Open(r.View, place(r.ID, "view")); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(x, y Bookmark) int {
		return strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name))
	})
	return list, nil
}

// Save keeps a view of a log under a name.
func (b *Bookmarks) Save(ctx context.Context, who actor.Actor, log id.Scope, name, view string) error {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return fault.InvalidField("name", "Give the view a name.")
	case utf8.RuneCountInString(name) > longestName:
		return fault.InvalidField("name", fmt.Sprintf("Use at most %d characters.", longestName))
	case view == "" || len(view) > longestView:
		return fault.InvalidField("name", "Set a filter of the log first, then save it.")
	}
	return b.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			have, err := b.read(tx.DB, g, log)
			if err != nil {
				return gate.Entry{}, err
			}
			same := func(one Bookmark) bool { return strings.EqualFold(one.Name, name) }
			switch {
			case len(have) >= Most:
				return gate.Entry{}, fault.InvalidField("name",
					fmt.Sprintf("You have saved %d views of this log. Remove one first.", len(have)))
			case slices.ContainsFunc(have, same):
				return gate.Entry{}, fault.InvalidField("name", "You have a view of that name.")
			}
			r := row{
				ID: id.New[id.BookmarkKind](), PersonID: who.Person, Chain: log.Bytes(), CreatedAt: db.At(g.Now()),
			}
			if r.Name, err = b.box.Seal(name, place(r.ID, "name")); err != nil {
				return gate.Entry{}, err
			}
			if r.View, err = b.box.Seal(view, place(r.ID, "view")); err != nil {
				return gate.Entry{}, err
			}
			if err := g.On(tx.DB).Create(&r).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("save view: %w", err)
			}
			return g.Entry(activity.ViewSaved, activity.Details{
				Target: activity.TargetOf("bookmark", r.ID, name),
			}), nil
		})
}

// Remove forgets a view that the one who asks saved. Somebody else's is not found.
func (b *Bookmarks) Remove(ctx context.Context, who actor.Actor, log id.Scope, which id.Bookmark) error {
	return b.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			have, err := b.read(tx.DB, g, log)
			if err != nil {
				return gate.Entry{}, err
			}
			at := slices.IndexFunc(have, func(one Bookmark) bool { return one.ID == which })
			if at < 0 {
				return gate.Entry{}, fault.NotFound("remove saved view")
			}
			if err := g.On(tx.DB).Where("id = ?", which).Delete(&row{}).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("remove saved view: %w", err)
			}
			return g.Entry(activity.ViewRemoved, activity.Details{
				Target: activity.TargetOf("bookmark", which, have[at].Name),
			}), nil
		})
}
