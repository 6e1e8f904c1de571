package billing

import (
	"context"
	"fmt"
	"slices"
	"strings"

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

// MostTogether is how many invoices one payment pays at most: as many as a page of the list shows.
const MostTogether = 50

// Together is several invoices that somebody wants to pay with one payment: all that is left of each.
type Together struct {
	Key      id.Checkout // as of an [Order]
	Gateway  string
	Invoices []id.Invoice
	// Amount is what whoever pays saw that all of them come to. It is compared, never believed (P2): an invoice that was
	// paid or changed meanwhile leads back to the form.
	Amount money.Amount
	Back   string // the path of ours that the gateway's page leads back to
	Twice  bool   // as of an [Order]
	Mark   string // see [Billing.Mark]
}

// Share is what of a payment is meant for one invoice.
type Share struct {
	Invoice id.Invoice
	Number  string
	Amount  money.Amount
}

// Several says "2026-0431, 2026-0432 and 2026-0433".
func Several(shares []Share) string {
	numbers := make([]string, 0, len(shares))
	for _, s := range shares {
		numbers = append(numbers, s.Number)
	}
	if len(numbers) < 2 {
		return strings.Join(numbers, "")
	}
	last := len(numbers) - 1
	return strings.Join(numbers[:last], ", ") + " and " + numbers[last]
}

// mostNamed is how many invoices a payment is named by.
const mostNamed = 3

// About is what a checkout pays: "Invoice 2026-0431", "Invoices 2026-0431 and 2026-0432", "5 invoices".
func (c Checkout) About() string {
	switch n := len(c.Shares); {
	case n > mostNamed:
		return fmt.Sprintf("%d invoices", n)
	case n > 1:
		return "Invoices " + Several(c.Shares)
	}
	return "Invoice " + c.Number
}

type shareRow struct {
	CheckoutID  id.Checkout `gorm:"primaryKey"`
	InvoiceID   id.Invoice  `gorm:"primaryKey"`
	AccountID   id.Account
	Position    int
	AmountMinor int64
}

// TableName names the table.
func (shareRow) TableName() string { return tableShares }

// Openable reads what of the invoices asks for money, for the form that pays them together: oldest due day first, those
// that are closed left out. Without invoices it is what is due of all, as much as one payment takes, in the currency
// of the one that is due first.
func (b *Billing) Openable(
	ctx context.Context, who actor.Actor, account id.Account, invoices []id.Invoice,
) ([]Summary, error) {
	g, err := b.gate.View(ctx, who, verb.InvoicesPay, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	rows, err := openable(g.On(b.reader.With(ctx)), invoices)
	if err != nil {
		return nil, err
	}
	out := make([]Summary, 0, len(rows))
	for i := range rows {
		if len(invoices) == 0 && rows[i].Currency != rows[0].Currency {
			continue
		}
		s, err := b.summary(&rows[i], g.Now())
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func openable(q *gorm.DB, invoices []id.Invoice) ([]invoiceRow, error) {
	q = q.Where("state IN ?", []State{StateDue, StatePartPaid})
	if len(invoices) > 0 {
		q = q.Where("id IN ?", invoices)
	}
	var rows []invoiceRow
	if err := q.Order("due_at, id").Limit(MostTogether).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read invoices: %w", err)
	}
	return rows, nil
}

// PayTogether begins one payment of several invoices, and returns the address of the gateway's page. What comes in by
// it settles each of them once, with its own share; beginning with the same key again asks for the same page.
func (b *Billing) PayTogether(
	ctx context.Context, who actor.Actor, account id.Account, o Together,
) (redirect string, err error) {
	gateway, ok := b.gateway(o.Gateway)
	if !ok {
		return "", fault.NotFound("pay")
	}
	if err := o.sound(); err != nil {
		return "", err
	}
	if err := b.Unaltered(ctx, who, account, o); err != nil {
		return "", err
	}
	var checkout Checkout
	err = b.gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (e gate.Entry, err error) {
			checkout, e, err = b.beginTogether(tx, g, gateway, o)
			return e, err
		})
	if err = done(err); err != nil {
		return "", err
	}
	checkout.Back = o.Back
	return ask(ctx, gateway, checkout)
}

// BeginTogetherWithin writes a checkout of several invoices for a change of another room of billing, which asks the
// gateway itself. Where it was begun before, done says so.
func (b *Billing) BeginTogetherWithin(
	tx *db.Tx, g gate.Grant, o Together,
) (c Checkout, before bool, err error) {
	gateway, ok := b.gateway(o.Gateway)
	if !ok {
		return c, false, fault.NotFound("pay")
	}
	c, _, err = b.beginTogether(tx, g, gateway, o)
	if err != nil && done(err) == nil {
		return c, true, nil
	}
	return c, false, err
}

// beginTogether writes the attempt and its shares; errDone where the same was begun before.
func (b *Billing) beginTogether(
	tx *db.Tx, g gate.Grant, gateway Gateway, o Together,
) (c Checkout, e gate.Entry, err error) {
	if err := o.sound(); err != nil {
		return c, e, err
	}
	if !b.vouched(o) { // whoever begins it asked already
		return c, e, formAltered()
	}
	c, found, err := b.togetherBefore(tx, g, gateway.Name(), o)
	if err != nil || found {
		return c, e, orDone(err)
	}
	rows, err := o.rows(tx, g)
	if err != nil {
		return c, e, err
	}
	for i := range rows {
		if err := (Order{Twice: o.Twice}).collected(tx, g, &rows[i]); err != nil {
			return c, e, err
		}
	}
	now, err := tx.Now()
	if err != nil {
		return c, e, fmt.Errorf("pay: %w", err)
	}
	row := checkoutRow{
		ID: o.Key, AccountID: g.Account(), InvoiceID: rows[0].ID, Gateway: gateway.Name(), Merchant: gateway.Merchant(),
		AmountMinor: o.Amount.Minor(), Currency: o.Amount.Currency(), State: CheckoutOpen, CreatedAt: db.At(now),
		ExpiresAt: db.At(now.Add(checkoutLife)),
	}
	by := newStarter(g.Who())
	by.Back = o.Back
	if err := b.sealStarter(&row, by); err != nil {
		return c, e, err
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		if db.IsDuplicate(err) { // the key is the id of somebody else's attempt
			return c, e, fault.NotFound("pay")
		}
		return c, e, fmt.Errorf("pay: %w", err)
	}
	c = row.public(rows[0].number(), now)
	c.Shares, err = shareOut(tx, g, o.Key, rows)
	return c, started(g, rows, &row), err
}

// started says of each invoice that its payment was begun, so that each has it among what happened to it.
func started(g gate.Grant, rows []invoiceRow, row *checkoutRow) (e gate.Entry) {
	for i := range rows {
		e = e.And(g.Entry(activity.CheckoutStarted, activity.Details{
			Target: rows[i].target(), Changes: []activity.Change{
				{Field: "amount", New: rows[i].money(rows[i].left()).String()}, {Field: "gateway", New: row.Gateway},
			},
		}))
	}
	return e
}

// shareOut writes what of the payment is meant for which invoice.
func shareOut(tx *db.Tx, g gate.Grant, checkout id.Checkout, rows []invoiceRow) ([]Share, error) {
	list := make([]shareRow, 0, len(rows))
	out := make([]Share, 0, len(rows))
	for i := range rows {
		r := &rows[i]
		list = append(list, shareRow{
			CheckoutID: checkout, InvoiceID: r.ID, AccountID: g.Account(), Position: i + 1, AmountMinor: r.left(),
		})
		out = append(out, Share{Invoice: r.ID, Number: r.number(), Amount: r.money(r.left())})
	}
	if err := g.On(tx.DB).Create(&list).Error; err != nil {
		return nil, fmt.Errorf("pay: %w", err)
	}
	return out, nil
}

// sound says whether the order can be meant.
func (o Together) sound() error {
	switch {
	case o.Key.IsZero():
		return fault.InvalidField("key", "Open the invoices again, and begin once more.")
	case len(o.Invoices) == 0:
		return fault.InvalidField("pick", "Tick the invoices that you want to pay.")
	case len(o.Invoices) > MostTogether:
		return fault.InvalidField("pick", fmt.Sprintf("One payment pays %d invoices at most.", MostTogether))
	}
	return nil
}

// rows reads what is to be paid. Each invoice must ask for money, all in one currency, and come to what whoever pays
// saw.
func (o Together) rows(tx *db.Tx, g gate.Grant) ([]invoiceRow, error) {
	picked := slices.Clone(o.Invoices)
	slices.SortFunc(picked, func(a, b id.Invoice) int { return strings.Compare(a.String(), b.String()) })
	picked = slices.Compact(picked)
	rows, err := openable(g.On(tx.DB), picked)
	if err != nil {
		return nil, err
	}
	if len(rows) != len(picked) {
		var known int64
		if err := g.On(tx.Model(&invoiceRow{})).Where("id IN ? AND state <> ?", picked, StateDraft).
			Count(&known).Error; err != nil {
			return nil, fmt.Errorf("pay: %w", err)
		}
		if int(known) != len(picked) {
			return nil, fault.NotFound("pay")
		}
		return nil, fault.InvalidField("pick", "Something was paid in the meantime. This is what is left.")
	}
	sum := money.New(0, rows[0].Currency)
	for i := range rows {
		if rows[i].Currency != rows[0].Currency {
			return nil, fault.InvalidField("pick", "One payment is in one currency: choose invoices of one.")
		}
		sum = money.New(sum.Minor()+rows[i].left(), sum.Currency())
	}
	if sum != o.Amount {
		return nil, fault.InvalidField("pick", "What is left to pay has changed: it is "+sum.String()+" now.")
	}
	return rows, nil
}

// togetherBefore finds the attempt that was begun with the same key.
func (b *Billing) togetherBefore(tx *db.Tx, g gate.Grant, gateway string, o Together) (Checkout, bool, error) {
	row, found, err := db.One[checkoutRow](g.On(tx.DB).Where("id = ?", o.Key))
	if err != nil {
		return Checkout{}, false, fmt.Errorf("pay: %w", err)
	}
	if !found {
		return Checkout{}, false, nil
	}
	now, err := tx.Now()
	if err != nil {
		return Checkout{}, false, fmt.Errorf("pay: %w", err)
	}
	c := row.public("", now)
	if c.Shares, err = b.shares(g.On(tx.DB), &row); err != nil {
		return Checkout{}, false, err
	}
	same := len(c.Shares) > 0 && c.Amount == o.Amount && c.Gateway == gateway && c.Payable()
	for _, s := range c.Shares {
		same = same && slices.Contains(o.Invoices, s.Invoice)
	}
	if !same {
		return Checkout{}, false, fault.Conflict(
			"This payment was begun before. Open your invoices again, and see what is left to pay.")
	}
	c.Number = c.Shares[0].Number
	return c, true, nil
}

// shares reads what of a checkout is meant for which invoice; none where it pays its own alone.
func (*Billing) shares(q *gorm.DB, of *checkoutRow) ([]Share, error) {
	var rows []struct {
		InvoiceID   id.Invoice
		AmountMinor int64
		Series      string
		Ordinal     int64
	}
	err := q.Table(tableShares).Select("checkout_shares.invoice_id, checkout_shares.amount_minor, i.series, i.ordinal").
		Joins("JOIN invoices i ON i.id = checkout_shares.invoice_id AND i.account_id = checkout_shares.account_id").
		Where("checkout_shares.checkout_id = ?", of.ID).Order("checkout_shares.position").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read a payment's shares: %w", err)
	}
	var out []Share
	for _, r := range rows {
		out = append(out, Share{
			Invoice: r.InvoiceID, Number: number(r.Series, r.Ordinal), Amount: money.New(r.AmountMinor, of.Currency),
		})
	}
	return out, nil
}
