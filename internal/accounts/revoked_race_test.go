package accounts_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// A7, R6: an administrator invites on one node while an owner demotes them on another. Whichever is first, nobody joins
// by it afterwards.
func TestRaceDemotionAgainstInvitation(t *testing.T) {
	w := testkit.NewMariaDB(t)
	raceDemotion(t, w, []db.Config{w.Config, w.Config})
}

func raceDemotion(t *testing.T, w *testkit.World, configs []db.Config) {
	t.Helper()
	h, account := guests(t, w)
	processes := fleetOf(t, "people", w, configs)
	c := h.contact(t, account, olivia, adam)
	give := func(role string) step {
		c.Version++
		return step{
			Do: "give", Token: h.tokens[olivia], Account: account, Contact: c.ID, Role: role, Version: c.Version - 1,
		}
	}
	invited := 0
	for round := range tries {
		h.freshly(t, account, round)
		fared := kinds(t, processes.Round(t, []step{
			{Do: "invite", Token: h.tokens[adam], Account: account, Email: carl, Role: "technical"}, give("billing"),
		}))
		if fared[1] != "" || fared[0] != "" && fared[0] != fault.KindDenied {
			t.Fatalf("round %d: %v", round, fared)
		}
		if fared[0] == "" {
			invited++
			secret := h.mail(t, carl).Token
			_, err := h.accounts.Accept(t.Context(), h.as(t, carl, id.Account{}), secret, accounts.Acceptance{})
			kindIs(t, "invited by somebody who was demoted", err, fault.KindConflict)
		}
		if h.cleared(t, account) {
			t.Fatalf("round %d: somebody joined", round)
		}
		if fared := kinds(t, processes.Round(t, []step{{}, give("administrator")})); fared[1] != "" {
			t.Fatalf("round %d: %v", round, fared)
		}
	}
	t.Logf("%d of %d invited first, the others were demoted first", invited, tries)
}

// A7, R6: somebody accepts on one node while the one who invited them is demoted on another: they are in only if they
// came first, as the log of the account says.
func TestRaceDemotionAgainstAcceptance(t *testing.T) {
	w := testkit.NewMariaDB(t)
	raceDemotionAndAcceptance(t, w, []db.Config{w.Config, w.Config})
}

func raceDemotionAndAcceptance(t *testing.T, w *testkit.World, configs []db.Config) {
	t.Helper()
	h, account := guests(t, w)
	processes := fleetOf(t, "people", w, configs)
	c := h.contact(t, account, olivia, adam)
	came := 0
	for round := range tries {
		h.freshly(t, account, round)
		_, secret := h.invited(t, h.as(t, adam, account), account)
		fared := kinds(t, processes.Round(t, []step{
			{Do: "accept", Token: h.tokens[carl], Secret: secret},
			{Do: "give", Token: h.tokens[olivia], Account: account, Contact: c.ID, Role: "billing", Version: c.Version},
		}))
		if fared[1] != "" || fared[0] != "" && fared[0] != fault.KindConflict {
			t.Fatalf("round %d: %v", round, fared)
		}
		var last []activity.Action // of the two, the newest first
		for _, e := range h.entries(t, id.AccountScope(account))[:2] {
			last = append(last, e.Action)
		}
		joined := h.cleared(t, account)
		first := slices.Equal(last, []activity.Action{activity.ContactRoleChanged, activity.ContactJoined})
		if joined != (fared[0] == "") || joined != first {
			t.Fatalf("round %d: joined %v: %v, the log says %v", round, joined, fared, last)
		}
		if joined {
			came++
		}
		again := step{
			Do: "give", Token: h.tokens[olivia], Account: account, Contact: c.ID, Role: "administrator", Version: c.Version + 1,
		}
		if fared := kinds(t, processes.Round(t, []step{{}, again})); fared[1] != "" {
			t.Fatalf("round %d: %v", round, fared)
		}
		c.Version += 2
	}
	t.Logf("%d of %d came first", came, tries)
}

// A6: a role that is edited on one node holds at the next request on the other, which has just answered by the old one.
func TestRaceARoleEditOnTwoNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	raceRoleEdit(t, w, []db.Config{w.Config, w.Config})
}

func raceRoleEdit(t *testing.T, w *testkit.World, configs []db.Config) {
	t.Helper()
	h, account := guests(t, w)
	d := draft("Helper", verb.ContactsView)
	h.join(t, account, olivia, ben, h.made(t, account, olivia, d))
	h.as(t, ben, account)
	processes := fleetOf(t, "people", w, configs)
	stale := 0
	for round := range tries {
		h.freshly(t, account, round)
		verbs, want := verb.WithNeeds([]verb.Verb{verb.TicketsView}), fault.KindDenied
		if round%2 == 1 {
			verbs, want = verb.WithNeeds([]verb.Verb{verb.ContactsView}), ""
		}
		use := step{Do: "use", Token: h.tokens[ben], Account: account}
		kinds(t, processes.Round(t, []step{{}, use})) // the old role is at hand there
		edit := step{
			Do: "edit", Token: h.tokens[olivia], Account: account, OwnRole: d.Key, Verbs: verbs, Version: int64(round) + 1,
		}
		if fared := kinds(t, processes.Round(t, []step{edit, {}})); fared[0] != "" {
			t.Fatalf("round %d: %v", round, fared)
		}
		if fared := kinds(t, processes.Round(t, []step{{}, use})); fared[1] != want {
			stale++
		}
	}
	if t.Logf("%d of %d next requests went by the old role", stale, tries); stale > 0 {
		t.Error("an edited role still held on the other node")
	}
}

// A6: access that an owner ends on one node for a moment to come ends on the other at that moment, by the database's
// time: no request at or after it is let in, and none before it refused.
func TestRaceAnEndDateOnTwoNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	raceEndDate(t, w, []db.Config{w.Config, w.Config})
}

func raceEndDate(t *testing.T, w *testkit.World, configs []db.Config) {
	t.Helper()
	h, account := guests(t, w)
	h.join(t, account, olivia, ben, role("auditor"))
	h.as(t, ben, account)
	c := h.contact(t, account, olivia, ben)
	processes := fleetOf(t, "people", w, configs)
	var widest time.Duration
	const ends = 5
	for round := range ends {
		until := w.Now(t).Add(1500 * time.Millisecond).Truncate(time.Millisecond)
		end := step{
			Do: "give", Token: h.tokens[olivia], Account: account, Contact: c.ID, Role: "auditor", Ends: until,
			Version: c.Version + int64(round),
		}
		if fared := kinds(t, processes.Round(t, []step{end, {}})); fared[0] != "" {
			t.Fatalf("round %d: %v", round, fared)
		}
		answers := processes.Round(t, []step{{}, {Do: "wait", Token: h.tokens[ben], Account: account}})
		var seen refusedAt
		if answers[1].Error != "" || json.Unmarshal(answers[1].Value, &seen) != nil {
			t.Fatalf("round %d: %s %s", round, answers[1].Error, answers[1].Value)
		}
		if !seen.Allowed.Before(until) || seen.Refused.Before(until) {
			t.Errorf("round %d: ends %v, last let in %v, first refused %v", round, until, seen.Allowed, seen.Refused)
		}
		widest = max(widest, seen.Refused.Sub(until))
	}
	t.Logf("the first refusal came at most %v after the end", widest)
}
