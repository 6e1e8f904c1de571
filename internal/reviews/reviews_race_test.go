package reviews_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/reviews"
	"gatehouse/internal/teams"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
	"gatehouse/policies"
)

// rounds is how often each race is run.
const rounds = 60

func TestMain(m *testing.M) {
	testkit.Main(m, map[string]testkit.Scenario{"reviews": reviewsNode})
}

// task is what one process does in a round.
type task struct {
	Job     bool   // run the job
	Token   string // or: answer as the person with this session
	Account id.Account
	Review  id.Review
	Subject id.Subject
	Answer  reviews.Answer
}

// node is where a process finds the database and the keys.
type node struct {
	Config db.Config
	KeyDir string
}

// reviewsNode is one node of several.
func reviewsNode(ctx context.Context, p testkit.Process) (testkit.Work, error) {
	var n node
	if err := json.Unmarshal([]byte(p.Getenv("GATEHOUSE_TEST_NODE")), &n); err != nil {
		return nil, err
	}
	rooms, room, err := onNode(ctx, n)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, raw json.RawMessage) (any, error) {
		var tasks []task
		if err := json.Unmarshal(raw, &tasks); err != nil {
			return nil, err
		}
		err := perform(ctx, rooms, room, tasks[p.Number])
		if kind := fault.KindOf(err); err != nil && kind != fault.KindUnknown {
			return kind, nil
		}
		return "", err
	}, nil
}

func perform(ctx context.Context, rooms *accounts.Accounts, room *reviews.Reviews, do task) error {
	if do.Job {
		return room.Round(ctx)
	}
	v, err := rooms.BySession(ctx, do.Token, do.Account, door())
	if err != nil {
		return err
	}
	return room.Answer(ctx, v.Who, do.Account, do.Review, do.Subject, do.Answer)
}

func onNode(ctx context.Context, n node) (*accounts.Accounts, *reviews.Reviews, error) {
	n.Config.Offset = &clock.Offset{}
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
	quiet := slog.New(slog.DiscardHandler)
	g := gate.New(writer, reader, rules, activity.New(reader, box), box, quiet)
	post := outbox.New(writer, reader, box, quiet)
	people := identity.New(g, reader, box, post, identity.Config{
		Brand: "Harbour Hosting", Hasher: passwords.NewQuickHasher(),
	})
	rooms := accounts.New(g, reader, box, rules, people, post)
	return rooms, reviews.New(g, reader, box, rules, rooms, teams.New(g, reader, box, rules, rooms, post), post), nil
}

func fleet(t *testing.T, w *testkit.World) *testkit.Processes {
	t.Helper()
	cfg := w.Config
	cfg.Logger, cfg.Offset = nil, nil
	env, err := json.Marshal(node{Config: cfg, KeyDir: w.KeyDir})
	if err != nil {
		t.Fatal(err)
	}
	return testkit.Fleet(t, 2, "reviews", "GATEHOUSE_TEST_NODE="+string(env))
}

func kinds(t *testing.T, answers []testkit.Answer) []fault.Kind {
	t.Helper()
	var out []fault.Kind
	for _, a := range answers {
		var kind fault.Kind
		if a.Error != "" {
			t.Fatalf("process %d: %s", a.Process, a.Error)
		}
		if err := json.Unmarshal(a.Value, &kind); err != nil {
			t.Fatal(err)
		}
		out = append(out, kind)
	}
	return out
}

// Two reviewers answer the same row on two nodes: the first answer counts, and the other is told.
func TestRaceTwoReviewersAnswerOneRow(t *testing.T) {
	w := testkit.NewMariaDB(t)
	h := open(t, w)
	h.join(t, ben, role("billing"))
	h.join(t, tess, role(access.RoleOwner))
	review := h.start(t, olivia)
	tokens := []string{h.token(t, olivia), h.token(t, tess)}
	processes := fleet(t, w)
	for round := range rounds {
		row := h.row(t, olivia, review, ben)
		var tasks []task
		for i, v := range []reviews.Verdict{reviews.Keep, reviews.Remove} {
			tasks = append(tasks, task{
				Token: tokens[i], Account: h.account, Review: review, Subject: row.Subject,
				Answer: reviews.Answer{Verdict: v, Version: row.Version, Seen: row.Contact.Version},
			})
		}
		fared := kinds(t, processes.Round(t, tasks))
		after := h.row(t, olivia, review, ben)
		won := 0
		if fared[1] == "" {
			won = 1
		}
		if fared[won] != "" || fared[1-won] != fault.KindConflict || after.Verdict != tasks[won].Answer.Verdict ||
			after.Version != row.Version+1 {
			t.Fatalf("round %d: %v led to %s, version %d", round, fared, after.Verdict, after.Version)
		}
	}
}

// A4, A11: the job closes a review while a reviewer answers the last row: either the answer counts and the person
// stays, or they are suspended and the reviewer is told.
func TestRaceTheJobSuspendsAgainstAnAnswer(t *testing.T) {
	w := testkit.NewMariaDB(t)
	h := open(t, w)
	h.join(t, ben, role("billing"))
	token := h.token(t, olivia)
	processes := fleet(t, w)
	answered, suspended := 0, 0
	for round := range rounds {
		review := h.start(t, olivia)
		h.isOver(t, review)
		row := h.row(t, olivia, review, ben)
		fared := kinds(t, processes.Round(t, []task{{Job: true}, {
			Token: token, Account: h.account, Review: review, Subject: row.Subject,
			Answer: reviews.Answer{Verdict: reviews.Keep, Version: row.Version, Seen: row.Contact.Version},
		}}))
		_, _, rows := h.record(t, review)
		now := h.contacts(t)
		switch {
		case fared[0] != "" || now[olivia].Suspended:
			t.Fatalf("round %d: %v", round, fared)
		case fared[1] == "" && rows[ben].Outcome == "Kept" && !now[ben].Suspended:
			answered++
		case fared[1] == fault.KindConflict && rows[ben].Decision == "" && now[ben].Suspended:
			suspended++
			h.must(t, h.accounts.Restore(t.Context(), h.as(t, olivia), h.account, now[ben].ID))
		default:
			t.Fatalf("round %d: %v, and the record says %+v", round, fared, rows[ben])
		}
	}
	t.Logf("%d answers came first, %d suspensions", answered, suspended)
}

// isOver makes the review one whose time is over and of which everybody was told.
func (h *house) isOver(t testing.TB, review id.Review) {
	t.Helper()
	err := h.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ReviewsRun, id.AccountScope(h.account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			err := g.On(tx.Table("reviews")).Where("id = ?", review).
				Updates(map[string]any{"told": 4, "next_word": nil, "closes_at": db.At(g.Now())}).Error
			return g.Entry(activity.ReviewReminded, activity.Details{}), err
		})
	h.must(t, err)
}
