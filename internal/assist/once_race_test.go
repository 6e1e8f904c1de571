package assist_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/assist"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/policies"
)

// triesEach is how often each of two processes tries at once.
const triesEach = 25

func TestMain(m *testing.M) {
	testkit.Main(m, map[string]testkit.Scenario{"assist": helpNode})
}

// node is where a process finds the database and the keys.
type node struct {
	Config db.Config
	KeyDir string
}

// step is what one process does in a round, many times at once, each time with a session of its own.
type step struct {
	Do      string // begin, allow, decline, forbid, open, judge; empty: nothing
	Tokens  []string
	Account id.Account
	Contact id.Membership
	Request id.AssistRequest
	Version int64
	Offset  time.Duration
	Look    id.Look
}

// helpNode is one node of two.
func helpNode(ctx context.Context, p testkit.Process) (testkit.Work, error) {
	var n node
	if err := json.Unmarshal([]byte(p.Getenv("GATEHOUSE_TEST_NODE")), &n); err != nil {
		return nil, err
	}
	offset := &clock.Offset{}
	n.Config.Offset = offset
	accs, help, err := onNode(ctx, n)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, raw json.RawMessage) (any, error) {
		var steps [2]step
		if err := json.Unmarshal(raw, &steps); err != nil {
			return nil, err
		}
		s := steps[p.Number]
		offset.Set(s.Offset)
		return testkit.AtOnce(len(s.Tokens), func(i int) (bool, error) {
			err := s.take(ctx, accs, help, s.Tokens[i])
			if fault.KindOf(err) == fault.KindConflict {
				return false, nil
			}
			return err == nil, err
		})
	}, nil
}

func (s step) take(ctx context.Context, accs *accounts.Accounts, help *assist.Assist, token string) error {
	v, err := accs.BySession(ctx, token, s.Account, door())
	if err != nil {
		return err
	}
	switch s.Do {
	case "begin":
		return help.Begin(ctx, v.Who, s.Account, s.Contact, because())
	case "allow", "decline":
		return help.Answer(ctx, v.Who, s.Account, s.Request, s.Do == "allow")
	case "open":
		return help.Open(ctx, v.Who, s.Account, alarm("billing"))
	case "judge":
		return help.Judge(ctx, v.Who, s.Look, assist.Needed, "It was down, as they said.")
	case "forbid":
		return help.Set(ctx, v.Who, s.Account, false, s.Version)
	}
	return fmt.Errorf("no step %q", s.Do)
}

func onNode(ctx context.Context, n node) (*accounts.Accounts, *assist.Assist, error) {
	writer, reader, err := db.Open(ctx, n.Config)
	if err != nil {
		return nil, nil, err
	}
	box, err := secretbox.Open(n.KeyDir)
	if err != nil {
		return nil, nil, err
	}
	rules, err := access.New(policies.Files())
	if err != nil {
		return nil, nil, err
	}
	rules.LetStaffUseCodes()
	quiet := slog.New(slog.DiscardHandler)
	g := gate.New(writer, reader, rules, activity.New(reader, box), box, quiet)
	post := outbox.New(writer, reader, box, quiet)
	people := identity.New(g, reader, box, post, identity.Config{
		Brand: "Harbour Hosting", Hasher: passwords.NewQuickHasher(),
	})
	accs := accounts.New(g, reader, box, rules, people, post)
	return accs, assist.New(g, reader, box, people, accs, post, rules), nil
}

func twoNodes(t *testing.T, w *testkit.World) *testkit.Processes {
	t.Helper()
	cfg := w.Config
	cfg.Logger, cfg.Offset = nil, nil
	env, err := json.Marshal(node{Config: cfg, KeyDir: w.KeyDir})
	if err != nil {
		t.Fatal(err)
	}
	return testkit.Fleet(t, 2, "assist", "GATEHOUSE_TEST_NODE="+string(env))
}

// N8: what a client allows once is used once, by one of fifty sessions of the same member of staff on two nodes.
func TestRaceWhatAClientAllowsOnceIsUsedOnce(t *testing.T) {
	w := testkit.NewMariaDB(t)
	d := open(t, w)
	fleet := twoNodes(t, w)
	d.set(t, false)
	var sessions []string
	for range 2 * triesEach {
		d.fresh(t) // so that none is idle for too long
		sessions = append(sessions, d.session(t))
	}
	const rounds = 5
	for round := range rounds {
		d.SignInAgain(t, olivia)
		d.fresh(t)
		owner := d.As(t, olivia, d.northwind)
		if err := d.assist.Answer(t.Context(), owner, d.northwind, d.asked(t, sessions[0]), true); err != nil {
			t.Fatal(err)
		}
		begin := step{Do: "begin", Account: d.northwind, Contact: d.tess, Offset: w.Offset.Get()}
		one, other := begin, begin
		one.Tokens, other.Tokens = sessions[:triesEach], sessions[triesEach:]
		if n := testkit.Total(t, fleet.Round(t, [2]step{one, other})); n != 1 {
			t.Fatalf("round %d: %d act by what was allowed once", round, n)
		}
		acting := 0
		for _, token := range sessions {
			who := d.by(t, token, d.northwind)
			if !who.Assisting() {
				continue
			}
			acting++
			if err := d.assist.End(t.Context(), who); err != nil {
				t.Fatal(err)
			}
		}
		begun := d.entries(t, activity.AssistStarted)
		if used := w.Count(t, "assist_requests", "state = 'used'"); acting != 1 || used != int64(round+1) || begun != used {
			t.Fatalf("round %d: %d act, %d requests are used, %d entries", round, acting, used, begun)
		}
	}
}

// N8: an owner answers once: of fifty who allow and decline at once on two nodes one is heard, and staff act only where
// that one allowed it.
func TestRaceAnOwnersAnswerToStaff(t *testing.T) {
	w := testkit.NewMariaDB(t)
	d := open(t, w)
	fleet := twoNodes(t, w)
	d.set(t, false)
	allowed := 0
	const rounds = 10
	for round := range rounds {
		d.SignInAgain(t, olivia)
		staff := d.session(t)
		answer := step{Account: d.northwind, Request: d.asked(t, staff), Offset: w.Offset.Get()}
		for range triesEach {
			answer.Tokens = append(answer.Tokens, d.Token(t, olivia))
		}
		allow, decline := answer, answer
		allow.Do, decline.Do = "allow", "decline"
		steps := [2]step{allow, decline}
		if round%2 == 1 {
			steps = [2]step{decline, allow}
		}
		if n := testkit.Total(t, fleet.Round(t, steps)); n != 1 {
			t.Fatalf("round %d: %d answers were heard", round, n)
		}
		yes, no := d.entries(t, activity.AssistAllowed), d.entries(t, activity.AssistDeclined)
		if yes+no != int64(round+1) {
			t.Fatalf("round %d: %d entries allow and %d decline", round, yes, no)
		}
		who := d.by(t, staff, d.northwind)
		err := d.assist.Begin(t.Context(), who, d.northwind, d.tess, because())
		if (err == nil) != (yes > int64(allowed)) {
			t.Fatalf("round %d: allowed %d times, and to begin ends with %v", round, yes, err)
		}
		allowed = int(yes)
		if err == nil {
			if err := d.assist.End(t.Context(), d.by(t, staff, d.northwind)); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("%d of %d answers allowed it", allowed, rounds)
}

// N8, A6: a client forbids that staff act while one of them begins on another node: whichever is first, nobody acts
// afterwards.
func TestRaceForbiddingAgainstBeginning(t *testing.T) {
	w := testkit.NewMariaDB(t)
	d := open(t, w)
	fleet := twoNodes(t, w)
	first := 0
	const rounds = 20
	for round := range rounds {
		d.SignInAgain(t, olivia)
		if round > 0 {
			d.set(t, true)
		}
		h, err := d.assist.Help(t.Context(), d.As(t, olivia, d.northwind), d.northwind)
		if err != nil {
			t.Fatal(err)
		}
		staff := d.session(t)
		begin := step{
			Do: "begin", Tokens: []string{staff}, Account: d.northwind, Contact: d.tess, Offset: w.Offset.Get(),
		}
		forbid := begin
		forbid.Do, forbid.Tokens, forbid.Version = "forbid", []string{d.Token(t, olivia)}, h.Version
		var won [2]int
		for i, a := range fleet.Round(t, [2]step{begin, forbid}) {
			if a.Error != "" || json.Unmarshal(a.Value, &won[i]) != nil {
				t.Fatalf("round %d: %+v", round, a)
			}
		}
		if won[1] != 1 || d.by(t, staff, d.northwind).Assisting() {
			t.Fatalf("round %d: %v, and somebody acts", round, won)
		}
		if cut := d.entries(t, activity.AssistCut); cut != int64(first+won[0]) {
			t.Fatalf("round %d: %d were stopped, %d had begun", round, cut, first+won[0])
		}
		first += won[0]
	}
	t.Logf("%d of %d began first", first, rounds)
}

// A10: of fifty tries on two nodes one opens what another department sees, and of fifty that judge it one is heard.
func TestRaceAnEmergencyIsOpenedAndJudgedOnce(t *testing.T) {
	w := testkit.NewMariaDB(t)
	d := open(t, w)
	fleet := twoNodes(t, w)
	token := d.session(t)
	d.fresh(t)
	begin := step{Do: "open", Account: d.northwind, Offset: w.Offset.Get()}
	for range triesEach {
		begin.Tokens = append(begin.Tokens, token)
	}
	if n := testkit.Total(t, fleet.Round(t, [2]step{begin, begin})); n != 1 {
		t.Fatalf("it was opened %d times", n)
	}
	officer := d.colleague(t, dana, "privacy")
	list, _, err := d.assist.Emergencies(t.Context(), officer, true, id.Look{})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d wait: %v", len(list), err)
	}
	// The same session, now somebody else's seat: what is raced for is the case, not who they are.
	d.exec(t, "UPDATE staff_members SET department = 'privacy' WHERE department = 'support'")
	d.exec(t, "UPDATE emergencies SET staff_id = (SELECT id FROM persons WHERE id NOT IN "+
		"(SELECT person_id FROM staff_members) LIMIT 1)")
	judge := begin
	judge.Do, judge.Look = "judge", list[0].ID
	if n := testkit.Total(t, fleet.Round(t, [2]step{judge, judge})); n != 1 {
		t.Fatalf("it was judged %d times", n)
	}
	if o, c := d.entries(t, activity.EmergencyOpened), d.entries(t, activity.EmergencyClosed); o != 1 || c != 1 {
		t.Fatalf("%d openings and %d judgements in the client’s log", o, c)
	}
}
