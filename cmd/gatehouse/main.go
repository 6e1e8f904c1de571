// Command gatehouse is the client portal of a hosting provider: server, demo and the operator's tools in one program.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := root().ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "gatehouse:", err)
		os.Exit(1)
	}
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:           "gatehouse",
		Short:         "The client portal of a hosting provider",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	cmd.AddCommand(demoCommand(), serveCommand(), migrateCommand(), doctorCommand(), keysCommand(), staffCommand(),
		activityCommand(), accessCommand(), reviewsCommand(), settingsCommand(), importCommand())
	return cmd
}
