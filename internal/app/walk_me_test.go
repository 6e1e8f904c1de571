package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"gatehouse/internal/identity/persons"
	"gatehouse/internal/testkit/site"
)

// typed is a form's fields, by name and value.
func typed(pairs ...string) url.Values {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form
}

// signsIn goes through the doors: password, code, key, passkey, and out again.
func (w *walker) signsIn() {
	v := w.as("developer@here.example")
	v.Get("/me/security/keys/new")
	key := w.newKey()
	key.Touch(w.t, v, typed("name", "Blue key")).Is(w.t, http.StatusOK)
	key.Touch(w.t, v, nil).Is(w.t, http.StatusOK)
	v.Get("/me/security/passkeys/new")
	phone := w.newKey()
	phone.Touch(w.t, v, typed("name", "Phone")).Is(w.t, http.StatusOK)
	phone.Touch(w.t, v, nil).Is(w.t, http.StatusOK)
	v.Get("/accounts")
	v.Submit("/sign-out", nil).Is(w.t, http.StatusOK)

	v.Get("/sign-in")
	v.Submit("/sign-in", typed("email", "developer@here.example", "password", persons.DemoPassword))
	key.Touch(w.t, v, nil).Is(w.t, http.StatusOK)
	w.Offset.Advance(11 * time.Minute)
	v.Get("/me/password")
	const other = "another quiet harbour morning"
	v.Submit("/me/password", typed("present", persons.DemoPassword, "password", other)).Is(w.t, http.StatusForbidden)
	key.Touch(w.t, v, nil).Is(w.t, http.StatusOK) // confirmed with the key
	v.Get("/me/stay")
	v.Get("/accounts")
	v.Post("/me/stay", nil).Is(w.t, http.StatusNoContent)
	in := w.visit()
	in.Get("/sign-in")
	phone.Touch(w.t, in, nil).Is(w.t, http.StatusOK)
	in.Get("/me/security/start")
	in.Submit("/me/security/start/later", nil).Is(w.t, http.StatusOK)
}

// changesFactors adds, names and removes second factors, recovery codes and remembered devices.
func (w *walker) changesFactors() {
	const who = "auditor@here.example"
	v := w.visit()
	v.Get("/sign-in")
	v.Submit("/sign-in", typed("email", who, "password", persons.DemoPassword))
	v.Submit("/sign-in/second-factor", typed("code", v.Code(who), "remember", "yes")).Is(w.t, http.StatusOK)
	w.forgetsDevices(v, who)
	v.Get("/me/security")
	v.Submit("/me/security/codes", typed("name", "Tablet")).Is(w.t, http.StatusOK)
	page := v.Page.Path
	secret := strings.Join(strings.Fields(v.Page.Doc.Find("#setup-key").Text()), "")
	w.knows("tablet", secret)
	v.Submit(page, typed("code", v.Code("tablet"))).Is(w.t, http.StatusOK)
	name := v.Get("/me/security").Links("/name")[0]
	v.Get(name)
	v.Submit(name, typed("name", "Old telephone")).Is(w.t, http.StatusOK)
	for _, kind := range []string{"codes", "keys"} {
		if kind == "keys" {
			v.Get("/me/security/keys/new")
			key := w.newKey()
			key.Touch(w.t, v, typed("name", "Green key")).Is(w.t, http.StatusOK)
			key.Touch(w.t, v, nil).Is(w.t, http.StatusOK)
		}
		var remove string
		for _, link := range v.Get("/me/security").Links("/remove") {
			if strings.Contains(link, "/"+kind+"/") {
				remove = link
			}
		}
		v.Get(remove).Is(w.t, http.StatusOK)
		v.Submit(remove, nil).Is(w.t, http.StatusOK)
	}
	const codes = "/me/security/recovery-codes"
	v.Get(codes)
	shown := v.Submit(codes, nil).Is(w.t, http.StatusOK)
	kept := strings.Fields(shown.Doc.Find("#codes").Text())
	v.Submit(codes+"/file", nil).Is(w.t, http.StatusOK)
	v.Page = shown
	v.Submit(codes+"/confirm", typed("code", kept[0])).Is(w.t, http.StatusOK)
}

// forgetsDevices forgets one remembered device, then all of them.
func (w *walker) forgetsDevices(v *site.Visitor, who string) {
	v.Get("/me/security")
	one := v.Page.Doc.Find("form[action$='/forget']").AttrOr("action", "")
	v.Submit(one, nil).Is(w.t, http.StatusOK)
	for range 2 { // there is a button for all where there are two
		other := w.visit()
		other.Get("/sign-in")
		other.Submit("/sign-in", typed("email", who, "password", persons.DemoPassword))
		other.Submit("/sign-in/second-factor", typed("code", v.Code(who), "remember", "yes")).Is(w.t, http.StatusOK)
	}
	v.Get("/me/security")
	v.Submit("/me/security/devices/forget-all", nil).Is(w.t, http.StatusOK)
}

// changesSignIn changes a password and an address, ends sessions, and asks after a case.
func (w *walker) changesSignIn() {
	const who, next = "billing@here.example", "ben.new@here.example"
	v := w.as(who)
	v.Get("/me/password")
	v.Submit("/me/password", typed("present", persons.DemoPassword, "password", "another quiet harbour morning")).
		Is(w.t, http.StatusOK)
	v.Get("/me/password")
	v.Submit("/me/password", typed("present", "another quiet harbour morning", "password", persons.DemoPassword)).
		Is(w.t, http.StatusOK)
	w.as(who)
	w.as(who)
	v.Get("/me/sessions")
	v.Submit(v.Page.Doc.Find("form[action$='/end']").First().AttrOr("action", ""), nil).Is(w.t, http.StatusOK)
	v.Submit("/me/sessions/end-others", nil).Is(w.t, http.StatusOK)
	w.Offset.Advance(11 * time.Minute)
	v.Get("/me/email")
	v.Submit("/me/email", typed("email", next)).Is(w.t, http.StatusForbidden)
	v.Submit("/me/confirm", typed("proof", v.Code(who))).Is(w.t, http.StatusOK)
	v.Submit("/me/email/stop", nil).Is(w.t, http.StatusOK)
	v.Get("/me/email")
	v.Submit("/me/email", typed("email", next)).Is(w.t, http.StatusOK)
	link := w.link(next, "/me/email/confirm/")
	v.Get(link).Is(w.t, http.StatusOK)
	v.Submit(link, nil).Is(w.t, http.StatusOK)
}
