package hosting

import (
	"context"
	"fmt"
	"time"

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
			Target: about(service, s.Name()), Service: service, Changes: []activity.Change{
				{Field: "Plan", Old: s.Plan, New: n.Plan},
				{Field: "Price", Old: s.Price.String(), New: n.Price.String()},
			},
		}), nil
	})
}

// ProRata is what a change of price comes to for the days that are left until a service renews; it is negative where
// less is to be paid. Nothing is left of a service that does not renew.
func (s Service) ProRata(price money.Amount, now time.Time) (money.Amount, error) {
	difference, err := price.Sub(s.Price)
	if err != nil {
		return money.Amount{}, fmt.Errorf("pro rata: %w", err)
	}
	from := s.RenewsAt.AddDate(0, -1, 0)
	if s.Period == Yearly {
		from = s.RenewsAt.AddDate(-1, 0, 0)
	}
	const day = 24 * time.Hour
	left, whole := int64(s.RenewsAt.Sub(now)/day), int64(s.RenewsAt.Sub(from)/day)
	if s.RenewsAt.IsZero() || left <= 0 || whole <= 0 {
		return money.New(0, price.Currency()), nil
	}
	left = min(left, whole)
	n := 2*difference.Minor()*left + whole // half a penny is rounded up
	minor := n / (2 * whole)
	if n < 0 && n%(2*whole) != 0 {
		minor--
	}
	return money.New(minor, price.Currency()), nil
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
