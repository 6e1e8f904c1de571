package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"gatehouse/internal/app"
	"gatehouse/internal/fault"
	"gatehouse/internal/recovery"
)

// staffRecover does at the command line what the portal does for somebody who lost all second factors: the same steps,
// recorded with the operator's name.
func staffRecover() *cobra.Command {
	cmd := &cobra.Command{Use: "recover", Short: "Let somebody back in who lost all second factors"}
	cmd.AddCommand(recoverStart(), recoverList(),
		recoverDecide("approve", "Approve a request: the operator is the second where there is one member of staff", true),
		recoverDecide("decline", "Decline a request: nothing is changed", false))
	return cmd
}

func recoverStart() *cobra.Command {
	var s source
	var email string
	cmd := &cobra.Command{
		Use: "start", Args: cobra.NoArgs,
		Short: "Mail somebody the link that proves their mailbox and begins the waiting time",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd, func(ctx context.Context, a *app.App) error {
				if err := a.Recovery.AskFor(ctx, operator(), email); err != nil {
					return explained(err)
				}
				say(cmd, "A link goes to %s. The waiting time begins when it is used.", email)
				return nil
			})
		},
	}
	s.flags(cmd)
	emailFlag(cmd, &email)
	return cmd
}

func recoverDecide(name, short string, approve bool) *cobra.Command {
	var s source
	var email string
	cmd := &cobra.Command{
		Use: name, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd, func(ctx context.Context, a *app.App) error {
				found, err := a.Recovery.Of(ctx, operator(), email)
				if err != nil {
					return explained(err)
				}
				if err := a.Recovery.Decide(ctx, operator(), found, approve); err != nil {
					return explained(err)
				}
				v, err := a.Recovery.ForStaff(ctx, operator(), found)
				if err != nil {
					return explained(err)
				}
				describe(cmd, v)
				return nil
			})
		},
	}
	s.flags(cmd)
	emailFlag(cmd, &email)
	return cmd
}

func recoverList() *cobra.Command {
	var s source
	cmd := &cobra.Command{
		Use: "list", Short: "List the requests that wait for somebody", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd, func(ctx context.Context, a *app.App) error {
				list, err := a.Recovery.Queue(ctx, operator())
				if err != nil {
					return explained(err)
				}
				if len(list) == 0 {
					say(cmd, "Nobody waits.")
				}
				for _, v := range list {
					describe(cmd, v)
				}
				return nil
			})
		},
	}
	s.flags(cmd)
	return cmd
}

func emailFlag(cmd *cobra.Command, email *string) {
	cmd.Flags().StringVar(email, "email", "", "e-mail address of the person")
	_ = cmd.MarkFlagRequired("email") // the flag exists
}

// describe says how a request stands, and who has decided.
func describe(cmd *cobra.Command, v recovery.View) {
	const when = "2 Jan 2006, 15:04 MST"
	say(cmd, "%s <%s>: %s", v.Name, v.Email, v.State)
	if !v.WaitsUntil.IsZero() && v.Open() {
		say(cmd, "  waits until %s", v.WaitsUntil.UTC().Format(when))
	}
	verdict := func(approved bool) string {
		if approved {
			return "approved"
		}
		return "declined"
	}
	for _, d := range v.Decisions {
		say(cmd, "  %s (%s) %s on %s", d.By, d.As, verdict(d.Approved), d.At.UTC().Format(when))
	}
	for _, p := range v.Places {
		word := "no owner has decided"
		if p.Decision != nil {
			word = p.Decision.By + " " + verdict(p.Decision.Approved)
		}
		if p.Held {
			word += ", access suspended"
		}
		say(cmd, "  %s: %s", p.Name, word)
	}
}

// explained is plain, with a sentence for who is not there.
func explained(err error) error {
	if fault.KindOf(err) == fault.KindNotFound {
		return errors.New("there is nobody with this address, or nothing of theirs waits")
	}
	return plain(err)
}
