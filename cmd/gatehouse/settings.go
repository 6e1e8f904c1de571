package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"gatehouse/internal/app"
	"gatehouse/internal/settings"
)

// errBadLines says that nothing was read in; the lines were printed.
var errBadLines = errors.New("nothing was read in: change the lines that are named, and try again")

func settingsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "settings", Short: "What the provider decided in the console, as a file"}
	cmd.AddCommand(settingsExport(), settingsImport())
	return cmd
}

func settingsExport() *cobra.Command {
	var s source
	cmd := &cobra.Command{
		Use: "export", Short: "Print the settings as a file (there is no secret in it)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd, func(ctx context.Context, a *app.App) error {
				file, err := a.Settings.Export(ctx, operator())
				if err != nil {
					return plain(err)
				}
				if _, err := cmd.OutOrStdout().Write(file); err != nil {
					return fmt.Errorf("print the settings: %w", err)
				}
				return nil
			})
		},
	}
	s.flags(cmd)
	return cmd
}

func settingsImport() *cobra.Command {
	var s source
	var apply bool
	cmd := &cobra.Command{
		Use: "import FILE", Args: cobra.ExactArgs(1),
		Short: "Say what a file of settings would change; with --apply, change it",
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := readSettings(args[0])
			if err != nil {
				return err
			}
			return s.with(cmd, func(ctx context.Context, a *app.App) error {
				plan, err := a.Settings.Try(ctx, operator(), file)
				if err != nil {
					return plain(err)
				}
				sayPlan(cmd, plan)
				switch {
				case len(plan.Bad) > 0:
					return errBadLines
				case len(plan.Steps) == 0:
					return nil
				case !apply:
					say(cmd, "Nothing was changed. Say --apply to change it.")
					return nil
				}
				if err := a.Settings.Import(ctx, operator(), file); err != nil {
					return plain(err)
				}
				say(cmd, "Read in. It holds on every node within %d seconds.", int(settings.Within.Seconds()))
				return nil
			})
		},
	}
	s.flags(cmd)
	cmd.Flags().BoolVar(&apply, "apply", false, "change the settings; without it nothing changes")
	return cmd
}

func sayPlan(cmd *cobra.Command, plan settings.Plan) {
	for _, b := range plan.Bad {
		say(cmd, "line %d: %s: %s", b.Line, b.Name, b.Message)
	}
	for _, step := range plan.Steps {
		say(cmd, "%s: %q → %q", step.Label, step.Before, step.After)
	}
	if len(plan.Bad)+len(plan.Steps) == 0 {
		say(cmd, "The file says what holds already.")
	}
}

func readSettings(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	content, err := io.ReadAll(io.LimitReader(f, settings.FileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	return content, nil
}
