package demo

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/app/cast"
	"gatehouse/internal/domains"
	"gatehouse/internal/domains/demoregistrar"
	"gatehouse/internal/id"
)

// newDomain is a domain of the demo.
type newDomain struct {
	account, name, service string
	days                   int // until it runs out
	locked, renews         bool
}

func domainsOf() []newDomain {
	return []newDomain{
		{northwind, "northwind.example", "northwind.example", 214, true, true},
		{northwind, "northwind-shop.example", "shop.northwind.example", 23, true, false},
		{northwind, "northwind-bakes.example", "", -5, false, false},
		{northwind, "stonegate-bread.example", "", 51, true, true},
		{northwind, "xn--brtchen-club-5ib.example", "", 301, false, true}, // brötchen-club.example
		{pixelworks, "pixelworks.example", "pixelworks.example", 120, true, true},
		{pixelworks, "fairweather-fete.example", "", -60, false, false},
		{copperfield, "copperfield.example", "copperfield.example", 88, true, true},
	}
}

// domainDay has staff add the domains of clients, and one of these clients change some.
func (p *past) domainDay(ctx context.Context) error {
	p.to(1, 7, 50)
	added := map[string]id.Domain{}
	for _, d := range domainsOf() {
		err := p.DemoRegistrar.Register(d.name, domains.Registration{
			Expires: p.now.AddDate(0, 0, d.days), Locked: d.locked, AutoRenew: d.renews,
			Nameservers: []string{"ns1.harbour.example", "ns2.harbour.example"},
		})
		if err != nil {
			return err // it says what it did
		}
		p.until(p.at.Add(time.Minute)) // a code counts once
		who, err := p.as(ctx, cast.Tom, p.account[d.account], firefoxOnLinux())
		if err != nil {
			return err
		}
		added[d.name] = id.New[id.DomainKind]()
		err = p.Domains.Add(ctx, who, p.account[d.account], domains.Addition{
			Key: added[d.name], Name: d.name, Registrar: demoregistrar.Name, Service: p.service[d.service],
		})
		if err != nil {
			return fmt.Errorf("domain %s: %w", d.name, err)
		}
	}
	p.to(1, 8, 12)
	for _, one := range []struct {
		name string
		wish domains.Wish
	}{
		{"xn--brtchen-club-5ib.example", domains.Wish{Kind: domains.Lock, On: true}},
		{"stonegate-bread.example", domains.Wish{
			Kind: domains.Nameservers, Hosts: []string{"ns1.new-bakery.invalid", "ns2.new-bakery.invalid"},
		}},
	} {
		p.until(p.at.Add(time.Minute))
		who, err := p.as(ctx, cast.Tess, p.account[northwind], chromeOnAndroid())
		if err != nil {
			return err
		}
		one.wish.Key, one.wish.Version = id.New[id.DomainChangeKind](), 1
		if err := p.Domains.Ask(ctx, who, p.account[northwind], added[one.name], one.wish); err != nil {
			return fmt.Errorf("domain %s: %w", one.name, err)
		}
	}
	if err := p.deliver(ctx); err != nil {
		return err
	}
	return p.Domains.Remind(ctx)
}
