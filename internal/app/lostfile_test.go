package app_test

import (
	"net/http"
	"testing"
	"time"
)

// S16: a file does not wait while somebody confirms that it is them. The form says so, keeps what was typed, and
// nothing of it is decided: neither a logo, nor a file of settings, nor an import.
func TestAFileThatDidNotWaitIsAskedForAgain(t *testing.T) {
	t.Parallel()
	const admin, lost = "administrator@harbour.example", "did not come along while you confirmed. Choose it again."
	w := newWalker(t)
	root := w.as(admin)
	for _, form := range []struct{ page, field string }{
		{"/staff/settings/brand", "brand-name"}, {"/staff/settings/copy", "text"}, {"/staff/imports/new", "source"},
	} {
		page := root.Get(form.page).Is(t, http.StatusOK)
		action := page.Doc.Find("form[enctype='multipart/form-data']").AttrOr("action", "")
		fields := typed(form.field, "Else")
		for _, also := range []string{"version", "kind", "invite"} {
			if v, there := page.Doc.Find("input[name=" + also + "]").Attr("value"); there {
				fields.Set(also, v)
			}
		}
		w.Offset.Advance(11 * time.Minute)
		root.SubmitFile(action, fields, "chosen.png", []byte("x")).Is(t, http.StatusForbidden).Says(t, "Confirm it’s you")
		root.Submit("/me/confirm", typed("proof", "000000")).Is(t, http.StatusUnprocessableEntity) // and is asked again
		page = root.Submit("/me/confirm", typed("proof", root.Code(admin))).Is(t, http.StatusUnprocessableEntity)
		page.Says(t, lost)
		kept := page.Doc.Find("[name=" + form.field + "]")
		if kept.AttrOr("value", kept.Text()) != "Else" {
			t.Errorf("%s forgot what was typed", form.page)
		}
	}
	root.Get("/staff/settings/history").Is(t, http.StatusOK).Silent(t, "Else")
	root.Get("/staff/imports").Is(t, http.StatusOK).Silent(t, "chosen.png")
}
