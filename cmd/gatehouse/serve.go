package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"

	"github.com/spf13/cobra"

	"gatehouse/internal/app"
	"gatehouse/internal/platform/config"
)

func serveCommand() *cobra.Command {
	var s source
	cmd := &cobra.Command{
		Use: "serve", Short: "Let people in", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := s.load()
			if err != nil {
				return err
			}
			log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: cfg.LogLevel}))
			a, err := app.Open(cmd.Context(), cfg, log)
			if err != nil {
				return err // it says what to do
			}
			return serve(cmd.Context(), a)
		},
	}
	s.flags(cmd)
	return cmd
}

func serve(ctx context.Context, a *app.App) (err error) {
	config.TuneMemory()
	defer func() { err = errors.Join(err, a.Close()) }()
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", a.Config.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	a.Logger.InfoContext(ctx, "listening", slog.String("on", listener.Addr().String()),
		slog.String("as", a.Config.PublicURL.String()))
	return a.Serve(ctx, listener) // it says what it did
}

func migrateCommand() *cobra.Command {
	var s source
	cmd := &cobra.Command{
		Use: "migrate", Short: "Bring the database's schema up to date", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := s.load()
			if err != nil {
				return err
			}
			names, err := app.Migrate(cmd.Context(), cfg, logger(cmd.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err // it says what it did
			}
			for _, name := range names {
				say(cmd, "ran %s", name)
			}
			say(cmd, "The schema is up to date.")
			return nil
		},
	}
	s.flags(cmd)
	return cmd
}
