package app_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/identity/persons"
)

// provides sets up a client, works on a case, takes a gateway's notice, and brings a colleague in.
func (w *walker) provides() {
	v := w.as("administrator@harbour.example")
	v.Get("/staff/servers/new")
	v.Submit("/staff/servers/new", typed("name", "gannet", "panel", "none", "host", "gannet.harbour.example")).
		Is(w.t, http.StatusOK)
	v.Get("/staff/clients/new")
	v.Submit("/staff/clients/new", typed("name", "Fen Street Dental", "owner-email", "ida@fenstreet.example",
		"line1", "3 Fen Street", "city", "Ely", "postcode", "CB7 4AB")).Is(w.t, http.StatusOK)
	client := v.Page.Path
	server := v.Get(client+"/services/new").Doc.Find("select[name=server] option").First().AttrOr("value", "")
	v.Submit(client+"/services/new", typed("plan", "Small Hosting", "price", "12.50", "server", server)).
		Is(w.t, http.StatusOK)
	v.Get(client + "/services/new")
	v.Submit(client+"/services/new", typed("plan", "Client Site", "price", "9", "domain", "ida.example",
		"pending", "yes", "server", server)).Is(w.t, http.StatusOK)
	v.Submit(v.Page.Doc.Find("form[action$='/ready']").AttrOr("action", ""), nil).Is(w.t, http.StatusOK)
	v.Get(client + "/invoices/new")
	v.Submit(client+"/invoices/new", typed("about", "The first month", "line-0-text", "Hosting", "line-0-quantity", "1",
		"line-0-price", "12.50")).Is(w.t, http.StatusOK)
	v.Get("/staff/clients/" + w.there.account.String())
	signedIn := v.Page.Links("/sessions")[0]
	v.Get(signedIn)
	v.Submit(signedIn, typed("why", "They rang.")).Is(w.t, http.StatusOK)
	w.receives()
	w.works()

	made, err := w.Accounts.CreateStaff(w.t.Context(), actor.NewShell("root"), persons.NewPerson{
		Email: "new@harbour.example", Name: "Nia New", Password: persons.DemoPassword,
	}, "support")
	w.must(err)
	nia := w.visit()
	nia.Get("/sign-in")
	nia.Submit("/sign-in", typed("email", "new@harbour.example", "password", persons.DemoPassword))
	nia.Get("/me/security")
	nia.Post("/me/start", typed("token", made.Start.Token)).Is(w.t, http.StatusOK)
}

// receives takes a notice from the gateway's machine, for a payment that was begun.
func (w *walker) receives() {
	v := w.as("owner@there.example")
	pay := "/accounts/" + w.there.account.String() + "/invoices/" + w.there.invoice.String() + "/pay"
	v.Get(pay)
	checkout := v.Submit(pay, typed("amount", "10.00")).Is(w.t, http.StatusSeeOther).Location
	body, err := json.Marshal(map[string]any{
		"id": "evt_walk", "outcome": "paid", "merchant": w.Sandbox.Merchant(), "reference": "pay_walk",
		"checkout": checkout[strings.LastIndex(checkout, "/")+1:],
		"amount":   map[string]any{"minor": 1000, "currency": "GBP"},
	})
	w.must(err)
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost,
		"http://localhost:8080/webhooks/"+sandbox.Name, bytes.NewReader(body))
	w.must(err)
	secret := []byte(w.Config.Gateway.WebhookSecret.Reveal())
	r.Header.Set(sandbox.SignatureHeader, sandbox.Sign(secret, body, w.portal.Now(w.t)))
	if p := w.visit().Send(r); p.Status >= http.StatusBadRequest {
		w.t.Fatalf("the notice was answered %d: %s", p.Status, p.Text)
	}
}

// works follows a case from the client's “this wasn’t me” to its end, by all three doors to it.
func (w *walker) works() {
	v := w.as("technical@here.example")
	entry := v.Get("/me/activity").Links("/not-me")[0]
	v.Get(entry)
	v.Submit(entry, typed("note", "I was asleep.")).Is(w.t, http.StatusOK)
	v = w.as("support@here.example")
	session := v.Get("/me/sessions").Links("/not-me")[0]
	v.Get(session)
	v.Submit(session, nil).Is(w.t, http.StatusOK)
	stranger := w.visit()
	for range 5 {
		stranger.Get("/sign-in")
		stranger.Submit("/sign-in", typed("email", "owner@there.example", "password", "a guess that is wrong"))
	}
	alert := w.link("owner@there.example", "/not-me/")
	stranger.Get(alert)
	stranger.Submit(alert, nil).Is(w.t, http.StatusOK)
	w.deliver(w.t)

	sam := w.as("support@harbour.example")
	found := regexp.MustCompile(`/staff/cases/[0-9a-z]{26}`).FindString(string(sam.Get("/staff/cases").Body))
	sam.Get(found)
	sam.Submit(found+"/take", nil).Is(w.t, http.StatusOK)
	sam.Submit(found+"/reply", typed("text", "Have you set a new password?")).Is(w.t, http.StatusOK)
	sam.Get(found + "/hand-over")
	sam.Submit(found+"/hand-over", typed("text", "Is their invoice paid?")).Is(w.t, http.StatusOK)
	bea := w.as("billing@harbour.example")
	bea.Get(found + "/hand-over")
	bea.Submit(found+"/hand-over", typed("text", "It is.")).Is(w.t, http.StatusOK)
	sam.Get(found)
	sam.Submit(found+"/close", nil).Is(w.t, http.StatusOK)
	w.Offset.Advance(time.Hour)
	w.opensAgain("owner@there.example")
}

// opensAgain sets a new password, looks at the factors, and answers in the case.
func (w *walker) opensAgain(who string) {
	v := w.visit()
	v.Get("/forgot-password")
	v.Submit("/forgot-password", typed("email", who)).Is(w.t, http.StatusOK)
	reset := w.link(who, "/reset-password/")
	v.Get(reset)
	v.Submit(reset, typed("password", "another quiet harbour morning")).Is(w.t, http.StatusOK)
	v.Get("/sign-in")
	v.Submit("/sign-in", typed("email", who, "password", "another quiet harbour morning"))
	v.Submit("/sign-in/second-factor", typed("code", v.Code(who))).Is(w.t, http.StatusOK)
	v.Get("/me/security/review")
	mine := v.Page.Doc.Find("main input[type=radio]").First()
	v.Submit("/me/security/review", typed(mine.AttrOr("name", ""), mine.AttrOr("value", ""))).Is(w.t, http.StatusOK)
	own := regexp.MustCompile(`/me/cases/[0-9a-z]{26}`).FindString(string(v.Get("/me/cases").Body))
	v.Get(own)
	v.Submit(own, typed("text", "Has it happened again?")).Is(w.t, http.StatusOK)
}

// findsBack lets somebody back in who lost every second factor, and cancels another's request.
func (w *walker) findsBack() {
	ask := func(who string) string {
		v := w.visit()
		v.Get("/sign-in")
		v.Submit("/sign-in", typed("email", who, "password", persons.DemoPassword))
		v.Get("/sign-in/lost").Is(w.t, http.StatusOK)
		v.Submit("/sign-in/lost", nil).Is(w.t, http.StatusOK)
		return w.link(who, "/recovery/")
	}
	const lost = "administrator@here.example"
	v := w.visit()
	status := ask(lost)
	v.Get(status)
	v.Submit(status, nil).Is(w.t, http.StatusOK)
	sam := w.as("support@harbour.example")
	request := sam.Get("/staff/recoveries").Doc.Find(`a[href^="/staff/recoveries/"]`).First().AttrOr("href", "")
	sam.Get(request)
	sam.Submit(request, nil).Is(w.t, http.StatusOK)
	owner := w.as("owner@here.example")
	own := "/accounts/" + w.here.account.String() + strings.TrimPrefix(request, "/staff")
	owner.Get(own)
	owner.Submit(own, nil).Is(w.t, http.StatusOK)
	w.Offset.Advance(w.Config.RecoveryWait + time.Minute)
	link := w.link(lost, "/recovery-link/")
	v.Get(link)
	v.Submit(link, nil).Is(w.t, http.StatusOK)
	w.knows(lost, strings.Join(strings.Fields(v.Page.Doc.Find("#setup-key").Text()), ""))
	v.Submit("/recovery-setup", typed("code", v.Code(lost))).Is(w.t, http.StatusOK)

	found := ask("auditor@here.example")
	v.Get(found)
	v.Submit(found, nil).Is(w.t, http.StatusOK)
	v.Get(found)
	cancel := v.Page.Doc.Find("form[action$='/cancel']").AttrOr("action", "")
	v.Submit(cancel, nil).Is(w.t, http.StatusOK)
}
