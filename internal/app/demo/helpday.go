package demo

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/assist"
	"gatehouse/internal/id"
)

// staffHelps has somebody of the staff act on behalf of a contact who rang, and another client let nobody do so
// without asking.
func (p *past) staffHelps(ctx context.Context) error {
	p.to(3, 14, 10)
	account := p.account[northwind]
	token, err := p.signIn(ctx, cast.Sam, chromeOnWindows())
	if err != nil {
		return err
	}
	who, tess, err := p.helper(ctx, token, account, cast.Tess)
	if err != nil {
		return err
	}
	why := assist.Reason{Code: activity.GivenAsked, Text: "She rang: which of the two sites is on which server?"}
	if err := p.Assist.Begin(ctx, who, account, tess, why); err != nil {
		return fmt.Errorf("help: %w", err)
	}
	p.to(3, 14, 16)
	if who, _, err = p.helper(ctx, token, account, cast.Tess); err != nil {
		return err
	}
	if _, err := p.Hosting.Services(ctx, who, account, id.Service{}); err != nil {
		return fmt.Errorf("help: %w", err)
	}
	if err := p.Assist.End(ctx, who); err != nil {
		return fmt.Errorf("help: %w", err)
	}

	p.to(3, 16, 45)
	carl, err := p.as(ctx, cast.Carl, p.account[copperfield], firefoxOnLinux())
	if err != nil {
		return err
	}
	help, err := p.Assist.Help(ctx, carl, p.account[copperfield])
	if err != nil {
		return err // assist says what it did
	}
	return p.Assist.Set(ctx, carl, p.account[copperfield], false, help.Version)
}

// staffAsk has somebody of the staff ask that client to let them help once.
func (p *past) staffAsk(ctx context.Context) error {
	p.to(1, 8, 35)
	account := p.account[copperfield]
	token, err := p.signIn(ctx, cast.Sam, chromeOnWindows())
	if err != nil {
		return err
	}
	who, carl, err := p.helper(ctx, token, account, cast.Carl)
	if err != nil {
		return err
	}
	err = p.Assist.Ask(ctx, who, account, carl, assist.Reason{
		Code: activity.GivenFault, Text: "Your address in the settings lacks the town, so letters come back.",
	})
	if err != nil {
		return err // assist says what it did
	}
	return p.staffInEmergencies(ctx, token)
}

// staffInEmergencies has somebody of the staff open what another department sees, which somebody else finds was needed;
// and once more, which waits to be judged.
func (p *past) staffInEmergencies(ctx context.Context, token string) error {
	device := chromeOnWindows().of(cast.Sam)
	open := func(client, why string) error {
		visit, err := p.enter(ctx, token, p.account[client], device)
		if err != nil {
			return err
		}
		return p.Assist.Open(ctx, visit.Who, p.account[client], assist.Alarm{
			Department: "billing", Code: activity.EmergencyHarm, Text: why,
		})
	}
	if err := open(northwind, "You rang: the same invoice is being paid twice at this moment."); err != nil {
		return err
	}
	officer, err := p.as(ctx, cast.Dana, id.Account{}, firefoxOnLinux())
	if err != nil {
		return err
	}
	list, _, err := p.Assist.Emergencies(ctx, officer, true, id.Look{})
	if err != nil {
		return err // assist says what it did
	}
	for _, one := range list {
		err := p.Assist.Judge(ctx, officer, one.ID, assist.Needed,
			"Billing was closed that day. The second payment was stopped.")
		if err != nil {
			return err
		}
	}
	if err := p.staffPinNotes(ctx, token); err != nil {
		return err
	}
	return open(copperfield, "You rang: the card was charged after you had paid, and billing does not answer.")
}

// helper is the actor of a request with a session's token, and the contact of the account with an address.
func (p *past) helper(
	ctx context.Context, token string, account id.Account, email string,
) (actor.Actor, id.Membership, error) {
	visit, err := p.enter(ctx, token, account, chromeOnWindows().of(cast.Sam))
	if err != nil {
		return actor.Actor{}, id.Membership{}, fmt.Errorf("help: %w", err)
	}
	page, err := p.Accounts.Contacts(ctx, actor.NewSystem("demo"), account, id.Membership{})
	if err != nil {
		return actor.Actor{}, id.Membership{}, fmt.Errorf("help: %w", err)
	}
	for _, c := range page.Contacts {
		if c.Email == email {
			return visit.Who, c.ID, nil
		}
	}
	return actor.Actor{}, id.Membership{}, fmt.Errorf("help: %s is no contact", email)
}

// enter is a request with a session's token. Staff say first why they look at the client, as the portal asks them to.
func (p *past) enter(ctx context.Context, token string, account id.Account, d device) (accounts.Visit, error) {
	visit, err := p.Accounts.BySession(ctx, token, account, p.door(d))
	if err != nil {
		return visit, err // accounts says what it did
	}
	who := visit.Who
	_, said := who.LookAt(account, who.Now)
	if said || who.Seat.Department == "" || account.IsZero() || who.Assisting() {
		return visit, nil
	}
	if err := p.Assist.Say(ctx, who, account, errand(who.Seat.Department)); err != nil {
		return visit, err // assist says what it did
	}
	return p.Accounts.BySession(ctx, token, account, p.door(d))
}

// errand is what takes somebody of a department to a client.
func errand(department string) assist.Reason {
	switch department {
	case "technical":
		return assist.Reason{Code: activity.GivenOther, Text: "To set up and look after your services"}
	case "billing":
		return assist.Reason{Code: activity.GivenOther, Text: "To go through what is due and what was paid"}
	}
	return assist.Reason{Code: activity.GivenAsked, Text: "You rang about your services"}
}

// staffPinNotes has somebody of the staff pin what colleagues have to know.
func (p *past) staffPinNotes(ctx context.Context, token string) error {
	for client, note := range map[string]struct {
		text   string
		forAll bool
	}{
		northwind:   {"Olivia is at the ovens until nine. Write, or ring after that.", true},
		copperfield: {"Carl wants to be told by phone before anything is suspended.", false},
	} {
		visit, err := p.enter(ctx, token, p.account[client], chromeOnWindows().of(cast.Sam))
		if err != nil {
			return err
		}
		if err := p.Pinned.Pin(ctx, visit.Who, p.account[client], note.text, note.forAll); err != nil {
			return err // pinned says what it did
		}
	}
	return nil
}
