package app_test

import (
	"net/http"
	"strings"

	"gatehouse/internal/domains"
)

// changesDomains has staff put a domain into an account, its owner change all that can be changed of it, a change fail
// and be tried again, and staff take it out.
func (w *walker) changesDomains() {
	w.must(w.DemoRegistrar.Register("walked.example", domains.Registration{
		Expires: w.portal.Now(w.t).AddDate(0, 2, 0), Nameservers: []string{"ns1.harbour.example", "ns2.harbour.example"},
	}))
	deliver := func() {
		_, err := w.Outbox.Deliver(w.t.Context())
		w.must(err)
	}
	staff, client := w.as("technical@harbour.example"), "/staff/clients/"+w.here.account.String()
	staff.Get(client+"/domains/new").Is(w.t, http.StatusOK)
	staff.Submit(client+"/domains/new", typed("name", "walked.example", "registrar", "demo")).Is(w.t, http.StatusOK)
	there := staff.Get(client+"/domains").Doc.Find("a:contains('walked.example')").AttrOr("href", "")
	own := "/accounts" + strings.TrimPrefix(there, "/staff/clients")

	owner := w.as("owner@here.example")
	for _, path := range []string{"/renewal", "/lock"} {
		owner.Get(own+path).Is(w.t, http.StatusOK)
		owner.Submit(own+path, nil).Is(w.t, http.StatusOK)
		deliver()
	}
	owner.Get(own+"/nameservers").Is(w.t, http.StatusOK)
	owner.Submit(own+"/nameservers", typed("host-0-name", "ns1.a.example", "host-1-name", "ns1.nowhere.invalid")).
		Is(w.t, http.StatusOK)
	owner.Submit(own+"/nameservers", nil).Is(w.t, http.StatusOK)
	deliver()
	owner.Get(own).Is(w.t, http.StatusOK)
	owner.Submit(own+"/retry", nil).Is(w.t, http.StatusOK)
	deliver()

	staff.Get(there)
	staff.Submit(there+"/look", nil).Is(w.t, http.StatusOK)
	staff.Get(there+"/drop").Is(w.t, http.StatusOK)
	staff.Submit(there+"/drop", nil).Is(w.t, http.StatusOK)
}
