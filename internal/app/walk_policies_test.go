package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/conduct"
)

// publishes has Gatehouse publish both policies, as of now.
func (h *house) publishes(t *testing.T) {
	t.Helper()
	for _, k := range conduct.Kinds() {
		err := h.Conduct.Publish(t.Context(), actor.NewSystem("test"), conduct.Draft{
			Kind: k, Title: "How we work", Body: "## Keys\n\nKeep them.\n\n- one\n- two",
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// followsPolicies publishes policies, accepts them, and writes trainings down. Colleagues who work on accept them too.
func (w *walker) followsPolicies() {
	root := w.as("administrator@harbour.example")
	for _, kind := range []string{"security", "privacy"} {
		root.Get("/staff/policies/new?kind=" + kind)
		root.Submit("/staff/policies/new", typed("title", "How we work", "body", "Keep your key.")).Is(w.t, http.StatusOK)
		w.accepts("administrator@harbour.example")
	}
	for _, department := range departments() {
		w.accepts(department + "@harbour.example")
	}
	root = w.as("administrator@harbour.example")
	page := root.Get("/staff/policies/trainings").Doc
	colleague := page.Find("select[name=colleague] option").First().AttrOr("value", "")
	w.Offset.Advance(48 * time.Hour)
	root = w.as("administrator@harbour.example")
	yesterday := w.portal.Now(w.t).AddDate(0, 0, -1)
	record := func() {
		root.Get("/staff/policies/trainings")
		root.Submit("/staff/policies/trainings", typed("colleague", colleague, "name", "Phishing", "done",
			yesterday.Format(time.DateOnly), "expires", yesterday.AddDate(0, 0, 20).Format(time.DateOnly))).
			Is(w.t, http.StatusOK)
	}
	record()
	remove := root.Page.Doc.Find("form[action$='/remove']").AttrOr("action", "")
	root.Submit(remove, nil).Is(w.t, http.StatusOK)
	record()
}

// accepts reads and accepts what holds, as somebody of the staff.
func (w *walker) accepts(email string) {
	v := w.as(email)
	for range 4 {
		action := v.Get("/me/policies").Doc.Find("form[action^='/me/policies/']").AttrOr("action", "")
		if action == "" {
			return
		}
		v.Submit(action, typed("read", "yes")).Is(w.t, http.StatusOK)
	}
	if strings.HasPrefix(v.Page.Path, "/me/policies") {
		w.t.Fatalf("%s cannot accept: %s", email, v.Page.Text)
	}
}
