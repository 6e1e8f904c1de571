package web

import (
	"encoding/base64"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

// Shell is the frame of a page: who, which account, and the navigation with what this person may open.
func (c *Context) Shell(title string) layout.Shell {
	s := layout.Shell{
		Title: title, Reader: c.Reader(), Brand: c.web.brand(), Assets: c.web.assets, Demo: c.web.Demo,
		CSRF: c.FormToken(), Flash: c.takeFlash(),
	}
	if !c.Who.SignedIn() {
		return s
	}
	s.SignOutURL, s.Preview = "/sign-out", c.preview()
	s.Me = &layout.Me{Name: c.Who.Name, Detail: "My security", URL: SecurityPath}
	s.Session, s.Notice = c.session(), c.notice(s.Reader)
	if s.Notice == nil && !c.Who.Assisting() {
		s.Notice = c.offer()
	}
	if s.Notice == nil && !c.Who.Assisting() {
		s.Notice = c.comingPolicy(s.Reader)
	}
	switch {
	case c.Who.Assisting():
		s.Account = &layout.Account{Name: c.visit.Account, URL: c.ownBase()}
		s.Nav = c.navigation(portalNav(c.hasTeams()), c.ownBase(), id.AccountScope(c.Who.Assist.Account))
	case c.onStaffSide():
		s.Staff = true
		if alarm := c.emergencies(); alarm != nil {
			s.Notice = alarm
		}
		s.Me.Detail = departmentName(c.Who.Seat.Department) + " · staff"
		s.Nav = c.navigation(staffNav(), "", id.ProviderScope())
	case !c.Who.Membership.ID.IsZero():
		s.Account = &layout.Account{Name: c.visit.Account, URL: c.Base(), SwitchURL: "/accounts"}
		s.Me.Detail = c.Who.Membership.RoleName + " · my security"
		s.Nav = c.navigation(portalNav(c.hasTeams()), c.Base(), id.AccountScope(c.Who.Membership.Account))
	default:
		s.Nav = c.navigation(ownNav(), "", id.PersonScope(c.Who.Person))
	}
	if s.Assist = c.assist(); c.Who.Assisting() { // their own pages stay closed
		s.Me = nil
	}
	if s.Preview != nil { // personal pages and other accounts stay closed
		s.Me, s.Session = nil, nil
		if s.Account != nil {
			s.Account.SwitchURL = ""
		}
	}
	return s
}

func (c *Context) session() *layout.Session {
	if c.visit.Ends.IsZero() {
		return nil
	}
	left := c.visit.Ends.Sub(c.Now())
	if c.Now().Sub(c.visit.Seen) >= time.Minute { // this very request counts as use
		left = c.visit.Idle
	}
	return &layout.Session{
		Mark: c.sessionMark(), Left: left, Idle: c.visit.Idle, Stay: "/me/stay", Back: "/sign-in?ended=1", Here: c.here(),
	}
}

// sessionMark tells a session from others to the tabs of a browser. It opens nothing.
func (c *Context) sessionMark() string {
	const enough = 6 // bytes
	return base64.RawURLEncoding.EncodeToString(c.web.Box.MAC("session mark", c.Who.Session.Bytes())[:enough])
}

// here is an address that shows this page, or the one that led to it.
func (c *Context) here() string {
	if c.Request().Method == http.MethodGet {
		return Local(c.Request().URL.RequestURI())
	}
	return c.home()
}

// onStaffSide says whether the page belongs to the provider's own side.
func (c *Context) onStaffSide() bool {
	if c.Who.Seat.Department == "" || c.Who.Kind != actor.Staff {
		return false
	}
	return under(c.route.Path, "/staff") || c.route.Path == "" || under(c.route.Path, "/me")
}

func departmentName(key string) string {
	return ui.Capital(key)
}

// home is a page that works for whoever asks.
func (c *Context) home() string {
	switch {
	case !c.Who.SignedIn():
		return "/sign-in"
	case c.Who.Assisting():
		return c.ownBase()
	case c.onStaffSide():
		return "/staff"
	case !c.Who.Membership.ID.IsZero():
		return c.ownBase()
	}
	return "/accounts"
}

// ownBase is the address of the account in which the person has their place.
func (c *Context) ownBase() string { return "/accounts/" + c.Who.Membership.Account.String() }

type navEntry struct {
	label, icon, path string
	verb              verb.Verb
	count             func(n NavCounts) (text string, urgent bool)
}

// The pages about staff have one entry, which leads to that of the two that everybody in an account may open.
const (
	staffAccessPath = "/staff-access"
	whoOfStaffPath  = staffAccessPath + "/who"
)

type navGroup struct {
	label   string
	entries []navEntry
}

// hasTeams says whether there is a team of the account's own for this person to look at.
func (c *Context) hasTeams() bool {
	m := c.Who.Seen()
	d := c.web.Access.Check(c.Who, verb.TeamsView, id.AccountScope(m.Account))
	return m.Teams == actor.InTeam || m.Teams == actor.HasTeams && !d.Own
}

func portalNav(teams bool) []navGroup {
	access := []navEntry{
		{"Contacts", "users", "/contacts", verb.ContactsView, lostCount},
		{"Roles", "id-badge-2", "/roles", verb.ContactsView, nil},
		{"Access reviews", "clipboard-check", "/reviews", verb.ReviewsView, reviewCount},
		{"Activity log", "history", "/activity", verb.ActivityView, nil},
		{"Our staff", "eye", whoOfStaffPath, verb.AccountView, nil},
	}
	if teams {
		access = slices.Insert(access, 1, navEntry{"Teams for clients", "building-store", "/teams", verb.TeamsView, nil})
	}
	return []navGroup{
		{"", []navEntry{{"Overview", "layout-dashboard", "", verb.AccountView, nil}}},
		{"Hosting and billing", []navEntry{
			{"Services", "server-2", "/services", verb.ServicesView, nil},
			{"Domains", "world-www", "/domains", verb.DomainsView, nil},
			{"Invoices", "file-invoice", "/invoices", verb.InvoicesView, dueCount},
			{"Payment methods", "credit-card", "/payment-methods", verb.PaymentMethodsView, nil},
		}},
		{"Access", access},
		{"Account", []navEntry{{"Settings", "adjustments", "/settings", verb.AccountEdit, nil}}},
	}
}

func staffNav() []navGroup {
	return []navGroup{
		{"", []navEntry{{"Overview", "layout-dashboard", "/staff", verb.ClientsView, nil}}},
		{"Clients", []navEntry{
			{"Clients", "users", "/staff/clients", verb.ClientsView, nil},
			{"New client", "user-plus", "/staff/clients/new", verb.ClientsManage, nil},
			{"Import", "file-code", "/staff/imports", verb.ImportsView, nil},
			{"Cases", "lifebuoy", "/staff/cases", verb.CasesView, nil},
			{"Lost second steps", "key", "/staff/recoveries", verb.RecoveriesView, nil},
			{"Requests", "inbox", "/staff/requests", verb.ClientsView, nil},
			{"Access not reviewed", "clipboard-check", "/staff/reviews", verb.ClientsView, nil},
			{"Without an owner", "user-minus", "/staff/owners", verb.ClientsView, nil},
		}},
		{"Money", []navEntry{
			{"Invoice runs", "file-invoice", "/staff/invoicing", verb.BillingView, nil},
			{"Plans", "cash", "/staff/plans", verb.BillingView, nil},
			{"Bank transfers", "cash", "/staff/transfers", verb.BillingView, nil},
			{"Approvals", "checks", "/staff/approvals", verb.BillingView, nil},
			{"Ageing of debts", "hourglass", "/staff/ageing", verb.BillingView, nil},
			{"VAT report", "table", "/staff/vat", verb.BillingView, nil},
			{"Revenue", "cash", "/staff/revenue", verb.BillingView, nil},
		}},
		{"Provider", []navEntry{
			{"Orders", "clipboard-check", "/staff/orders", verb.HostingManage, nil},
			{"Catalogue", "building-store", "/staff/products", verb.HostingManage, nil},
			{"Servers", "server-2", "/staff/servers", verb.ServersManage, nil},
			{"Server status", "broadcast", "/staff/status", verb.IncidentsPublish, nil},
			{"Staff", "id-badge-2", "/staff/people", verb.StaffView, nil},
			{"Emergency access", "eye", emergenciesPath, verb.EmergenciesView, nil},
			{"Policies", "clipboard-check", "/staff/policies", verb.StaffView, nil},
			{"Settings", "adjustments", "/staff/settings", verb.StaffView, nil},
			{"Activity log", "history", "/staff/activity", verb.AuditView, nil},
			{"Mails", "mail", "/staff/mails", verb.MailPreview, nil},
		}},
	}
}

func ownNav() []navGroup {
	return []navGroup{
		{"", []navEntry{{"Accounts", "layout-dashboard", "/accounts", verb.SelfView, nil}}},
		{"You", []navEntry{
			{"Security", "shield-lock", SecurityPath, verb.SelfView, nil},
			{"Sessions", "device-laptop", "/me/sessions", verb.SelfView, nil},
			{"Activity", "history", "/me/activity", verb.SelfView, nil},
		}},
	}
}

func dueCount(n NavCounts) (string, bool) {
	switch {
	case n.Overdue > 0:
		return strconv.Itoa(n.Overdue) + " overdue", true
	case n.Due > 0:
		return strconv.Itoa(n.Due) + " due", true
	}
	return "", false
}

func lostCount(n NavCounts) (string, bool) {
	if n.Lost == 0 {
		return "", false
	}
	return strconv.Itoa(n.Lost) + " waiting", true
}

func reviewCount(n NavCounts) (string, bool) {
	if n.Review == 0 {
		return "", false
	}
	return strconv.Itoa(n.Review) + " left", false
}

// Counts are the figures beside the navigation.
func (c *Context) Counts() NavCounts { return c.navCounts() }

// navigation keeps the entries that the person may open. It asks the same function that enforces.
func (c *Context) navigation(groups []navGroup, base string, scope id.Scope) []layout.NavGroup {
	out := make([]layout.NavGroup, 0, len(groups))
	for _, g := range groups {
		items := make([]layout.NavItem, 0, len(g.entries))
		for _, e := range g.entries {
			if !shows(c.web.Access.Check(c.Who, e.verb, scope)) {
				continue
			}
			item := layout.NavItem{Label: e.label, Icon: e.icon, URL: base + e.path, Current: c.isAt(base + e.path)}
			if e.count != nil {
				item.Count, item.Urgent = e.count(c.navCounts())
			}
			items = append(items, item)
		}
		if len(items) > 0 {
			out = append(out, layout.NavGroup{Label: g.label, Items: items})
		}
	}
	return out
}

func (c *Context) isAt(path string) bool {
	at := c.Request().URL.Path
	if path == c.ownBase() || path == "/staff" || path == "/accounts" {
		return at == path
	}
	if path == "/staff/clients" && at == "/staff/clients/new" {
		return false
	}
	if path == c.ownBase()+whoOfStaffPath {
		path = c.ownBase() + staffAccessPath
	}
	return under(at, path)
}

// Know tells the navigation figures that the page has read anyway, so that they cost no statement of their own.
func (c *Context) Know(n NavCounts) { c.nav = &n }

// navCounts are read once a request. A page is shown without them where they cannot be had.
func (c *Context) navCounts() NavCounts {
	if c.nav != nil {
		return *c.nav
	}
	c.nav = &NavCounts{}
	if c.web.Counts == nil {
		return *c.nav
	}
	n, err := c.web.Counts(c.Ctx(), c.Who, c.Who.Membership.Account)
	if err != nil {
		c.web.Logger.WarnContext(c.Ctx(), "the navigation's figures were not read",
			slog.String("request", c.requestID), slog.Any("error", err))
		return *c.nav
	}
	c.nav = &n
	return n
}
