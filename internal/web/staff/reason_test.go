package staff_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit/site"
)

// N8, L1: staff see nothing of a client before they have said why. The client reads it at once, with who it was, of
// which department, and what they looked at. It holds for that client and in that session alone.
func TestStaffSayWhyFirst(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		client := "/staff/clients/" + c.Northwind.String()
		sam := s.Visit(t).SignIn(site.Sam).Reticent()
		p := sam.Get(client)
		p.Says(t, "Why do you look at Northwind Bakery Ltd?").Silent(t, site.Olivia, "Olivia Marsh", "northwind.example")
		if !p.Asked() {
			t.Fatalf("a client was shown: %s", p.Text)
		}
		sam.Submit("/staff/reason/"+c.Northwind.String(), site.Form("why", "A caller")).
			Is(t, http.StatusUnprocessableEntity).Says(t, "Choose why.").Silent(t, site.Olivia)
		if got := sam.Page.Value("why"); got != "A caller" {
			t.Errorf("what was typed is %q", got)
		}
		sam.Say("They rang about a slow site").Is(t, http.StatusOK).Says(t, "Olivia Marsh")

		olivia := s.Visit(t).SignIn(site.Olivia)
		olivia.Get(c.Base()+"/staff-access").Is(t, http.StatusOK).Says(t, "Sam Doyle", "Support staff",
			"The client asked for it: They rang about a slow site", "Your account, its contacts and invitations",
			"Your services")
		olivia.Get(c.Base()+"/activity?by=staff").Says(t, "gave a reason to look at this account", "looked at",
			"The client asked for it: They rang about a slow site")

		sam.Get("/staff/clients/"+id.New[id.AccountKind]().String()).Is(t, http.StatusNotFound)
		if p := sam.Get("/staff/clients/" + c.Copperfield.String()); !p.Asked() {
			t.Errorf("a reason for one client opened another: %s", p.Text)
		}
		if p := s.Visit(t).SignIn(site.Sam).Reticent().Get(client); !p.Asked() {
			t.Errorf("a reason opened another session: %s", p.Text)
		}
		if p := s.Visit(t).SignIn(site.Tom).Reticent().Get(client); !p.Asked() {
			t.Errorf("a reason opened somebody else’s session: %s", p.Text)
		}
	})
}

// passes lets time pass in which somebody goes on working, so that their session goes on.
func passes(t *testing.T, s *site.Site, v *site.Visitor, d time.Duration) {
	t.Helper()
	for ; d > 0; d -= 10 * time.Minute {
		s.Offset.Advance(min(d, 10*time.Minute))
		v.Get("/staff").Is(t, http.StatusOK)
	}
}

// N8: the reason holds for half an hour by the database's time. A form that was filled in meanwhile is kept, and done
// once there is another one.
func TestAReasonHoldsForHalfAnHour(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		client := "/staff/clients/" + c.Northwind.String()
		bea := s.Visit(t).SignIn(site.Bea)
		bea.Get(client).Is(t, http.StatusOK)
		bea = bea.Reticent()
		passes(t, s, bea, actor.LookTime-time.Minute)
		bea.Get(client+"/invoices/new").Is(t, http.StatusOK).Says(t, "Northwind")
		form := bea.Page
		passes(t, s, bea, time.Minute)
		if p := bea.Get(client); !p.Asked() {
			t.Fatalf("the reason held on: %s", p.Text)
		}
		bea.Page = form
		draft := site.Form("about", "A new shop", "line-0-text", "Work", "line-0-quantity", "1", "line-0-price", "12.50")
		p := bea.Submit(client+"/invoices/new", draft).Is(t, http.StatusPreconditionRequired)
		if strings.Contains(p.Text, "Olivia") {
			t.Errorf("a form without a reason shows %s", p.Text)
		}
		bea.Say("They asked for a shop").Is(t, http.StatusOK).Says(t, "is issued, and mailed")
	})
}

// N8: the provider may keep the names of its staff from clients, who then read one that stays the same.
func TestStaffUnderAnotherName(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		s.Accounts.HideStaffNames()
		s.Visit(t).SignIn(site.Sam).Get("/staff/clients/"+c.Northwind.String()).Is(t, http.StatusOK)
		olivia := s.Visit(t).SignIn(site.Olivia)
		for _, page := range []string{"/staff-access", "/activity?by=staff", "/activity"} {
			olivia.Get(c.Base()+page).Is(t, http.StatusOK).Says(t, "Colleague ").Silent(t, "Sam Doyle", "Sam ")
		}
	})
}

// A1: whoever is told only of their own doings is not told when staff looked; who could is told to everybody.
func TestWhoSeesTheLooksOfStaff(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		s.Visit(t).SignIn(site.Sam).Get("/staff/clients/" + c.Northwind.String())
		for who, status := range map[string]int{
			site.Olivia: http.StatusOK, site.Ada: http.StatusOK, site.Priya: http.StatusForbidden,
		} {
			v := s.Visit(t).SignIn(who)
			v.Get(c.Base()+"/staff-access").Is(t, status)
			v.Get(c.Base()+"/staff-access/who").Is(t, http.StatusOK).Says(t, "Billing staff", "Your invoices and payments",
				"1 person").Silent(t, "Bea Novak")
		}
		s.Visit(t).SignIn(site.Carl).Get(c.Base()+"/staff-access").Is(t, http.StatusNotFound)
	})
}
