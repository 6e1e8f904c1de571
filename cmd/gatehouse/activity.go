package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/internal/activity"
	"gatehouse/internal/app"
	"gatehouse/internal/id"
)

func activityCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "activity", Short: "The log of all that was done"}
	cmd.AddCommand(activityVerify(), activityRecount(), activityArchive())
	return cmd
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
