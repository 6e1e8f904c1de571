package app_test

import (
	"net/http"

	"gatehouse/internal/assist"
)

// actsForSomebody lets staff act for a contact, until they end it and until the client does, and ask where they may
// not.
func (w *walker) actsForSomebody() {
	client := "/staff/clients/" + w.there.account.String()
	help := "/accounts/" + w.there.account.String() + "/settings/staff"
	sam, owner := w.as("support@harbour.example"), w.as("owner@there.example")
	page := sam.Get(client).Links("/assist")[0]
	begin := func() {
		sam.Get(page)
		sam.Submit(page, typed("code", "asked", "why", "They rang.")).Is(w.t, http.StatusOK)
	}
	begin()
	sam.Submit("/me/assist/end", nil).Is(w.t, http.StatusOK)
	begin()
	owner.Get(help)
	owner.Submit(help, typed("allowed", "no")).Is(w.t, http.StatusOK)
	for _, answer := range []string{"decline", "allow"} {
		sam.Get(page)
		sam.Submit(page+"/ask", typed("code", "other", "why", "To look at a fault.")).Is(w.t, http.StatusOK)
		owner.Get(help)
		asked := owner.Page.Doc.Find("form[action*='/settings/staff/']").AttrOr("action", "")
		owner.Submit(asked, typed("answer", answer)).Is(w.t, http.StatusOK)
	}
	begin()
	w.Offset.Advance(assist.Time)
}

// emergencies has staff open what other departments see of a client. A privacy officer judges one of them; the other
// waits, and somebody is reminded of it.
func (w *walker) emergencies() {
	at := "/staff/clients/" + w.there.account.String() + "/emergency"
	for who, department := range map[string]string{"support": "billing", "technical": "billing"} {
		v := w.as(who + "@harbour.example")
		v.Get(at)
		v.Submit(at, typed("department", department, "code", "harm", "why", "Money goes astray tonight.")).
			Is(w.t, http.StatusOK)
	}
	dana := w.as("privacy@harbour.example")
	one := dana.Get("/staff/emergencies").Links("/staff/emergencies/")[0]
	dana.Get(one)
	dana.Submit(one, typed("finding", "needed", "text", "It was stopped in time.")).Is(w.t, http.StatusOK)
}

// pinsNotes pins a note to a client, changes it and takes it away.
func (w *walker) pinsNotes() {
	at := "/staff/clients/" + w.there.account.String() + "/notes"
	sam := w.as("support@harbour.example")
	sam.Get(at)
	sam.Submit(at, typed("text", "Rings before nine.", "for", "all")).Is(w.t, http.StatusOK)
	note := sam.Page.Links("/notes/")[0]
	sam.Get(note)
	sam.Submit(note, typed("text", "Rings after nine.")).Is(w.t, http.StatusOK)
	sam.Get(note)
	sam.Submit(note+"/remove", nil).Is(w.t, http.StatusOK)
}
