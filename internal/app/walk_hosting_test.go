package app_test

import (
	"net/http"
	"strings"
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
	send(service + "/end")
}
