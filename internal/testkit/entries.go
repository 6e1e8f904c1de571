package testkit

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// entriesAtOnce is how many entries are appended in one transaction.
const entriesAtOnce = 500

// Line is what an entry is made of.
type Line struct {
	Who     actor.Details
	Action  activity.Action
	Details activity.Details
	At      time.Time // when it happened; zero: now
}

// Cast is who and what the entries of Entries are about.
type Cast struct {
	People   [10]id.Person
	Services [3]id.Service
}

// OpenChain opens the chain of an account or person, of which nothing else need exist.
func OpenChain(t testing.TB, w *World, chain id.Scope) {
	t.Helper()
	if err := w.loader().open(t.Context(), chain); err != nil {
		t.Fatal(err)
	}
}

// Append adds n entries to a chain, as fast as that goes; the chain is opened where it is not yet.
func Append(t testing.TB, w *World, chain id.Scope, n int, line func(i int) Line) {
	t.Helper()
	if err := w.loader().Append(t.Context(), chain, n, line); err != nil {
		t.Fatal(err)
	}
}

// Entries adds n entries as an account in use has them: ten people, three services, most of it invoices and panels.
func Entries(t testing.TB, w *World, chain id.Scope, n int) {
	t.Helper()
	if _, err := w.loader().Entries(t.Context(), chain, n); err != nil {
		t.Fatal(err)
	}
}

func (w *World) loader() Loader { return Loader{Writer: w.Writer, Log: w.Log, Gate: w.Gate} }

// Loader fills a log outside of tests.
type Loader struct {
	Writer *db.Writer
	Log    *activity.Log
	Gate   *gate.Gate
}

func (l Loader) open(ctx context.Context, chain id.Scope) error {
	return l.Gate.Change(ctx, actor.NewSystem("test"), verb.ClientsManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return l.Gate.Open(tx, g, chain, "a test's log") })
}

// Append is Append for whoever has no test.
func (l Loader) Append(ctx context.Context, chain id.Scope, n int, line func(i int) Line) error {
	err := l.Writer.Do(ctx, func(tx *db.Tx) error { _, err := l.Log.Lock(tx, chain); return err })
	if errors.Is(err, activity.ErrNoChain) {
		err = l.open(ctx, chain)
	}
	for from := 0; from < n && err == nil; from += entriesAtOnce {
		err = l.Writer.Do(ctx, func(tx *db.Tx) error {
			return l.batch(tx, chain, from, min(from+entriesAtOnce, n), line)
		})
	}
	return err
}

func (l Loader) batch(tx *db.Tx, chain id.Scope, from, to int, line func(i int) Line) error {
	head, err := l.Log.Lock(tx, chain)
	if err != nil {
		return err
	}
	now, err := tx.Now()
	if err != nil {
		return err
	}
	entries := make([]activity.Entry, 0, entriesAtOnce)
	for i := from; i < to; i++ {
		one := line(i)
		if one.At.IsZero() {
			one.At = now
		}
		e, ok := activity.Draft(chain, one.At, actor.Enter(one.Who), one.Action, one.Details)
		if !ok {
			return fmt.Errorf("no entry of %s", one.Action)
		}
		entries = append(entries, e)
	}
	return l.Log.Append(tx, []*activity.Head{head}, entries)
}

// Entries is Entries for whoever has no test. It says whom and what they are about.
func (l Loader) Entries(ctx context.Context, chain id.Scope, n int) (Cast, error) {
	cast := NewCast()
	return cast, l.Append(ctx, chain, n, func(i int) Line { return cast.Line(chain, i) })
}

// NewCast is a cast of its own.
func NewCast() Cast {
	var cast Cast
	for i := range cast.People {
		cast.People[i] = id.New[id.PersonKind]()
	}
	for i := range cast.Services {
		cast.Services[i] = id.New[id.ServiceKind]()
	}
	return cast
}

// Line is what the entry with a number, counted from 0, is made of.
func (c *Cast) Line(chain id.Scope, i int) Line {
	account, _ := chain.Account()
	actions := []activity.Action{
		activity.AccountEntered, activity.InvoicePaid, activity.PanelOpened, activity.ContactInvited,
	}
	l := Line{
		Who: actor.Details{
			Kind: actor.Person, Person: c.People[i%len(c.People)], Name: fmt.Sprintf("Person %d", i%len(c.People)),
			Session: id.New[id.SessionKind](), Factor: "password and code", Device: "Firefox on Linux",
			Address: netip.AddrFrom4([4]byte{203, 0, 113, byte(i)}), RequestID: id.New[id.RequestKind]().String(),
			Membership: actor.Membership{Account: account, Role: "owner", RoleName: "Owner"},
		},
		Action: actions[i%len(actions)],
		Details: activity.Details{
			Target:  activity.TargetOf("invoice", id.New[id.InvoiceKind](), fmt.Sprintf("2026-%04d", i)),
			Changes: []activity.Change{{Field: "state", Old: "due", New: "paid"}},
		},
	}
	if l.Action == activity.PanelOpened {
		l.Details.Service = c.Services[i%len(c.Services)]
	}
	if i%20 == 19 {
		l.Action, l.Details.Outcome = activity.Refused, activity.RefusedResult
	}
	return l
}
