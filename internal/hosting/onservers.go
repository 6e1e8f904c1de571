package hosting

import (
	"context"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// AccountsOn lists the accounts with services on some servers, in the order of their ids, at most as many as asked for.
// after is the last one of the page before.
func (h *Hosting) AccountsOn(
	ctx context.Context, who actor.Actor, servers []id.Server, after id.Account, most int,
) ([]id.Account, error) {
	g, err := h.gate.View(ctx, who, verb.IncidentsPublish, id.ProviderScope())
	if err != nil || len(servers) == 0 {
		return nil, err // gate says what it did
	}
	q := g.On(h.reader.With(ctx).Table(tableServices)).Distinct("account_id").
		Where("server_id IN ? AND state <> ?", servers, Cancelled)
	if !after.IsZero() {
		q = q.Where("account_id > ?", after)
	}
	var accounts []id.Account
	if err := q.Order("account_id").Limit(most).Pluck("account_id", &accounts).Error; err != nil {
		return nil, fmt.Errorf("list accounts on servers: %w", err)
	}
	return accounts, nil
}

// CountOn counts the accounts with services on some servers.
func (h *Hosting) CountOn(ctx context.Context, who actor.Actor, servers []id.Server) (int, error) {
	g, err := h.gate.View(ctx, who, verb.IncidentsPublish, id.ProviderScope())
	if err != nil || len(servers) == 0 {
		return 0, err // gate says what it did
	}
	var n int64
	err = g.On(h.reader.With(ctx).Table(tableServices)).Distinct("account_id").
		Where("server_id IN ? AND state <> ?", servers, Cancelled).Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count accounts on servers: %w", err)
	}
	return int(n), nil
}
