package app_test

import (
	"net/http"
)

// tellsTheStatus shows a server on the status page, publishes an incident and planned work, and takes the server off.
func (w *walker) tellsTheStatus() {
	v := w.as("technical@harbour.example")
	v.Get("/staff/status/parts/new")
	v.Submit("/staff/status/parts/new", typed("name", "gannet", "kind", "none")).Is(w.t, http.StatusOK)
	for form, more := range map[string][]string{
		"/staff/status/incidents/new": nil,
		"/staff/status/work/new":      {"starts", "2099-01-02T02:00", "ends", "2099-01-02T03:00"},
	} {
		v.Get(form)
		part := v.Page.Doc.Find("input[name=components]").First().AttrOr("value", "")
		v.Submit(form, typed(append(more, "title", "gannet is slow", "text", "We are looking into it.", "impact", "slow",
			"components", part)...)).Is(w.t, http.StatusOK)
	}
	v.Submit(v.Page.Path, typed("text", "It is mended.", "phase", "over")).Is(w.t, http.StatusOK)
	w.getsNews()
	v.Get("/staff/status")
	remove := v.Page.Links("/remove")[0]
	v.Get(remove)
	v.Submit(remove, nil).Is(w.t, http.StatusOK)
}

// getsNews has an address ask for mails, confirm, be mailed, and stop.
func (w *walker) getsNews() {
	v, email := w.visit(), "reader@elsewhere.example"
	ask := func() {
		v.Get("/status/mails").Is(w.t, http.StatusOK)
		v.Submit("/status/mails", typed("email", email)).Is(w.t, http.StatusOK).Says(w.t, "Look into your mailbox")
	}
	ask()
	confirm := w.link(email, "/status/mails/confirm/")
	v.Get(confirm).Is(w.t, http.StatusOK)
	v.Submit(confirm, nil).Is(w.t, http.StatusOK).Says(w.t, "You get our news by mail")
	ask()
	stop := w.link(email, "/status/mails/stop/")
	v.Get(stop).Is(w.t, http.StatusOK)
	v.Submit(stop, nil).Is(w.t, http.StatusOK).Says(w.t, "Your address is forgotten")
}
