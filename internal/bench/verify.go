package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"gatehouse/internal/platform/config"
	"gatehouse/internal/testkit/mariadb"
)

const (
	verifyAim       = 5 * time.Minute // for aimedEntries on aimedProcessors
	aimedEntries    = 10_000_000
	aimedProcessors = 2
	verifyMemoryAim = 100 << 20
)

// verifying measures `gatehouse activity verify` over the whole database, as a process of its own.
func verifying(ctx context.Context, r report, dir, where string, s *stock, server *mariadb.Server) error {
	program, err := buildProgram(ctx, dir)
	if err != nil {
		return err
	}
	var before, after time.Duration
	if server != nil {
		if before, err = server.ProcessorTime(); err != nil {
			return fmt.Errorf("server: %w", err)
		}
	}
	command := exec.CommandContext(ctx, program, "activity", "verify")
	command.Env = append(os.Environ(), s.environment()...)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	begin := time.Now()
	if err := command.Run(); err != nil {
		return fmt.Errorf("verify: %w\n%s", err, said.Bytes())
	}
	took := time.Since(begin)
	if server != nil {
		if after, err = server.ProcessorTime(); err != nil {
			return fmt.Errorf("server: %w", err)
		}
	}
	usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return errors.New("verify: the kernel does not say what it took")
	}
	own := command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	s.sayVerified(r, where, took, own, after-before, usage.Maxrss<<10)
	return nil
}

func (s *stock) sayVerified(r report, where string, took, own, served time.Duration, memory int64) {
	n := float64(s.entries)
	share := func(d time.Duration) string { return fmt.Sprintf("%.1f µs", float64(d.Microseconds())/n) }
	busy := time.Duration(float64(own+served) / n * aimedEntries / aimedProcessors)
	whole := time.Duration(float64(took) / n * aimedEntries)
	r.title("Verifying the log on %s: %d entries, with the built program", where, s.entries)
	r.table(
		row("what", "measured", "aim", ""),
		row("entries a second", fmt.Sprintf("%.0f", n/took.Seconds()), "", ""),
		row("processor time of an entry: ours", share(own), "", ""),
		row("… and the database server's", share(served), "", ""),
		row(fmt.Sprintf("%d entries, as it went here", aimedEntries), whole.Round(time.Second).String(), verifyAim.String(),
			verdict(whole <= verifyAim)),
		row(fmt.Sprintf("… and by its processor time, on %d that do nothing else", aimedProcessors),
			busy.Round(time.Second).String(), verifyAim.String(), verdict(busy <= verifyAim)),
		row("memory, highest", mebi(memory), mebi(verifyMemoryAim), verdict(memory <= verifyMemoryAim)),
	)
}

// environment is how a program of its own finds the database.
func (s *stock) environment() []string {
	list := []string{
		"GATEHOUSE_DATA_DIR=" + s.dir, "GATEHOUSE_PUBLIC_URL=http://localhost", "GATEHOUSE_MAIL_HOST=localhost",
		"GATEHOUSE_MAIL_TLS=none",
	}
	if d := s.Config.Database; d.Driver == config.MySQL {
		list = append(list, "GATEHOUSE_DATABASE_DRIVER="+d.Driver, "GATEHOUSE_DATABASE_WRITE_DSN="+d.WriteDSN.Reveal(),
			"GATEHOUSE_DATABASE_READ_DSN="+d.ReadDSN.Reveal())
	}
	return list
}

// buildProgram builds the program as it is released, where it is not built yet.
func buildProgram(ctx context.Context, dir string) (string, error) {
	program := filepath.Join(dir, "gatehouse")
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, "./cmd/gatehouse")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, strings.TrimSpace(string(out)))
	}
	return program, nil
}
