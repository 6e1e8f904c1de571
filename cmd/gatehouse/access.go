package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/internal/access"
	"gatehouse/internal/app"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// errRefused makes the command's exit say the answer too.
var errRefused = errors.New("refused")

func accessCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "access", Short: "Who may do what"}
	cmd.AddCommand(accessExplain())
	return cmd
}

func accessExplain() *cobra.Command {
	var s source
	var person, wanted, account string
	cmd := &cobra.Command{
		Use: "explain", Short: "Say whether a person may do something in an account, and why", Args: cobra.NoArgs,
		Long: "Say whether a person may do something in an account, and why, by the function that enforces it.\n" +
			"Without --verb, everything is listed. It exits with 1 where the answer to --verb is no.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd, func(ctx context.Context, a *app.App) error {
				return explain(ctx, cmd, a, person, verb.Verb(wanted), account)
			})
		},
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&person, "person", "", "e-mail address of the person")
	cmd.Flags().StringVar(&wanted, "verb", "", "permission, such as invoices:pay; empty: all")
	cmd.Flags().StringVar(&account, "account", "", "id of the account, as in its address")
	for _, flag := range []string{"person", "account"} {
		_ = cmd.MarkFlagRequired(flag) // the flags exist
	}
	return cmd
}

func explain(ctx context.Context, cmd *cobra.Command, a *app.App, email string, wanted verb.Verb, text string) error {
	if wanted != "" && !wanted.Known() {
		return fmt.Errorf("--verb: there is no permission %q; without --verb all are listed", wanted)
	}
	if wanted != "" && !wanted.IsPortal() {
		return fmt.Errorf("--verb: %s is not held over accounts", wanted)
	}
	account, err := id.Parse[id.AccountKind](text)
	if err != nil {
		return fmt.Errorf("--account: %q is no account's id; it is the part after /accounts/ in the account's address", text)
	}
	person, err := a.People.Find(ctx, operator(), email)
	if err != nil {
		return fmt.Errorf("--person: %w", err)
	}
	subject, err := a.Accounts.Subject(ctx, operator(), person, account)
	if err != nil {
		return fmt.Errorf("--account: %w", err)
	}
	for _, line := range a.Access.Explain(subject, id.AccountScope(account)) {
		if wanted != "" && line.Verb != wanted {
			continue
		}
		say(cmd, "%-3s  %-24s %s\n     %s", answer(line), line.Verb, line.Sentence(), line.Row)
		if wanted != "" && !line.Decision.Allowed {
			return errRefused
		}
	}
	return nil
}

func answer(l access.Line) string {
	if l.Decision.Allowed {
		return "yes"
	}
	return "no"
}
