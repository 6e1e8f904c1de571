package app_test

import (
	"net/http"
	"strings"

	"gatehouse/internal/testkit/site"
)

// handsOver offers the ownership and takes the offer back, offers it again and has it declined; and asks the provider
// for another name and main contact, which staff decide.
func (w *walker) handsOver() {
	settings := "/accounts/" + w.here.account.String() + "/settings"
	page, requests := settings+"/ownership", settings+"/requests"
	owner, other := w.as("owner@here.example"), "auditor@here.example"
	offer := func() {
		owner.Get(page + "/new")
		owner.Submit(page+"/new", typed("contact", pickedContact(owner, other), "then", "owner")).Is(w.t, http.StatusOK)
	}
	offer()
	withdraw := owner.Get(page).Links("/withdraw")[0]
	owner.Get(withdraw)
	owner.Submit(withdraw, nil).Is(w.t, http.StatusOK)
	offer()
	v := w.as(other)
	v.Get(page)
	answer := v.Page.Doc.Find("input[value=decline]").ParentsFiltered("form").AttrOr("action", "")
	v.Post(answer, typed("answer", "decline")).Is(w.t, http.StatusOK)

	owner.Get(requests + "/name")
	owner.Submit(requests+"/name", typed("name", "Here Again Ltd", "reason", "We were bought")).Is(w.t, http.StatusOK)
	owner.Get(requests + "/main-contact")
	owner.Submit(requests+"/main-contact", typed("contact", pickedContact(owner, other), "reason", "They pay")).
		Is(w.t, http.StatusOK)
	owner.Submit(owner.Page.Doc.Find("form[action$='/withdraw']").First().AttrOr("action", ""), nil).
		Is(w.t, http.StatusOK)
	staff := w.as("administrator@harbour.example")
	one := staff.Get("/staff/requests").Links("/staff/requests/")[0]
	staff.Get(one)
	staff.Submit(one, typed("decision", "decline", "answer", "The register says otherwise")).Is(w.t, http.StatusOK)
}

// pickedContact is the value by which a form knows a contact.
func pickedContact(v *site.Visitor, who string) string {
	for _, label := range v.Page.Doc.Find("label").EachIter() {
		if strings.Contains(label.Text(), who) {
			return v.Page.Doc.Find("#"+label.AttrOr("for", "none")).AttrOr("value", "")
		}
	}
	return ""
}
