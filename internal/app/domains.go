package app

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/domains"
	"gatehouse/internal/domains/demoregistrar"
	"gatehouse/internal/id"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/verb"
	"gatehouse/templates/mail"
)

const (
	// demoRegistrarFile is where the demonstration's registrar keeps its domains, in the data folder.
	demoRegistrarFile = "demo-registrar.json"
	// demoSpread is how long name servers take to show in the demonstration: elsewhere that is a day.
	demoSpread = 2 * time.Minute
)

// newDomains makes the room of domains, with the registrars that can be spoken to.
func (a *App) newDomains() (*domains.Domains, error) {
	var registrars []domains.Registrar
	if a.Config.Demo {
		a.DemoRegistrar = demoregistrar.New(a.Reader.Now, demoSpread)
		if err := a.DemoRegistrar.Keep(filepath.Join(a.Config.DataDir, demoRegistrarFile)); err != nil {
			return nil, err // it says whose file it is
		}
		registrars = append(registrars, a.DemoRegistrar)
	}
	return domains.New(a.Gate, a.Reader, a.Box, a.Outbox, registrars...), nil
}

func (a *App) bindDomains() {
	a.Outbox.Handle(domains.Carry, a.Domains.Work)
	a.Outbox.Handle(domains.Mail, a.mailDomain)
	a.Outbox.Handle(domains.MailRemind, a.mailDomainReminder)
}

func domainPath(account id.Account, domain id.Domain) string {
	return "/accounts/" + account.String() + "/domains/" + domain.String()
}

// ofService is the service that people must reach to be told of a domain: one that belongs to none is for those alone
// who reach all of the account, and so for nobody whose access is limited, to whichever services.
func ofService(service id.Service) id.Service {
	if service.IsZero() {
		return id.New[id.ServiceKind]()
	}
	return service
}

// mailDomain tells what happened to a domain. That something is changed goes to everybody who runs domains, whatever
// mails they chose: whoever has a domain's name servers has its mail and its site.
func (a *App) mailDomain(ctx context.Context, d outbox.Delivery) error {
	var m domains.Told
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	m.Name, m.Was, m.Wants = hostname.Shown(m.Name), hostname.In(m.Was), hostname.In(m.Wants)
	var name, choices string
	var people []accounts.Recipient
	var err error
	who := actor.NewSystem(d.Kind)
	if m.Event == domains.Lapsed || m.Event == domains.Returned {
		choices = a.link(choicesPath)
		name, people, err = a.Notices.RecipientsAbout(ctx, who, m.Account, notices.Domains, ofService(m.Service))
	} else {
		name, people, err = a.Accounts.HoldersOver(ctx, who, m.Account, verb.DomainsManage, ofService(m.Service))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return a.toEach(ctx, d, m.Account, people, func(to accounts.Recipient) mail.Message {
		return mail.Domain(a.mailBrand(), mail.DomainMail{
			To: to.Name, Account: name, Name: m.Name, Event: string(m.Event), Kind: string(m.Kind), Was: commas(m.Was),
			Wants: commas(m.Wants), By: m.By, Failure: m.Why, At: m.At, URL: a.link(domainPath(m.Account, m.Domain)),
			Reader: a.mailReader(ctx, to.TimeZone), ChoicesURL: choices,
		})
	})
}

func commas(hosts string) string { return strings.Join(strings.FieldsFunc(hosts, isBetween), ", ") }

func isBetween(r rune) bool { return r == ' ' || r == ',' }

// mailDomainReminder reminds those of an account who want to know that a domain runs out.
func (a *App) mailDomainReminder(ctx context.Context, d outbox.Delivery) error {
	var m domains.Reminder
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	name, people, err := a.Notices.RecipientsAbout(ctx, actor.NewSystem(d.Kind), m.Account, notices.Domains,
		ofService(m.Service))
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return a.toEach(ctx, d, m.Account, people, func(to accounts.Recipient) mail.Message {
		return mail.DomainReminder(a.mailBrand(), mail.DomainReminderMail{
			To: to.Name, Account: name, Name: hostname.Shown(m.Name), Expires: m.Expires, Renews: m.AutoRenew,
			URL: a.link(domainPath(m.Account, m.Domain)), Reader: a.mailReader(ctx, to.TimeZone),
			ChoicesURL: a.link(choicesPath),
		})
	})
}
