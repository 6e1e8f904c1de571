package demo

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/id"
	"gatehouse/internal/support"
)

// agencyTeam has the agency put its two people into a team, to which a client gives access at once.
func (p *past) agencyTeam(ctx context.Context) error {
	if err := p.invite(ctx, pixelworks, cast.Priya, cast.Noor, accounts.Terms{Role: "technical"}); err != nil {
		return err
	}
	if err := p.join(ctx, cast.Noor, chromeOnWindows()); err != nil {
		return err
	}
	agency := p.account[pixelworks]
	priya, err := p.as(ctx, cast.Priya, agency, firefoxOnLinux())
	if err != nil {
		return err
	}
	team, err := p.Teams.Create(ctx, priya, agency, "Website care")
	if err != nil {
		return fmt.Errorf("team: %w", err)
	}
	people, err := p.Teams.Colleagues(ctx, priya, agency)
	if err != nil {
		return fmt.Errorf("team: %w", err)
	}
	for _, one := range people {
		if err := p.Teams.Add(ctx, priya, agency, team, one.ID, one.Email == cast.Priya); err != nil {
			return fmt.Errorf("team: %w", err)
		}
	}
	if err := p.post(ctx); err != nil { // who is in it is told to the clients of that moment: none yet
		return err
	}
	return p.letsTeamIn(ctx, priya, team)
}

// letsTeamIn has a client offer the team access by its code, and the agency accept.
func (p *past) letsTeamIn(ctx context.Context, priya actor.Actor, team id.Team) error {
	made, _, err := p.Teams.Page(ctx, priya, p.account[pixelworks], team, "", 0, 0)
	if err != nil {
		return fmt.Errorf("team: %w", err)
	}
	client := p.account[copperfield]
	carl, err := p.as(ctx, cast.Carl, client, edgeOnWindows())
	if err != nil {
		return err
	}
	if err := p.Teams.Offer(ctx, carl, client, made.Code, accounts.Terms{Role: "technical"}); err != nil {
		return fmt.Errorf("offer to a team: %w", err)
	}
	_, page, err := p.Teams.Page(ctx, priya, p.account[pixelworks], team, "", 0, 0)
	if err != nil {
		return fmt.Errorf("team: %w", err)
	}
	for _, offer := range page.Offers {
		if err := p.Teams.Accept(ctx, priya, p.account[pixelworks], offer.ID); err != nil {
			return fmt.Errorf("accept for a team: %w", err)
		}
	}
	return p.post(ctx)
}

// lostPhone has somebody of the agency lose their code app and ask for help; whether they get back in is to be decided.
func (p *past) lostPhone(ctx context.Context) error {
	p.hoursAgo(6)
	sam, err := p.as(ctx, cast.Sam, id.Account{}, chromeOnWindows())
	if err != nil {
		return err
	}
	if err := p.Recovery.AskFor(ctx, sam, cast.Noor); err != nil {
		return fmt.Errorf("lost phone: %w", err)
	}
	if err := p.post(ctx); err != nil {
		return err
	}
	token, ok := p.linkFor(cast.Noor, "/recovery/")
	if !ok {
		return fmt.Errorf("lost phone: no link came to %s", cast.Noor)
	}
	door := p.door(chromeOnWindows())
	stranger := actor.Enter(actor.Details{
		Kind: actor.Anonymous, Address: door.Address, Place: door.Place, Device: door.Device, Now: p.at,
	})
	if err := p.Recovery.Prove(ctx, stranger, token); err != nil {
		return fmt.Errorf("lost phone: %w", err)
	}
	return p.post(ctx)
}

// reported has the failed sign-ins of the night looked into, with what staff answered.
func (p *past) reported(ctx context.Context) error {
	p.hoursAgo(7)
	ben := cast.Of(cast.Ben)
	opened := id.New[id.CaseKind]()
	err := p.Support.OpenCase(ctx, actor.NewSystem("this wasn’t me"), support.NewCase{
		ID: opened, Person: p.people[cast.Ben], Name: ben.Name, Kind: support.Security, Severity: support.Urgent,
		Subject: "“This wasn’t me”: failed sign-ins from Rotterdam",
		Text:    "I was at home in Leeds all evening. I don’t know anybody in Rotterdam.",
	})
	if err != nil {
		return fmt.Errorf("case: %w", err)
	}
	sam, err := p.as(ctx, cast.Sam, id.Account{}, chromeOnWindows())
	if err != nil {
		return err
	}
	const answer = "Nobody got in: the password was wrong each time, and further tries have to wait.\n\n" +
		"Add a code app or a passkey, so that a password alone opens nothing. It takes two minutes, under My security."
	if err := p.Support.StaffReply(ctx, sam, opened, answer); err != nil {
		return fmt.Errorf("case: %w", err)
	}
	return p.post(ctx)
}
