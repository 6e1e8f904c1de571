package app

import "gatehouse/internal/billing/recurring"

// invoicingHands is how many accounts a run of invoices bills at the same time: while the database works for one, the
// program works for the other. More would only wait for each other at the number of the next invoice.
const invoicingHands = 2

// newRecurring makes the room of what is charged again and again.
func (a *App) newRecurring() *recurring.Recurring {
	return recurring.New(recurring.Deps{
		Gate: a.Gate, Reader: a.Reader, Box: a.Box, Accounts: a.Accounts, Billing: a.Billing, Outbox: a.Outbox,
		Logger: a.Logger, Rules: recurring.Rules{
			Ahead: a.Config.Invoicing.Ahead, Grace: a.Config.Invoicing.Grace, Zone: a.Config.TimeZone,
			Hands: invoicingHands,
		},
	})
}
