// Package orders holds the pages of the catalogue: what people of accounts order, change and cancel, how far it is, and
// what staff make of it.
package orders

import (
	"slices"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/orders"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	pages "gatehouse/templates/orders"
	"gatehouse/templates/ui"
)

// Deps are the rooms that these pages lead to.
type Deps struct {
	Orders    *orders.Orders
	Hosting   *hosting.Hosting
	Accounts  *accounts.Accounts
	Recurring *recurring.Recurring
	Currency  money.Currency // that products are priced in
}

type area struct {
	Deps
	web *web.Web
}

const (
	orderPath    = web.AccountPath + "/services/order"
	requestsPath = web.AccountPath + "/services/requests"
	servicePath  = web.AccountPath + "/services/:service"

	productsPath = "/staff/products"
	ordersPath   = "/staff/orders"
	clientsPath  = "/staff/clients"
	decidePath   = "/staff/clients/:account/orders/:request"
)

// Register adds the area's routes.
func Register(w *web.Web, d Deps) {
	a := &area{Deps: d, web: w}
	w.Page(orderPath, verb.ServicesOrder, a.offers)
	w.Page(orderPath+"/:product", verb.ServicesOrder, a.askNew)
	w.Action(orderPath+"/:product", verb.ServicesOrder, a.order)
	w.Page(servicePath+"/change", verb.ServicesOrder, a.plans)
	w.Page(servicePath+"/change/:product", verb.ServicesOrder, a.askChange)
	w.Action(servicePath+"/change/:product", verb.ServicesOrder, a.change)
	w.Page(servicePath+"/cancel", verb.ServicesCancel, a.askEnd)
	w.Action(servicePath+"/cancel", verb.ServicesCancel, a.end)
	w.Page(requestsPath, verb.ServicesManage, a.requests)
	w.Action(requestsPath+"/:request/withdraw", verb.ServicesOrder, a.withdraw)

	w.Page(productsPath, verb.HostingManage, a.products)
	w.Page(productsPath+"/new", verb.HostingManage, a.newProduct)
	w.Action(productsPath+"/new", verb.HostingManage, a.addProduct)
	w.Page(productsPath+"/:product/retire", verb.HostingManage, a.askRetire)
	w.Action(productsPath+"/:product/retire", verb.HostingManage, a.retire)
	w.Page(ordersPath, verb.HostingManage, a.waiting)
	w.Page(decidePath, verb.HostingManage, a.look)
	w.Action(decidePath, verb.HostingManage, a.decide)
}

// each says how often: "a month".
func each(period hosting.Period) string { return "a " + string(period) }

// stateWords say how far a request is.
func stateWords(s orders.State) ui.State {
	switch s {
	case orders.Asked:
		return ui.State{Tone: ui.Info, Icon: "clock", Word: "With us"}
	case orders.Working:
		return ui.State{Tone: ui.Info, Icon: "clock", Word: "Being done"}
	case orders.Planned:
		return ui.State{Tone: ui.Info, Icon: "calendar", Word: "Planned"}
	case orders.Done:
		return ui.State{Tone: ui.OK, Icon: "check", Word: "Done"}
	case orders.Declined:
		return ui.State{Tone: ui.Bad, Icon: "x", Word: "Declined"}
	case orders.Withdrawn:
		return ui.State{Icon: "minus", Word: "Taken back"}
	}
	return ui.State{Word: string(s)}
}

func row(c *web.Context, r orders.Request) pages.RequestRow {
	one := pages.RequestRow{Name: ui.Capital(r.Name()), Asked: r.Asked, State: stateWords(r.State), About: r.Options}
	switch {
	case r.Answer != "":
		one.About = r.Answer
	case !r.EndsAt.IsZero() && r.Open():
		one.About = "Ends on " + c.Reader().Date(r.EndsAt)
	}
	return one
}

func (a *area) requests(c *web.Context) error {
	list, err := a.Orders.Requests(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	services := c.Base() + "/services"
	p := pages.RequestsPage{Shell: c.Shell("Your requests"), Parents: []ui.Link{{Text: "Services", URL: services}}}
	if c.Offers(verb.ServicesOrder) {
		p.OrderURL = services + "/order"
	}
	made, err := a.invoiced(c, list)
	if err != nil {
		return err
	}
	tax, err := a.taxWords(c, list)
	if err != nil {
		return err
	}
	for _, r := range list {
		one := row(c, r)
		if costs(r) && tax != "" {
			one.Price = r.Price.String() + " " + each(r.Period) + ", " + tax
		}
		one.InvoiceURL = invoiceOf(c, r, made)
		if !r.Service.IsZero() {
			one.URL = services + "/" + r.Service.String()
		}
		if mayWithdraw(c, r) {
			one.WithdrawURL = services + "/requests/" + r.ID.String() + "/withdraw"
		}
		p.Rows = append(p.Rows, one)
	}
	return c.Page(pages.Requests(p))
}

func mayWithdraw(c *web.Context, r orders.Request) bool {
	mayEnd := r.Kind != orders.Cancel || c.Offers(verb.ServicesCancel)
	return (r.State == orders.Asked || r.State == orders.Planned) && mayEnd && c.Offers(verb.ServicesOrder)
}

// costs says whether something is still to be charged for what was asked for.
func costs(r orders.Request) bool { return r.Open() && r.Kind != orders.Cancel }

// taxWords say what VAT comes to the price of what is asked for, to those who order.
func (a *area) taxWords(c *web.Context, list []orders.Request) (string, error) {
	if !c.Offers(verb.ServicesOrder) || !slices.ContainsFunc(list, costs) {
		return "", nil
	}
	rate, err := a.Recurring.Tax(c.Ctx(), c.Who, verb.ServicesManage, c.Account(), id.Service{})
	if err != nil {
		return "", err
	}
	return "VAT " + rate.Text(), nil
}

// invoiced are the invoices of the services that were asked for, where this person sees invoices.
func (a *area) invoiced(c *web.Context, list []orders.Request) ([]recurring.Invoiced, error) {
	if !c.May(verb.InvoicesView) {
		return nil, nil
	}
	var services []id.Service
	for _, r := range list {
		if !r.Service.IsZero() && r.Kind != orders.Cancel && r.State == orders.Done {
			services = append(services, r.Service)
		}
	}
	return a.Recurring.Invoiced(c.Ctx(), c.Who, c.Account(), services)
}

// invoiceOf leads to the first invoice that came of a request.
func invoiceOf(c *web.Context, r orders.Request, made []recurring.Invoiced) string {
	for _, m := range made {
		if m.Service == r.Service && r.Kind != orders.Cancel && r.State == orders.Done && !m.At.Before(r.Asked) {
			return c.Base() + "/invoices/" + m.Invoice.String()
		}
	}
	return ""
}

func (a *area) withdraw(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	one, err := web.ParamID[id.OrderKind](c, "request")
	if err != nil {
		return err
	}
	if err := a.Orders.Withdraw(c.Ctx(), c.Who, c.Account(), one); err != nil {
		return err
	}
	c.Done("It is taken back. Nothing changes.")
	return c.Redirect(c.Base() + "/services/requests")
}
