package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"

	"github.com/spf13/cobra"

	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/app/demo"
	"gatehouse/internal/platform/config"
)

// source is where a command finds its database and keys.
type source struct {
	data string
	file string
}

// flags gives a command the two ways to name it.
func (s *source) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.data, "data", "", "folder with the embedded database and the keys")
	cmd.Flags().StringVar(&s.file, "config", "", "configuration file (YAML or TOML); GATEHOUSE_* variables override it")
	cmd.MarkFlagsMutuallyExclusive("data", "config")
}

// load reads the configuration: a file, a data folder, or the environment alone. A data folder may hold the demo.
func (s *source) load() (*config.Config, error) {
	if s.data != "" {
		cfg, err := config.Local(s.data)
		if err != nil {
			return nil, err // it names the bad value
		}
		cfg.Demo = demo.Is(s.data)
		return cfg, nil
	}
	return config.Load(s.file, config.Environment()) // it names the bad values
}

// with opens the program for a command and closes it again.
func (s *source) with(cmd *cobra.Command, work func(ctx context.Context, a *app.App) error) (err error) {
	cfg, err := s.load()
	if err != nil {
		return err
	}
	a, err := app.Open(cmd.Context(), cfg, logger(cmd.ErrOrStderr(), slog.LevelWarn))
	if err != nil {
		return err // it says what to do
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return work(cmd.Context(), a)
}

func logger(to io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: level}))
}

// operator is who stands at the command line, by the name that the machine knows.
func operator() actor.Actor {
	name := "operator"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if host, err := os.Hostname(); err == nil {
		name += "@" + host
	}
	return actor.NewShell(name)
}

func say(cmd *cobra.Command, format string, args ...any) {
	_, _ = fmt.Fprintf(cmd.OutOrStdout(), format+"\n", args...) // nobody reads what cannot be written
}
