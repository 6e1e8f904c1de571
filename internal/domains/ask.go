package domains

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Kind is what of a domain is changed.
type Kind string

// The kinds.
const (
	Nameservers Kind = "nameservers"
	Renewal     Kind = "renewal"
	Lock        Kind = "lock"
)

// Progress is how far a change is.
type Progress string

// The steps. Waiting: the registrar is not told yet; Taken: it took it, and the registry does not show it yet.
const (
	Waiting Progress = "waiting"
	Taken   Progress = "taken"
	Done    Progress = "done"
	Failed  Progress = "failed"
)

// Change is what somebody had a registrar asked for. Was and Wants are hosts with spaces between them, or on and off.
type Change struct {
	ID         id.DomainChange
	Kind       Kind
	State      Progress
	Was, Wants string
	Trouble    string // why it failed
	Asked      time.Time
	Settled    time.Time // zero: not yet
}

type changeRow struct {
	ID        id.DomainChange `gorm:"primaryKey"`
	AccountID id.Account
	DomainID  id.Domain
	PersonID  id.Person
	Kind      string
	State     string
	Was       secretbox.Sealed
	Wants     secretbox.Sealed
	Trouble   secretbox.Sealed
	Tries     int
	AskedAt   db.Time
	TakenAt   db.Time
	SettledAt db.Time
}

// TableName names the table.
func (changeRow) TableName() string { return tableChanges }

func (d *Domains) openChange(row changeRow) (Change, error) {
	c := Change{
		ID: row.ID, Kind: Kind(row.Kind), State: Progress(row.State), Asked: row.AskedAt.Time, Settled: row.SettledAt.Time,
	}
	for _, part := range []struct {
		into   *string
		from   secretbox.Sealed
		column string
	}{{&c.Was, row.Was, "was"}, {&c.Wants, row.Wants, "wants"}, {&c.Trouble, row.Trouble, "trouble"}} {
		text, err := d.box.Open(part.from, place(tableChanges, part.column, row.ID.Bytes()))
		if err != nil {
			return Change{}, err
		}
		*part.into = text
	}
	return c, nil
}

// Wish is what somebody wants of a domain.
type Wish struct {
	Key     id.DomainChange // the change's id, so that a form that is sent twice asks once
	Version int64           // of the domain that the form showed
	Kind    Kind
	Hosts   []string // the fields of the form, of which some may be empty
	On      bool     // for the other kinds
}

// Check says what a wish comes to, without asking anybody for it.
func (d *Domains) Check(
	ctx context.Context, who actor.Actor, account id.Account, domain id.Domain, w Wish,
) (Domain, Change, error) {
	g, err := d.gate.View(ctx, who, verb.DomainsManage, id.AccountScope(account))
	if err != nil {
		return Domain{}, Change{}, err
	}
	_, one, err := d.find(d.reader.With(ctx), g, domain)
	if err != nil {
		return Domain{}, Change{}, d.recorded(ctx, who, err)
	}
	c, err := one.wished(w)
	return one, c, err
}

// wished is the change that a wish comes to.
func (d Domain) wished(w Wish) (Change, error) {
	c := Change{ID: w.Key, Kind: w.Kind, State: Waiting, Wants: word(w.On)}
	switch w.Kind {
	case Nameservers:
		hosts, err := parseHosts(w.Hosts)
		if err != nil {
			return Change{}, err
		}
		c.Was, c.Wants = strings.Join(d.Nameservers, " "), strings.Join(hosts, " ")
		if slices.Equal(hosts, d.Nameservers) {
			return Change{}, fault.InvalidField(HostField(0), "These are the name servers that the domain has already.")
		}
	case Renewal:
		c.Was = word(d.AutoRenew)
	case Lock:
		c.Was = word(d.Locked)
	default:
		return Change{}, fault.NotFound("change domain")
	}
	switch {
	case d.State != Active:
		return Change{}, fault.Conflict("This domain has run out. Ask us to bring it back first.")
	case d.Asked != "":
		return Change{}, fault.Conflict("The registrar is at work on this domain already. Wait until that is done.")
	case w.Version != d.Version:
		return Change{}, fault.Conflict("This domain has changed since you opened the form. Look at it again.")
	case c.Was == c.Wants:
		return Change{}, fault.Conflict("It is so already. Nothing was changed.")
	}
	return c, nil
}

func word(is bool) string {
	if is {
		return on
	}
	return off
}

// Ask has the registrar asked for a change: by the outbox, once this is committed. The people who run the account's
// domains are told at once, whatever mails they chose: whoever has a domain's name servers has its mail and its site.
func (d *Domains) Ask(
	ctx context.Context, who actor.Actor, account id.Account, domain id.Domain, w Wish,
) error {
	err := d.change(ctx, who, verb.DomainsManage, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, one, err := d.find(tx.DB, g, domain)
		if err != nil {
			return gate.Entry{}, err
		}
		_, again, err := db.One[changeRow](g.On(tx.DB).Where("id = ? AND domain_id = ?", w.Key, domain))
		if err != nil || again {
			return gate.Entry{}, orDone(err)
		}
		c, err := one.wished(w)
		if err != nil {
			return gate.Entry{}, err
		}
		if err := d.write(tx, g, row.Held, c); err != nil {
			return gate.Entry{}, err
		}
		told := Told{
			Account: account, Domain: domain, Service: one.Service, Name: one.Name, Event: Wanted, Kind: c.Kind, Was: c.Was,
			Wants: c.Wants, By: who.Name, At: g.Now(),
		}
		if err := d.send(tx, c.ID.String(), told); err != nil {
			return gate.Entry{}, err
		}
		details := about(row.Held, one.Name)
		details.Changes = []activity.Change{c.difference()}
		return g.Entry(asked(c.Kind), details), nil
	})
	if err == nil {
		d.post.Wake()
	}
	return err
}

func orDone(err error) error {
	if err != nil {
		return fmt.Errorf("domains: %w", err)
	}
	return errDone
}

func asked(k Kind) activity.Action {
	switch k {
	case Renewal:
		return activity.DomainRenewalAsked
	case Lock:
		return activity.DomainLockAsked
	case Nameservers:
	}
	return activity.DomainServersAsked
}

// difference is a change as an entry shows it.
func (c Change) difference() activity.Change {
	return activity.Change{Field: field(c.Kind), Old: shown(c.Was), New: shown(c.Wants)}
}

func field(k Kind) string {
	switch k {
	case Renewal:
		return "Automatic renewal"
	case Lock:
		return "Lock"
	case Nameservers:
	}
	return "Name servers"
}

func shown(value string) string { return strings.ReplaceAll(value, " ", ", ") }

// write writes a change down and leaves word for the registrar.
func (d *Domains) write(tx *db.Tx, g gate.Grant, row domainRow, c Change) error {
	was, err := d.sealed(c.Was, place(tableChanges, "was", c.ID.Bytes()))
	if err != nil {
		return err
	}
	wants, err := d.sealed(c.Wants, place(tableChanges, "wants", c.ID.Bytes()))
	if err != nil {
		return err
	}
	err = g.On(tx.DB).Create(&changeRow{
		ID: c.ID, AccountID: row.AccountID, DomainID: row.ID, PersonID: g.Who().Person, Kind: string(c.Kind),
		State: string(Waiting), Was: was, Wants: wants, Tries: 1, AskedAt: db.At(g.Now()),
	}).Error
	if db.IsDuplicate(err) {
		return fault.NotFound("change domain") // the key is that of somebody else's
	}
	if err != nil {
		return fmt.Errorf("change domain: %w", err)
	}
	return d.order(tx, row, c.ID, 1)
}

// order leaves word for the registrar.
func (d *Domains) order(tx *db.Tx, row domainRow, change id.DomainChange, try int) error {
	return d.post.Enqueue(tx, outbox.Message{
		Kind: Carry, Key: fmt.Sprintf("%s-%d", change, try), Payload: Ordered{row.AccountID, row.ID, change},
	})
}

// Retry has the registrar asked again for a change that failed, while it is the last one of its domain.
func (d *Domains) Retry(ctx context.Context, who actor.Actor, account id.Account, domain id.Domain) error {
	err := d.change(ctx, who, verb.DomainsManage, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, one, err := d.find(tx.DB, g, domain)
		if err != nil {
			return gate.Entry{}, err
		}
		last, is, err := db.One[changeRow](g.On(tx.DB).Where("domain_id = ?", domain).Order("id DESC"))
		if err != nil {
			return gate.Entry{}, fmt.Errorf("change domain: %w", err)
		}
		if !is || last.State != string(Failed) || one.State != Active {
			return gate.Entry{}, fault.Conflict("Nothing failed that could be tried again.")
		}
		res := g.On(tx.DB).Table(tableChanges).Where("id = ? AND state = ? AND tries = ?", last.ID, Failed, last.Tries).
			Updates(map[string]any{
				"state": string(Waiting), "tries": last.Tries + 1, "settled_at": nil, "trouble": nil,
			})
		if res.Error != nil || res.RowsAffected != 1 {
			return gate.Entry{}, orDone(res.Error)
		}
		c, err := d.openChange(last)
		if err != nil {
			return gate.Entry{}, err
		}
		details := about(row.Held, one.Name)
		details.Changes = []activity.Change{c.difference()}
		return g.Entry(activity.DomainRetried, details), d.order(tx, row.Held, last.ID, last.Tries+1)
	})
	if err == nil {
		d.post.Wake()
	}
	return err
}
