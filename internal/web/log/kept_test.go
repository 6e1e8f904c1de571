package log_test

import (
	"net/http"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/testkit/site"
)

// Everybody may read how long the log is kept; the log leads there, and the page says it of each kind there is.
func TestHowLongTheLogIsKept(t *testing.T) { // L6
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v := s.Visit(t)
		v.Get("/activity-kept").Is(t, http.StatusOK).Says(t, "How long the activity log is kept", "12 months", "7 years",
			"as long as the log", "Invoices and payments: the rest", "at least 3 months", "at least 6 years")
		rows := v.Page.Doc.Find("tbody tr").Length()
		if want := len(activity.Keeping{Months: 12, MoneyYears: 7}.Kept()); rows != want {
			t.Errorf("%d rows, want %d", rows, want)
		}
		v = s.Visit(t).SignIn(site.Olivia)
		for _, page := range []string{c.Base() + "/activity", "/me/activity"} {
			if v.Get(page); len(v.Page.Links("/activity-kept")) != 1 {
				t.Errorf("%s does not lead there", page)
			}
		}
	})
}
