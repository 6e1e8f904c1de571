package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/internal/activity"
	"gatehouse/internal/app"
	"gatehouse/internal/id"
)

// errChanged makes the command's exit say that the log is not as it was written.
var errChanged = errors.New("the log is not as it was written")

func activityCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "activity", Short: "The log of all that was done"}
	cmd.AddCommand(activityVerify(), activityRecount())
	return cmd
}

func activityVerify() *cobra.Command {
	var s source
	var account, notes string
	cmd := &cobra.Command{
		Use: "verify", Short: "Check that nobody changed, dropped or reordered an entry", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd, func(ctx context.Context, a *app.App) error {
				check := activity.Check{Notes: notes}
				if check.Notes == "" {
					check.Notes = a.Config.Notes.Dir
				}
				if account != "" {
					var err error
					if check.Chain, err = accountChain(account); err != nil {
						return err
					}
				}
				return verify(ctx, cmd, a, check)
			})
		},
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&account, "account", "", "id of one account; empty: everything")
	cmd.Flags().StringVar(&notes, "notes", "", "folder with signed notes; empty: the configured one")
	return cmd
}

func accountChain(text string) (id.Scope, error) {
	wanted, err := id.Parse[id.AccountKind](text)
	if err != nil {
		return id.Scope{}, fmt.Errorf("--account: %q is no account's id", text)
	}
	return id.AccountScope(wanted), nil
}

func activityRecount() *cobra.Command {
	var s source
	var name string
	cmd := &cobra.Command{
		Use: "recount", Args: cobra.NoArgs,
		Short: "Make the daily counts of a log anew from its entries",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd, func(ctx context.Context, a *app.App) error {
				chain := id.ProviderScope()
				if name != "" {
					var ok bool
					if chain, ok = activity.ParseScope(name); !ok {
						return fmt.Errorf("--log: %q is no log", name)
					}
				}
				n, err := a.Gate.Recount(ctx, chain)
				if err != nil {
					return err // it names the chain
				}
				say(cmd, "%d entries counted.", n)
				return nil
			})
		},
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&name, "log", "", "the log, as verify names it; empty: the provider's own")
	return cmd
}

// progressEvery is after how many entries a line says how far it got.
const progressEvery = 1_000_000

func verify(ctx context.Context, cmd *cobra.Command, a *app.App, check activity.Check) error {
	said := int64(0)
	check.Progress = func(r activity.Report) {
		if r.Entries-said >= progressEvery {
			said = r.Entries
			_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "%d entries …\n", said) // nobody reads what cannot be written
		}
	}
	r, err := a.Log.Verify(ctx, check)
	if err != nil {
		return fmt.Errorf("stopped at %s, entry %d: %w", r.Reached.Chain, r.Reached.Seq, err)
	}
	say(cmd, "%d logs, %d entries (%d without personal content), %d notes.", r.Chains, r.Entries, r.Erased, r.Notes)
	for _, p := range r.Problems {
		where := "the log as a whole"
		if !p.Chain.IsZero() {
			where = p.Chain.String()
		}
		if p.Seq > 0 {
			where += fmt.Sprintf(", entry %d", p.Seq)
		}
		say(cmd, "BAD  %s: %s", where, p.What)
	}
	if r.More > 0 {
		say(cmd, "and %d more", r.More)
	}
	if !r.OK() {
		return errChanged
	}
	say(cmd, "Nothing was changed.")
	return nil
}
