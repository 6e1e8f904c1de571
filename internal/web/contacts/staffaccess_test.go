package contacts_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"gatehouse/internal/testkit/site"
)

const emergencyCell = "[data-label='In an emergency']"

func rowOf(p *site.Page, department string) *goquery.Selection {
	return p.Doc.Find("tbody tr").FilterFunction(func(_ int, r *goquery.Selection) bool {
		return strings.Contains(r.Find("td, th").First().Text(), department)
	})
}

// A1: everybody in an account can see which departments of the provider see what of it, as the policies have it, and
// how many people that are; nobody of the staff is named, and nobody outside is told.
func TestWhoOfTheStaffCanSeeThisAccount(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		s.AllStaff(t)
		s.Staff(t, "bo@harbour.example", "Bo Lund", "billing")
		for _, who := range []string{site.Olivia, site.Ben, site.Priya} {
			p := s.Visit(t).SignIn(who).Get(c.Base()+"/staff-access/who").Is(t, http.StatusOK)
			p.Silent(t, "Bea Novak", "Bo Lund", "Sam Doyle")
			for department, words := range map[string][]string{
				"Support staff": {
					"Your services", "Your cases with us", "Act on behalf of one of you", "Your unpaid invoices, without the sums",
					"Send you an unpaid invoice again", "1 person",
				},
				"Billing staff": {"Your invoices and payments", "Your cases about billing", "Refund payments", "2 people"},
				"Technical staff": {
					"Your account, its contacts and invitations", "Your services", "Add and change your services", "1 person",
				},
				"Privacy officer": {"Your activity log", "Handle exports and deletion of your data", "1 person"},
			} {
				row := rowOf(p, department).Find("td, th").Not(emergencyCell).Text()
				for _, w := range words {
					if !strings.Contains(row, w) {
						t.Errorf("%s is told of %s: %q", who, department, row)
					}
				}
				if department != "Billing staff" && strings.Contains(row, "invoices and payments") {
					t.Errorf("%s is told that %s see invoices", who, department)
				}
			}
			for department, words := range map[string]string{
				"Support staff": "Your invoices and payments", "Technical staff": "Your invoices and payments",
				"Billing staff": "Your services", "Privacy officer": "Nothing more",
			} {
				got := rowOf(p, department).Find(emergencyCell).Text()
				if !strings.Contains(got, words) || strings.Contains(got, "log") {
					t.Errorf("%s is told that %s could open %q", who, department, got)
				}
			}
			p.Says(t, "in an emergency", "somebody else judges it", "Never opened in an emergency")
			if links := p.Links("/activity?by=staff"); (len(links) == 1) != (who == site.Olivia) {
				t.Errorf("%s is led to %v", who, links)
			}
		}
		s.Visit(t).SignIn(site.Carl).Get(c.Base()+"/staff-access/who").Is(t, http.StatusNotFound)
	})
}
