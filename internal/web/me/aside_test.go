package me_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gorm.io/gorm"

	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/testkit/site"
)

// enter signs in on the way to a page; with a code where one is asked for.
func enter(v *site.Visitor, email, next string) *site.Page {
	door := "/sign-in?next=" + url.QueryEscape(next)
	if v.Get(door); !strings.HasPrefix(v.Page.Path, "/sign-in") {
		v.Submit("/sign-out", nil)
		v.Get(door)
	}
	p := v.Submit("/sign-in", url.Values{"email": {email}, "password": {site.Passphrase}})
	if strings.HasPrefix(p.Path, "/sign-in/second-factor") {
		p = v.Submit("/sign-in/second-factor", url.Values{"code": {v.Code(email)}})
	}
	return p
}

// Whoever has no second step is led to one after signing in, and put off for a week at most; where an account insists,
// not at all, whatever they came for.
func TestPeopleAreLedToASecondStep(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v := s.Visit(t)
		for _, where := range []string{"/", "/accounts", c.Base()} {
			enter(v, site.Ben, where).Is(t, http.StatusOK).
				Says(t, "Make your sign-in safer", "Add a code app", "Add a passkey", "Not now")
		}
		v.Submit("/me/security/start/later", nil).Is(t, http.StatusOK)
		if v.Page.Path != c.Base() {
			t.Errorf("“not now” leads to %s", v.Page.Path)
		}
		if enter(v, site.Ben, "/accounts"); v.Page.Path != "/accounts" && v.Page.Path != c.Base() {
			t.Errorf("led to %s after “not now”", v.Page.Path)
		}
		s.People.Heed(func(*gorm.DB, id.Person) (persons.Demands, error) {
			return persons.Demands{SecondFactor: true, By: "Northwind Bakery Ltd"}, nil
		})
		for _, where := range []string{"/accounts", c.Base() + "/invoices"} {
			enter(v, site.Ben, where).Says(t, "Northwind Bakery Ltd asks for a second step").Silent(t, "Not now")
		}
		s.People.Heed(nil)
	})
}

// Whoever follows a link, to an invoice, say, is led to what they came for at once; the offer stands above their pages
// until they take it or put it off.
func TestTheOfferWaitsBesideWhatOneCameFor(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, due := s.Visit(t), c.Base()+"/invoices/"+c.Due.String()
		if enter(v, site.Ben, due).Says(t, "Make your sign-in safer."); v.Page.Path != due {
			t.Fatalf("led to %s", v.Page.Path)
		}
		v.Get(c.Base()+"/invoices").Says(t, "Make your sign-in safer.")
		v.Get("/me/security").Silent(t, "or say “not now”")
		offer := v.Get(due).Links("/me/security/start?")
		if len(offer) != 1 {
			t.Fatalf("the offer leads to %v", offer)
		}
		v.Get(offer[0]).Is(t, http.StatusOK).Says(t, "Not now")
		v.Submit("/me/security/start/later", nil).Is(t, http.StatusOK).Silent(t, "Make your sign-in safer.")
		if v.Page.Path != due {
			t.Errorf("“not now” leads to %s", v.Page.Path)
		}
		enter(v, site.Ben, due).Silent(t, "Make your sign-in safer.") // for a week

		other := s.Visit(t)
		enter(other, site.Ben, due).Says(t, "Make your sign-in safer.")
		enter(other, site.Olivia, due).Silent(t, "Make your sign-in safer.") // hers is safe
	})
}

// After the second step is on, whoever was led to it goes on to where they wanted to go.
func TestEnrolmentLeadsOn(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, due := s.Visit(t), c.Base()+"/invoices/"+c.Due.String()
		enter(v, site.Ben, due)
		v.Get(v.Page.Links("/me/security/start?")[0])
		v.Submit("/me/security/codes", nil).Is(t, http.StatusOK)
		s.Knows(site.Ben, strings.Join(strings.Fields(v.Page.Doc.Find("#setup-key").Text()), ""))
		v.Submit(v.Page.Path, url.Values{"code": {v.Code(site.Ben)}}).Is(t, http.StatusOK).Says(t, "Keep your recovery codes")
		if keepCodes(t, v).Says(t, "Your second step is on."); v.Page.Path != due {
			t.Errorf("led on to %s", v.Page.Path)
		}
		v.Page.Silent(t, "Make your sign-in safer.")
	})
}

// Whoever closes the browser before the codes are kept gets in with the password, is led back to what is missing, and
// nobody else is.
func TestGoingOnWhereTheBrowserWasClosed(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v := s.Visit(t).SignIn(site.Ben)
		v.Get("/me/security")
		v.Submit("/me/security/codes", nil)
		s.Knows(site.Ben, strings.Join(strings.Fields(v.Page.Doc.Find("#setup-key").Text()), ""))
		page := v.Page.Path
		v.Submit(page, url.Values{"code": {v.Code(site.Ben)}}).Is(t, http.StatusOK)

		again := s.Visit(t)
		enter(again, site.Ben, "/").Says(t, "You had begun.", "Go on with “Code app”")
		again.Get("/me/security/recovery-codes").Says(t, "you have none yet") // it must be used once more
		again.Get(page).Is(t, http.StatusOK)
		again.Submit(page, url.Values{"code": {again.Code(site.Ben)}}).Is(t, http.StatusOK)
		keepCodes(t, again).Says(t, "Your second step is on.")
		s.Visit(t).SignIn(site.Carl).Get("/me/security/start").Silent(t, "You had begun.")
	})
}

// Whoever has a second step and kept no recovery codes is led to them, goes on to where they wanted to go, and is put
// off for a week.
func TestPeopleAreLedToRecoveryCodes(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v := s.Visit(t).SignIn(site.Olivia)
		v.Get("/me/security/recovery-codes")
		codesOf(t, v.Submit("/me/security/recovery-codes", nil)) // and nobody said that they were kept
		enter(v, site.Olivia, "/me/sessions").Says(t, "Signed in now", "Keep recovery codes.")
		enter(v, site.Olivia, c.Base()).Is(t, http.StatusOK).Says(t, "You never told us that you kept them", "Not now")
		later := v.Page.Doc.Find("button[formaction]").AttrOr("formaction", "")
		v.Post(later, url.Values{"next": {v.Page.Doc.Find("input[name=next]").AttrOr("value", "")}}).Is(t, http.StatusOK)
		if v.Page.Path != c.Base() {
			t.Errorf("“not now” leads to %s", v.Page.Path)
		}
		enter(v, site.Olivia, "/me/sessions").Silent(t, "Keep recovery codes.")
		v.Get("/me/security/recovery-codes").Says(t, "Keep the ones I have").Silent(t, "Not now") // on one's own way
	})
}
