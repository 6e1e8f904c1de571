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
