package ownership_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/testkit/site"
)

// contact is the value of a person among a form's choices.
func contact(t *testing.T, v *site.Visitor, name string) string {
	t.Helper()
	for _, label := range v.Page.Doc.Find("label").EachIter() {
		if strings.TrimSpace(label.Text()) == name {
			value, _ := v.Page.Doc.Find("#" + label.AttrOr("for", "none")).Attr("value")
			return value
		}
	}
	t.Fatalf("%s cannot be chosen: %s", name, v.Page.Text)
	return ""
}

// S16, A4: an owner offers, the other side accepts, both after a fresh proof; each sees what is theirs to see.
func TestOwnershipGoesOver(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		olivia, tess, ben := s.Visit(t).SignIn(site.Olivia), s.Visit(t).SignIn(site.Tess), s.Visit(t).SignIn(site.Ben)
		page := c.Base() + "/settings/ownership"
		olivia.Get(page).Is(t, http.StatusOK).Says(t, "Olivia Marsh owns this account.", "Offer ownership…",
			"Ask for another name", "Main contact")
		tess.Get(page).Is(t, http.StatusOK).Says(t, "Olivia Marsh").Silent(t, "Offer ownership", "Main contact")
		s.Visit(t).SignIn(site.Carl).Get(page).Is(t, http.StatusNotFound)
		tess.Get(page+"/new").Is(t, http.StatusForbidden)

		olivia.Get(page+"/new").Is(t, http.StatusOK)
		chosen := contact(t, olivia, "Tess Lindqvist")
		olivia.Submit(page+"/new", site.Form("contact", chosen)).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Choose what you are from then on.")
		olivia.Submit(page+"/new", site.Form("contact", chosen, "then", "billing")).Is(t, http.StatusOK).
			Says(t, "The offer is sent.", "Olivia Marsh offered the ownership to Tess Lindqvist.",
				"Olivia Marsh is Billing from then on.", "Withdraw the offer…")
		ben.Get(page).Is(t, http.StatusOK).Silent(t, "offered the ownership")

		tess.Get(page).Is(t, http.StatusOK).Says(t, "Olivia Marsh offers you the ownership of Northwind Bakery Ltd")
		answer := tess.Page.Doc.Find("input[value=accept]").ParentsFiltered("form").AttrOr("action", "")
		ben.Get(page)
		ben.Post(answer, site.Form("answer", "accept")).Is(t, http.StatusNotFound)
		s.Offset.Advance(11 * time.Minute)
		tess.Get(page)
		tess.Submit(answer, nil).Is(t, http.StatusForbidden).Says(t, "Confirm it’s you", "hand the account over")
		tess.Submit("/me/confirm", site.Form("proof", tess.Code(site.Tess))).Is(t, http.StatusOK).
			Says(t, "You are an owner of Northwind Bakery Ltd now.", "Tess Lindqvist owns this account.")
		olivia.Get(c.Base()+"/contacts").Is(t, http.StatusForbidden)
		tess.Get(c.Base()+"/activity").Says(t, "You took the ownership of the account",
			"Olivia Marsh offered the ownership of the account to Tess Lindqvist")
		olivia.Get("/me/activity").Says(t, "You offered the ownership of the account to Tess Lindqvist")
	})
}

// An offer can be declined by one side and withdrawn by the other.
func TestOffersEndByEitherSide(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		olivia, tess := s.Visit(t).SignIn(site.Olivia), s.Visit(t).SignIn(site.Tess)
		page := c.Base() + "/settings/ownership"
		offer := func() {
			t.Helper()
			olivia.Get(page+"/new").Is(t, http.StatusOK)
			olivia.Submit(page+"/new", site.Form("contact", contact(t, olivia, "Tess Lindqvist"), "then", "owner")).
				Is(t, http.StatusOK).Says(t, "Olivia Marsh stays an owner beside them.")
		}
		offer()
		tess.Get(page)
		answer := tess.Page.Doc.Find("input[value=decline]").ParentsFiltered("form").AttrOr("action", "")
		tess.Post(answer, site.Form("answer", "decline")).Is(t, http.StatusOK).Says(t, "You declined. Nothing has changed.")
		tess.Post(answer, site.Form("answer", "accept")).Is(t, http.StatusConflict)
		tess.Get(page)
		tess.Post(answer, nil).Is(t, http.StatusBadRequest)

		offer()
		olivia.Get(page)
		withdraw := olivia.Page.Links("/withdraw")
		if len(withdraw) != 1 {
			t.Fatalf("%v", withdraw)
		}
		olivia.Get(withdraw[0]).Is(t, http.StatusOK).Says(t, "Withdraw the offer to Tess Lindqvist?")
		tess.Get(withdraw[0]).Is(t, http.StatusForbidden)
		olivia.Submit(withdraw[0], nil).Is(t, http.StatusOK).Says(t, "The offer is withdrawn.", "Offer ownership…")
		olivia.Get(withdraw[0]).Is(t, http.StatusNotFound)
	})
}

// A name and a main contact are asked for with a reason; what was typed stays where something is wrong.
func TestOwnersAskForAnotherName(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		olivia := s.Visit(t).SignIn(site.Olivia)
		requests := c.Base() + "/settings/requests"
		olivia.Get(requests+"/name").Is(t, http.StatusOK).Says(t, "It is Northwind Bakery Ltd now")
		olivia.Submit(requests+"/name", site.Form("name", "Northwind Bakers Ltd")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Say why, so that it can be checked.")
		if olivia.Page.Value("name") != "Northwind Bakers Ltd" {
			t.Error("what was typed is lost")
		}
		olivia.Submit(requests+"/name", site.Form("name", "Northwind Bakers Ltd", "reason", "We were bought")).
			Is(t, http.StatusOK).Says(t, "Your request is sent.", "Northwind Bakers Ltd as the name of the account",
			"Waits for us")
		olivia.Get(requests+"/main-contact").Is(t, http.StatusOK)
		olivia.Submit(requests+"/main-contact", site.Form("contact", contact(t, olivia, "Ben Okafor"), "reason", "He pays")).
			Is(t, http.StatusOK).Says(t, "Ben Okafor as the main contact")
		forms := olivia.Page.Doc.Find("form[action$='/withdraw']")
		if forms.Length() != 2 {
			t.Fatalf("%d requests can be withdrawn", forms.Length())
		}
		olivia.Submit(forms.First().AttrOr("action", ""), nil).Is(t, http.StatusOK).
			Says(t, "The request is withdrawn.", "Withdrawn")
		tess := s.Visit(t).SignIn(site.Tess)
		tess.Get(requests+"/name").Is(t, http.StatusForbidden)
		tess.Get(c.Base()+"/settings/ownership").Silent(t, "Northwind Bakers Ltd")
	})
}
