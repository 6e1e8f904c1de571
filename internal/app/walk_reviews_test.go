package app_test

import (
	"net/http"

	"gatehouse/internal/testkit/site"
)

// reviewsAccess finishes the review that is open, starts another, and goes through everybody in it.
func (w *walker) reviewsAccess() {
	list := "/accounts/" + w.here.account.String() + "/reviews"
	v := w.as("owner@here.example")
	open := list + "/" + w.here.review.String()
	undecided := v.Get(open).Doc.Find("form.gh-choice")
	for i := range undecided.Nodes {
		v.Get(open)
		v.Submit(undecided.Eq(i).AttrOr("action", ""), typed("verdict", "keep")).Is(w.t, http.StatusOK)
	}
	v.Get(open + "/finish")
	v.Submit(open+"/finish", nil).Is(w.t, http.StatusOK)
	v.Get(list)
	v.Submit(list+"/schedule", typed("mode", "regular")).Is(w.t, http.StatusOK)
	review := v.Submit(list, nil).Is(w.t, http.StatusOK).Path
	page := v.Get(review)
	rows, person := page.Doc.Find("form.gh-choice"), personIn(page)
	for i := range rows.Nodes {
		row := rows.Eq(i).AttrOr("action", "")
		v.Get(review)
		if row+"/change" != person {
			v.Submit(row, typed("verdict", "keep")).Is(w.t, http.StatusOK)
			continue
		}
		v.Get(person)
		v.Submit(person, typed("role", "auditor")).Is(w.t, http.StatusOK)
	}
}

// personIn is where the access of a person in a review is changed: that of a team has such a page, too.
func personIn(page *site.Page) string {
	row := `.gh-review li:not(:has(a[href*="/contacts/teams/"])) a[href$="/change"]`
	return page.Doc.Find(row).First().AttrOr("href", "")
}

// deniesADoing says of something in an account's log that it was somebody else.
func (w *walker) deniesADoing() {
	v := w.as("owner@here.example")
	doing := v.Get("/accounts/" + w.here.account.String() + "/activity").Links("/not-me")[0]
	v.Get(doing)
	v.Submit(doing, nil).Is(w.t, http.StatusOK)
	w.deliver(w.t)
}

// choosesMails says which mails one gets oneself, and which a contact gets.
func (w *walker) choosesMails() {
	v := w.as("owner@here.example")
	v.Get("/me/notifications")
	v.Submit("/me/notifications", typed("kinds", w.here.account.String()+"_invoices")).Is(w.t, http.StatusOK)
	mails := "/accounts/" + w.here.account.String() + "/contacts/" + w.here.contact.String() + "/mails"
	v.Get(mails)
	v.Submit(mails, nil).Is(w.t, http.StatusOK)
}
