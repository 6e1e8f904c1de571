package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/reviews/record"
)

func reviewsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "reviews", Short: "Reviews of who has access"}
	cmd.AddCommand(reviewsVerify())
	return cmd
}

// reviewsVerify checks the record of a review with a public key alone: no server, no database.
func reviewsVerify() *cobra.Command {
	var s source
	var keys []string
	cmd := &cobra.Command{
		Use: "verify FILE.csv", Short: "Check that nobody changed the record of an access review", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			known, err := s.noteKeys(keys)
			if err != nil {
				return err
			}
			file, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("read the record: %w", err)
			}
			read, err := record.Parse(file, known)
			if err != nil {
				return err // it says what is wrong
			}
			for _, pair := range read.Head {
				say(cmd, "%s: %s", pair.Name, pair.Value)
			}
			say(cmd, "%d people. Nothing was changed since it was signed.", len(read.Rows))
			return nil
		},
	}
	s.flags(cmd)
	cmd.Flags().StringArrayVar(&keys, "key", nil,
		"public key that signed it, as `gatehouse keys show` prints it; without one, those of this installation")
	return cmd
}

// noteKeys are the public keys that were given, or those of this installation.
func (s *source) noteKeys(given []string) (note.Verifiers, error) {
	if len(given) == 0 {
		cfg, err := s.load()
		if err != nil {
			return nil, err
		}
		box, err := secretbox.Open(cfg.KeysDir)
		if err != nil {
			return nil, fmt.Errorf("open the keys: %w", err)
		}
		return box.NoteVerifiers(), nil
	}
	var list []note.Verifier
	for _, text := range given {
		v, err := note.NewVerifier(text)
		if err != nil {
			return nil, fmt.Errorf("--key: %q is no public key: %w", text, err)
		}
		list = append(list, v)
	}
	return note.VerifierList(list...), nil
}
