package accounts

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/names"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Accounts is the room. It is safe for concurrent use.
type Accounts struct {
	gate   *gate.Gate
	reader *db.Reader
	box    *secretbox.Box
	access *access.Access
	people *identity.People
	outbox *outbox.Box
	names  *names.Index

	aliases bool // clients see no names of staff
}

// mostNamed bounds the names that are kept in memory (our own figure: some tens of megabytes).
const mostNamed = 200_000

// New makes the room. It reads and writes nothing yet.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, a *access.Access, people *identity.People, post *outbox.Box,
) *Accounts {
	return &Accounts{
		gate: g, reader: reader, box: box, access: a, people: people, outbox: post, names: names.New(mostNamed),
	}
}

// refusal is a rule of this room that refused: stricter than the policies, and recorded like them.
type refusal struct {
	decision access.Decision
	target   activity.Target // whom it was about; zero where that says nothing
}

func (r *refusal) Error() string { return "accounts: " + string(r.decision.Reason) }

func refuse(g gate.Grant, why access.Reason, target activity.Target) error {
	return &refusal{g.Decision().Refused(why), target}
}

// change is gate.Change that also records what a rule of this room refused.
func (a *Accounts) change(
	ctx context.Context, who actor.Actor, v verb.Verb, scope id.Scope, others []id.Scope, work gate.Work,
) error {
	err := a.gate.ChangeWith(ctx, who, v, scope, others, work)
	if r, ok := errors.AsType[*refusal](err); ok {
		return errors.Join(r.decision.Fault("accounts"),
			a.gate.RefusedAbout(ctx, who, r.decision, activity.Details{Target: r.target}))
	}
	return err
}

// seal seals the texts of a row into their columns; an empty text becomes NULL.
func (a *Accounts) seal(table string, row []byte, columns map[string]sealing) error {
	for column, s := range columns {
		if s.text == "" {
			*s.into = secretbox.Sealed{}
			continue
		}
		var err error
		at := secretbox.Place{Table: table, Column: column, Row: row}
		if *s.into, err = a.box.Seal(s.text, at); err != nil {
			return fmt.Errorf("accounts: %w", err)
		}
	}
	return nil
}

type sealing struct {
	text string
	into *secretbox.Sealed
}

// opener opens the sealed columns of one row and remembers the first error.
type opener struct {
	box   *secretbox.Box
	table string
	row   []byte
	err   error
}

func (o *opener) open(column string, s secretbox.Sealed) string {
	text, err := o.box.Open(s, secretbox.Place{Table: o.table, Column: column, Row: o.row})
	if err != nil && o.err == nil {
		o.err = fmt.Errorf("accounts: %w", err)
	}
	return text
}
