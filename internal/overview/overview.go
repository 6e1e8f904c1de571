// Package overview reads what one page shows of several rooms at once: an account's first page, the figures beside the
// navigation, staff's list of clients and their view of one. It joins the tables of other rooms in as few statements as
// it can, each part under a grant of its own, and writes nothing.
package overview

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Overview is the room. It is safe for concurrent use.
type Overview struct {
	gate    *gate.Gate
	reader  *db.Reader
	box     *secretbox.Box
	access  *access.Access
	people  *identity.People
	hosting *hosting.Hosting
	clients clientSearch
	figures keptFigures
	looked  int // clients, for a page of a list
}

// New makes the room. It reads nothing yet.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, a *access.Access, people *identity.People, h *hosting.Hosting,
) *Overview {
	return &Overview{
		gate: g, reader: reader, box: box, access: a, people: people, hosting: h,
		figures: keptFigures{from: manyClients}, looked: Looked,
	}
}

// may gives the grant for a part of a page where the asker is allowed it. Where they are not, the part is left out, and
// nobody was refused anything: they asked for the page, not for the part.
func (o *Overview) may(ctx context.Context, who actor.Actor, v verb.Verb, scope id.Scope) (gate.Grant, bool, error) {
	if !o.access.Check(who, v, scope).Allowed {
		return gate.Grant{}, false, nil
	}
	g, err := o.gate.View(ctx, who, v, scope)
	return g, err == nil, err
}

// part is one kind of rows of a page: its columns by the names of record, and where they come from.
type part struct {
	name    string
	columns map[string]string
	from    string
	args    []any
}

// recordColumns are the columns that all parts of a statement share. A part leaves those empty that it has no use for.
func recordColumns() []string {
	return []string{
		"id", "ref", "ref2", "ref3", "packed", "seal1", "seal2", "seal3", "seal4", "t1", "t2", "t3", "t4",
		"n1", "n2", "n3", "n4", "n5", "at1", "at2",
	}
}

// sql is the part as one arm of a UNION.
func (p part) sql() string {
	columns := []string{"'" + p.name + "' AS part"}
	for _, name := range recordColumns() {
		from, used := p.columns[name]
		if !used {
			from = "NULL"
		}
		columns = append(columns, from+" AS "+name)
	}
	return "SELECT * FROM (SELECT " + strings.Join(columns, ", ") + " " + p.from + ") " + p.name + "_part"
}

// record is one row of any part.
type record struct {
	part                string
	id, ref, ref2, ref3 db.Blob
	packed              db.Blob
	seal1, seal2, seal3 secretbox.Sealed
	seal4               secretbox.Sealed
	t1, t2, t3, t4      text
	n1, n2, n3, n4, n5  number
	at1, at2            db.Time
}

// read reads all parts in one statement, by the name of the part. The parts were made under grants over the same
// account as g.
func (o *Overview) read(ctx context.Context, g gate.Grant, parts ...part) (_ map[string][]record, err error) {
	arms := make([]string, 0, len(parts))
	var args []any
	for _, p := range parts {
		arms = append(arms, p.sql())
		args = append(args, p.args...)
	}
	found, err := g.On(o.reader.With(ctx)).Raw(strings.Join(arms, " UNION ALL "), args...).Rows()
	if err != nil {
		return nil, fmt.Errorf("overview: %w", err)
	}
	defer func() { err = db.Trouble(errors.Join(err, found.Close())) }()
	out := map[string][]record{}
	for found.Next() {
		var r record
		if err := found.Scan(&r.part, &r.id, &r.ref, &r.ref2, &r.ref3, &r.packed, &r.seal1, &r.seal2, &r.seal3,
			&r.seal4, &r.t1, &r.t2, &r.t3, &r.t4, &r.n1, &r.n2, &r.n3, &r.n4, &r.n5, &r.at1, &r.at2); err != nil {
			return nil, fmt.Errorf("overview: %w", err)
		}
		out[r.part] = append(out[r.part], r)
	}
	if err := found.Err(); err != nil {
		return nil, fmt.Errorf("overview: %w", err)
	}
	return out, nil
}

// opener opens sealed columns and reads ids, and remembers the first error.
type opener struct {
	o   *Overview
	err error
}

func (w *opener) keep(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *opener) open(table, column string, row []byte, s secretbox.Sealed) string {
	opened, err := w.o.box.Open(s, secretbox.Place{Table: table, Column: column, Row: row})
	w.keep(err)
	return opened
}

func (w *opener) person(person id.Person, name secretbox.Sealed) string {
	opened, err := w.o.people.OpenName(person, name)
	w.keep(err)
	return opened
}

func (w *opener) email(person id.Person, email secretbox.Sealed) string {
	opened, err := w.o.people.OpenEmail(person, email)
	w.keep(err)
	return opened
}

func idOf[K id.Kind](w *opener, raw []byte) id.ID[K] {
	var out id.ID[K]
	if raw == nil {
		return out
	}
	out, err := id.FromBytes[K](raw)
	w.keep(err)
	return out
}
