package staff_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/billing/bank"
	"gatehouse/internal/billing/reports"
	"gatehouse/internal/figures"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web/servers"
	"gatehouse/internal/web/staff"
)

func register(s *site.Site) {
	site.Portal(s)
	staff.Register(s.Door, staff.Deps{
		Bank:     bank.New(s.Gate, s.Reader, s.Box, s.Billing, "GBP"),
		Accounts: s.Accounts, Billing: s.Billing, Hosting: s.Hosting, Overview: s.Overview,
		Support: s.Support, Gate: s.Gate, Access: s.Access, Ownership: s.Ownership,
		Assist: s.Assist, Pinned: s.Pinned,
		Figures: figures.New(s.Gate, s.Reader, s.Access, reports.New(s.Gate, s.Reader, s.Box), time.UTC),
		Zone:    time.UTC, Currency: "GBP",
	})
	servers.Register(s.Door, servers.Deps{Hosting: s.Hosting, Accounts: s.Accounts})
}

// each runs a test on both databases, with clients and staff in it.
func each(t *testing.T, test func(t *testing.T, s *site.Site, c site.Cast)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := site.Open(t, w, register)
		c := s.Cast(t)
		s.AllStaff(t)
		test(t, s, c)
	})
}

func clientOf(account id.Account) string { return "/staff/clients/" + account.String() }

// A1, A2: each department reaches its own pages by link, and is refused the others' by direct address.
func TestDepartmentsReachTheirOwnPages(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		client := clientOf(c.Northwind)
		pages := []string{
			"/staff", "/staff/clients", client, "/staff/clients/new", client + "/services/new", client + "/invoices/new",
			client + "/activity", "/staff/activity", "/staff/servers/new", "/staff/mails", "/staff/cases",
		}
		for _, of := range []struct {
			email string
			opens string // y or n for each page
		}{
			{site.Sam, "yyynnnnnnny"},
			{site.Bea, "yyyynynnnny"},
			{site.Tom, "yyynynnnyny"},
			{site.Dana, "yyynnnyynnn"},
			{site.Root, "yyyyyyyyyyy"},
		} {
			v := s.Visit(t).SignIn(of.email)
			for i, page := range pages {
				want := http.StatusOK
				if of.opens[i] == 'n' {
					want = http.StatusForbidden
				}
				if got := v.Get(page); got.Status != want {
					t.Errorf("%s at %s: %d, not %d: %s", of.email, page, got.Status, want, got.Text)
				}
			}
		}
		v := s.Visit(t)
		for _, page := range pages {
			if v.Get(page); v.Page.Path != "/sign-in?next="+url.QueryEscape(page) {
				t.Errorf("a stranger at %s is led to %s", page, v.Page.Path)
			}
		}
		v.SignIn(site.Olivia)
		for _, page := range pages {
			if got := v.Get(page).Status; got != http.StatusForbidden && got != http.StatusNotFound {
				t.Errorf("a client at %s: %d", page, got)
			}
		}
		v.Get("/staff/clients/"+id.New[id.AccountKind]().String()).Is(t, http.StatusNotFound)
	})
}

// A2: what a department may not open, it may not send either; nothing comes of it.
func TestFormsOfOtherDepartmentsAreRefused(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		client := clientOf(c.Northwind)
		invoices, services := s.Count(t, "invoices", "1 = 1"), s.Count(t, "services", "1 = 1")
		tom, bea := s.Visit(t).SignIn(site.Tom), s.Visit(t).SignIn(site.Bea)
		tom.Get(client + "/services/new")
		tom.Post(client+"/invoices/new", nil).Is(t, http.StatusForbidden).Says(t, "Issue and change invoices")
		bea.Get(client + "/invoices/new")
		bea.Post(client+"/services/new", nil).Is(t, http.StatusForbidden).Says(t, "Add and change clients’ services")
		bea.Get(client + "/invoices/new")
		bea.Post("/staff/servers/new", nil).Is(t, http.StatusForbidden)
		if s.Count(t, "invoices", "1 = 1") != invoices || s.Count(t, "services", "1 = 1") != services {
			t.Error("something was made by a form that was refused")
		}
	})
}

// Each department sees of a client what it needs, and is told what is left out.
func TestAClientAsDepartmentsSeeThem(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		client := clientOf(c.Northwind)
		s.Visit(t).SignIn(site.Bea).Get(client).Is(t, http.StatusOK).
			Says(t, "Northwind Bakery Ltd", "owner Olivia Marsh", "£148.80", "Services are not shown", "Ben Okafor").
			Silent(t, "shop.northwind.example", "/services/new", client+"/activity")
		tom := s.Visit(t).SignIn(site.Tom)
		tom.Get(client).Is(t, http.StatusOK).Says(t, "shop.northwind.example", "tern", "Invoices are not shown").
			Silent(t, "£148.80", "/invoices/new")
		tom.Get("/staff").Is(t, http.StatusOK).Says(t, "Waiting for you", "Copperfield Cycles", "Carl Copperfield").
			Silent(t, "/staff/clients/new")

		dana := s.Visit(t).SignIn(site.Dana)
		dana.Get(client).Is(t, http.StatusOK).Says(t, "Services and Invoices are not shown").Silent(t, "£148.80")
		dana.Get(client+"/activity").Is(t, http.StatusOK).
			Says(t, "Activity log of Northwind Bakery Ltd", "Bea Novak", "Tom Adeyemi")
		refused := dana.Get(client+"/activity?outcome=refused&category=billing").Is(t, http.StatusOK)
		if entries := refused.Doc.Find(".gh-log").Text(); strings.Contains(entries, "Bea Novak") {
			t.Errorf("what was refused in billing: %s", entries)
		}
		dana.Get("/staff/activity").Is(t, http.StatusOK).Says(t, "Robin Hale")
		hosting := dana.Get("/staff/activity?category=hosting").Is(t, http.StatusOK).Says(t, "tern", "Kind")
		if entries := hosting.Doc.Find(".gh-log").Text(); strings.Contains(entries, "Robin Hale") {
			t.Errorf("what concerns hosting: %s", entries)
		}
	})
}

func TestClientsAreFound(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, _ site.Cast) {
		v := s.Visit(t).SignIn(site.Root)
		v.Get("/staff/clients").Is(t, http.StatusOK).
			Says(t, "Northwind Bakery Ltd", "Pixelworks Studio", "Copperfield Cycles")
		for query, finds := range map[string]string{
			"bakery": "Northwind Bakery Ltd", "CARL": "Copperfield Cycles", site.Tess: "Northwind Bakery Ltd",
			"copperfield.example": "Copperfield Cycles",
		} {
			v.Get("/staff/clients?q="+url.QueryEscape(query)).Is(t, http.StatusOK).Says(t, finds).Silent(t, "Pixelworks")
		}
		v.Get("/staff/clients?q=%3Cb%3Enobody").Is(t, http.StatusOK).Says(t, "Nothing matches", "<b>nobody").
			Silent(t, "<b>nobody")
		v.Get("/staff/clients?q=coperfield.exmaple").Is(t, http.StatusOK).
			Says(t, "Copperfield Cycles", "Nothing fits “coperfield.exmaple” as it was typed.").Silent(t, "Pixelworks")
		v.Get("/staff/clients?only=overdue").Is(t, http.StatusOK).Silent(t, "Pixelworks")
		v.Get("/staff/clients?only=suspended&q=zebra").Is(t, http.StatusOK).Says(t, "Search all clients")
		v.Get("/staff/clients?only=anything").Is(t, http.StatusNotFound)
		v.Get("/staff/clients?before=x").Is(t, http.StatusOK).Says(t, "Northwind Bakery Ltd")
	})
}

// What a list of clients is narrowed by tells something of each of them.
func TestClientsAreNarrowedByWhatADepartmentMaySee(t *testing.T) { // A2
	each(t, func(t *testing.T, s *site.Site, _ site.Cast) {
		bea, tom := s.Visit(t).SignIn(site.Bea), s.Visit(t).SignIn(site.Tom)
		bea.Get("/staff/clients").Is(t, http.StatusOK).Says(t, "Overdue", "No second factor", "invoice number").
			Silent(t, "Suspended", "domain", "Services")
		tom.Get("/staff/clients").Is(t, http.StatusOK).Says(t, "Suspended", "domain", "Services").
			Silent(t, "invoice number", "Overdue")
		bea.Get("/staff/clients?only=suspended").Is(t, http.StatusForbidden)
		tom.Get("/staff/clients?only=overdue").Is(t, http.StatusForbidden)
		s.Visit(t).SignIn(site.Root).Get("/staff/activity").Is(t, http.StatusOK).Says(t, "was refused")
	})
}

func TestMailsArePreviewed(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, _ site.Cast) {
		s.Visit(t).SignIn(site.Root).Get("/staff/mails").Is(t, http.StatusOK).
			Says(t, "Invitation", "See and pay the invoice", "Receipt", "New sign-in", "£148.80", site.Origin)
	})
}
