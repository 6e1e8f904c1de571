package app_test

import (
	"net/http"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/settings"
	"gatehouse/internal/testkit/site"
)

const keptSays = "What you sent is kept."

// accept ticks and accepts the policy that the visitor has before them.
func accept(t *testing.T, v *site.Visitor) *site.Page {
	t.Helper()
	action := v.Page.Doc.Find("form[action^='/me/policies/']").AttrOr("action", "")
	if action == "" {
		t.Fatalf("%s has nothing to accept: %s", v.Page.Path, v.Page.Text)
	}
	return v.Submit(action, site.Form("read", "yes"))
}

// A2: a form of somebody who has not accepted what holds by now is not done, and not lost either: it is done once, as
// they typed it, after they accepted the last of what holds.
func TestAFormWaitsUntilThePoliciesAreAccepted(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		clients := func(want int) {
			t.Helper()
			f, err := p.one.Overview.Figures(t.Context(), actor.NewSystem("test"))
			if err != nil || f.Clients != want {
				t.Errorf("there are %d clients, not %d: %v", f.Clients, want, err)
			}
		}
		root := p.doors[0].Visit(t).SignIn(boss)
		root.Get("/staff/clients/new").Is(t, http.StatusOK)
		p.one.publishes(t)
		client := site.Form("name", "Tin & Sons", "owner-email", "tin@tin.example", "currency", "GBP", "line1", "2 Quay",
			"city", "York", "postcode", "YO1 1AB", "country", "GB")
		root.Submit("/staff/clients/new", client).Is(t, http.StatusPreconditionRequired).Says(t, keptSays, "version 1")
		clients(1)
		action := root.Page.Doc.Find("form[action^='/me/policies/']").AttrOr("action", "")
		root.Submit(action, nil).Is(t, http.StatusUnprocessableEntity).Says(t, "Tick that you have read it.", keptSays)
		accept(t, root).Is(t, http.StatusPreconditionRequired).Says(t, keptSays)
		clients(1)
		accept(t, root).Is(t, http.StatusOK).Says(t, "Tin & Sons")
		clients(2)

		// A form that waited for a proof already waits on.
		root.Get("/staff/settings/mail").Is(t, http.StatusOK)
		form := root.Page
		p.later(11 * time.Minute)
		p.one.publishes(t)
		root.Page = form
		root.Submit("/staff/settings/mail", site.Form("mail-greeting", "Ahoy {name},")).Is(t, http.StatusForbidden)
		root.Submit("/me/confirm", site.Form("proof", root.Code(boss))).
			Is(t, http.StatusPreconditionRequired).Says(t, keptSays, "version 2")
		accept(t, root)
		if p.one.Settings.Get(settings.Greeting) != "Hello {name}," {
			t.Error("a setting was changed before everything was accepted")
		}
		accept(t, root).Is(t, http.StatusOK)
		if got := p.one.Settings.Get(settings.Greeting); got != "Ahoy {name}," {
			t.Errorf("the greeting is %q", got)
		}
	})
}

// A file does not wait with the rest of its form: what was typed comes back, the file is asked for again, and nothing
// of the form is done without it.
func TestAFileIsAskedForAgainOnceThePoliciesAreAccepted(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		root := p.doors[0].Visit(t).SignIn(boss)
		page := root.Get("/staff/settings/brand").Is(t, http.StatusOK)
		action := page.Doc.Find("form[enctype='multipart/form-data']").AttrOr("action", "")
		version := page.Doc.Find("input[name=version]").AttrOr("value", "")
		p.one.publishes(t)
		root.SubmitFile(action, site.Form("brand-name", "Else", "version", version), "chosen.png", []byte("x")).
			Is(t, http.StatusPreconditionRequired).Says(t, keptSays)
		accept(t, root)
		last := accept(t, root).Is(t, http.StatusUnprocessableEntity).Says(t, "Choose it again.")
		if got := last.Value("brand-name"); got != "Else" {
			t.Errorf("what was typed came back as %q", got)
		}
		if got := p.one.Settings.Get(settings.Name); got == "Else" {
			t.Error("the form was done without its file")
		}
	})
}
