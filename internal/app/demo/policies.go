package demo

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/conduct"
	"gatehouse/internal/id"
	"gatehouse/internal/settings"
)

// policiesArrive publishes what staff are to follow, which all of them accept.
func (p *past) policiesArrive(ctx context.Context) error {
	p.to(549, 9, 10)
	for _, d := range []conduct.Draft{
		{
			Kind: conduct.Security, Title: "How we keep our clients safe", Body: "We look after what others build on.\n\n" +
				"## Signing in\n\nEverybody has a key of their own.\n\n- Keep a second key in a drawer at home.\n" +
				"- Tell an administrator the same day when one is lost.\n- Lock the screen when you leave the desk.\n\n" +
				"## Looking at clients\n\nSay why before you look. The client reads it.",
		},
		{
			Kind: conduct.Privacy, Title: "How we treat personal data", Body: "We see people’s names, addresses and " +
				"invoices because they trust us.\n\n- Look at what the case needs, and no more.\n" +
				"- Copy nothing out of the portal.\n- Ask the privacy officer when in doubt.",
		},
	} {
		d.Key = id.New[id.DocumentKind]()
		who, err := p.later(ctx, cast.Root)
		if err != nil {
			return err
		}
		if err := p.Conduct.Publish(ctx, who, d); err != nil {
			return fmt.Errorf("publish a policy: %w", err)
		}
		if err := p.accept(ctx, d.Key); err != nil {
			return err
		}
	}
	return nil
}

func (p *past) accept(ctx context.Context, document id.Document) error {
	for _, email := range staffOf() {
		who, err := p.later(ctx, email)
		if err != nil {
			return err
		}
		if err := p.Conduct.Acknowledge(ctx, who, document); err != nil {
			return fmt.Errorf("accept a policy: %w", err)
		}
	}
	return nil
}

// later is one of the staff who signs in a minute later: a code counts once.
func (p *past) later(ctx context.Context, email string) (actor.Actor, error) {
	p.until(p.at.Add(time.Minute))
	return p.as(ctx, email, id.Account{}, firefoxOnLinux())
}

func staffOf() []string { return []string{cast.Root, cast.Sam, cast.Bea, cast.Tom, cast.Dana} }

// trainingsAreRecorded leaves some trainings in the register: one holds, one is over.
func (p *past) trainingsAreRecorded(ctx context.Context) error {
	who, err := p.later(ctx, cast.Root)
	if err != nil {
		return err
	}
	for _, t := range []conduct.Training{
		{Person: p.people[cast.Sam], Name: "Phishing", Done: p.at.AddDate(0, -2, 0), Expires: p.at.AddDate(0, 10, 0)},
		{Person: p.people[cast.Bea], Name: "Data protection", Done: p.at.AddDate(0, -13, 0), Expires: p.at.AddDate(0, -1, 0)},
		{Person: p.people[cast.Dana], Name: "Privacy officer", Done: p.at.AddDate(-2, 0, 0)},
	} {
		if err := p.Conduct.Record(ctx, who, t); err != nil {
			return fmt.Errorf("record a training: %w", err)
		}
	}
	return p.importsHappen(ctx)
}

// settingsAreDecided leaves a history of settings: words of mails that were changed, and one change that was taken
// back.
func (p *past) settingsAreDecided(ctx context.Context) error {
	for _, d := range []map[string]string{
		{settings.Accent: "#0b5cad", settings.AccentDark: "#8ab8ff"},
		{settings.Greeting: "Dear {name},", settings.SignOff: "Fair winds,\n{provider}"},
		{settings.TermsURL: "https://harbour.example/terms", settings.PrivacyURL: "https://harbour.example/privacy"},
		{settings.Greeting: "Ahoy {name},"},
	} {
		who, err := p.later(ctx, cast.Root)
		if err != nil {
			return err
		}
		shown, err := p.Settings.Group(ctx, who, "")
		if err != nil {
			return fmt.Errorf("look at settings: %w", err)
		}
		if err := p.Settings.Change(ctx, who, settings.Draft{Version: shown.Version, Values: d}); err != nil {
			return fmt.Errorf("change settings: %w", err)
		}
	}
	who, err := p.later(ctx, cast.Root)
	if err != nil {
		return err
	}
	list, err := p.Settings.History(ctx, who, settings.Greeting, 0)
	if err != nil {
		return fmt.Errorf("look at settings: %w", err)
	}
	if err := p.Settings.Undo(ctx, who, list.Changes[0].ID); err != nil {
		return fmt.Errorf("take a setting back: %w", err)
	}
	return nil
}
