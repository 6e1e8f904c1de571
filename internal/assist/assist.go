// Package assist holds what the provider's staff do for somebody who asks for help: they see where a client's contact
// is signed in and end that, and they act on the contact's behalf for half an hour, where the client lets them. What
// they look at and do stands in the client's log. What they may do then is decided in access, and it changes neither
// factors nor access nor money.
package assist

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// longestReason is how many characters a reason may have.
const longestReason = 300

// Assist is the room. It is safe for concurrent use.
type Assist struct {
	gate     *gate.Gate
	reader   *db.Reader
	box      *secretbox.Box
	people   *identity.People
	accounts *accounts.Accounts
	post     *outbox.Box
	access   *access.Access
}

// New makes it.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, people *identity.People, accs *accounts.Accounts,
	post *outbox.Box, a *access.Access,
) *Assist {
	return &Assist{gate: g, reader: reader, box: box, people: people, accounts: accs, post: post, access: a}
}

// Contact is a client's contact, and where they are signed in.
type Contact struct {
	Name     string
	Sessions []sessions.Session
}

// Contact is one of an account's, for staff who may act for clients. Somebody of another account is not found (N6).
func (a *Assist) Contact(
	ctx context.Context, who actor.Actor, account id.Account, contact id.Membership,
) (Contact, error) {
	if _, err := a.gate.View(ctx, who, verb.ClientsAssist, id.AccountScope(account)); err != nil {
		return Contact{}, err
	}
	g, err := a.gate.View(ctx, who, verb.ClientsView, id.AccountScope(account)) // which the client reads
	if err != nil {
		return Contact{}, err
	}
	person, name, err := a.accounts.PersonOf(a.reader.With(ctx), account, contact)
	if err != nil {
		return Contact{}, err
	}
	list, err := a.people.SessionsOf(ctx, g.Now(), person)
	return Contact{Name: name, Sessions: list}, err
}

// SignOut ends every session of an account's contact, on all nodes, and whatever sign-in of theirs is half done; no
// device of theirs stands in for the second step any more (N5, N6). It says how many sessions there were. Why it was
// done stands in the account's log and in theirs.
func (a *Assist) SignOut(
	ctx context.Context, who actor.Actor, account id.Account, contact id.Membership, why string,
) (int64, error) {
	why = strings.TrimSpace(why)
	switch {
	case why == "":
		return 0, fault.InvalidField("why", "Say why, and who asked. The client reads it.")
	case utf8.RuneCountInString(why) > longestReason:
		return 0, fault.InvalidField("why", fmt.Sprintf("Use at most %d characters.", longestReason))
	}
	person, name, err := a.accounts.PersonOf(a.reader.With(ctx), account, contact)
	if err != nil {
		return 0, err
	}
	here, theirs := id.AccountScope(account), id.PersonScope(person)
	var n int64
	err = a.gate.ChangeWith(ctx, who, verb.ClientsAssist, id.ProviderScope(), []id.Scope{here, theirs},
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if _, _, err := a.accounts.PersonOf(tx.DB, account, contact); err != nil {
				return gate.Entry{}, err
			}
			var err error
			if n, err = sessions.EndAll(tx, g, person, id.Session{}); err != nil {
				return gate.Entry{}, err
			}
			details := activity.Details{
				Target: persons.About(person, name), Changes: []activity.Change{{Field: "reason", New: why}},
			}
			return g.EntryIn(here, activity.SignedOutByStaff, details).
				And(g.EntryIn(theirs, activity.SignedOutByStaff, details)), nil
		})
	return n, err
}
