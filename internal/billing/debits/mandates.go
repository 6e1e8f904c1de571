package debits

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Mandate is one that is kept for an account, as its people know it.
type Mandate struct {
	ID        id.Mandate
	SortCode  string // "10-88-00"
	Last4     string
	Reference string // as it stands on the payer's bank statement
	State     billing.MandateState
	Default   bool // pays by itself
	Added     time.Time
}

// List reads the mandates of an account, what pays by itself first. Those that the bank ended stand last.
func (d *Debits) List(ctx context.Context, who actor.Actor, account id.Account) ([]Mandate, error) {
	g, err := d.gate.View(ctx, who, verb.PaymentMethodsView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	return d.list(ctx, g)
}

// ClientList is List for the provider's people.
func (d *Debits) ClientList(ctx context.Context, who actor.Actor, account id.Account) ([]Mandate, error) {
	g, err := d.gate.View(ctx, who, verb.BillingView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	return d.list(ctx, g)
}

func (d *Debits) list(ctx context.Context, g gate.Grant) ([]Mandate, error) {
	var rows []mandateRow
	err := g.On(d.reader.With(ctx)).Where("removed_at IS NULL").
		Order("default_for IS NULL, state = 'inactive', added_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read mandates: %w", err)
	}
	out := make([]Mandate, 0, len(rows))
	for i := range rows {
		known, err := d.open(&rows[i])
		if err != nil {
			return nil, err
		}
		out = append(out, Mandate{
			ID: rows[i].ID, SortCode: known.SortCode, Last4: known.Last4, Reference: known.Reference, State: rows[i].State,
			Default: !rows[i].DefaultFor.IsZero(), Added: rows[i].AddedAt.Time,
		})
	}
	return out, nil
}

func (d *Debits) mandate(tx *db.Tx, g gate.Grant, mandate id.Mandate) (mandateRow, detail, error) {
	row, found, err := db.One[mandateRow](g.On(tx.DB).Where("id = ? AND removed_at IS NULL", mandate))
	if err != nil {
		return mandateRow{}, detail{}, fmt.Errorf("read a mandate: %w", err)
	}
	if !found {
		return mandateRow{}, detail{}, fault.NotFound("mandate")
	}
	known, err := d.open(&row)
	return row, known, err
}

// MakeDefault has invoices collected by a mandate from now on.
func (d *Debits) MakeDefault(ctx context.Context, who actor.Actor, account id.Account, mandate id.Mandate) error {
	return done(d.gate.Change(ctx, who, verb.PaymentMethodsManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, known, err := d.mandate(tx, g, mandate)
			if err != nil {
				return gate.Entry{}, err
			}
			switch {
			case !row.DefaultFor.IsZero():
				return gate.Entry{}, errDone
			case row.State == billing.MandateInactive:
				return gate.Entry{}, fault.Conflict("The bank has ended this Direct Debit. Set a new one up.")
			}
			if err := d.Choose(tx, g, mandate.Bytes()); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.MandateChosen, activity.Details{Target: target(&row, known)}), nil
		}))
}

// forgotten is a mandate that the gateway is to end.
type forgotten struct {
	Gateway  string `json:"gateway"`
	Customer string `json:"customer"`
	Method   string `json:"method"`
}

// Remove ends a mandate. What was sent already still arrives; what was only announced is not collected.
func (d *Debits) Remove(ctx context.Context, who actor.Actor, account id.Account, mandate id.Mandate) error {
	err := d.gate.Change(ctx, who, verb.PaymentMethodsManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, known, err := d.mandate(tx, g, mandate)
			if err != nil {
				return gate.Entry{}, err
			}
			err = g.On(tx.Model(&mandateRow{})).Where("id = ?", mandate).
				Updates(map[string]any{"removed_at": db.At(g.Now()), "default_for": nil}).Error
			if err != nil {
				return gate.Entry{}, fmt.Errorf("remove a mandate: %w", err)
			}
			if err := d.dropAnnounced(tx, g, mandate); err != nil {
				return gate.Entry{}, err
			}
			err = d.outbox.Enqueue(tx, outbox.Message{Kind: Forget, Key: row.ID.String(), Payload: forgotten{
				Gateway: row.Gateway, Customer: row.CustomerRef, Method: row.MethodRef,
			}})
			return g.Entry(activity.MandateRemoved, activity.Details{Target: target(&row, known)}), err
		})
	if err == nil {
		d.outbox.Wake()
	}
	return err
}

// dropAnnounced gives the collections up that were announced by a mandate and not sent yet.
func (*Debits) dropAnnounced(tx *db.Tx, g gate.Grant, mandate id.Mandate) error {
	err := g.On(tx.Model(&collectionRow{})).Where("mandate_id = ? AND state = ?", mandate, Waiting).
		Updates(map[string]any{"state": void, "done_at": db.At(g.Now()), "again": true}).Error
	if err != nil {
		return fmt.Errorf("drop collections: %w", err)
	}
	return nil
}

// ForgetMandate has the gateway end a removed mandate.
func (d *Debits) ForgetMandate(ctx context.Context, m outbox.Delivery) error {
	var f forgotten
	if err := m.Decode(&f); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	debiter, ok := d.billing.DebiterOf(f.Gateway)
	if !ok {
		return fmt.Errorf("%w: there is no gateway %s any more", outbox.ErrNeverWorks, f.Gateway)
	}
	return debiter.Forget(ctx, billing.Card{Customer: f.Customer, Method: f.Method})
}

// changed asks how a mandate stands now. One that we do not keep concerns us not.
func (d *Debits) changed(ctx context.Context, who actor.Actor, gateway, reference string) error {
	row, found, err := db.One[mandateRow](d.across(ctx).Where("gateway = ? AND mandate_ref = ?", gateway, reference))
	if err != nil {
		return fmt.Errorf("follow a mandate: %w", err)
	}
	debiter, ok := d.billing.DebiterOf(gateway)
	if !found || !ok || row.Merchant != debiter.Merchant() || row.State == billing.MandateInactive {
		return nil
	}
	state, err := debiter.MandateState(ctx, reference)
	if err != nil {
		return fault.Unavailable("follow a mandate", err)
	}
	if state == row.State {
		return nil
	}
	err = d.gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(row.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return d.turn(tx, g, row, state) })
	if err == nil {
		d.outbox.Wake()
	}
	return done(err)
}

// turn writes a mandate's new state. One that ended is never active again; whoever pays is told, unless they ended it
// here themselves.
func (d *Debits) turn(tx *db.Tx, g gate.Grant, row mandateRow, to billing.MandateState) (gate.Entry, error) {
	known, err := d.open(&row)
	if err != nil {
		return gate.Entry{}, err
	}
	set := map[string]any{"state": to}
	if to == billing.MandateInactive {
		set["default_for"] = nil
	}
	res := g.On(tx.Model(&mandateRow{})).Where("id = ? AND state = ?", row.ID, row.State).Updates(set)
	if res.Error != nil {
		return gate.Entry{}, fmt.Errorf("follow a mandate: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return gate.Entry{}, errDone
	}
	if to == billing.MandateInactive {
		if err := d.isGone(tx, g, row, known); err != nil {
			return gate.Entry{}, err
		}
	}
	return g.Entry(activity.MandateTurned, activity.Details{
		Target:  target(&row, known),
		Changes: []activity.Change{{Field: "state", Old: string(row.State), New: string(to)}},
	}), nil
}

// isGone drops what was announced of a mandate that the bank has ended, and tells its people, unless they removed it.
func (d *Debits) isGone(tx *db.Tx, g gate.Grant, row mandateRow, known detail) error {
	if err := d.dropAnnounced(tx, g, row.ID); err != nil || !row.RemovedAt.IsZero() {
		return err
	}
	return d.outbox.Enqueue(tx, outbox.Message{Kind: MailGone, Key: row.ID.String(), Payload: Gone{
		Account: row.AccountID, Last4: known.Last4, Reference: known.Reference, Paid: !row.DefaultFor.IsZero(),
	}})
}
