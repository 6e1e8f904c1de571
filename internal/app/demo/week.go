package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/billing"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/verb"
)

// lastWeek is what the owner sees when she asks what happened lately.
func (p *past) lastWeek(ctx context.Context) error {
	if err := p.daysPass(ctx, 6); err != nil {
		return err
	}
	if err := p.contactsCome(ctx); err != nil {
		return err
	}
	if err := p.daysPass(ctx, 4); err != nil {
		return err
	}
	if err := p.overdueStops(ctx); err != nil {
		return err
	}
	for _, day := range []struct {
		ago  int
		live func(context.Context) error
	}{
		{6, p.staffIsReviewed},
		{5, p.agencyDay},
		{5, p.logDay},
		{4, p.panelDay},
		{3, p.supportLooks},
		{3, p.staffHelps},
		{2, p.refusedDay},
		{2, p.moneyDay},
		{2, p.colleagueIsInvited},
		{2, p.trainingsAreRecorded},
		{2, p.settingsAreDecided},
		{1, p.domainDay},
		{1, p.newSite},
		{1, p.staffAsk},
		{1, p.nextReview},
		{1, p.staffReviewBegins},
		{1, p.yesterday},
		{0, p.today},
	} {
		if err := p.daysPass(ctx, max(day.ago, 1)-1); err != nil {
			return err
		}
		if err := day.live(ctx); err != nil {
			return err
		}
		if err := p.tell(ctx); err != nil {
			return err
		}
	}
	return nil
}

// tell does at the end of a day what is done by itself again and again: invoices get their electronic form, and what
// there was cause for is told.
func (p *past) tell(ctx context.Context) error {
	if err := p.Papers.Make(ctx); err != nil {
		return err // papers says what it did
	}
	if err := p.Watch.Look(ctx); err != nil {
		return err // watch says what it did
	}
	return p.post(ctx)
}

// contactsCome has a developer and an auditor join.
func (p *past) contactsCome(ctx context.Context) error {
	p.to(7, 9, 30)
	shop := accounts.Terms{Role: "developer", Limited: true, Services: []id.Service{p.service["shop.northwind.example"]}}
	if err := p.invite(ctx, northwind, cast.Olivia, cast.Priya, shop); err != nil {
		return err
	}
	if err := p.join(ctx, cast.Priya, firefoxOnLinux()); err != nil {
		return err
	}
	if err := p.statusDays(ctx); err != nil {
		return err
	}
	if err := p.daysPass(ctx, 5); err != nil {
		return err
	}
	p.to(6, 8, 58)
	twoWeeks := accounts.Terms{Role: "auditor", EndsAt: p.now.AddDate(0, 0, 14)}
	if err := p.invite(ctx, northwind, cast.Olivia, cast.Ada, twoWeeks); err != nil {
		return err
	}
	return p.join(ctx, cast.Ada, edgeOnWindows())
}

// overdueStops has a service suspended whose invoices are overdue.
func (p *past) overdueStops(ctx context.Context) error {
	p.to(5, 15, 10)
	who, err := p.as(ctx, cast.Tom, p.account[copperfield], firefoxOnLinux())
	if err != nil {
		return err
	}
	site := p.service["copperfield.example"]
	if err := p.Hosting.Suspend(ctx, who, p.account[copperfield], site, "Two invoices are overdue."); err != nil {
		return fmt.Errorf("suspend: %w", err)
	}
	return nil
}

// agencyDay has an agency's client let its team in, and some of its own services stop.
func (p *past) agencyDay(ctx context.Context) error {
	p.to(5, 16, 4)
	if err := p.agencyTeam(ctx); err != nil {
		return err
	}
	account := p.account[pixelworks]
	who, err := p.as(ctx, cast.Tom, account, firefoxOnLinux())
	if err != nil {
		return err
	}
	const asked = "You asked us to take it offline until the relaunch."
	if err := p.Hosting.Suspend(ctx, who, account, p.service["staging.pixelworks.example"], asked); err != nil {
		return fmt.Errorf("suspend: %w", err)
	}
	if err := p.Hosting.End(ctx, who, account, p.service["fairweather-fete.example"]); err != nil {
		return fmt.Errorf("end: %w", err)
	}
	return nil
}

func (p *past) panelDay(ctx context.Context) error {
	p.to(4, 9, 20)
	account := p.account[northwind]
	for _, v := range []struct {
		email, domain string
		d             device
	}{
		{cast.Tess, "northwind.example", chromeOnAndroid()}, {cast.Priya, "shop.northwind.example", firefoxOnLinux()},
	} {
		who, err := p.as(ctx, v.email, account, v.d)
		if err != nil {
			return err
		}
		if _, err := p.Hosting.OpenPanel(ctx, who, account, p.service[v.domain]); err != nil {
			return fmt.Errorf("open panel: %w", err)
		}
	}
	return nil
}

// supportLooks has staff look at the client, which the client reads.
func (p *past) supportLooks(ctx context.Context) error {
	p.to(3, 13, 48)
	who, err := p.as(ctx, cast.Sam, p.account[northwind], chromeOnWindows())
	if err != nil {
		return err
	}
	if _, err := p.Overview.Client(ctx, who, p.account[northwind]); err != nil {
		return fmt.Errorf("support looks: %w", err)
	}
	return nil
}

func (p *past) refusedDay(ctx context.Context) error {
	p.to(2, 11, 32)
	account := p.account[northwind]
	who, err := p.as(ctx, cast.Priya, account, firefoxOnLinux())
	if err != nil {
		return err
	}
	_, err = p.Hosting.OpenPanel(ctx, who, account, p.service["northwind.example"])
	if err := expectRefusal(err); err != nil {
		return err
	}
	p.to(2, 14, 3)
	if who, err = p.as(ctx, cast.Ben, account, chromeOnWindows()); err != nil {
		return err
	}
	_, err = p.Gate.View(ctx, who, verb.ServicesView, id.AccountScope(account))
	return expectRefusal(err)
}

// newSite has staff begin what an agency ordered: it is still being set up.
func (p *past) newSite(ctx context.Context) error {
	p.to(1, 8, 31)
	account := p.account[pixelworks]
	who, err := p.as(ctx, cast.Tom, account, firefoxOnLinux())
	if err != nil {
		return err
	}
	_, err = p.Hosting.CreateService(ctx, who, account, hosting.NewService{
		Server: p.server["tern"], Plan: "Client Site", Domain: "lantern-books.example", Period: hosting.Monthly,
		Price: money.New(1900, app.DefaultCurrency), RenewsAt: p.now.AddDate(0, 1, 0), Pending: true,
	})
	if err != nil {
		return fmt.Errorf("new site: %w", err)
	}
	return nil
}

func (p *past) yesterday(ctx context.Context) error {
	p.to(1, 9, 4)
	account := p.account[northwind]
	who, err := p.as(ctx, cast.Olivia, account, safariOnMac())
	if err != nil {
		return err
	}
	if err := p.readLog(ctx, who, account); err != nil {
		return err
	}
	if who, err = p.as(ctx, cast.Ada, account, edgeOnWindows()); err != nil {
		return err
	}
	if err := p.readLog(ctx, who, account); err != nil {
		return err
	}
	p.to(1, 23, 12)
	door := p.door(device{firefoxOnLinux().agent, "198.51.100.203", "Rotterdam"})
	for range 4 {
		stranger := actor.Enter(actor.Details{
			Kind: actor.Anonymous, Address: door.Address, Place: door.Place, Device: door.Device,
		})
		_, err := p.People.SignIn(ctx, stranger, cast.Ben, "not the passphrase")
		if err := expectRefusal(err); err != nil {
			return err
		}
	}
	return nil
}

// today is the last hours: a small invoice that is paid, and staff who looked.
func (p *past) today(ctx context.Context) error {
	if err := p.reported(ctx); err != nil {
		return err
	}
	if err := p.lostPhone(ctx); err != nil {
		return err
	}
	p.hoursAgo(5)
	account := p.account[northwind]
	key, from := id.New[id.InvoiceKind](), p.at.Truncate(24*time.Hour)
	_, err := p.Billing.Issue(ctx, actor.NewSystem("renewals"), account, billing.Draft{
		Key: key, About: "Renewal of northwind.example", Due: from.AddDate(0, 0, 14), Lines: []billing.Line{{
			Text: "Domain for a year", Detail: "northwind.example", From: from, To: from.AddDate(1, 0, -1),
			Quantity: decimal.NewFromInt(1), Price: money.New(1500, app.DefaultCurrency), Rate: standardVAT,
		}},
	})
	if err != nil {
		return fmt.Errorf("renewal: %w", err)
	}
	if err := p.post(ctx); err != nil {
		return err
	}
	p.hoursAgo(3)
	if err := p.pay(ctx, payer{account: northwind, email: cast.Ben, d: chromeOnWindows()}, key); err != nil {
		return err
	}
	p.hoursAgo(2)
	staff, err := p.as(ctx, cast.Sam, account, chromeOnWindows())
	if err != nil {
		return err
	}
	if _, err := p.Overview.Client(ctx, staff, account); err != nil {
		return fmt.Errorf("support looks: %w", err)
	}
	return p.post(ctx)
}
