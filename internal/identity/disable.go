package identity

import (
	"context"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Disabled is the kind of message that says that somebody was shut out. It is bound to what their accounts note then.
const Disabled = "identity.disabled"

// DisabledNews is word of somebody who was shut out.
type DisabledNews struct {
	Person id.Person `json:"person"`
}

// Disable shuts a person out at once, on all nodes: their sessions end and no sign-in works any more (N5).
func (p *People) Disable(ctx context.Context, who actor.Actor, person id.Person) error {
	row, err := persons.ByID(p.reader.With(ctx), person)
	if err != nil {
		return err
	}
	if row.ID.IsZero() {
		return fault.NotFound("disable person")
	}
	needs := verb.ClientsManage
	if row.Staff {
		needs = verb.StaffManage
	}
	return p.gate.ChangeWith(ctx, who, needs, id.ProviderScope(), []id.Scope{id.PersonScope(person)},
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return p.shutOut(tx, g, row) })
}

// ShutOut is Disable in the caller's change, which holds the chain of the person and the provider's.
func (p *People) ShutOut(tx *db.Tx, g gate.Grant, person id.Person) (gate.Entry, error) {
	row, err := persons.ByID(tx.DB, person)
	if err != nil {
		return gate.Entry{}, err
	}
	if row.ID.IsZero() {
		return gate.Entry{}, fault.NotFound("disable person")
	}
	return p.shutOut(tx, g, row)
}

func (p *People) shutOut(tx *db.Tx, g gate.Grant, row persons.Row) (gate.Entry, error) {
	if err := persons.Disable(tx, row); err != nil {
		return gate.Entry{}, err
	}
	if _, err := sessions.EndAll(tx, g, row.ID, id.Session{}); err != nil {
		return gate.Entry{}, err
	}
	err := p.out.Enqueue(tx, outbox.Message{
		Kind: Disabled, Key: fmt.Sprintf("%s-%d", row.ID, row.Version), Payload: DisabledNews{Person: row.ID},
	})
	if err != nil {
		return gate.Entry{}, fmt.Errorf("disable person: %w", err)
	}
	return p.aboutSignIn(g, row, activity.PersonDisabled)
}

// LetIn lets somebody sign in again who was shut out, in the caller's change, which holds the chain of the person and
// the provider's. Sessions of before stay ended.
func (p *People) LetIn(tx *db.Tx, g gate.Grant, person id.Person) (gate.Entry, error) {
	row, err := persons.ByID(tx.DB, person)
	if err != nil {
		return gate.Entry{}, err
	}
	if row.ID.IsZero() {
		return gate.Entry{}, fault.NotFound("enable person")
	}
	if err := persons.Enable(tx, row); err != nil {
		return gate.Entry{}, err
	}
	return p.aboutSignIn(g, row, activity.PersonEnabled)
}

// aboutSignIn says it in the provider's log and in the person's own.
func (p *People) aboutSignIn(g gate.Grant, row persons.Row, action activity.Action) (gate.Entry, error) {
	name, err := p.OpenName(row.ID, row.Name)
	if err != nil {
		return gate.Entry{}, err
	}
	details := activity.Details{Target: persons.About(row.ID, name)}
	return g.Entry(action, details).And(g.EntryIn(id.PersonScope(row.ID), action, details)), nil
}

// Reopen lets somebody try again whose way in was shut by failed tries: what an operator does instead of editing rows.
func (p *People) Reopen(ctx context.Context, who actor.Actor, email string) error {
	row, err := p.ByEmail(ctx, p.EmailIndex(email))
	if err != nil {
		return err
	}
	if row.ID.IsZero() {
		return fault.NotFound("reopen sign-in")
	}
	name, err := p.OpenName(row.ID, row.Name)
	if err != nil {
		return err
	}
	scope := id.PersonScope(row.ID)
	return p.gate.ChangeWith(ctx, who, verb.StaffManage, id.ProviderScope(), []id.Scope{scope},
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := tries.Forget(tx, tries.ByPassword, row.EmailIndex); err != nil {
				return gate.Entry{}, err
			}
			if err := tries.Forget(tx, tries.ByCode, p.tries.CodeSubject(row.ID)); err != nil {
				return gate.Entry{}, err
			}
			return g.EntryIn(scope, activity.SignInReopened, activity.Details{Target: persons.About(row.ID, name)}), nil
		})
}
