package imports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// longestName bounds the names of files and of other systems, in code points.
const longestName = 60

// Request is a file that somebody brings.
type Request struct {
	Kind   Kind
	Source string // what the other system is called: numbers of two systems do not meet
	File   string // its name
	Invite bool   // invitations go with what is made; else they wait until somebody has them sent
	Body   io.Reader
}

func (r Request) checked() (Request, error) {
	r.Source, r.File = strings.Join(strings.Fields(r.Source), " "), strings.Join(strings.Fields(r.File), " ")
	var wrong []fault.Field
	if !r.Kind.Known() {
		wrong = append(wrong, fault.Field{Name: "kind", Message: "Choose what the file has in it."})
	}
	switch {
	case r.Source == "":
		wrong = append(wrong, fault.Field{Name: "source", Message: "Say which system the file comes from, such as WHMCS."})
	case utf8.RuneCountInString(r.Source) > longestName || strings.ContainsFunc(r.Source, unicode.IsControl):
		wrong = append(wrong, fault.Field{Name: "source", Message: fmt.Sprintf("Use at most %d characters.", longestName)})
	}
	if !utf8.ValidString(r.File) || strings.ContainsFunc(r.File, unicode.IsControl) || r.File == "" {
		r.File = "file.csv"
	}
	r.File = short(r.File)
	if len(wrong) > 0 {
		return r, fault.Invalid(wrong...)
	}
	return r, nil
}

// looking is a file on its way through.
type looking struct {
	known
	Request

	room   *Imports
	who    actor.Actor
	id     id.Import
	counts Counts
	keys   map[secretbox.Index]int // in which line each number stands
	names  map[secretbox.Index]int // in which line a client of each name stands
	rows   []*looked
}

// looked is one line, and what was found.
type looked struct {
	n, line int
	values  map[string]string
	state   string
	key     secretbox.Index
	remarks []Remark
}

func (l *looked) wrong(column, wrong, right string) {
	l.remarks = append(l.remarks, Remark{Column: column, Wrong: wrong, Right: right})
}

func (l *looked) warn(column, what string) {
	l.remarks = append(l.remarks, Remark{Column: column, Wrong: what, Warning: true})
}

// Look looks through a file and keeps, sealed, what its lines say. Nothing is made of them.
func (i *Imports) Look(ctx context.Context, who actor.Actor, r Request) (id.Import, error) {
	if _, err := i.gate.View(ctx, who, verb.ClientsImport, id.ProviderScope()); err != nil {
		return id.Import{}, err
	}
	r, err := r.checked()
	if err != nil {
		return id.Import{}, err
	}
	reader, err := NewReader(r.Kind, r.Body)
	if err != nil {
		return id.Import{}, err
	}
	l := &looking{
		Request: r, room: i, who: who, id: id.New[id.ImportKind](), keys: map[secretbox.Index]int{},
		names: map[secretbox.Index]int{},
	}
	if l.known, err = i.whatIsKnown(ctx, who, r.Kind); err != nil {
		return id.Import{}, err
	}
	if err := l.through(ctx, reader); err != nil {
		return id.Import{}, errors.Join(err, i.forget(context.WithoutCancel(ctx), l.id))
	}
	return l.id, i.keep(ctx, who, l)
}

// whatIsKnown is what lines of a kind are checked against.
func (i *Imports) whatIsKnown(ctx context.Context, who actor.Actor, k Kind) (known, error) {
	now, err := i.reader.Now(ctx)
	if err != nil {
		return known{}, fmt.Errorf("import: %w", err)
	}
	out := known{now: now, roles: i.accounts.RoleKeys(), servers: map[string]id.Server{}}
	if k != Services {
		return out, nil
	}
	list, err := i.hosting.Servers(ctx, who)
	if err != nil {
		return known{}, err
	}
	for _, s := range list {
		if !s.Retired {
			out.servers[strings.ToLower(s.Name)] = s.ID
		}
	}
	return out, nil
}

// through looks at the lines, so many at a time.
func (l *looking) through(ctx context.Context, reader *Reader) error {
	for {
		line, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		l.counts.Total++
		one := &looked{n: l.counts.Total, line: line.Number, values: line.Cells, state: isNew}
		if line.Wrong != nil {
			one.remarks = []Remark{*line.Wrong}
		} else {
			l.look(one)
		}
		if l.rows = append(l.rows, one); len(l.rows) == batch {
			if err := l.flush(ctx); err != nil {
				return err
			}
		}
	}
	if l.counts.Total == 0 {
		return unreadable("This file has no lines but the first.")
	}
	return l.flush(ctx)
}

// look checks a line by itself and against those before it.
func (l *looking) look(one *looked) {
	c := checking{known: l.known, kind: l.Kind, values: one.values}
	one.remarks = c.all()
	key := one.values[l.Kind.key()]
	if key == "" {
		return
	}
	one.key = l.room.keyOf(l.Kind, l.Source, key)
	if before := l.keys[one.key]; before > 0 {
		one.wrong(l.Kind.key(), fmt.Sprintf("line %d has this number already", before), "give each line a number of its own")
		return
	}
	l.keys[one.key] = one.line
	if l.Kind != Clients {
		return
	}
	both := strings.ToLower(one.values["name"]) + "\x00" + strings.ToLower(one.values["postcode"])
	name := l.room.box.Index("imports.name", both)
	if before := l.names[name]; before > 0 {
		one.warn("name", fmt.Sprintf("line %d has a client of the same name and postcode: it may be there twice", before))
	} else {
		l.names[name] = one.line
	}
}

// keyOf finds something again by what the other system calls it.
func (i *Imports) keyOf(k Kind, source, key string) secretbox.Index {
	return i.box.Index("import_keys.key_index", string(k)+"\x00"+strings.ToLower(source)+"\x00"+key)
}

// printOf changes with any value of a line.
func (i *Imports) printOf(values map[string]string) (secretbox.Index, error) {
	filled := map[string]string{}
	for column, v := range values {
		if v != "" {
			filled[column] = v
		}
	}
	text, err := json.Marshal(filled) // in the order of their names
	if err != nil {
		return secretbox.Index{}, fmt.Errorf("import: %w", err)
	}
	return i.box.Index("import_keys.print", string(text)), nil
}

// flush compares what was read with what is there, and keeps it.
func (l *looking) flush(ctx context.Context) error {
	if len(l.rows) == 0 {
		return nil
	}
	if err := l.compare(ctx); err != nil {
		return err
	}
	rows := make([]lineRow, len(l.rows))
	for k, one := range l.rows {
		if bad(one.remarks) {
			one.state = isBad
		}
		l.count(one.state)
		var err error
		if rows[k], err = l.row(one); err != nil {
			return err
		}
	}
	l.rows = l.rows[:0]
	return l.room.gate.Bookkeep(ctx, tableRows, func(tx *db.Tx) error { return tx.Create(&rows).Error })
}

func (l *looking) count(state string) {
	switch state {
	case isNew:
		l.counts.New++
	case isSame:
		l.counts.Same++
	case isChanged:
		l.counts.Changed++
	case isBad:
		l.counts.Bad++
	}
}

func (l *looking) row(one *looked) (lineRow, error) {
	row := lineRow{ImportID: l.id, N: one.n, Line: one.line, State: one.state, KeyIndex: one.key}
	var err error
	if one.state == isNew {
		if row.Content, err = l.room.sealJSON(one.values, linePlace(l.id, one.n, "content")); err != nil {
			return lineRow{}, err
		}
	}
	if len(one.remarks) > 0 {
		said := saying{one.values[l.Kind.key()], one.remarks}
		row.Remarks, err = l.room.sealJSON(said, linePlace(l.id, one.n, "remarks"))
	}
	return row, err
}

// keep writes the import down, with what was found.
func (i *Imports) keep(ctx context.Context, who actor.Actor, l *looking) error {
	row := importRow{
		ID: l.id, Kind: l.Kind, Source: l.Source, State: Read, Inviting: NoInvitations, AskedBy: who.Person,
		Factor: who.Factor, FactorAt: db.At(who.FactorAt), Total: l.counts.Total, Fresh: l.counts.New, Same: l.counts.Same,
		Changed: l.counts.Changed, Bad: l.counts.Bad,
	}
	if !l.Invite && (l.Kind == Clients || l.Kind == Contacts) {
		row.Inviting = Later
	}
	var err error
	if row.FileName, err = i.box.Seal(l.File, namePlace(l.id)); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	return i.gate.Change(ctx, who, verb.ClientsImport, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row.CreatedAt = db.At(g.Now())
			if err := tx.Create(&row).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("import: %w", err)
			}
			return g.Entry(activity.ImportRead, activity.Details{
				Target: target(&row, l.File), Changes: counted(&row),
			}), nil
		})
}

// target is the import as the log names it.
func target(row *importRow, file string) activity.Target {
	return activity.TargetOf("import", row.ID, strings.ToLower(row.Kind.Name())+" from "+row.Source+" ("+file+")")
}

func counted(row *importRow) []activity.Change {
	return []activity.Change{
		{Field: "lines", New: fmt.Sprint(row.Total)},
		{Field: "to be made", New: fmt.Sprint(row.Fresh)},
		{Field: "there already", New: fmt.Sprint(row.Same + row.Changed)},
		{Field: "wrong", New: fmt.Sprint(row.Bad)},
	}
}

// forget takes the lines of a file away that could not be read to its end.
func (i *Imports) forget(ctx context.Context, of id.Import) error {
	return i.gate.Bookkeep(ctx, tableRows, func(tx *db.Tx) error {
		return tx.Where("import_id = ?", of).Delete(&lineRow{}).Error
	})
}
