package web

import (
	"strings"

	"gatehouse/internal/verb"
	"gatehouse/templates/ui"
)

// MyPages are the tabs of the pages about oneself.
func MyPages(current string) []ui.Segment {
	list := []ui.Segment{
		{Text: "Security", URL: SecurityPath},
		{Text: "Sessions", URL: "/me/sessions"},
		{Text: "Activity", URL: "/me/activity"},
		{Text: "Notifications", URL: "/me/notifications"},
		{Text: "Cases", URL: "/me/cases"},
	}
	for i := range list {
		list[i].Current = list[i].Text == current
	}
	return list
}

// SettingsTabs are the pages of an account's settings that this person may open.
func (c *Context) SettingsTabs() []ui.Segment {
	base, at := c.Base()+"/settings", c.Request().URL.Path
	var tabs []ui.Segment
	if c.Offers(verb.AccountEdit) {
		tabs = append(tabs, ui.Segment{Text: "Address", URL: base, Current: at == base})
	}
	owners := base + "/ownership"
	tabs = append(tabs, ui.Segment{Text: "Owners and name", URL: owners, Current: under(at, owners)})
	if c.Offers(verb.SecurityManage) {
		rule := base + "/security"
		help := base + "/staff"
		tabs = append(tabs, ui.Segment{Text: "How people sign in", URL: rule, Current: under(at, rule)},
			ui.Segment{Text: "Help by staff", URL: help, Current: under(at, help)})
	}
	return tabs
}

// ClientTabs are the pages of a client that somebody of the staff may open, each by a permission of its own.
func (c *Context) ClientTabs() []ui.Segment {
	base, at := clientsPath+"/"+c.Account().String(), c.Request().URL.Path
	if at == base+"/payment-methods" { // they pay the invoices
		at = base + "/invoices"
	}
	var tabs []ui.Segment
	for _, t := range []struct {
		text, path string
		sees       verb.Verb
	}{
		{"Summary", "", verb.ClientsView},
		{"People and access", "/people", verb.ClientsView},
		{"Invoices and payments", "/invoices", verb.BillingView},
		{"Unpaid invoices", "/dues", verb.DuesView},
		{"Services and domains", "/services", verb.HostingView},
		{"Cases", "/cases", verb.CasesView},
		{"Notes", "/notes", verb.ClientsView},
		{"Log and staff access", "/activity", verb.AuditView},
	} {
		if c.May(t.sees) && (t.sees != verb.DuesView || !c.May(verb.BillingView)) { // the whole invoices say it, too
			tabs = append(tabs, ui.Segment{
				Text: t.text, URL: base + t.path, Current: at == base+t.path || t.path != "" && under(at, base+t.path),
			})
		}
	}
	return tabs
}

// FirstName is what a page calls somebody by.
func FirstName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}
