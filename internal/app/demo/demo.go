// Package demo opens the demo, and makes its past by living through it: a provider with made-up customers, in a folder
// of its own.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gatehouse/internal/app"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/secretbox"
)

// mark is the file that tells a demo's folder, written once its past is made.
const mark = "demo"

// Is says whether a data folder holds a demo.
func Is(data string) bool {
	_, err := os.Stat(filepath.Join(data, mark))
	return err == nil
}

// Open opens the demo in a folder, and makes its keys, its database and its past where they are missing. A past
// that was interrupted while it was made is made again.
func Open(ctx context.Context, listen, data string, logger *slog.Logger) (*app.App, error) {
	return open(ctx, listen, data, logger, 0)
}

// open opens the demo. How long ago the making of its past began is nothing but on a machine that stands still for a
// while.
func open(
	ctx context.Context, listen, data string, logger *slog.Logger, ago time.Duration,
) (_ *app.App, err error) {
	cfg, err := config.Demo(listen, data)
	if err != nil {
		return nil, err // it names the bad value
	}
	fresh := !Is(data)
	if fresh {
		if err := clearDemo(cfg); err != nil {
			return nil, err
		}
		if _, err := secretbox.Create(cfg.KeysDir, secretbox.Demo()); err != nil {
			return nil, fmt.Errorf("the demo's keys: %w", err)
		}
	}
	if _, err := app.Migrate(ctx, cfg, logger); err != nil {
		return nil, err
	}
	a, err := app.Open(ctx, cfg, logger)
	if err != nil {
		return nil, err
	}
	if !fresh {
		return a, nil
	}
	if err := newPast(a).make(ctx, clock.System().Now().Add(-ago)); err != nil {
		return nil, errors.Join(fmt.Errorf("make the demo's past: %w", err), a.Close())
	}
	if err := os.WriteFile(filepath.Join(data, mark), []byte("The data of a demo.\n"), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("mark the demo: %w", err), a.Close())
	}
	return a, nil
}

// clearDemo takes away what an interrupted start left. It touches nothing but the demo's own files.
func clearDemo(cfg *config.Config) error {
	database := cfg.Database.WriteDSN.Reveal()
	for _, file := range []string{
		database, database + "-wal", database + "-shm", filepath.Join(cfg.KeysDir, secretbox.FileName),
	} {
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("clear the demo: %w", err)
		}
	}
	return nil
}

// Greeting is what the demo prints when it starts.
func Greeting(url string) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("\nGatehouse demo: Harbour Hosting")
	line("  %s", url)
	line("  mailbox  %s/demo/mailbox", url)
	line("\nPassword of everybody: %s", persons.DemoPassword)
	line("Secret of their code apps: %s", persons.DemoSecret)
	for _, g := range cast.Groups() {
		line("\n%s", g.Name)
		for _, p := range g.People {
			code := "password only"
			if p.CodeApp {
				code = "code app"
			}
			line("  %-28s %-44s %s", p.Email, p.Role, code)
		}
	}
	return b.String()
}
