package app_test

import (
	"net/http"
	"strings"

	"gatehouse/internal/testkit/site"
)

// keepsServers registers a server, tests and changes it, and does to a service on it all that staff do.
func (w *walker) keepsServers() {
	v := w.as("technical@harbour.example")
	send := func(form string, fields ...string) {
		v.Get(form).Is(w.t, http.StatusOK)
		v.Submit(form, typed(fields...)).Is(w.t, http.StatusOK)
	}
	send("/staff/servers/new", "name", "heron", "panel", "demo", "host", "heron.harbour.example", "credentials", "key")
	heron := ""
	for _, link := range v.Get("/staff/servers").Links("/staff/servers/") {
		if strings.Contains(v.Get(link).Doc.Find("h1").Text(), "heron") {
			heron = link
		}
	}
	v.Get(heron)
	v.Submit(heron+"/test", nil).Is(w.t, http.StatusOK).Says(w.t, "It answers")
	send(heron+"/edit", "capacity", "20")
	v.Get(heron+"/accounts").Is(w.t, http.StatusOK)

	client := "/staff/clients/" + w.there.account.String()
	send(client+"/services/new", "plan", "Small Hosting", "price", "5", "domain", "heron-site.example",
		"server", strings.TrimPrefix(heron, "/staff/servers/"))
	service := v.Page.Doc.Find("a:contains('heron-site.example')").First().AttrOr("href", "")
	send(service + "/retry")
	send(service+"/suspend", "reason", "Overdue.")
	send(service + "/restore")
	send(service+"/disable", "found", "A file that sends mails.")
	send(service+"/reopen", "remedy", "The file is gone, and the software is new.")
	send(service + "/end")
}

// orders puts something into the catalogue, orders it, changes a plan, and ends a service, on both sides of the
// counter.
func (w *walker) orders() {
	staff := w.as("technical@harbour.example")
	deliver := func() {
		_, err := w.Outbox.Deliver(w.t.Context())
		w.must(err)
	}
	send := func(v *site.Visitor, form string, fields ...string) {
		v.Get(form).Is(w.t, http.StatusOK)
		v.Submit(form, typed(fields...)).Is(w.t, http.StatusOK)
	}
	for _, name := range []string{"Harbour Small", "Harbour Large"} {
		send(staff, "/staff/products/new", "name", name, "price", "5.00", "options", "Daily backups: 1.00")
	}
	owner, base := w.as("owner@here.example"), "/accounts/"+w.here.account.String()+"/services"
	server := staff.Get("/staff/clients/"+w.here.account.String()+"/services/new").Doc.Find("select[name=server] option").
		First().AttrOr("value", "")
	offer := owner.Get(base + "/order").Links("/services/order/0")
	send(owner, offer[0], "domain", "first-order.example")
	owner.Submit(owner.Page.Doc.Find("form[action$='/withdraw']").AttrOr("action", ""), nil).Is(w.t, http.StatusOK)
	send(owner, offer[1], "domain", "second-order.example")
	asked := staff.Get("/staff/orders").Links("/orders/0")[0]
	send(staff, asked, "do", "accept", "server", server)
	deliver()
	made := owner.Get(base).Doc.Find("a:contains('second-order.example')").AttrOr("href", "")
	staff.Get("/staff/clients" + strings.TrimPrefix(made, "/accounts"))
	staff.Submit(staff.Page.Doc.Find("form[action$='/ready']").AttrOr("action", ""), nil).Is(w.t, http.StatusOK)
	send(owner, owner.Get(made + "/change").Links("/change/0")[0])
	send(staff, staff.Get("/staff/orders").Links("/orders/0")[0], "do", "decline", "answer", "Not this one.")
	send(owner, made+"/cancel", "when", "now", "reason", "We close the shop.")
	deliver()
	send(staff, staff.Get("/staff/products").Links("/retire")[0])
}
