package main

import (
	"log/slog"

	"github.com/spf13/cobra"

	"gatehouse/internal/app"
)

func doctorCommand() *cobra.Command {
	var s source
	var books bool
	cmd := &cobra.Command{
		Use: "doctor", Short: "Look at everything the program depends on, and say what to do", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := s.load()
			if err != nil {
				return err
			}
			well, look := true, app.Examine
			if books {
				look = app.AuditLedger
			}
			for _, f := range look(cmd.Context(), cfg, logger(cmd.ErrOrStderr(), slog.LevelError)) {
				mark := "ok  "
				if !f.OK {
					mark, well = "MEND", false
				}
				say(cmd, "%s  %-7s %s", mark, f.Area, f.Text)
			}
			if !well {
				return app.ErrUnwell
			}
			return nil
		},
	}
	s.flags(cmd)
	cmd.Flags().BoolVar(&books, "ledger", false, "look through the books alone, however long that takes")
	return cmd
}
