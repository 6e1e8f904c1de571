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

type setupRow struct {
	ID        id.CardSetup `gorm:"primaryKey"`
	AccountID id.Account
	Gateway   string
	Merchant  string
	CreatedAt db.Time
	ExpiresAt db.Time
	DoneAt    db.Time
}

// TableName names the table.
func (setupRow) TableName() string { return tableSetups }

// keepSetup keeps a setup that is begun.
func keepSetup(tx *db.Tx, g gate.Grant, s *setupRow) error {
	err := g.On(tx.DB).Create(s).Error
	if db.IsDuplicate(err) {
		return fault.NotFound("set a mandate up") // the key is the id of somebody else's
	}
	if err != nil {
		return fmt.Errorf("set a mandate up: %w", err)
	}
	return nil
}

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
	var setup setupRow
	err = d.gate.Change(ctx, who, verb.PaymentMethodsManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			before, found, err := db.One[setupRow](g.On(tx.DB).Where("id = ?", key))
			if err != nil {
				return gate.Entry{}, fmt.Errorf("set a mandate up: %w", err)
			}
			if found {
				setup = before
				return gate.Entry{}, errDone
			}
			if err := d.room(tx, g); err != nil {
				return gate.Entry{}, err
			}
			setup = setupRow{
				ID: key, AccountID: account, Gateway: debiter.Name(), Merchant: debiter.Merchant(),
				CreatedAt: db.At(g.Now()), ExpiresAt: db.At(g.Now().Add(setupLife)),
			}
			if err := keepSetup(tx, g, &setup); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.MandateAsked, activity.Details{Target: activity.TargetOf("account", account, "")}), nil
		})
	if err = done(err); err != nil {
		return "", err
	}
	redirect, err = debiter.StartMandate(ctx, billing.Setup{
		ID: setup.ID, Merchant: setup.Merchant, Expires: setup.ExpiresAt.Time, Back: back,
	})
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
	row, found, err := db.One[setupRow](d.across(ctx).Where("id = ?", setup))
	if err != nil {
		return billing.Setup{}, fmt.Errorf("read a setup: %w", err)
	}
	now, err := d.reader.Now(ctx)
	if err != nil {
		return billing.Setup{}, fmt.Errorf("read a setup: %w", err)
	}
	if !found || !row.DoneAt.IsZero() || !now.Before(row.ExpiresAt.Time) {
		return billing.Setup{}, fault.NotFound("read a setup")
	}
	return billing.Setup{
		ID: row.ID, Merchant: row.Merchant, Expires: row.ExpiresAt.Time,
		Back: "/accounts/" + row.AccountID.String() + "/payment-methods",
	}, nil
}

// saved keeps the mandate that was given on a page. What it is, the gateway is asked; where nothing else pays by
// itself, the mandate does.
func (d *Debits) saved(ctx context.Context, who actor.Actor, gateway string, e billing.Event) error {
	setup, found, err := db.One[setupRow](d.across(ctx).Where("id = ?", e.Setup))
	if err != nil {
		return fmt.Errorf("keep a mandate: %w", err)
	}
	debiter, ok := d.billing.DebiterOf(gateway)
	if !found || !ok || setup.Gateway != gateway || setup.Merchant != e.Merchant {
		return fault.NotFound("keep a mandate")
	}
	if !setup.DoneAt.IsZero() {
		return nil
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
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return d.keep(tx, g, &setup, row, known) }))
}

// keep writes a mandate down, once for its setup.
func (d *Debits) keep(
	tx *db.Tx, g gate.Grant, setup *setupRow, row mandateRow, known detail,
) (gate.Entry, error) {
	row.AddedAt = db.At(g.Now())
	closed := g.On(tx.Model(&setupRow{})).Where("id = ? AND done_at IS NULL", setup.ID).Update("done_at", row.AddedAt)
	if closed.Error != nil {
		return gate.Entry{}, fmt.Errorf("keep a mandate: %w", closed.Error)
	}
	if closed.RowsAffected != 1 {
		return gate.Entry{}, errDone
	}
	taken, err := d.anyPays(tx, g)
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

// anyPays says whether anything pays for the account by itself already.
func (d *Debits) anyPays(tx *db.Tx, g gate.Grant) (bool, error) {
	own, err := d.Pays(tx, g)
	if err != nil || own || d.beside == nil {
		return own, err
	}
	return d.beside.Pays(tx, g)
}

// Pays says whether a mandate pays for the grant's account by itself.
func (*Debits) Pays(tx *db.Tx, g gate.Grant) (bool, error) {
	var n int64
	if err := g.On(tx.Table(tableMandates)).Where("default_for = ?", g.Account()).Count(&n).Error; err != nil {
		return false, fmt.Errorf("read mandates: %w", err)
	}
	return n > 0, nil
}

// Yield has no mandate of the grant's account pay by itself any more.
func (*Debits) Yield(tx *db.Tx, g gate.Grant) error {
	err := g.On(tx.Model(&mandateRow{})).Where("default_for = ?", g.Account()).Update("default_for", nil).Error
	if err != nil {
		return fmt.Errorf("choose what pays: %w", err)
	}
	return nil
}

var _ billing.Payer = (*Debits)(nil)
