package hosting

import (
	"context"
	"fmt"
	"slices"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// pageSize is how many services a page shows.
const pageSize = 50

// Page is a part of the list of services, the longest held first.
type Page struct {
	Services []Service
	Next     id.Service // where the next page begins; zero where there is none
	Limited  bool       // the asker sees chosen services only
}

// Services lists the services of an account that the asker may see, a page at a time. after is the Next of the page
// before. It is one statement.
func (h *Hosting) Services(ctx context.Context, who actor.Actor, account id.Account, after id.Service) (Page, error) {
	g, err := h.gate.View(ctx, who, verb.ServicesView, id.AccountScope(account))
	if err != nil {
		return Page{}, err
	}
	return h.list(ctx, g, after)
}

// ClientServices is Services for the provider's staff, who look at a client's account by their own right.
func (h *Hosting) ClientServices(
	ctx context.Context, who actor.Actor, account id.Account, after id.Service,
) (Page, error) {
	g, err := h.gate.View(ctx, who, verb.HostingView, id.AccountScope(account))
	if err != nil {
		return Page{}, err
	}
	return h.list(ctx, g, after)
}

func (h *Hosting) list(ctx context.Context, g gate.Grant, after id.Service) (Page, error) {
	chosen, limited := g.Services()
	page := Page{Limited: limited}
	if limited && len(chosen) == 0 {
		return page, nil
	}
	q := joined(g.On(h.reader.With(ctx)))
	if limited {
		q = q.Where("services.id IN ?", chosen)
	}
	if !after.IsZero() {
		q = q.Where("services.id > ?", after)
	}
	var rows []heldRow
	if err := q.Order("services.id").Limit(pageSize + 1).Find(&rows).Error; err != nil {
		return Page{}, fmt.Errorf("list services: %w", err)
	}
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		page.Next = rows[pageSize-1].Held.ID
	}
	for _, row := range rows {
		s, err := h.open(row)
		if err != nil {
			return Page{}, fmt.Errorf("list services: %w", err)
		}
		page.Services = append(page.Services, s)
	}
	return page, nil
}

// Service reads one service of an account. One that the asker's access is not for is refused and recorded; one of
// another account is not found.
func (h *Hosting) Service(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service,
) (Service, error) {
	g, err := h.gate.View(ctx, who, verb.ServicesView, id.AccountScope(account))
	if err != nil {
		return Service{}, err
	}
	row, err := find(h.reader.With(ctx), g, service)
	if err != nil {
		return Service{}, err
	}
	s, err := h.open(row)
	if err != nil {
		return Service{}, err
	}
	if err := reach(g, service, s.Label()); err != nil {
		return Service{}, h.recorded(ctx, who, err)
	}
	return s, nil
}

// Names are what some services of an account are called, as far as the asker may see them. It is one statement.
func (h *Hosting) Names(
	ctx context.Context, who actor.Actor, account id.Account, of []id.Service,
) (map[id.Service]string, error) {
	g, err := h.gate.View(ctx, who, verb.ServicesView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	if chosen, limited := g.Services(); limited {
		of = slices.DeleteFunc(slices.Clone(of), func(s id.Service) bool { return !slices.Contains(chosen, s) })
	}
	names := make(map[id.Service]string, len(of))
	if len(of) == 0 {
		return names, nil
	}
	var rows []heldRow
	if err := joined(g.On(h.reader.With(ctx))).Where("services.id IN ?", of).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("name services: %w", err)
	}
	for _, row := range rows {
		s, err := h.open(row)
		if err != nil {
			return nil, fmt.Errorf("name services: %w", err)
		}
		names[s.ID] = s.Name()
	}
	return names, nil
}

// Counts is how many services of an account the asker may see, by state.
type Counts struct{ Pending, Active, Suspended, Cancelled int }

// Counts counts the services that the asker may see. It is one statement.
func (h *Hosting) Counts(ctx context.Context, who actor.Actor, account id.Account) (Counts, error) {
	g, err := h.gate.View(ctx, who, verb.ServicesView, id.AccountScope(account))
	if err != nil {
		return Counts{}, err
	}
	chosen, limited := g.Services()
	if limited && len(chosen) == 0 {
		return Counts{}, nil
	}
	q := g.On(h.reader.With(ctx).Table(tableServices)).Select("state, COUNT(*) AS n").Group("state")
	if limited {
		q = q.Where("services.id IN ?", chosen)
	}
	var rows []struct {
		State State
		N     int
	}
	if err := q.Find(&rows).Error; err != nil {
		return Counts{}, fmt.Errorf("count services: %w", err)
	}
	var c Counts
	for _, row := range rows {
		switch row.State {
		case Pending:
			c.Pending = row.N
		case Active:
			c.Active = row.N
		case Suspended:
			c.Suspended = row.N
		case Cancelled:
			c.Cancelled = row.N
		}
	}
	return c, nil
}
