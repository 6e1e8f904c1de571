package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"gatehouse/internal/app"
	"gatehouse/internal/fault"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
)

func staffCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "staff", Short: "The provider's own people"}
	cmd.AddCommand(staffCreate(), staffStart(), staffReopen(), staffRecover())
	return cmd
}

func staffCreate() *cobra.Command {
	var s source
	var email, name, department string
	cmd := &cobra.Command{
		Use: "create", Short: "Make a sign-in for a member of staff (the password is asked for)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd, func(ctx context.Context, a *app.App) error {
				password, err := readPassword(cmd)
				if err != nil {
					return err
				}
				made, err := a.Accounts.CreateStaff(ctx, operator(), persons.NewPerson{
					Email: email, Name: name, Password: password,
				}, department)
				if err != nil {
					return plain(err)
				}
				say(cmd, "%s may sign in at %s/sign-in.", name, site(a))
				sayStart(cmd, a, made.Start)
				return nil
			})
		},
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&email, "email", "", "e-mail address to sign in with")
	cmd.Flags().StringVar(&name, "name", "", "name that others see")
	cmd.Flags().StringVar(&department, "department", "administrator",
		"support, billing, technical, privacy or administrator")
	for _, flag := range []string{"email", "name"} {
		_ = cmd.MarkFlagRequired(flag) // the flags exist
	}
	return cmd
}

func site(a *app.App) string { return strings.TrimSuffix(a.Config.PublicURL.String(), "/") }

// sayStart prints the link that its owner opens once they have signed in.
func sayStart(cmd *cobra.Command, a *app.App, start factors.Start) {
	say(cmd, "Staff sign in with a security key. Give them this link, and nobody else; they open it once they have\n"+
		"signed in with their password, and add their first key. It works once, until %s:\n\n  %s/me/start/%s",
		start.Expires.UTC().Format("2 Jan 2006, 15:04 UTC"), site(a), start.Token)
}

func staffStart() *cobra.Command {
	var s source
	var email string
	cmd := &cobra.Command{
		Use: "start", Short: "Make a new link with which a member of staff adds their first security key",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd, func(ctx context.Context, a *app.App) error {
				person, err := a.People.Find(ctx, operator(), email)
				if err != nil {
					return fmt.Errorf("--email: %w", err)
				}
				start, err := a.Accounts.StartStaff(ctx, operator(), person)
				if err != nil {
					return plain(err)
				}
				sayStart(cmd, a, start)
				return nil
			})
		},
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&email, "email", "", "e-mail address of the member of staff")
	_ = cmd.MarkFlagRequired("email") // the flag exists
	return cmd
}

func staffReopen() *cobra.Command {
	var s source
	var email string
	cmd := &cobra.Command{
		Use: "reopen", Short: "Let somebody try again who was shut out by failed tries", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd, func(ctx context.Context, a *app.App) error {
				if err := a.People.Reopen(ctx, operator(), email); err != nil {
					return plain(err)
				}
				say(cmd, "%s may try again.", email)
				return nil
			})
		},
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&email, "email", "", "e-mail address that was shut out")
	_ = cmd.MarkFlagRequired("email") // the flag exists
	return cmd
}

// readPassword asks without showing what is typed; from a pipe it takes the first line.
func readPassword(cmd *cobra.Command) (string, error) {
	in, isFile := cmd.InOrStdin().(*os.File)
	if isFile && term.IsTerminal(int(in.Fd())) {
		_, _ = fmt.Fprint(cmd.ErrOrStderr(), "Password (15 characters or more): ")
		typed, err := term.ReadPassword(int(in.Fd()))
		_, _ = fmt.Fprintln(cmd.ErrOrStderr())
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return string(typed), nil
	}
	line, err := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// plain turns a fault into the sentence that the person at the terminal needs.
func plain(err error) error {
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	lines := []string{}
	for _, field := range f.Fields {
		lines = append(lines, field.Name+": "+field.Message)
	}
	if len(lines) == 0 && f.Message != "" {
		lines = append(lines, f.Message)
	}
	if len(lines) == 0 {
		return err
	}
	return errors.New(strings.Join(lines, "\n"))
}
