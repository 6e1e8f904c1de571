package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
)

// quiet are the forms that leave no entry when they are answered well, each with the reason: what they change is
// nothing that anybody looks for in a log, or somebody else's form writes it down.
func quiet() map[string]string {
	const asks = "asks a browser for a key; the answer leaves the entry"
	return map[string]string{
		"POST /sign-in/passkey/ask":          asks,
		"POST /me/security/keys/new/ask":     asks,
		"POST /me/security/keys/:factor/ask": asks,
		"POST /me/security/passkeys/new/ask": asks,
		"POST /sign-in/second-factor/key":    asks,
		"POST /me/confirm/key":               asks,
		"POST /forgot-password": "leaves a message, so that the answer is the same for whoever is unknown; " +
			"delivering it writes password.reset_asked",
		"POST /status/mails": "leaves a message, so that the answer is the same for whoever gets these mails; what an " +
			"address then wants, and wants no more, is written down",
		"POST /me/stay":                         "keeps the session awake; when it was last seen is no event",
		"POST /me/security/start/later":         "puts off a suggestion, by a cookie",
		"POST /me/security/recovery-codes/file": "gives as a file what the page shows; that was written down",
	}
}

// walks go through all forms, in this order, in one house. Each new form of the portal belongs into one of them.
func walks() []struct {
	name string
	walk func(w *walker)
} {
	return []struct {
		name string
		walk func(w *walker)
	}{
		{"a question to the owner", (*walker).asksTheOwner},
		{"signing in", (*walker).signsIn},
		{"one's own factors", (*walker).changesFactors},
		{"one's own sign-in", (*walker).changesSignIn},
		{"mails", (*walker).choosesMails},
		{"an account", (*walker).runsAnAccount},
		{"teams", (*walker).worksAsATeam},
		{"streams of the log", (*walker).sendsItsLog},
		{"a review of access", (*walker).reviewsAccess},
		{"roles", (*walker).makesRoles},
		{"help by staff", (*walker).actsForSomebody},
		{"emergency access", (*walker).emergencies},
		{"notes of staff", (*walker).pinsNotes},
		{"services and money", (*walker).buys},
		{"the provider", (*walker).provides},
		{"the staff", (*walker).staffs},
		{"policies", (*walker).followsPolicies},
		{"imports", (*walker).bringsOver},
		{"settings", (*walker).decidesSettings},
		{"servers", (*walker).keepsServers},
		{"orders", (*walker).orders},
		{"domains", (*walker).changesDomains},
		{"bills", (*walker).bills},
		{"charges", (*walker).charges},
		{"the status page", (*walker).tellsTheStatus},
		{"another owner", (*walker).handsOver},
		{"ways back", (*walker).findsBack},
		{"a doing that was not theirs", (*walker).deniesADoing},
	}
}

// L1, L2: whatever changes something leaves an entry. Every form of the route table is sent as somebody may send it,
// and every job is run; each transaction that changed a table has written into the log, and what each form leaves there
// is held against a file that a reviewer can read.
func TestEveryFormAndJobLeavesItsEntry(t *testing.T) {
	t.Parallel()
	w := newWalker(t)
	for _, one := range walks() {
		one.walk(w)
	}
	var b strings.Builder
	for _, r := range w.routes {
		if r.Method != http.MethodPost {
			continue
		}
		left := slices.Sorted(maps.Keys(w.seen[line(r)]))
		reason, quietly := quiet()[line(r)]
		switch {
		case w.seen[line(r)] == nil:
			t.Errorf("%s: nobody sends this form. Send it in one of walks(), as somebody who may, with what they would type, "+
				"and look at the actions that it leaves in the log.", line(r))
		case len(left) == 0 && !quietly:
			t.Errorf("%s leaves no entry. Return g.Entry(…) from its gate.Change, or give the reason in quiet().", line(r))
		case len(left) > 0 && quietly:
			t.Errorf("%s leaves %v; take it out of quiet() (%s).", line(r), left, reason)
		}
		fmt.Fprintf(&b, "%-66s %s\n", line(r), strings.Join(left, ", "))
	}
	for _, job := range w.Jobs() {
		w.Offset.Advance(jobsLater)
		left := w.during(t.Context(), "the job “"+job.Name+"”", func() { w.must(job.Run(t.Context())) })
		fmt.Fprintf(&b, "%-66s %s\n", "job "+job.Name, strings.Join(slices.Sorted(maps.Keys(left)), ", "))
	}
	for _, bad := range w.heard.bad {
		t.Errorf("%s, and committed no entry", bad)
	}
	compareGolden(t, "entries.golden", b.String())
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	golden := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	wanted := strings.Split(string(want), "\n")
	for line := range strings.SplitSeq(got, "\n") {
		if !slices.Contains(wanted, line) {
			t.Errorf("%s does not have the line, run with -update and read the difference:\n%s", golden, line)
		}
	}
}

// L1: the catalogue holds no action that nothing produces: each is named by code that is no test and does not only
// show it.
func TestEveryActionIsProduced(t *testing.T) {
	t.Parallel()
	names, made := catalogueNames(t), producers(t)
	for _, m := range activity.Catalogue() {
		name, ok := names[m.Action]
		if !ok {
			t.Errorf("%s has no constant in internal/activity", m.Action)
			continue
		}
		if !made["activity."+name] {
			t.Errorf("nothing ever writes %s (activity.%s): let the code that does it write it, or take it out", m.Action, name)
		}
	}
}

// L1, L7: whatever staff look at is in a log: that of the client whom it concerns, or the provider's; once for each
// permission and half hour. Every page of staff is opened, whichever there are.
func TestWhatStaffLookAtIsInTheLog(t *testing.T) {
	t.Parallel()
	w := newWalker(t)
	for _, r := range w.routes {
		if r.Method != http.MethodGet || !r.Verb.IsStaff() || !r.Verb.Reads() {
			continue
		}
		w.Offset.Advance(jobsLater)
		path, shown := w.here.fill(w.here.account, r.Path), 0
		left := w.during(t.Context(), line(r), func() {
			v := w.as("administrator@harbour.example") // who lands on the first of these pages
			shown = v.Get(path).Status
			v.Get(path)
		})
		if shown == http.StatusNotFound && strings.HasPrefix(r.Path, "/staff/cases/:") {
			continue // there is no case to look at
		}
		if !left[string(activity.DataViewed)] && !left[string(activity.LogViewed)] {
			t.Errorf("%s leaves %v", line(r), left)
		}
		if !strings.Contains(r.Path, ":account") {
			continue
		}
		page, err := w.Log.Page(t.Context(), id.AccountScope(w.here.account), activity.Filter{Kind: actor.Staff})
		w.must(err)
		looks := 0
		for _, e := range page.Entries {
			if e.Verb == r.Verb && e.Action != activity.LookBegun && e.Occurred.After(w.portal.Now(t).Add(-jobsLater/2)) {
				looks++
			}
		}
		if looks != 1 {
			t.Errorf("%s: the client reads of %d looks for %s", line(r), looks, r.Verb)
		}
	}
}

// L1: who guesses at an address that nobody has is in the provider's log, and at one that somebody has in that
// person's: in few entries with a count, however often they try.
func TestGuessesReachALogInBatches(t *testing.T) {
	t.Parallel()
	w := newWalker(t)
	v := w.visit()
	for _, email := range []string{"nobody@here.example", "owner@here.example"} {
		for range 4 {
			v.Get("/sign-in")
			v.Submit("/sign-in", typed("email", email, "password", "a guess that is wrong")).
				Is(t, http.StatusUnprocessableEntity)
		}
	}
	w.Offset.Advance(2 * time.Minute)
	_, err := w.Gate.Flush(t.Context())
	w.must(err)
	person, err := w.People.Find(t.Context(), actor.NewShell("root"), "owner@here.example")
	w.must(err)
	for _, chain := range []id.Scope{id.ProviderScope(), id.PersonScope(person)} {
		page, err := w.Log.Page(t.Context(), chain, activity.Filter{Action: activity.SignInFailed})
		w.must(err)
		if len(page.Entries) != 1 || page.Entries[0].Count != 4 {
			t.Errorf("%s has %d entries of the guesses, %+v", chain, len(page.Entries), page.Entries)
		}
	}
}
