package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"time"

	"gatehouse/internal/platform/config"
	"gatehouse/internal/testkit/mariadb"
)

// Options say what to measure.
type Options struct {
	Parts   []string // of Parts; none: all
	Entries int      // in the database with the long log
	// Data is a folder in which the databases with the long log are kept, to be measured again; empty: none is.
	Data string
	// Accounts are those with a thousand people each among which decisions are made; zero: a thousand.
	Accounts int
	// Clients are those that staff read of; zero: a hundred thousand.
	Clients int
	// On are the databases on which clients, decisions and the long log are measured; none: all.
	On []string
	// Profiles is a folder for processor profiles of the pages; empty: none are made.
	Profiles string
}

// Parts are the parts of the report, in its order.
func Parts() []string {
	return []string{
		"pages", "status", "process", "sign-in", "changes", "decisions", "contacts", "clients", "fill", "log", "asked",
		"verify",
	}
}

// Databases are those on which a long log can be measured.
func Databases() []string { return []string{"sqlite", "mariadb"} }

// Run measures and writes the report. It works in a temporary folder and on a database server of its own.
func Run(ctx context.Context, out io.Writer, o Options) (err error) {
	dir, err := os.MkdirTemp("", "gatehouse-bench-")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.Chmod(dir, 0o711); err != nil { // run by root, the database server is somebody else
		return fmt.Errorf("bench: %w", err)
	}
	config.TuneMemory() // as the program does
	r := report{out}
	r.line("Gatehouse, measured on %s with %s and %d processors", time.Now().UTC().Format("2 January 2006, 15:04 UTC"),
		runtime.Version(), runtime.NumCPU())
	b := &bench{Options: o, report: r, dir: dir}
	for _, part := range Parts() {
		if !b.wanted(part) {
			continue
		}
		if err := b.measure(ctx, part); err != nil {
			return fmt.Errorf("bench: %s: %w", part, err)
		}
	}
	if err := b.logs(ctx); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}

// bench is one run.
type bench struct {
	Options
	report

	dir string
}

func (b *bench) wanted(part string) bool { return len(b.Parts) == 0 || slices.Contains(b.Parts, part) }

func (b *bench) measure(ctx context.Context, part string) error {
	switch part {
	case "pages":
		return pages(ctx, b.report, b.dir, b.Profiles)
	case "status":
		return statusPage(ctx, b.report, b.dir)
	case "process":
		return process(ctx, b.report, b.dir)
	case "sign-in":
		return signIns(ctx, b.report, b.dir)
	case "changes":
		return b.withServer(ctx, changes)
	case "decisions":
		return b.withServer(ctx, b.decisions)
	case "contacts":
		if err := crowded(ctx, b.report, b.dir, b.Profiles); err != nil {
			return err
		}
		return agencies(ctx, b.report, b.dir, b.Profiles)
	case "clients":
		return b.withServer(ctx, b.clients)
	}
	return nil // what looks at a long log, or fills one, comes last, all of it at one log
}

// withServer measures on SQLite, and on a database server of its own where one is installed and wanted.
func (b *bench) withServer(
	ctx context.Context, part func(context.Context, report, string, *mariadb.Server) error,
) error {
	if len(b.On) > 0 && !slices.Contains(b.On, "mariadb") || b.missing() {
		return part(ctx, b.report, b.dir, nil)
	}
	server, err := mariadb.StartOnDisk(ctx)
	if err != nil {
		return fmt.Errorf("server: %w", err)
	}
	defer server.Stop()
	return part(ctx, b.report, b.dir, server)
}

// missing says so where the database server is not installed.
func (b *bench) missing() bool {
	why := mariadb.Missing()
	if why != "" {
		b.line("MariaDB is left out. %s", why)
	}
	return why != ""
}
