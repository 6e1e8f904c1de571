package app_test

import (
	"net/http"
	"path"
	"strings"
	"testing"

	"gatehouse/internal/testkit/site"
)

const someClients = "client_id,name,owner_email,currency\n1,Kestrel Toys,kes@kestrel.example,GBP\n" +
	"2,Merlin Maps,mer@merlin.example,GBP\n3,,nobody@nowhere.example,GBP\n"

// lookedThrough has a file of clients looked through, and returns the address of its page.
func lookedThrough(t *testing.T, root *site.Visitor, file string) string {
	t.Helper()
	root.Get("/staff/imports/new").Is(t, http.StatusOK)
	root.SubmitFile("/staff/imports/new", typed("kind", "clients", "source", "WHMCS", "invite", "later"), "clients.csv",
		[]byte(file)).Is(t, http.StatusOK)
	return root.Page.Path
}

// bringsOver imports a file, stops and goes on, and has its invitations sent.
func (w *walker) bringsOver() {
	root := w.as("administrator@harbour.example")
	at := lookedThrough(w.t, root, someClients)
	root.Submit(at+"/start", nil).Is(w.t, http.StatusOK)
	root.Submit(at+"/stop", nil).Is(w.t, http.StatusOK)
	root.Submit(at+"/start", nil).Is(w.t, http.StatusOK)
	w.must(w.Imports.Work(w.t.Context()))
	root.Get(at).Is(w.t, http.StatusOK)
	root.Submit(at+"/invite", nil).Is(w.t, http.StatusOK)
	w.must(w.Imports.Work(w.t.Context()))
	if text := root.Get(at).Text; !strings.Contains(text, "Finished") {
		w.t.Errorf("%s: %s", path.Base(at), text)
	}
}
