package debits

import (
	"context"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Begin begins to set a mandate up, and returns the address of the gateway's page. Back is the path of ours that the
// page leads back to. Beginning again with the same key leads to the same page.
func (d *Debits) Begin(
	ctx context.Context, who actor.Actor, account id.Account, key id.CardSetup, back string,
) (redirect string, err error) {
	debiter, ok := d.billing.Debiter()
	if !ok || d.rules.Off {
		return "", fault.NotFound("set a mandate up")
	}
	if key.IsZero() {
		return "", fault.InvalidField("key", "Open the page again, and begin once more.")
	}
	var setup billing.SetupRow
	err = d.gate.Change(ctx, who, verb.PaymentMethodsManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, fresh, err := d.BeginSetup(tx, g, key, debiter, func() error { return d.room(tx, g) })
			if err != nil {
				return gate.Entry{}, err
			}
			if setup = row; !fresh {
				return gate.Entry{}, errDone
			}
			return g.Entry(activity.MandateAsked, activity.Details{Target: activity.TargetOf("account", account, "")}), nil
		})
	if err = done(err); err != nil {
		return "", err
	}
	redirect, err = debiter.StartMandate(ctx, setup.Setup(back))
	if err != nil {
		return "", fault.Unavailable("set a mandate up", err)
	}
	return redirect, nil
}

// room refuses more mandates than an account keeps.
func (*Debits) room(tx *db.Tx, g gate.Grant) error {
	var n int64
	err := g.On(tx.Table(tableMandates)).Where("removed_at IS NULL AND state <> ?", billing.MandateInactive).
		Count(&n).Error
	if err != nil {
		return fmt.Errorf("set a mandate up: %w", err)
	}
	if n >= mostMandates {
		return fault.Conflict("This account keeps as many Direct Debits as it can. Remove one first.")
	}
	return nil
}

// Setup reads one for the page of the sandbox, which stands where the gateway's page would: whoever has its address may
// see it, as there.
func (d *Debits) Setup(ctx context.Context, setup id.CardSetup) (billing.Setup, error) {
	return d.OpenSetup(ctx, d.across(ctx), d.reader, setup)
}

// saved keeps the mandate that was given on a page. What it is, the gateway is asked; where nothing else pays by
// itself, the mandate does.
func (d *Debits) saved(ctx context.Context, who actor.Actor, gateway string, e billing.Event) error {
	setup, kept, err := d.SetupOf(d.across(ctx), gateway, e)
	if err != nil || kept {
		return err
	}
	debiter, ok := d.billing.DebiterOf(gateway)
	if !ok {
		return fault.NotFound("keep a mandate")
	}
	m, err := debiter.Mandate(ctx, setup.ID, e.Reference)
	if err != nil {
		return fault.Unavailable("keep a mandate", err)
	}
	row := mandateRow{
		ID: id.New[id.MandateKind](), AccountID: setup.AccountID, Gateway: gateway, Merchant: setup.Merchant,
		CustomerRef: m.Customer, MethodRef: m.Method, MandateRef: m.Name, State: m.State,
	}
	known := detail{SortCode: m.SortCode, Last4: m.Last4, Reference: m.Reference}
	if err := d.seal(&row, known); err != nil {
		return err
	}
	return done(d.gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(setup.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return d.keep(tx, g, setup.ID, row, known) }))
}

// keep writes a mandate down, once for its setup.
func (d *Debits) keep(
	tx *db.Tx, g gate.Grant, setup id.CardSetup, row mandateRow, known detail,
) (gate.Entry, error) {
	row.AddedAt = db.At(g.Now())
	closed, err := d.CloseSetup(tx, g, setup)
	if err != nil {
		return gate.Entry{}, err
	}
	if !closed {
		return gate.Entry{}, errDone
	}
	taken, err := d.AnyPays(tx, g)
	if err != nil {
		return gate.Entry{}, err
	}
	if !taken && row.State != billing.MandateInactive {
		row.DefaultFor = row.AccountID
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		if db.IsDuplicate(err) {
			return gate.Entry{}, errDone
		}
		return gate.Entry{}, fmt.Errorf("keep a mandate: %w", err)
	}
	return g.Entry(activity.MandateAdded, activity.Details{
		Target: target(&row, known), Changes: []activity.Change{{Field: "state", New: string(row.State)}},
	}), nil
}
