package app_test

import (
	"net/http"
	"strings"
)

// decidesSettings changes settings of each part, takes one back, reads a file in, and has a test mail sent.
func (w *walker) decidesSettings() {
	v := w.as("administrator@harbour.example")
	v.Get("/staff/settings/mail")
	v.Submit("/staff/settings/mail", typed("mail-greeting", "Dear {name},")).Is(w.t, http.StatusOK)
	v.Get("/staff/settings/mail")
	v.Submit("/staff/settings/mail/test", nil).Is(w.t, http.StatusOK)
	v.Get("/staff/settings/history")
	undo := v.Page.Doc.Find("form[action$='/undo']").AttrOr("action", "")
	v.Submit(undo, nil).Is(w.t, http.StatusOK)
	file := v.Get("/staff/settings/copy/settings.json").Is(w.t, http.StatusOK).Body
	v.Get("/staff/settings/copy")
	other := strings.Replace(string(file), "Hello {name},", "Ahoy {name},", 1)
	v.Submit("/staff/settings/copy", typed("text", other, "act", "apply")).
		Is(w.t, http.StatusOK)
}
