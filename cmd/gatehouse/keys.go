package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/internal/app"
	"gatehouse/internal/platform/secretbox"
)

func keysCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "keys", Short: "Make, show and change the keys that seal the data"}
	cmd.AddCommand(
		keysAction("create", "Make the keys of a new installation", func(cmd *cobra.Command, _ *source, dir string) error {
			if _, err := secretbox.Create(dir); err != nil {
				return fmt.Errorf("make the keys: %w", err)
			}
			say(cmd, "Made %s/%s. Keep a copy apart from the database's: without the keys its data cannot be read.",
				dir, secretbox.FileName)
			return nil
		}),
		keysAction("show", "List the keys and the public keys that check notes", showKeys),
		keysAction("prepare", "Add new keys that are not used yet (first half of a change on several nodes)",
			func(cmd *cobra.Command, _ *source, dir string) error {
				if err := secretbox.Prepare(dir); err != nil {
					return fmt.Errorf("prepare the keys: %w", err)
				}
				say(cmd, "Added. Bring the file to every node and restart each, then run `gatehouse keys rotate`.")
				return nil
			}),
		keysAction("rotate", "Change to new keys; the old ones still open what they sealed",
			rotateKeys),
	)
	return cmd
}

func rotateKeys(cmd *cobra.Command, s *source, dir string) error {
	if err := secretbox.Rotate(dir); err != nil {
		return fmt.Errorf("change the keys: %w", err)
	}
	say(cmd, "Changed. Restart the program; rows move to the new key when they are next written.")
	err := s.with(cmd, func(ctx context.Context, a *app.App) error { return a.KeysRotated(ctx, operator()) })
	if err != nil {
		return fmt.Errorf("the keys are changed, but the log does not say so: %w", err)
	}
	return nil
}

func keysAction(name, short string, run func(cmd *cobra.Command, s *source, dir string) error) *cobra.Command {
	var s source
	cmd := &cobra.Command{
		Use: name, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := s.load()
			if err != nil {
				return err
			}
			return run(cmd, &s, cfg.KeysDir)
		},
	}
	s.flags(cmd)
	return cmd
}

func showKeys(cmd *cobra.Command, _ *source, dir string) error {
	box, err := secretbox.Open(dir)
	if err != nil {
		return fmt.Errorf("open the keys: %w", err)
	}
	for _, k := range box.Keys() {
		use := "opens what it sealed"
		if k.Primary {
			use = "seals"
		}
		say(cmd, "sealing key %d (%s)", k.ID, use)
	}
	for _, public := range box.NoteKeys() {
		say(cmd, "note key %s", public)
	}
	if box.IsDemo() {
		say(cmd, "These are a demo’s keys. Production refuses them.")
	}
	return nil
}
