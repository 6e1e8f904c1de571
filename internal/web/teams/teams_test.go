package teams_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web/staff"
)

// choice is the value of the answer with that label, on the visitor's page.
func choice(t *testing.T, v *site.Visitor, label string) string {
	t.Helper()
	for _, l := range v.Page.Doc.Find("label").EachIter() {
		if strings.TrimSpace(l.Text()) == label {
			return v.Page.Doc.Find("#"+l.AttrOr("for", "none")).AttrOr("value", "")
		}
	}
	t.Fatalf("nothing is called %q: %s", label, v.Page.Text)
	return ""
}

// withStaff is the portal with the pages of staff beside it.
func withStaff(s *site.Site) {
	site.Portal(s)
	staff.Register(s.Door, staff.Deps{
		Accounts: s.Accounts, Billing: s.Billing, Hosting: s.Hosting, Overview: s.Overview, Support: s.Support,
		Gate: s.Gate, Access: s.Access, Ownership: s.Ownership, Zone: time.UTC, Currency: "GBP",
	})
}

// An agency makes a team, a client gives it access by its code, and each side sees what is theirs to see.
func TestAnAgencyWorksForAClient(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := site.Open(t, w, withStaff)
		c := s.Cast(t)
		agency, client := "/accounts/"+c.Pixelworks.String()+"/teams", "/accounts/"+c.Copperfield.String()+"/contacts/teams"
		priya, carl := s.Visit(t).SignIn(site.Priya), s.Visit(t).SignIn(site.Carl)
		priya.Get(agency).Is(t, http.StatusOK).Says(t, "No team yet", "Make a team")
		carl.Get(agency).Is(t, http.StatusNotFound)
		priya.Get(agency+"/new").Is(t, http.StatusOK)
		priya.Submit(agency+"/new", site.Form("name", "")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Enter what the team is called.")
		priya.Submit(agency+"/new", site.Form("name", "Pixelworks Developers")).Is(t, http.StatusOK).
			Says(t, "The team is made.", "Nobody yet", "No client yet")
		team, code := priya.Page.Path, priya.Page.Doc.Find("#team-code").Text()
		priya.Get(team+"/add").Is(t, http.StatusOK)
		priya.Submit(team+"/add", nil).Is(t, http.StatusUnprocessableEntity)
		priya.Submit(team+"/add", site.Form("contact", choice(t, priya, "Priya Shah"))).Is(t, http.StatusOK).
			Says(t, "Added.", "Priya Shah")

		carl.Get(client).Is(t, http.StatusOK).Says(t, "No agency’s team has access to this account.", "Give a team access")
		carl.Get(client+"/new").Is(t, http.StatusOK)
		carl.Submit(client+"/new", site.Form("code", code)).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Choose what the team may do.")
		carl.Submit(client+"/new", site.Form("code", "0000-0000-0000-0000", "role", "technical")).
			Is(t, http.StatusUnprocessableEntity).Says(t, "No team has this code.")
		carl.Submit(client+"/new", site.Form("code", " "+strings.ToUpper(code), "role", "technical")).Is(t, http.StatusOK).
			Says(t, "Pixelworks Developers", "Of Pixelworks Studio", "Waits for the agency").Silent(t, "Priya")

		home := "/accounts/" + c.Copperfield.String()
		priya.Get(home).Is(t, http.StatusNotFound)
		priya.Get(team).Is(t, http.StatusOK).Says(t, "Copperfield Cycles offers the team access", "Technical")
		answer := priya.Page.Doc.Find("form[action*='/offers/']").AttrOr("action", "")
		priya.Submit(answer, nil).Is(t, http.StatusBadRequest)
		priya.Get(team)
		priya.Submit(answer, site.Form("answer", "accept")).Is(t, http.StatusOK).Says(t, "Accepted.", "1 client")
		priya.Get(home).Is(t, http.StatusOK)
		priya.Get(home+"/services").Is(t, http.StatusOK).Says(t, "copperfield.example")
		priya.Get(home+"/invoices").Is(t, http.StatusForbidden).Says(t, "through the team Pixelworks Developers")
		priya.Get("/accounts").Says(t, "Copperfield Cycles", "through the team Pixelworks Developers")

		carl.Get(client).Says(t, "1 team with 1 person behind", "Priya Shah", "Code app", "Active")
		person := carl.Page.Links("/contacts/")
		carl.Get("/accounts/"+c.Copperfield.String()+"/who?verb=panel:open").
			Says(t, "Priya Shah", "through the team Pixelworks Developers")
		looks(t, carl, person)
		carl.Get(home).Says(t, "Technical, through the team Pixelworks Developers")
		s.Staff(t, site.Sam, "Sam Doyle", "support")
		s.Visit(t).SignIn(site.Sam).Get("/staff/clients/"+c.Copperfield.String()).Is(t, http.StatusOK).
			Says(t, "Technical, through the team Pixelworks Developers")
		carl.Get(home+"/activity").Says(t, "You offered access to the team Pixelworks Developers")
	})
}

// A6: the client suspends, changes and removes a team; the agency takes somebody out.
func TestTeamsAreSuspendedAndRemoved(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		agency, home := "/accounts/"+c.Pixelworks.String()+"/teams", "/accounts/"+c.Copperfield.String()
		client := home + "/contacts/teams"
		priya, carl := s.Visit(t).SignIn(site.Priya), s.Visit(t).SignIn(site.Carl)
		priya.Get(agency + "/new")
		priya.Submit(agency+"/new", site.Form("name", "Pixelworks Developers"))
		team, code := priya.Page.Path, priya.Page.Doc.Find("#team-code").Text()
		priya.Get(team + "/add")
		priya.Submit(team+"/add", site.Form("contact", choice(t, priya, "Priya Shah"), "leads", "yes")).
			Says(t, "leads the team")
		carl.Get(client + "/new")
		carl.Submit(client+"/new", site.Form("code", code, "role", "technical")).Is(t, http.StatusOK)
		priya.Get(team)
		priya.Submit(priya.Page.Doc.Find("form[action*='/offers/']").AttrOr("action", ""), site.Form("answer", "accept"))
		at := strings.TrimSuffix(carl.Get(client).Links("/suspend")[0], "/suspend")
		carl.Get(at+"/suspend").Is(t, http.StatusOK).Says(t, "Suspend Pixelworks Developers?", "1 person can do nothing")
		carl.Submit(at+"/suspend", nil).Is(t, http.StatusOK).Says(t, "Suspended")
		priya.Get(home).Is(t, http.StatusForbidden).Says(t, "suspended")
		carl.Get(at + "/restore")
		carl.Submit(at+"/restore", nil).Is(t, http.StatusOK).Says(t, "has the access back")
		priya.Get(home).Is(t, http.StatusOK)
		carl.Get(at+"/role").Is(t, http.StatusOK).Says(t, "Change what Pixelworks Developers may do")
		carl.Submit(at+"/role", site.Form("role", "support", "ends", "31.1.2099")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "A day looks like 2027-01-31.")
		carl.Submit(at+"/role", site.Form("role", "support", "ends", "2099-01-31")).Is(t, http.StatusOK).
			Says(t, "Support contact", "until 31 Jan 2099")
		priya.Get(home+"/services").Is(t, http.StatusOK)
		priya.Post(at+"/remove", nil).Is(t, http.StatusForbidden)
		remove := priya.Get(team).Links("/remove")[0]
		priya.Get(remove).Is(t, http.StatusOK).Says(t, "Take Priya Shah out of Pixelworks Developers?")
		priya.Submit(remove, nil).Is(t, http.StatusOK).Says(t, "has left the team and all its clients")
		priya.Get(home).Is(t, http.StatusNotFound)
		carl.Get(at+"/remove").Says(t, "Remove Pixelworks Developers?")
		carl.Submit(at+"/remove", nil).Is(t, http.StatusOK).Says(t, "No agency’s team has access to this account.")
		carl.Get(at+"/remove").Is(t, http.StatusNotFound)
	})
}

// A3, A6: a team is renamed and dissolved and a client given up by who manages all teams, and not by who leads one.
func TestTeamsAreRenamedAndDissolved(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		agency, home := "/accounts/"+c.Pixelworks.String()+"/teams", "/accounts/"+c.Copperfield.String()
		client := home + "/contacts/teams"
		priya, carl := s.Visit(t).SignIn(site.Priya), s.Visit(t).SignIn(site.Carl)
		priya.Get("/accounts/"+c.Pixelworks.String()).Silent(t, "Teams for clients")
		priya.Get(agency + "/new")
		priya.Submit(agency+"/new", site.Form("name", "Pixelworks Developers")).Says(t, "Teams for clients")
		team, code := priya.Page.Path, priya.Page.Doc.Find("#team-code").Text()
		priya.Get(team + "/add")
		priya.Submit(team+"/add", site.Form("contact", choice(t, priya, "Priya Shah")))
		carl.Get(client + "/new")
		carl.Submit(client+"/new", site.Form("code", code, "role", "technical")).Is(t, http.StatusOK)
		priya.Get(team)
		priya.Submit(priya.Page.Doc.Find("form[action*='/offers/']").AttrOr("action", ""), site.Form("answer", "accept"))
		priya.Get(team+"/rename").Is(t, http.StatusOK).Says(t, "Rename Pixelworks Developers")
		priya.Submit(team+"/rename", site.Form("name", " ")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Enter what the team is called.")
		priya.Submit(team+"/rename", site.Form("name", "Pixelworks Web")).Is(t, http.StatusOK).
			Says(t, "The team has a new name.", "Pixelworks Web")
		carl.Get(client).Says(t, "Pixelworks Web").Silent(t, "Pixelworks Developers")
		giveUp := priya.Get(team).Links("/give-up")[0]
		priya.Get(giveUp).Is(t, http.StatusOK).Says(t, "Give up Copperfield Cycles?", "1 person loses their access")
		carl.Post(giveUp, nil).Is(t, http.StatusNotFound)
		priya.Submit(giveUp, nil).Is(t, http.StatusOK).Says(t, "has no access to Copperfield Cycles any more")
		priya.Get(home).Is(t, http.StatusNotFound)
		priya.Get(giveUp).Is(t, http.StatusNotFound)
		priya.Get(team+"/dissolve").Is(t, http.StatusOK).Says(t, "Dissolve Pixelworks Web?", "1 person loses 0 clients")
		priya.Submit(team+"/dissolve", nil).Is(t, http.StatusOK).Says(t, "The team is dissolved.", "No team yet").
			Silent(t, "Teams for clients")
		priya.Get(team).Is(t, http.StatusNotFound)
	})
}

// looks opens the page of a person behind a team, and the account with their eyes: read-only, marked, and until it
// ends.
func looks(t *testing.T, v *site.Visitor, links []string) {
	t.Helper()
	at := slices.IndexFunc(links, func(link string) bool {
		return strings.Count(link, "/") == 4 &&
			!strings.Contains(link, "/teams") && !strings.Contains(link, "?") && !strings.Contains(link, "/new") &&
			!strings.Contains(link, "/history")
	})
	if at < 0 {
		t.Fatalf("nobody behind the team has a page: %v", links)
	}
	v.Get(links[at]).Is(t, http.StatusOK).Says(t, "is Technical here through the team Pixelworks Developers").
		Silent(t, "Change access")
	v.Submit(links[at]+"/preview", nil).Is(t, http.StatusOK).Says(t, "You see this account as Priya Shah does (Technical)")
	home := v.Page.Path
	v.Get(home+"/services").Is(t, http.StatusOK)
	v.Get(home+"/invoices").Is(t, http.StatusForbidden).Says(t, "through the team Pixelworks Developers")
	v.Get(home)
	v.Submit("/me/preview/end", nil).Is(t, http.StatusOK)
	v.Get(home+"/invoices").Is(t, http.StatusOK)
}
