package reminders

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Own is what a client may promise, or has promised, for an invoice.
type Own struct {
	Days     int       // how far ahead a day may be; 0: none may be promised any more
	Promised time.Time // the last day that was promised by whoever; zero: none
}

// Own reads what whoever pays may promise for an invoice, for its page.
func (r *Reminders) Own(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice,
) (own Own, err error) {
	if r.Rules.OwnDays == 0 {
		return own, nil
	}
	g, err := r.Gate.View(ctx, who, verb.InvoicesPay, id.AccountScope(account))
	if err != nil {
		return own, err
	}
	var rows []promiseRow
	err = g.On(r.Reader.With(ctx)).Where("invoice_id = ?", invoice).Order("promised_on").Find(&rows).Error
	if err != nil {
		return own, fmt.Errorf("what was promised: %w", err)
	}
	own.Days = r.Rules.OwnDays
	for _, row := range rows {
		own.Promised = row.PromisedOn.Time
		if row.ByClient {
			own.Days = 0
		}
	}
	if len(rows) >= r.Rules.MostPromises {
		own.Days = 0
	}
	return own, nil
}

// Promise is a client who promises a day on which they pay: once for an invoice, no further ahead than the provider's
// rule allows. Until that day is over no reminder goes out and nothing stops. The same key again changes nothing.
func (r *Reminders) Promise(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice, p Promise,
) error {
	if p.Key.IsZero() {
		return fault.InvalidField("key", "Open the invoice again, and fill the form in once more.")
	}
	err := r.Gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			_, there, err := db.One[promiseRow](g.On(tx.DB).Where("id = ?", p.Key))
			if err != nil || there {
				return gate.Entry{}, orDone(err)
			}
			o, err := r.settled(tx, g, invoice)
			if err != nil {
				return gate.Entry{}, fault.NotFound("promise")
			}
			if err := r.mayOwn(tx, g, &o, noon(p.On)); err != nil {
				return gate.Entry{}, err
			}
			p.Note, p.byClient = "", true
			if err := r.writePromise(tx, g, invoice, p); err != nil {
				return gate.Entry{}, err
			}
			return o.change(g, activity.PaymentPromised,
				activity.Change{Field: "day", New: p.On.Format(time.DateOnly)}), nil
		})
	return done(err)
}

// mayOwn keeps the provider's rule of what clients promise themselves.
func (r *Reminders) mayOwn(tx *db.Tx, g gate.Grant, o *openRow, on time.Time) error {
	today := r.today(g.Now())
	var all, own int64
	err := g.On(tx.Model(&promiseRow{})).Where("invoice_id = ?", o.ID).Count(&all).Error
	if err == nil {
		err = g.On(tx.Model(&promiseRow{})).Where("invoice_id = ? AND by_client = 1", o.ID).Count(&own).Error
	}
	switch {
	case err != nil:
		return fmt.Errorf("promise: %w", err)
	case o.State == billing.StateDraft:
		return fault.NotFound("promise")
	case o.State != billing.StateDue && o.State != billing.StatePartPaid:
		return fault.Conflict("There is nothing left to pay on this invoice.")
	case !o.StoppedAt.IsZero():
		return fault.Conflict("The services on this invoice stand still already. They run again as soon as it is paid.")
	case r.Rules.OwnDays == 0 || own > 0 || int(all) >= r.Rules.MostPromises:
		return fault.Conflict("No more days can be promised for this invoice. Ask us if you need longer.")
	case !on.After(today) || on.After(today.AddDate(0, 0, r.Rules.OwnDays)):
		return fault.InvalidField("on", "Enter a day from tomorrow on, at most "+strconv.Itoa(r.Rules.OwnDays)+
			" days from now.")
	}
	return nil
}
