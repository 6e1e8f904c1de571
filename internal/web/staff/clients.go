package staff

import (
	"net/url"
	"strings"

	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/overview"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

// newest is how many clients the first page shows.
const newest = 8

func (a *area) dashboard(c *web.Context) error {
	page, err := a.Overview.Clients(c.Ctx(), c.Who, overview.ClientQuery{})
	if err != nil {
		return err
	}
	figures, err := a.Overview.Figures(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	waiting, err := a.Overview.Queues(c.Ctx(), c.Who)
	if err != nil {
		return err
	}
	oldest, err := a.oldestOpen(c, waiting)
	if err != nil {
		return err
	}
	charts, err := a.charts(c)
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(c.Who.Name, " ")
	return c.Page(staff.Dashboard(staff.DashboardPage{
		Shell: c.Shell("Overview"), Sees: clientColumns(c), FirstName: first, Charts: charts, Counted: figures.At,
		Figures: append(dashboardFigures(figures), oldest...), Waiting: queueRows(waiting),
		Clients: clientRows(page.Rows[:min(newest, len(page.Rows))]),
		AllURL:  clientsPath, NewURL: linkFor(c, verb.ClientsManage, newClientPath),
	}))
}

func clientRows(list []overview.ClientRow) []staff.ClientRow {
	rows := make([]staff.ClientRow, 0, len(list))
	for _, r := range list {
		row := staff.ClientRow{
			Name: r.Account.Name, URL: clientsPath + "/" + r.Account.ID.String(), Owner: r.Owner,
			Overdue: r.Overdue, Since: r.Account.Since,
		}
		if r.Services != nil {
			row.Services = *r.Services
		}
		rows = append(rows, row)
	}
	return rows
}

func clientColumns(c *web.Context) staff.ClientColumns {
	return staff.ClientColumns{Services: c.May(verb.HostingView), Overdue: c.May(verb.BillingView)}
}

// longestSearch bounds what is looked for; the field takes no more.
const longestSearch = 100

func (a *area) clients(c *web.Context) error {
	query := overview.ClientQuery{
		Before: web.QueryID[id.AccountKind](c, "before"), Search: c.Query("q"), Only: overview.ClientFilter(c.Query("only")),
	}
	if r := []rune(query.Search); len(r) > longestSearch {
		query.Search = string(r[:longestSearch])
	}
	found, err := a.Overview.Clients(c.Ctx(), c.Who, query)
	if err != nil {
		return err
	}
	services, money := c.May(verb.HostingView), c.May(verb.BillingView)
	p := staff.ClientsPage{
		Shell: c.Shell("Clients"), Query: query.Search, By: searchedBy(services, money), Near: found.Near,
		Warming: found.Warming, Sees: clientColumns(c),
		Rows: clientRows(found.Rows), NewURL: linkFor(c, verb.ClientsManage, newClientPath),
	}
	for _, filter := range overview.ClientFilters(services, money) {
		p.Filters = append(p.Filters, ui.Segment{
			Text: filterName(filter), URL: clientsAt(query.Search, filter, id.Account{}), Current: filter == query.Only,
		})
	}
	if query.Only != overview.AllClients {
		p.Only = string(query.Only)
		p.AllURL = clientsAt(query.Search, overview.AllClients, id.Account{})
	}
	if !query.Before.IsZero() {
		p.Pages.Newer, p.Pages.NewerText = clientsAt(query.Search, query.Only, id.Account{}), "Newest"
	}
	if !found.Next.IsZero() {
		p.Pages.Older = clientsAt(query.Search, query.Only, found.Next)
	}
	if found.Looked {
		p.Looked, p.Pages.OlderText = overview.Looked, "Keep looking"
	}
	p.Pages.Shown = ui.Count(len(p.Rows), "client", "clients") + " shown, newest first"
	return c.Page(staff.Clients(p))
}

// clientsAt is the address of a list of clients.
func clientsAt(search string, only overview.ClientFilter, before id.Account) string {
	at := url.Values{}
	if search != "" {
		at.Set("q", search)
	}
	if only != overview.AllClients {
		at.Set("only", string(only))
	}
	if !before.IsZero() {
		at.Set("before", before.String())
	}
	return clientsPath + "?" + at.Encode()
}

// searchedBy says by what a department may find clients.
func searchedBy(services, money bool) string {
	list := []string{"company", "contact", "e-mail"}
	if services {
		list = append(list, "domain")
	}
	if money {
		list = append(list, "invoice number", "address")
	}
	last := len(list) - 1
	text := strings.Join(list[:last], ", ") + " or " + list[last]
	return ui.Capital(text)
}

func filterName(filter overview.ClientFilter) string {
	switch filter {
	case overview.OverdueClients:
		return "Overdue"
	case overview.FailedPayments:
		return "Failed payment or refund"
	case overview.SlowRefunded:
		return "Refund that takes long"
	case overview.NoKey:
		return "No security key"
	case overview.DormantPeople:
		return "Dormant contacts"
	case overview.SuspendedSites:
		return "Suspended"
	case overview.NoSecondFactor:
		return "No second factor"
	case overview.NotReviewed:
		return "Not reviewed for a year"
	case overview.NewClients:
		return "New"
	case overview.AllClients:
	}
	return "All"
}

// client shows a client as the asker's department may see them.
func (a *area) client(c *web.Context) error {
	of, err := a.Overview.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p := staff.ClientPage{
		Shell: c.Shell(of.Account.Name), ListURL: clientsPath, Name: of.Account.Name, Since: of.Account.Since,
		Owner: of.Owner, Activity: c.Entries(of.Did, ""), Tabs: c.ClientTabs(), NotesURL: base(c) + "/notes",
		NewServiceURL: linkFor(c, verb.HostingManage, base(c)+"/services/new"),
		NewInvoiceURL: linkFor(c, verb.BillingManage, base(c)+"/invoices/new"),
		ActivityURL:   linkFor(c, verb.AuditView, base(c)+"/activity"),
	}
	if p.Notes, err = a.noteRows(c); err != nil {
		return err
	}
	var hidden []string
	if of.Services == nil {
		hidden = append(hidden, "Services")
	} else {
		p.Services = &staff.ClientServices{
			CSRF: p.Shell.CSRF, Rows: serviceRows(of.Services.List, base(c)+"/services/", c.May(verb.HostingManage)),
			DomainsURL: base(c) + "/domains",
		}
	}
	if !of.Billing {
		hidden = append(hidden, "Invoices")
	} else {
		p.Invoices = &staff.ClientInvoices{
			Rows: invoiceRows(of.Invoices, base(c)+"/invoices/"), AllURL: base(c) + "/invoices",
			ChargesURL: base(c) + "/charges", MethodsURL: base(c) + "/payment-methods",
		}
		if err := a.vatNumber(c, &p); err != nil {
			return err
		}
	}
	if len(hidden) > 0 {
		p.Hidden = strings.Join(hidden, " and ") + " are not shown: your department does not need them."
	}
	p.Contacts, p.Invited = a.contactRows(c, of.People), invitedRows(of.Invited, p.Shell.Reader)
	return c.Page(staff.Client(p))
}

// vatNumber says what is known of the client's VAT number, to whoever sees what is billed to them.
func (a *area) vatNumber(c *web.Context, p *staff.ClientPage) error {
	known, err := a.VATIDs.Client(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	if note, ok := web.VATNumber(known, p.Shell.Reader); ok {
		p.VAT = &staff.ClientVAT{Number: known.Number, Checked: note}
	}
	return nil
}

// serviceRows are a client's services, at their addresses; some may change them.
func serviceRows(list []overview.Service, at string, manage bool) []staff.ServiceRow {
	rows := make([]staff.ServiceRow, 0, len(list))
	for _, s := range list {
		row := staff.ServiceRow{
			Name: s.Name, URL: at + s.ID.String(), Plan: s.Plan, Server: s.Server, State: ui.ServiceState(s.State),
		}
		if s.State == hosting.Pending && manage {
			row.ReadyURL = row.URL + "/ready"
		}
		rows = append(rows, row)
	}
	return rows
}

// invoiceRows are a client's invoices; path is where each of them is shown.
func invoiceRows(list []overview.Invoice, path string) []staff.InvoiceRow {
	rows := make([]staff.InvoiceRow, 0, len(list))
	for _, i := range list {
		rows = append(rows, staff.InvoiceRow{
			Number: i.Number, URL: path + i.ID.String(), State: ui.InvoiceState(i.State), Due: i.Due, Total: i.Total,
		})
	}
	return rows
}
