package review_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/verb"
)

// Somebody with all services who has opened one of them only is suggested to be limited to it, by name for those who
// may see services, and the form is filled in that way. An address that leads to no service of theirs leaves no trace.
func TestAReviewSuggestsTheServicesThatSomebodyOpens(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		s.Serve(t, c, c.Northwind, "old.northwind.example")
		foreign := s.Serve(t, c, c.Copperfield, "pots.copperfield.example")
		s.Visit(t).SignIn(site.Tess).Get(c.Base()+"/services/"+c.Shop.String()).Is(t, http.StatusOK)
		s.Offset.Advance(430 * 24 * time.Hour)
		for range 2 { // once a day is written down
			tess := s.Visit(t).SignIn(site.Tess)
			tess.Get(c.Base()+"/services/"+c.Shop.String()).Is(t, http.StatusOK)
			tess.Get(c.Base()+"/services/"+foreign.String()).Is(t, http.StatusNotFound)
			tess.Get(c.Base()+"/services/"+id.New[id.ServiceKind]().String()).Is(t, http.StatusNotFound)
		}
		priya := s.Visit(t).SignIn(site.Priya)
		priya.Get(c.Base()+"/services/"+foreign.String()).Is(t, http.StatusNotFound)
		if n := s.Count(t, "service_uses", "1 = 1"); n != 1 {
			t.Errorf("%d uses of services are written down", n)
		}
		list := c.Base() + "/reviews"
		v := s.Visit(t).SignIn(site.Olivia)
		v.Get(list)
		v.Submit(list, nil).Is(t, http.StatusOK).Says(t, "Consider limiting to shop.northwind.example",
			"Has opened only shop.northwind.example in 14 months, and reaches 3.")
		review, row := v.Page.Path, answerURL(t, v.Page, "Tess Lindqvist")
		v.Get(row+"/change").Is(t, http.StatusOK)
		if n := v.Page.Doc.Find(`input[name="services"][checked]`).Length(); n != 1 || v.Page.Value("services") == "" {
			t.Errorf("%d services are ticked", n)
		}
		v.Submit(row+"/change", nil).Is(t, http.StatusOK).Says(t, "To: Technical, ")

		role := id.New[id.RoleKind]()
		draft := accounts.RoleDraft{Key: role, Name: "Watcher", Verbs: verb.WithNeeds([]verb.Verb{verb.ReviewsView})}
		if err := s.Accounts.MakeRole(t.Context(), actor.NewSystem("test"), c.Northwind, draft); err != nil {
			t.Fatal(err)
		}
		s.Join(t, c.Northwind, "rita@northwind.example", "Rita Moss", accounts.Terms{Role: "custom", CustomRole: role})
		s.Visit(t).SignIn("rita@northwind.example").Get(review).Is(t, http.StatusOK).
			Says(t, "Consider limiting to one service", "Has opened only one service in 14 months, and reaches 3.").
			Silent(t, "shop.northwind.example")
		finish(t, v, review)
	})
}

// finish decides about everybody else, and finishes the review; its record counts services and names none.
func finish(t *testing.T, v *site.Visitor, review string) {
	t.Helper()
	for _, name := range []string{"Ben Okafor", "Priya Shah"} {
		v.Get(review)
		v.Submit(answerURL(t, v.Page, name), url.Values{"verdict": {"keep"}}).Is(t, http.StatusOK)
	}
	v.Get(review)
	if v.Page.Doc.Find(`form[aria-label="Decision for Ada Whitlock"]`).Length() > 0 {
		v.Submit(answerURL(t, v.Page, "Ada Whitlock"), url.Values{"verdict": {"remove"}}).Is(t, http.StatusOK)
	}
	v.Get(review+"/finish").Is(t, http.StatusOK)
	v.Submit(review+"/finish", nil).Is(t, http.StatusOK)
	v.Get(review+"/csv").Is(t, http.StatusOK)
	record := string(v.Page.Body)
	if !strings.Contains(record, "Consider limiting to one service") || strings.Contains(record, "shop.northwind") {
		t.Errorf("the record says %s", record)
	}
}
