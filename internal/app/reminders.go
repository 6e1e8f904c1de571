package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/reminders"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/templates/mail"
)

// remindersFrom is the hour of the provider's day from which on people are reminded.
const remindersFrom = 8

// remindersEvery is how often unpaid invoices are looked through.
const remindersEvery = 10 * time.Minute

// newReminders makes the room of what follows where an invoice is not paid.
func (a *App) newReminders() (*reminders.Reminders, error) {
	c := a.Config.Invoicing
	rules := reminders.Rules{
		Days: c.Reminders, FeeAfter: c.LateFeeAfter, FeeLeast: int64(c.LateFeeLeast), FeeMost: int64(c.LateFeeMost),
		StopAfter: c.SuspendAfter, StopNotice: c.SuspendNotice, PromiseDays: c.PromiseDays, MostPromises: c.Promises,
		OwnDays: c.OwnPromises, Zone: a.Config.TimeZone, From: remindersFrom,
	}
	if share, is := strings.CutSuffix(c.LateFee, "%"); c.LateFee != "" {
		n, err := decimal.NewFromString(share)
		if err != nil {
			return nil, fmt.Errorf("late fee: %w", err)
		}
		if is {
			rules.FeeShare = n
		} else {
			rules.FeeFixed = n
		}
	}
	return reminders.New(reminders.Deps{
		Gate: a.Gate, Reader: a.Reader, Box: a.Box, Billing: a.Billing, Outbox: a.Outbox, Rules: rules,
	}), nil
}

func (a *App) bindReminders() {
	a.Outbox.Handle(reminders.Mail, a.mailReminder)
	a.Outbox.Handle(reminders.Stop, a.stopService)
	a.Outbox.Handle(reminders.Release, a.releaseService)
	a.Outbox.Handle(billing.Settled, a.onSettled)
}

// mailReminder asks everybody who pays for an account for what an invoice still asks for.
func (a *App) mailReminder(ctx context.Context, d outbox.Delivery) error {
	var m reminders.Reminder
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toWhoWants(ctx, d, m.Account, notices.Invoices, func(to accounts.Recipient, account string) mail.Message {
		return mail.Reminder(a.mailBrand(), mail.ReminderMail{
			To: to.Name, Account: account, Number: m.Number, Left: m.Left, Due: m.Due, Tone: string(m.Tone), Stops: m.Stops,
			URL: a.link(invoicePath(m.Account, m.Invoice)), Reader: a.mailReader(ctx, to.TimeZone),
			ChoicesURL: a.link(choicesPath),
		})
	})
}

// stopService stops a service that an unpaid invoice holds, unless it was paid in the meantime, or the service stands
// still for another reason.
func (a *App) stopService(ctx context.Context, d outbox.Delivery) error {
	var m reminders.ServiceStop
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	held, err := a.Reminders.Holds(ctx, m.Account, m.Service)
	if err != nil || !held {
		return err
	}
	err = a.Hosting.Suspend(ctx, actor.NewSystem("an unpaid invoice"), m.Account, m.Service, reminders.Reason)
	if kind := fault.KindOf(err); err != nil && kind != fault.KindConflict && kind != fault.KindNotFound {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	if held, err = a.Reminders.Holds(ctx, m.Account, m.Service); err != nil || held {
		return err
	}
	return a.release(ctx, m) // it was paid while it stopped
}

func (a *App) releaseService(ctx context.Context, d outbox.Delivery) error {
	var m reminders.ServiceStop
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	held, err := a.Reminders.Holds(ctx, m.Account, m.Service)
	if err != nil || held {
		return err
	}
	return a.release(ctx, m)
}

// release lets a service run again that stands still because of an unpaid invoice, and no other.
func (a *App) release(ctx context.Context, m reminders.ServiceStop) error {
	who := actor.NewSystem("an invoice was paid")
	s, err := a.Hosting.Service(ctx, who, m.Account, m.Service)
	if fault.KindOf(err) == fault.KindNotFound {
		return nil
	}
	if err != nil || s.State != hosting.Suspended || s.StateReason != reminders.Reason {
		return err
	}
	if err = a.Hosting.Restore(ctx, who, m.Account, m.Service); fault.KindOf(err) == fault.KindConflict {
		return nil // somebody was quicker
	}
	return err
}

func (a *App) onSettled(ctx context.Context, d outbox.Delivery) error {
	var m billing.InvoiceSettled
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.Reminders.Settled(ctx, m.Account, m.Invoice)
}
