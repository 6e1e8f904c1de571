package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/spf13/cobra"

	"gatehouse/internal/app"
	"gatehouse/internal/archives"
)

func activityArchive() *cobra.Command {
	var s source
	var really bool
	cmd := &cobra.Command{
		Use: "archive", Args: cobra.NoArgs,
		Short: "Move entries whose time is up out of the log, into signed files",
		Long: "Without --yes, it only says what there is to move. Each file is written, read back and checked before " +
			"anything leaves the log; where the command is stopped, it goes on when it is run again. On MariaDB it comes in " +
			"as database.maintain_dsn: the portal’s own user may delete no entry.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.maintaining(cmd, func(ctx context.Context, a *app.App) error { return archive(ctx, cmd, a, really) })
		},
	}
	s.flags(cmd)
	cmd.Flags().BoolVar(&really, "yes", false, "do it, instead of saying what would be done")
	return cmd
}

func archive(ctx context.Context, cmd *cobra.Command, a *app.App, really bool) error {
	keeping := a.Archives.Keeping
	say(cmd, "Entries stay for %d months, those about money for %d years; then they go to %s.",
		keeping.Months, keeping.MoneyYears, a.Archives.Folder)
	if !really {
		plan, err := a.Archives.Survey(ctx)
		if err != nil {
			return err // it names the log
		}
		if plan.Entries == 0 {
			say(cmd, "There is nothing to move.")
			return nil
		}
		say(cmd, "To move: %d entries of %d logs, the oldest of %s. Run it with --yes to do so.", plan.Entries, plan.Logs,
			plan.Oldest.UTC().Format("2 Jan 2006"))
		return nil
	}
	done, err := a.Archives.Run(ctx, func(p archives.Plan) {
		say(cmd, "%d files, %d entries …", p.Segments, p.Entries)
	})
	say(cmd, "Moved: %d entries of %d logs, in %d files.", done.Entries, done.Logs, done.Segments)
	return err // it names the log
}

// maintaining opens the program as the user who may take old entries out of the log.
func (s *source) maintaining(cmd *cobra.Command, work func(ctx context.Context, a *app.App) error) (err error) {
	cfg, err := s.load()
	if err != nil {
		return err
	}
	a, err := app.Maintain(cmd.Context(), cfg, logger(cmd.ErrOrStderr(), slog.LevelWarn))
	if err != nil {
		return err // it says what to do
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return work(cmd.Context(), a)
}
