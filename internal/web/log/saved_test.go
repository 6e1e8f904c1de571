package log_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/bookmarks"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// A view of the log is saved under a name, found again and removed. It is its owner's alone, and of that log alone.
func TestSavedViews(t *testing.T) { // L7, A1
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, log := s.Visit(t).SignIn(site.Olivia), c.Base()+"/activity"
		v.Get(log + "?by=staff&outcome=failed")
		follow(t, v, "Save this view")
		v.Page.Says(t, "Save this view", "staff of Harbour Hosting", "No saved view yet")
		save := log + "/saved"
		v.Submit(save, url.Values{"name": {" "}}).Is(t, http.StatusUnprocessableEntity).Says(t, "Give the view a name.")
		v.Submit(save, url.Values{"name": {"Failed looks"}}).Is(t, http.StatusOK).Says(t, "The view is saved.")
		follow(t, v, "Failed looks")
		v.Page.Says(t, "By:staff of Harbour Hosting", "Outcome:Failed")

		v.Get(save)
		v.Post(save, url.Values{"name": {"failed LOOKS"}, "view": {"by=staff"}}).Is(t, http.StatusUnprocessableEntity).
			Says(t, "You have a view of that name.")
		v.Post(save, url.Values{"name": {"Nothing"}, "view": {"next=https://evil.example&x=1"}}).
			Is(t, http.StatusUnprocessableEntity).Says(t, "Set a filter of the log first")
		for i := range bookmarks.Most - 1 {
			v.Get(save)
			v.Post(save, url.Values{"name": {fmt.Sprint("View ", i)}, "view": {"by=staff"}}).Is(t, http.StatusOK)
		}
		v.Post(save, url.Values{"name": {"One more"}, "view": {"by=staff"}}).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Remove one first.")

		tess, remove := s.Visit(t).SignIn(site.Tess), ""
		v.Get(save)
		for _, form := range v.Page.Doc.Find("form").EachIter() {
			if action := form.AttrOr("action", ""); strings.HasSuffix(action, "/remove") {
				remove = action
			}
		}
		tess.Get(save).Is(t, http.StatusOK).Silent(t, "Failed looks")
		tess.Post(remove, nil).Is(t, http.StatusNotFound)
		v.Get("/me/activity/saved").Is(t, http.StatusOK).Silent(t, "Failed looks")
		s.Visit(t).SignIn(site.Carl).Get(save).Is(t, http.StatusNotFound)
		v.Get(save)
		v.Submit(remove, nil).Is(t, http.StatusOK).Says(t, "The saved view is removed.")
		if n := s.Count(t, "log_bookmarks", "1 = 1"); n != bookmarks.Most-1 {
			t.Errorf("%d views are kept", n)
		}
	})
}

// Address, service and days are asked for in panels of their own; what cannot be understood filters nothing, and the
// page says so and keeps it.
func TestPanelsOfTheLog(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		from := actor.Details{
			Kind: actor.Person, Person: id.New[id.PersonKind](), Name: "Nia Cole", Factor: "password",
			Address: netip.MustParseAddr("198.51.100.77"),
		}
		testkit.Append(t, s.World, id.AccountScope(c.Northwind), 1, func(int) testkit.Line {
			return testkit.Line{Who: from, Action: activity.AccountEntered}
		})
		v, log := s.Visit(t).SignIn(site.Olivia), c.Base()+"/activity"
		v.Get(log).Is(t, http.StatusOK).Says(t, "Internet address", "First day", "northwind.example")
		form := func(values url.Values) *site.Page { return v.Get(log+"?"+values.Encode()).Is(t, http.StatusOK) }
		form(url.Values{"address": {"198.51.100.77"}}).Says(t, "Address:198.51.100.77", "Nia Cole came into this account")
		if n := v.Page.Doc.Find(".gh-log .gh-entry").Length(); n != 1 {
			t.Errorf("%d entries from that address", n)
		}
		if n := v.Page.Doc.Find("input[type=hidden][name=address]").Length(); n != 0 {
			t.Error("the address is there twice")
		}
		form(url.Values{"address": {"somewhere"}}).Says(t, "“somewhere” was not understood")
		if kept := v.Page.Doc.Find("input[name=address]").AttrOr("value", ""); kept != "somewhere" {
			t.Errorf("what was typed became %q", kept)
		}
		form(url.Values{"service": {c.Shop.String()}}).Says(t, "Service:shop.northwind.example")
		today := s.Now(t).UTC().Format("2006-01-02")
		form(url.Values{"period": {"days-between"}, "from": {today}, "to": {today}}).Says(t, "From:", "Until:", "Nia Cole")
		form(url.Values{"period": {"days-between"}, "to": {"2020-01-01"}}).Says(t, "Nothing matches")
		form(url.Values{"period": {"all"}, "to": {"2020-01-01"}}).Says(t, "Nia Cole").Silent(t, "Until:")
	})
}

// Things are found however many of them an account has, page by page.
func TestSearchBeyondTheFirstPage(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		first := s.Issue(t, c.Northwind, "The oldest", 100)
		for i := range 104 {
			s.Serve(t, c, c.Northwind, fmt.Sprintf("shop-%d.example", i))
			s.Issue(t, c.Northwind, "Hosting", 100)
		}
		v, log := s.Visit(t).SignIn(site.Olivia), c.Base()+"/activity"
		if at := v.Get(log + "?q=shop-103.example").Path; !strings.Contains(at, "service=") {
			t.Errorf("a service far down is not found: %q", at)
		}
		number := ""
		for _, cell := range v.Get(c.Base()+"/invoices/"+first.String()).Is(t, http.StatusOK).Doc.Find("h1").EachIter() {
			number = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(cell.Text()), "Invoice"))
		}
		if at := v.Get(log + "?q=" + number).Path; at != log+"?target="+first.String() {
			t.Errorf("an invoice far down leads to %q", at)
		}
	})
}

// Staff filter as clients do, and keep links to entries; whoever may not read a log reaches neither.
func TestStaffFilterTheLog(t *testing.T) { // A1, L7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s, c := site.OpenPortal(t, w)
		s.AllStaff(t)
		of := "/staff/clients/" + c.Northwind.String() + "/activity"
		dana := s.Visit(t).SignIn(site.Dana)
		dana.Get(of).Is(t, http.StatusOK).Says(t, "Entries per day", "Staff access", "Internet address", "First day")
		dana.Get(of+"?action=contact.joined").Is(t, http.StatusOK).
			Says(t, "accepted the invitation", "Action:Contact joined")
		entry := dana.Page.Links(of + "/")
		dana.Get(of+"?q=contact+joined").Is(t, http.StatusOK).Says(t, "Action:Contact joined")
		dana.Get(of+"?q=okafor").Is(t, http.StatusOK).Says(t, "Nothing here is called")
		found := ""
		for _, link := range entry {
			if last := link[strings.LastIndex(link, "/")+1:]; strings.Trim(last, "0123456789") == "" {
				found = link
			}
		}
		if found == "" {
			t.Fatalf("no entry has a link: %v", entry)
		}
		dana.Get(found).Is(t, http.StatusOK).Says(t, "Exact time", "accepted the invitation")
		dana.Get("/staff/activity?category=system&mode=write").Is(t, http.StatusOK).Says(t, "The log itself")
		dana.Get(of + "?by=staff")
		follow(t, dana, "Save this view")
		dana.Submit(of+"/saved", url.Values{"name": {"Looks"}}).Is(t, http.StatusOK).Says(t, "The view is saved.")
		follow(t, dana, "Looks")
		bea, olivia := s.Visit(t).SignIn(site.Bea), s.Visit(t).SignIn(site.Olivia)
		for _, page := range []string{
			of, found, of + "/saved", "/staff/activity", "/staff/activity/1", "/staff/activity/saved",
		} {
			bea.Get(page).Is(t, http.StatusForbidden)
			if olivia.Get(page); olivia.Page.Status != http.StatusForbidden && olivia.Page.Status != http.StatusNotFound {
				t.Errorf("%s is open to a client: %d", page, olivia.Page.Status)
			}
		}
	})
}
