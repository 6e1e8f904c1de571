package app

import "gatehouse/internal/billing/recurring"

// newRecurring makes the room of what is charged again and again.
func (a *App) newRecurring() *recurring.Recurring {
	return recurring.New(recurring.Deps{
		Gate: a.Gate, Reader: a.Reader, Box: a.Box, Accounts: a.Accounts, Billing: a.Billing, Outbox: a.Outbox,
		Logger: a.Logger, Rules: recurring.Rules{
			Ahead: a.Config.Invoicing.Ahead, Grace: a.Config.Invoicing.Grace, Zone: a.Config.TimeZone,
		},
	})
}
