package recurring

import (
	"context"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Chargeable is a service for which nothing is charged yet. Its domain is sealed by hosting.
type Chargeable struct {
	Service id.Service
	Plan    string
	Domain  secretbox.Sealed
}

// Chargeables are the services of a client for which nothing is charged.
func (r *Recurring) Chargeables(ctx context.Context, who actor.Actor, account id.Account) ([]Chargeable, error) {
	g, err := r.Gate.View(ctx, who, verb.BillingView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	const most = 500
	var rows []struct {
		ID     id.Service
		Plan   string
		Domain secretbox.Sealed
	}
	err = g.On(r.Reader.With(ctx).Table("services")).Select("services.id, services.plan, services.domain").
		Where("services.state <> 'cancelled' AND NOT EXISTS (SELECT 1 FROM charges c WHERE c.service_id = services.id " +
			"AND c.account_id = services.account_id AND c.ends_on IS NULL)").
		Order("services.id").Limit(most).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read services: %w", err)
	}
	out := make([]Chargeable, len(rows))
	for i, row := range rows {
		out[i] = Chargeable{row.ID, row.Plan, row.Domain}
	}
	return out, nil
}
