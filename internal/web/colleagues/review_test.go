package colleagues_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/testkit/site"
)

// A11: an administrator goes through the staff, decides, and gets a signed record; nobody else comes near it.
func TestAnAdministratorReviewsTheStaff(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.Staff(t, rita, "Rita Sole", "administrator")
		const list = "/staff/people/reviews"
		root := o.Visit(t).SignIn(site.Root)
		root.Get(list).Is(t, http.StatusOK).Says(t, "Nobody has reviewed the staff yet.", "Once a year")
		root.Submit(list, nil).Is(t, http.StatusOK).Says(t, "0 of 5 decided", "Sam Doyle", "That’s you", "When you finish")
		review := root.Page.Path
		seats := seatsOf(root.Page)
		if len(seats) != 5 {
			t.Fatalf("%d seats to decide about: %v", len(seats), seats)
		}
		root.Get(review+"/finish").Says(t, "5 seats are not decided yet.")
		root.Get(review)
		for i, seat := range seats {
			if i == 3 { // Rita, the last, is to approve what becomes of them
				continue
			}
			verdict := "keep"
			if i == 0 {
				verdict = "remove"
			}
			root.Submit(seat, site.Form("verdict", verdict)).Is(t, http.StatusOK)
		}
		change := seats[3] + "/change"
		root.Get(change).Is(t, http.StatusOK).Silent(t, "Last day of their access")
		root.Submit(change, url.Values{"role": {""}}).Is(t, http.StatusUnprocessableEntity).Says(t, "Choose a department.")
		department := "privacy"
		if strings.Contains(root.Page.Doc.Find("main").Text(), "Now: Privacy") {
			department = "billing"
		}
		root.Submit(change, url.Values{"role": {department}}).Is(t, http.StatusOK).Says(t, "5 of 5 decided", "To: ")
		root.Get(review+"/finish").Says(t, "3 people keep what they have.", "is no longer on the staff",
			"once a second administrator approves it")
		root.Submit(review+"/finish", nil).Is(t, http.StatusOK).Says(t, "Finished by Robin Hale", "Removed",
			"a second administrator approves it", "The reviewer’s own access", "gatehouse reviews verify staff-review-",
			"Department then")
		file := root.Get(review+"/csv").Is(t, http.StatusOK)
		if !strings.HasPrefix(string(file.Body), "Gatehouse access review,1\n") {
			t.Errorf("the table is %s", file.Body)
		}
		if paper := root.Get(review+"/pdf").Is(t, http.StatusOK); !strings.HasPrefix(string(paper.Body), "%PDF-") {
			t.Errorf("the paper is %.40s", paper.Body)
		}
		root.Get(list).Says(t, "was last reviewed on", "Robin Hale")

		v := o.Visit(t).SignIn(site.Bea)
		for _, path := range []string{list, review, review + "/csv", review + "/pdf", review + "/finish", change} {
			v.Get(path).Is(t, http.StatusForbidden)
		}
		for _, path := range []string{list, review + "/finish", seats[1], change} {
			v.Post(path, site.Form("verdict", "remove")).Is(t, http.StatusForbidden)
		}
		if got := o.Visit(t).Get(review); got.Path == review && got.Status == http.StatusOK {
			t.Error("a stranger reads the record")
		}
	})
}

// A10: whoever manages the staff alone is told beforehand that nobody approves what they decide, and nobody decides
// about them.
func TestWhoReviewsTheStaffAloneIsToldSo(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		root := o.Visit(t).SignIn(site.Root)
		root.Get("/staff/people/reviews")
		root.Submit("/staff/people/reviews", nil).Is(t, http.StatusOK).
			Says(t, "everything takes effect at once, as nobody else manages the staff",
				"Nobody else manages the staff, so nobody decides about you.").
			Silent(t, "waits for a second administrator", "Another administrator can decide about you")
		review, seats := root.Page.Path, seatsOf(root.Page)
		for _, seat := range seats[1:] {
			root.Submit(seat, site.Form("verdict", "keep")).Is(t, http.StatusOK)
		}
		root.Get(seats[0] + "/change")
		root.Submit(seats[0]+"/change", site.Form("role", "privacy")).Is(t, http.StatusOK)
		root.Get(review+"/finish").Says(t, "at once: there is nobody who could approve it").Silent(t, "once a second")
		root.Submit(review+"/finish", nil).Is(t, http.StatusOK).
			Says(t, "Changed", "The reviewer’s own access: nobody else manages the staff")
	})
}

// seatsOf are the forms of the seats to be decided about.
func seatsOf(p *site.Page) []string {
	var list []string
	for _, form := range p.Doc.Find(`form[action*="/seats/"]`).EachIter() {
		action, _ := form.Attr("action")
		list = append(list, action)
	}
	return list
}
