package testkit

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"

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
}

// OpenChain opens the chain of an account or person, of which nothing else need exist.
func OpenChain(t testing.TB, w *World, chain id.Scope) {
	t.Helper()
	err := w.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ClientsManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return w.Gate.Open(tx, g, chain, "a test's log") })
	if err != nil {
		t.Fatal(err)
	}
}

// Append adds n entries to a chain, as fast as that goes; the chain is opened where it is not yet.
func Append(t testing.TB, w *World, chain id.Scope, n int, line func(i int) Line) {
	t.Helper()
	err := w.Writer.Do(t.Context(), func(tx *db.Tx) error { _, err := w.Log.Lock(tx, chain); return err })
	if errors.Is(err, activity.ErrNoChain) {
		OpenChain(t, w, chain)
	} else if err != nil {
		t.Fatal(err)
	}
	for from := 0; from < n; from += entriesAtOnce {
		err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
			head, err := w.Log.Lock(tx, chain)
			if err != nil {
				return err
			}
			now, err := tx.Now()
			if err != nil {
				return err
			}
			entries := make([]activity.Entry, 0, entriesAtOnce)
			for i := from; i < min(from+entriesAtOnce, n); i++ {
				l := line(i)
				e, ok := activity.Draft(chain, now, actor.Enter(l.Who), l.Action, l.Details)
				if !ok {
					return fmt.Errorf("no entry of %s", l.Action)
				}
				entries = append(entries, e)
			}
			return w.Log.Append(tx, []*activity.Head{head}, entries)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Entries adds n entries as an account in use has them: ten people, three services, most of it invoices and panels.
func Entries(t testing.TB, w *World, chain id.Scope, n int) {
	t.Helper()
	account, _ := chain.Account()
	var people [10]id.Person
	var services [3]id.Service
	for i := range people {
		people[i] = id.New[id.PersonKind]()
	}
	for i := range services {
		services[i] = id.New[id.ServiceKind]()
	}
	actions := []activity.Action{activity.AccountEntered, activity.InvoicePaid, activity.PanelOpened, activity.ContactInvited}
	Append(t, w, chain, n, func(i int) Line {
		l := Line{
			Who: actor.Details{
				Kind: actor.Person, Person: people[i%len(people)], Name: fmt.Sprintf("Person %d", i%len(people)),
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
			l.Details.Service = services[i%len(services)]
		}
		if i%20 == 19 {
			l.Action, l.Details.Outcome = activity.Refused, activity.RefusedResult
		}
		return l
	})
}
