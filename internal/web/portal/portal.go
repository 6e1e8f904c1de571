// Package portal holds the pages of account holders: the accounts of a person, everything under one account, and the
// pages about oneself. Rules live in the domains, permissions on the routes; what a page looks like in templates.
package portal

import (
	"net/url"
	"strconv"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/pdf"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/identity"
	"gatehouse/internal/overview"
	"gatehouse/internal/recovery"
	"gatehouse/internal/support"
	"gatehouse/internal/web"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Accounts *accounts.Accounts
	Recovery *recovery.Recovery
	People   *identity.People
	Billing  *billing.Billing
	Hosting  *hosting.Hosting
	Overview *overview.Overview
	Support  *support.Support
	Gate     *gate.Gate
	Access   *access.Access
	// Seller is who issues the invoices, for their last line: name, address, VAT number.
	Seller string
	// Letterhead is the same for the invoice on paper.
	Letterhead pdf.Seller
}

type area struct {
	Deps
	web    *web.Web
	papers *pdf.Shelf[paperKey]
}

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d, web: w, papers: pdf.NewShelf[paperKey](papersKept)}
	a.accountRoutes()
	a.contactRoutes()
	a.invitationRoutes()
	a.settingsRoutes()
	a.invoiceRoutes()
	a.serviceRoutes()
	a.activityRoutes()
	a.recoveryRoutes()
	a.meRoutes()
	a.startRoutes()
}

// account is the path under which an account's pages are.
const account = "/accounts/:account"

// version reads back the version of a thing that a form showed.
func version(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, &web.BadRequestError{Problems: []string{"The form does not say which version of the thing it showed."}}
	}
	return n, nil
}

// with is an address with its parameters, those that are empty left out.
func with(path string, pairs ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}
