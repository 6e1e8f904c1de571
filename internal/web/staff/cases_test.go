package staff_test

import (
	"net/http"
	"net/url"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/support"
	"gatehouse/internal/testkit/site"
)

// A1: staff of the departments that have to do with it see and work on cases; the list takes three statements.
func TestStaffWorkOnCases(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		n := support.NewCase{
			Person: s.Members(t, c.Northwind)[0].Person, Name: s.Members(t, c.Northwind)[0].Name, Kind: support.Security,
			Severity: support.Urgent, Subject: "“This wasn’t me”: a new device", Text: "I was asleep.",
		}
		for range 4 {
			n.ID = id.New[id.CaseKind]()
			if err := s.Support.OpenCase(t.Context(), actor.NewSystem("test"), n); err != nil {
				t.Fatal(err)
			}
		}
		path := "/staff/cases/" + n.ID.String()
		sam := s.Visit(t).SignIn(site.Sam)
		for _, list := range []string{"/staff/cases", "/staff/cases?state=open", "/staff/cases?mine=1"} {
			sam.Get(list).Is(t, http.StatusOK)
			ctx, count := db.CountStatements(t.Context())
			sam.Under(ctx).Get(list).Is(t, http.StatusOK)
			if count.Load() > 3 || count.Load() == 0 {
				t.Errorf("%s takes %d statements", list, count.Load())
			}
		}
		sam.Get("/staff/cases").Says(t, "“This wasn’t me”: a new device", "Ours to answer", "Urgent", "Nobody")
		sam.Get(path).Is(t, http.StatusOK).Says(t, "I was asleep.", "Take it", "Close it")
		sam.Submit(path+"/take", nil).Is(t, http.StatusOK).Says(t, "The case is yours.", "took the case")
		sam.Submit(path+"/reply", url.Values{"text": {""}}).Is(t, http.StatusUnprocessableEntity)
		sam.Submit(path+"/reply", url.Values{"text": {"Have you set a new password?"}}).Is(t, http.StatusOK).
			Says(t, "They are told by mail.", "Have you set a new password?", "Waiting for the client")
		sam.Get("/staff/cases?mine=1").Says(t, "Sam Doyle")
		sam.Get(path)
		sam.Submit(path+"/close", url.Values{"version": {"1"}}).Is(t, http.StatusConflict)
		sam.Get(path)
		sam.Submit(path+"/close", nil).Is(t, http.StatusOK).Says(t, "The case is closed.", "Closed")
		s.Visit(t).SignIn(site.Olivia).Get(path).Is(t, http.StatusForbidden)
	})
}
