package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/orders"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/money"
)

// The accounts of the demo.
const (
	northwind   = "Northwind Bakery Ltd"
	pixelworks  = "Pixelworks Studio"
	copperfield = "Copperfield Cycles"
)

const (
	standardVAT = 2000 // hundredths of a per cent
	monthsBack  = 16
	gigabyte    = int64(1) << 30
)

func (p *past) staffArrive(ctx context.Context) error {
	p.to(550, 8, 30)
	for _, s := range []struct{ email, department string }{
		{cast.Root, "administrator"},
		{cast.Sam, "support"},
		{cast.Bea, "billing"},
		{cast.Tom, "technical"},
		{cast.Dana, "privacy"},
	} {
		made, err := p.Accounts.CreateStaff(ctx, actor.NewShell("operator"), persons.NewPerson{
			Email: s.email, Name: cast.Of(s.email).Name, Password: persons.DemoPassword,
		}, s.department)
		if err != nil {
			return fmt.Errorf("staff: %w", err)
		}
		p.people[s.email] = made.Person
		if err := p.giveCodeApp(ctx, made.Person); err != nil {
			return err
		}
	}
	return nil
}

func (p *past) serversArrive(ctx context.Context) error {
	p.to(549, 10, 5)
	who, err := p.as(ctx, cast.Tom, id.Account{}, firefoxOnLinux())
	if err != nil {
		return err
	}
	for _, s := range []struct{ name, address, location string }{
		{"tern", "192.0.2.10", "London"}, {"curlew", "192.0.2.11", "London"}, {"dunlin", "192.0.2.12", "Manchester"},
	} {
		p.server[s.name], err = p.Hosting.CreateServer(ctx, who, hosting.NewServer{ //nolint:gosec // no credentials
			Name: s.name, Panel: "demo", Host: s.name + ".harbour.example", Address: s.address, Location: s.location,
			Credentials: "a key of the demo", Capacity: 40,
		})
		if err != nil {
			return fmt.Errorf("server %s: %w", s.name, err)
		}
	}
	return p.catalogue(ctx, who)
}

// catalogue offers what can be ordered.
func (p *past) catalogue(ctx context.Context, who actor.Actor) error {
	backups := orders.Option{Name: "Daily backups", Price: money.New(450, app.DefaultCurrency)}
	for _, n := range []orders.NewProduct{
		{
			Name: "Client Site", About: "One small site with 10 GB and five mailboxes", Server: p.server["dunlin"],
			Price: money.New(1900, app.DefaultCurrency), Next: "It is set up at once; you are mailed when it runs.",
		},
		{
			Name: "Business Hosting 20", About: "A site with 20 GB, 50 mailboxes and a second site to test on",
			Server: p.server["curlew"], Price: money.New(6900, app.DefaultCurrency), Options: []orders.Option{backups},
			Next: "It is set up at once; you are mailed when it runs.",
		},
		{
			Name: "Shop Hosting", About: "A shop with 20 GB, watched by us around the clock",
			Price: money.New(4900, app.DefaultCurrency), Options: []orders.Option{backups},
			Next: "We look at what your shop needs and set it up within a working day.",
		},
	} {
		n.Period = hosting.Monthly
		if _, err := p.Orders.AddProduct(ctx, who, n); err != nil {
			return fmt.Errorf("product %s: %w", n.Name, err)
		}
	}
	return nil
}

// client makes an account, lets its owner in, and gives it its services.
func (p *past) client(
	ctx context.Context, name, owner string, a accounts.Address, d device,
) error {
	who, err := p.as(ctx, cast.Bea, id.Account{}, chromeOnWindows())
	if err != nil {
		return err
	}
	p.account[name], err = p.Accounts.Create(ctx, who, accounts.NewAccount{
		Name: name, Currency: app.DefaultCurrency, OwnerEmail: owner, Address: a, With: p.Assist.SetUp,
	})
	if err != nil {
		return fmt.Errorf("client %s: %w", name, err)
	}
	if err := p.join(ctx, owner, d); err != nil {
		return err
	}
	p.until(p.at.Add(time.Minute))
	tech, err := p.as(ctx, cast.Tom, p.account[name], firefoxOnLinux())
	if err != nil {
		return err
	}
	for _, s := range servicesOf(name) {
		p.service[s.domain], err = p.Hosting.CreateService(ctx, tech, p.account[name], hosting.NewService{
			Server: p.server[s.server], Plan: s.plan, Domain: s.domain, Price: money.New(s.price, app.DefaultCurrency),
			Period: hosting.Monthly, RenewsAt: p.now.AddDate(0, 0, 6), PanelUser: panelUser(s.domain),
			Usage: hosting.Usage{
				DiskUsed: s.used * gigabyte / 10, DiskLimit: s.limit * gigabyte,
				BandwidthUsed: s.used * gigabyte * 2, BandwidthLimit: 500 * gigabyte, MeasuredAt: p.now,
			},
		})
		if err == nil {
			err = p.atPanel(ctx, s)
		}
		if err == nil {
			err = p.used(ctx, p.account[name], s)
		}
		if err != nil {
			return fmt.Errorf("service %s: %w", s.domain, err)
		}
	}
	return nil
}

// atPanel has the demo's panel carry a service, as servers do that were there before the portal.
func (p *past) atPanel(ctx context.Context, s newService) error {
	at := hosting.Machine{Server: hosting.Server{Host: s.server + ".harbour.example"}, Credentials: "the demo"}
	return p.DemoPanel.Create(ctx, at, hosting.NewHolding{User: panelUser(s.domain), Domain: s.domain, Plan: s.plan})
}

// used has the demo's panel say from now on what a service uses, and writes what it used in the last month.
func (p *past) used(ctx context.Context, account id.Account, s newService) error {
	const month = 30
	limits := hosting.Measure{DiskLimit: s.limit * gigabyte, BandwidthLimit: 500 * gigabyte, MailboxLimit: 50}
	var moved int64
	for back := month - 1; back >= 0; back-- {
		at := p.now.AddDate(0, 0, -back)
		if at.UTC().Day() == 1 {
			moved = 0
		}
		moved += s.used * gigabyte / 20 * int64(2+(back*7+int(s.limit))%5) / 4
		limits.Disk, limits.Bandwidth = s.used*gigabyte/10-int64(back)*s.used*gigabyte/2000, moved
		limits.Mailboxes = int(s.limit%7) + 4 - back/12
		if err := p.Hosting.KeepUsage(ctx, account, p.service[s.domain], at, limits); err != nil {
			return fmt.Errorf("usage of %s: %w", s.domain, err)
		}
	}
	p.DemoPanel.Weigh(s.server+".harbour.example", panelUser(s.domain), limits)
	return nil
}

// panelUser is the name under which the demo's panel knows a service.
func panelUser(domain string) string {
	const most = 12
	name := strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, domain)
	return name[:min(most, len(name))]
}

type newService struct {
	plan, domain, server string
	price                int64 // pence a month
	used, limit          int64 // tenths of a gigabyte, gigabytes
	ended                int   // so many days ago; 0: it has not
}

// servicesOf are the services of a client.
func servicesOf(account string) []newService {
	switch account {
	case northwind:
		return []newService{
			{"Business Hosting 20", "northwind.example", "tern", 6900, 82, 20, 0},
			{"Shop Hosting", "shop.northwind.example", "curlew", 4900, 176, 20, 0},
			{"Mail Plus, 10 mailboxes", "mail.northwind.example", "dunlin", 600, 115, 50, 0},
		}
	case pixelworks:
		return []newService{
			{"Agency Hosting", "pixelworks.example", "tern", 8900, 310, 100, 0},
			{"Client Site", "dalefoot-farm.example", "curlew", 1900, 31, 10, 0},
			{"Client Site", "staging.pixelworks.example", "curlew", 1900, 12, 10, 0},
			{"Client Site", "fairweather-fete.example", "dunlin", 1900, 9, 10, 40},
		}
	}
	return []newService{{"Business Hosting 10", "copperfield.example", "curlew", 3900, 41, 10, 0}}
}

func (p *past) northwindArrives(ctx context.Context) error {
	p.to(548, 9, 12)
	err := p.client(ctx, northwind, cast.Olivia,
		accounts.Address{Line1: "14 Stonegate", City: "York", Postcode: "YO1 8AS", Country: "GB"}, safariOnMac())
	if err != nil {
		return err
	}
	p.to(547, 11, 40)
	for _, c := range []struct {
		email, role string
		d           device
	}{{cast.Ben, "administrator", chromeOnWindows()}, {cast.Tess, "technical", chromeOnAndroid()}} {
		if err := p.invite(ctx, northwind, cast.Olivia, c.email, accounts.Terms{Role: c.role}); err != nil {
			return err
		}
		if err := p.join(ctx, c.email, c.d); err != nil {
			return err
		}
	}
	return p.firstReview(ctx)
}

func (p *past) othersArrive(ctx context.Context) error {
	if err := p.daysPass(ctx, 520); err != nil {
		return err
	}
	p.to(520, 14, 2)
	err := p.client(ctx, pixelworks, cast.Priya,
		accounts.Address{Line1: "Unit 4, Granary Wharf", City: "Leeds", Postcode: "LS1 4BR", Country: "GB"},
		firefoxOnLinux())
	if err != nil {
		return err
	}
	if err := p.daysPass(ctx, 500); err != nil {
		return err
	}
	p.to(500, 16, 21)
	return p.client(ctx, copperfield, cast.Carl,
		accounts.Address{Line1: "3 Mill Lane", City: "Whitby", Postcode: "YO21 1EE", Country: "GB"}, edgeOnWindows())
}
