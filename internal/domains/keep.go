package domains

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

func noChange() id.DomainChange { return id.DomainChange{} }

// Registrars are the names of those that can be spoken to.
func (d *Domains) Registrars() []string { return slices.Clone(d.names) }

// Addition is a domain that staff put into an account.
type Addition struct {
	Key       id.Domain // its id, so that a form that is sent twice adds one
	Name      string
	Registrar string
	Service   id.Service // zero: it belongs to none
}

// Add puts a domain into an account that the registrar has for us.
func (d *Domains) Add(ctx context.Context, who actor.Actor, account id.Account, n Addition) error {
	if _, err := d.gate.View(ctx, who, verb.HostingManage, id.AccountScope(account)); err != nil {
		return err
	}
	name, err := ParseHost(n.Name)
	if err != nil {
		return fault.InvalidField("name", "Enter a domain, such as example.com.")
	}
	if !slices.Contains(d.names, n.Registrar) {
		return fault.InvalidField("registrar", "Choose a registrar from the list.")
	}
	reg, err := d.look(ctx, n.Registrar, name)
	if errors.Is(err, ErrNotFound) {
		return fault.InvalidField("name", "The registrar does not have this domain for us.")
	}
	if err != nil {
		return fault.Unavailable("add domain", err)
	}
	return d.change(ctx, who, verb.HostingManage, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, err := d.newRow(g, n, name, reg)
		if err != nil {
			return gate.Entry{}, err
		}
		if err := ofAccount(tx, g, n.Service); err != nil {
			return gate.Entry{}, err
		}
		err = g.On(tx.DB).Create(&row).Error
		if db.IsDuplicate(err) {
			return gate.Entry{}, fault.InvalidField("name", "This domain is in an account already.")
		}
		if err == nil {
			err = g.On(tx.DB).Create(&lookRow{
				DomainID: row.ID, AccountID: row.AccountID, LookedAt: db.At(g.Now()),
				DueAt: db.At(nextLook(g.Now(), reg, false)),
			}).Error
		}
		if err != nil {
			return gate.Entry{}, fmt.Errorf("add domain: %w", err)
		}
		details := about(row, name)
		details.Changes = []activity.Change{
			{Field: "Runs until", New: reg.Expires.UTC().Format("2006-01-02")},
			{Field: field(Nameservers), New: strings.Join(reg.Nameservers, ", ")},
		}
		return g.Entry(activity.DomainAdded, details), nil
	})
}

func (d *Domains) newRow(g gate.Grant, n Addition, name string, reg Registration) (domainRow, error) {
	row := domainRow{
		ID: n.Key, AccountID: g.Account(), ServiceID: n.Service, Registrar: n.Registrar,
		NameIndex: d.box.Index("domains.name", name),
		State:     string(reg.State), ExpiresAt: db.At(reg.Expires), Locked: reg.Locked, AutoRenew: reg.AutoRenew,
		AddedAt: db.At(g.Now()), RemindAt: remindAt(reg.Expires, 0), Version: 1,
	}
	var err error
	if row.Name, err = d.sealed(name, place(tableDomains, "name", row.ID.Bytes())); err != nil {
		return row, err
	}
	row.Nameservers, err = d.sealed(strings.Join(reg.Nameservers, " "), place(tableDomains, "nameservers", row.ID.Bytes()))
	return row, err
}

// ofAccount says whether a service is one of the account's; none is as well.
func ofAccount(tx *db.Tx, g gate.Grant, service id.Service) error {
	if service.IsZero() {
		return nil
	}
	var n int64
	err := g.On(tx.DB.Table("services")).Where("id = ?", service).Count(&n).Error
	if err == nil && n == 0 {
		return fault.InvalidField("service", "Choose a service from the list.")
	}
	if err != nil {
		return fmt.Errorf("add domain: %w", err)
	}
	return nil
}

// LookAgain has the registrar asked how a domain stands by the next turn of the job.
func (d *Domains) LookAgain(ctx context.Context, who actor.Actor, account id.Account, domain id.Domain) error {
	return d.change(ctx, who, verb.HostingManage, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, one, err := d.find(tx.DB, g, domain)
		if err != nil {
			return gate.Entry{}, err
		}
		err = g.On(tx.DB).Table(tableLooks).Where("domain_id = ?", domain).
			Updates(map[string]any{"due_at": db.At(g.Now())}).Error
		if err != nil {
			return gate.Entry{}, fmt.Errorf("look at domain: %w", err)
		}
		return g.Entry(activity.DomainLooked, about(row.Held, one.Name)), nil
	})
}

// Drop takes a domain out of an account: it is no longer kept here. At the registrar nothing changes.
func (d *Domains) Drop(ctx context.Context, who actor.Actor, account id.Account, domain id.Domain) error {
	return d.change(ctx, who, verb.HostingManage, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, one, err := d.find(tx.DB, g, domain)
		if err != nil {
			return gate.Entry{}, err
		}
		if one.Asked != "" {
			return gate.Entry{}, fault.Conflict("The registrar is at work on this domain. Wait until that is done.")
		}
		err = g.On(tx.DB).Where("domain_id = ?", domain).Delete(&changeRow{}).Error
		if err == nil {
			err = g.On(tx.DB).Where("domain_id = ?", domain).Delete(&lookRow{}).Error
		}
		if err == nil {
			err = g.On(tx.DB).Where("id = ?", domain).Delete(&domainRow{}).Error
		}
		if err != nil {
			return gate.Entry{}, fmt.Errorf("drop domain: %w", err)
		}
		return g.Entry(activity.DomainDropped, about(row.Held, one.Name)), nil
	})
}
