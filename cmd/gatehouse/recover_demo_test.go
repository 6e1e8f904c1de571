package main_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	harbour "gatehouse/internal/app/demo"
	"gatehouse/internal/id"
	"gatehouse/internal/recovery"
)

// desk is the data of a demo, at which an operator types commands while nobody serves it.
type desk struct {
	data string
	run  func(stdin string, args ...string) (string, int)
}

// recover types a command about somebody's lost factors and asserts how it ends and what it says.
func (d desk) recover(t *testing.T, exit int, step, email string, says ...string) {
	t.Helper()
	args := []string{"staff", "recover", step, "--data", d.data}
	if email != "" {
		args = append(args, "--email", email)
	}
	out, got := d.run("", args...)
	if got != exit {
		t.Fatalf("recover %s: exit %d: %s", step, got, out)
	}
	for _, words := range says {
		if !strings.Contains(out, words) {
			t.Errorf("recover %s does not say %q: %s", step, words, out)
		}
	}
}

// serve opens the demo for a moment, as between two starts of its server.
func (d desk) serve(t *testing.T, work func(a *app.App)) {
	t.Helper()
	a, err := harbour.Open(t.Context(), "localhost:18999", d.data, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	work(a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

// prove has somebody open the link that a command sent them.
func (d desk) prove(t *testing.T, email string) {
	t.Helper()
	d.serve(t, func(a *app.App) {
		if _, err := a.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, mail := range a.Mailbox.List() {
			found := regexp.MustCompile(`/recovery/([A-Za-z0-9_-]+)`).FindStringSubmatch(mail.Text)
			if mail.To != email || found == nil {
				continue
			}
			stranger := actor.Enter(actor.Details{Kind: actor.Anonymous})
			if err := a.Recovery.Prove(t.Context(), stranger, found[1]); err != nil {
				t.Fatal(err)
			}
			return
		}
		t.Fatalf("no link came to %s", email)
	})
}

// logged asserts that the provider's log and the person's end with what an operator did.
func (d desk) logged(t *testing.T, email string, action activity.Action) {
	t.Helper()
	d.serve(t, func(a *app.App) {
		person, err := a.People.Find(t.Context(), actor.NewShell("test"), email)
		if err != nil {
			t.Fatal(err)
		}
		for _, chain := range []id.Scope{id.ProviderScope(), id.PersonScope(person)} {
			page, err := a.Log.Page(t.Context(), chain, activity.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(page.Entries, func(e activity.Entry) bool {
				return e.Action == action && e.ActorKind == actor.Shell
			}) {
				t.Errorf("%s of an operator is not in the log of %s", action, fmt.Sprint(chain))
			}
		}
	})
}

// S15, L1: an operator lists who waits, declines, and approves where fewer than two of the staff could: each time in
// the log, under the operator's name. Where two could, the operator's word does not count.
func TestAnOperatorDecidesAboutARecovery(t *testing.T) {
	t.Parallel()
	const olivia, priya, noor = "olivia@northwind.example", "priya@pixelworks.example", "noor@pixelworks.example"
	d := desk{data: filepath.Join(t.TempDir(), "demo"), run: runner(t, build(t))}
	d.serve(t, func(*app.App) {}) // lives through its past
	d.recover(t, 0, "start", olivia, "A link goes to "+olivia)
	d.prove(t, olivia)
	d.recover(t, 0, "list", "", "Olivia Marsh <"+olivia+">: waiting", "waits until", "Northwind Bakery Ltd: no owner")
	d.recover(t, 1, "approve", olivia, "Two members of staff can approve this")
	d.recover(t, 0, "decline", olivia, "<"+olivia+">: declined", "(operator) declined on")
	d.recover(t, 0, "list", "", "Noor Haddad <"+noor+">: waiting") // of the demo's own past
	d.recover(t, 0, "decline", noor, "<"+noor+">: declined")
	d.recover(t, 0, "list", "", "Nobody waits.")
	d.recover(t, 1, "approve", olivia, "nothing of theirs waits")
	d.logged(t, olivia, activity.RecoveryDeclined)

	d.serve(t, func(a *app.App) { // one of the staff is left who could approve
		for _, email := range []string{"sam@harbour.example", "dana@harbour.example", "tom@harbour.example"} {
			person, err := a.People.Find(t.Context(), actor.NewShell("test"), email)
			if err != nil {
				t.Fatal(err)
			}
			if err := a.People.Disable(t.Context(), actor.NewShell("test"), person); err != nil {
				t.Fatal(err)
			}
		}
	})
	d.recover(t, 0, "start", priya)
	d.prove(t, priya)
	d.recover(t, 0, "approve", priya, "<"+priya+">: "+string(recovery.Waiting), "(operator) approved on")
	d.recover(t, 1, "approve", priya, "You approved this already")
	d.logged(t, priya, activity.RecoveryApproved)
}
