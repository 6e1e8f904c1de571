//go:build e2e

package e2e_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/web"
)

// byAddress looks at the pages to which nobody's links led, because they depend on what state a thing is in: everybody
// tries the address with each thing that the demo has, until one of them is shown the page.
func (s *stage) byAddress(t *testing.T, a *atlas) {
	t.Helper()
	s.cardsPage(t, a)
	s.mandate(t, a)
	s.orders(t, a)
	s.news(t, a)
	s.colleagues(t, a)
	s.open(t).signIn(root).visit("/staff/invoicing").press("Run now")
	for _, who := range []struct {
		email string
		staff bool
	}{{root, true}, {bea, true}, {sam, true}, {olivia, false}, {priya, false}, {carl, false}} {
		b := s.open(t).signIn(who.email)
		for _, r := range a.routes {
			if a.knows(r.Path) || strings.HasPrefix(r.Path, "/staff/") != who.staff {
				continue
			}
			s.goAll(b, a, r)
		}
	}
}

// goAll goes to one address after the other of a route.
func (s *stage) goAll(b *tab, a *atlas, r web.Route) {
	for _, path := range s.addresses(b.t, r.Path) {
		if b.follow(b.to(path)) == http.StatusOK && a.route(path) == r.Path {
			a.look(b)
			return
		}
	}
}

// addresses are those of a route with whatever the demo has.
func (s *stage) addresses(t *testing.T, route string) []string {
	t.Helper()
	if route == "/pay/:token" {
		return s.payLinks()
	}
	if route == "/staff/settings/:group" {
		return []string{"/staff/settings/mail"}
	}
	out := []string{}
	for _, of := range []struct{ parameter, table, order string }{
		{":service", "services", "id"},
		{":domain", "domains", "expires_at DESC"},
		{":invoice", "invoices", "id DESC"},
		{":note", "credit_notes", "id DESC"},
		{":request", "service_requests", "id"},
		{":stream", "log_streams", "id"},
		{":contact", "memberships", "id"},
		{":charge", "charges", "id"},
		{":run", "invoice_runs", "id"},
		{":client", "accounts", "account_id"},
		{":staffreview", "staff_reviews", "id"},
		{":colleague", "staff_members", "person_id"},
		{":ask", "staff_requests", "id"},
		{":emergency", "emergencies", "id"},
		{":pin", "client_notes", "id"},
		{":document", "conduct_documents", "id"},
		{":import", "imports", "id"},
		{"", "accounts", "account_id"},
	} {
		if of.parameter != "" && !strings.Contains(route+"/", "/"+of.parameter+"/") {
			continue
		}
		for _, thing := range s.things(t, of.table, of.order) {
			path := strings.ReplaceAll(route+"/", "/:account/", "/"+thing[0]+"/")
			path = strings.TrimSuffix(strings.ReplaceAll(path, "/"+of.parameter+"/", "/"+thing[1]+"/"), "/")
			for _, product := range s.things(t, "products", "id") {
				out = append(out, strings.ReplaceAll(path, ":product", product[1]))
			}
		}
		break
	}
	return slices.DeleteFunc(slices.Compact(out), func(path string) bool { return strings.Contains(path, ":") })
}

// things are the rows of a table: the account and the id of each. Without an account there is an empty one.
func (s *stage) things(t *testing.T, table, order string) [][2]string {
	t.Helper()
	account, one := "account_id", "id"
	switch table {
	case "accounts":
		one = account
	case "products", "invoice_runs", "staff_requests", "staff_reviews", "conduct_documents", "imports":
		account = one
	case "staff_members":
		account, one = "person_id", "person_id"
	}
	var rows []struct{ Account, One db.Blob }
	q := db.Across(s.Reader.With(t.Context()), "a test goes by every address")
	err := q.Raw("SELECT " + account + " AS account, " + one + " AS one FROM " + table + " ORDER BY " + order +
		" LIMIT 30").Scan(&rows).Error
	if err != nil {
		t.Fatal(err)
	}
	out := make([][2]string, 0, len(rows))
	for _, r := range rows {
		of, errOf := id.FromBytes[id.AccountKind](r.Account)
		thing, err := id.FromBytes[id.AccountKind](r.One) // of whatever kind: they are written alike
		if err == nil && errOf == nil {
			out = append(out, [2]string{of.String(), thing.String()})
		}
	}
	return out
}

// payLinks are those that mails about invoices brought.
func (s *stage) payLinks() []string {
	var out []string
	link := regexp.MustCompile(`/pay/[A-Za-z0-9_-]+`)
	for _, m := range s.Mailbox.List() {
		if found := link.FindString(m.Text); found != "" && len(out) < 10 {
			out = append(out, found)
		}
	}
	return out
}

// orders has an owner order what there is, so that the provider's people have something to decide.
func (s *stage) orders(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(olivia)
	for _, path := range s.addresses(t, "/accounts/:account/services/order/:product") {
		if b.follow(b.to(path)) != http.StatusOK {
			continue
		}
		a.look(b)
		b.fill("domain", "cakes.northwind.example")
		b.leads(http.StatusOK, b.click("document.querySelector('main form .btn-primary')"))
		a.look(b)
		return
	}
	t.Error("nothing can be ordered")
}

// cardsPage is where the demo's payment provider takes a card.
func (s *stage) cardsPage(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd").press("Payment methods").press("Add a card")
	a.look(b)
}

// mandate sets a Direct Debit up, and asks to remove it.
func (s *stage) mandate(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd").press("Payment methods").press("Set up a Direct Debit")
	a.look(b)
	b.press("Set the Direct Debit up")
	a.look(b)
	a.goes(b, b.linkTo("/mandates/"))
	b.silent()
}

// colleagues has an administrator read what holds, disable a colleague and think about it again; somebody else looks at
// an invitation.
func (s *stage) colleagues(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(root)
	a.goes(b, "/me/policies")
	b.visit("/staff/people").press("Dana Reyes")
	member := b.path()
	a.goes(b, member+"/disable")
	b.fill("reason", "She left us.").press("Disable the sign-in")
	a.goes(b, member+"/enable")
	b.silent()
	nia := s.open(t)
	a.goes(nia, s.mailed(t, "nia@harbour.example", "Join the staff", "/staff-invitations/"))
	nia.silent()
}

// news has an address ask for mails of the status page, confirm, ask again, and stop.
func (s *stage) news(t *testing.T, a *atlas) {
	t.Helper()
	const email, page = "reader@elsewhere.example", "/status/mails"
	b := s.open(t)
	b.visit(page).fill("email", email).press("Mail me a link")
	a.look(b)
	b.visit(s.mailed(t, email, "Confirm that you want", page+"/confirm/"))
	a.look(b)
	b.press("Yes, mail me")
	a.look(b)
	b.visit(page).fill("email", email).press("Mail me a link")
	b.visit(s.mailed(t, email, "already", page+"/stop/"))
	a.look(b)
	b.press("Stop the mails")
	a.look(b)
	b.silent()
}
