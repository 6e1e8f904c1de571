package staff

import (
	"gatehouse/internal/overview"
	"gatehouse/internal/support"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

// tabRoutes are the parts of a client, each by a permission of its own. Invoices and the log are pages of their own.
func (a *area) tabRoutes() {
	a.web.Page(clientPath+"/people", verb.ClientsView, a.clientPeople)
	a.web.Page(clientPath+"/services", verb.HostingView, a.clientServices)
	a.web.Page(clientPath+"/cases", verb.CasesView, a.clientCases)
}

// tab is the frame of one of them.
func (a *area) tab(c *web.Context, title string) (staff.TabPage, error) {
	above, err := c.AboveClient()
	return staff.TabPage{Shell: c.Shell(title), Parents: above, Tabs: c.ClientTabs(), Title: title}, err
}

func (a *area) clientPeople(c *web.Context) error {
	people, invited, err := a.Overview.ClientPeople(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	tab, err := a.tab(c, "People and access")
	if err != nil {
		return err
	}
	p := staff.PeoplePage{
		TabPage: tab, Contacts: a.contactRows(c, people), Invited: invitedRows(invited, tab.Shell.Reader),
		Count: people.Count, Protected: people.Protected,
	}
	return c.Page(staff.ClientPeople(p))
}

// contactRows are those who have access to a client.
func (a *area) contactRows(c *web.Context, people overview.People) []staff.ClientContact {
	rows := make([]staff.ClientContact, 0, len(people.List))
	for _, person := range people.List {
		role := person.RoleName
		if person.Team != "" {
			role += ", through the team " + person.Team
		}
		row := staff.ClientContact{Person: ui.Person{Name: person.Name, Detail: role + "\n" + person.Email}}
		if person.Team == "" {
			row.SessionsURL, row.ActURL = a.helpAt(c, person.Membership)
		}
		rows = append(rows, row)
	}
	return rows
}

func invitedRows(invited []overview.Invited, r ui.Reader) []ui.Person {
	rows := make([]ui.Person, 0, len(invited))
	for _, i := range invited {
		rows = append(rows, ui.Person{Name: i.Email, Detail: i.RoleName + ", invited, ends " + r.Relative(i.Expires)})
	}
	return rows
}

func (a *area) clientServices(c *web.Context) error {
	services, err := a.Overview.ClientServices(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	tab, err := a.tab(c, "Services and domains")
	if err != nil {
		return err
	}
	return c.Page(staff.ClientServicesTab(staff.ServicesPage{
		TabPage: tab, NewURL: linkFor(c, verb.HostingManage, base(c)+"/services/new"),
		Services: staff.ClientServices{
			CSRF: tab.Shell.CSRF, Rows: serviceRows(services.List, base(c)+"/services/", c.May(verb.HostingManage)),
			DomainsURL: base(c) + "/domains",
		},
	}))
}

func (a *area) clientCases(c *web.Context) error {
	before := c.Query("before")
	page, err := a.Support.Of(c.Ctx(), c.Who, c.Account(), before)
	if err != nil {
		return err
	}
	tab, err := a.tab(c, "Cases")
	if err != nil {
		return err
	}
	p := staff.ClientCasesPage{TabPage: tab}
	for _, one := range page.Cases {
		p.Cases = append(p.Cases, staff.CaseRow{
			Subject: one.Subject, URL: casesPath + "/" + one.ID.String(), For: one.For, Owner: one.OwnedBy,
			Urgent: one.Severity == support.Urgent, State: web.CaseState(one.State, true), Changed: one.Changed,
		})
	}
	here := base(c) + "/cases"
	if before != "" {
		p.Pages.Newer, p.Pages.NewerText = here, "Newest"
	}
	if page.Older != "" {
		p.Pages.Older = web.With(here, "before", page.Older)
	}
	p.Pages.Shown = ui.Count(len(p.Cases), "case", "cases") + " shown"
	return c.Page(staff.ClientCases(p))
}
