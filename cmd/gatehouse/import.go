package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/internal/app"
	"gatehouse/internal/id"
	"gatehouse/internal/imports"
)

func importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "import", Short: "Bring clients, contacts, services and open invoices over from another system",
	}
	cmd.AddCommand(importFile(), importResume(), importTemplate())
	return cmd
}

// importFile looks through a file, and makes what its lines say where that is asked for.
func importFile() *cobra.Command {
	var s source
	var from string
	var apply, invite bool
	cmd := &cobra.Command{
		Use: "file KIND FILE.csv", Short: "Look through a file (clients, contacts, services or invoices), and apply it",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd, func(ctx context.Context, a *app.App) error {
				file, err := os.Open(args[1])
				if err != nil {
					return fmt.Errorf("read the file: %w", err)
				}
				defer func() { _ = file.Close() }()
				of, err := a.Imports.Look(ctx, operator(), imports.Request{
					Kind: imports.Kind(args[0]), Source: from, File: filepath.Base(args[1]), Invite: invite, Body: file,
				})
				if err != nil {
					return plain(err)
				}
				found := report(ctx, cmd, a, of)
				if found != nil && (!apply || !errors.Is(found, errLeft)) {
					return found
				}
				if !apply {
					say(cmd, "Nothing was made. Run it again with --apply, or: gatehouse import resume %s", of)
					return nil
				}
				return applied(ctx, cmd, a, of)
			})
		},
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&from, "from", "", "what the other system is called, such as WHMCS; the same for all its files")
	cmd.Flags().BoolVar(&apply, "apply", false, "make what the lines say")
	cmd.Flags().BoolVar(&invite, "invite", false,
		"send invitations with what is made; otherwise staff have them sent later")
	_ = cmd.MarkFlagRequired("from") // the flag exists
	return cmd
}

// importResume goes on with an import that was looked through, stopped or killed.
func importResume() *cobra.Command {
	var s source
	cmd := &cobra.Command{
		Use: "resume IMPORT", Short: "Go on with an import; nothing is made twice", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			of, err := id.Parse[id.ImportKind](args[0])
			if err != nil {
				return fmt.Errorf("%q is no import: %w", args[0], err)
			}
			return s.with(cmd, func(ctx context.Context, a *app.App) error { return applied(ctx, cmd, a, of) })
		},
	}
	s.flags(cmd)
	return cmd
}

// errLeft says that something was not made, so that a script notices.
var errLeft = errors.New(
	"not everything could be made; mend the file and import it again, what is there is left as it is",
)

func applied(ctx context.Context, cmd *cobra.Command, a *app.App, of id.Import) error {
	if err := a.Imports.Run(ctx, operator(), of); err != nil {
		return plain(err)
	}
	return report(ctx, cmd, a, of)
}

// report says what is to be said of a file, line by line.
func report(ctx context.Context, cmd *cobra.Command, a *app.App, of id.Import) error {
	var one imports.Import
	for after, more := 0, true; more; {
		found, rows, next, err := a.Imports.Get(ctx, operator(), of, after)
		if err != nil {
			return plain(err)
		}
		for _, row := range rows {
			for _, r := range row.Remarks {
				say(cmd, "%s", strings.TrimSpace(fmt.Sprintf("line %d, %s: %s. %s", row.Line, r.Column, r.Wrong, r.Right)))
			}
		}
		one, after, more = found, next, next > 0
	}
	say(cmd, "%d lines: %d to be made, %d there already, %d there with other values, %d wrong; %d made, %d not made.",
		one.Total, one.New, one.Same, one.Changed, one.Bad, one.Made, one.Failed)
	if one.Bad+one.Failed > 0 {
		return errLeft
	}
	return nil
}

func importTemplate() *cobra.Command {
	return &cobra.Command{
		Use: "template KIND", Short: "Print a file of clients, contacts, services or invoices with its columns",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			kind := imports.Kind(args[0])
			if !kind.Known() {
				return fmt.Errorf("there is no kind %q: use clients, contacts, services or invoices", args[0])
			}
			file, err := kind.Template()
			if err != nil {
				return err // it says what it did
			}
			_, err = cmd.OutOrStdout().Write(file)
			return err //nolint:wrapcheck // nobody reads on
		},
	}
}
