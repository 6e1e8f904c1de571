package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"time"

	"gatehouse/internal/testkit/mariadb"
)

// Options say what to measure.
type Options struct {
	Parts   []string // of Parts; none: all
	Entries int      // of the long log
	// Profiles is a folder for processor profiles of the pages; empty: none are made.
	Profiles string
}

// Parts are the parts of the report, in its order.
func Parts() []string { return []string{"pages", "process", "sign-in", "changes", "log"} }

// Run measures and writes the report. It works in a temporary folder and on a database server of its own.
func Run(ctx context.Context, out io.Writer, o Options) (err error) {
	dir, err := os.MkdirTemp("", "gatehouse-bench-")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	r := report{out}
	r.line("Gatehouse, measured on %s with %s and %d processors", time.Now().UTC().Format("2 January 2006, 15:04 UTC"),
		runtime.Version(), runtime.NumCPU())
	wanted := func(part string) bool { return len(o.Parts) == 0 || slices.Contains(o.Parts, part) }
	var server *mariadb.Server
	if wanted("changes") || wanted("log") {
		if missing := mariadb.Missing(); missing != "" {
			r.line("MariaDB is left out. %s", missing)
		} else if server, err = mariadb.Start(ctx); err != nil {
			return fmt.Errorf("bench: %w", err)
		} else {
			defer server.Stop()
		}
	}
	for _, part := range Parts() {
		if !wanted(part) {
			continue
		}
		switch part {
		case "pages":
			err = pages(ctx, r, dir, o.Profiles)
		case "process":
			err = process(ctx, r, dir)
		case "sign-in":
			err = signIns(ctx, r, dir)
		case "changes":
			err = changes(ctx, r, dir, server)
		case "log":
			err = log(ctx, r, dir, o.Entries, server)
		}
		if err != nil {
			return fmt.Errorf("bench: %s: %w", part, err)
		}
	}
	return nil
}
