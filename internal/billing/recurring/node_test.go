package recurring_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/policies"
)

const nodeVariable = "GATEHOUSE_INVOICE_NODE"

// node is where a process finds the database, the keys and the time.
type node struct {
	Config db.Config
	KeyDir string
	Ahead  time.Duration // of the real time
}

func TestMain(m *testing.M) {
	if text := os.Getenv(nodeVariable); text != "" && os.Getenv("GATEHOUSE_INVOICE_ALONE") != "" {
		if err := runAlone(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	testkit.Main(m, map[string]testkit.Scenario{"invoices": invoicesNode})
}

// runAlone is a process that runs the job and is killed in the middle.
func runAlone(text string) error {
	r, err := onNode(context.Background(), text)
	if err != nil {
		return err
	}
	ctx := context.Background()
	if point := os.Getenv(pointVariable); point != "" {
		ctx = testkit.KillBefore(ctx, point, thirdAccount)
	}
	return r.recurring.Work(ctx)
}

// pointVariable names a statement before which a run is killed, when it comes to its third account.
const (
	pointVariable = "GATEHOUSE_INVOICE_POINT"
	thirdAccount  = 3
)

// runPoints are the named points of an invoice run, in their order.
func runPoints() []string {
	return []string{
		"UPDATE charges", "INSERT INTO invoices", "INSERT INTO invoice_lines", "UPDATE invoice_series",
		"INSERT INTO vat_totals", "INSERT INTO ledger_entries", "INSERT INTO outbox", "INSERT INTO charge_parts",
		"INSERT INTO entries", "UPDATE heads",
	}
}

// invoicesNode runs the job, and bills all accounts besides, as if no job had a lease.
func invoicesNode(ctx context.Context, p testkit.Process) (testkit.Work, error) {
	r, err := onNode(ctx, p.Getenv(nodeVariable))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, raw json.RawMessage) (any, error) {
		var list []id.Account
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, err
		}
		if err := r.recurring.Work(ctx); err != nil {
			return nil, err
		}
		made := 0
		for _, account := range list {
			n, err := r.recurring.BillAccount(ctx, system(), account)
			if err != nil {
				return nil, err
			}
			made += n
		}
		return made, nil
	}, nil
}

func onNode(ctx context.Context, text string) (*rig, error) {
	var n node
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		return nil, err
	}
	w := &testkit.World{Offset: &clock.Offset{}, Logger: slog.New(slog.DiscardHandler)}
	w.Offset.Set(n.Ahead)
	n.Config.Offset = w.Offset
	var err error
	if w.Writer, w.Reader, err = db.Open(ctx, n.Config); err != nil {
		return nil, err
	}
	if w.Box, err = secretbox.Open(n.KeyDir); err != nil {
		return nil, err
	}
	if w.Access, err = access.New(policies.Files()); err != nil {
		return nil, err
	}
	w.Log = activity.New(w.Reader, w.Box)
	w.Gate = gate.New(w.Writer, w.Reader, w.Access, w.Log, w.Box, w.Logger)
	w.Outbox = outbox.New(w.Writer, w.Reader, w.Box, w.Logger)
	return open(w), nil
}

func nodeOf(t *testing.T, w *testkit.World) string {
	t.Helper()
	cfg := w.Config
	cfg.Logger, cfg.Offset = nil, nil
	text, err := json.Marshal(node{Config: cfg, KeyDir: w.KeyDir, Ahead: w.Offset.Get()})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
