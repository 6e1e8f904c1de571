package me_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// codesOf are the recovery codes that a page shows.
func codesOf(t *testing.T, p *site.Page) []string {
	t.Helper()
	codes := strings.Fields(p.Doc.Find("#codes").Text())
	if len(codes) != 10 {
		t.Fatalf("%s shows %d codes: %s", p.Path, len(codes), p.Text)
	}
	return codes
}

// S8: the codes are shown in the answer to the form alone; a file is to be had while they are shown; one typed back
// ends that. The page is kept by no cache.
func TestRecoveryCodesAreShownOnce(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		const page = "/me/security/recovery-codes"
		v := s.Visit(t).SignIn(site.Olivia)
		v.Get("/me/security").Is(t, http.StatusOK).Says(t, "10 of 10 left", "Make ten new ones…")
		v.Get(page).Is(t, http.StatusOK).Says(t, "10 codes are left", "stop working at once")
		shown := v.Submit(page, nil).Is(t, http.StatusOK)
		codes := codesOf(t, shown)
		if shown.Header.Get("Cache-Control") != "no-store" {
			t.Error("a cache may keep the codes")
		}
		file := v.Submit(page+"/file", nil).Is(t, http.StatusOK)
		if !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") ||
			file.Header.Get("Cache-Control") != "no-store" || file.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("the file came as %v", file.Header)
		}
		file.Says(t, codes...)
		v.Page = shown
		v.Submit(page+"/confirm", url.Values{"code": {"0000-0000-0000-0000"}}).Is(t, http.StatusUnprocessableEntity).
			Says(t, "This is none of the codes.", codes[0])
		v.Submit(page+"/confirm", url.Values{"code": {strings.ToUpper(codes[7])}}).Is(t, http.StatusOK).
			Says(t, "Your recovery codes are ready", "10 of 10 left").Silent(t, codes...)
		v.Get(page).Silent(t, codes...)
		v.Page = shown
		v.Submit(page+"/file", nil).Is(t, http.StatusConflict).Silent(t, codes...)
		v.Get("/me/activity").Says(t, "Recovery codes made").Silent(t, codes...)

		s.Offset.Advance(11 * time.Minute) // S16; what was to be done goes on after the proof
		v.Get(page)
		v.Submit(page, nil).Is(t, http.StatusForbidden).Says(t, "Confirm it’s you")
		v.Submit("/me/confirm", url.Values{"proof": {v.Code(site.Olivia)}}).Is(t, http.StatusOK)
		codesOf(t, v.Page)
	})
}

// S8, S13: a recovery code is a second step; the page says when it does not fit, and keeps the other ways open.
func TestSignInWithARecoveryCode(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v := s.Visit(t).SignIn(site.Olivia)
		v.Get("/me/security/recovery-codes")
		codes := codesOf(t, v.Submit("/me/security/recovery-codes", nil))
		v.Submit("/me/security/recovery-codes/confirm", url.Values{"code": {codes[0]}}).Is(t, http.StatusOK)
		lost := s.Visit(t)
		half := func() {
			lost.Get("/sign-in")
			lost.Submit("/sign-in", url.Values{"email": {site.Olivia}, "password": {site.Passphrase}}).
				Says(t, "Use a recovery code", "Six-digit code")
		}
		send := func(code string) *site.Page {
			return lost.Post("/sign-in/second-factor", url.Values{"recovery": {code}, "next": {"/me/security"}})
		}
		half()
		send("k7qf-2m9x-4h3t-bw8c").Is(t, http.StatusUnprocessableEntity).Says(t, "This recovery code doesn’t fit.")
		send(codes[1]).Is(t, http.StatusOK).Says(t, "9 of 10 left")
		lost.Get("/me/sessions").Says(t, "Password and recovery code")
		lost = s.Visit(t)
		half()
		send(codes[1]).Is(t, http.StatusUnprocessableEntity)
	})
}

// A remembered device is asked for the password alone, is listed, and forgotten by its owner or where an account
// forbids it.
func TestADeviceIsRemembered(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v := s.Visit(t)
		signIn := func() *site.Page {
			v.Get("/sign-in")
			return v.Submit("/sign-in", url.Values{"email": {site.Olivia}, "password": {site.Passphrase}})
		}
		signIn().Says(t, "Remember this device for 30 days")
		v.Submit("/sign-in/second-factor", url.Values{"code": {v.Code(site.Olivia)}, "remember": {"yes"}}).
			Is(t, http.StatusOK)
		v.Get("/me/security").Says(t, "Firefox on Linux", "This one")
		v.Submit("/sign-out", nil)
		if signIn(); strings.HasPrefix(v.Page.Path, "/sign-in") {
			t.Fatalf("asked for a second step: %s", v.Page.Text)
		}
		v.Get("/me/sessions").Says(t, "Password and remembered device")
		v.Get("/me/security")
		s.Visit(t).SignIn(site.Carl).Post(v.Page.Doc.Find("form[action$='/forget']").AttrOr("action", ""), nil).
			Is(t, http.StatusNotFound) // N6
		s.People.Heed(func(*gorm.DB, id.Person) (persons.Demands, error) {
			return persons.Demands{NoRemembering: true}, nil
		})
		v.Submit("/sign-out", nil)
		signIn().Says(t, "Confirm it’s you").Silent(t, "Remember this device")
		s.People.Heed(nil)
		if signIn(); strings.HasPrefix(v.Page.Path, "/sign-in") {
			t.Fatal("the account forbids it no more")
		}
		v.Get("/me/security")
		v.Submit(v.Page.Doc.Find("form[action$='/forget']").AttrOr("action", ""), nil).Is(t, http.StatusOK).
			Says(t, "asked for the second step again", "No device is remembered")
		v.Submit("/sign-out", nil)
		signIn().Says(t, "Confirm it’s you")
	})
}

// keepCodes makes recovery codes on their page and types one back.
func keepCodes(t *testing.T, v *site.Visitor) *site.Page {
	t.Helper()
	v.Get("/me/security/recovery-codes").Is(t, http.StatusOK)
	codes := codesOf(t, v.Submit("/me/security/recovery-codes", nil))
	return v.Submit("/me/security/recovery-codes/confirm", url.Values{"code": {codes[0]}}).Is(t, http.StatusOK)
}

// S1: the last second factor stays while the password is too short to be the only one, or an account demands one.
func TestTheLastFactorStays(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v := s.Visit(t).SignIn(site.Olivia)
		v.Get("/me/password").Says(t, "At least 8 characters")
		v.Submit("/me/password", url.Values{"present": {site.Passphrase}, "password": {"wkzuvtrmlb"}}).Is(t, http.StatusOK)
		remove := v.Get("/me/security").Links("/remove")[0]
		v.Get(remove)
		v.Submit(remove, nil).Is(t, http.StatusUnprocessableEntity).
			Says(t, "a password needs 15 characters", "Choose a longer password")
		v.Get("/me/password")
		v.Submit("/me/password", url.Values{"present": {"wkzuvtrmlb"}, "password": {site.Passphrase + " again"}}).
			Is(t, http.StatusOK)
		s.People.Heed(func(*gorm.DB, id.Person) (persons.Demands, error) {
			return persons.Demands{SecondFactor: true, By: "Northwind Bakery Ltd"}, nil
		})
		v.Get(remove)
		v.Submit(remove, nil).Is(t, http.StatusUnprocessableEntity).Says(t, "Northwind Bakery Ltd asks for a second step")
		s.People.Heed(nil)
		v.Get(remove)
		v.Submit(remove, nil).Is(t, http.StatusOK).Says(t, "Open to anybody with your password")
	})
}

// A second factor has the name that its owner gives it.
func TestFactorsAreRenamed(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v := s.Visit(t).SignIn(site.Olivia)
		page := v.Get("/me/security").Links("/name")[0]
		v.Get(page).Is(t, http.StatusOK).Says(t, "Rename Phone")
		v.Submit(page, url.Values{"name": {" "}}).Is(t, http.StatusUnprocessableEntity).Says(t, "Give it a name.")
		v.Submit(page, url.Values{"name": {"Olivia’s tablet"}}).Is(t, http.StatusOK).Says(t, "Olivia’s tablet now")
		s.Visit(t).SignIn(site.Carl).Get(page).Is(t, http.StatusNotFound)
	})
}

// D2: one network fails so often and has to wait then, whichever addresses it tries; who gets in is not counted.
func TestOneNetworkFailsSoOften(t *testing.T) {
	t.Parallel()
	s, _ := site.OpenPortal(t, testkit.NewSQLite(t))
	v := s.Visit(t)
	v.Get("/sign-in")
	form := v.Page
	statuses := map[int]int{}
	for range 110 {
		v.Page = form
		statuses[v.Submit("/sign-in", url.Values{"email": {"x"}, "password": {""}}).Status]++
	}
	if statuses[http.StatusUnprocessableEntity] != 100 || statuses[http.StatusTooManyRequests] != 10 {
		t.Errorf("the answers were %v", statuses)
	}
	v.Page.Says(t, "There were too many tries from your network.")
}
