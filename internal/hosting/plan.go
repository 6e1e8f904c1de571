package hosting

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// NewPlan is what a service may use from now on.
type NewPlan struct {
	Plan, PanelPlan string
	Price           money.Amount
	Period          Period
}

// ChangePlan gives a service another plan, and has its server follow. A plan that it has already changes nothing.
func (h *Hosting) ChangePlan(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service, n NewPlan,
) error {
	return h.change(ctx, who, verb.HostingManage, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, err := find(tx.DB, g, service)
		if err != nil {
			return gate.Entry{}, err
		}
		s, err := h.open(row)
		if err != nil {
			return gate.Entry{}, err
		}
		res := g.On(tx.DB).Table(tableServices).Where("id = ? AND state IN ?", service, []State{Active, Suspended}).
			Updates(map[string]any{
				"plan": n.Plan, "panel_plan": n.PanelPlan, "price_minor": n.Price.Minor(),
				"currency": string(n.Price.Currency()), "period": string(n.Period), "version": gorm.Expr("version + 1"),
			})
		if res.Error != nil {
			return gate.Entry{}, fmt.Errorf("change plan: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return gate.Entry{}, fault.Conflict("Only the plan of a service that runs can be changed.")
		}
		if err := h.tellServer(tx, g, row, false); err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(activity.ServicePlanChanged, activity.Details{
			Target: about(service, s.Label()), Service: service, Changes: []activity.Change{
				{Field: "Plan", Old: s.Plan, New: n.Plan},
				{Field: "Price", Old: s.Price.String(), New: n.Price.String()},
			},
		}), nil
	})
}

// Follows says whether the server of a service does by itself what is decided here.
func (h *Hosting) Follows(ctx context.Context, server id.Server) (bool, error) {
	row, found, err := db.One[serverRow](h.reader.With(ctx).Select("panel, state").
		Where("id = ? AND state = ?", server, serverActive))
	if err != nil || !found {
		return false, err
	}
	_, known := h.panels[row.Panel]
	return known, nil
}
