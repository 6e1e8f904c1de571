package identity_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/testkit"
)

// triesEach is how often each of two processes tries at once.
const triesEach = 25

// onceJob is something that works once.
type onceJob struct {
	Person  id.Person
	Session id.Session
	Token   string
	Halves  []string // half sessions, one for each try
	Offset  time.Duration
}

// onceNode is one node of two: it tries the same many times at once and says how many tries won.
func onceNode(
	try func(ctx context.Context, people *identity.People, job onceJob, i int) (bool, error),
) testkit.Scenario {
	return func(ctx context.Context, p testkit.Process) (testkit.Work, error) {
		var nodes []node
		if err := json.Unmarshal([]byte(p.Getenv("GATEHOUSE_TEST_NODES")), &nodes); err != nil {
			return nil, err
		}
		offset := &clock.Offset{}
		people, err := onNode(ctx, nodes[p.Number], offset)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, raw json.RawMessage) (any, error) {
			var job onceJob
			if err := json.Unmarshal(raw, &job); err != nil {
				return nil, err
			}
			offset.Set(job.Offset)
			return testkit.AtOnce(triesEach, func(i int) (bool, error) {
				return try(ctx, people, job, p.Number*triesEach+i)
			})
		}, nil
	}
}

// twoNodes starts two processes over the database of a world.
func twoNodes(t *testing.T, w *testkit.World, scenario string) *testkit.Processes {
	t.Helper()
	cfg := w.Config
	cfg.Logger, cfg.Offset = nil, nil
	env, err := json.Marshal([]node{{Config: cfg, KeyDir: w.KeyDir}, {Config: cfg, KeyDir: w.KeyDir}})
	if err != nil {
		t.Fatal(err)
	}
	return testkit.Fleet(t, 2, scenario, "GATEHOUSE_TEST_NODES="+string(env))
}

// unless drops the error with which a try that is too late ends.
func unless(err error, late fault.Kind) error {
	if fault.KindOf(err) == late {
		return nil
	}
	return err
}

func useCode(ctx context.Context, people *identity.People, job onceJob, _ int) (bool, error) {
	who := actor.Enter(actor.Details{Kind: actor.Person, Person: job.Person, Name: "Olivia Marsh", Session: job.Session})
	err := people.UseCode(ctx, who, job.Token)
	return err == nil, unless(err, fault.KindInvalid)
}

// signInByCode shows a code in a half session of its own. Most of fifty have to wait: the tries before them failed.
func signInByCode(ctx context.Context, people *identity.People, job onceJob, i int) (bool, error) {
	_, err := people.SecondFactor(ctx, stranger(), job.Halves[i], factors.Code(job.Token))
	if fault.KindOf(err) == fault.KindLimited {
		return false, nil
	}
	return err == nil, unless(err, fault.KindInvalid)
}

func useRecoveryCode(ctx context.Context, people *identity.People, job onceJob, _ int) (bool, error) {
	who := actor.Enter(actor.Details{Kind: actor.Person, Person: job.Person, Name: "Olivia Marsh", Session: job.Session})
	err := people.UseRecoveryCode(ctx, who, job.Token)
	return err == nil, unless(err, fault.KindInvalid)
}

func resetPassword(ctx context.Context, people *identity.People, job onceJob, i int) (bool, error) {
	err := people.ResetPassword(ctx, fromNetwork(byte(i)), job.Token, newPassphrase)
	return err == nil, unless(err, fault.KindConflict)
}

// comeBackRemembered goes on after the right password: whoever is too late is asked for the second step.
func comeBackRemembered(ctx context.Context, people *identity.People, job onceJob, _ int) (bool, error) {
	out, err := people.PasswordProved(ctx, in(job.Token), oliviasEmail)
	return out.Token != "", err
}

// S6, S7: of fifty uses of one step's code at once on two nodes one is accepted, in every round: where nothing but the
// step decides, and in as many half sessions, with the count of tries before it.
func TestRaceACodeOnTwoNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	h := open(w)
	person, secret := enrolled(t, h)
	who := h.signIn(t, oliviasEmail, secret)
	alone, signIns := twoNodes(t, w, "code"), twoNodes(t, w, "sign-in")
	before := h.sessionOf(t, person)
	const rounds = 5
	for round := range rounds {
		h.nextStep()
		job := onceJob{Person: person, Session: who.Session, Token: h.code(t, secret), Offset: w.Offset.Get()}
		if n := testkit.Total(t, alone.Round(t, job)); n != 1 {
			t.Fatalf("round %d: %d uses of one step were accepted", round, n)
		}
		h.Offset.Advance(time.Hour) // whoever had to wait need not any more
		for range 2 * triesEach {
			job.Halves = append(job.Halves, h.half(t))
		}
		job.Token, job.Offset = h.code(t, secret), w.Offset.Get()
		if n := testkit.Total(t, signIns.Round(t, job)); n != 1 {
			t.Fatalf("round %d: %d half sessions were completed by one code", round, n)
		}
	}
	if n := h.sessionOf(t, person) - before; n != rounds {
		t.Errorf("%d sessions were begun in %d rounds", n, rounds)
	}
}

// S8: of fifty uses of a recovery code at once on two nodes one is accepted, of every code.
func TestRaceARecoveryCodeOnTwoNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	h := open(w)
	who, _, codes := withCodes(t, h)
	fleet := twoNodes(t, w, "recovery-code")
	job := onceJob{Person: who.Person, Session: who.Session, Offset: w.Offset.Get()}
	for i, code := range codes {
		job.Token = code
		if n := testkit.Total(t, fleet.Round(t, job)); n != 1 {
			t.Fatalf("%d uses of code %d were accepted", n, i)
		}
		if n := w.Count(t, "recovery_codes", "used_at IS NOT NULL"); n != int64(i+1) {
			t.Fatalf("%d codes are used after %d", n, i+1)
		}
	}
}

// S14: of fifty uses of a link for a new password at once on two nodes one sets it.
func TestRaceALinkForAPasswordOnTwoNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	h := open(w)
	person := h.olivia(t)
	fleet := twoNodes(t, w, "reset")
	const rounds = 5
	for round := range rounds {
		token := h.forgot(t, oliviasEmail, 1)[0].Token
		if n := testkit.Total(t, fleet.Round(t, onceJob{Token: token, Offset: w.Offset.Get()})); n != 1 {
			t.Fatalf("round %d: %d passwords were set", round, n)
		}
		h.Offset.Advance(time.Hour) // so often may a link be asked for
	}
	if n := w.Count(t, "entries", "chain = ? AND action = ?",
		id.PersonScope(person).Bytes(), string(activity.PasswordReset)); n != rounds {
		t.Errorf("%d entries of %d links", n, rounds)
	}
}

// S13: of fifty sign-ins at once on two nodes in a remembered browser one passes by the second step, in every round.
func TestRaceARememberedDeviceOnTwoNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	h := open(w)
	person, secret, browser := remembered(t, h)
	fleet := twoNodes(t, w, "device")
	before := h.sessionOf(t, person)
	const rounds = 10
	for round := range rounds {
		if n := testkit.Total(t, fleet.Round(t, onceJob{Token: browser, Offset: w.Offset.Get()})); n != 1 {
			t.Fatalf("round %d: %d passed by the second step", round, n)
		}
		out, err := h.people.SecondFactorRemembering(t.Context(), newcomer(), h.half(t), factors.Code(h.code(t, secret)))
		if err != nil {
			t.Fatal(err)
		}
		browser = out.Browser
		h.nextStep()
	}
	if n := h.sessionOf(t, person) - before; n != 2*rounds {
		t.Errorf("%d sessions were begun in %d rounds", n, rounds)
	}
}
