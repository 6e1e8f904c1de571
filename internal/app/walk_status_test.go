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
	v.Get("/staff/status")
	remove := v.Page.Links("/remove")[0]
	v.Get(remove)
	v.Submit(remove, nil).Is(w.t, http.StatusOK)
}
