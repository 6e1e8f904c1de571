package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/teams"
	"gatehouse/internal/verb"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// bindTeams says what becomes of the messages about teams that work in the accounts of others.
func (a *App) bindTeams() {
	a.Outbox.Handle(accounts.TeamChanged, a.spreadTeam)
	a.Outbox.Handle(teams.Said, a.tellOfTeam)
}

// spreadTeam leaves word of what became of a team for each account that it works for.
func (a *App) spreadTeam(ctx context.Context, d outbox.Delivery) error {
	var m accounts.TeamChange
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	clients := m.Clients
	if m.Action != activity.TeamDissolved {
		var err error
		if clients, err = a.Teams.Clients(ctx, m.Team); err != nil {
			return fmt.Errorf("%s: %w", d.Kind, err)
		}
	}
	messages := make([]outbox.Message, 0, len(clients))
	for _, client := range clients {
		messages = append(messages, outbox.Message{
			Kind: teams.Said, Key: d.ID.String() + "-" + client.String(), Payload: teams.Word{
				Account: client, Team: m.Team, Name: m.Name, Other: m.Old + m.New, Action: m.Action, Changes: m.Changes(),
			},
		})
	}
	return a.enqueue(ctx, d.Kind, messages)
}

// tellOfTeam writes what the other side did about a team into an account's log, and tells those whom it concerns.
func (a *App) tellOfTeam(ctx context.Context, d outbox.Delivery) error {
	var m teams.Word
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	if m.Action != activity.TeamAccepted { // that stands there already, in the change itself
		err := a.Gate.Change(ctx, actor.NewSystem("teams"), verb.AccountView, id.AccountScope(m.Account),
			func(_ *db.Tx, g gate.Grant) (gate.Entry, error) {
				return g.Entry(m.Action, activity.Details{
					Target: activity.TargetOf("team", m.Team, m.Name), Changes: m.Changes,
				}), nil
			})
		if fault.KindOf(err) == fault.KindNotFound {
			return nil // the account is gone
		}
		if err != nil {
			return fmt.Errorf("%s: %w", d.Kind, err)
		}
	}
	if m.Action == activity.TeamRenamed {
		return nil // nobody needs a mail for it
	}
	if lets(m.Action) {
		name, owners, err := a.ownersOf(ctx, d.Kind, m.Account)
		if err != nil {
			return err
		}
		return a.toEach(ctx, d, m.Account, owners, func(to accounts.Recipient) mail.Message {
			n := a.teamNotice(m)
			n.To, n.Why = to.Name, "You get this because you own "+name+"."
			return mail.Notice(a.mailBrand(), n)
		})
	}
	return a.toWhoWants(ctx, d, m.Account, notices.Teams, func(to accounts.Recipient, name string) mail.Message {
		n := a.teamNotice(m)
		n.To, n.ChoicesURL = to.Name, a.link(choicesPath)
		n.Why = "You get this because you manage who has access to " + name + "."
		return mail.Notice(a.mailBrand(), n)
	})
}

// lets says whether by what was done somebody has access who had none: owners are told of that whatever they chose.
func lets(done activity.Action) bool {
	return done == activity.TeamAccepted || done == activity.TeamMemberAdded
}

// teamNotice says it: to the agency, or to the account that it works for.
func (a *App) teamNotice(m teams.Word) mail.NoticeMail {
	base := a.link("/accounts/" + m.Account.String())
	agency := ui.Link{Text: "Look at the team", URL: base + "/teams/" + m.Team.String()}
	client := ui.Link{Text: "See your teams", URL: base + "/contacts/teams"}
	say := func(link ui.Link, subject, text string) mail.NoticeMail {
		return mail.NoticeMail{Subject: subject, Paragraphs: []string{text}, Link: link}
	}
	switch m.Action { //nolint:exhaustive // the others are not about teams
	case activity.TeamOffered:
		return say(agency, m.Other+" offers the team "+m.Name+" access",
			"Look at what they offer, and accept or decline it within 7 days. Nothing is open to the team until then.")
	case activity.TeamOfferWithdrawn:
		return say(agency, m.Other+" withdrew what it offered the team "+m.Name, "Nothing has changed.")
	case activity.TeamAccepted:
		return say(client, "The team "+m.Name+" works for you now",
			"The agency accepted. You see everybody behind the team, and you can suspend or remove it at any time.")
	case activity.TeamDeclined:
		return say(client, "The team "+m.Name+" declined", "Nothing has changed.")
	case activity.TeamSuspended:
		return say(agency, m.Other+" suspended the team "+m.Name, "The team can do nothing there until they give it back.")
	case activity.TeamRestored:
		return say(agency, m.Other+" gave the team "+m.Name+" its access back", "The team can work there again.")
	case activity.TeamRemoved:
		return say(agency, m.Other+" removed the team "+m.Name, "The team has no access there any more.")
	case activity.TeamMemberAdded:
		return say(client, m.Other+" joined the team "+m.Name,
			"They can do in your account what you gave the team. You can suspend or remove the team at any time.")
	case activity.TeamMemberRemoved:
		return say(client, m.Other+" left the team "+m.Name, "They have no access to your account through it any more.")
	case activity.TeamDissolved:
		return say(client, "The team "+m.Name+" is dissolved", "Nobody of it has access to your account any more.")
	case activity.TeamGaveUp:
		return say(client, m.Other+" gave up the access of the team "+m.Name,
			"Nobody of the team has access to your account any more.")
	}
	return say(agency, m.Other+" changed what the team "+m.Name+" may do", "It counts from the team’s next page on.")
}
