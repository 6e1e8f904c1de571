// Package gate is the one way to change or to see anything: it decides, lends the transaction, and writes the entry in
// the same breath. It is the only maker of a Grant. What is decided stands in access, what is written in activity;
// rules of billing or hosting do not enter.
package gate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// The mistakes of a program that goes round the gate. They are never shown to a person.
var (
	ErrNoEntry  = errors.New("gate: a change without an entry is not committed")
	ErrNested   = errors.New("gate: a change within a change")
	ErrNoActor  = errors.New("gate: the actor did not come through an entrance")
	ErrNotHeld  = errors.New("gate: an entry for a scope that the change does not hold")
	ErrNotShort = errors.New("gate: only short bookkeeping tables are written without entry")
)

// Gate decides, lends and records.
type Gate struct {
	writer *db.Writer
	reader *db.Reader
	access *access.Access
	log    *activity.Log
	box    *secretbox.Box
	logger *slog.Logger

	mu   sync.Mutex
	seen map[[32]byte]int64 // what was recorded in this half hour, so that repeating it costs no statement
	uses uses
	turn turns
}

// New makes the gate.
func New(w *db.Writer, r *db.Reader, a *access.Access, l *activity.Log, box *secretbox.Box, logger *slog.Logger) *Gate {
	return &Gate{writer: w, reader: r, access: a, log: l, box: box, logger: logger, seen: map[[32]byte]int64{}}
}

// Work is the body of a change. It touches nothing but the transaction, since it may run again after a conflict.
type Work func(tx *db.Tx, g Grant) (Entry, error)

// Change decides from rows read in the transaction, runs the work, and commits it together with its entry. A refusal is
// recorded and returned as a fault.
func (g *Gate) Change(ctx context.Context, who actor.Actor, v verb.Verb, scope id.Scope, work Work) error {
	return g.ChangeWith(ctx, who, v, scope, nil, work)
}

// ChangeWith is Change for one that also writes into the chains of other scopes (a transfer, a new account): all are
// locked first, in the order of their keys. The decision is over the first scope.
func (g *Gate) ChangeWith(
	ctx context.Context, who actor.Actor, v verb.Verb, scope id.Scope, others []id.Scope, work Work,
) error {
	if !who.Valid() {
		return ErrNoActor
	}
	if !who.BeginChange() {
		return ErrNested
	}
	refusal, err := g.inTurn(ctx, who, v, append([]id.Scope{scope}, others...), work)
	who.EndChange()
	if refusal != nil {
		return errors.Join(err, g.Refused(ctx, who, *refusal))
	}
	return err
}

func (g *Gate) decide(
	ctx context.Context, tx *db.Tx, who actor.Actor, v verb.Verb, scope id.Scope,
) (access.Decision, error) {
	now, err := tx.Now()
	if err != nil {
		return access.Decision{}, fmt.Errorf("decide: %w", err)
	}
	decision, err := g.access.Decide(ctx, tx.DB, now, who.Unopened(), v, scope) // an emergency opens nothing to change
	if err != nil {
		return access.Decision{}, fmt.Errorf("decide: %w", err)
	}
	if decision.Allowed && who.Assisting() && v.Reads() { // what is changed by looking is somebody's own affair
		return decision.Refused(access.ReasonAssist), nil
	}
	return decision, nil
}

// lock takes the heads, in the order given: that of their keys. A scope without a chain is something that does not
// exist.
func (g *Gate) lock(tx *db.Tx, scopes []id.Scope) ([]*activity.Head, error) {
	heads := make([]*activity.Head, 0, len(scopes))
	for _, s := range scopes {
		head, err := g.log.Lock(tx, s)
		if errors.Is(err, activity.ErrNoChain) {
			return nil, fault.NotFound("change")
		}
		if err != nil {
			return nil, fmt.Errorf("change: %w", err)
		}
		heads = append(heads, head)
	}
	return heads, nil
}

// run returns what is to be done once the transaction is committed.
func (g *Gate) run(
	tx *db.Tx, who actor.Actor, d access.Decision, heads []*activity.Head, work Work,
) (committed func(), err error) {
	now, err := tx.Now()
	if err != nil {
		return nil, fmt.Errorf("change: %w", err)
	}
	held := &entered{heads: heads}
	entry, err := work(tx, Grant{given: &given{who: who, decision: d, now: now, entered: held}})
	if err != nil {
		return nil, err
	}
	if len(entry.entries)+len(entry.often) == 0 {
		return nil, ErrNoEntry
	}
	if committed, err = g.usedIn(tx, who, d, now); err != nil {
		return nil, err
	}
	if err := g.write(tx, held, entry); err != nil {
		return nil, err
	}
	return committed, nil
}

// write puts what a change says of itself into the chains that it holds.
func (g *Gate) write(tx *db.Tx, held *entered, entry Entry) error {
	entries := slices.Concat(entry.entries, held.also)
	for _, e := range entries {
		if !slices.ContainsFunc(held.heads, func(h *activity.Head) bool { return h.Chain() == e.Chain }) {
			return fmt.Errorf("%w: %s", ErrNotHeld, e.Chain)
		}
	}
	for _, o := range entry.often {
		if err := g.countOften(tx, held.heads, o); err != nil {
			return fmt.Errorf("change: %w", err)
		}
	}
	if len(entries) == 0 {
		return nil
	}
	if err := g.log.Append(tx, held.heads, entries); err != nil {
		return fmt.Errorf("change: %w", err)
	}
	return nil
}

// Open begins the chain of a new account or person within a change that holds the provider's chain, and returns the
// entry which says so there: a chain that vanished as a whole would be missed.
func (g *Gate) Open(tx *db.Tx, grant Grant, chain id.Scope, label string) (Entry, error) {
	v := grant.must()
	if v.entered == nil {
		return Entry{}, ErrNotHeld
	}
	head, err := g.log.Open(tx, chain)
	if err != nil {
		return Entry{}, fmt.Errorf("open: %w", err)
	}
	v.entered.heads = append(v.entered.heads, head)
	target := activity.Target{Kind: string(chain.Kind()), ID: chain.Text(), Label: label}
	return grant.EntryIn(id.ProviderScope(), activity.ChainOpened, activity.Details{Target: target}), nil
}

// View decides about reading and gives the grant for it. Where looking is itself recorded, it is recorded first: once
// for each person, permission, scope and half hour.
func (g *Gate) View(ctx context.Context, who actor.Actor, v verb.Verb, scope id.Scope) (Grant, error) {
	if !who.Valid() {
		return Grant{}, ErrNoActor
	}
	now := who.Now
	if now.IsZero() { // a job or the command line: no request brought the time along
		var err error
		if now, err = g.reader.Now(ctx); err != nil {
			return Grant{}, fmt.Errorf("view: %w", err)
		}
	}
	return g.view(ctx, who, g.access.Check(who, v, scope), now)
}

// ViewAfresh is View for whoever comes through a door that does not name the account: their place in it is read first.
func (g *Gate) ViewAfresh(ctx context.Context, who actor.Actor, v verb.Verb, scope id.Scope) (Grant, error) {
	if !who.Valid() {
		return Grant{}, ErrNoActor
	}
	now, err := g.reader.Now(ctx)
	if err != nil {
		return Grant{}, fmt.Errorf("view: %w", err)
	}
	decision, err := g.access.Decide(ctx, g.reader.With(ctx), now, who, v, scope)
	if err != nil {
		return Grant{}, fmt.Errorf("view: %w", err)
	}
	return g.view(ctx, who, decision, now)
}

// Asks decides about somebody who asks for nothing: what they could do now, by what is in the database. It gives no
// grant, and a refusal is nobody's attempt.
func (g *Gate) Asks(ctx context.Context, who actor.Actor, v verb.Verb, scope id.Scope) (access.Decision, error) {
	now, err := g.reader.Now(ctx)
	if err != nil {
		return access.Decision{}, fmt.Errorf("ask: %w", err)
	}
	decision, err := g.access.Decide(ctx, g.reader.With(ctx), now, who, v, scope)
	if err != nil {
		return access.Decision{}, fmt.Errorf("ask: %w", err)
	}
	return decision, nil
}

func (g *Gate) view(ctx context.Context, who actor.Actor, decision access.Decision, now time.Time) (Grant, error) {
	if !decision.Allowed {
		return Grant{}, errors.Join(decision.Fault("view"), g.Refused(ctx, who, decision))
	}
	v, scope := decision.Verb, decision.Scope
	if looked, about := seen(who, decision, now); looked {
		action := activity.DataViewed
		if v == verb.ActivityView || v == verb.ActivityExport || v == verb.AuditView {
			action = activity.LogViewed
		}
		if err := g.record(ctx, who, decision, scope, action, about); err != nil {
			return Grant{}, err
		}
	}
	return Grant{given: &given{who: who, decision: decision, now: now}}, nil
}

// Refused records that something was refused: once at once, and again as a count when the half hour is over. What was
// asked of somebody else's scope is written into the asker's own chain only.
func (g *Gate) Refused(ctx context.Context, who actor.Actor, d access.Decision) error {
	return g.RefusedAbout(ctx, who, d, activity.Details{})
}

// RefusedAbout is Refused by a rule that knows what it was about: the target and the service of the details.
func (g *Gate) RefusedAbout(
	ctx context.Context, who actor.Actor, d access.Decision, about activity.Details,
) error {
	scope := d.Scope
	if who.Assisting() {
		scope = access.AssistedOver(who, scope)
	}
	if d.Reason == access.ReasonNoMembership || d.Reason == access.ReasonOtherPerson || scope.IsZero() {
		if who.Person.IsZero() {
			return nil
		}
		scope, about = id.PersonScope(who.Person), activity.Details{}
	}
	if who.Previewing() || d.Reason == access.ReasonSignedOut || d.Reason == access.ReasonStale ||
		d.Reason == access.ReasonUnsaid || d.Reason == access.ReasonUnread {
		return nil // nobody was refused: they are asked to say who they are, why they look, or to read what holds
	}
	return g.record(ctx, who, d, scope, activity.Refused, activity.Details{
		Target: about.Target, Service: about.Service, Outcome: activity.RefusedResult, Reason: d.Sentence(),
	})
}

// Log reads a page of the log of a scope, as far as the asker may see it. Looking is recorded.
func (g *Gate) Log(
	ctx context.Context, who actor.Actor, v verb.Verb, scope id.Scope, f activity.Filter,
) (activity.Page, error) {
	grant, err := g.View(ctx, who, v, scope)
	if err != nil {
		return activity.Page{}, err
	}
	if d := grant.Decision(); d.Own {
		f.Person, f.OwnOnly = d.Whose, true
		if f.Calendar != nil {
			own := *f.Calendar
			own.Person, f.Calendar = d.Whose, &own
		}
	}
	page, err := g.log.Page(ctx, grant.Scope(), f)
	if err != nil {
		return activity.Page{}, fmt.Errorf("log: %w", err)
	}
	return page, nil
}

// Begin opens the provider's own chain in a new database; where it is open already, nothing happens. Chains of accounts
// and people that the provider's chain knows nothing of are found by verify, so that beginning anew hides nothing.
func (g *Gate) Begin(ctx context.Context) error {
	err := g.writer.Do(ctx, func(tx *db.Tx) error {
		_, err := g.log.Lock(tx, id.ProviderScope())
		if !errors.Is(err, activity.ErrNoChain) {
			return err
		}
		head, err := g.log.Open(tx, id.ProviderScope())
		if err != nil {
			return err
		}
		now, err := tx.Now()
		if err != nil {
			return err
		}
		e, _ := activity.Draft(id.ProviderScope(), now, actor.NewSystem("first start"), activity.ChainOpened,
			activity.Details{Target: activity.Target{Kind: string(id.ScopeProvider), Label: "the provider"}})
		return g.log.Append(tx, []*activity.Head{head}, []activity.Entry{e})
	})
	if err != nil && !db.IsDuplicate(err) { // another node was quicker
		return fmt.Errorf("begin: %w", err)
	}
	return nil
}
