package portal

import (
	"strconv"
	"strings"

	"gatehouse/internal/activity"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

func (a *area) serviceRoutes() {
	a.web.Page(web.AccountPath+"/services", verb.ServicesView, a.services)
	a.web.Page(web.AccountPath+"/services/:service", verb.ServicesView, a.service)
	a.web.Page(web.AccountPath+"/services/:service/panel", verb.PanelOpen, a.panelForm)
	a.web.Action(web.AccountPath+"/services/:service/panel", verb.PanelOpen, a.openPanel)
}

func (a *area) services(c *web.Context) error {
	page, err := a.Hosting.Services(c.Ctx(), c.Who, c.Account(), web.QueryID[id.ServiceKind](c, "after"))
	if err != nil {
		return err
	}
	list := c.Base() + "/services"
	p := portal.ServicesPage{Shell: c.Shell("Services"), Limited: page.Limited}
	if c.Offers(verb.ServicesOrder) {
		p.OrderURL = list + "/order"
	}
	if c.May(verb.ServicesManage) {
		p.AskedURL = list + "/requests"
	}
	p.Pages = ui.Pages{NewerText: "First page", OlderText: "Next"}
	opens := c.May(verb.PanelOpen)
	for _, s := range page.Services {
		p.Rows = append(p.Rows, serviceRow(list, s, opens))
	}
	if c.Query("after") != "" {
		p.Pages.Newer = list
	}
	if !page.Next.IsZero() {
		p.Pages.Older = web.With(list, "after", page.Next.String())
	}
	p.Pages.Shown = ui.Count(len(p.Rows), "service", "services") + " shown"
	return c.Page(portal.Services(p))
}

func serviceRow(list string, s hosting.Service, opens bool) portal.ServiceRow {
	row := portal.ServiceRow{
		Name: s.Name(), URL: list + "/" + s.ID.String(), Plan: s.Plan, Server: s.Server.Name,
		State: ui.ServiceState(s.State), Disk: meter("Disk used", s.Usage.DiskUsed, s.Usage.DiskLimit, s.Usage),
	}
	if s.State == hosting.Cancelled {
		row.Disk = nil // what it used says nothing any more
	}
	if opens && s.HasPanel && s.State == hosting.Active {
		row.PanelURL = row.URL + "/panel"
	}
	return row
}

// meter shows how much of something is used; nil where that is not known, or there is no limit.
func meter(label string, used, limit int64, u hosting.Usage) *ui.MeterProps {
	if u.MeasuredAt.IsZero() || limit <= 0 {
		return nil
	}
	return &ui.MeterProps{Label: label, Text: gigabytes(used) + " of " + gigabytes(limit) + " GB", Used: used, Of: limit}
}

// gigabytes is a number of bytes in GB, as hosts count them, with one decimal, which whole numbers go without.
func gigabytes(n int64) string {
	const one = 1 << 30
	tenths := (n + one/20) / (one / 10)
	if tenths%10 == 0 {
		return ui.Number(int(tenths / 10))
	}
	return ui.Number(int(tenths/10)) + "." + strconv.FormatInt(tenths%10, 10)
}

func (a *area) service(c *web.Context) error {
	one, err := web.ParamID[id.ServiceKind](c, "service")
	if err != nil {
		return err
	}
	s, err := a.Hosting.Service(c.Ctx(), c.Who, c.Account(), one)
	if err != nil {
		return err
	}
	list := c.Base() + "/services"
	row := serviceRow(list, s, a.Access.CheckService(c.Who, verb.PanelOpen, c.Scope, s.ID).Allowed)
	p := portal.ServicePage{
		Shell: c.Shell(s.Name()), ListURL: list, Name: row.Name, Plan: s.Plan, Server: s.Server.Name,
		Place: s.Server.Location, Domain: hostname.Forms(s.Domain), Address: s.Server.Address, State: row.State,
		Since: s.CreatedAt, Measured: s.Usage.MeasuredAt, PanelURL: row.PanelURL, Suspend: s.StateReason,
		Usage: used(s.Usage),
	}
	leadOn(c, s, row.URL, &p)
	if p.Domains, err = a.domainsOf(c, s.ID); err != nil {
		return err
	}
	if c.May(verb.InvoicesView) && !s.Price.IsZero() {
		p.Price, p.Period = &s.Price, "a "+string(s.Period)+", plus VAT"
	}
	if err := a.renewal(c, s, &p); err != nil {
		return err
	}
	if err := a.cost(c, s.ID, &p); err != nil {
		return err
	}
	if s.State == hosting.Suspended {
		b, _, err := a.Hosting.Breach(c.Ctx(), c.Who, c.Account(), s.ID)
		if err != nil {
			return err
		}
		p.Found, p.Todo, p.FoundAt = b.Found, b.Todo, b.At
		stopped(c, s, &p)
	}
	if p.Charts, err = a.charts(c, s); err != nil {
		return err
	}
	if p.Incidents, err = a.incidents(c, s); err != nil {
		return err
	}
	if p.Panel, err = a.panelPeople(c, s); err != nil {
		return err
	}
	if p.Lately, err = a.lately(c, s.ID); err != nil {
		return err
	}
	return c.Page(portal.Service(p))
}

// latelyShown is how many entries of the log the page of a service shows.
const latelyShown = 5

// lately is what the log last said of a service, as far as the reader may see the log.
func (a *area) lately(c *web.Context, service id.Service) ([]ui.Entry, error) {
	if a.Gate == nil || !c.May(verb.ActivityView) {
		return nil, nil
	}
	page, err := a.Gate.Log(c.Ctx(), c.Who, verb.ActivityView, c.Scope, activity.Filter{
		Service: service, Limit: latelyShown,
	})
	if err != nil {
		return nil, err
	}
	return c.Entries(page.Entries, c.Base()+"/activity"), nil
}

// domainsOf are the registered names that belong to a service, for those who see domains.
func (a *area) domainsOf(c *web.Context, service id.Service) ([]ui.Link, error) {
	if !c.May(verb.DomainsView) {
		return nil, nil
	}
	list, err := a.Domains.OfService(c.Ctx(), c.Who, c.Account(), service)
	var links []ui.Link
	for _, d := range list {
		links = append(links, ui.Link{Text: d.Shown(), URL: c.Base() + "/domains/" + d.ID.String()})
	}
	return links, err
}

// leadOn says where the page of a service at this address leads: to what its state and the reader's permissions allow.
func leadOn(c *web.Context, s hosting.Service, at string, p *portal.ServicePage) {
	running := s.State == hosting.Active
	if running && c.Offers(verb.ServicesOrder) {
		p.ChangeURL = at + "/change"
	}
	if (running || s.State == hosting.Suspended) && c.Offers(verb.ServicesCancel) {
		p.EndURL = at + "/cancel"
	}
	if c.May(verb.ActivityView) {
		p.LogURL = web.With(c.Base()+"/activity", "service", s.ID.String())
	}
}

// stopped says where the page of a suspended service leads. What is to be done after a break-in stands on the page
// already; anything else may be unpaid invoices, and whoever sees none is told who does.
func stopped(c *web.Context, s hosting.Service, p *portal.ServicePage) {
	switch {
	case p.Found != "" || s.StateReason == "":
	case c.May(verb.InvoicesView):
		p.InvoicesURL = c.Base() + "/invoices"
	default:
		if !strings.ContainsAny(p.Suspend[len(p.Suspend)-1:], ".!?") {
			p.Suspend += "."
		}
		p.Suspend += " An owner of this account can see to it."
	}
}

// used are the meters of what a service uses, as far as that is known and has limits.
func used(u hosting.Usage) []ui.MeterProps {
	var list []ui.MeterProps
	for _, m := range []*ui.MeterProps{
		meter("Disk space", u.DiskUsed, u.DiskLimit, u),
		meter("Transfer in the last 30 days", u.BandwidthUsed, u.BandwidthLimit, u),
	} {
		if m != nil {
			list = append(list, *m)
		}
	}
	return append(list, mailboxes(u)...)
}

// panelPeople says who may open the panel, for those who may know who has access.
func (a *area) panelPeople(c *web.Context, s hosting.Service) ([]portal.PanelRow, error) {
	if !s.HasPanel {
		return nil, nil
	}
	people, err := a.Overview.PanelPeople(c.Ctx(), c.Who, c.Account(), s.ID)
	var rows []portal.PanelRow
	for _, p := range people {
		rows = append(rows, portal.PanelRow{Person: ui.Person{Name: p.Person.Name, Detail: p.Why}, May: p.May})
	}
	return rows, err
}
