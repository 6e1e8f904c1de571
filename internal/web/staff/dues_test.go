package staff_test

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/testkit/site"
)

// A1: support sends an unpaid invoice again and never learns what it comes to; the client reads who did so. A second
// click sends nothing more, whoever has no part in it is refused.
func TestSupportSendsAnInvoiceAgain(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		client := "/staff/clients/" + c.Northwind.String()
		invoice := s.Issue(t, c.Northwind, "Hosting in a private matter", 9999)
		s.Issue(t, c.Copperfield, "Of somebody else", 4242)
		sam := s.Visit(t).SignIn(site.Sam)
		dues := sam.Get(client).Is(t, http.StatusOK).Links("/dues")
		if len(dues) != 1 {
			t.Fatalf("support is led to %v", dues)
		}
		send := client + "/invoices/" + invoice.String() + "/send"
		sam.Get(dues[0]).Is(t, http.StatusOK).Says(t, "Never").Silent(t, "99.99", "119.99", "private matter", "Copperfield")
		row := sam.Page.Doc.Find("tbody tr").Has("form[action='" + send + "']")
		number := strings.TrimSpace(row.Find("td, th").First().Text())
		sam.Submit(send, nil).Is(t, http.StatusOK).Says(t, "Invoice "+number+" is on its way")
		sam.Submit(send, nil).Is(t, http.StatusOK).Says(t, "less than ten minutes ago")

		bea := s.Visit(t).SignIn(site.Bea)
		bea.Get(client).Is(t, http.StatusOK)
		if also := bea.Page.Links("/dues"); len(also) != 0 {
			t.Errorf("whoever sees the invoices is led to %v, too", also)
		}
		bea.Get(strings.TrimSuffix(send, "/send")).Is(t, http.StatusOK)
		bea.Submit(send, nil).Is(t, http.StatusOK).Says(t, "less than ten minutes ago", "119.99")
		for _, who := range []string{site.Tom, site.Dana, site.Olivia} {
			v := s.Visit(t).SignIn(who)
			want := http.StatusForbidden
			if who == site.Olivia {
				want = http.StatusNotFound
			} else {
				v.Get(client)
			}
			v.Get(dues[0]).Is(t, want)
			v.Get("/me/security")
			v.Post(send, site.Form("csrf", v.Token())).Is(t, want)
		}
		s.Visit(t).SignIn(site.Olivia).Get(c.Base()+"/activity?by=staff").Says(t, "sent invoice "+number+" again",
			"looked at this account’s unpaid invoices, without the sums")
	})
}
