package notices_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/notices"
	"gatehouse/internal/testkit/site"
)

// gets says who gets a kind of mail about an account.
func gets(t *testing.T, s *site.Site, account id.Account, kind notices.Kind) string {
	t.Helper()
	_, people, err := s.Notices.Recipients(context.Background(), actor.NewSystem("test"), account, kind)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range people {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

// Who gets a mail: those whose role it fits, unless they have switched it off; security mails reach everybody always.
func TestPeopleChooseTheirMails(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		is := func(kind notices.Kind, want string) {
			t.Helper()
			if got := gets(t, s, c.Northwind, kind); got != want {
				t.Errorf("%s reach %q, not %q", kind, got, want)
			}
		}
		is(notices.Invoices, "Olivia Marsh, Ben Okafor")
		is(notices.Reviews, "Olivia Marsh")
		everybody := gets(t, s, c.Northwind, notices.Security)
		if !strings.Contains(everybody, "Tess Lindqvist") || !strings.Contains(everybody, "Ben Okafor") {
			t.Errorf("security mails reach %q", everybody)
		}
		ben := s.Visit(t).SignIn(site.Ben)
		ben.Get("/me/notifications").Is(t, http.StatusOK).Says(t, "Northwind Bakery Ltd", "Invoices", "Payments",
			"cannot be switched off").Silent(t, "Access reviews are")
		ben.Submit("/me/notifications", url.Values{"kinds": {c.Northwind.String() + "_invoices"}}).Is(t, http.StatusOK).
			Says(t, "Your choice is saved")
		is(notices.Invoices, "Olivia Marsh, Ben Okafor")
		is(notices.Payments, "Olivia Marsh")
		is(notices.Security, everybody)
		for _, odd := range []url.Values{
			{"account[]": {c.Northwind.String()}, "kinds": {c.Northwind.String() + "_poems"}},
			{"account[]": {c.Northwind.String()}, "kinds": {"invoices"}},
			{"account[]": {c.Northwind.String()}, "kinds": {c.Copperfield.String() + "_invoices"}},
			{"account[]": {"somewhere"}},
			{},
		} {
			ben.Get("/me/notifications")
			ben.Post("/me/notifications", odd).Is(t, http.StatusBadRequest)
		}
		ben.Get("/me/notifications")
		ben.Post("/me/notifications", url.Values{"account[]": {c.Copperfield.String()}}).Is(t, http.StatusNotFound)
		if s.Count(t, "notification_choices", "account_id = ?", c.Copperfield.Bytes()) != 0 {
			t.Error("a choice was kept for somebody else's account")
		}
	})
}

// Whoever manages contacts chooses for them; nobody else does, and not for those above them.
func TestMailsOfAContact(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		at := ""
		for _, contact := range s.Members(t, c.Northwind) {
			if contact.Name == "Ben Okafor" {
				at = c.Base() + "/contacts/" + contact.ID.String()
			}
		}
		v := s.Visit(t).SignIn(site.Olivia)
		if len(v.Get(at).Is(t, http.StatusOK).Links("/mails")) == 0 {
			t.Error("the contact's page does not lead to their mails")
		}
		v.Get(at+"/mails").Is(t, http.StatusOK).Says(t, "Mails to Ben Okafor", "billing copy", "Invoices", "Payments",
			"Security").Silent(t, "Incidents and planned work", "Teams")
		v.Get("/me/notifications").Is(t, http.StatusOK).Says(t, "Invoices", "Payments", "Services",
			"Incidents and planned work", "Access reviews", "Teams", "Security")
		v.Get(at + "/mails")
		v.Submit(at+"/mails", url.Values{"kinds": {"invoices"}}).Is(t, http.StatusOK).Says(t, "The choice is saved")
		if got := gets(t, s, c.Northwind, notices.Payments); got != "Olivia Marsh" {
			t.Errorf("receipts reach %q", got)
		}
		if v.Get(at+"/mails").Doc.Find("input[value=payments][checked]").Length() != 0 {
			t.Error("the page shows payments as chosen")
		}
		s.Visit(t).SignIn(site.Ada).Get(at+"/mails").Is(t, http.StatusForbidden)
		s.Visit(t).SignIn(site.Ben).Get(at+"/mails").Is(t, http.StatusForbidden)
		s.Visit(t).SignIn(site.Carl).Get(at+"/mails").Is(t, http.StatusNotFound)
	})
}
