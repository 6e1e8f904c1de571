package reminders

import (
	"context"
	"fmt"
	"strconv"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Settled lets the services run again that stand still because of an invoice, once nothing else holds them. It may be
// called again for the same invoice.
func (r *Reminders) Settled(ctx context.Context, account id.Account, invoice id.Invoice) error {
	err := r.Gate.Change(ctx, actor.NewSystem("an invoice was settled"), verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			var held []stopRow
			err := g.On(tx.DB).Where("invoice_id = ? AND lifted_at IS NULL", invoice).Order("service_id").Find(&held).Error
			if err != nil {
				return gate.Entry{}, fmt.Errorf("release services: %w", err)
			}
			if len(held) == 0 {
				return gate.Entry{}, errDone
			}
			released := 0
			for i := range held {
				free, err := r.lift(tx, g, &held[i])
				if err != nil {
					return gate.Entry{}, err
				}
				if free {
					released++
				}
			}
			o, err := r.settled(tx, g, invoice)
			if err != nil {
				return gate.Entry{}, err
			}
			return o.change(g, activity.ArrearsLifted, activity.Change{Field: "services", New: strconv.Itoa(released)}), nil
		})
	if err == nil {
		r.Outbox.Wake()
	}
	return done(err)
}

func (r *Reminders) settled(tx *db.Tx, g gate.Grant, invoice id.Invoice) (openRow, error) {
	var rows []openRow
	err := g.On(tx.DB).Raw(openSQL+" WHERE i.id = ? AND i.account_id = ?", invoice, g.Account()).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return openRow{}, fmt.Errorf("release services: no invoice: %w", err)
	}
	return rows[0], nil
}

// lift ends one stop, and lets the service run where no other holds it.
func (r *Reminders) lift(tx *db.Tx, g gate.Grant, s *stopRow) (bool, error) {
	res := g.On(tx.Model(&stopRow{})).Where("invoice_id = ? AND service_id = ? AND lifted_at IS NULL", s.InvoiceID,
		s.ServiceID).Updates(map[string]any{"lifted_at": db.At(g.Now())})
	if res.Error != nil || res.RowsAffected != 1 {
		return false, res.Error
	}
	var others int64
	err := g.On(tx.Model(&stopRow{})).Where("service_id = ? AND lifted_at IS NULL", s.ServiceID).Count(&others).Error
	if err != nil || others > 0 {
		return false, err
	}
	return true, r.Outbox.Enqueue(tx, outbox.Message{
		Kind: Release, Key: s.InvoiceID.String() + "-" + s.ServiceID.String(),
		Payload: ServiceStop{g.Account(), s.ServiceID, s.InvoiceID},
	})
}

// Holds says whether an unpaid invoice holds a service now: messages about stopping it arrive in any order.
func (r *Reminders) Holds(ctx context.Context, account id.Account, service id.Service) (bool, error) {
	g, err := r.Gate.View(ctx, actor.NewSystem("reminders"), verb.BillingView, id.AccountScope(account))
	if err != nil {
		return false, err
	}
	var n int64
	err = g.On(r.Reader.With(ctx).Model(&stopRow{})).Where("service_id = ? AND lifted_at IS NULL", service).
		Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("reminders: %w", err)
	}
	return n > 0, nil
}
