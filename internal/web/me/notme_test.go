package me_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/waysback"
	"gatehouse/internal/support"
	"gatehouse/internal/testkit/site"
)

const newPhrase = "another quiet harbour morning"

// Of what was done as them in an account, people say that it was not them where they read it: in the account's log, and
// there of their own doings alone. The case has that entry and what else was done as them meanwhile (A1, L7, N5).
func TestADoingThatWasNotTheirs(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		s.Visit(t).SignIn(site.Olivia).Get(c.Base()+"/invoices").Is(t, http.StatusOK)
		ben := s.Visit(t).SignIn(site.Ben)
		ben.Get(c.Base()+"/invoices").Is(t, http.StatusOK)
		log := c.Base() + "/activity"
		links := ben.Get(log).Is(t, http.StatusOK).Links("/not-me")
		if len(links) == 0 || !strings.HasPrefix(links[0], log+"/") {
			t.Fatalf("the log offers %v", links)
		}
		olivia := s.Visit(t).SignIn(site.Olivia)
		of := olivia.Get(log).Links("/not-me")
		for _, link := range links {
			olivia.Get(link).Is(t, http.StatusNotFound)
			olivia.Post(link, nil).Is(t, http.StatusNotFound)
			if slices.Contains(of, link) {
				t.Errorf("%s is offered to somebody else", link)
			}
		}
		s.Visit(t).SignIn(site.Carl).Get(links[0]).Is(t, http.StatusNotFound)
		last := ben.Get(log + "?action=account.entered").Links("/not-me")[0]
		ben.Get(last).Is(t, http.StatusOK).Says(t, "This wasn’t you?", "You came into this account")
		ben.Submit(last, url.Values{"note": {"I was asleep."}}).Is(t, http.StatusOK).Says(t, "Your sign-in is locked")
		ben.Get(log).Says(t, "Sign into your")
		olivia.Get(log).Is(t, http.StatusOK)
		if n := s.Count(t, "persons", "secured_at IS NOT NULL"); n != 1 {
			t.Errorf("%d sign-ins are locked", n)
		}
	})
}

// S14, S16, N5: the link in an alert says what happens, to whoever holds it and of nobody by name; its button shuts
// everybody out, once; then a new password and a look at each factor open everything again.
func TestTheLinkOfAnAlertLocksASignIn(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		carl := s.Visit(t).SignIn(site.Carl)
		s.Visit(t).SignIn(site.Ben)
		ben := s.Visit(t).SignIn(site.Ben) // on a browser that was not seen before
		link := "/not-me/" + s.Link(t, alerts.MailAlert, site.Ben)
		stranger := s.Visit(t)
		stranger.Get(link).Is(t, http.StatusOK).Says(t, "This wasn’t you?", "A sign-in on a new device", "Lock my sign-in").
			Silent(t, "Ben", site.Ben, "Okafor", "192.0.2.24", "Northwind")
		ben.Get("/accounts").Is(t, http.StatusOK) // looking does nothing
		stranger.Get(link)
		stranger.Submit(link, url.Values{"note": {strings.Repeat("x", 2500)}}).
			Is(t, http.StatusUnprocessableEntity).Says(t, "Use at most 2000 characters.")
		stranger.Submit(link, url.Values{"note": {"I was asleep."}}).Is(t, http.StatusOK).
			Says(t, "Your sign-in is locked", "Set a new password")
		ben.Get("/accounts").Says(t, "Your session has ended.")
		carl.Get("/accounts").Is(t, http.StatusOK)
		stranger.Get(link).Is(t, http.StatusOK).Says(t, "Your sign-in is locked") // a second time
		stranger.Get("/not-me/"+strings.Repeat("x", 43)).Is(t, http.StatusNotFound).Says(t, "does not work any more")

		stranger.Get("/forgot-password")
		stranger.Submit("/forgot-password", url.Values{"email": {site.Ben}}).Is(t, http.StatusOK)
		reset := "/reset-password/" + s.Link(t, waysback.MailReset, site.Ben)
		stranger.Get(reset).Is(t, http.StatusOK)
		stranger.Submit(reset, url.Values{"password": {newPhrase}}).Is(t, http.StatusOK)
		back := s.Visit(t)
		back.Get("/sign-in")
		back.Submit("/sign-in", url.Values{"email": {site.Ben}, "password": {newPhrase}}).
			Is(t, http.StatusOK).Says(t, "Look at how you sign in", "You have no second factor")
		for _, path := range []string{c.Base(), c.Base() + "/invoices", "/accounts"} {
			back.Get(path).Is(t, http.StatusOK).Says(t, "Look at how you sign in").Silent(t, "Northwind")
		}
		back.Get("/me/sessions").Is(t, http.StatusOK)
		back.Get("/me/security/review")
		back.Submit("/me/security/review", nil).Is(t, http.StatusOK).Says(t, "Your sign-in is open again.")
		back.Get(c.Base()).Is(t, http.StatusOK).Says(t, "Northwind")
	})
}

// N6: the same for whoever is signed in, from their sessions and their activity; never from somebody else's.
func TestOwnSessionsAndEntriesAreReported(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, _ site.Cast) {
		ben, carl := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Carl)
		own := carl.Get("/me/sessions").Is(t, http.StatusOK).Links("/not-me")
		entries := carl.Get("/me/activity").Is(t, http.StatusOK).Links("/not-me")
		if len(own) != 1 || len(entries) == 0 {
			t.Fatalf("%d sessions and %d entries can be reported", len(own), len(entries))
		}
		ben.Get(own[0]).Is(t, http.StatusNotFound)
		ben.Post(own[0], url.Values{"note": {""}}).Is(t, http.StatusNotFound)
		carl.Get(own[0]).Is(t, http.StatusOK).Says(t, "A sign-in with Firefox on Linux")
		carl.Get(entries[0]).Is(t, http.StatusOK).Says(t, "You signed in")
		carl.Submit(entries[0], nil).Is(t, http.StatusOK).Says(t, "Your sign-in is locked")
		carl.Get("/accounts").Is(t, http.StatusOK).Says(t, "Sign in")
		ben.Get("/accounts").Is(t, http.StatusOK)
	})
}

// A3: a case is seen by the person whom it is for, with its history; somebody else's is not found.
func TestOwnCases(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben, carl := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Carl)
		ben.Get("/me/cases").Is(t, http.StatusOK).Says(t, "No case")
		var person id.Person
		for _, m := range s.Members(t, c.Northwind) {
			if m.Name == "Ben Okafor" {
				person = m.Person
			}
		}
		n := support.NewCase{
			ID: id.New[id.CaseKind](), Person: person, Name: "Ben Okafor", Kind: support.Security, Severity: support.Urgent,
			Subject: "“This wasn’t me”: a new device", Text: "I was asleep.",
			Links: []support.Link{{Chain: id.PersonScope(person), Seq: 1}},
		}
		if err := s.Support.OpenCase(t.Context(), actor.NewSystem("test"), n); err != nil {
			t.Fatal(err)
		}
		path := "/me/cases/" + n.ID.String()
		carl.Get(path).Is(t, http.StatusNotFound)
		carl.Post(path, url.Values{"text": {"Hello"}}).Is(t, http.StatusNotFound)
		ben.Get("/me/cases").Is(t, http.StatusOK).Says(t, "“This wasn’t me”: a new device", "We are on it")
		ben.Get(path).Is(t, http.StatusOK).Says(t, "I was asleep.", "opened the case", "What it is about")
		ben.Submit(path, url.Values{"text": {" "}}).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Write what you want to say.")
		s.Offset.Advance(time.Second)
		ben.Submit(path, url.Values{"text": {"Has it\nhappened again?"}}).Is(t, http.StatusOK).
			Says(t, "Sent.", "happened again?")
	})
}
