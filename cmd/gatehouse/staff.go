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
	"gatehouse/internal/identity"
)

func staffCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "staff", Short: "The provider's own people"}
	cmd.AddCommand(staffCreate(), staffReopen())
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
				_, err = a.Accounts.CreateStaff(ctx, operator(), identity.NewPerson{
					Email: email, Name: name, Password: password,
				}, department)
				if err != nil {
					return plain(err)
				}
				say(cmd, "%s may sign in at %s/sign-in.", name, strings.TrimSuffix(a.Config.PublicURL.String(), "/"))
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
