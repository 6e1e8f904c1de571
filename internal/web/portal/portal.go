// Package portal holds the pages of account holders: the accounts of a person, and under one account its first page,
// services, invoices and settings. Who has access is in contacts, what happened in log, what concerns oneself in me.
// Rules live in the domains, permissions on the routes; what a page looks like in templates.
package portal

import (
	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/billing/papers"
	"gatehouse/internal/billing/pdf"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/billing/reminders"
	"gatehouse/internal/billing/reports"
	"gatehouse/internal/billing/vatids"
	"gatehouse/internal/domains"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/overview"
	"gatehouse/internal/status"
	"gatehouse/internal/web"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Accounts  *accounts.Accounts
	Billing   *billing.Billing
	Recurring *recurring.Recurring // nil: nothing is charged again and again
	Cards     *cards.Cards         // nil: none are kept
	Reminders *reminders.Reminders // nil: nobody promises a day of payment
	Hosting   *hosting.Hosting
	Domains   *domains.Domains
	Overview  *overview.Overview
	Access    *access.Access
	Gate      *gate.Gate     // nil: the page of a service shows nothing of the log
	Status    *status.Status // nil: there is no status page
	Papers    *papers.Papers
	Reports   *reports.Reports
	// Letterhead is who issues the invoices: for their last line.
	Letterhead func() pdf.Seller
	VATIDs     *vatids.VATIDs // nil: no register is asked
}

type area struct {
	Deps
	web *web.Web
}

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d, web: w}
	a.accountRoutes()
	a.settingsRoutes()
	a.invoiceRoutes()
	a.statementRoutes()
	a.noteRoutes()
	a.serviceRoutes()
}
