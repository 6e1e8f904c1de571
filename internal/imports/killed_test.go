package imports_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/gate"
	"gatehouse/internal/imports"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/policies"
)

const workerVariable = "GATEHOUSE_TEST_IMPORT_WORKER"

// place is what another process needs to go on with an import.
type place struct {
	Config db.Config
	Keys   string
	Later  time.Duration // by how much its clock is ahead
}

// TestMain is the worker where this process was started as one, and the tests otherwise.
func TestMain(m *testing.M) {
	text := os.Getenv(workerVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	if err := worker(context.Background(), text); err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// worker takes one turn of the job.
func worker(ctx context.Context, text string) error {
	var at place
	if err := json.Unmarshal([]byte(text), &at); err != nil {
		return err
	}
	w := &testkit.World{Offset: &clock.Offset{}, Logger: slog.New(slog.DiscardHandler)}
	w.Offset.Advance(at.Later)
	at.Config.Offset, at.Config.Logger = w.Offset, w.Logger
	var err error
	if w.Writer, w.Reader, err = db.Open(ctx, at.Config); err != nil {
		return err
	}
	if w.Box, err = secretbox.Open(at.Keys); err != nil {
		return err
	}
	if w.Access, err = access.New(policies.Files()); err != nil {
		return err
	}
	w.Log = activity.New(w.Reader, w.Box)
	w.Gate = gate.New(w.Writer, w.Reader, w.Access, w.Log, w.Box, w.Logger)
	w.Outbox = outbox.New(w.Writer, w.Reader, w.Box, w.Logger)
	return roomsOf(w).imports.Work(ctx)
}

// begin starts such a process.
func (h *house) begin(t *testing.T) *exec.Cmd {
	t.Helper()
	at := place{Config: h.Config, Keys: h.KeyDir, Later: time.Until(h.Now(t))}
	at.Config.Offset, at.Config.Logger = nil, nil
	text, err := json.Marshal(at)
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env, cmd.Stderr = append(os.Environ(), workerVariable+"="+string(text)), os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// killedOnTheWay has n clients brought over by processes that are killed so often, and by one that is not.
func (h *house) killedOnTheWay(t *testing.T, n, kills int) {
	t.Helper()
	one := h.look(t, imports.Clients, true, theClients(n))
	if err := h.imports.Start(t.Context(), h.root, one.ID); err != nil {
		t.Fatal(err)
	}
	for k := range kills {
		cmd := h.begin(t)
		for until := int64((k*n)/(kills+1) + n/(3*kills)); h.Count(t, "accounts", "1 = 1") < until; {
			time.Sleep(2 * time.Millisecond)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
		h.Offset.Advance(2 * time.Minute)
		t.Logf("killed when %d of %d clients were there, of which %d were written down", h.Count(t, "accounts", "1 = 1"), n,
			h.Count(t, "import_rows", "state = 'made'"))
	}
	begin := time.Now()
	before := h.Count(t, "accounts", "1 = 1")
	if err := h.begin(t).Wait(); err != nil {
		t.Fatal(err)
	}
	took := time.Since(begin)
	t.Logf("%.0f clients a second", float64(int64(n)-before)/took.Seconds())
	h.onceEach(t, n)
}

// onceEach wants every client once, with one invitation, one mail and a whole log.
func (h *house) onceEach(t *testing.T, n int) {
	t.Helper()
	for what, got := range map[string]int64{
		"accounts":    h.Count(t, "accounts", "1 = 1"),
		"invitations": h.Count(t, "invitations", "1 = 1"),
		"addresses":   h.Count(t, "(SELECT DISTINCT email_index FROM invitations) x", "1 = 1"),
		"mails":       h.Count(t, "outbox", "kind = 'mail.invitation'"),
		"keys":        h.Count(t, "import_keys", "made_at IS NOT NULL"),
		"lines":       h.Count(t, "import_rows", "state = 'made'"),
		"counted":     h.Count(t, "imports", "state = 'done' AND failed = 0 AND made = fresh") * int64(n),
	} {
		if got != int64(n) {
			t.Errorf("%s: %d, not %d", what, got, n)
		}
	}
	r, err := h.Log.Verify(t.Context(), activity.Check{})
	if err != nil || !r.OK() {
		t.Errorf("the log: %+v, %v", r, err)
	}
}

// An import that is killed on the way goes on without making anything twice.
func TestAKilledImportGoesOn(t *testing.T) {
	each(t, func(t *testing.T, h *house) { h.killedOnTheWay(t, 330, 3) })
}

// Two nodes never work on the same import: the second one finds it held and makes nothing.
func TestTwoNodesDoNotShareAnImport(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		one := h.look(t, imports.Clients, true, theClients(60))
		if err := h.imports.Start(t.Context(), h.root, one.ID); err != nil {
			t.Fatal(err)
		}
		nodes := []*exec.Cmd{h.begin(t), h.begin(t), h.begin(t)}
		for _, node := range nodes {
			if err := node.Wait(); err != nil {
				t.Error(err)
			}
		}
		h.onceEach(t, 60)
	})
}

// Whoever stops an import finds it stopped, and goes on with it later.
func TestAnImportIsStoppedAndGoneOnWith(t *testing.T) {
	const many = 600 // a quick machine makes hundreds before the stop has its turn
	each(t, func(t *testing.T, h *house) {
		one := h.look(t, imports.Clients, true, theClients(many))
		if err := h.imports.Start(t.Context(), h.root, one.ID); err != nil {
			t.Fatal(err)
		}
		worked := make(chan error, 1)
		go func() { worked <- h.imports.Work(t.Context()) }() // here, where whoever writes has their turn
		for h.Count(t, "accounts", "1 = 1") < 20 {
			time.Sleep(2 * time.Millisecond)
		}
		if err := h.imports.Stop(t.Context(), h.root, one.ID); err != nil {
			t.Fatal(err)
		}
		if err := <-worked; err != nil {
			t.Fatal(err)
		}
		if n := h.Count(t, "accounts", "1 = 1"); n >= many {
			t.Errorf("%d were made", n)
		}
		if err := h.imports.Start(t.Context(), h.root, one.ID); err != nil {
			t.Fatal(err)
		}
		h.work(t)
		h.onceEach(t, many)
	})
}
