package domains

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// pageSize is how many domains a page shows.
const pageSize = 50

// Cursor is where a page of the list begins.
type Cursor struct {
	expires time.Time
	domain  id.Domain
}

// ParseCursor reads what String wrote; what cannot be read is the beginning.
func ParseCursor(text string) Cursor {
	first, rest, _ := strings.Cut(text, "-")
	ms, err := strconv.ParseInt(first, 10, 64)
	domain, errID := id.Parse[id.DomainKind](rest)
	if err != nil || errID != nil {
		return Cursor{}
	}
	return Cursor{time.UnixMilli(ms), domain}
}

// String is the cursor in an address.
func (c Cursor) String() string {
	return strconv.FormatInt(c.expires.UnixMilli(), 10) + "-" + c.domain.String()
}

// IsZero says whether it is the beginning, or, as the next, that there is none.
func (c Cursor) IsZero() bool { return c.domain.IsZero() }

// Page is a part of the list of domains, those that run out first at the top.
type Page struct {
	Domains []Domain
	Next    Cursor
	Limited bool // the asker sees those of chosen services only
}

// List lists the domains of an account that the asker may see. It is one statement.
func (d *Domains) List(ctx context.Context, who actor.Actor, account id.Account, after Cursor) (Page, error) {
	g, err := d.gate.View(ctx, who, verb.DomainsView, id.AccountScope(account))
	if err != nil {
		return Page{}, err
	}
	return d.list(ctx, g, after)
}

// ClientList is List for the provider's staff, who look at a client's account by their own right.
func (d *Domains) ClientList(ctx context.Context, who actor.Actor, account id.Account, after Cursor) (Page, error) {
	g, err := d.gate.View(ctx, who, verb.HostingView, id.AccountScope(account))
	if err != nil {
		return Page{}, err
	}
	return d.list(ctx, g, after)
}

func (d *Domains) list(ctx context.Context, g gate.Grant, after Cursor) (Page, error) {
	chosen, limited := g.Services()
	page := Page{Limited: limited}
	if limited && len(chosen) == 0 {
		return page, nil
	}
	q := joined(g.On(d.reader.With(ctx)))
	if limited {
		q = q.Where("domains.service_id IN ?", chosen)
	}
	if !after.IsZero() {
		at := db.At(after.expires)
		q = q.Where("domains.expires_at > ? OR domains.expires_at = ? AND domains.id > ?", at, at, after.domain)
	}
	var rows []heldRow
	if err := q.Order("domains.expires_at, domains.id").Limit(pageSize + 1).Find(&rows).Error; err != nil {
		return Page{}, fmt.Errorf("list domains: %w", err)
	}
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		last := rows[pageSize-1].Held
		page.Next = Cursor{last.ExpiresAt.Time, last.ID}
	}
	for _, row := range rows {
		one, err := d.open(row)
		if err != nil {
			return Page{}, fmt.Errorf("list domains: %w", err)
		}
		page.Domains = append(page.Domains, one)
	}
	return page, nil
}

// Domain reads one domain of an account with what was last asked for, the newest first. One that the asker's access is
// not for is refused and recorded; one of another account is not found.
func (d *Domains) Domain(
	ctx context.Context, who actor.Actor, account id.Account, domain id.Domain,
) (Domain, []Change, error) {
	return d.read(ctx, who, verb.DomainsView, account, domain)
}

// ClientDomain is Domain for the provider's staff.
func (d *Domains) ClientDomain(
	ctx context.Context, who actor.Actor, account id.Account, domain id.Domain,
) (Domain, []Change, error) {
	return d.read(ctx, who, verb.HostingView, account, domain)
}

// changesShown is how many changes the page of a domain shows.
const changesShown = 5

func (d *Domains) read(
	ctx context.Context, who actor.Actor, v verb.Verb, account id.Account, domain id.Domain,
) (Domain, []Change, error) {
	g, err := d.gate.View(ctx, who, v, id.AccountScope(account))
	if err != nil {
		return Domain{}, nil, err
	}
	_, one, err := d.find(d.reader.With(ctx), g, domain)
	if err != nil {
		return Domain{}, nil, d.recorded(ctx, who, err)
	}
	var rows []changeRow
	err = g.On(d.reader.With(ctx)).Where("domain_id = ?", domain).Order("id DESC").Limit(changesShown).Find(&rows).Error
	if err != nil {
		return Domain{}, nil, fmt.Errorf("read domain: %w", err)
	}
	changes := make([]Change, 0, len(rows))
	for _, row := range rows {
		c, err := d.openChange(row)
		if err != nil {
			return Domain{}, nil, fmt.Errorf("read domain: %w", err)
		}
		changes = append(changes, c)
	}
	return one, changes, nil
}

// OfService lists the domains that belong to a service, as far as the asker may see domains at all.
func (d *Domains) OfService(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service,
) ([]Domain, error) {
	g, err := d.gate.View(ctx, who, verb.DomainsView, id.AccountScope(account))
	if err != nil || !reaches(g, service) {
		return nil, err
	}
	var rows []heldRow
	err = joined(g.On(d.reader.With(ctx))).Where("domains.service_id = ?", service).
		Order("domains.expires_at, domains.id").Limit(pageSize).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list domains: %w", err)
	}
	var list []Domain
	for _, row := range rows {
		one, err := d.open(row)
		if err != nil {
			return nil, fmt.Errorf("list domains: %w", err)
		}
		list = append(list, one)
	}
	return list, nil
}
