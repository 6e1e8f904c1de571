package app_test

import (
	"net/http"
	"strings"
	"time"

	"gatehouse/internal/identity/persons"
	"gatehouse/internal/testkit/site"
)

// runsAnAccount invites, changes and removes people, and sets the account's rules.
func (w *walker) runsAnAccount() {
	base := "/accounts/" + w.here.account.String()
	v := w.as("owner@here.example")
	v.Get(base + "/settings")
	v.Submit(base+"/settings", typed("city", "Leeds")).Is(w.t, http.StatusOK)
	v.Get(base + "/settings/security")
	v.Submit(base+"/settings/security", typed("level", "factor", "grace", "7")).Is(w.t, http.StatusOK)

	invite := base + "/contacts/invite"
	v.Get(invite)
	v.Submit(invite, typed("email", "noor@here.example", "role", "billing")).Is(w.t, http.StatusOK)
	w.Offset.Advance(11 * time.Minute) // soon again is too often
	v = w.as("owner@here.example")
	v.Get(base + "/contacts?show=invitations")
	v.Submit(v.Page.Doc.Find("form[action$='/resend']").AttrOr("action", ""), nil).Is(w.t, http.StatusOK)
	noor := w.link("noor@here.example", "/invitations/")
	guest := w.visit()
	guest.Get(noor).Is(w.t, http.StatusOK)
	guest.Submit(noor, typed("name", "Noor Haddad", "password", persons.DemoPassword)).Is(w.t, http.StatusOK)

	v.Get(invite)
	v.Submit(invite, typed("email", "kit@here.example", "role", "billing")).Is(w.t, http.StatusOK)
	withdraw := v.Get(base + "/contacts?show=invitations").Links("/withdraw")[0]
	v.Get(withdraw)
	v.Submit(withdraw, nil).Is(w.t, http.StatusOK)

	several := base + "/contacts/invite-several"
	v.Get(several)
	v.Submit(several, typed("list", "lou@here.example", "role", "billing")).Is(w.t, http.StatusOK)
	v.Submit(several, typed("step", "send")).Is(w.t, http.StatusOK)

	for _, export := range []string{base + "/activity/export", "/me/activity/export"} {
		v.Get(export).Is(w.t, http.StatusOK)
		v.Submit(export, typed("format", "jsonl")).Is(w.t, http.StatusOK)
	}

	contact := base + "/contacts/" + w.here.contact.String()
	for _, step := range []string{"/suspend", "/restore", "/role", "/remove"} {
		v.Get(contact+step).Is(w.t, http.StatusOK)
		form := typed()
		if step == "/role" {
			form = typed("role", "technical")
		}
		v.Submit(contact+step, form).Is(w.t, http.StatusOK)
	}
}

// asksTheOwner is refused something, asks the owner for it, and the owner looks at who asks.
func (w *walker) asksTheOwner() {
	base := "/accounts/" + w.here.account.String()
	v := w.as("billing@here.example")
	v.Get(base + "/services")
	v.Submit(base+"/ask", nil).Is(w.t, http.StatusOK)
	asks := w.link("owner@here.example", base+"/contacts/")
	w.as("owner@here.example").Get(asks).Is(w.t, http.StatusOK).Says(w.t, "asks for more")
}

// sendsItsLog has the log sent elsewhere, to an address that may not be reached.
func (w *walker) sendsItsLog() {
	list := "/accounts/" + w.here.account.String() + "/activity/streams"
	v := w.as("owner@here.example")
	v.Get(list + "/new")
	v.Submit(list+"/new", typed("name", "Security desk", "address", "https://127.0.0.1:9/log")).Is(w.t, http.StatusOK).
		Says(w.t, "Keep this key")
	for _, button := range []string{"/test", "/pause", "/resume", "/key", "/remove"} {
		form := v.Get(list).Is(w.t, http.StatusOK).Doc.Find("form[action$='"+button+"']").AttrOr("action", "")
		if form == "" {
			form = v.Page.Links(button)[0]
			v.Get(form)
		}
		v.Submit(form, nil).Is(w.t, http.StatusOK)
	}
	choices := "/accounts/" + w.here.account.String() + "/activity/alerts"
	v.Get(choices)
	v.Submit(choices, typed("role-raised", "daily")).Is(w.t, http.StatusOK)
	client := "/staff/clients/" + w.here.account.String() + "/activity"
	for log, who := range map[string]*site.Visitor{
		"/accounts/" + w.here.account.String() + "/activity": v, "/me/activity": v, client: w.as("privacy@harbour.example"),
		"/staff/activity": w.as("privacy@harbour.example"),
	} {
		who.Get(log + "/saved?outcome=failed")
		who.Submit(log+"/saved", typed("name", "Failed")).Is(w.t, http.StatusOK)
		who.Submit(who.Page.Doc.Find("form[action$='/remove']").AttrOr("action", ""), nil).Is(w.t, http.StatusOK)
	}
	v.Get("/me/alerts")
	v.Submit("/me/alerts", typed("new-country", "daily")).Is(w.t, http.StatusOK)
}

// buys pays an invoice and opens a panel.
func (w *walker) buys() {
	base := "/accounts/" + w.here.account.String()
	v := w.as("owner@here.example")
	pay := base + "/invoices/" + w.here.invoice.String() + "/pay"
	v.Get(pay)
	checkout := v.Submit(pay, nil).Is(w.t, http.StatusSeeOther).Location
	checkout = checkout[strings.Index(checkout, "/demo/"):]
	v.Get(checkout).Is(w.t, http.StatusOK)
	v.Submit(checkout, typed("card", "pays", "do", "pay")).Is(w.t, http.StatusOK)
	panel := base + "/services/" + w.here.service.String() + "/panel"
	v.Get(panel)
	v.Submit(panel, nil).Is(w.t, http.StatusSeeOther)
}
