package domains

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// learn asks the registrar how a domain stands and has our record follow. told is a change that the registrar just
// took; zero: none. That it took it is written down also where it does not answer any more.
func (d *Domains) learn(ctx context.Context, row domainRow, name string, told id.DomainChange) error {
	reg, failure := d.look(ctx, row.Registrar, name)
	if failure != nil && told.IsZero() {
		return failure
	}
	news := &news{told: told}
	if failure == nil {
		news.reg = &reg
	}
	err := d.change(ctx, system(), verb.DomainsManage, row.AccountID, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return d.take(tx, g, row.ID, news)
	})
	if err != nil {
		return err
	}
	why := ""
	if failure != nil {
		why = trouble(failure, nil)
	}
	return d.note(ctx, row, why, func(now time.Time) time.Time { return nextLook(now, reg, news.open) })
}

// news is what a registrar was told and said.
type news struct {
	told id.DomainChange
	reg  *Registration
	open bool // something is still to show
}

// How often registrars are asked: each day, and more often while something is to show there.
const (
	lookEach = 24 * time.Hour
	lookSoon = 10 * time.Minute
	lookPast = 5 * time.Minute // after the end, when the registrar has renewed it or has not
)

func nextLook(now time.Time, reg Registration, open bool) time.Time {
	if open {
		return now.Add(lookSoon)
	}
	next := now.Add(lookEach)
	if past := reg.Expires.Add(lookPast); reg.State == Active && past.After(now) && past.Before(next) {
		return past
	}
	return next
}

// take has the record follow what the registrar says. It returns errDone where nothing is new.
func (d *Domains) take(tx *db.Tx, g gate.Grant, domain id.Domain, n *news) (gate.Entry, error) {
	n.open = false
	row, one, err := d.find(tx.DB, g, domain)
	if err != nil {
		return gate.Entry{}, err
	}
	c, is, err := d.openOf(tx.DB, g, domain)
	if err != nil {
		return gate.Entry{}, fmt.Errorf("change domain: %w", err)
	}
	var entry gate.Entry
	details := about(row.Held, one.Name)
	if is {
		if entry, err = d.follow(tx, g, &c, n, details); err != nil {
			return gate.Entry{}, err
		}
	}
	if n.reg == nil {
		return orEmpty(entry, nil)
	}
	found := one.differences(*n.reg)
	if len(found) == 0 {
		return orEmpty(entry, nil)
	}
	if err := d.rewrite(tx, g, row.Held, *n.reg); err != nil {
		return gate.Entry{}, err
	}
	for _, f := range found {
		if f.kind == c.Kind && c.State == Done && shown(c.Wants) == f.change.New {
			continue // that is what was asked for
		}
		details.Changes = append(details.Changes, f.change)
		if err := d.sendFound(tx, g, one, f, *n.reg); err != nil {
			return gate.Entry{}, err
		}
	}
	if len(details.Changes) > 0 {
		entry = entry.And(g.Entry(activity.DomainFound, details))
	}
	return orEmpty(entry, nil)
}

func orEmpty(e gate.Entry, err error) (gate.Entry, error) {
	if err == nil && e.IsZero() {
		err = errDone
	}
	return e, err
}

// follow moves what is open on: the registrar took it, or shows it, or has not shown it for too long.
func (d *Domains) follow(
	tx *db.Tx, g gate.Grant, c *Change, n *news, details activity.Details,
) (entry gate.Entry, err error) {
	n.open = true
	details.Changes = []activity.Change{c.difference()}
	if c.State == Waiting {
		if c.ID != n.told {
			return gate.Entry{}, nil
		}
		if err := step(tx, g, *c, map[string]any{"state": string(Taken), "taken_at": db.At(g.Now())}); err != nil {
			return gate.Entry{}, err
		}
		c.State, c.Asked = Taken, g.Now()
		entry = g.Entry(activity.DomainTaken, details)
	}
	switch {
	case n.reg != nil && c.shows(*n.reg):
		n.open = false
		if err := settle(tx, g, *c, map[string]any{"state": string(Done)}); err != nil {
			return gate.Entry{}, err
		}
		c.State, entry = Done, g.Entry(activity.DomainChanged, details)
	case g.Now().Sub(c.Asked) > settleTime:
		n.open = false
		const why = "The registrar took it two days ago, and does not show it."
		sealed, err := d.sealed(why, place(tableChanges, "trouble", c.ID.Bytes()))
		if err != nil {
			return gate.Entry{}, err
		}
		if err := settle(tx, g, *c, map[string]any{"state": string(Failed), "trouble": sealed}); err != nil {
			return gate.Entry{}, err
		}
		details.Outcome, details.Reason = activity.Failed, why
		entry = g.Entry(activity.DomainStuck, details)
	}
	return entry, nil
}

// shows says whether the registry shows what was asked for.
func (c Change) shows(reg Registration) bool {
	switch c.Kind {
	case Nameservers:
		return strings.Join(reg.Nameservers, " ") == c.Wants
	case Renewal:
		return word(reg.AutoRenew) == c.Wants
	case Lock:
		return word(reg.Locked) == c.Wants
	}
	return false
}

// difference is something in which a registration is not as our record says. kind is empty for what nobody changes
// here.
type difference struct {
	kind   Kind
	change activity.Change
}

func (d Domain) differences(reg Registration) []difference {
	var list []difference
	add := func(k Kind, name, was, is string) {
		if was != is {
			list = append(list, difference{k, activity.Change{Field: name, Old: was, New: is}})
		}
	}
	add(Nameservers, field(Nameservers), strings.Join(d.Nameservers, ", "), strings.Join(reg.Nameservers, ", "))
	add(Renewal, field(Renewal), word(d.AutoRenew), word(reg.AutoRenew))
	add(Lock, field(Lock), word(d.Locked), word(reg.Locked))
	add("", "State", string(d.State), string(reg.State))
	add("", "Runs until", d.Expires.UTC().Format(time.DateOnly), reg.Expires.UTC().Format(time.DateOnly))
	return list
}

// sendFound leaves word of what was found at the registrar: what nobody asked for here, and that a domain ran out.
func (d *Domains) sendFound(tx *db.Tx, g gate.Grant, one Domain, f difference, reg Registration) error {
	t := Told{
		Account: one.Account, Domain: one.ID, Service: one.Service, Name: one.Name, Event: Outside, Kind: f.kind,
		Was: f.change.Old, Wants: f.change.New, State: reg.State, At: g.Now(),
	}
	switch {
	case f.kind != "":
	case f.change.Field != "State":
		return nil // it was renewed, which the log says
	case reg.State == Active:
		t.Event = Returned
	default:
		t.Event = Lapsed
	}
	return d.send(tx, id.New[id.RequestKind]().String(), t)
}

// rewrite has the row follow a registration.
func (d *Domains) rewrite(tx *db.Tx, g gate.Grant, row domainRow, reg Registration) error {
	hosts, err := d.sealed(strings.Join(reg.Nameservers, " "), place(tableDomains, "nameservers", row.ID.Bytes()))
	if err != nil {
		return err
	}
	to := map[string]any{
		"state": string(reg.State), "expires_at": db.At(reg.Expires), "locked": reg.Locked, "auto_renew": reg.AutoRenew,
		"nameservers": hosts, "version": row.Version + 1,
	}
	if !row.ExpiresAt.Equal(reg.Expires) {
		to["reminded"], to["remind_at"] = 0, remindAt(reg.Expires, 0)
	}
	if err := g.On(tx.DB).Table(tableDomains).Where("id = ?", row.ID).Updates(to).Error; err != nil {
		return fmt.Errorf("change domain: %w", err)
	}
	return nil
}
