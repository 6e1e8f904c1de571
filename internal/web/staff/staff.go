// Package staff holds the pages of the provider's own people: clients, what is set up for them, the provider's log.
// What each department may do stands in policies; rules live in the domains, and looks in templates.
package staff

import (
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/assist"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/bank"
	"gatehouse/internal/billing/vatids"
	"gatehouse/internal/figures"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/overview"
	"gatehouse/internal/ownership"
	"gatehouse/internal/pinned"
	"gatehouse/internal/recovery"
	"gatehouse/internal/reviews"
	"gatehouse/internal/support"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Accounts *accounts.Accounts
	Recovery *recovery.Recovery
	Reviews  *reviews.Reviews
	Billing  *billing.Billing
	Bank     *bank.Bank
	Hosting  *hosting.Hosting
	Overview *overview.Overview
	Support  *support.Support
	Pinned   *pinned.Pinned // nil: nothing is pinned to clients
	VATIDs   *vatids.VATIDs // nil: no register is asked
	Gate     *gate.Gate
	Access   *access.Access
	Zone     *time.Location   // of the provider: which day it is
	Currency string           // what a new client is billed in unless staff choose another
	PayLink  string           // a made-up link in the mail about an invoice; empty: mails carry none
	Figures  *figures.Figures // nil: no charts
	Seller   func() string    // who signs the mails: name, address, and what the law wants named

	Assist    *assist.Assist       // nil: staff do nothing for anybody's sign-in
	Ownership *ownership.Ownership // nil: owners ask for nothing
}

type area struct {
	Deps
	web *web.Web
}

// The addresses. A client's pages are below clientsPath and the account's id.
const (
	homePath      = "/staff"
	clientsPath   = "/staff/clients"
	newClientPath = "/staff/clients/new"
	clientPath    = "/staff/clients/:account"
	serversPath   = "/staff/servers"
	newServerPath = serversPath + "/new"
	mailsPath     = "/staff/mails"
)

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	a := &area{Deps: d, web: w}
	w.Page(homePath, verb.ClientsView, a.dashboard)
	w.Page(clientsPath, verb.ClientsView, a.clients)
	w.Page(newClientPath, verb.ClientsManage, a.newClient)
	w.Action(newClientPath, verb.ClientsManage, a.createClient)
	w.Page(clientPath, verb.ClientsView, a.client)
	w.Page(clientPath+"/services/new", verb.HostingManage, a.newService)
	w.Action(clientPath+"/services/new", verb.HostingManage, a.createService)
	w.Action(clientPath+"/services/:service/ready", verb.HostingManage, a.serviceReady)
	w.Page(clientPath+"/invoices/new", verb.BillingManage, a.newInvoice)
	w.Action(clientPath+"/invoices/new", verb.BillingManage, a.writeInvoice)
	a.moneyRoutes(w)
	w.Page(newServerPath, verb.ServersManage, a.newServer)
	w.Action(newServerPath, verb.ServersManage, a.createServer)
	// A client's log tells of money and of hosting alike, whatever the department: it is for those who audit.
	a.caseRoutes(w)
	a.recoveryRoutes()
	a.requestRoutes()
	a.reviewRoutes()
	a.assistRoutes()
	a.emergencyRoutes()
	a.tabRoutes()
	a.noteRoutes()
	w.Page(mailsPath, verb.MailPreview, a.mails)
	w.Page(mailsPath+"/:mail", verb.MailPreview, a.mail)
}

// base is the address of the client whom the request is about.
func base(c *web.Context) string { return clientsPath + "/" + c.Account().String() }

// linkFor is an address for those who may use it, and empty for everybody else.
func linkFor(c *web.Context, v verb.Verb, path string) string {
	if !c.May(v) {
		return ""
	}
	return path
}

// chosen marks a choice of a list.
func chosen(list []ui.Choice, value string) []ui.Choice {
	for i := range list {
		list[i].Chosen = list[i].Value == value
	}
	return list
}

// renamed puts the complaints of a room about a field under the name that the form has for it.
func renamed(errs ui.Errors, names map[string]string) ui.Errors {
	for i, e := range errs {
		if name, ok := names[e.Field]; ok {
			errs[i].Field = name
		}
	}
	return errs
}
