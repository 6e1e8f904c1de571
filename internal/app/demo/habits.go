package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/figures"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

const (
	firstDay  = 546 // days ago that habits begin
	denseDays = 190 // so far back people come as often as they do now: what the log's calendar shows, and a little more
	quieter   = 4   // before that only one in so many of their visits was kept
	lastDays  = 7   // in which habits keep to the first hour of the day: the rest of these days is told one by one
)

// habit is what somebody does again and again.
type habit struct {
	email, account string
	d              device
	often          int // of a hundred working days
	hour           int
	do             func(ctx context.Context, who actor.Actor, account id.Account, n uint32) error
}

// habits are those of everybody, by the hour of the day.
func (p *past) habits() []habit {
	return []habit{
		{cast.Olivia, northwind, safariOnMac(), 42, 8, nil},
		{cast.Tess, northwind, chromeOnAndroid(), 34, 9, p.opens("northwind.example", "mail.northwind.example")},
		{cast.Priya, pixelworks, firefoxOnLinux(), 24, 10, p.opens("pixelworks.example", "dalefoot-farm.example")},
		{cast.Ben, northwind, chromeOnWindows(), 30, 11, nil},
		{cast.Carl, copperfield, edgeOnWindows(), 7, 12, nil},
		{cast.Tess, northwind, chromeOnAndroid(), 2, 13, p.triesInvoices},
		{cast.Sam, northwind, chromeOnWindows(), 3, 14, p.looks},
		{cast.Olivia, northwind, safariOnPhone(), 11, 16, p.readsLog},
	}
}

// daysPass has everybody keep to their habits, on the working days from where history has got to until so many days
// ago.
func (p *past) daysPass(ctx context.Context, until int) error {
	for ; p.day > until; p.day-- {
		if p.day <= figures.DaysShown {
			p.to(p.day, 5, 40)
			if err := p.Figures.Count(ctx); err != nil {
				return err // it says what it did
			}
		}
		if p.atRest() {
			continue
		}
		if err := p.dayPasses(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *past) dayPasses(ctx context.Context) error {
	for i, h := range p.habits() {
		n := p.chance(h)
		if p.people[h.email].IsZero() || p.account[h.account].IsZero() || !p.comes(h, n) {
			continue
		}
		hour, minute := h.hour, int(n/100%60)
		if p.day <= lastDays {
			hour, minute = 8, 3*i
		}
		p.to(p.day, hour, minute)
		if err := p.visit(ctx, h, n); err != nil {
			return fmt.Errorf("%s, %d days ago: %w", h.email, p.day, err)
		}
	}
	return nil
}

// atRest says whether nobody works on that day: at weekends, and between the years.
func (p *past) atRest() bool {
	day := p.now.AddDate(0, 0, -p.day)
	weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
	return weekend || day.Month() == time.December && day.Day() > 23
}

// chance is a number that is as good as thrown, and the same in every demo.
func (p *past) chance(h habit) uint32 {
	sum := fnv.New32a()
	_, _ = fmt.Fprintf(sum, "%s at %d on %d", h.email, h.hour, p.day) // a hash takes everything
	return sum.Sum32() >> 8
}

func (p *past) comes(h habit, n uint32) bool {
	if int(n%100) >= h.often {
		return false
	}
	return p.day <= denseDays || p.day%quieter == 0
}

func (p *past) visit(ctx context.Context, h habit, n uint32) error {
	account := p.account[h.account]
	who, err := p.as(ctx, h.email, account, h.d)
	if err != nil || h.do == nil {
		return err
	}
	return h.do(ctx, who, account, n)
}

// opens has somebody open one of the panels.
func (p *past) opens(domains ...string) func(context.Context, actor.Actor, id.Account, uint32) error {
	return func(ctx context.Context, who actor.Actor, account id.Account, n uint32) error {
		service := p.service[domains[int(n/7)%len(domains)]]
		if _, err := p.Hosting.OpenPanel(ctx, who, account, service); err != nil {
			return fmt.Errorf("open panel: %w", err)
		}
		return nil
	}
}

// triesInvoices has somebody look for invoices whose role has none.
func (p *past) triesInvoices(ctx context.Context, who actor.Actor, account id.Account, _ uint32) error {
	_, err := p.Gate.View(ctx, who, verb.InvoicesView, id.AccountScope(account))
	return expectRefusal(err)
}

func (p *past) looks(ctx context.Context, who actor.Actor, account id.Account, _ uint32) error {
	if _, err := p.Overview.Client(ctx, who, account); err != nil {
		return fmt.Errorf("support looks: %w", err)
	}
	return nil
}

func (p *past) readsLog(ctx context.Context, who actor.Actor, account id.Account, _ uint32) error {
	return p.readLog(ctx, who, account)
}
