// Package pinned keeps the notes that the provider's staff pin to a client for each other. A note belongs to the
// department that wrote it, which alone reads it, or is for all who see the client. Its texts are sealed, stand in no
// log and no export, and go for good when it is removed. What clients are told stands elsewhere.
package pinned

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	tableNotes = "client_notes"
	tableTexts = "client_note_texts"

	// Longest is how many characters a note may have.
	Longest = 2_000
	// Most is how many notes a client may have.
	Most = 50
)

type noteRow struct {
	ID         id.Note `gorm:"primaryKey"`
	AccountID  id.Account
	Department string // empty: for all
	Version    int64
	CreatedAt  db.Time
}

// TableName names the table.
func (noteRow) TableName() string { return tableNotes }

type textRow struct {
	ID        id.NoteText `gorm:"primaryKey"`
	AccountID id.Account
	NoteID    id.Note
	Version   int64
	Body      secretbox.Sealed
	AuthorID  id.Person
	WrittenAt db.Time
}

// TableName names the table.
func (textRow) TableName() string { return tableTexts }

// Pinned is the room. It is safe for concurrent use.
type Pinned struct {
	gate   *gate.Gate
	reader *db.Reader
	box    *secretbox.Box
	people *identity.People
}

// New makes the room.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box, people *identity.People) *Pinned {
	return &Pinned{gate: g, reader: reader, box: box, people: people}
}

// Text is what a note said at a time.
type Text struct {
	Version int64
	Body    string
	Author  string
	At      time.Time
}

// Note is one note, with its current text.
type Note struct {
	ID         id.Note
	Department string // key; empty: for all
	Text
}

type read struct {
	ID         id.Note
	Department string
	TextID     id.NoteText
	Version    int64
	Body       secretbox.Sealed
	AuthorID   id.Person
	AuthorName secretbox.Sealed
	WrittenAt  db.Time
}

// texts selects the texts of the notes that whoever asks may read.
func texts(g gate.Grant, q *gorm.DB) *gorm.DB {
	return mine(g, g.On(q.Table(tableNotes))).
		Select("client_notes.id, client_notes.department, t.id AS text_id, t.version, t.body, t.author_id, " +
			"t.written_at, w.name AS author_name").
		Joins("JOIN client_note_texts t ON t.note_id = client_notes.id AND t.account_id = client_notes.account_id").
		Joins("JOIN persons w ON w.id = t.author_id")
}

// mine confines notes to those of the asker's own department, and those for all.
func mine(g gate.Grant, q *gorm.DB) *gorm.DB {
	return q.Where("client_notes.department IN ?", []string{"", g.Who().Seat.Department})
}

// Of are the notes of a client that the asker may read, the newest first, in one statement.
func (p *Pinned) Of(ctx context.Context, who actor.Actor, account id.Account) ([]Note, error) {
	g, err := p.gate.View(ctx, who, verb.ClientsView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	return p.read(texts(g, p.reader.With(ctx)).Where("t.version = client_notes.version").
		Order("client_notes.id DESC").Limit(Most))
}

// History is what a note said and says, the newest first. Another department's note is not found.
func (p *Pinned) History(ctx context.Context, who actor.Actor, account id.Account, note id.Note) ([]Note, error) {
	g, err := p.gate.View(ctx, who, verb.ClientsView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	list, err := p.read(texts(g, p.reader.With(ctx)).Where("client_notes.id = ?", note).
		Order("t.version DESC").Limit(Most))
	if err == nil && len(list) == 0 {
		err = fault.NotFound("note")
	}
	return list, err
}

func (p *Pinned) read(q *gorm.DB) ([]Note, error) {
	var rows []read
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read notes: %w", err)
	}
	list := make([]Note, 0, len(rows))
	for _, r := range rows {
		n := Note{ID: r.ID, Department: r.Department, Text: Text{Version: r.Version, At: r.WrittenAt.Time}}
		var err error
		if n.Body, err = p.box.Open(r.Body, place(r.TextID)); err != nil {
			return nil, fmt.Errorf("read notes: %w", err)
		}
		if n.Author, err = p.people.OpenName(r.AuthorID, r.AuthorName); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}

func place(text id.NoteText) secretbox.Place {
	return secretbox.Place{Table: tableTexts, Column: "body", Row: text.Bytes()}
}

func checked(text string) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	bad := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	switch {
	case text == "":
		return "", fault.InvalidField("text", "Write something.")
	case utf8.RuneCountInString(text) > Longest:
		return "", fault.InvalidField("text", fmt.Sprintf("Use at most %d characters.", Longest))
	case !utf8.ValidString(text) || strings.ContainsFunc(text, bad):
		return "", fault.InvalidField("text", "This has characters that cannot be stored.")
	}
	return text, nil
}

// Pin adds a note: for the writer's own department, or for all who see the client.
func (p *Pinned) Pin(ctx context.Context, who actor.Actor, account id.Account, text string, forAll bool) error {
	text, err := checked(text)
	if err != nil {
		return err
	}
	row := noteRow{ID: id.New[id.NoteKind](), AccountID: account, Version: 1}
	if !forAll {
		row.Department = who.Seat.Department
	}
	return p.gate.Change(ctx, who, verb.NotesWrite, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			var n int64
			if err := g.On(tx.Model(&noteRow{})).Count(&n).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("pin a note: %w", err)
			}
			if n >= Most {
				return gate.Entry{}, fault.InvalidField("text", "This client has many notes already. Remove one first.")
			}
			row.CreatedAt = db.At(g.Now())
			if err := g.On(tx.DB).Create(&row).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("pin a note: %w", err)
			}
			return p.write(tx, g, row, text, activity.NotePinned)
		})
}

// write adds the text that a note has from now on.
func (p *Pinned) write(
	tx *db.Tx, g gate.Grant, row noteRow, text string, action activity.Action,
) (gate.Entry, error) {
	next := textRow{
		ID: id.New[id.NoteTextKind](), AccountID: row.AccountID, NoteID: row.ID, Version: row.Version,
		AuthorID: g.Who().Person, WrittenAt: db.At(g.Now()),
	}
	var err error
	if next.Body, err = p.box.Seal(text, place(next.ID)); err == nil {
		err = g.On(tx.DB).Create(&next).Error
	}
	if err != nil {
		return gate.Entry{}, fmt.Errorf("write a note: %w", err)
	}
	return entry(g, row.ID, action), nil
}

// entry says that there was a note, and nothing of what it says.
func entry(g gate.Grant, note id.Note, action activity.Action) gate.Entry {
	return g.Entry(action, activity.Details{Target: activity.TargetOf("note", note, "")})
}

// found is a note that the asker may read, as they were shown it.
func found(tx *db.Tx, g gate.Grant, note id.Note, shown int64) (noteRow, error) {
	row, ok, err := db.One[noteRow](mine(g, g.On(tx.DB)).Where("id = ?", note))
	switch {
	case err != nil:
		return row, fmt.Errorf("change a note: %w", err)
	case !ok:
		return row, fault.NotFound("note")
	case row.Version != shown:
		return row, fault.Conflict("Somebody has changed this note since you opened it. Look at it again.")
	}
	return row, nil
}

// Edit gives a note another text. What it said before stays in its history.
func (p *Pinned) Edit(
	ctx context.Context, who actor.Actor, account id.Account, note id.Note, shown int64, text string,
) error {
	text, err := checked(text)
	if err != nil {
		return err
	}
	return p.gate.Change(ctx, who, verb.NotesWrite, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, err := found(tx, g, note, shown)
			if err != nil {
				return gate.Entry{}, err
			}
			row.Version++
			done := g.On(tx.Model(&noteRow{})).Where("id = ? AND version = ?", note, shown).Update("version", row.Version)
			if done.Error != nil {
				return gate.Entry{}, fmt.Errorf("edit a note: %w", done.Error)
			}
			return p.write(tx, g, row, text, activity.NoteEdited)
		})
}

// Remove takes a note away for good, with all that it ever said.
func (p *Pinned) Remove(ctx context.Context, who actor.Actor, account id.Account, note id.Note, shown int64) error {
	return p.gate.Change(ctx, who, verb.NotesWrite, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if _, err := found(tx, g, note, shown); err != nil {
				return gate.Entry{}, err
			}
			err := g.On(tx.DB).Where("note_id = ?", note).Delete(&textRow{}).Error
			if err == nil {
				err = g.On(tx.DB).Where("id = ?", note).Delete(&noteRow{}).Error
			}
			if err != nil {
				return gate.Entry{}, fmt.Errorf("remove a note: %w", err)
			}
			return entry(g, note, activity.NoteRemoved), nil
		})
}
