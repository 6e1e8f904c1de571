package main

import (
	"log/slog"

	"github.com/spf13/cobra"

	"gatehouse/internal/app/demo"
)

func demoCommand() *cobra.Command {
	var listen, data string
	cmd := &cobra.Command{
		Use: "demo", Short: "Run a made-up provider with made-up customers", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a, err := demo.Open(cmd.Context(), listen, data, logger(cmd.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err // it says what it did
			}
			say(cmd, "%s", demo.Greeting(a.Config.PublicURL.String()))
			return serve(cmd.Context(), a)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "localhost:8080", "host:port to listen on")
	cmd.Flags().StringVar(&data, "data", "data/demo", "folder for the demo's database and keys")
	return cmd
}
