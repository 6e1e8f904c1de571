package staff_test

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit/site"
)

// A1, G7, L5: a note belongs to a department, which alone reads it, or is for all who see the client. It stands on top
// of the client's summary, keeps its history, and its words stand neither in the log nor in the database in clear.
func TestNotesPinnedToAClient(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		const secret, open = "The firewall has a hole on port 8443.", "Rings before nine."
		client := "/staff/clients/" + c.Northwind.String()
		tom, bea := s.Visit(t).SignIn(site.Tom), s.Visit(t).SignIn(site.Bea)
		pin := func(text, whom string) string {
			tom.Get(client + "/notes")
			tom.Submit(client+"/notes", site.Form("text", text, "for", whom)).Is(t, http.StatusOK).
				Says(t, "The note is pinned.", text)
			return tom.Page.Links("/notes/")[0]
		}
		shared, own := pin(open, "all"), pin(secret, "own")
		tom.Submit(client+"/notes", site.Form("text", " ")).Is(t, http.StatusUnprocessableEntity).Says(t, "Write something.")
		tom.Get(client).Says(t, secret, open, "Technical staff only", "All who see this client")
		for _, page := range []string{client, client + "/notes", shared} {
			bea.Get(page).Is(t, http.StatusOK).Says(t, open).Silent(t, secret)
		}
		bea.Get(own).Is(t, http.StatusNotFound).Silent(t, secret)
		for _, path := range []string{own, own + "/remove"} {
			bea.Get(client + "/notes")
			form := site.Form("csrf", bea.Token(), "version", "1", "text", "Taken over")
			if strings.HasSuffix(path, "/remove") {
				form.Del("text")
			}
			bea.Post(path, form).Is(t, http.StatusNotFound).Silent(t, secret)
		}

		bea.Get(shared)
		stale := bea.Page
		bea.Submit(shared, site.Form("text", "Rings after nine.")).Is(t, http.StatusOK)
		tom.Get(shared).Says(t, "Rings after nine.", open, "Bea Novak", "Tom ")
		bea.Page = stale
		bea.Submit(shared, site.Form("text", "Rings at noon.")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Somebody has changed this note", "Rings at noon.", "Rings after nine.")

		olivia := s.Visit(t).SignIn(site.Olivia)
		olivia.Get(c.Base()+"/activity?by=staff").Says(t, "pinned a note for colleagues").Silent(t, secret, open)
		carl := s.Visit(t).SignIn(site.Tom)
		carl.Get(strings.Replace(own, c.Northwind.String(), c.Copperfield.String(), 1)).Is(t, http.StatusNotFound)
		tom.Get(own)
		tom.Submit(own+"/remove", nil).Is(t, http.StatusOK).Says(t, "The note is gone").Silent(t, secret)
		if n := s.Count(t, "client_note_texts", "version > 0"); n != 2 { // both texts of the other one
			t.Errorf("%d texts are left", n)
		}
	})
}

// A1, L7: each part of a client has a permission of its own: only those that the department may open are drawn, and a
// direct link to another is refused and stands in the client's log. A list is read in a few statements.
func TestTheTabsOfAClient(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		client := "/staff/clients/" + c.Northwind.String()
		tabs := map[string]string{
			"": "Summary", "/people": "People and access", "/invoices": "Invoices and payments",
			"/services": "Services and domains", "/cases": "Cases", "/notes": "Notes", "/activity": "Log and staff access",
		}
		for who, reach := range map[string]string{
			site.Sam: " /people /services /cases /notes", site.Bea: " /people /invoices /cases /notes",
			site.Tom: " /people /services /cases /notes", site.Dana: " /people /notes /activity",
			site.Root: " /people /invoices /services /cases /notes /activity",
		} {
			v := s.Visit(t).SignIn(who)
			p := v.Get(client).Is(t, http.StatusOK)
			drawn := p.Doc.Find("nav[aria-label='This client']").Text()
			for path, text := range tabs {
				may := path == "" || strings.Contains(reach+" ", " "+path+" ")
				if strings.Contains(drawn, text) != may {
					t.Errorf("%s is shown %q: %v", who, text, !may)
				}
				if !may {
					v.Get(client+path).Is(t, http.StatusForbidden).Silent(t, site.Olivia, "2026-0001", "northwind.example")
					continue
				}
				v.Get(client+path).Is(t, http.StatusOK)
				ctx, n := db.CountStatements(t.Context())
				v.Under(ctx).Get(client + path)
				most := int64(3)
				if path == "" || path == "/invoices" || path == "/activity" { // which are more than a list
					most = 6
				}
				if n.Load() > most {
					t.Errorf("%s is shown %s in %d statements", who, path, n.Load())
				}
			}
		}
		s.Visit(t).SignIn(site.Root).Get(client+"/activity?by=staff&outcome=refused").Says(t, "tried to")
	})
}
